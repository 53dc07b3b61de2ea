"""What of an update matters; whatever else stands there harms nobody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.parse import Incoming, UnreadableError, What, parse
from conversations.model import Language
from tests.handlers.updates import FATOU, GROUP, PERSON, body, message, press


def read(update: object) -> Incoming:
    return parse(body(update))


def test_words_in_private_are_known_by_the_number_of_their_writer() -> None:
    found = read(message(text="Bonjour"))
    assert (found.what, found.person, found.chat, found.text) == (What.TEXT, FATOU, FATOU, "Bonjour")
    assert found.private


def test_a_group_is_never_private() -> None:
    found = read(message(text="Bonjour", private=False))
    assert not found.private
    assert found.chat == GROUP


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "contact", "document", "location"])
def test_what_is_no_text_is_wordless_and_its_content_is_left_there(kind: str) -> None:
    found = read(message({kind: {"file_id": "x"}, "caption": "Aïcha Diallo"}))
    assert (found.what, found.text) == (What.WORDLESS, "")


@pytest.mark.parametrize("sign", ["forward_origin", "forward_date", "via_bot"])
def test_what_others_wrote_is_not_this_persons_word(sign: str) -> None:
    assert read(message({sign: {}}, text="Bonjour")).what is What.WORDLESS


@pytest.mark.parametrize(
    "content",
    [
        {"is_automatic_forward": True, "sender_chat": {"id": -1}},
        {"sender_chat": {"id": -1}},
        {"from": PERSON | {"is_bot": True}},
        {"from": None},
    ],
)
def test_posts_and_bots_are_no_requests(content: dict[str, Any]) -> None:
    assert read(message(content, text="Bonjour", private=False)).what is What.PASSED


@pytest.mark.parametrize("kind", ["channel_post", "edited_channel_post", "my_chat_member", "of_tomorrow"])
def test_other_kinds_of_update_are_passed_by_name(kind: str) -> None:
    found = read({"update_id": 7, kind: {}})
    assert (found.what, found.text) == (What.PASSED, kind)


def test_an_event_of_the_chat_is_no_message() -> None:
    assert read(message(pinned_message={})).what is What.PASSED


def test_a_caption_in_public_is_read() -> None:
    assert read(message(private=False, photo=[], caption="mon code")).text == "mon code"


def test_an_edit_and_a_press_are_told_apart() -> None:
    assert read(message(kind="edited_message", text="Bonjour")).what is What.EDIT
    pressed = read(press("some data"))
    assert (pressed.what, pressed.text, pressed.press) == (What.PRESS, "some data", "press-1")


def test_the_apps_language_counts_while_nothing_was_written() -> None:
    english = PERSON | {"language_code": "en-CA"}
    assert read(message({"from": english}, text="/start")).language is Language.ENGLISH


@pytest.mark.parametrize(
    "update",
    [
        [],
        None,
        {},
        {"update_id": "x"},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"chat": 7}},
        message(text={"not": "text"}),
        message({"from": PERSON | {"id": "7"}}, text="x"),
        message({"from": PERSON | {"id": 2**70}}, text="x"),
        {"update_id": 1, "callback_query": {"id": "1"}},
    ],
)
def test_what_the_bot_api_never_sends_is_unreadable(update: object) -> None:
    with pytest.raises(UnreadableError):
        read(update)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["chat", "from", "text", "message_id", "sender_chat"]), _JSON))
def test_no_message_whatever_it_holds_does_more_than_be_unreadable(content: dict[str, Any]) -> None:
    try:
        parse(body({"update_id": 1, "message": content}))
    except UnreadableError:
        return
