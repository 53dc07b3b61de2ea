"""The shared database: every table, for SQLite and PostgreSQL alike.

Times are whole microseconds since 1970 UTC, so that both databases compare them alike. Each row
about a case carries its conversation, so that the schema can be sharded by it. Where
`sqlite_autoincrement` stands, SQLite would give the id of a deleted row again, and Message-IDs and the
keys of parcels are made from these ids.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite only numbers rows by itself in a column of the type INTEGER."""
Micros = BigInteger


def _partial(name: str, column: str, condition: str) -> Index:
    """An index of the few rows that are still open, whatever the table has grown to."""
    return Index(name, column, sqlite_where=text(condition), postgresql_where=text(condition))


conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("channel", String(10), nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("language", String(5), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("intent", String(40)),
    Column("outcome", String(20), nullable=False),
    Column("state", Text, nullable=False),
    Column("thread", Text, nullable=False, server_default="{}"),
    Column("needs_person", Boolean, nullable=False, default=False),
    Column("linked_to", Id),
    Column("opened_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    Column("closed_at", Micros),
    Index(None, "sender", "opened_at"),
    Index(None, "needs_person", "updated_at"),
    sqlite_autoincrement=True,
    comment="one case; number is shown to the parent, thread is the channel's note for replies",
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("at", Micros, nullable=False),
    Column("author", String(10), nullable=False),
    Column("body", Text, nullable=False),
    Column("because", Text, nullable=False, server_default="{}"),
    comment="the timeline: author is parent, bot or staff; bot bodies are phrase names (JSON)",
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation", Id, ForeignKey("conversations.id"), nullable=False),
    Column("external_id", Text, unique=True),
    Column("kind", String(20), nullable=False),
    Column("payload", Text, nullable=False),
    Column("due_at", Micros, nullable=False),
    Column("state", String(12), nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("handled_at", Micros),
    Index(None, "conversation", "id"),
    _partial("ix_inbox_waiting", "due_at", "state = 'waiting'"),
    _partial("ix_inbox_quarantined", "id", "state = 'quarantined'"),
    sqlite_autoincrement=True,
    comment="what has happened to a case; states waiting, done, void, quarantined",
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation", Id, ForeignKey("conversations.id")),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(12), nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Micros, nullable=False),
    Column("lease_by", Text),
    Column("lease_until", Micros),
    Column("message_id", Text, index=True),
    Column("error", Text),
    Column("created_at", Micros, nullable=False),
    Column("sent_at", Micros),
    Index(None, "conversation", "id"),
    _partial("ix_outbox_open", "next_at", "state IN ('waiting', 'sending')"),
    _partial("ix_outbox_dead", "id", "state = 'dead'"),
    sqlite_autoincrement=True,
    comment="what must happen in the world; states waiting, sending, sent, dead, void",
)

IS_WAITING = text("inbox.state = 'waiting'")
IS_QUARANTINED = text("inbox.state = 'quarantined'")
IS_OPEN = text("outbox.state IN ('waiting', 'sending')")
IS_DEAD = text("outbox.state = 'dead'")
IS_FETCHED = text("telegram_updates.state = 'fetched'")
"""Spelt out: with a bound value SQLite would not see that the index of open rows answers."""

journal = Table(
    "journal",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", Micros, nullable=False),
    Column("conversation", Id, index=True),
    Column("event", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("prev", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    comment="append-only; body is canonical JSON (RFC 8785), hash = SHA-256(0x00 | prev | body)",
)

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("first_seen_at", Micros, nullable=False),
    Column("swept_at", Micros),
    comment="how far each watched mailbox was read; name is user@host/folder",
)

mails = Table(
    "mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mailbox", Text, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("content_key", Text, nullable=False, index=True),
    Column("raw", LargeBinary),
    Column("size", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(40)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("message_id", Text, index=True),
    Column("sender", Text),
    Column("conversation", Id, ForeignKey("conversations.id"), index=True),
    Column("received_at", Micros, nullable=False),
    UniqueConstraint("mailbox", "uidvalidity", "uid"),
    _partial("ix_mails_fetched", "id", "state = 'fetched'"),
    comment="every mail seen; states fetched, queued, skipped, duplicate, quarantined",
)

telegram_updates = Table(
    "telegram_updates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("body", Text),
    Column("state", String(12), nullable=False, server_default="fetched"),
    Column("reason", String(40)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("person", BigInteger),
    Column("conversation", Id, ForeignKey("conversations.id"), index=True),
    Column("received_at", Micros, nullable=False),
    UniqueConstraint("bot", "update_id"),
    Index(None, "person", "received_at"),
    _partial("ix_telegram_updates_fetched", "id", "state = 'fetched'"),
    comment="every update seen; states fetched, queued, skipped, quarantined",
)

telegram_tickets = Table(
    "telegram_tickets",
    metadata,
    Column("token", Text, primary_key=True),
    Column("person", BigInteger, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("intent", String(40)),
    Column("language", String(5), nullable=False),
    Column("at", Micros, nullable=False),
    Column("used_at", Micros),
    Index(None, "person", "at"),
    comment="buttons from the group to the private chat; token is an HMAC of what the button holds",
)

limit_hits = Table(
    "limit_hits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("key", Text, nullable=False),
    Column("at", Micros, nullable=False),
    Column("conversation", Id),
    Index(None, "name", "key", "at"),
    comment="one row for each thing counted; keys are HMACs",
)

limit_keys = Table(
    "limit_keys",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("locked_until", Micros, nullable=False, server_default="0"),
    comment="a row to lock, so that parallel sets count exactly; locked_until freezes",
)

gates = Table(
    "gates",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next_at", Micros, nullable=False),
    comment="pacing: when the next thing may pass",
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Micros, nullable=False),
    comment="who watches a mailbox or polls a bot",
)

staff_items = Table(
    "staff_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation", Id, ForeignKey("conversations.id"), index=True),
    Column("reason", String(40), nullable=False),
    Column("contact", Text),
    Column("detail", Text, nullable=False, server_default=text("''")),
    Column("opened_at", Micros, nullable=False),
    Column("closed_at", Micros),
    Column("closed_by", Text),
    _partial("ix_staff_items_open", "opened_at", "closed_at IS NULL"),
    comment="what a person must look at; conversation is empty for alarms of the house itself",
)

sends = Table(
    "sends",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation", Id, ForeignKey("conversations.id"), index=True),
    Column("contact", Text, nullable=False),
    Column("student", Text),
    Column("channel", String(10), nullable=False),
    Column("kind", String(20)),
    Column("address_version", Integer, nullable=False),
    Column("targets", Text, nullable=False, server_default="[]"),
    Column("state", String(12), nullable=False, server_default="queued"),
    Column("at", Micros, nullable=False),
    Column("sent_at", Micros),
    Column("disowned_at", Micros),
    Index(None, "contact", "at"),
    sqlite_autoincrement=True,
    comment="each credential mail; states queued, sent, bounced, refused",
)

worklist = Table(
    "worklist",
    metadata,
    Column("id", Id, primary_key=True),
    Column("send", Id, ForeignKey("sends.id"), nullable=False, unique=True),
    Column("contact", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", Micros, nullable=False),
    Column("done_at", Micros),
    Column("done_by", Text),
    comment="portal way worklist: what staff must select in the two Aspen screens",
)

schools = Table(
    "schools",
    metadata,
    Column("sourced_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

students = Table(
    "students",
    metadata,
    Column("sourced_id", Text, primary_key=True),
    Column("first_name", Text, nullable=False),
    Column("preferred_first_name", Text),
    Column("last_name", Text, nullable=False),
    Column("preferred_last_name", Text),
    Column("birth_date", Date, index=True),
    Column("school", Text),
    Column("active", Boolean, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("sourced_id", Text, primary_key=True),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("email", Text),
    Column("email_key", Text, index=True),
    Column("email_version", Integer, nullable=False, server_default="1"),
    Column("email_changed_at", Micros),
    Column("language", String(5)),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("undeliverable_at", Micros),
    Column("undeliverable_version", Integer),
    comment="email_key is folded for path V; undeliverable holds for one email_version",
)

guardianships = Table(
    "guardianships",
    metadata,
    Column("student", Text, primary_key=True),
    Column("contact", Text, primary_key=True, index=True),
    Column("relationship", Text, nullable=False),
    Column("portal_access", Boolean, nullable=False),
    Column("restriction", Text),
    Column("account_state", String(20), nullable=False),
    comment="who may act for whom, as the side file contacts.csv says",
)

invitations = Table(
    "invitations",
    metadata,
    Column("student", Text, primary_key=True),
    Column("contact", Text, primary_key=True, index=True),
    Column("sealed_code", Text, nullable=False),
    Column("url", Text),
    Column("expires_at", Micros),
    comment="the code that Aspen made, encrypted with a key from outside the database",
)

roster_imports = Table(
    "roster_imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Micros, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("report", Text, nullable=False),
    Column("approved_by", Text),
    comment="imported or held for a person's approval; report is JSON without personal data",
)
