"""What a turn says, as messages of a chat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.buttons import Buttons
from bot.handlers.render import LONGEST, messages, split, text_of
from bot.keys import Keys
from bot.ports import Channel, Parcel, ParcelKind
from conversations.codec import effect_to_json
from conversations.effects import Say
from conversations.model import Language
from conversations.phrases import Phrase
from tests.handlers.updates import FATOU, GROUP

BUTTONS = Buttons(Keys("a secret of the tests, long enough for everybody"))


def parcel(*says: Say, to: int = FATOU, language: str = "fr", start: str = "") -> Parcel:
    payload = {
        "says": [effect_to_json(say) for say in says],
        "language": language,
        "medium": "chat",
        "number": "PF-000001",
        "to": str(to),
        "thread": {"start": start} if start else {},
    }
    return Parcel(1, "reply:9", ParcelKind.REPLY, Channel.TELEGRAM, 1, payload, 1)


def test_one_turn_is_one_message_where_it_fits() -> None:
    [sent] = messages(parcel(Say(Phrase.WHY_FACTS), Say(Phrase.ASK_SCHOOL)), BUTTONS)
    assert sent.chat == FATOU
    assert sent.keyboard


def test_in_public_only_the_way_into_private_is_offered() -> None:
    [sent] = messages(parcel(Say(Phrase.SOMEBODY_ANSWERS), to=GROUP, start="token"), BUTTONS)
    assert [[button.start for button in row] for row in sent.keyboard] == [["token"]]
    [sent] = messages(parcel(Say(Phrase.FOLLOW_UP), to=GROUP), BUTTONS)
    assert sent.keyboard == ()


def test_a_very_long_answer_has_its_buttons_at_the_end() -> None:
    blanks = (("parent", "Côté " * 1000), ("child", "x"), ("birth_date", "x"), ("school", "x"))
    sent = messages(parcel(Say(Phrase.RECAP, blanks, (Phrase.RECAP_PARENT,))), BUTTONS)
    assert len(sent) > 1
    assert [bool(each.keyboard) for each in sent] == [False] * (len(sent) - 1) + [True]


def test_both_languages_have_their_words() -> None:
    say = [Say(Phrase.WELCOME)]
    assert text_of(say, Language.FRENCH) != text_of(say, Language.ENGLISH)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(20, 60))
def test_pieces_fit_and_nothing_is_lost(text: str, longest: int) -> None:
    pieces = split(text, longest)
    assert all(len(piece.encode("utf-16-le")) // 2 <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_sentences() -> None:
    text = "Une phrase assez courte. " * 300
    pieces = split(text)
    assert len(pieces) > 1
    assert all(piece.endswith(".") for piece in pieces)
    assert max(map(len, pieces)) <= LONGEST


@pytest.mark.parametrize("says", ["words", [], [{"effect": "close", "outcome": "open"}]])
def test_a_row_that_is_no_reply_is_refused(says: object) -> None:
    odd = Parcel(
        1, "reply:9", ParcelKind.REPLY, Channel.TELEGRAM, 1, {"says": says, "language": "fr", "to": "1"}, 1
    )
    with pytest.raises(ValueError, match="reply"):
        messages(odd, BUTTONS)
