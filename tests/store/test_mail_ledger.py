"""The mail ledger's promises, on both databases and on the ledger in memory that other tests use."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.mailbox.whom import Refusal
from bot.ports import Arrival, Channel, FetchedMail, MailLedger, ReadMail
from bot.settings import Settings, Waits
from bot.store.database import Database
from bot.store.mail_ledger import DatabaseMailLedger
from conversations.events import Said
from tests.mailbox.makers import KEYS
from tests.mailbox.memory import MemoryLedger

BOX = "portail@imap.example/INBOX"
AT = datetime(2026, 11, 24, 13, 12, tzinfo=UTC)
SETTINGS = Settings(waits=Waits(lease=30.0))


def mail(uid: int, content: str | None = None, message_id: str | None = None, size: int = 3) -> FetchedMail:
    name = content or f"content {uid}"
    return FetchedMail(uid, size, b"raw", name, message_id or f"<{name}@x>", AT)


def read(text: str = "Bonjour", sender: str = "fatou@example.org", **more: object) -> ReadMail:
    said = Said(at=AT, text=text, subject="Code")
    arrival = Arrival(f"mail:{text}", Channel.MAIL, sender, sender, said)
    plain = ReadMail(arrival, vouched=False, claimed=None, fingerprint=text)
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name


async def uids(ledger: MailLedger, validity: int = 1, among: Sequence[int] = range(1, 200)) -> list[int]:
    missing = await ledger.unknown(BOX, validity, list(among))
    return [uid for uid in among if uid not in missing]


async def drained(ledger: MailLedger) -> list[str]:
    """The contents of all waiting mails, in the order taken."""
    found = []
    while taken := await ledger.take(BOX, 2):
        for waiting in taken:
            found.append(waiting.content_key)
            await ledger.skip(waiting.id, Refusal.LIST.value, None)
    return found


class LedgerContract:
    """What every ledger keeps."""

    async def test_a_mailbox_nobody_began_has_no_position(self, ledger: MailLedger) -> None:
        assert await ledger.position(BOX) is None

    async def test_a_position_is_kept_moves_on_and_never_back(self, ledger: MailLedger) -> None:
        begun = await ledger.begin(BOX, 1, 10)
        assert (begun.uid_validity, begun.last_uid, begun.swept_at) == (1, 10, None)
        await ledger.record(BOX, 1, [mail(11), mail(12)], 12)
        await ledger.record(BOX, 1, [mail(3)], 3)
        await ledger.swept(BOX)
        position = await ledger.position(BOX)
        assert position is not None
        assert position.last_uid == 12
        assert position.swept_at is not None
        renumbered = await ledger.begin(BOX, 2, 5)
        assert (renumbered.uid_validity, renumbered.last_uid) == (2, 5)
        assert abs(renumbered.first_seen_at - position.first_seen_at) < timedelta(seconds=1)

    async def test_a_cursor_of_an_old_numbering_moves_nothing(self, ledger: MailLedger) -> None:
        await ledger.begin(BOX, 2, 5)
        await ledger.record(BOX, 1, [mail(90)], 90)
        position = await ledger.position(BOX)
        assert position is not None
        assert position.last_uid == 5

    async def test_what_was_recorded_is_known_and_waits_once_in_order(self, ledger: MailLedger) -> None:
        await ledger.begin(BOX, 1, 0)
        await ledger.record(BOX, 1, [mail(7), mail(8)], 8)
        await ledger.record(BOX, 1, [mail(8), mail(9)], 9)
        assert await uids(ledger) == [7, 8, 9]
        assert await uids(ledger, validity=2) == []
        assert await drained(ledger) == ["content 7", "content 8", "content 9"]

    async def test_the_same_content_waits_once_whatever_its_number(self, ledger: MailLedger) -> None:
        await ledger.begin(BOX, 1, 0)
        await ledger.record(BOX, 1, [mail(1, "a"), mail(2, "a")], 2)
        assert await drained(ledger) == ["a"]
        await ledger.record(BOX, 2, [mail(1, "a"), mail(2, "b")], 2)
        assert await drained(ledger) == ["b"]
        assert await uids(ledger, validity=2) == [1, 2]

    async def test_mails_passed_over_are_known_and_never_wait(self, ledger: MailLedger) -> None:
        await ledger.pass_over(BOX, 1, [1, 2, 3], Refusal.BEFORE_FIRST_SIGHT.value)
        await ledger.pass_over(BOX, 1, [3, 4], Refusal.BEFORE_FIRST_SIGHT.value)
        await ledger.pass_over(BOX, 1, [], Refusal.BEFORE_FIRST_SIGHT.value)
        assert await uids(ledger) == [1, 2, 3, 4]
        assert not await ledger.take(BOX)

    async def test_each_attempt_is_counted_before_anybody_reads(self, ledger: MailLedger) -> None:
        await ledger.begin(BOX, 1, 0)
        await ledger.record(BOX, 1, [mail(1, size=4)], 1)
        taken = [each for _ in range(3) for each in await ledger.take(BOX)]
        assert [each.attempts for each in taken] == [1, 2, 3]
        assert [each.whole for each in taken] == [False] * 3
        await ledger.quarantine(taken[0].id, Refusal.POISON.value)
        assert not await ledger.take(BOX)

    async def test_mails_are_taken_together_but_one_that_was_tried_comes_alone(
        self, ledger: MailLedger
    ) -> None:
        await ledger.begin(BOX, 1, 0)
        await ledger.record(BOX, 1, [mail(1), mail(2)], 2)
        assert len(await ledger.take(BOX, 25)) == 2
        await ledger.record(BOX, 1, [mail(3), mail(4)], 4)
        [alone] = await ledger.take(BOX, 25)
        assert (alone.content_key, alone.attempts) == ("content 1", 2)
        await ledger.skip(alone.id, Refusal.LIST.value, None)
        [alone] = await ledger.take(BOX, 25)
        assert alone.content_key == "content 2"
        await ledger.skip(alone.id, Refusal.LIST.value, None)
        assert [each.content_key for each in await ledger.take(BOX, 25)] == ["content 3", "content 4"]

    async def test_a_message_id_on_another_content_is_told_of(self, ledger: MailLedger) -> None:
        await ledger.begin(BOX, 1, 0)
        await ledger.record(BOX, 1, [mail(1, "a", "<same@x>"), mail(2, "a", "<same@x>")], 2)
        [first] = await ledger.take(BOX)
        assert not first.repeated
        await ledger.record(BOX, 1, [mail(3, "b", "<same@x>")], 3)
        [again] = await ledger.take(BOX)
        assert again.repeated

    async def test_mails_of_other_mailboxes_are_not_taken(self, ledger: MailLedger) -> None:
        await ledger.begin("other", 1, 0)
        await ledger.record("other", 1, [mail(1)], 1)
        assert not await ledger.take(BOX)

    async def test_a_persons_mail_is_queued_once(self, ledger: MailLedger) -> None:
        await ledger.begin(BOX, 1, 0)
        await ledger.record(BOX, 1, [mail(1)], 1)
        [taken] = await ledger.take(BOX)
        assert await ledger.queue([(taken.id, read())]) == [""]
        assert not await ledger.take(BOX)


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def ledger(self) -> MailLedger:
        return MemoryLedger()


class TestDatabaseLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, database: Database) -> MailLedger:
        return DatabaseMailLedger(database, KEYS, SETTINGS, "this process")


async def test_the_right_to_watch_is_held_by_one(database: Database) -> None:
    mine = DatabaseMailLedger(database, KEYS, SETTINGS, "one")
    theirs = DatabaseMailLedger(database, KEYS, SETTINGS, "two")
    assert await mine.hold(BOX)
    assert await mine.hold(BOX)
    assert not await theirs.hold(BOX)
    assert await theirs.hold("another mailbox")
    await theirs.let_go(BOX)
    assert not await theirs.hold(BOX)
    await mine.let_go(BOX)
    assert await theirs.hold(BOX)


async def test_a_right_that_ran_out_is_anybodys(database: Database) -> None:
    gone = DatabaseMailLedger(database, KEYS, replace(SETTINGS, waits=Waits(lease=0)), "one")
    assert await gone.hold(BOX)
    assert await DatabaseMailLedger(database, KEYS, SETTINGS, "two").hold(BOX)


async def test_a_process_of_this_machine_that_was_killed_holds_nothing(database: Database) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
    killed = f"{socket.gethostname()}/{process.pid}/x"
    assert await DatabaseMailLedger(database, KEYS, SETTINGS, killed).hold(BOX)
    assert await DatabaseMailLedger(database, KEYS, SETTINGS).hold(BOX)
    assert not await DatabaseMailLedger(database, KEYS, SETTINGS, f"elsewhere/{process.pid}/x").hold(BOX)
