"""The only place where real parts are put together."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from bot.console.app import Web, application
from bot.console.serve import Listener
from bot.courier import Courier, Gate, Lane, Patience
from bot.desk import Desk
from bot.desk.deciding import Deciding
from bot.errors import SettingsError
from bot.evaluation import Evaluator
from bot.handlers.buttons import Buttons
from bot.handlers.carry import ChatCarrier
from bot.handlers.poll import Poll
from bot.handlers.private import PrivateChat
from bot.handlers.receive import Receiver as ChatReceiver
from bot.health import Disowning, HouseHealth
from bot.keys import Keys
from bot.mailbox.carry import ReplyCarrier
from bot.mailbox.receive import Receiver
from bot.mailbox.send import Post
from bot.mailbox.watch import Watch, mailbox_name
from bot.mailbox.whom import Ourselves
from bot.portal.http import HttpPortal
from bot.portal.mail import MailPortal
from bot.portal.worklist import WorklistPortal
from bot.ports import Carrier, Channel, ParcelKind
from bot.settings import Settings
from bot.store.bell import Topic
from bot.store.chat_ledger import DatabaseChatLedger, DatabasePacing
from bot.store.credentials import StoredCredentials
from bot.store.database import Database
from bot.store.listening import listen
from bot.store.mail_ledger import DatabaseMailLedger
from bot.store.migrate import migrate
from bot.store.outbox import StoredOutbox
from bot.store.records import OpenRecords
from bot.store.turns import StoredInbox
from bot.threads import Threads
from conversations import recogniser

if TYPE_CHECKING:
    from bot.handlers.api import Telegram

PARTS = frozenset({"mail", "telegram", "courier", "console"})
"""What `guichet run --only` can name; the desk takes its turns with the courier."""
REPLIES_IN_HAND = 16
MINUTE = 60.0
CHAT_MESSAGES_A_SECOND = 30
"""Telegram's limit for one bot over all its chats."""
CHAT_PATIENCE = Patience(tries=20, first=1.0, longest=600.0)
"""A parent in a chat looks at the screen: tries come sooner, and more of them, than by mail."""
Steady = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that holds a connection or a key, made once from the settings."""

    settings: Settings
    keys: Keys
    database: Database
    post: Post | None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Nothing connects yet. Raises SettingsError when the secret is missing."""
        if not settings.secret_key:
            raise SettingsError(
                "GUICHET_SECRET_KEY is missing: make one with `openssl rand -hex 32` and keep it safe"
            )
        post = Post(settings.smtp) if settings.smtp else None
        return cls(settings, Keys(settings.secret_key), Database(settings.database_url), post)

    async def close(self) -> None:
        if self.post:
            await self.post.close()
        await self.database.close()


class House:
    """All parts of one process. `only` names the parts to run; None runs all. Raises SettingsError."""

    def __init__(self, sources: Sources, only: Collection[str] | None = None) -> None:
        self._only = _parts(only, sources.settings)
        self._sources = sources
        self._holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
        self.watch = self._watch() if "mail" in self._only else None
        self._telegram = self._bot_api() if self._only & {"telegram", "courier"} else None
        self.poll = self._poll() if "telegram" in self._only else None

    async def run(
        self, stop: asyncio.Event, up: Callable[[], Coroutine[Any, Any, None]] | None = None
    ) -> None:
        """Until `stop`. `up` runs beside it, once every part has begun."""
        database, settings = self._sources.database, self._sources.settings
        await asyncio.to_thread(migrate, database)
        if "courier" in self._only:
            # The first parent does not wait while the model is read.
            await asyncio.to_thread(recogniser.load)
        async with AsyncExitStack() as doors, asyncio.TaskGroup() as parts:
            if "console" in self._only and settings.console_listen:
                host, _, port = settings.console_listen.rpartition(":")
                await doors.enter_async_context(Listener(self.web(), host, int(port)))
            if self._telegram:
                doors.push_async_callback(self._telegram.close)
            watching = [parts.create_task(each.run()) for each in (self.watch, self.poll) if each]
            if up:
                watching.append(parts.create_task(up()))
            for part in self._steady():
                parts.create_task(part(stop))
            await stop.wait()
            for task in watching:
                task.cancel()

    def web(self) -> Web:
        """The web room; the demo serves it beside its own pages."""
        sources = self._sources
        watches = [self.watch] if self.watch else []
        health = HouseHealth(sources.database, sources.settings, watches, [self.poll] if self.poll else [])
        return application(health, Disowning(sources.database, sources.keys))

    def _steady(self) -> list[Steady]:
        database, settings = self._sources.database, self._sources.settings
        neighbours = self._only != _parts(None, settings)
        hearing = partial(listen, database, neighbours=neighbours)
        if "courier" not in self._only:
            return [hearing]
        desk = Desk(
            StoredInbox(database, partial(OpenRecords, keys=self._sources.keys)),
            Deciding(Evaluator(settings), waits=settings.waits, limits=settings.limits),
            database.bell.alarm(Topic.INBOX),
            poll=settings.waits.poll,
        )
        mails = self._courier(self._lanes(), Patience(first=settings.waits.retry))
        chats = self._courier(self._chat_lanes(), CHAT_PATIENCE)
        return [hearing, desk.run, mails.run, chats.run]

    def _courier(self, lanes: Sequence[Lane], patience: Patience) -> Courier:
        database, waits = self._sources.database, self._sources.settings.waits
        return Courier(
            StoredOutbox(database, self._holder, waits.lease),
            lanes,
            partial(database.bell.alarm, Topic.OUTBOX),
            poll=waits.poll,
            lease=waits.lease,
            patience=patience,
        )

    def _lanes(self) -> list[Lane]:
        """Replies leave several at once; credential mails one at a time, so that few can leave twice."""
        sources = self._sources
        if sources.post is None:
            raise SettingsError("GUICHET_SMTP_URL is missing: nothing can be answered by mail")
        gate = Gate("mail", sources.settings.limits.mails_per_minute, MINUTE)
        replies = ReplyCarrier(
            sources.post, sources.settings.mail_from, Threads(sources.keys, sources.settings.mail_from)
        )
        return [
            Lane(ParcelKind.REPLY, Channel.MAIL, replies, gate, REPLIES_IN_HAND),
            Lane(ParcelKind.CREDENTIAL, Channel.MAIL, self._portal(sources.post), gate),
        ]

    def _chat_lanes(self) -> list[Lane]:
        if self._telegram is None:
            return []
        gate = Gate("telegram", CHAT_MESSAGES_A_SECOND, 1.0)
        database, keys = self._sources.database, self._sources.keys
        carrier = ChatCarrier(
            self._telegram, Buttons(keys), DatabasePacing(database, self._sources.settings.waits.chat)
        )
        private = (ParcelKind.REPLY, ParcelKind.NOTICE)
        return [
            *(Lane(kind, Channel.TELEGRAM, carrier, gate, REPLIES_IN_HAND) for kind in private),
            Lane(ParcelKind.PUBLIC, Channel.TELEGRAM, carrier, gate),
        ]

    def _bot_api(self) -> Telegram | None:
        """Only here is aiogram loaded: it costs seconds that no other process should pay."""
        settings = self._sources.settings
        if not settings.telegram_token:
            return None
        from bot.handlers.api import Telegram

        return Telegram(settings.telegram_token, settings.telegram_api)

    def _poll(self) -> Poll:
        settings, keys = self._sources.settings, self._sources.keys
        if self._telegram is None:
            raise SettingsError("GUICHET_TELEGRAM_TOKEN is missing: @BotFather gives one for a bot")
        ledger = DatabaseChatLedger(self._sources.database, keys, settings, self._holder)
        chat = PrivateChat(self._telegram.bot, Buttons(keys))
        receiver = ChatReceiver(self._telegram, ledger, chat, settings.telegram_staff_group)
        return Poll(self._telegram, ledger, receiver, settings.waits)

    def _portal(self, post: Post) -> Carrier:
        settings, keys = self._sources.settings, self._sources.keys
        credentials = StoredCredentials(self._sources.database, keys)
        kind, _, url = settings.portal.partition(":")
        if kind == "worklist":
            return WorklistPortal(credentials)
        if kind == "http":
            return HttpPortal(credentials, url, settings.portal_key)
        return MailPortal(settings, keys, credentials, post)

    def _watch(self) -> Watch | None:
        settings, keys = self._sources.settings, self._sources.keys
        if settings.imap is None:
            raise SettingsError("GUICHET_IMAP_URL is missing: no mailbox to watch")
        if not settings.mail_from:
            raise SettingsError("GUICHET_MAIL_FROM is missing: the help line's own address")
        ledger = DatabaseMailLedger(self._sources.database, keys, settings, self._holder)
        receiver = Receiver(
            mailbox_name(settings.imap), ledger, Ourselves.of(settings, keys), settings.auth_results
        )
        return Watch(
            settings.imap,
            ledger,
            receiver,
            settings.waits,
            answer_old=settings.mail_start == "all",
            timeout=settings.waits.answer,
        )


def _parts(only: Collection[str] | None, settings: Settings) -> frozenset[str]:
    """Those named, or all that the settings allow: a board without a bot names no token."""
    parts = frozenset(only) if only else PARTS - (set() if settings.telegram_token else {"telegram"})
    if strangers := sorted(parts - PARTS):
        raise SettingsError(f"--only knows {', '.join(sorted(PARTS))}; not {', '.join(strangers)}")
    return parts


def stop_on_signals() -> asyncio.Event:
    """Set by Ctrl-C or a polite kill; a second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def once(number: int) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, once, number)
    return stop
