"""A turn's words as a mail."""

from __future__ import annotations

import email
from email.policy import default
from zoneinfo import ZoneInfo

import pytest

from bot.letters import MARKER
from bot.mailbox.charsets import clean
from bot.mailbox.quotes import own_words
from bot.mailbox.render import reply
from bot.ports import Channel, Parcel, ParcelKind
from conversations.codec import effect_to_json
from conversations.effects import Evaluate, Path, Say
from conversations.model import Facts, Intent
from conversations.phrases import Phrase
from tests.mailbox.makers import AT, HELP_LINE, THREADS


def parcel(**more: object) -> Parcel:
    payload = {
        "says": [effect_to_json(Say(Phrase.UNIFORM_ANSWER))],
        "language": "fr",
        "medium": "mail",
        "number": "2026-12",
        "to": "fatou@example.org",
        "thread": {
            "message_id": "<2@example.org>",
            "references": ["<1@example.org>"],
            "quote": "oui, c'est exact",
            "at": AT.isoformat(),
        },
    }
    return Parcel(1, "reply/1", ParcelKind.REPLY, Channel.MAIL, 12, {**payload, **more}, 1)


def rendered(sent: Parcel) -> email.message.EmailMessage:
    message = reply(sent, mail_from=HELP_LINE, threads=THREADS, at=AT)
    return email.message_from_bytes(bytes(message), policy=default)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_answer_stays_in_the_parents_thread(language: str) -> None:
    message = rendered(parcel(language=language))
    assert message["To"] == "fatou@example.org"
    assert message["In-Reply-To"] == "<2@example.org>"
    assert message["References"].split() == ["<1@example.org>", "<2@example.org>"]
    assert THREADS.conversation_of(message["Message-ID"]) == 12
    assert message["Content-Language"] == language
    assert "2026-12" in message["Subject"]


def test_the_same_parcel_is_the_same_mail_at_every_try() -> None:
    assert rendered(parcel())["Message-ID"] == rendered(parcel())["Message-ID"]


def test_a_reply_to_our_mail_is_read_without_what_we_said() -> None:
    body = rendered(parcel()).get_body(("plain",))
    assert body is not None
    ours = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    own, _ = own_words(
        clean(f"Voilà : Diallo\n\nLe mar. 24 nov. 2026 à 08:12, P <p@c.example> a écrit :\n{ours}")
    )
    assert own == "Voilà : Diallo"
    assert MARKER in ours


@pytest.mark.parametrize(
    "wrong",
    [
        {"says": "bonjour"},
        {"says": []},
        {"says": [{"effect": "nonsense"}]},
        {"says": [effect_to_json(Evaluate(Path.FACTS, Facts(), Intent.HUMAN))]},
        {"to": "a@b.example\r\nBcc: evil@bad.example"},
    ],
    ids=["words", "nothing", "unknown", "no-words", "line-end"],
)
def test_what_is_no_reply_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        rendered(parcel(**wrong))


def test_the_day_of_a_quoted_mail_is_told_by_the_parents_clock() -> None:
    late = {"quote": "Bonjour", "at": "2026-11-25T02:00:00+00:00"}
    message = reply(
        parcel(thread=late), mail_from=HELP_LINE, threads=THREADS, zone=ZoneInfo("America/Toronto")
    )
    body = message.get_body(("plain",))
    assert body is not None
    assert "24 novembre 2026" in body.get_content()
