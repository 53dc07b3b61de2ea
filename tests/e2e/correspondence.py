"""Parents who write to the help line over SMTP, and the book of who was answered how often."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import formatdate, make_msgid
from itertools import count

import aiosmtplib

from sandbox.mail import MailTown
from tests.e2e.process import HELP_LINE, PATIENCE

OPENINGS = (
    "Bonjour, je n'ai jamais reçu le code de sécurité pour le Portail Famille. Merci, parent {n}",
    "Hello, I never received the security code for the family portal. Thank you, parent {n}",
    "Bonsoir, le courriel avec le code de sécurité n'est pas arrivé chez nous. Parent {n}",
)
_numbers = count(1)


class CountingTown(MailTown):
    """A town that knows how many mails it has delivered."""

    arrivals = 0

    async def append(self, address: str, raw: bytes) -> None:
        self.arrivals += 1
        await super().append(address, raw)

    async def until(self, holds: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait until this holds, asked again at each mail."""
        async with asyncio.timeout(patience), self._arrived:
            await self._arrived.wait_for(holds)


class Correspondence:
    """All that parents wrote in one test, and what came back."""

    def __init__(self, town: CountingTown) -> None:
        self.town = town
        """May be replaced, when the town's servers start anew."""
        self.written: dict[str, list[str]] = defaultdict(list)

    async def write(self, parent: str, text: str, answering: str | None = None) -> str:
        """A mail of `parent` to the help line; its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = parent, HELP_LINE, "Portail Famille"
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain="parents.example")
        if answering is not None:
            mail["In-Reply-To"] = mail["References"] = answering
        mail.set_content(text)
        self.written[parent].append(mail["Message-ID"])
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=self.town.smtp_port, start_tls=False)
        return str(mail["Message-ID"])

    async def open(self) -> str:
        """A parent whom nobody knew writes for the first time; who it is."""
        number = next(_numbers)
        parent = f"parent{number}@famille.example"
        await self.write(parent, OPENINGS[number % len(OPENINGS)].format(n=number))
        return parent

    def answers(self, parent: str) -> list[Message]:
        """The heads of all mails that came back, repeated ones included, in the order of their arrival."""
        return [BytesHeaderParser().parsebytes(raw) for raw in self.town.mails(parent)]

    async def answered(self, *parents: str) -> None:
        """Wait until each mail of these parents, or of all, has an answer."""
        for parent in parents or tuple(self.written):
            await self.town.until(lambda parent=parent: not self._unanswered(parent))  # type: ignore[misc]  # mypy cannot infer it

    def _unanswered(self, parent: str) -> set[str]:
        return set(self.written[parent]) - {str(each["In-Reply-To"]) for each in self.answers(parent)}

    def repeats(self) -> int:
        """Mails that stand in a mailbox a second time, the same Message-ID on them."""
        return sum(
            len(answers) - len({each["Message-ID"] for each in answers})
            for answers in map(self.answers, self.written)
        )

    def assert_each_answered_once_in_order(self) -> None:
        for parent, written in self.written.items():
            answers = {str(each["Message-ID"]): str(each["In-Reply-To"]) for each in self.answers(parent)}
            assert list(answers.values()) == written, Counter(answers.values())
