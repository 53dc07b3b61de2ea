"""A family on file and what was asked for them: what every way of the portal starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, insert, select

from bot.keys import Keys
from bot.ports import Channel, Parcel, ParcelKind
from bot.store.credentials import StoredCredentials
from bot.store.database import Database, now
from bot.store.schema import contacts, conversations, sends
from tests.roster.boards import SETTINGS, Board, Registry

ADDRESS = "parent1@famille.example"
CODE = "K7Q2M9XA"
LINK = "https://aspen.example/invitations/81"
REQUESTER = "somebody.else@elsewhere.example"


@dataclass
class Home:
    """`asks` stores a send, as the desk does, and gives its parcel."""

    registry: Registry
    keys: Keys = field(default_factory=lambda: Keys(SETTINGS.secret_key))

    @property
    def database(self) -> Database:
        return self.registry.database

    @property
    def credentials(self) -> StoredCredentials:
        return StoredCredentials(self.database, self.keys)

    def on_file(self, **cells: str) -> None:
        """The family as the roster has it; `cells` of the side file."""
        board = Board()
        board.family(1, **{"securityCode": CODE, "invitationUrl": LINK, "language": "fr", **cells})
        self.registry.bring(board, approved_by="Chantal")

    def asks(self, channel: Channel = Channel.MAIL) -> Parcel:
        send, case = self.database.transact(partial(_send, channel=channel))
        payload = {"send": send, "contact": "p1", "channel": channel}
        return Parcel(send, f"case-{case}-send-{send}", ParcelKind.CREDENTIAL, channel, case, payload, 1)


def _send(connection: Connection, channel: Channel) -> tuple[int, int]:
    at = now(connection)
    count = len(connection.execute(select(conversations.c.id)).all())
    case = {
        "number": f"PF-{count:06}", "channel": channel, "reply_to": REQUESTER, "sender": REQUESTER, "language": "en",
        "stage": "done", "outcome": "open", "state": "{}", "opened_at": at, "updated_at": at,
    }  # fmt: skip
    number = connection.execute(insert(conversations).values(case).returning(conversations.c.id)).scalar_one()
    version = connection.execute(select(contacts.c.email_version)).scalar_one()
    send = {"conversation": number, "contact": "p1", "channel": channel, "address_version": version, "at": at}
    made = connection.execute(insert(sends).values(send).returning(sends.c.id)).scalar_one()
    return int(made), int(number)
