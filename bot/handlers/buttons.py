"""What a button of ours holds: the case, the turn that asked, the answer, and a tag that only we can make.

The tag binds all of it to one person. Telegram gives 64 bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.keys import Keys
from conversations.model import Language

PURPOSE = "telegram-button"
TAG_LENGTH = 16
"""80 bits in base32."""
_DATA = re.compile(r"(\d{1,15})\.(\d{1,15})\.([a-z]{1,3}\d{0,3})\.(fr|en)\.([a-z2-7]{16})")


@dataclass(frozen=True, slots=True)
class Press:
    """`answer`: yes, no, not (it does not work), n1 (a choice), s12 (a school), p2 (a page), fr, en."""

    case: int
    turn: int
    answer: str
    language: Language
    """In which the question was asked."""

    @property
    def kind(self) -> str:
        return self.answer.rstrip("0123456789")

    @property
    def number(self) -> int:
        digits = self.answer[len(self.kind) :]
        return int(digits) if digits else 0


class Buttons:
    """Makes and reads what buttons hold."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def data(self, person: int, press: Press) -> str:
        body = f"{press.case}.{press.turn}.{press.answer}.{press.language}"
        return f"{body}.{self._keys.tag(PURPOSE, f'{person}.{body}', TAG_LENGTH)}"

    def read(self, person: int, data: str) -> Press | None:
        """None for what we did not make for this person."""
        match = _DATA.fullmatch(data)
        if match is None:
            return None
        case, turn, answer, language, tag = match.groups()
        if not self._keys.matches(PURPOSE, f"{person}.{data.rpartition('.')[0]}", tag):
            return None
        return Press(int(case), int(turn), answer, Language(language))
