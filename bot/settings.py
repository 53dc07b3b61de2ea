"""The operator's settings, read from the environment and a `.env` file; all mistakes told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bot.errors import SettingsError
from conversations.events import Timer
from conversations.model import Medium

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how to reach an IMAP or SMTP server. `security`: plain, tls or starttls."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Limits:
    """IDENTITY's limits. Each is a setting: GUICHET_LIMIT_ and the name in capitals."""

    sets_per_case: int = 3
    form_refusals_per_case: int = 10
    sets_per_sender_day: int = 5
    sets_per_sender_week: int = 10
    failures_per_target_day: int = 5
    failures_per_target_month: int = 10
    sends_per_contact_quarter_hour: int = 1
    sends_per_contact_day: int = 3
    sends_per_contact_month: int = 6
    failures_hour: int = 50
    failures_day: int = 150
    new_threads_per_mailbox_day: int = 1
    replies_unknown_hour: int = 500
    replies_per_sender_hour: int = 5
    replies_per_sender_day: int = 20
    mails_per_minute: int = 30
    chat_messages_per_minute: int = 60
    roster_days: int = 7
    address_settling_hours: int = 24


@dataclass(frozen=True, slots=True)
class Waits:
    """How long things take, in seconds; the demo's --fast shortens those meant for people.

    `answer`: how long the mailbox's server may be silent before the line counts as dead. `retry`: the
    longest wait before a mail that the server would not take is tried again; each failure doubles it.
    `chat`: between two messages to one person, as Telegram wants it.
    """

    follow_up: float = timedelta(days=1).total_seconds()
    silence: float = timedelta(days=3).total_seconds()
    idle_chat: float = timedelta(minutes=30).total_seconds()
    idle_mail: float = timedelta(days=1).total_seconds()
    idle_renewal: float = 300.0
    sweep: float = 600.0
    poll: float = 5.0
    lease: float = 30.0
    answer: float = 20.0
    retry: float = 30.0
    chat: float = 1.0
    after_failure_1: float = 30.0
    after_failure_2: float = 120.0
    after_failure_3: float = 600.0
    after_failure_4: float = 3600.0
    all_locked: float = 3600.0

    def before(self, timer: Timer, medium: Medium) -> timedelta:
        """How long after a message this reminder comes due."""
        idle = self.idle_mail if medium is Medium.MAIL else self.idle_chat
        seconds = {Timer.FOLLOW_UP: self.follow_up, Timer.SILENCE: self.silence, Timer.IDLE: idle}
        return timedelta(seconds=seconds[timer])


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str = field(default="sqlite:///guichet.db", repr=False)
    imap: MailServer | None = None
    smtp: MailServer | None = None
    mail_from: str = ""
    """The help line's address: From of all mails."""
    auth_results: str = "off"
    """Profile of the border that vouches for senders: off, generic:AUTHSERV-ID, google, microsoft365."""
    portal: str = "mail"
    """mail, worklist or http:URL."""
    portal_key: str = field(default="", repr=False)
    """Secret that signs what is sent to the board's service (portal http)."""
    portal_address: str = "https://aspen.example/"
    """The page that parents open, printed in answers where the mail has no link of its own."""
    secret_key: str = field(default="", repr=False)
    public_url: str = ""
    """Where this console answers from outside: the base of links in mails ("" : no links)."""
    console_listen: str = ""
    telegram_token: str = field(default="", repr=False)
    telegram_api: str = ""
    telegram_channel: str = ""
    telegram_staff_group: str = ""
    time_zone: str = "America/Toronto"
    mail_start: str = "now"
    """What to answer when a mailbox is seen for the first time: now (new mails only) or all."""
    limits: Limits = Limits()
    waits: Waits = Waits()


def load(environ: Mapping[str, str], directory: Path | None = None) -> Settings:
    """Settings from `environ` over `directory`/.env. Raises SettingsError naming every mistake."""
    values = {
        **_dotenv(directory or Path.cwd()),
        **{k: v for k, v in environ.items() if k.startswith("GUICHET_")},
    }
    return _Reader(values).settings()


def _dotenv(directory: Path) -> dict[str, str]:
    path = directory / ".env"
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\s*(?:export\s+)?(GUICHET_[A-Z0-9_]+)\s*=\s*(.*?)\s*$", line)
        if match:
            value = match[2]
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            found[match[1]] = value[1:-1] if quoted else value
    return found


_DEFAULTS = Settings()


def _usual(group: Limits | Waits) -> list[tuple[str, float]]:
    return [(each.name, getattr(group, each.name)) for each in fields(group)]


class _Reader:
    """Turns strings into Settings, collecting mistakes instead of stopping at the first."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self._mistakes: list[str] = []
        self._known: set[str] = set()

    def settings(self) -> Settings:
        settings = Settings(
            database_url=self._checked("DATABASE_URL", _DEFAULTS.database_url, _database_url),
            imap=self._server("IMAP_URL", {"imap": ("plain", 143), "imaps": ("tls", 993)}),
            smtp=self._server(
                "SMTP_URL", {"smtp": ("plain", 25), "smtps": ("tls", 465), "smtp+starttls": ("starttls", 587)}
            ),
            mail_from=self._checked("MAIL_FROM", "", _address),
            auth_results=self._checked("AUTH_RESULTS", "off", _profile),
            portal=self._checked("PORTAL", "mail", _portal),
            portal_key=self._text("PORTAL_KEY"),
            portal_address=self._checked("PORTAL_ADDRESS", _DEFAULTS.portal_address, _web_address),
            secret_key=self._checked("SECRET_KEY", "", _secret),
            public_url=self._checked("PUBLIC_URL", "", _web_address),
            console_listen=self._checked("CONSOLE_LISTEN", "", _host_port),
            telegram_token=self._checked("TELEGRAM_TOKEN", "", _bot_token),
            telegram_api=self._checked("TELEGRAM_API", "", _bot_api),
            telegram_channel=self._text("TELEGRAM_CHANNEL"),
            telegram_staff_group=self._text("TELEGRAM_STAFF_GROUP"),
            time_zone=self._text("TIME_ZONE", _DEFAULTS.time_zone),
            mail_start=self._checked("MAIL_START", "now", _mail_start),
            limits=Limits(
                **{
                    name: int(self._number(f"LIMIT_{name.upper()}", usual))
                    for name, usual in _usual(Limits())
                }
            ),
            waits=Waits(
                **{name: self._number(f"WAIT_{name.upper()}", usual) for name, usual in _usual(Waits())}
            ),
        )
        if settings.portal.startswith("http:") and not settings.portal_key:
            self._mistakes.append("GUICHET_PORTAL_KEY is missing: the secret shared with the board's service")
        self._strangers()
        if self._mistakes:
            raise SettingsError(*self._mistakes)
        return settings

    def _text(self, name: str, default: str = "") -> str:
        name = f"GUICHET_{name}"
        self._known |= {name, f"{name}_FILE"}
        path = self._values.get(f"{name}_FILE")
        if path and self._values.get(name):
            self._mistakes.append(f"{name} and {name}_FILE are both set: keep one")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                self._mistakes.append(f"{name}_FILE cannot be read: check the path and its permissions")
        return self._values.get(name) or default

    def _checked(self, name: str, default: str, check: Callable[[str], str]) -> str:
        text = self._text(name, default)
        if text:
            try:
                return check(text)
            except ValueError as mistake:
                self._mistakes.append(f"GUICHET_{name} {mistake}")
        return default

    def _number(self, name: str, default: float) -> float:
        text = self._text(name, str(default))
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf"):
            self._mistakes.append(f"GUICHET_{name} must be a number of 0 or more")
            return default
        return number

    def _server(self, name: str, schemes: Mapping[str, tuple[str, int]]) -> MailServer | None:
        text = self._text(name)
        if not text:
            return None
        try:
            return _mail_server(urlsplit(text), schemes)
        except ValueError as mistake:
            self._mistakes.append(f"GUICHET_{name} {mistake}")
            return None

    def _strangers(self) -> None:
        for name in sorted(set(self._values) - self._known):
            self._mistakes.append(f"{name} is not a setting: check its spelling")


def _mail_server(url: SplitResult, schemes: Mapping[str, tuple[str, int]]) -> MailServer:
    if url.scheme not in schemes or not url.hostname:
        raise ValueError(
            "must look like " + " or ".join(f"{scheme}://user:password@host:port" for scheme in schemes)
        )
    security, port = schemes[url.scheme]
    if security == "plain" and url.hostname not in LOOPBACK:
        raise ValueError(
            "is without encryption: allowed on this machine only, choose " + " or ".join(list(schemes)[1:])
        )
    return MailServer(
        host=url.hostname,
        port=url.port or port,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        security=security,
        folder=unquote(url.path.lstrip("/")) or "INBOX",
    )


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("must look like sqlite:///guichet.db or postgresql://user:password@host/name")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+", text):
        raise ValueError("must be one bare e-mail address")
    return text


def _profile(text: str) -> str:
    if text not in ("off", "google", "microsoft365") and not re.fullmatch(r"generic:\S+", text):
        raise ValueError("must be off, google, microsoft365 or generic:AUTHSERV-ID")
    return text


def _portal(text: str) -> str:
    if text in ("mail", "worklist"):
        return text
    kind, _, url = text.partition(":")
    parts = urlsplit(url)
    if kind != "http" or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be mail, worklist or http:URL")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("is without encryption: allowed on this machine only, choose https")
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address such as https://guichet.example")
    return text


def _bot_token(text: str) -> str:
    if not re.fullmatch(r"\d{1,15}:[A-Za-z0-9_-]+", text):
        raise ValueError("must look like 123456:ABC…, as @BotFather gave it")
    return text


def _bot_api(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("is without encryption: allowed on this machine only, choose https")
    return _web_address(text).rstrip("/")


def _secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters: try `openssl rand -hex 32`")
    return text


def _host_port(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise ValueError("must be host:port, such as 127.0.0.1:8080")
    return text


def _mail_start(text: str) -> str:
    if text not in ("now", "all"):
        raise ValueError("must be now or all")
    return text
