"""Portal way `worklist`: staff send the mail in Aspen, from a list that is ready for its two screens."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import Credentials, Parcel, Receipt


@dataclass(frozen=True, slots=True)
class WorklistPortal:
    """Implements ports.Carrier for credential parcels."""

    credentials: Credentials

    async def carry(self, parcel: Parcel) -> Receipt:
        send = int(str(parcel.payload["send"]))
        credential = await self.credentials.of(send)
        await self.credentials.list_for_staff(send, credential.kind)
        return Receipt(note=f"worklist {credential.kind.value}")
