"""Watching a real mailbox, whatever happens to the line, the server or a mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.mailbox.imap import Session
from bot.mailbox.pace import Pace
from bot.mailbox.receive import ATTEMPTS, Receiver
from bot.mailbox.watch import Watch
from bot.mailbox.whom import Refusal
from bot.settings import Waits
from sandbox.mail import MailTown
from sandbox.proxy import Proxy
from tests.mailbox.makers import HELP_LINE, OURSELVES, THREADS, raw_mail
from tests.mailbox.memory import MemoryLedger
from tests.mailbox.scripted import ImapScript, at_port, eventually, scripted

SOON = Waits(idle_renewal=30.0, sweep=600.0, poll=0.2, lease=0.3)
QUICK = Pace(first=0.02, longest=0.1, sign_in=0.02)


def mail(number: int, body: str | None = None) -> bytes:
    return raw_mail(body or f"mail {number}", message_id=f"<{number}@example.org>")


def watching(
    port: int, ledger: MemoryLedger, *, waits: Waits = SOON, old: bool = False, timeout: float = 5
) -> Watch:
    server = at_port(port, user=HELP_LINE)
    name = f"{server.user}@{server.host}/{server.folder}"
    receiver = Receiver(name, ledger, OURSELVES, "off")
    return Watch(server, ledger, receiver, waits, answer_old=old, pace=QUICK, timeout=timeout)


@asynccontextmanager
async def running(watch: Watch) -> AsyncIterator[Watch]:
    task = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_mails_arrive_by_push_each_once_and_in_order() -> None:
    ledger = MemoryLedger()
    async with MailTown() as town, running(watching(town.imap_port, ledger)) as watch:
        await ledger.until(lambda: bool(ledger.positions))
        for number in range(30):
            await town.append(HELP_LINE, mail(number))
        await ledger.until(lambda: len(ledger.texts()) == 30)
        assert ledger.texts() == [f"mail {number}" for number in range(30)]
        assert watch.state.connected
        assert watch.state.well


async def test_mails_that_were_there_before_are_let_lie() -> None:
    ledger = MemoryLedger()
    async with MailTown() as town:
        for number in range(1200):
            await town.append(HELP_LINE, mail(number))
        async with running(watching(town.imap_port, ledger)):
            await ledger.until(lambda: bool(ledger.positions))
            await town.append(HELP_LINE, mail(2000))
            await ledger.until(lambda: bool(ledger.texts()))
    assert ledger.texts() == ["mail 2000"]
    assert set(ledger.reasons()) == {Refusal.BEFORE_FIRST_SIGHT.value}


async def test_a_first_sight_that_was_cut_short_still_lets_old_mails_lie() -> None:
    class FallsOver(MemoryLedger):
        async def begin(self, mailbox: str, uid_validity: int, last_uid: int) -> object:  # type: ignore[override]  # fails once
            if not hasattr(self, "fell"):
                self.fell = True
                raise asyncio.CancelledError
            return await super().begin(mailbox, uid_validity, last_uid)

    ledger = FallsOver()
    async with MailTown() as town:
        await town.append(HELP_LINE, mail(1))
        async with running(watching(town.imap_port, ledger)):
            await ledger.until(lambda: bool(ledger.rows))
        async with running(watching(town.imap_port, ledger)):
            await ledger.until(lambda: bool(ledger.positions))
            await town.append(HELP_LINE, mail(2))
            await ledger.until(lambda: bool(ledger.texts()))
    assert ledger.texts() == ["mail 2"]


async def test_the_operator_may_have_old_mails_answered_too() -> None:
    ledger = MemoryLedger()
    async with MailTown() as town:
        for number in range(120):
            await town.append(HELP_LINE, mail(number))
        async with running(watching(town.imap_port, ledger, old=True)):
            await ledger.until(lambda: len(ledger.texts()) == 120)
    assert ledger.texts() == [f"mail {number}" for number in range(120)]


async def test_a_cut_line_loses_nothing_and_repeats_nothing() -> None:
    ledger = MemoryLedger()
    async with (
        MailTown() as town,
        Proxy(town.imap_port) as proxy,
        running(watching(proxy.port, ledger)) as watch,
    ):
        await ledger.until(lambda: bool(ledger.positions))
        for number in range(40):
            await town.append(HELP_LINE, mail(number))
            if number % 8 == 3:
                proxy.cut()
        await ledger.until(lambda: len(ledger.texts()) == 40)
        assert watch.state.reconnects > 0
    assert ledger.texts() == [f"mail {number}" for number in range(40)]


async def test_a_line_that_swallows_everything_is_given_up_at_the_next_renewal() -> None:
    ledger = MemoryLedger()
    waits = Waits(idle_renewal=0.3, sweep=600, poll=0.2, lease=10)
    async with (
        MailTown() as town,
        Proxy(town.imap_port) as proxy,
        running(watching(proxy.port, ledger, waits=waits, timeout=0.5)) as watch,
    ):
        await ledger.until(lambda: bool(ledger.positions))
        proxy.black_hole = True
        await town.append(HELP_LINE, mail(1))
        await eventually(lambda: not proxy._writers or watch.state.reconnects)
        proxy.black_hole = False
        await ledger.until(lambda: bool(ledger.texts()))
    assert ledger.texts() == ["mail 1"]


async def test_a_restarted_server_is_found_again(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    async with MailTown(directory=tmp_path) as town:
        port = town.imap_port
        watch = watching(port, ledger)
        async with running(watch):
            await ledger.until(lambda: bool(ledger.positions))
            await town.append(HELP_LINE, mail(1))
            await ledger.until(lambda: len(ledger.texts()) == 1)
    async with running(watching(port, ledger)), MailTown(imap_port=port, directory=tmp_path) as town:
        await town.append(HELP_LINE, mail(2))
        await ledger.until(lambda: len(ledger.texts()) == 2)
    assert ledger.texts() == ["mail 1", "mail 2"]


async def test_a_new_numbering_of_the_mailbox_repeats_nothing() -> None:
    ledger = MemoryLedger()
    async with MailTown() as town, Proxy(town.imap_port) as proxy:
        await town.append(HELP_LINE, mail(0))
        async with running(watching(proxy.port, ledger)):
            await ledger.until(lambda: bool(ledger.positions))
            for number in range(1, 80):
                await town.append(HELP_LINE, mail(number))
            await ledger.until(lambda: len(ledger.texts()) == 79)
            before = next(iter(ledger.positions.values())).uid_validity
            town.renumber(HELP_LINE)
            proxy.cut()
            await ledger.until(lambda: next(iter(ledger.positions.values())).uid_validity != before)
            await town.append(HELP_LINE, mail(100))
            await ledger.until(lambda: len(ledger.texts()) == 80)
    assert ledger.texts() == [f"mail {number}" for number in (*range(1, 80), 100)]


async def test_a_mail_that_cannot_be_handled_is_left_to_staff_and_the_next_one_flows() -> None:
    ledger = MemoryLedger()
    ledger.spoiled = lambda read: "poison" in read.arrival.said.text
    async with MailTown() as town, running(watching(town.imap_port, ledger)):
        await ledger.until(lambda: bool(ledger.positions))
        await town.append(HELP_LINE, mail(1, "poison"))
        await town.append(HELP_LINE, mail(2))
        await ledger.until(lambda: bool(ledger.texts()))
    assert ledger.texts() == ["mail 2"]
    assert ledger.rows[0].state == "quarantined"
    assert ledger.rows[0].attempts == ATTEMPTS + 1
    assert ledger.rows[1].attempts <= ATTEMPTS


async def test_hostile_mails_are_each_read_refused_or_left_out_and_the_next_one_flows() -> None:
    ledger = MemoryLedger()
    parts = b"".join(b"--b\r\n\r\npart\r\n" for _ in range(1000))
    hostile = [
        raw_mail(sender="parent@good.example <evil@bad.example>", message_id="<h1@x>"),
        b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nx",
        raw_mail(subject="=?utf-8?q?a=0D=0ABcc:_x?=", message_id="<h2@x>"),
        raw_mail("x", "a@b.example", "<h3@x>", "s", "Content-Type: text/plain; charset=no-such"),
        b"From: a@b.example\r\nMessage-ID: <h4@x>\r\n\r\na\x00b",
        raw_mail("y" * 78 + "\n" + "x" * 30_000_000, message_id="<h5@x>"),
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts,
        raw_mail(message_id=None),
        mail(1),
        mail(1, "the same Message-ID, another body"),
        raw_mail(sender=HELP_LINE, message_id="<h6@x>"),
        b"\r\n\r\n",
    ]
    async with MailTown() as town, running(watching(town.imap_port, ledger, timeout=20)):
        await ledger.until(lambda: bool(ledger.positions))
        for raw in hostile:
            await town.append(HELP_LINE, raw)
        await town.append(HELP_LINE, mail(99))
        await ledger.until(lambda: "mail 99" in ledger.texts(), 60)
    assert {row.state for row in ledger.rows} == {"queued", "skipped"}
    refused = [row.reason for row in ledger.rows if row.state == "skipped"]
    assert sorted(refused) == ["own_address", *["unusable_sender"] * 3]
    assert len(ledger.texts()) == 9


async def test_the_same_mail_delivered_twice_is_one_mail() -> None:
    ledger = MemoryLedger()
    async with MailTown() as town, running(watching(town.imap_port, ledger)):
        await ledger.until(lambda: bool(ledger.positions))
        for raw in (mail(1), b"Received: by another way\r\n" + mail(1), mail(2)):
            await town.append(HELP_LINE, raw)
        await ledger.until(lambda: len(ledger.texts()) == 2)
    assert ledger.reasons() == ["duplicate"]


async def test_a_sweep_finds_what_no_push_told_of() -> None:
    ledger = MemoryLedger()
    waits = Waits(idle_renewal=30, sweep=0.3, poll=0.2, lease=10)
    async with MailTown() as town, running(watching(town.imap_port, ledger, waits=waits)) as watch:
        await ledger.until(lambda: bool(ledger.positions))
        await town.append(HELP_LINE, mail(1))
        await ledger.until(lambda: bool(ledger.texts()))
        ledger.rows.clear()  # As if it had been forgotten: the cursor stands behind it.
        await ledger.until(lambda: bool(ledger.texts()))
        assert watch.state.last_sweep is not None


async def test_a_reply_of_staff_in_the_sent_folder_joins_its_case_once() -> None:
    ledger = MemoryLedger()
    ours = THREADS.message_id(7, "reply/1")
    of_staff = raw_mail("C'est réglé", HELP_LINE, "<staff@cepeo.example>", "Re", f"In-Reply-To: {ours}")
    of_the_bot = raw_mail(
        "Bonjour", HELP_LINE, ours, "Re", f"In-Reply-To: {THREADS.message_id(7, 'reply/0')}"
    )
    waits = Waits(idle_renewal=30, sweep=0.2, poll=0.2, lease=10)
    async with MailTown() as town, Session(at_port(town.imap_port, user=HELP_LINE)) as session:
        await session._client.create("Sent")
        for raw in (of_staff, of_the_bot, raw_mail("Autre", HELP_LINE, "<other@cepeo.example>")):
            await session._client.append(raw, "Sent")
        async with running(watching(town.imap_port, ledger, waits=waits)):
            await ledger.until(lambda: bool(ledger.staff))
            sweeps = [position.swept_at for position in ledger.positions.values()]
            await ledger.until(
                lambda: [each.swept_at for each in ledger.positions.values()] not in (sweeps, [None])
            )
            await town.append(HELP_LINE, mail(1))
            await ledger.until(lambda: bool(ledger.texts()))
    assert ledger.staff == [("<staff@cepeo.example>", 7)]


async def test_a_second_process_waits_and_takes_over() -> None:
    ledger, other = MemoryLedger(), MemoryLedger()
    async with MailTown() as town:
        watch = watching(town.imap_port, ledger)
        ledger.holders[watch.name] = other
        async with running(watch):
            await town.append(HELP_LINE, mail(1))
            await eventually(lambda: watch.state.waits_for_lease)
            assert watch.state.well
            assert not ledger.positions
            del ledger.holders[watch.name]
            await ledger.until(lambda: bool(ledger.positions))


async def test_a_refused_password_is_told_and_tried_again_slowly() -> None:
    ledger = MemoryLedger()
    script = ImapScript({"LOGIN": [b"{tag} NO no\r\n"]})
    async with scripted(script) as port:
        watch = watching(port, ledger)
        watch.pace = Pace(sign_in=60)
        async with running(watch):
            await eventually(lambda: watch.state.trouble)
        assert not watch.state.well
        assert "password" in watch.state.trouble
    assert sum(each.startswith("LOGIN") for each in script.heard) == 1


@pytest.mark.parametrize(("lived", "longest"), [(0, 8.0), (500, 1.0)])
def test_waits_grow_from_one_failure_to_the_next_and_shrink_after_health(
    lived: float, longest: float
) -> None:
    pace = Pace(chance=lambda: 1.0)
    waits = [pace.after_trouble(0) for _ in range(3)] + [pace.after_trouble(lived)]
    assert waits == [1.0, 2.0, 4.0, longest]
    assert Pace(chance=lambda: 0.0).after_refusal() >= 300
    for _ in range(40):
        assert pace.after_trouble(0) <= 300


async def test_a_server_without_push_is_asked_again_and_again() -> None:
    ledger = MemoryLedger()
    raw = mail(7)
    script = ImapScript(
        {
            "CAPABILITY": [b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"],
            "SELECT": [b"* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 12] ok\r\n{tag} OK done\r\n"],
            "LIST": [b"{tag} OK done\r\n"],
        }
    )
    async with scripted(script) as port, running(watching(port, ledger)):
        await ledger.until(lambda: bool(ledger.positions))
        listed = b'* 1 FETCH (UID 12 RFC822.SIZE %d INTERNALDATE "20-Nov-2020 08:12:00 -0500")\r\n' % len(raw)
        script.answers["UID FETCH 12 (UID BODY"] = [
            b"* 1 FETCH (UID 12 BODY[] {%d}\r\n" % len(raw) + raw + b")\r\n{tag} OK done\r\n"
        ]
        script.answers["UID FETCH"] = [listed + b"{tag} OK done\r\n"]
        script.answers["UID SEARCH"] = [b"* SEARCH 12\r\n{tag} OK done\r\n"]
        await ledger.until(lambda: bool(ledger.texts()))
    assert ledger.texts() == ["mail 7"]
    assert ledger.rows[0].mail is not None
    assert ledger.rows[0].mail.received_at == datetime(2020, 11, 20, 13, 12, tzinfo=UTC)
    assert not any(command.startswith("IDLE") for command in script.heard)


async def test_a_line_that_breaks_at_every_sign_in_is_tried_slowly_from_the_second_time_on() -> None:
    ledger = MemoryLedger()

    class Twice(ImapScript):
        async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._say(writer, [b"* OK ready\r\n"], "")
            while line := await reader.readline():
                tag, _, command = line.decode().partition(" ")
                if command.startswith("LOGIN"):
                    self.heard.append("LOGIN")
                    return
                await self._say(writer, [b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"], tag)

    script = Twice({})
    async with scripted(script) as port:
        watch = watching(port, ledger)
        watch.pace = Pace(first=0.01, longest=0.01, sign_in=60)
        async with running(watch):
            await eventually(lambda: watch.state.reconnects == 2)
    assert script.heard == ["LOGIN"] * 2
