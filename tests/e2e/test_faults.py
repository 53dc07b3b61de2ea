"""The whole process under faults, over real IMAP and SMTP: each mail answered once, in order, or named."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from email import message_from_bytes
from functools import partial
from pathlib import Path

import pytest

from sandbox.proxy import Proxy
from tests.conftest import LONG
from tests.e2e.correspondence import OPENINGS, Correspondence, CountingTown
from tests.e2e.hostile import hostile
from tests.e2e.moody import Line, MoodySmtp
from tests.e2e.process import HELP_LINE, Bot, bot, cases, eventually, fates, staff_reasons, states

pytestmark = [pytest.mark.fault, pytest.mark.timeout(1800 if LONG else 120)]

SINGLES, THREADS = (180, 40) if LONG else (36, 8)
MAILS = SINGLES + 3 * THREADS
KILLS = {"sqlite": 40 if LONG else 4, "postgresql": 40 if LONG else 2}
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ [A-Z]+ \S+: ")
"""As log_plainly writes them: what else stands on stderr is a traceback."""
OLD = 10_000 if LONG else 2_000
OLD_PARENT = "ancien@famille.example"
IN_CONVERSATION = 12
"""Parents whose mails are under way at once."""
IN_HAND = 17
"""Mails that the courier has in hand at most: those may leave twice when it is killed."""


@pytest.fixture
async def town() -> AsyncIterator[CountingTown]:
    async with CountingTown() as town:
        yield town


def in_folder(directory: Path) -> str:
    return f"sqlite:///{directory}/guichet.db"


def old_mail(number: int) -> bytes:
    head = f"From: {OLD_PARENT}\r\nTo: {HELP_LINE}\r\nSubject: Code {number}\r\n"
    return f"{head}Message-ID: <{number}@old.example>\r\n\r\nPas de code, {number}.\r\n".encode()


async def next_second() -> None:
    """A mailbox tells times of arrival in whole seconds: what comes in the first one counts as old."""
    await asyncio.sleep(1 - time.time() % 1)


async def one_mail(letters: Correspondence) -> None:
    await letters.answered(await letters.open())


async def three_mails(letters: Correspondence) -> None:
    """The second and the third in one breath: their answers must keep the order."""
    parent = await letters.open()
    await letters.answered(parent)
    ours = str(letters.answers(parent)[0]["Message-ID"])
    await letters.write(parent, "Je m'appelle Fatou Traoré.", ours)
    await letters.write(parent, "Mon enfant s'appelle Awa Traoré.", ours)
    await letters.answered(parent)


async def stream(letters: Correspondence, chance: random.Random) -> None:
    """Different parents, some in the middle of a thread, not more than a few at once."""
    stories = [one_mail] * SINGLES + [three_mails] * THREADS
    chance.shuffle(stories)
    room = asyncio.Semaphore(IN_CONVERSATION)
    async with asyncio.TaskGroup() as parents:
        for story in stories:
            await room.acquire()
            parents.create_task(story(letters)).add_done_callback(lambda _: room.release())


async def assert_all_is_well(letters: Correspondence, bot: Bot) -> None:
    """Every mail answered once and in order, nothing left over in any queue, and the journal whole."""
    letters.assert_each_answered_once_in_order()
    left = await states(bot.url)
    written = sum(map(len, letters.written.values()))
    assert left["mails"].get("queued") == written
    assert not left["mails"].keys() & {"fetched", "quarantined"}
    assert left["outbox"] == {"sent": written}
    assert "quarantined" not in left["inbox"]
    assert await cases(bot.url) == len(letters.written)
    assert await bot.verify() == 0


async def test_killed_at_random_points_every_mail_is_answered_once_and_in_order(
    town: CountingTown, database_url: str, tmp_path: Path
) -> None:
    chance, letters = random.Random(), Correspondence(town)
    kills = KILLS[database_url.partition(":")[0]]
    # Each mail arrives, and then its answer: that many arrivals are sure to come.
    points = sorted(chance.sample(range(1, 2 * MAILS), kills))
    async with bot(town.imap_port, town.smtp_port, database_url, tmp_path) as house:
        await house.start()
        streaming = asyncio.create_task(stream(letters, chance))
        for point in points:
            await town.until(lambda point=point: town.arrivals >= point)  # type: ignore[misc]  # mypy cannot infer it
            await asyncio.sleep(chance.random() * 0.05)  # not to wait for anything: chance chooses the point
            await house.kill()
            await (house.launch() if LONG and chance.random() < 0.2 else house.start())
        await streaming
        assert await house.stop() == 0
        await assert_all_is_well(letters, house)
        assert letters.repeats() <= kills * IN_HAND


async def test_stopped_politely_under_load_nothing_is_lost_or_repeated(
    town: CountingTown, tmp_path: Path
) -> None:
    letters = Correspondence(town)
    async with bot(town.imap_port, town.smtp_port, in_folder(tmp_path), tmp_path) as house:
        await house.start()
        streaming = asyncio.create_task(stream(letters, random.Random()))
        await town.until(lambda: town.arrivals >= MAILS // 2)
        assert await house.stop() == 0
        await house.start()
        await streaming
        assert await house.stop() == 0
        await assert_all_is_well(letters, house)
        assert letters.repeats() == 0


async def test_a_cut_line_and_a_restarted_server_are_got_over_alone(tmp_path: Path) -> None:
    async with CountingTown(directory=tmp_path / "town") as town, Proxy(town.imap_port) as line:
        letters = Correspondence(town)
        async with bot(line.port, town.smtp_port, in_folder(tmp_path), tmp_path) as house:
            await house.start()
            await one_mail(letters)
            line.cut()
            await one_mail(letters)
            ports = town.imap_port, town.smtp_port
            await town.__aexit__()
            async with CountingTown(*ports, tmp_path / "town") as again:
                letters.town = again
                await asyncio.gather(*(one_mail(letters) for _ in range(5)))
                assert await house.stop() == 0
                await assert_all_is_well(letters, house)
        assert letters.repeats() == 0


async def test_a_line_that_swallows_everything_and_mails_numbered_anew_are_got_over_alone(
    town: CountingTown, tmp_path: Path
) -> None:
    letters = Correspondence(town)
    async with (
        Line(town.imap_port) as line,
        bot(line.port, town.smtp_port, in_folder(tmp_path), tmp_path) as house,
    ):
        await house.start()
        await asyncio.gather(*(one_mail(letters) for _ in range(5)))
        line.black_hole = True
        await letters.open()
        await line.connections.reach(line.connections.count + 1)
        line.black_hole = False
        await letters.answered()

        town.renumber(HELP_LINE)
        await letters.open()
        line.cut()
        await letters.answered()
        assert await house.stop() == 0
        letters.assert_each_answered_once_in_order()
        assert letters.repeats() == 0
        assert (await states(house.url))["mails"]["queued"] == len(letters.written)


async def test_thousands_of_old_mails_stay_unanswered_and_the_first_new_one_is_not(
    town: CountingTown, tmp_path: Path
) -> None:
    letters = Correspondence(town)
    for number in range(OLD):
        await town.append(HELP_LINE, old_mail(number))
    async with bot(town.imap_port, town.smtp_port, in_folder(tmp_path), tmp_path) as house:
        await house.start()
        await one_mail(letters)
        await house.kill()
        await next_second()
        town.renumber(HELP_LINE)
        await letters.open()
        await house.start()
        await letters.answered()
        await one_mail(letters)
        assert await house.stop() == 0
        letters.assert_each_answered_once_in_order()
        assert not town.mails(OLD_PARENT)
        assert await cases(house.url) == len(letters.written)


async def test_answers_wait_for_a_mail_server_that_is_away(town: CountingTown, tmp_path: Path) -> None:
    letters = Correspondence(town)
    async with (
        MoodySmtp(town) as way_out,
        bot(town.imap_port, way_out.port, in_folder(tmp_path), tmp_path) as house,
    ):
        way_out.away = True
        await house.start()
        for _ in range(5):
            await letters.open()
        await way_out.callers.reach(10)
        way_out.away = False
        await letters.answered()
        assert await house.stop() == 0
        await assert_all_is_well(letters, house)
        assert letters.repeats() == 0


async def test_an_answer_that_may_have_left_is_sent_once_more_under_its_id_and_then_left_to_staff(
    town: CountingTown, tmp_path: Path
) -> None:
    letters, heard = Correspondence(town), Counter[bytes]()
    unlucky = await letters.open(), await letters.open()

    def never_acknowledged(raw: bytes) -> bool:
        """The first answer loses its acknowledgement once, the second each time."""
        to = message_from_bytes(raw)["To"].encode()
        heard[to] += 1
        return heard[to] <= {unlucky[0].encode(): 1, unlucky[1].encode(): 100}.get(to, 0)

    async with (
        MoodySmtp(town) as way_out,
        bot(town.imap_port, way_out.port, in_folder(tmp_path), tmp_path, GUICHET_MAIL_START="all") as house,
    ):
        way_out.hangs_up_after = never_acknowledged
        await house.start()
        for _ in range(3):
            await one_mail(letters)
        await town.until(lambda: all(len(letters.answers(parent)) == 2 for parent in unlucky))
        await eventually(partial(staff_reasons, house.url), ["dead_letter"])
        assert await house.stop() == 0
        letters.assert_each_answered_once_in_order()
        assert letters.repeats() == 2
        assert (await states(house.url))["outbox"] == {"sent": 4, "dead": 1}
        assert await house.verify() == 0


async def test_hostile_mails_are_answered_or_refused_by_name_and_those_between_them_flow(
    town: CountingTown, tmp_path: Path
) -> None:
    letters, strange = Correspondence(town), hostile()
    async with bot(town.imap_port, town.smtp_port, in_folder(tmp_path), tmp_path) as house:
        await house.start()
        for each in strange:
            await town.append(HELP_LINE, each.raw)
            await letters.open()
        await letters.answered()
        for each in strange:
            if each.refusal is None:
                await town.wait_for(each.sender, 1)
        assert await house.stop() == 0
        letters.assert_each_answered_once_in_order()
        for each in strange:
            if each.sender != HELP_LINE:
                assert len(town.mails(each.sender)) == (each.refusal is None), each.sender
        assert not town.mails("evil@bad.example")
        refused = Counter(reason for state, reason in await fates(house.url) if state == "skipped")
        assert refused == Counter(each.refusal for each in strange if each.refusal)
        assert await house.verify() == 0


async def test_an_answer_that_comes_back_is_not_answered_and_staff_learn_of_it(
    town: CountingTown, tmp_path: Path
) -> None:
    letters, gone = Correspondence(town), "parti@famille.example"
    town.bounces[gone] = "5.1.1"
    async with bot(town.imap_port, town.smtp_port, in_folder(tmp_path), tmp_path) as house:
        await house.start()
        await letters.write(gone, OPENINGS[0].format(n=0))
        await eventually(partial(staff_reasons, house.url), ["undelivered"])
        del letters.written[gone]
        await one_mail(letters)
        assert await house.stop() == 0
        letters.assert_each_answered_once_in_order()
        assert (await states(house.url))["outbox"] == {"sent": 2}
        assert ("skipped", "bounce") in await fates(house.url)


async def test_a_full_disk_costs_one_line_a_look_and_no_mail(town: CountingTown, tmp_path: Path) -> None:
    letters = Correspondence(town)
    async with bot(town.imap_port, town.smtp_port, in_folder(tmp_path), tmp_path) as house:
        await house.start()
        await one_mail(letters)
        house.fill_disk()
        unheard = [await letters.open() for _ in range(5)]
        await house.complains()
        assert not any(letters.answers(parent) for parent in unheard)
        house.free_disk()
        await letters.answered()
        assert await house.stop() == 0
        assert not [line for line in house.said if not LOG_LINE.match(line)]
        await assert_all_is_well(letters, house)


async def test_a_disk_that_is_full_at_the_start_is_told_in_one_line(
    town: CountingTown, tmp_path: Path
) -> None:
    letters = Correspondence(town)
    async with bot(
        town.imap_port, town.smtp_port, in_folder(tmp_path), tmp_path, GUICHET_MAIL_START="all"
    ) as house:
        house.room = 4096
        await letters.open()
        await house.launch()
        assert await house.ended() == 2
        assert len(house.said) == 1
        house.room = None
        await house.start()
        await letters.answered()
        assert await house.stop() == 0
        await assert_all_is_well(letters, house)
