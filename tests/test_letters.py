"""Composing a mail: the same words as text and as HTML, and nothing foreign in a header."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest

from bot.letters import MARKER, QUOTE_CAP, Quote, compose
from conversations.model import Language
from conversations.texts import Block, BlockKind

AT = datetime(2026, 11, 24, 13, 12, tzinfo=UTC)
BLOCKS = (
    Block(BlockKind.PARAGRAPH, ("Bonjour,", "élève & <école>")),
    Block(BlockKind.STEPS, ("le nom", "le prénom")),
    Block(BlockKind.LIST, ("puce",)),
    Block(BlockKind.CHOICES, ("premier choix",)),
    Block(BlockKind.PARAGRAPH, ("Ouvrez https://aspen.example/x?a=1&b=2.",)),
)


class Outline(HTMLParser):
    """What a reader that knows no styles would find."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.words: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def wire(**more: object) -> bytes:
    plain = {
        "sender": "portail@cepeo.example",
        "to": "fatou@example.org",
        "subject": "Portail Famille : votre demande n° 12",
        "blocks": BLOCKS,
        "language": Language.FRENCH,
        "message_id": "<g.12.aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@cepeo.example>",
        "at": AT,
    }
    return bytes(compose(**{**plain, **more}))  # type: ignore[arg-type]  # one dict of unlike arguments


def composed(**more: object) -> EmailMessage:
    read = email.message_from_bytes(wire(**more), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def texts(message: EmailMessage) -> tuple[str, str]:
    plain, markup = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert markup is not None
    return plain.get_content(), markup.get_content()


def test_a_mail_survives_the_wire() -> None:
    message = composed(in_reply_to=("<" + "x" * 200 + "@example.org>",), references=("<first@example.org>",))
    assert message["Subject"] == "Portail Famille : votre demande n° 12"
    assert message["In-Reply-To"] == "<" + "x" * 200 + "@example.org>"
    assert message["References"].split() == ["<first@example.org>", message["In-Reply-To"]]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert not message.defects
    assert all(len(line) <= 998 and line.isascii() for line in wire().split(b"\r\n"))


def test_text_and_html_hold_the_same_words() -> None:
    plain, markup = texts(composed())
    words = [word for word in plain.split() if word.strip("-.0123456789")]
    assert "".join(words) == "".join(Outline(markup).words[7:])  # behind the title


def test_html_loads_nothing_and_can_be_read_aloud() -> None:
    _, markup = texts(composed(quote=Quote("Je n'ai pas <b>reçu</b>", AT)))
    outline = Outline(markup)
    assert not {"img", "script", "link", "iframe", "b", "table"} & set(outline.tags)
    assert "src" not in outline.attributes
    assert outline.attributes["lang"] == ["fr", "fr"]
    assert outline.attributes["href"] == ["https://aspen.example/x?a=1&b=2"]
    assert not any("color:" in style or "background" in style for style in outline.attributes["style"])


def test_the_marker_stands_above_all_we_say() -> None:
    plain, markup = texts(composed())
    assert plain.startswith(MARKER)
    assert markup.index(MARKER) < markup.index("Bonjour")


def test_the_parents_mail_is_quoted_a_little_and_without_links_or_long_numbers() -> None:
    quote = Quote(
        "Bonjour\n<script>\nhttps://evil.example/x www.evil.example a@evil.example 123-456-789 "
        + "mot " * 500,
        AT,
    )
    plain, markup = texts(composed(quote=quote))
    below = plain[plain.index("> ") :]
    assert below.splitlines()[0] == "> Bonjour"
    assert "evil" not in plain + markup
    assert "456" not in plain + markup
    assert len(below) < QUOTE_CAP + 100
    assert "gmail_quote" in markup
    assert 'type="cite"' in markup
    assert "<script>" not in markup


def test_many_references_keep_the_first_and_the_latest() -> None:
    references = [f"<{number}@{'y' * 100}.example>" for number in range(40)]
    message = composed(references=references)
    kept = message["References"].split()
    assert kept[0] == references[0]
    assert kept[-1] == references[-1]
    assert len(message["References"]) < 990


@pytest.mark.parametrize("field", ["subject", "to", "sender"])
def test_a_line_end_in_a_header_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        composed(**{field: "x\r\nBcc: evil@bad.example"})


def test_headers_of_the_caller_overrule_the_usual() -> None:
    assert composed(headers={"Auto-Submitted": "auto-generated"})["Auto-Submitted"] == "auto-generated"
