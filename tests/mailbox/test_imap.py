"""The guard around the IMAP library, against servers that break, crawl, hang or lie."""

from __future__ import annotations

import asyncio

import pytest

from bot.mailbox.answers import quoted_folder
from bot.mailbox.imap import FolderMissing, Lost, Session, SignInBroken, SignInRefused
from tests.mailbox.scripted import ImapScript, Script, at_port, eventually, scripted

SELECTED = [
    b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 12] ok\r\n{tag} OK [READ-WRITE] done\r\n"
]
HOSTILE = b"From: a@b\r\n\r\n* 3 FETCH (UID 9)\r\nA1 OK fake\r\n+ go\r\n)\x00(\xff{5}\r\n* BYE\r\n"


async def test_a_folder_is_opened_searched_and_fetched() -> None:
    script = ImapScript(
        {"SELECT": SELECTED, "UID SEARCH": [b"* SEARCH 10 11\r\n{tag} OK done (0.001 secs 5)\r\n"]}
    )
    async with scripted(script) as port, Session(at_port(port), timeout=5) as session:
        opened = await session.select("INBOX")
        assert (opened.uid_validity, opened.uid_next, opened.exists) == (7, 12, 2)
        assert await session.search("UID", "10:*") == [10, 11]
        assert session.can_idle


@pytest.mark.parametrize("answer", [b"* SEARCH\r\n{tag} OK done\r\n", b"{tag} OK done\r\n"])
async def test_an_empty_search_is_empty_in_one_line_or_two(answer: bytes) -> None:
    async with (
        scripted(ImapScript({"SELECT": SELECTED, "UID SEARCH": [answer]})) as port,
        Session(at_port(port), timeout=5) as session,
    ):
        await session.select("INBOX")
        assert await session.search("ALL") == []


@pytest.mark.parametrize("bite", [0, 1, 7])
@pytest.mark.parametrize("uid_first", [True, False])
async def test_mails_that_look_like_the_protocol_survive_in_packets_of_any_size(
    bite: int, uid_first: bool
) -> None:
    def fetched(number: int, uid: int, body: bytes) -> bytes:
        literal = b"BODY[] {%d}\r\n%b" % (len(body), body)
        inside = b"UID %d %b" % (uid, literal) if uid_first else b"%b UID %d" % (literal, uid)
        return b"* %d FETCH (%b)\r\n" % (number, inside)

    answer = [
        fetched(1, 10, HOSTILE),
        b"* 2 FETCH (FLAGS (\\Seen))\r\n",
        fetched(2, 11, b"x"),
        b"{tag} OK done\r\n",
    ]
    async with (
        scripted(ImapScript({"SELECT": SELECTED, "UID FETCH": answer}, bite=bite)) as port,
        Session(at_port(port), timeout=5) as session,
    ):
        await session.select("INBOX")
        assert await session.bodies([10, 11]) == {10: HOSTILE, 11: b"x"}


async def test_news_told_amid_another_answer_is_not_forgotten() -> None:
    answer = [b"* SEARCH 10\r\n* 3 EXISTS\r\n{tag} OK done\r\n"]
    async with (
        scripted(ImapScript({"SELECT": SELECTED, "UID SEARCH": answer})) as port,
        Session(at_port(port), timeout=5) as session,
    ):
        await session.select("INBOX")
        await session.search("ALL")
        async with asyncio.timeout(2):
            assert await session.wait_for_push(60)


async def _closes(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    return


async def _is_silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (ImapScript({"GREETING": [b"* BYE too many connections\r\n"]}), SignInRefused),
        (ImapScript({"LOGIN": [b"{tag} NO [AUTHENTICATIONFAILED] no\r\n"]}), SignInRefused),
        (ImapScript({"LOGIN": [b"* BYE goodbye\r\n"]}), SignInBroken),
        (ImapScript({"GREETING": [b"220 this is SMTP\r\n"]}), SignInRefused),
        (_closes, Lost),
        (_is_silent, Lost),
    ],
    ids=["bye", "refused", "bye-at-login", "smtp", "closes", "silent"],
)
async def test_trouble_at_the_door_is_told_apart_from_a_server_that_is_down(
    script: Script, error: type[Exception]
) -> None:
    async with scripted(script) as port:
        with pytest.raises(error) as raised:
            async with Session(at_port(port), timeout=0.3):
                pass
        assert type(raised.value) is error


async def test_a_server_that_is_down_is_lost_not_refused() -> None:
    async with scripted(_closes) as port:
        pass
    with pytest.raises(Lost):
        async with Session(at_port(port), timeout=1):
            pass


async def test_a_missing_folder_is_named() -> None:
    async with (
        scripted(ImapScript({"SELECT": [b"{tag} NO no such mailbox\r\n"]})) as port,
        Session(at_port(port), timeout=5) as session,
    ):
        with pytest.raises(FolderMissing):
            await session.select("Nulle part")


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [b"* 1 FETCH (UID 10 BODY[] {500}\r\nhalf"],
        [b"{tag} NO not now\r\n"],
        [b"ZZ OK whose?\r\n"],
        [b"* 1 FETCH (FLAGS ())\r\n" * 3000 + b"{tag} OK done\r\n"],
    ],
    ids=["silence", "half", "no", "foreign-tag", "too-many-lines"],
)
async def test_whatever_goes_wrong_in_a_command_ends_the_session(answer: list[bytes]) -> None:
    async with (
        scripted(ImapScript({"SELECT": SELECTED, "UID FETCH": answer})) as port,
        Session(at_port(port), timeout=0.5) as session,
    ):
        await session.select("INBOX")
        with pytest.raises(Lost):
            await session.bodies([10])
        with pytest.raises(Lost):
            await session.search("ALL")


@pytest.mark.parametrize(
    "said", [b"* BYE shutting down\r\n", b"* NO overquota\r\n", b""], ids=["bye", "no", "cut"]
)
async def test_a_goodbye_in_the_middle_of_idle_wakes_the_waiter(said: bytes) -> None:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = ImapScript({"SELECT": SELECTED, "IDLE": [b"+ idling\r\n", said]})
        if said:
            await script(reader, writer)
            return
        script.answers["IDLE"] = [b"+ idling\r\n"]
        running = asyncio.create_task(script(reader, writer))
        await eventually(lambda: "IDLE" in script.heard)
        running.cancel()

    async with scripted(play) as port, asyncio.timeout(5), Session(at_port(port), timeout=2) as session:
        await session.select("INBOX")
        await session.search("ALL")
        with pytest.raises(Lost):
            await session.wait_for_push(60)


async def test_a_line_that_swallows_everything_is_found_out_when_idle_is_renewed() -> None:
    script = ImapScript({"SELECT": SELECTED, "IDLE": [b"+ idling\r\n"], "DONE": []})
    async with scripted(script) as port, Session(at_port(port), timeout=0.3) as session:
        await session.select("INBOX")
        await session.search("ALL")
        with pytest.raises(Lost):
            await session.wait_for_push(0.05)


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("Éléments envoyés", '"&AMk-l&AOk-ments envoy&AOk-s"'),
        ('a"b', '"a\\"b"'),
        ("R&D", '"R&-D"'),
    ],
)
def test_folder_names_are_written_as_imap_takes_them(name: str, wire: str) -> None:
    assert quoted_folder(name) == wire
