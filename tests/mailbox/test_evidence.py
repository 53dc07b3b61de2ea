"""When our own border vouches for a sender, and every way in which it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox import results
from bot.mailbox.evidence import Doubt, doubt
from bot.mailbox.parse import parse
from sandbox.border import AUTHSERV_ID, stamped
from tests.mailbox.makers import AT, raw_mail

BORDER = "generic:mx.cepeo.example"
GOOD = "Authentication-Results: mx.cepeo.example; dmarc=pass header.from=example.org"


def doubted(
    *headers: str, profile: str = BORDER, late: timedelta = timedelta(), repeated: bool = False
) -> Doubt | None:
    letter = parse(raw_mail("x", "fatou@example.org", "<1@example.org>", "Code", *headers))
    return doubt(letter, profile, AT + late, repeated=repeated)


@pytest.mark.parametrize(
    ("profile", "header"),
    [
        (BORDER, GOOD),
        (BORDER, GOOD.replace("mx.cepeo.example;", "MX.cepeo.example 1;")),
        (BORDER, ("Authentication-Results: mx.cepeo.example (border; dmarc=fail);\r\n spf=pass smtp.mailfrom=x.org;\r\n"
         " DMARC=Pass (p=none \\) ok) header.from=Example.ORG")),
        ("google", ("Authentication-Results: mx.google.com;\r\n dkim=pass header.i=@example.org header.s=a header.b=Ab1+/x=;\r\n"
         " spf=pass (google.com: domain of fatou@example.org designates 1.2.3.4 as permitted sender) "
         "smtp.mailfrom=fatou@example.org;\r\n dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.org")),
        ("microsoft365", ("Authentication-Results: spf=pass (sender IP is 1.2.3.4)\r\n smtp.mailfrom=example.org; dkim=pass "
         "(signature was verified)\r\n header.d=example.org;dmarc=pass action=none\r\n header.from=example.org;compauth=pass"
         " reason=100")),
    ],
)  # fmt: skip
def test_a_border_that_says_pass_for_the_from_domain_vouches(profile: str, header: str) -> None:
    assert doubted(header, profile=profile) is None


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ([], Doubt.NO_RESULTS),
        ([GOOD.replace("pass", "fail")], Doubt.DMARC_NOT_PASS),
        ([GOOD.replace("pass", "bestguesspass")], Doubt.DMARC_NOT_PASS),
        ([GOOD.replace("dmarc", "spf")], Doubt.DMARC_NOT_PASS),
        ([GOOD + "; dmarc=pass header.from=other.example"], Doubt.DMARC_NOT_PASS),
        ([GOOD.replace("example.org", "other.example")], Doubt.OTHER_DOMAIN),
        ([GOOD.replace("header.from=example.org", "")], Doubt.OTHER_DOMAIN),
        (["Authentication-Results: mx.evil.example; dmarc=pass header.from=example.org", GOOD], Doubt.OTHER_BORDER),
        (["Authentication-Results: mx.cepeo.example; none", GOOD], Doubt.DMARC_NOT_PASS),
        (["Authentication-Results: dmarc=pass header.from=example.org"], Doubt.OTHER_BORDER),
        ([GOOD + " (never closed"], Doubt.NOT_READABLE),
        (['Authentication-Results: mx.cepeo.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.org"@e.org'],
         Doubt.DMARC_NOT_PASS),
        (["Authentication-Results: mx.cepeo.example (; dmarc=pass header.from=example.org)"], Doubt.DMARC_NOT_PASS),
        ([GOOD, "Resent-From: x@example.org"], Doubt.RESENT),
        ([GOOD, "List-Id: <x.example.org>"], Doubt.LIST),
        ([GOOD, "Date: Tue, 24 Nov 2026 08:00:00 -0500"], Doubt.NO_DATE),
        ([GOOD, "Message-ID: <other@example.org>"], Doubt.NO_MESSAGE_ID),
    ],
)  # fmt: skip
def test_each_doubt_has_its_name(headers: list[str], why: Doubt) -> None:
    assert doubted(*headers) is why


def test_a_copy_shown_again_proves_nothing() -> None:
    assert doubted(GOOD, repeated=True) is Doubt.REPEATED
    assert doubted(GOOD, late=timedelta(hours=49)) is Doubt.DATE_OFF
    assert doubted(GOOD, late=timedelta(hours=-49)) is Doubt.DATE_OFF
    assert doubted(GOOD, late=timedelta(hours=47)) is None


def test_nothing_is_believed_unless_the_operator_named_the_border() -> None:
    assert doubted(GOOD, profile="off") is Doubt.OFF


def test_microsofts_composite_verdict_overrules() -> None:
    header = "Authentication-Results: dmarc=pass header.from=example.org; compauth=fail reason=001"
    assert doubted(header, profile="microsoft365") is Doubt.DMARC_NOT_PASS


def test_a_sender_of_two_readings_is_nobody_whatever_the_border_says() -> None:
    raw = raw_mail("x", "fatou@example.org <evil@bad.example>", "<1@example.org>", "Code", GOOD)
    assert doubt(parse(raw), BORDER, AT, repeated=False) is Doubt.UNUSABLE_SENDER


def test_properties_are_read_with_quotes_and_signatures() -> None:
    read = results.read(
        'mx.example; dkim=pass header.b="a b;c" header.x=Zm9v== ; spf=none reason="no (record)"'
    )
    assert read.border == "mx.example"
    assert dict(read.of("dkim")[0].properties) == {"header.b": "a b;c", "header.x": "Zm9v=="}
    assert read.of("spf")[0].properties["reason"] == "no (record)"


@given(st.text(alphabet='abc=;"()\\ .@/1\t', max_size=60))
def test_any_field_is_read_or_refused(field: str) -> None:
    try:
        results.read(field)
    except ValueError:
        return


@pytest.mark.parametrize(("signed_in_as", "why"), [("fatou@example.org", None), (None, Doubt.DMARC_NOT_PASS)])
def test_the_towns_border_vouches_for_who_signed_in_even_if_their_program_forgot_its_fields(
    signed_in_as: str | None, why: Doubt | None
) -> None:
    raw = stamped(
        b"From: fatou@example.org\r\nSubject: Code\r\n\r\nBonjour", "fatou@example.org", signed_in_as
    )
    assert doubt(parse(raw), f"generic:{AUTHSERV_ID}", datetime.now(UTC), repeated=False) is why
