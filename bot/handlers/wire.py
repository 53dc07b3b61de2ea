"""What is asked of the Bot API: values and the one interface, so that nothing else here needs aiogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from conversations.model import Language

UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
)
"""Asked for by name: what Telegram sends by itself changes from version to version."""


@dataclass(frozen=True, slots=True)
class Button:
    """`data` comes back when it is pressed; `start` opens the private chat with this payload instead."""

    text: str
    data: str = ""
    start: str = ""


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. Its text is plain: no parse mode ever reads a parent's own words as markup."""

    chat: int
    text: str
    keyboard: Keyboard = ()


class BotApi(Protocol):
    """Raises ProviderAway, OutcomeUnknown or ProviderRefused."""

    @property
    def bot(self) -> int: ...
    async def updates(self, offset: int | None, seconds: int) -> list[Any]:
        """Raw updates, waiting up to `seconds` for the first; confirms those before `offset`."""

    async def username(self) -> str: ...
    async def send(self, message: Outgoing) -> int:
        """The message's id."""

    async def answer_press(self, press: str, text: str = "") -> None: ...
    async def delete(self, chat: int, message: int) -> None: ...
    async def change_keyboard(self, chat: int, message: int, keyboard: Keyboard) -> None: ...
    async def name_commands(self, commands: Sequence[tuple[str, str]], language: Language | None) -> None:
        """The menu of private chats; `language` None: for all who have no menu of their own."""
