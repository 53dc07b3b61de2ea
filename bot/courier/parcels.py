"""What the courier takes along, and what became of it: values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.ports import Carrier, Channel, Parcel, ParcelKind, Receipt


@dataclass(frozen=True, slots=True)
class Gate:
    """At most `most` parcels in any `seconds`, over all processes; a third of them may leave at once."""

    name: str
    most: int
    seconds: float

    @property
    def burst(self) -> int:
        return max(1, self.most // 3)

    @property
    def step(self) -> int:
        """Microseconds between two parcels once the burst is spent, such that no window holds too many."""
        return -(-int(self.seconds * 1_000_000) // max(1, self.most - self.burst + 1))


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of parcel on one channel, and who carries it. Lanes do not wait for each other."""

    kind: ParcelKind
    channel: Channel
    carrier: Carrier
    gate: Gate | None = None
    most: int = 1
    """Parcels in hand at once: if the courier is killed, that many may leave twice."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A parcel in hand. `doubtful`: the last try may have got through."""

    parcel: Parcel
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    parcel: Parcel
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Later:
    """Try again after `wait` seconds. `error` is the house's own text, without personal data."""

    parcel: Parcel
    error: str
    wait: float
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """Never again: a person must look. `refused`: the provider said no, rather than nothing."""

    parcel: Parcel
    error: str
    refused: bool


Settlement = Sent | Later | Dead


@dataclass(frozen=True, slots=True)
class Load:
    """What one visit to the outbox brought. `wait`: seconds until there may be more, where known."""

    claimed: Sequence[Claimed]
    wait: float | None = None


class Outbox(Protocol):
    """Where parcels wait. Raises ProviderAway when the database does not answer."""

    async def exchange(self, settled: Sequence[Settlement], lane: Lane, most: int) -> Load:
        """One transaction: settle what was carried, and claim up to `most` parcels under a lease."""

    async def hold(self, parcels: Sequence[int]) -> None:
        """Renew the lease of parcels that are still in hand."""
