"""What one turn says, as messages of a chat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.handlers.buttons import Buttons, Press
from bot.handlers.keyboards import keyboard
from bot.handlers.wire import Button, Keyboard, Outgoing
from bot.ports import Parcel
from conversations import texts
from conversations.codec import says_from_json
from conversations.effects import Say
from conversations.model import Language, Medium
from conversations.phrases import Phrase

LONGEST = 3500
"""UTF-16 units of one message; Telegram takes 4096."""
_NUMBERED = (texts.BlockKind.STEPS, texts.BlockKind.CHOICES)
_SEAMS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s"), re.compile(r"\s"))
"""Where a long text may be cut, best first."""


def messages(parcel: Parcel, buttons: Buttons) -> list[Outgoing]:
    """All that a turn says in as few messages as fit, buttons under the last.

    Raises ValueError or KeyError where its payload is none that the desk or the ledger writes.
    """
    payload = parcel.payload
    language = Language.ENGLISH if payload["language"] == Language.ENGLISH else Language.FRENCH
    says, chat = says_from_json(payload["says"]), int(str(payload["to"]))
    pieces = split(text_of(says, language))
    asked = Press(parcel.conversation, _turn(parcel.key), "", language)
    keys: Keyboard
    if start := _start(payload):
        keys = ((Button(texts.line(Phrase.BUTTON_PRIVATE, language), start=start),),)
    else:
        keys = keyboard(buttons, chat, asked, says) if chat > 0 else ()
    last = len(pieces) - 1
    return [Outgoing(chat, piece, keys if place == last else ()) for place, piece in enumerate(pieces)]


def text_of(says: Sequence[Say], language: Language) -> str:
    """Plain text: nothing in it is ever read as markup."""
    shown = [_block(block) for say in says for block in texts.blocks(say, language, Medium.CHAT)]
    return "\n\n".join(shown)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """Pieces of at most `longest` UTF-16 units, cut between paragraphs, else sentences, else words."""
    pieces = []
    while _units(text) > longest:
        cut = _cut(text, longest)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [piece for piece in (*pieces, text.rstrip()) if piece]


def _cut(text: str, longest: int) -> int:
    window = text.encode("utf-16-le")[: longest * 2].decode("utf-16-le", "ignore")
    for seam in _SEAMS:
        ends = [match.end() for match in seam.finditer(window)]
        if ends and ends[-1] > len(window) // 3:
            return ends[-1]
    return len(window)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _block(block: texts.Block) -> str:
    if block.kind in _NUMBERED:
        return "\n".join(f"{number}. {line}" for number, line in enumerate(block.lines, 1))
    if block.kind is texts.BlockKind.LIST:
        return "\n".join(f"• {line}" for line in block.lines)
    return "\n".join(block.lines)


def _turn(key: str) -> int:
    """The inbox row that a reply answers; 0 for what no turn said."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "reply" else 0


def _start(payload: Mapping[str, object]) -> str:
    thread = payload.get("thread")
    return str(thread.get("start") or "") if isinstance(thread, Mapping) else ""
