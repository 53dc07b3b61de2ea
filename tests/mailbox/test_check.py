"""`guichet check` on mail servers: one line, with the remedy."""

from __future__ import annotations

import pytest

from bot.mailbox.check import check_imap, check_smtp
from sandbox.mail import MailTown
from tests.mailbox.makers import HELP_LINE
from tests.mailbox.scripted import ImapScript, Script, SmtpScript, at_port, scripted


async def test_good_servers_are_well() -> None:
    async with MailTown() as town:
        imap = await check_imap(at_port(town.imap_port, user=HELP_LINE))
        smtp = await check_smtp(at_port(town.smtp_port, user=HELP_LINE), HELP_LINE)
    assert imap.well, imap.line
    assert smtp.well, smtp.line


async def test_what_is_wrong_is_told_with_the_setting_to_mend() -> None:
    async with MailTown() as town:
        findings = [
            await check_imap(at_port(town.imap_port, password="secret-of-mine")),
            await check_imap(at_port(town.imap_port, folder="Nulle part")),
            await check_imap(at_port(town.smtp_port), seconds=0.5),
            await check_smtp(at_port(town.smtp_port, user=HELP_LINE, password="secret-of-mine"), HELP_LINE),
        ]
        imap_port, smtp_port = town.imap_port, town.smtp_port
    findings += [await check_imap(at_port(imap_port)), await check_smtp(at_port(smtp_port), HELP_LINE)]
    for finding in findings:
        assert not finding.well
        assert "GUICHET_IMAP_URL" in finding.line or "GUICHET_SMTP_URL" in finding.line
        assert "\n" not in finding.line
        assert "secret" not in finding.line


@pytest.mark.parametrize(
    "script",
    [SmtpScript(ehlo="250-hello\r\n250 AUTH PLAIN", auth="535 no"), SmtpScript(greeting="554 no")],
    ids=["refused", "closed"],
)
async def test_an_smtp_server_that_refuses_is_no_traceback(script: Script) -> None:
    async with scripted(script) as port:
        assert not (await check_smtp(at_port(port), HELP_LINE, seconds=1)).well


async def test_a_server_without_push_is_well_but_said_so() -> None:
    script = ImapScript({"CAPABILITY": [b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"]})
    async with scripted(script) as port:
        finding = await check_imap(at_port(port))
    assert finding.well
    assert "IDLE" in finding.line
