"""The credential mail: what it holds, and what it must never hold."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest

from bot.portal.mail import NOT_ME
from bot.ports import Channel
from conversations import texts
from conversations.effects import Say
from conversations.model import Language, Medium
from conversations.phrases import Phrase
from tests.portal.home import ADDRESS, CODE, LINK, REQUESTER, Home
from tests.portal.ways import MAILING, ByMail, markup, plain

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FACTS = (
    *(
        "Aïcha",
        "Roy",
        "Fatou",
        "Diallo",
        "2015-09-03",
        "3 septembre",
        "September 3",
        "Jeanne-Sauvé",
        "c1",
        "p1",
    ),
    *(REQUESTER, "somebody", "elsewhere", "PF-0000"),
)


async def letter(
    home: Home, channel: Channel = Channel.MAIL, public_url: str = MAILING.public_url
) -> EmailMessage:
    way = ByMail(home, replace(MAILING, public_url=public_url))
    await way.carrier.carry(home.asks(channel))
    return way.post.mails[-1]


def words(phrase: Phrase, language: Language) -> list[str]:
    return [line for block in texts.blocks(Say(phrase), language, Medium.MAIL) for line in block.lines]


async def test_an_invitation_holds_the_code_the_link_and_a_way_to_say_that_it_was_not_me(home: Home) -> None:
    home.on_file()
    mail = await letter(home)
    ticket = home.keys.ticket(NOT_ME, 1)
    for part in (plain(mail), markup(mail)):
        assert CODE in part
        assert LINK in part
        assert f"https://guichet.example/not-me/{ticket}" in part
    assert home.keys.number_on(NOT_ME, ticket) == 1


async def test_a_validation_holds_no_code_and_the_page_that_parents_open(home: Home) -> None:
    home.on_file(accountState="self_created", invitationUrl="")
    mail = await letter(home)
    assert CODE not in plain(mail) + markup(mail)
    assert MAILING.portal_address in plain(mail)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("state", ["invited", "self_created"])
async def test_a_letter_tells_no_fact_and_nothing_of_who_asked(
    home: Home, channel: Channel, state: str
) -> None:
    home.on_file(accountState=state)
    mail = await letter(home, channel)
    told = "\n".join([plain(mail), markup(mail), *map(str, mail.values())]).replace(ADDRESS, "")
    assert [fact for fact in FACTS if fact in told] == []


async def test_a_letter_goes_to_the_address_on_file_and_nowhere_else(home: Home) -> None:
    home.on_file()
    mail = await letter(home)
    assert (mail["From"], mail["To"]) == (MAILING.mail_from, ADDRESS)
    assert not {"cc", "bcc", "reply-to", "sender", "in-reply-to", "references"} & {
        name.lower() for name in mail
    }


@pytest.mark.parametrize("state", ["invited", "self_created"])
async def test_a_letter_says_why_it_comes_and_its_subject_is_the_same_for_all(home: Home, state: str) -> None:
    home.on_file(accountState=state)
    by_mail, by_chat = await letter(home), await letter(home, Channel.TELEGRAM)
    assert by_mail["Subject"] == by_chat["Subject"]
    assert texts.line(Phrase.ASKED_BY_MAIL, Language.FRENCH) in plain(by_mail)
    assert texts.line(Phrase.ASKED_BY_CHAT, Language.FRENCH) in plain(by_chat)


@pytest.mark.parametrize(
    ("on_file", "spoken"),
    [
        ("fr", [Language.FRENCH]),
        ("en", [Language.ENGLISH]),
        ("", list(texts.LANGUAGES)),
        ("so", list(texts.LANGUAGES)),
    ],
)
async def test_a_letter_speaks_the_language_on_file_and_both_where_there_is_none(
    home: Home, on_file: str, spoken: list[Language]
) -> None:
    home.on_file(language=on_file)
    text = plain(await letter(home))
    heard = [
        each for each in texts.LANGUAGES if all(line in text for line in words(Phrase.CREDENTIAL_KEEP, each))
    ]
    assert heard == spoken
    assert text.count(CODE) == len(spoken)


async def test_without_a_public_address_a_reply_says_that_it_was_not_me(home: Home) -> None:
    home.on_file()
    text = plain(await letter(home, public_url=""))
    assert "not-me" not in text
    assert all(line in text for line in words(Phrase.NOT_ME_REPLY, Language.FRENCH))
