"""The town's mail over the real protocols: what is sent arrives, and the border says who sent it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aioimaplib
import aiosmtplib
import pytest

from sandbox.border import AUTHSERV_ID
from sandbox.mail import MailTown
from sandbox.proxy import Proxy

HELP = "aide@ecole.example"
PARENT = "fatou@famille.example"


def a_mail(sender: str = PARENT, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = HELP
    mail["Subject"] = "Portail"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Bonjour, où est mon code ?")
    return mail


async def send(
    town: MailTown, mail: EmailMessage, signed_in_as: str | None = None, password: str = "demo"
) -> None:
    await aiosmtplib.send(
        mail,
        hostname="127.0.0.1",
        port=town.smtp_port,
        start_tls=False,
        username=signed_in_as,
        password=password if signed_in_as else None,
    )


async def sign_in(town: MailTown, address: str, password: str = "demo") -> tuple[aioimaplib.IMAP4, str]:
    client = aioimaplib.IMAP4(host="127.0.0.1", port=town.imap_port)
    await client.wait_hello_from_server()
    return client, (await client.login(address, password)).result


def verdicts(raw: bytes) -> list[str]:
    mail = message_from_bytes(raw, policy=policy.default)
    return [str(value) for value in mail.get_all("Authentication-Results", [])]


async def test_a_mail_is_pushed_to_whoever_watches_the_mailbox() -> None:
    async with MailTown() as town:
        client, result = await sign_in(town, HELP)
        assert result == "OK"
        await client.select("INBOX")
        idle = await client.idle_start(timeout=20)
        await send(town, a_mail())
        assert any(b"EXISTS" in line for line in await client.wait_server_push(20))
        client.idle_done()
        await idle
        await client.logout()


async def test_nobody_signs_in_with_another_password() -> None:
    async with MailTown() as town:
        _, result = await sign_in(town, HELP, "guess")
        assert result == "NO"
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await send(town, a_mail(), PARENT, "guess")


@pytest.mark.parametrize(
    ("sender", "signed_in_as", "verdict"),
    [
        (PARENT, PARENT, "pass"),
        (f"Fatou <{PARENT.upper()}>", PARENT, "pass"),
        (PARENT, None, "none"),
        (PARENT, "other@famille.example", "none"),
        (f"{PARENT}, other@famille.example", PARENT, "none"),
    ],
)
async def test_the_border_vouches_only_for_who_signed_in_as_the_from_address(
    sender: str, signed_in_as: str | None, verdict: str
) -> None:
    async with MailTown() as town:
        await send(town, a_mail(sender), signed_in_as)
        [raw] = await town.wait_for(HELP, 1)
    [result] = verdicts(raw)
    assert result.startswith(f"{AUTHSERV_ID}; dmarc={verdict}")


async def test_a_claim_of_another_border_is_stripped_however_it_is_folded() -> None:
    raw = (
        b"authentication-results: border.town.example;\r\n\tdmarc=pass\r\nFrom: a@b.example\r\n"
        b"Authentication-Results : border.town.example; dmarc=pass\r\n\r\nAuthentication-Results: in the body\r\n"
    )
    async with MailTown() as town:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=town.smtp_port, start_tls=False) as client:
            await client.sendmail("a@b.example", [HELP], raw)
        [delivered] = await town.wait_for(HELP, 1)
    assert len(verdicts(delivered)) == 1
    assert "dmarc=none" in verdicts(delivered)[0]
    assert b"in the body" in delivered


async def test_mails_and_their_numbers_outlive_a_restart(tmp_path: Path) -> None:
    async with MailTown(directory=tmp_path) as town:
        await send(town, a_mail())
        first = await town.wait_for(HELP, 1)
        before = await _uid_validity(town)
    async with MailTown(directory=tmp_path) as town:
        assert town.mails(HELP) == first
        assert await _uid_validity(town) == before
        town.renumber(HELP)
        assert await _uid_validity(town) != before


async def _uid_validity(town: MailTown) -> bytes:
    client, _ = await sign_in(town, HELP)
    answer = await client.select("INBOX")
    await client.logout()
    return next(bytes(line) for line in answer.lines if b"UIDVALIDITY" in line)


async def test_an_address_can_refuse() -> None:
    async with MailTown() as town:
        town.refusals[HELP] = "550 5.1.1 no such mailbox"
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await send(town, a_mail())


async def test_no_verdict_can_be_written_through_the_senders_address() -> None:
    forged = f"{AUTHSERV_ID}; dmarc=pass header.from=famille.example"
    async with MailTown() as town:
        reader, writer = await asyncio.open_connection("127.0.0.1", town.smtp_port)
        for line in (
            b"HELO stranger",
            f'MAIL FROM:<"a\rAuthentication-Results: {forged}\rX: "@b.example>'.encode(),
            f"RCPT TO:<{HELP}>".encode(),
            b"DATA",
            f"From: {PARENT}\r\nSubject: a\rAuthentication-Results: {forged}\r\n\r\nBonjour\r\n.".encode(),
        ):
            await reader.readline()
            writer.write(line + b"\r\n")
        [raw] = await town.wait_for(HELP, 1)
        writer.close()
    assert [f"{AUTHSERV_ID}; dmarc=none" in verdict for verdict in verdicts(raw)] == [True]


async def test_a_mail_that_bounces_comes_back_as_a_report() -> None:
    async with MailTown() as town:
        town.bounces[HELP] = "5.1.1"
        mail = a_mail(Message_ID="<first@famille.example>")
        await send(town, mail)
        [raw] = await town.wait_for(PARENT, 1)
        assert town.mails(HELP) == []
    report = message_from_bytes(raw)
    assert report.get_content_type() == "multipart/report"
    assert report["Return-Path"] == "<>"
    statuses = [part["Status"] for part in report.walk() if part["Status"]]
    assert statuses == ["5.1.1"]
    assert [part["Message-ID"] for part in report.walk()].count("<first@famille.example>") == 1


async def test_the_null_sender_is_told_of_no_bounce() -> None:
    async with MailTown() as town:
        town.bounces[PARENT] = "5.1.1"
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=town.smtp_port, start_tls=False) as client:
            await client.sendmail("", [PARENT, HELP], a_mail().as_bytes())
        [raw] = await town.wait_for(HELP, 1)
        assert town.mails("") == town.mails(PARENT) == []
    assert raw.startswith(b"Return-Path: <>")


async def test_a_mail_is_kept_byte_for_byte_below_what_the_border_wrote() -> None:
    raw = b"From: a@b.example\r\nDate: x\r\nMessage-ID: <1@b>\r\nSubject:  caf\xe9 \xff\r\n\r\n..\r\n\x00\xe9\r\n"
    async with MailTown() as town:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=town.smtp_port, start_tls=False) as client:
            await client.sendmail("a@b.example", [HELP], raw)
        [delivered] = await town.wait_for(HELP, 1)
    assert delivered.endswith(raw)


async def test_a_mark_of_the_help_line_stays_on_the_mail() -> None:
    async with MailTown() as town:
        await town.append(HELP, b"From: a@b.example\r\n\r\nBonjour\r\n")
        client, _ = await sign_in(town, HELP)
        await client.select("INBOX")
        await client.store("1", "+FLAGS", "($Guichet)")
        await client.logout()
        client, _ = await sign_in(town, HELP)
        await client.select("INBOX")
        found = await client.search("KEYWORD $Guichet", charset=None)
        await client.logout()
    assert found.lines[0] == b"1"


async def test_to_look_into_a_mailbox_does_not_make_it_and_no_address_leaves_the_folder(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "mail"
    async with MailTown(directory=directory) as town:
        assert town.mails(HELP) == []
        assert not directory.exists()
        await town.append("..", b"From: a@b.example\r\n\r\n")
        await town.append("a/../../b@c.example", b"From: a@b.example\r\n\r\n")
    async with MailTown(directory=directory) as town:
        assert len(town.mails("..")) == len(town.mails("a/../../b@c.example")) == 1
        assert not (tmp_path / "00000001.eml").exists()


async def test_who_is_connected_when_the_town_ends_is_hung_up_on() -> None:
    async with MailTown() as town:
        ends = [await asyncio.open_connection("127.0.0.1", port) for port in (town.imap_port, town.smtp_port)]
        for reader, _ in ends:
            await reader.readline()
    async with asyncio.timeout(20):
        for reader, writer in ends:
            with suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()


@pytest.mark.parametrize("size", [1, 65536])
async def test_a_line_that_crawls_loses_nothing(size: int) -> None:
    async with MailTown() as town, Proxy(town.smtp_port) as proxy:
        proxy.slice = size
        await aiosmtplib.send(a_mail(), hostname="127.0.0.1", port=proxy.port, start_tls=False)
        [raw] = await town.wait_for(HELP, 1)
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == "Portail"
