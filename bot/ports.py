"""What the desk and the courier need of the world, named for the need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol

from conversations.events import Said
from conversations.identity import Candidate, MailboxHolder


class Channel(StrEnum):
    MAIL = "mail"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message of a parent, read by a channel and ready for the inbox."""

    external_id: str
    """What makes twice into once: unique over all channels."""
    channel: Channel
    sender: str
    """Whom the limits count: a mailbox without its +tag, casefolded, or a Telegram id."""
    reply_to: str
    """Where answers go: the From address as written, or a chat id."""
    said: Said
    conversation: int | None = None
    """The case it belongs to, proven by the channel; None opens a new one."""
    thread: Mapping[str, object] = field(default_factory=dict)
    """The channel's own note for the reply (Message-IDs to refer to, a short quote)."""
    linked_to: int | None = None
    """A case it refers to without proof: shown to staff, joins nothing."""


class ParcelKind(StrEnum):
    REPLY = "reply"
    """What a turn says to the parent, through the channel of the case."""
    CREDENTIAL = "credential"
    """The invitation or validation e-mail, through the portal, to the address on file."""
    NOTICE = "notice"
    """What a channel says by itself, beside the turns of a case or in no case at all."""
    PUBLIC = "public"
    """The same in a group, where it is paced more slowly and nobody in private may wait for it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One stored effect, claimed by a courier."""

    id: int
    key: str
    """Stable over retries: the idempotency key, and what the Message-ID is made from."""
    kind: ParcelKind
    channel: Channel
    conversation: int
    """0: in no case."""
    payload: Mapping[str, object]
    """credential: {"send", "contact": sourcedId, "channel": Channel}; all others: {"says": [Say as JSON],
    "language", "medium", "number", "to", "thread"}. Never a code, nor an address on file."""
    attempts: int
    """1 at the first try."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the world said of a parcel that left."""

    message_id: str = ""
    note: str = ""
    """For the journal: a word without personal data, such as the kind of mail (invitation, validation)."""


class Alarm(Protocol):
    """Rings when there may be work. Clear it, look for work, then wait: no ring is lost in between."""

    def clear(self) -> None: ...
    async def wait(self, seconds: float) -> None:
        """Until it rings, or for that long."""


class Carrier(Protocol):
    """Carries one parcel out. Raises ProviderAway, OutcomeUnknown or ProviderRefused."""

    async def carry(self, parcel: Parcel) -> Receipt: ...


@dataclass(frozen=True, slots=True)
class Postponed:
    """This sender must wait: the facts are evaluated then, the parent sees no difference."""

    until: datetime


class Records(Protocol):
    """The roster and the counters, inside the transaction of one evaluation."""

    def born_on(self, day: date) -> Sequence[Candidate]: ...
    def holders_of(self, mailbox: str) -> Sequence[MailboxHolder]: ...
    def roster_at(self) -> datetime | None:
        """When the roster now in force was imported; None when there is none."""

    def now(self) -> datetime:
        """The database's clock: one for all processes."""

    def lock(self, name: str, key: str) -> datetime | None:
        """Hold this counter until the end of the transaction; until when it is frozen, if it is."""

    def freeze(self, name: str, key: str, until: datetime) -> None: ...
    def hits(self, name: str, key: str, since: datetime) -> int: ...
    def last_hit(self, name: str, key: str) -> datetime | None: ...
    def hit(self, name: str, key: str, conversation: int) -> None: ...
    def clear(self, name: str, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class MailPosition:
    """How far a watched mailbox was read. Another `uid_validity` on the server is a new numbering."""

    uid_validity: int
    last_uid: int
    first_seen_at: datetime
    swept_at: datetime | None


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail as the server gave it. `size` is larger than `raw` where only its beginning was fetched."""

    uid: int
    size: int
    raw: bytes
    content_key: str
    message_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail of the ledger that nobody handled yet."""

    id: int
    raw: bytes
    whole: bool
    received_at: datetime
    attempts: int
    """1 at the first try."""
    content_key: str
    repeated: bool
    """Its Message-ID was seen before, on a mail with other content."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What reading said of a person's mail, for the transaction that settles it."""

    arrival: Arrival
    vouched: bool
    """Our own border proves the sender: whether the mailbox is on file, the transaction asks."""
    claimed: int | None
    """The case that a keyed Message-ID among its references names."""
    fingerprint: str
    """The same for the same words."""


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A delivery report about one of our mails. Temporary ones are not told of."""

    message_id: str
    conversation: int
    status: str
    """RFC 3463, such as 5.1.1."""


class MailLedger(Protocol):
    """Every mail seen, and what became of it: the truth. Each call is one transaction."""

    async def hold(self, mailbox: str) -> bool:
        """Take or renew the right to watch this mailbox; False while another process has it."""

    async def let_go(self, mailbox: str) -> None: ...
    async def position(self, mailbox: str) -> MailPosition | None:
        """How far the mailbox was read; None when it was never begun."""

    async def begin(self, mailbox: str, uid_validity: int, last_uid: int) -> MailPosition:
        """Start watching, or start anew under another UIDVALIDITY, behind `last_uid`."""

    async def unknown(self, mailbox: str, uid_validity: int, uids: Sequence[int]) -> list[int]:
        """Those of `uids` that the ledger has not."""

    async def record(self, mailbox: str, uid_validity: int, mails: Sequence[FetchedMail], up_to: int) -> None:
        """Keep the mails and move the cursor to `up_to`. A mail whose content is known is a duplicate."""

    async def pass_over(self, mailbox: str, uid_validity: int, uids: Sequence[int], reason: str) -> None:
        """Note mails that are never read."""

    async def swept(self, mailbox: str) -> None: ...
    async def take(self, mailbox: str, most: int = 1) -> Sequence[WaitingMail]:
        """The oldest mails not handled, at most so many; the attempt is counted before anybody reads them.

        A mail that was tried before comes alone: what brought a process down may be in it.
        """

    async def skip(self, mail: int, reason: str, sender: str | None) -> None: ...
    async def quarantine(self, mail: int, reason: str) -> None:
        """Leave it to staff, with an item of theirs."""

    async def queue(self, batch: Sequence[tuple[int, ReadMail]]) -> Sequence[str]:
        """Settle people's mails, each into the inbox of its case or to staff; why each is held, or ""."""

    async def bounced(self, mail: int, report: Undeliverable) -> None: ...
    async def staff_wrote(
        self, mailbox: str, uid_validity: int, uid: int, message_id: str, case: int
    ) -> None:
        """Staff answered from the mailbox itself: the case learns of it, once."""


class Postman(Protocol):
    """Hands one mail, composed, to the mail server."""

    async def post(self, message: EmailMessage) -> None:
        """Raises ProviderAway, OutcomeUnknown or ProviderRefused."""


class MailKind(StrEnum):
    """Aspen's two mails."""

    INVITATION = "invitation"
    """« Setup Security Code »: invited, no account yet."""
    VALIDATION = "validation"
    """« Send Validation E-mails »: an account of their own making, not validated."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What one send carries. Lives for the moment of sending only: never stored, never logged."""

    send: int
    contact: str
    address: str = field(repr=False)
    kind: MailKind
    code: str = field(repr=False)
    """Empty for a validation."""
    url: str = field(repr=False)
    """The link that came with the roster; empty where it has none."""
    language: str
    """fr, en, or empty where the file does not say."""
    asked_at: datetime


class Credentials(Protocol):
    """What may be sent, looked up at the moment of sending. Each call is one transaction."""

    async def of(self, send: int) -> Credential:
        """Raises ProviderRefused when there is nothing to send (any more), for staff to see."""

    async def list_for_staff(self, send: int, kind: MailKind) -> None:
        """Put the send on the worklist, once."""


class Staged(StrEnum):
    """What an import brings, before it is in force."""

    SCHOOLS = "schools"
    """{"id", "name"}"""
    PEOPLE = "people"
    """{"id", "active", "role", "first_name", "last_name", "preferred_first_name", "preferred_last_name",
    "email", "email_key", "domain", "school"}"""
    ROLES = "roles"
    """{"person", "role", "school"}"""
    BIRTHS = "births"
    """{"id", "day": date}"""
    LINKS = "links"
    """{"person", "agent"}"""
    SIDE = "side"
    """{"student", "contact", "relationship", "portal_access", "restriction", "account_state", "sealed_code",
    "url", "expires_at": microseconds, "language"}"""


@dataclass(frozen=True, slots=True)
class RosterComparison:
    """How what is staged compares with what is in force."""

    students: int
    contacts: int
    contacts_before: int
    changed_addresses: int
    removed_contacts: int
    crowded_addresses: int
    """Addresses on more than two contacts."""
    parents_at_student_domain: int
    one_sided_links: int
    """Links that one side lists and the other, which lists some, does not."""
    links_to_nobody: int


class RosterDraft(Protocol):
    """A roster on its way into the database, inside one transaction."""

    def stage(self, table: Staged, rows: Sequence[Mapping[str, object]]) -> None:
        """Keep rows; one whose key came before is left out."""

    def compare(self, *, delta: bool) -> RosterComparison:
        """Once everything is staged: what a person may have to approve."""

    def merge(self, *, delta: bool) -> None:
        """Put it into force. Whoever is absent from a bulk roster is no longer active."""

    def finish(
        self, digest: str, report: Mapping[str, object], approved_by: str | None, *, held: bool
    ) -> None:
        """Note the import, or that it waits for approval."""
