"""From a mail in the ledger to an event in the inbox of its case, or a named reason why not."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.errors import GuichetError, ProviderAway
from bot.letters import QUOTE_CAP
from bot.mailbox.addresses import counted_as
from bot.mailbox.bounces import Bounce
from bot.mailbox.evidence import Doubt, doubt
from bot.mailbox.letter import Letter
from bot.mailbox.parse import parse
from bot.mailbox.whom import Judgement, Kind, Ourselves, Refusal, judge
from bot.ports import Arrival, Channel, MailLedger, ReadMail, Undeliverable, WaitingMail
from conversations.events import Said

ATTEMPTS = 3
"""Tries before a mail is poison."""
AWAY_SECONDS, AWAY_LONGEST = 0.1, 30.0
REFERENCES_KEPT = 20
TOGETHER = 25
"""Mails that share a transaction."""
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Understood:
    """A mail, read and judged; nothing is stored yet."""

    letter: Letter
    judgement: Judgement
    doubt: Doubt | None
    """Why the sender is not vouched for; None: proven by our border."""


def understand(mail: WaitingMail, ourselves: Ourselves, profile: str) -> Understood:
    """Read and judge, off the event loop: 3 MB take a second or two."""
    letter = parse(mail.raw, whole=mail.whole)
    judgement = judge(letter, ourselves)
    return Understood(letter, judgement, doubt(letter, profile, mail.received_at, repeated=mail.repeated))


@dataclass(frozen=True, slots=True)
class Receiver:
    """Empties the ledger of one mailbox, oldest mail first."""

    mailbox: str
    ledger: MailLedger
    ourselves: Ourselves
    profile: str

    async def handle_all(self) -> int:
        """Handle every waiting mail; how many. Raises ProviderAway when the database does not answer."""
        handled = 0
        while taken := await self.ledger.take(self.mailbox, TOGETHER):
            await self.handle(taken)
            handled += len(taken)
        return handled

    async def handle(self, taken: Sequence[WaitingMail]) -> None:
        """Read these mails, then settle people's in one transaction and the others one by one."""
        people: list[tuple[WaitingMail, ReadMail]] = []
        for mail in taken:
            if mail.attempts > ATTEMPTS:
                log.error("mail %d failed %d times and is left to staff", mail.id, ATTEMPTS)
                await self.ledger.quarantine(mail.id, Refusal.POISON.value)
                continue
            with self._flowing(mail):
                understood = await asyncio.to_thread(understand, mail, self.ourselves, self.profile)
                if understood.judgement.refusal is None:
                    people.append((mail, self.read(mail, understood)))
                else:
                    await patiently(partial(self._refuse, mail, understood))
        if people:
            await self._queue(people)

    @contextmanager
    def _flowing(self, mail: WaitingMail) -> Iterator[None]:
        """Whatever one mail does, the next one must flow: it keeps its attempt and is taken again, alone."""
        try:
            yield
        except GuichetError:
            raise
        except Exception as error:  # noqa: BLE001  # what a mail may set off is open-ended
            log.warning(
                "mail %d could not be handled (%s), try %d", mail.id, type(error).__name__, mail.attempts
            )

    async def _queue(self, people: Sequence[tuple[WaitingMail, ReadMail]]) -> None:
        """All in one transaction; where that fails, they come back one at a time."""
        with self._flowing(people[0][0]):
            batch = [(mail.id, read) for mail, read in people]
            reasons = await patiently(partial(self.ledger.queue, batch))
            for (mail, _), held in zip(people, reasons, strict=True):
                if held:
                    log.warning("mail %d is left to staff: %s", mail.id, held)

    async def _refuse(self, mail: WaitingMail, understood: Understood) -> None:
        letter, judgement = understood.letter, understood.judgement
        if judgement.kind is Kind.BOUNCE and letter.bounce is not None:
            await self._bounce(mail, letter, letter.bounce)
        elif judgement.refusal is not None:
            log.info("mail %d is not answered: %s", mail.id, judgement.refusal)
            await self.ledger.skip(mail.id, judgement.refusal.value, letter.sender)

    async def _bounce(self, mail: WaitingMail, letter: Letter, bounce: Bounce) -> None:
        threads = self.ourselves.threads
        ours = {
            each: case for each in bounce.message_ids if (case := threads.conversation_of(each)) is not None
        }
        if not ours or not bounce.for_good:
            log.info(
                "mail %d is a delivery report about %s", mail.id, "a delay" if ours else "no mail of ours"
            )
            await self.ledger.skip(mail.id, Refusal.BOUNCE.value, letter.sender)
            return
        message_id, case = next(iter(ours.items()))
        status = next(failure.status for failure in bounce.failures if failure.for_good)
        await self.ledger.bounced(mail.id, Undeliverable(message_id, case, status))

    def read(self, mail: WaitingMail, understood: Understood) -> ReadMail:
        """What the transaction needs of a person's mail."""
        letter = understood.letter
        sender = letter.sender or ""
        said = Said(at=mail.received_at, text=letter.text, subject=letter.subject, quoted=letter.quoted)
        arrival = Arrival(
            external_id=f"mail:{mail.content_key}",
            channel=Channel.MAIL,
            sender=counted_as(sender),
            reply_to=sender,
            said=said,
            thread=thread_note(letter, mail),
        )
        return ReadMail(
            arrival=arrival,
            vouched=understood.doubt is None,
            claimed=self.ourselves.threads.first_of(letter.refers_to()),
            fingerprint=_fingerprint(letter),
        )


async def patiently(transaction: Callable[[], Awaitable[Answer]]) -> Answer:
    """Wait for a database that is away: that is not the mail's fault and counts as no attempt."""
    wait = AWAY_SECONDS
    while True:
        try:
            return await transaction()
        except ProviderAway as error:
            log.warning("mails wait: %s", error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, AWAY_LONGEST)


def thread_note(letter: Letter, mail: WaitingMail) -> dict[str, object]:
    """The case's own note for the reply: what it answers, and a little of it to quote."""
    return {
        "message_id": letter.message_id,
        "references": [*letter.references, *letter.in_reply_to][-REFERENCES_KEPT:],
        "quote": letter.text[: QUOTE_CAP * 2],
        "at": mail.received_at.isoformat(),
    }


def _fingerprint(letter: Letter) -> str:
    words = " ".join(f"{letter.subject} {letter.text}".casefold().split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
