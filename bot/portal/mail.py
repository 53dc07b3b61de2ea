"""Portal way `mail`: the bot mails the code and link that came with the roster."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.keys import Keys
from bot.letters import compose
from bot.portal import letter
from bot.ports import Channel, Credentials, Parcel, Postman, Receipt
from bot.settings import Settings
from bot.threads import Threads

NOT_ME = "not-me"
"""The purpose of the tickets in "this was not me" links."""


@dataclass(frozen=True, slots=True)
class MailPortal:
    """Implements ports.Carrier for credential parcels. The same send is the same Message-ID, ever."""

    settings: Settings
    keys: Keys
    credentials: Credentials
    post: Postman

    async def carry(self, parcel: Parcel) -> Receipt:
        credential = await self.credentials.of(int(str(parcel.payload["send"])))
        blocks = letter.body(
            credential,
            Channel(str(parcel.payload["channel"])),
            page=self.settings.portal_address,
            not_me=self._not_me(credential.send),
            zone=ZoneInfo(self.settings.time_zone),
        )
        message_id = Threads(self.keys, self.settings.mail_from).message_id(parcel.conversation, parcel.key)
        await self.post.post(
            compose(
                sender=self.settings.mail_from,
                to=credential.address,
                subject=letter.subject(credential),
                blocks=blocks,
                language=letter.languages(credential)[0],
                message_id=message_id,
                headers={"Auto-Submitted": "auto-generated"},
                marked=False,
            )
        )
        return Receipt(message_id=message_id, note=credential.kind.value)

    def _not_me(self, send: int) -> str:
        base = self.settings.public_url.rstrip("/")
        return f"{base}/not-me/{self.keys.ticket(NOT_ME, send)}" if base else ""
