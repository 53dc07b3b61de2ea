"""Staff who answer a parent from the mailbox itself: their case learns of it from the Sent folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.mailbox.answers import imap_date
from bot.mailbox.fetch import batches
from bot.mailbox.imap import Session
from bot.mailbox.parse import parse
from bot.mailbox.whom import Ourselves
from bot.ports import MailLedger

WINDOW = timedelta(days=3)
USUAL_NAMES = ("Sent", "Sent Items", "Éléments envoyés", "INBOX.Sent", "Messages envoyés", "Sent Messages")


async def sweep(
    session: Session, ledger: MailLedger, mailbox: str, ourselves: Ourselves, watched: str
) -> None:
    """Look through the recent mails of the Sent folder, if there is one, and open `watched` again."""
    folder = await session.sent_folder(USUAL_NAMES)
    if folder is None or folder == watched:
        return
    sent = f"{mailbox.rpartition('/')[0]}/{folder}"
    opened = await session.select(folder, raw=True)
    try:
        found = await session.search("SINCE", imap_date(datetime.now(UTC) - WINDOW))
        missing = await ledger.unknown(sent, opened.uid_validity, found)
        for batch in batches(missing):
            heads = await session.heads(batch)
            others = []
            for uid, raw in heads.items():
                letter = parse(raw)
                case = ourselves.threads.first_of(letter.refers_to())
                if case is None or ourselves.threads.conversation_of(letter.message_id) is not None:
                    others.append(
                        uid
                    )  # Not about a case, or the help line's own answer that the server kept.
                else:
                    await ledger.staff_wrote(sent, opened.uid_validity, uid, letter.message_id, case)
            await ledger.pass_over(sent, opened.uid_validity, others, "sent")
    finally:
        await session.select(watched)
