"""Whom never to answer, each by its named reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.mailbox.parse import parse
from bot.mailbox.whom import Judgement, Kind, Refusal, judge
from tests.mailbox.makers import HELP_LINE, OURSELVES, THREADS, raw_mail

MAILS = Path(__file__).parent.parent / "mails"


def judged(raw: bytes) -> Judgement:
    return judge(parse(raw), OURSELVES)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("automatic_out_of_office_fr", Refusal.OUT_OF_OFFICE),
        ("automatic_out_of_office_en", Refusal.OUT_OF_OFFICE),
        ("automatic_auto_replied", Refusal.AUTO_SUBMITTED),
        ("automatic_exchange_suppress", Refusal.SUPPRESSED),
        ("automatic_null_return_path", Refusal.NULL_RETURN_PATH),
        ("automatic_no_reply", Refusal.DAEMON),
        ("automatic_read_receipt", Refusal.REPORT),
        ("automatic_own_address", Refusal.OWN_ADDRESS),
        ("list_announcement", Refusal.LIST),
        ("list_bulk", Refusal.BULK),
        ("bounce_rfc3464", Refusal.BOUNCE),
        ("bounce_without_rfc3464", Refusal.BOUNCE),
        ("unusable_two_from", Refusal.UNUSABLE_SENDER),
    ],
)
def test_a_refused_mail_is_refused_for_its_reason(name: str, refusal: Refusal) -> None:
    assert judged((MAILS / f"{name}.eml").read_bytes()).refusal is refusal


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: no; comment=x",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: RN, NRN",
        "Return-Path: <fatou@example.org>",
        "X-Autoreply: no",
    ],
)
def test_a_person_is_not_refused_for_a_header_that_says_nothing(header: str) -> None:
    assert judged(raw_mail("x", "a@b.example", "<1@b>", "Code", header)) == Judgement(Kind.PERSON)


@pytest.mark.parametrize(
    "sender",
    [
        "no-reply@b.example",
        "noreply+12@b.example",
        "MAILER-DAEMON@b.example",
        "postmaster@b.example",
        "nepasrepondre@b.example",
        "do-not-reply@b.example",
        "bounces+x=y@b.example",
        "liste-request@b.example",
    ],
)
def test_machines_are_known_by_their_address(sender: str) -> None:
    assert judged(raw_mail(sender=sender)).refusal is Refusal.DAEMON


@pytest.mark.parametrize(
    "sender", ["norbert@b.example", "nora.reply@b.example", "rootham@b.example", "bouncer@b.example"]
)
def test_people_whose_names_look_alike_are_people(sender: str) -> None:
    assert judged(raw_mail(sender=sender)).kind is Kind.PERSON


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique\u00a0: Code",
        "Automatic reply: x",
        "Absence du bureau",
        "Auto: x",
        "[EXT] Out of office",
    ],
)
def test_away_notes_are_known_by_their_subject(subject: str) -> None:
    assert judged(raw_mail(subject=subject)).refusal is Refusal.OUT_OF_OFFICE


@pytest.mark.parametrize(
    "subject", ["Absence de Léa demain", "Re: Réponse automatique ?", "Automobile", "Bureau absent"]
)
def test_parents_who_write_of_an_absence_are_people(subject: str) -> None:
    assert judged(raw_mail(subject=subject)).kind is Kind.PERSON


def test_our_own_mail_is_known_by_its_keyed_id_even_under_another_name() -> None:
    ours = THREADS.message_id(7, "reply/1")
    assert judged(raw_mail(message_id=ours)).refusal is Refusal.OWN_MESSAGE
    assert judged(raw_mail(message_id=ours.replace("g.7", "g.8"))).kind is Kind.PERSON


def test_our_address_is_ours_with_a_tag_and_in_capitals() -> None:
    tagged = HELP_LINE.upper().replace("@", "+x@")
    assert judged(raw_mail(sender=tagged)).refusal is Refusal.OWN_ADDRESS
