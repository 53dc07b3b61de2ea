"""Trying the Bot API, for `guichet check`: one line, with the remedy."""

from __future__ import annotations

from bot.errors import GuichetError


async def check_telegram(token: str, api: str) -> str:
    """How the bot is called. Raises GuichetError with what to do."""
    from bot.handlers.api import Telegram

    telegram = Telegram(token, api)
    try:
        return await telegram.username()
    except GuichetError as error:
        raise GuichetError(f"{error}: check GUICHET_TELEGRAM_TOKEN and GUICHET_TELEGRAM_API") from error
    finally:
        await telegram.close()
