"""Every transcript goes through the core as it is written."""

from __future__ import annotations

from collections import Counter

import pytest

from conversations.model import Care, Intent, Medium
from tests.transcripts.player import Player
from tests.transcripts.script import Transcript, parse, transcripts

ALL = transcripts()


@pytest.mark.parametrize("transcript", ALL, ids=lambda transcript: transcript.name)
def test_the_conversation_goes_as_written(transcript: Transcript) -> None:
    assert any(line.what == "desk" for line in transcript.lines)
    Player(transcript).play()


def test_every_resend_request_is_told_in_both_channels() -> None:
    told = Counter(
        (line.text, transcript.medium)
        for transcript in ALL
        for line in transcript.lines
        if line.what == "request"
    )
    resends = {intent.value for intent in Intent if intent.care is Care.RESEND}
    assert {(name, medium) for name in resends for medium in Medium} <= set(told)


def test_a_line_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"odd\.txt:2"):
        parse("odd", "parent: Bonjour\nweather: fine\n")


def test_what_differs_is_told_with_its_line() -> None:
    with pytest.raises(AssertionError, match=r"odd\.txt:3"):
        Player(parse("odd", "channel: chat\nparent: Je n'ai pas reçu mon code\ndesk: closed_kindly\n")).play()


def test_words_of_the_parent_without_an_answer_are_refused() -> None:
    with pytest.raises(AssertionError, match=r"odd\.txt:2"):
        Player(parse("odd", "parent: Bonjour\nparent: Bonjour\n")).play()
