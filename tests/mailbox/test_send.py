"""Handing mails to a server, whatever it answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused
from bot.mailbox.send import AUTH_WAIT_SECONDS, Post
from tests.mailbox.makers import HELP_LINE
from tests.mailbox.scripted import SmtpScript, at_port, eventually, scripted


def mail(number: int = 1) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = (
        HELP_LINE,
        "fatou@example.org",
        f"<{number}@cepeo.example>",
    )
    message.set_content(".une ligne qui commence par un point\nÉlève")
    return message


def post_at(port: int, user: str = "", **more: float) -> Post:
    return Post(replace(at_port(port), user=user), timeout=more.pop("timeout", 5.0), **more)


class Kept:
    """A real server's handler: keeps what it takes."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.peers: set[object] = set()

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        self.envelopes.append(envelope)
        self.peers.add(session.peer)
        return "250 kept"


async def test_mails_arrive_whole_over_one_connection() -> None:
    kept = Kept()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(kept, loop=loop), "127.0.0.1", 0)
    post = post_at(server.sockets[0].getsockname()[1])
    await asyncio.gather(*(post.post(mail(number)) for number in range(20)))
    await post.close()
    server.close()
    assert len(kept.envelopes) == 20
    assert len(kept.peers) == 1
    assert {tuple(each.rcpt_tos) for each in kept.envelopes} == {("fatou@example.org",)}
    assert all(
        b"\r\n.une ligne" in each.content for each in kept.envelopes if isinstance(each.content, bytes)
    )


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"greeting": "421 busy"}, ProviderAway),
        ({"greeting": SmtpScript.CUT}, ProviderAway),
        ({"ehlo": SmtpScript.CUT}, ProviderAway),
        ({"mail": "451 later"}, ProviderAway),
        ({"mail": "550 never"}, ProviderRefused),
        ({"rcpt": "450 greylisted"}, ProviderAway),
        ({"rcpt": "421 closing"}, ProviderAway),
        ({"rcpt": "550 5.1.1 unknown"}, ProviderRefused),
        ({"rcpt": SmtpScript.CUT}, ProviderAway),
        ({"data": "451 later"}, ProviderAway),
        ({"data": "554 never"}, ProviderRefused),
        ({"end": "452 full"}, ProviderAway),
        ({"end": "554 spam"}, ProviderRefused),
        ({"end": SmtpScript.CUT}, OutcomeUnknown),
    ],
    ids=lambda value: (
        "-".join(value) + "-" + next(iter(value.values()))[:3] if isinstance(value, dict) else None
    ),
)
async def test_each_answer_is_sorted_and_the_next_mail_gets_a_new_connection(
    answers: dict[str, str], error: type[Exception]
) -> None:
    script = SmtpScript(**answers)
    async with scripted(script) as port:
        post = post_at(port)
        with pytest.raises(error) as raised:
            await post.post(mail())
        assert type(raised.value) is error
        assert "fatou" not in str(raised.value)
        before = script.connections
        script.answers = SmtpScript().answers
        await post.post(mail(2))
        assert script.connections == before + 1
        await post.close()


async def test_a_server_that_is_silent_after_the_message_leaves_the_outcome_unknown() -> None:
    script = SmtpScript(end="")
    script.answers["END"] = "250-and nothing more follows"
    async with scripted(script) as port:
        with pytest.raises(OutcomeUnknown):
            await post_at(port, timeout=0.3).post(mail())
        assert len(script.taken) == 1


async def test_a_kept_connection_that_the_server_gave_up_is_renewed_without_an_error() -> None:
    first, second = SmtpScript(), SmtpScript()

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await (second if first.connections else first)(reader, writer)

    async with scripted(play) as port:
        post = post_at(port)
        await post.post(mail(1))
        first.answers["MAIL"] = SmtpScript.CUT
        await post.post(mail(2))
        await post.close()
    assert len(first.taken) == len(second.taken) == 1


async def test_an_idle_connection_is_given_back() -> None:
    closed = asyncio.Event()

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await SmtpScript()(reader, writer)
        finally:
            closed.set()

    async with scripted(play) as port, asyncio.timeout(5):
        await post_at(port, idle=0.01).post(mail())
        await closed.wait()


async def test_nobody_at_the_port_is_away() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(ProviderAway):
        await post_at(port).post(mail())


async def test_a_refused_password_waits_long_and_names_the_setting_at_fault() -> None:
    script = SmtpScript(ehlo="250-hello\r\n250 AUTH PLAIN", auth="535 no")
    async with scripted(script) as port:
        with pytest.raises(ProviderAway) as raised:
            await post_at(port, user="x").post(mail())
        assert raised.value.wait == AUTH_WAIT_SECONDS


async def test_a_cancelled_mail_takes_its_connection_with_it() -> None:
    script = SmtpScript()
    script.answers["END"] = "250-wait"
    async with scripted(script) as port:
        post = post_at(port)
        sending = asyncio.create_task(post.post(mail()))
        await eventually(lambda: script.taken)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        script.answers["END"] = "250 taken"
        await post.post(mail(2))
        await post.close()
    assert script.connections == 2
