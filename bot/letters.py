"""Composing a mail: plain text and simple, accessible HTML of the same words.

Nothing remote is loaded, no colours are forced upon a dark screen, and nothing a parent wrote ever
stands in a header.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from conversations.model import Language
from conversations.texts import Block, BlockKind
from conversations.texts.days import day_in_words

MARKER = "— Répondez au-dessus de cette ligne / Reply above this line —"
"""Stands above all we write, so that what we said is cut off a reply whatever program quotes it."""
QUOTE_CAP, QUOTE_LINES = 400, 8
"""Enough to know one's own mail again, too little for a forged sender to spread words through us."""
REFERENCES_CAP = 10
"""Message-IDs in References: the first, which names the thread, and the latest."""

# Python folds at 78 by writing long words as encoded ones, which breaks Message-IDs; RFC 5322 allows 998.
_WIRE = SMTP.clone(max_line_length=990)
_LINK = re.compile(r"\b(?:https?://|www\.)\S+|\b\S+@\S+\.\S+", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){8,}")
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_NUMBERED = (BlockKind.STEPS, BlockKind.CHOICES)
_NO_LOOPS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
_WROTE = {Language.FRENCH: "Le {day}, vous avez écrit :", Language.ENGLISH: "On {day}, you wrote:"}

_BODY = (
    "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:1.5;"
    "max-width:36em;margin:0 auto;padding:8px 12px;overflow-wrap:break-word"
)
_SMALL = "font-size:13px;opacity:.75;margin:0 0 1em"
_QUOTED = "margin:0 0 0 .8ex;border-left:1px solid;padding-left:1ex;opacity:.8"


@dataclass(frozen=True, slots=True)
class Quote:
    """A parent's last mail, to quote a little of below the answer."""

    text: str
    at: datetime

    def lines(self) -> list[str]:
        """At most QUOTE_CAP characters, without links, addresses or long numbers."""
        text = _LONG_NUMBER.sub("…", _LINK.sub("…", self.text.strip()))
        shortened = text if len(text) <= QUOTE_CAP else text[:QUOTE_CAP].rsplit(None, 1)[0] + " …"
        lines = [line.strip() for line in shortened.split("\n")]
        return lines[:QUOTE_LINES] + (["…"] if len(lines) > QUOTE_LINES else [])


def compose(
    *,
    sender: str,
    to: str,
    subject: str,
    blocks: Sequence[Block],
    language: Language,
    message_id: str,
    at: datetime | None = None,
    in_reply_to: Sequence[str] = (),
    references: Sequence[str] = (),
    quote: Quote | None = None,
    headers: Mapping[str, str] | None = None,
    marked: bool = True,
) -> EmailMessage:
    """A mail ready for the wire (multipart/alternative, UTF-8, CRLF).

    `sender` and `to` are bare addresses, `subject` and `headers` the house's own words; `headers`
    overrule the usual ones. `at` is its Date (now). `marked`: replies are cut at a line on top.
    Raises ValueError for a line end in a header.
    """
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(at or datetime.now(UTC))
    message["Message-ID"] = message_id
    for name, value in {**_NO_LOOPS, **_thread(in_reply_to, references), **(headers or {})}.items():
        message[name] = value
    message.set_content(as_text(blocks, language, quote, marked=marked), cte="quoted-printable")
    markup = as_html(blocks, language, quote, title=subject, marked=marked)
    message.add_alternative(markup, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language.value
    message.policy = _WIRE
    return message


def _thread(in_reply_to: Sequence[str], references: Sequence[str]) -> dict[str, str]:
    known = list(dict.fromkeys((*references, *in_reply_to)))
    if len(known) > REFERENCES_CAP:
        known = [known[0], *known[1 - REFERENCES_CAP :]]
    while sum(map(len, known)) + len(known) > 900 and len(known) > 1:
        del known[1 if len(known) > 2 else 0]
    found = {"In-Reply-To": " ".join(in_reply_to[:1]), "References": " ".join(known)}
    return {name: value for name, value in found.items() if value}


def as_text(
    blocks: Sequence[Block], language: Language, quote: Quote | None = None, *, marked: bool = True
) -> str:
    """The plain text of a mail, its marker first."""
    pieces = [*([MARKER] if marked else []), *(_block_text(block) for block in blocks)]
    if quote is not None:
        quoted = (f"> {line}".rstrip() for line in quote.lines())
        pieces.append("\n".join([_attribution(quote, language), *quoted]))
    return "\n\n".join(pieces) + "\n"


def as_html(
    blocks: Sequence[Block],
    language: Language,
    quote: Quote | None = None,
    title: str = "",
    *,
    marked: bool = True,
) -> str:
    """The same words as HTML: readable at 390 px, in dark mode, aloud and without its styles."""
    body = "\n".join(_block_html(block) for block in blocks)
    marker = f'<p style="{_SMALL}">{MARKER}</p>\n' if marked else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language.value}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        f"<title>{html.escape(title)}</title></head>\n"
        f'<body style="margin:0"><div lang="{language.value}" dir="ltr" style="{_BODY}">\n'
        f"{marker}{body}\n{_quote_html(quote, language)}</div></body>\n</html>\n"
    )


def _attribution(quote: Quote, language: Language) -> str:
    return _WROTE[language].format(day=day_in_words(quote.at.date(), language))


def _quote_html(quote: Quote | None, language: Language) -> str:
    """Marked as Gmail, Apple Mail and Outlook mark a quoted mail, so that each folds it away."""
    if quote is None:
        return ""
    lines = "<br>\n".join(html.escape(line) for line in quote.lines())
    return (
        f'<div class="gmail_quote"><div class="gmail_attr" dir="ltr">{_attribution(quote, language)}</div>\n'
        f'<blockquote class="gmail_quote" type="cite" style="{_QUOTED}">{lines}</blockquote></div>\n'
    )


def _block_text(block: Block) -> str:
    if block.kind is BlockKind.LIST:
        return "\n".join(f"- {line}" for line in block.lines)
    if block.kind in _NUMBERED:
        return "\n".join(f"{number}. {line}" for number, line in enumerate(block.lines, 1))
    return "\n".join(block.lines)


def _block_html(block: Block) -> str:
    lines = [_URL.sub(_anchor, html.escape(line, quote=False)) for line in block.lines]
    if block.kind is BlockKind.LIST:
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    if block.kind in _NUMBERED:
        return "<ol>" + "".join(f"<li>{line}</li>" for line in lines) + "</ol>"
    return f'<p style="margin:0 0 1em">{"<br>".join(lines)}</p>'


def _anchor(match: re.Match[str]) -> str:
    return f'<a href="{match[0]}">{match[0]}</a>'
