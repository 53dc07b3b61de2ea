"""From a mail in the ledger to its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.errors import ProviderAway
from bot.mailbox.parse import content_key, message_id
from bot.mailbox.receive import Receiver
from bot.ports import FetchedMail, ReadMail
from tests.mailbox.makers import AT, HELP_LINE, OURSELVES, THREADS, raw_mail
from tests.mailbox.memory import MemoryLedger

MAILS = Path(__file__).parent.parent / "mails"
BORDER = "generic:mx.cepeo.example"


def own_mail(name: str) -> bytes:
    return (MAILS / name).read_bytes()


async def received(*raws: bytes, profile: str = "off", ledger: MemoryLedger | None = None) -> MemoryLedger:
    ledger = ledger or MemoryLedger()
    await ledger.begin("box", 1, 0)
    mails = [
        FetchedMail(n, len(raw), raw, content_key(raw), message_id(raw), AT) for n, raw in enumerate(raws, 1)
    ]
    await ledger.record("box", 1, mails, len(mails))
    await Receiver("box", ledger, OURSELVES, profile).handle_all()
    return ledger


def read_of(ledger: MemoryLedger) -> ReadMail:
    [read] = [row.read for row in ledger.rows if row.read is not None]
    return read


async def test_a_parents_mail_becomes_an_arrival() -> None:
    read = read_of(await received(raw_mail(sender="Fatou <Fatou+ecole@Example.org>", subject="Code")))
    arrival = read.arrival
    assert arrival.sender == "fatou@example.org"
    assert arrival.reply_to == "Fatou+ecole@example.org"
    assert arrival.said.at == AT
    assert arrival.said.subject == "Code"
    assert arrival.thread["message_id"] == "<1@example.org>"
    assert not read.vouched
    assert read.claimed is None


async def test_reply_to_and_the_rest_are_never_where_an_answer_goes() -> None:
    others = (
        "Reply-To: evil@bad.example",
        "Sender: evil@bad.example",
        "Cc: evil@bad.example",
        "Return-Path: <evil@bad.example>",
    )
    read = read_of(await received(raw_mail("x", "fatou@example.org", "<1@x>", "Code", *others)))
    assert read.arrival.reply_to == "fatou@example.org"
    assert "evil" not in str(read.arrival)


async def test_a_reply_claims_the_case_of_its_nearest_keyed_id() -> None:
    references = f"References: {THREADS.message_id(3, 'a')} <x@y> {THREADS.message_id(4, 'b')}"
    assert read_of(await received(raw_mail("x", "a@b.example", "<1@x>", "Re", references))).claimed == 4


async def test_a_vouched_sender_is_vouched_once() -> None:
    border = "Authentication-Results: mx.cepeo.example; dmarc=pass header.from=example.org"
    first = raw_mail("un", "fatou@example.org", "<1@x>", "Code", border)
    again = raw_mail("deux", "fatou@example.org", "<1@x>", "Code", border)
    ledger = await received(first, again, profile=BORDER)
    assert [row.read.vouched for row in ledger.rows if row.read] == [False, False], (
        "one of the two is a replay"
    )
    assert read_of(await received(first, profile=BORDER)).vouched


async def test_a_bounce_of_ours_is_reported_and_a_delay_is_not() -> None:
    ours = THREADS.message_id(12, "credential/3").encode()
    report = own_mail("bounce_rfc3464.eml").replace(b"<ours@cepeo.example>", ours)
    ledger = await received(report)
    assert [(each.message_id, each.conversation, each.status) for each in ledger.reports] == [
        (ours.decode(), 12, "5.1.1")
    ]
    ledger = await received(report.replace(b"5.1.1", b"4.4.1").replace(b"Action: failed", b"Action: delayed"))
    assert ledger.reports == []
    assert ledger.reasons() == ["bounce"]


async def test_a_forged_report_about_a_mail_that_is_not_ours_does_nothing() -> None:
    ledger = await received(own_mail("bounce_rfc3464.eml"))
    assert ledger.reports == []
    assert ledger.reasons() == ["bounce"]


async def test_a_database_that_is_away_counts_as_no_attempt() -> None:
    class Away(MemoryLedger):
        failures = 2

        async def queue(self, batch: Sequence[tuple[int, ReadMail]]) -> list[str]:
            if self.failures:
                self.failures -= 1
                raise ProviderAway("the database does not answer")
            return await super().queue(batch)

    ledger = await received(raw_mail(), ledger=Away())
    assert ledger.rows[0].state == "queued"
    assert ledger.rows[0].attempts == 1


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
async def test_each_mail_of_ours_is_settled_and_only_a_persons_is_queued(path: Path) -> None:
    ledger = await received(own_mail(path.name))
    kind = path.stem.split("_", maxsplit=1)[0]
    assert [row.state for row in ledger.rows] == ["queued" if kind == "person" else "skipped"]


async def test_nothing_a_parent_wrote_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    raw = raw_mail("motsecret", "nomsecret@example.org", "<idsecret@example.org>", "sujetsecret")
    ledger = MemoryLedger()
    ledger.spoiled = lambda _: True
    await received(raw, own_mail("automatic_no_reply.eml"), ledger=ledger)
    assert caplog.records
    assert not any("secret" in record.getMessage() for record in caplog.records)
    assert HELP_LINE not in caplog.text
