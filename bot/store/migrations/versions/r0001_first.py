"""The first tables, and the triggers that keep the journal append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

REFUSALS = {
    "sqlite": [
        f"""
        CREATE TRIGGER journal_no_{deed} BEFORE {deed} ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """
        for deed in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """
        CREATE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
        """,
        """
        CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal
        FOR EACH ROW EXECUTE FUNCTION journal_refuses()
        """,
        """
        CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()
        """,
    ],
}


def upgrade() -> None:  # noqa: PLR0915  # one list of tables, in the order they refer to each other
    op.create_table(
        "contacts",
        sa.Column("sourced_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("email_key", sa.Text()),
        sa.Column("email_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("email_changed_at", sa.BigInteger()),
        sa.Column("language", sa.String(length=5)),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("undeliverable_at", sa.BigInteger()),
        sa.Column("undeliverable_version", sa.Integer()),
        sa.PrimaryKeyConstraint("sourced_id", name=op.f("pk_contacts")),
        comment="email_key is folded for path V; undeliverable holds for one email_version",
    )
    op.create_index(op.f("ix_contacts_email_key"), "contacts", ["email_key"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("intent", sa.String(length=40)),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), server_default="{}", nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("linked_to", Id),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("number", name=op.f("uq_conversations_number")),
        comment="one case; number is shown to the parent, thread is the channel's note for replies",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_conversations_needs_person_updated_at"),
        "conversations",
        ["needs_person", "updated_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_conversations_sender_opened_at"), "conversations", ["sender", "opened_at"], unique=False
    )
    op.create_table(
        "gates",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gates")),
        comment="pacing: when the next thing may pass",
    )
    op.create_table(
        "guardianships",
        sa.Column("student", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("relationship", sa.Text(), nullable=False),
        sa.Column("portal_access", sa.Boolean(), nullable=False),
        sa.Column("restriction", sa.Text()),
        sa.Column("account_state", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("student", "contact", name=op.f("pk_guardianships")),
        comment="who may act for whom, as the side file contacts.csv says",
    )
    op.create_index(op.f("ix_guardianships_contact"), "guardianships", ["contact"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("student", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("sealed_code", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("student", "contact", name=op.f("pk_invitations")),
        comment="the code that Aspen made, encrypted with a key from outside the database",
    )
    op.create_index(op.f("ix_invitations_contact"), "invitations", ["contact"], unique=False)
    op.create_table(
        "journal",
        sa.Column("seq", Id, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("conversation", Id),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
        comment="append-only; body is canonical JSON (RFC 8785), hash = SHA-256(0x00 | prev | body)",
    )
    op.create_index(op.f("ix_journal_conversation"), "journal", ["conversation"], unique=False)
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        comment="who watches a mailbox or polls a bot",
    )
    op.create_table(
        "limit_hits",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("conversation", Id),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_hits")),
        comment="one row for each thing counted; keys are HMACs",
    )
    op.create_index(op.f("ix_limit_hits_name_key_at"), "limit_hits", ["name", "key", "at"], unique=False)
    op.create_table(
        "limit_keys",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_limit_keys")),
        comment="a row to lock, so that parallel sets count exactly; locked_until freezes",
    )
    op.create_table(
        "mailboxes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("swept_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxes")),
        comment="how far each watched mailbox was read; name is user@host/folder",
    )
    op.create_table(
        "roster_imports",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
        comment="imported or held for a person's approval; report is JSON without personal data",
    )
    op.create_table(
        "schools",
        sa.Column("sourced_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sourced_id", name=op.f("pk_schools")),
    )
    op.create_table(
        "students",
        sa.Column("sourced_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("preferred_first_name", sa.Text()),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("preferred_last_name", sa.Text()),
        sa.Column("birth_date", sa.Date()),
        sa.Column("school", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sourced_id", name=op.f("pk_students")),
    )
    op.create_index(op.f("ix_students_birth_date"), "students", ["birth_date"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation", Id, nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("handled_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_inbox_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("external_id", name=op.f("uq_inbox_external_id")),
        comment="what has happened to a case; states waiting, done, void, quarantined",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inbox_conversation_id"), "inbox", ["conversation", "id"], unique=False)
    op.create_index(
        "ix_inbox_quarantined",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'quarantined'"),
        postgresql_where=sa.text("state = 'quarantined'"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "mails",
        sa.Column("id", Id, nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary()),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("sender", sa.Text()),
        sa.Column("conversation", Id),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_mails_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("mailbox", "uidvalidity", "uid", name=op.f("uq_mails_mailbox_uidvalidity_uid")),
        comment="every mail seen; states fetched, queued, skipped, duplicate, quarantined",
    )
    op.create_index(op.f("ix_mails_content_key"), "mails", ["content_key"], unique=False)
    op.create_index(op.f("ix_mails_conversation"), "mails", ["conversation"], unique=False)
    op.create_index(
        "ix_mails_fetched",
        "mails",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'fetched'"),
        postgresql_where=sa.text("state = 'fetched'"),
    )
    op.create_index(op.f("ix_mails_message_id"), "mails", ["message_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation", Id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_messages_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        comment="the timeline: author is parent, bot or staff; bot bodies are phrase names (JSON)",
    )
    op.create_index(op.f("ix_messages_conversation"), "messages", ["conversation"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_by", sa.Text()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("message_id", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_outbox_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        comment="what must happen in the world; states waiting, sending, sent, dead, void",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_conversation_id"), "outbox", ["conversation", "id"], unique=False)
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(op.f("ix_outbox_message_id"), "outbox", ["message_id"], unique=False)
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_table(
        "sends",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation", Id),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("student", sa.Text()),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20)),
        sa.Column("address_version", sa.Integer(), nullable=False),
        sa.Column("targets", sa.Text(), server_default="[]", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="queued", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("disowned_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_sends_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        comment="each credential mail; states queued, sent, bounced, refused",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sends_contact_at"), "sends", ["contact", "at"], unique=False)
    op.create_index(op.f("ix_sends_conversation"), "sends", ["conversation"], unique=False)
    op.create_table(
        "staff_items",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation", Id),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.Text()),
        sa.Column("detail", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("closed_by", sa.Text()),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_staff_items_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_items")),
        comment="what a person must look at; conversation is empty for alarms of the house itself",
    )
    op.create_index(op.f("ix_staff_items_conversation"), "staff_items", ["conversation"], unique=False)
    op.create_index(
        "ix_staff_items_open",
        "staff_items",
        ["opened_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "worklist",
        sa.Column("id", Id, nullable=False),
        sa.Column("send", Id, nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("done_by", sa.Text()),
        sa.ForeignKeyConstraint(["send"], ["sends.id"], name=op.f("fk_worklist_send")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worklist")),
        sa.UniqueConstraint("send", name=op.f("uq_worklist_send")),
        comment="portal way worklist: what staff must select in the two Aspen screens",
    )
    for statement in REFUSALS[op.get_bind().dialect.name]:
        op.execute(statement)
