"""The three ways a mail is resent, each with what arrives at its other end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Protocol

from bot.portal.http import HttpPortal
from bot.portal.mail import MailPortal
from bot.portal.worklist import WorklistPortal
from bot.ports import Carrier, MailKind
from bot.settings import Settings
from bot.store.schema import worklist
from tests.portal.board_server import KEY, BoardServer
from tests.portal.home import CODE, Home
from tests.roster.boards import SETTINGS

MAILING = replace(SETTINGS, mail_from="portail@cepeo.example", public_url="https://guichet.example/")


@dataclass
class Post:
    """Implements ports.Postman: keeps the mails."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def post(self, message: EmailMessage) -> None:
        self.mails.append(message)


class Way(Protocol):
    @property
    def carrier(self) -> Carrier: ...
    def arrived(self) -> Sequence[tuple[str, MailKind]]:
        """What made twice into once, and which of the two mails, in the order they arrived."""


class ByMail:
    def __init__(self, home: Home, settings: Settings = MAILING) -> None:
        self.post = Post()
        self.carrier: Carrier = MailPortal(settings, home.keys, home.credentials, self.post)

    def arrived(self) -> Sequence[tuple[str, MailKind]]:
        return [(str(mail["Message-ID"]), _kind(mail)) for mail in self.post.mails]


class ByWorklist:
    def __init__(self, home: Home) -> None:
        self._home = home
        self.carrier: Carrier = WorklistPortal(home.credentials)

    def arrived(self) -> Sequence[tuple[str, MailKind]]:
        rows = self._home.registry.rows(worklist)
        return [(str(row["send"]), MailKind(str(row["kind"]))) for row in rows]


class ByHttp:
    def __init__(self, home: Home, service: BoardServer) -> None:
        self._service = service
        self.carrier: Carrier = HttpPortal(home.credentials, service.url, KEY)

    def arrived(self) -> Sequence[tuple[str, MailKind]]:
        return [
            (each.headers["Idempotency-Key"], MailKind(each.json["kind"])) for each in self._service.orders
        ]


def _kind(mail: EmailMessage) -> MailKind:
    return MailKind.INVITATION if CODE in plain(mail) else MailKind.VALIDATION


def plain(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def markup(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
