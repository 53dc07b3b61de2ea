"""The watch on Dovecot, where it is installed: another server's habits."""

from __future__ import annotations

import asyncio

import pytest

from bot.mailbox.check import check_imap
from bot.mailbox.imap import Session
from bot.mailbox.parse import MAIL_CAP
from bot.mailbox.watch import KEYWORD
from tests.mailbox.dovecot import PROGRAM, dovecot
from tests.mailbox.makers import HELP_LINE, THREADS, raw_mail
from tests.mailbox.memory import MemoryLedger
from tests.mailbox.scripted import PASSWORD, at_port
from tests.mailbox.test_watch import mail, running, watching

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Dovecot is not installed (Debian: dovecot-imapd)")


async def test_old_mails_lie_new_ones_are_pushed_large_ones_are_cut_and_staffs_reply_is_seen() -> None:
    ledger = MemoryLedger()
    async with dovecot(PASSWORD) as port:
        server = at_port(port, user=HELP_LINE)
        async with Session(server) as session:
            await session.select("INBOX")
            append = session._client.append
            for number in range(60):
                await append(mail(number), "INBOX")
            ours = THREADS.message_id(7, "reply/1")
            await append(
                raw_mail("Réglé", HELP_LINE, "<s@cepeo.example>", "Re", f"References: {ours}"), "Envois"
            )
            async with running(watching(port, ledger)) as watch:
                await ledger.until(lambda: bool(ledger.positions) and bool(ledger.staff))
                for number in range(100, 160):
                    await append(mail(number), "INBOX")
                await append(
                    raw_mail("x" * 70 + "\n" + "y" * MAIL_CAP, message_id="<big@example.org>"), "INBOX"
                )
                await append(mail(200), "INBOX")
                await ledger.until(lambda: len(ledger.texts()) == 62)
                assert watch.state.last_push is not None
            await session.search("ALL")
            marked = await session.search("KEYWORD", KEYWORD)
            unseen = await session.search("UNSEEN")
    assert [text for text in ledger.texts() if text.startswith("mail")] == [
        f"mail {n}" for n in (*range(100, 160), 200)
    ]
    assert len(marked) == 62
    assert len(unseen) == 122, "watching leaves mails unread for people"
    assert ledger.staff == [("<s@cepeo.example>", 7)]


async def test_check_says_how_it_is_in_one_line() -> None:
    async with dovecot(PASSWORD) as port:
        good = at_port(port, user=HELP_LINE)
        findings = await asyncio.gather(
            check_imap(good),
            check_imap(at_port(port, user=HELP_LINE, password="wrong")),
            check_imap(at_port(port, user=HELP_LINE, folder="Nulle part")),
        )
    assert [finding.well for finding in findings] == [True, False, False]
    assert all("\n" not in finding.line and "wrong" not in finding.line for finding in findings)
