"""A private chat: what each message or press comes to. Thin: no step of a conversation is known here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.chats import Deed, Edited, Heard, Notice, Passed, Pressed, Switched, Told
from bot.handlers import commands, keyboards
from bot.handlers.buttons import Buttons, Press
from bot.handlers.commands import Command, Given
from bot.handlers.parse import Incoming, What
from bot.ports import Arrival, Channel
from conversations.effects import Say
from conversations.events import Said
from conversations.model import Language, Medium
from conversations.phrases import Phrase
from conversations.texts import line

WHOLE_WORDS = 4
"""From so many words on, a changed message tells by itself what it is about."""
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class PrivateChat:
    """Of one bot."""

    bot: int
    buttons: Buttons

    def deed(self, incoming: Incoming, at: datetime) -> Deed:
        match incoming.what:
            case What.WORDLESS:
                return self._told(incoming, Phrase.CHAT_ONLY_TEXT)
            case What.PRESS:
                return self._pressed(incoming, at)
            case What.EDIT:
                return self._edited(incoming, at)
            case What.TEXT:
                given = commands.read(incoming.text)
                return self._commanded(incoming, at, given) if given else self._heard(incoming, at)
            case _:
                return Passed(incoming.text)

    def page(self, incoming: Incoming) -> Press | None:
        """A press that only turns a page of the school list."""
        press = self.buttons.read(incoming.person, incoming.text) if incoming.what is What.PRESS else None
        return press if press is not None and press.kind == "p" else None

    def _commanded(self, incoming: Incoming, at: datetime, given: Given) -> Deed:
        language = incoming.language
        if given.name is Command.CASE:
            return self._told(incoming, Phrase.CHAT_CASE, no_case=Phrase.CHAT_NO_CASE)
        if given.name is Command.LANGUAGE and given.argument.casefold() in keyboards.LANGUAGES:
            return self._switched(incoming, at, keyboards.LANGUAGES[given.argument.casefold()])
        words = commands.said_by(given.name, language) if given.name else None
        if words is None:
            return self._told(incoming, commands.answer_to(given.name))
        ticket = given.argument if given.name is Command.START and _PAYLOAD.fullmatch(given.argument) else ""
        return Heard(self._arrival(incoming, at, words), language, ticket)

    def _heard(self, incoming: Incoming, at: datetime) -> Deed:
        return Heard(self._arrival(incoming, at, incoming.text), incoming.language)

    def _pressed(self, incoming: Incoming, at: datetime) -> Deed:
        press = self.buttons.read(incoming.person, incoming.text)
        if press is None:
            return self._told(incoming, Phrase.CHAT_STALE_BUTTON)
        if press.answer in keyboards.LANGUAGES:
            return self._switched(incoming, at, keyboards.LANGUAGES[press.answer])
        words = keyboards.said_by(press)
        if words is None:
            return Passed("page_of_schools")
        stale = Notice(incoming.chat, Say(Phrase.CHAT_STALE_BUTTON), press.language)
        return Pressed(self._arrival(incoming, at, words, case=press.case), press.turn, stale)

    def _edited(self, incoming: Incoming, at: datetime) -> Deed:
        original = self._id_of(incoming)
        told = Notice(incoming.chat, Say(Phrase.WHAT_TO_CORRECT), incoming.language)
        whole = len(incoming.text.split()) >= WHOLE_WORDS
        changed = f"{original}:edit:{incoming.update}"
        return Edited(self._arrival(incoming, at, incoming.text, known_as=changed), original, whole, told)

    def _switched(self, incoming: Incoming, at: datetime, language: Language) -> Deed:
        greeting = line(Phrase.CHAT_GREETING, language, Medium.CHAT)
        told = Notice(incoming.chat, Say(Phrase.CHAT_LANGUAGE_SET), language)
        return Switched(self._arrival(incoming, at, greeting), told)

    @staticmethod
    def _told(incoming: Incoming, phrase: Phrase, no_case: Phrase | None = None) -> Deed:
        notice = Notice(incoming.chat, Say(phrase), incoming.language)
        return Told(incoming.person, notice, Say(no_case) if no_case else None)

    def _arrival(
        self, incoming: Incoming, at: datetime, words: str, *, case: int | None = None, known_as: str = ""
    ) -> Arrival:
        return Arrival(
            external_id=known_as or self._id_of(incoming),
            channel=Channel.TELEGRAM,
            sender=str(incoming.person),
            reply_to=str(incoming.chat),
            said=Said(at=at, text=words),
            conversation=case,
        )

    def _id_of(self, incoming: Incoming) -> str:
        if incoming.what is What.PRESS:
            return f"telegram:{self.bot}:press:{incoming.press}"
        return f"telegram:{self.bot}:{incoming.chat}:{incoming.message}"
