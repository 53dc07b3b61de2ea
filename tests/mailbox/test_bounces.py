"""Delivery reports: which mail, for whom, for good or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.mailbox.bounces import Failure
from bot.mailbox.parse import parse
from tests.mailbox.makers import THREADS, raw_mail

MAILS = Path(__file__).parent.parent / "mails"


def test_a_report_names_the_mail_the_recipient_and_the_status() -> None:
    bounce = parse((MAILS / "bounce_rfc3464.eml").read_bytes()).bounce
    assert bounce is not None
    assert bounce.message_ids == ("<ours@cepeo.example>",)
    assert bounce.failures == (Failure("fatou@example.org", "5.1.1", "failed"),)
    assert bounce.for_good


def test_a_report_in_plain_words_is_read_as_far_as_it_tells() -> None:
    bounce = parse((MAILS / "bounce_without_rfc3464.eml").read_bytes()).bounce
    assert bounce is not None
    assert "<ours@cepeo.example>" in bounce.message_ids
    assert bounce.failures == (Failure("fatou@example.org", "5.4.1", ""),)


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("failed", "4.2.2")]
)
def test_a_delay_is_not_for_good(action: str, status: str) -> None:
    raw = (MAILS / "bounce_rfc3464.eml").read_bytes()
    raw = raw.replace(b"Action: failed", f"Action: {action}".encode()).replace(
        b"Status: 5.1.1", f"Status: {status}".encode()
    )
    bounce = parse(raw).bounce
    assert bounce is not None
    assert not bounce.for_good


def test_a_person_who_quotes_a_report_is_no_report() -> None:
    assert parse(raw_mail("On m'a écrit : Status: 5.1.1, Action: failed")).bounce is None


def test_only_a_keyed_id_makes_a_reported_mail_ours() -> None:
    ours = THREADS.message_id(12, "credential/3")
    raw = (MAILS / "bounce_rfc3464.eml").read_bytes()
    bounce = parse(raw.replace(b"<ours@cepeo.example>", ours.encode())).bounce
    assert bounce is not None
    assert [THREADS.conversation_of(each) for each in bounce.message_ids] == [12]
    assert THREADS.conversation_of("<ours@cepeo.example>") is None
