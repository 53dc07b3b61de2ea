"""Carriers that note what they were given, and fail as they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.courier import Gate, Lane
from bot.ports import Channel, Parcel, ParcelKind, Receipt

Failure = Exception | None


@dataclass
class Noting:
    """`fails` says what befalls a parcel; None carries it."""

    fails: Callable[[Parcel], Failure] = field(default=lambda _parcel: None)
    carried: list[Parcel] = field(default_factory=list)
    tried: list[tuple[str, int]] = field(default_factory=list)

    async def carry(self, parcel: Parcel) -> Receipt:
        self.tried.append((parcel.key, parcel.attempts))
        if failure := self.fails(parcel):
            raise failure
        self.carried.append(parcel)
        return Receipt(message_id=f"<{parcel.key}@x.example>", note="invitation")

    def words(self) -> list[str]:
        return [say["phrase"] for parcel in self.carried for say in _says(parcel)]


def _says(parcel: Parcel) -> list[dict[str, str]]:
    says = parcel.payload.get("says", [])
    assert isinstance(says, list)
    return says


def replies(carrier: Noting, *, gate: Gate | None = None, most: int = 8) -> Lane:
    return Lane(ParcelKind.REPLY, Channel.MAIL, carrier, gate, most)


def credentials(carrier: Noting, *, gate: Gate | None = None) -> Lane:
    return Lane(ParcelKind.CREDENTIAL, Channel.MAIL, carrier, gate)
