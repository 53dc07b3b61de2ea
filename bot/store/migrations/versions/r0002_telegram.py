"""Telegram: its updates, the one-use tickets from the group, and words that belong to no case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "telegram_updates",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("state", sa.String(length=12), server_default="fetched", nullable=False),
        sa.Column("reason", sa.String(length=40)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("person", sa.BigInteger()),
        sa.Column("conversation", Id),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_telegram_updates_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_updates")),
        sa.UniqueConstraint("bot", "update_id", name=op.f("uq_telegram_updates_bot_update_id")),
        comment="every update seen; states fetched, queued, skipped, quarantined",
    )
    op.create_index(
        op.f("ix_telegram_updates_person_received_at"), "telegram_updates", ["person", "received_at"]
    )
    op.create_index(op.f("ix_telegram_updates_conversation"), "telegram_updates", ["conversation"])
    op.create_index(
        "ix_telegram_updates_fetched",
        "telegram_updates",
        ["id"],
        sqlite_where=sa.text("state = 'fetched'"),
        postgresql_where=sa.text("state = 'fetched'"),
    )
    op.create_table(
        "telegram_tickets",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("intent", sa.String(length=40)),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_telegram_tickets")),
        comment="buttons from the group to the private chat; token is an HMAC of what the button holds",
    )
    op.create_index(op.f("ix_telegram_tickets_person_at"), "telegram_tickets", ["person", "at"])
    # SQLite cannot change a column: the table is made anew, numbering included.
    options = {"sqlite_autoincrement": True}
    with op.batch_alter_table("outbox", table_kwargs=options) as outbox:
        outbox.alter_column("conversation", existing_type=Id, nullable=True)
