"""The Bot API through aiogram: raw updates, plain texts, and every refusal sorted by what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    GetMe,
    SendMessage,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)

from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused
from bot.handlers.wire import UPDATES, Button, Keyboard, Outgoing
from conversations.model import Language

CALL_SECONDS = 20
POLL_GRACE = 10
"""Seconds that an answer may take beyond the time that the poll itself waits."""
TOKEN_WAIT, CONFLICT_WAIT = 300.0, 10.0
Answer = TypeVar("Answer")


class GetRawUpdates(TelegramMethod[list[Any]]):
    """getUpdates without reading what it brings: an update that pydantic refuses must stop no other."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = 0
    allowed_updates: list[str]


class Telegram:
    """Implements wire.BotApi for one bot. `api` "": the real Telegram."""

    def __init__(self, token: str, api: str = "") -> None:
        server = TelegramAPIServer.from_base(api) if api else PRODUCTION
        self._client = Bot(token, session=AiohttpSession(api=server, timeout=CALL_SECONDS))
        self._username = ""

    @property
    def bot(self) -> int:
        return self._client.id

    async def close(self) -> None:
        await self._client.session.close()

    async def updates(self, offset: int | None, seconds: int) -> list[Any]:
        poll = GetRawUpdates(offset=offset, timeout=seconds, allowed_updates=list(UPDATES))
        return await self._call(poll, seconds + POLL_GRACE)

    async def username(self) -> str:
        if not self._username:
            self._username = (await self._call(GetMe())).username or ""
        return self._username

    async def send(self, message: Outgoing) -> int:
        sent = await self._call(
            SendMessage(
                chat_id=message.chat,
                text=message.text,
                parse_mode=None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=await self._markup(message.keyboard) if message.keyboard else None,
            )
        )
        return sent.message_id

    async def answer_press(self, press: str, text: str = "") -> None:
        await self._call(
            AnswerCallbackQuery(callback_query_id=press, text=text or None, show_alert=bool(text))
        )

    async def delete(self, chat: int, message: int) -> None:
        await self._call(DeleteMessage(chat_id=chat, message_id=message))

    async def change_keyboard(self, chat: int, message: int, keyboard: Keyboard) -> None:
        markup = await self._markup(keyboard)
        await self._call(EditMessageReplyMarkup(chat_id=chat, message_id=message, reply_markup=markup))

    async def name_commands(self, commands: Sequence[tuple[str, str]], language: Language | None) -> None:
        await self._call(
            SetMyCommands(
                commands=[BotCommand(command=name, description=what) for name, what in commands],
                scope=BotCommandScopeAllPrivateChats(),
                language_code=language.value if language else None,
            )
        )

    async def _markup(self, keyboard: Keyboard) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(
            inline_keyboard=[[await self._button(button) for button in row] for row in keyboard]
        )

    async def _button(self, button: Button) -> InlineKeyboardButton:
        if button.start:
            url = f"https://t.me/{await self.username()}?start={button.start}"
            return InlineKeyboardButton(text=button.text, url=url)
        return InlineKeyboardButton(text=button.text, callback_data=button.data)

    async def _call(self, method: TelegramMethod[Answer], seconds: int | None = None) -> Answer:
        try:
            return await self._client(method, request_timeout=seconds)
        except (TelegramAPIError, ClientDecodeError) as error:
            raise _sorted(error) from None


def _sorted(error: TelegramAPIError | ClientDecodeError) -> ProviderAway | ProviderRefused:
    """Telegram's own text is left out: nobody knows what it may repeat."""
    match error:
        case TelegramRetryAfter():
            return ProviderAway("Telegram says later (429)", wait=float(error.retry_after))
        case TelegramForbiddenError():
            return ProviderRefused("this person blocked the bot, or it may not write there (403)")
        case TelegramUnauthorizedError() | TelegramNotFound():
            remedy = "Telegram refuses the token: correct GUICHET_TELEGRAM_TOKEN"
            return ProviderAway(remedy, wait=TOKEN_WAIT)
        case TelegramConflictError():
            told = "somebody else polls this bot (409): stop the other one, or remove its webhook"
            return ProviderAway(told, wait=CONFLICT_WAIT)
        case TelegramBadRequest() if "chat not found" in error.message.lower():
            return ProviderRefused("there is no such chat any more (400)")
        case TelegramBadRequest() | TelegramEntityTooLarge() | TelegramMigrateToChat():
            return ProviderRefused(f"Telegram refuses the message ({type(error).__name__})")
        case TelegramNetworkError() if not _may_have_left(error):
            return ProviderAway("Telegram cannot be reached")
        case TelegramNetworkError() | ClientDecodeError():
            return OutcomeUnknown("the line to Telegram broke")
        case _:
            return ProviderAway(f"Telegram does not work ({type(error).__name__})")


def _may_have_left(error: TelegramNetworkError) -> bool:
    """Not where the connection was never made (aiohttp is aiogram's own affair: known by name)."""
    cause = error.__cause__
    return not any(kind.__name__ == "ClientConnectorError" for kind in type(cause).__mro__)
