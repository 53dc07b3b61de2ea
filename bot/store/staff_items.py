"""What a person must look at. Each function is part of one transaction."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from bot.store.schema import conversations, staff_items


def open_item(
    connection: Connection,
    conversation: int | None,
    reason: str,
    at: int,
    *,
    contact: str | None = None,
    detail: str = "",
) -> int:
    """Open an item, or find the one that is open for this case and reason; its id.

    `detail` never holds personal data. `at` in microseconds.
    """
    known = select(staff_items.c.id).where(
        staff_items.c.conversation.is_not_distinct_from(conversation),
        staff_items.c.reason == reason,
        staff_items.c.contact.is_not_distinct_from(contact),
        staff_items.c.detail == detail,
        staff_items.c.closed_at.is_(None),
    )
    if conversation is not None:
        connection.execute(
            update(conversations).where(conversations.c.id == conversation).values(needs_person=True)
        )
    found = connection.execute(known.limit(1)).scalar()
    if found is not None:
        return int(found)
    row = {
        "conversation": conversation,
        "reason": reason,
        "contact": contact,
        "detail": detail,
        "opened_at": at,
    }
    return int(connection.execute(insert(staff_items).values(row).returning(staff_items.c.id)).scalar_one())


def close_items(connection: Connection, conversation: int, at: int, by: str) -> None:
    """Close whatever is open on this case. `by` names the member of staff."""
    still_open = (staff_items.c.conversation == conversation, staff_items.c.closed_at.is_(None))
    connection.execute(update(staff_items).where(*still_open).values(closed_at=at, closed_by=by))
    connection.execute(
        update(conversations).where(conversations.c.id == conversation).values(needs_person=False)
    )
