"""Every conversation of a chat goes as written when it comes in and leaves through Telegram."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.chats import Heard
from bot.handlers.buttons import Buttons
from bot.handlers.parse import parse
from bot.handlers.private import PrivateChat
from bot.handlers.render import LONGEST, messages
from bot.keys import Keys
from bot.ports import Channel, Parcel, ParcelKind
from conversations.codec import effect_to_json
from conversations.effects import Say
from conversations.events import Event
from conversations.model import Medium
from tests.handlers.updates import FATOU, body, message
from tests.transcripts.player import Player
from tests.transcripts.script import Line, Transcript, transcripts

BUTTONS = Buttons(Keys("a secret of the tests, long enough for everybody"))
CHAT = PrivateChat(8_100_000_001, BUTTONS)
CHATS = [transcript for transcript in transcripts() if transcript.medium is Medium.CHAT]


class OverTelegram(Player):
    """The same conversation; each line is an update, and each answer a message."""

    def line_parent(self, line: Line) -> None:
        self.now += timedelta(minutes=1)
        heard = CHAT.deed(parse(body(message(text=line.text, number=line.number))), self.now)
        assert isinstance(heard, Heard)
        self.happen(heard.arrival.said)
        self.unchecked = True

    def happen(self, event: Event) -> None:
        super().happen(event)
        says = [effect_to_json(effect) for effect in self.effects if isinstance(effect, Say)]
        if says:
            payload = {"says": says, "language": self.case.language.value, "to": str(FATOU)}
            for sent in messages(
                Parcel(1, "reply:7", ParcelKind.REPLY, Channel.TELEGRAM, 1, payload, 1), BUTTONS
            ):
                assert 0 < len(sent.text) <= LONGEST
                assert all(len(button.data.encode()) <= 64 for row in sent.keyboard for button in row)


@pytest.mark.parametrize("transcript", CHATS, ids=lambda transcript: transcript.name)
def test_the_conversation_goes_as_written(transcript: Transcript) -> None:
    OverTelegram(transcript).play()
