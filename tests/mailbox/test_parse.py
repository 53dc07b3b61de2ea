"""Whatever arrives becomes a Letter."""

from __future__ import annotations

import base64
import tracemalloc
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mailbox.letter import Oddity
from bot.mailbox.mime import DEPTH_CAP, PARTS_CAP, cut
from bot.mailbox.parse import BODY_CAP, MAIL_CAP, content_key, message_id, parse
from bot.mailbox.quotes import TEXT_CAP
from bot.mailbox.whom import Kind, judge
from tests.mailbox.makers import OURSELVES, raw_mail

OWN_MAILS = sorted((Path(__file__).parent.parent / "mails").glob("*.eml"))
FOREIGN = Path(__file__).parents[3] / "shared" / "mails"
FOREIGN_MAILS = sorted(path for path in FOREIGN.glob("*/*") if path.is_file()) if FOREIGN.is_dir() else []


def test_a_plain_mail_is_read_field_by_field() -> None:
    letter = parse(raw_mail(subject="=?utf-8?q?Code_de_s=C3=A9curit=C3=A9?="))
    assert letter.sender == "fatou@example.org"
    assert letter.subject == "Code de sécurité"
    assert letter.text == "Bonjour, je n'ai jamais reçu le code de sécurité"
    assert letter.message_id == "<1@example.org>"
    assert letter.date == datetime(2026, 11, 24, 13, 12, tzinfo=UTC)
    assert letter.oddities == frozenset()


def test_the_plain_text_is_preferred_and_pieces_between_pictures_are_joined() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("Première partie")
    message.add_alternative("<p>Première <b>partie</b> en HTML</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", disposition="inline")
    message.add_attachment("Deuxième partie", disposition="inline")
    message.add_attachment("un fichier", filename="notes.txt")
    assert parse(bytes(message)).text.split("\n") == ["Première partie", "", "Deuxième partie"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Je n'ai pas le code</p><blockquote type='cite'>Notre lettre</blockquote>",
        (
            "<div>Je n'ai pas le code</div><div class='gmail_quote'><div class='gmail_attr'>Le 24 nov. 2026, P a écrit :"
            "</div><blockquote class='gmail_quote'>Notre lettre</blockquote></div>"
        ),
        (
            "<div>Je n'ai pas le code</div><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'>De : P</div>"
            "<div>Notre lettre</div>"
        ),
        "<style>p{}</style><script>x()</script><p>Je n'ai pas le code</p>",
    ],
)
def test_html_without_text_is_read_without_what_it_quotes(markup: str) -> None:
    letter = parse(raw_mail(markup, "a@b.example", "<1@b>", "s", "Content-Type: text/html; charset=utf-8"))
    assert letter.text == "Je n'ai pas le code"
    assert "Notre lettre" not in letter.text
    assert ("Notre lettre" in letter.quoted) == ("Notre lettre" in markup)


def test_a_picture_with_a_million_spaces_of_padding_takes_no_memory() -> None:
    markup = "<div style='padding-left:1000000em'>" + "x<br>" * 1000
    tracemalloc.start()
    letter = parse(raw_mail(markup, "a@b.example", "<1@b>", "s", "Content-Type: text/html"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert letter.text.startswith("x")
    assert peak < 50_000_000


@pytest.mark.parametrize("charset", ["no-such-charset", "hex", "punycode", "", "\x00", "x" * 5000, "utf-16"])
def test_an_unknown_charset_falls_back(charset: str) -> None:
    kind = f"Content-Type: text/plain; charset={charset}"
    assert parse(raw_mail("Élève", "a@b.example", "<1@b>", "s", kind)).text


def test_windows_text_under_a_false_name_keeps_its_accents() -> None:
    raw = b"From: a@b.example\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\xc9l\xe8ve \x96 No\xebl"
    assert parse(raw).text == "Élève – Noël"


def test_nul_and_controls_are_gone() -> None:
    raw = b"From: a@b.example\r\nSubject: a\x00b\r\n\r\nBon\x00jour\x07\x1b[31m"
    letter = parse(raw)
    assert "\x00" not in letter.text + letter.subject
    assert "\x1b" not in letter.text


def test_an_encoded_line_end_in_the_subject_stays_one_line() -> None:
    letter = parse(raw_mail(subject="=?utf-8?q?a=0D=0ABcc:_x@evil.example?="))
    assert letter.subject == "a Bcc: x@evil.example"


def test_a_large_mail_is_read_in_its_beginning_only_and_known_again_either_way() -> None:
    raw = raw_mail("x" * 70 + "\n" + "y" * (MAIL_CAP + 25_000_000))
    letter = parse(raw)
    assert Oddity.CUT in letter.oddities
    assert len(letter.text) <= TEXT_CAP
    beginning = raw[: BODY_CAP * 2]
    assert content_key(raw) == content_key(beginning, whole=False) == letter.content_key
    assert parse(beginning, whole=False).text == letter.text


def test_a_thousand_parts_are_read_up_to_the_cap() -> None:
    parts = "".join(f"--b\r\n\r\npart {number}\r\n" for number in range(1000))
    raw = f"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n".encode()
    letter = parse(raw)
    assert Oddity.PARTS_LEFT_OUT in letter.oddities
    assert letter.text.startswith("part 0")
    assert len(list(cut(raw)[0].walk())) <= PARTS_CAP


def test_parts_nested_beyond_reason_end_at_the_cap() -> None:
    levels = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(2000))
    letter = parse(f"From: a@b.example\r\n{levels}\r\nfin\r\n".encode())
    assert Oddity.PARTS_LEFT_OUT in letter.oddities
    tree, _ = cut(f"From: a@b.example\r\n{levels}\r\nfin\r\n".encode())
    assert len(list(tree.walk())) <= DEPTH_CAP + 1


def test_a_mail_without_message_id_is_known_by_all_its_bytes() -> None:
    one, other = raw_mail(message_id=None), raw_mail(message_id=None, subject="Autre")
    assert content_key(one) != content_key(other)
    assert Oddity.NO_MESSAGE_ID in parse(one).oddities


def test_the_same_message_id_with_another_body_is_another_mail() -> None:
    assert content_key(raw_mail("a")) != content_key(raw_mail("b"))
    assert content_key(raw_mail("a")) == content_key(b"Received: later\r\n" + raw_mail("a"))


@pytest.mark.parametrize(
    ("field", "read"),
    [("<a@b>", "<a@b>"), ("a@b", "<a@b>"), ("", ""), ("two words", ""), ("x <a@b> y", "<a@b>")],
)
def test_a_message_id_is_read_also_where_it_is_badly_written(field: str, read: str) -> None:
    assert message_id(f"Message-ID: {field}\r\n\r\n".encode()) == read


@pytest.mark.parametrize(
    "date", ["", "hier", "Tue, 99 Nov 2026 99:99:99 +9999", "Fri, 31 Dec 9999 23:00:00 -1200"]
)
def test_a_date_that_is_none_is_absent(date: str) -> None:
    letter = parse(f"From: a@b.example\r\nDate: {date}\r\n\r\nx".encode())
    assert letter.date is None
    assert Oddity.NO_DATE in letter.oddities


def test_an_attached_mail_is_quoted_text() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Aspen"
    inner.set_content("Votre code: 123")
    outer = EmailMessage()
    outer["From"] = "a@b.example"
    outer.set_content("Ce code ne marche pas")
    outer.add_attachment(inner)
    letter = parse(bytes(outer))
    assert letter.text == "Ce code ne marche pas"
    assert "Votre code" in letter.quoted


def test_broken_base64_gives_what_can_be_read() -> None:
    body = base64.b64encode("Je n'ai pas reçu le code".encode()).decode()
    kind = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    letter = parse(raw_mail(body + "\n!!", "a@b.example", "<1@b>", "s", *kind))
    assert letter.text == "Je n'ai pas reçu le code"


@settings(max_examples=150)
@given(st.binary(max_size=2000))
def test_any_bytes_make_a_letter(raw: bytes) -> None:
    letter = parse(raw)
    assert parse(raw) == letter
    assert "\x00" not in letter.text + letter.quoted + letter.subject + letter.message_id


_HEADS = st.sampled_from(
    [
        b"From: a@b.example",
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: text/html",
        b"--b",
        b"--b--",
        b"",
        b" x",
        b"Content-Transfer-Encoding: base64",
        b"Content-Type: message/rfc822",
        b"\xff\xfe",
        b"<div>",
        b"&#0;",
        b"Content-Type: text/plain; charset*0*=utf-8'x; charset*2=a",
        b"Subject: =?x?b?AAA?=",
        b">",
        b"-- ",
    ]
)


@settings(max_examples=200)
@given(st.lists(_HEADS, max_size=40))
def test_any_heap_of_fragments_makes_a_letter(lines: list[bytes]) -> None:
    letter = parse(b"\r\n".join(lines))
    assert Oddity.UNREADABLE not in letter.oddities


@pytest.mark.parametrize("path", OWN_MAILS, ids=lambda path: path.stem)
def test_each_mail_of_ours_is_judged_as_its_name_says(path: Path) -> None:
    kind = path.stem.split("_", 1)[0]
    assert judge(parse(path.read_bytes()), OURSELVES).kind is Kind(kind)


@pytest.mark.skipif(not FOREIGN_MAILS, reason="the collection of foreign mails is not on this machine")
def test_foreign_mails_are_read_within_caps_and_judged_the_same_way_twice() -> None:
    for path in FOREIGN_MAILS:
        raw = path.read_bytes()
        letter = parse(raw)
        assert letter == parse(raw), path.name
        assert judge(letter, OURSELVES) == judge(parse(raw), OURSELVES), path.name
        assert Oddity.UNREADABLE not in letter.oddities, path.name
        assert len(letter.text) <= TEXT_CAP * 4
