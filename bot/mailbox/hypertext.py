"""HTML mail to text, with the quoted mail set apart where its program marked it. Never raises."""

from __future__ import annotations

import html
import re

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml.html import HtmlElement, document_fromstring

HTML_CAP = 256 * 1024
"""Characters of HTML that are read."""

_QUOTES = (
    "//blockquote[@type='cite' or contains(@class, 'gmail_quote')]",
    "//*[contains(@class, 'gmail_attr') or contains(@class, 'moz-cite-prefix')]",
    "//*[contains(@class, 'yahoo_quoted')]",
)
"""How Gmail, Apple Mail, Thunderbird and Yahoo mark what they quote."""
_FROM_HERE_ON = (
    "//*[@id='appendonsend' or @id='divRplyFwdMsg' or @id='mail-editor-reference-message-container']"
)
"""How Outlook marks it: this element and all that follows."""
_UNSEEN = "//script|//style|//head|//title|//template|//noscript|//comment()|//object|//svg"
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^<>]*>", re.IGNORECASE)


def texts(markup: str) -> tuple[str, str]:
    """The text of a piece of HTML: the writer's own, and what it quotes."""
    markup = markup[:HTML_CAP]
    try:
        tree = document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", markup))
        quoted = _set_apart(tree)
        own = _text(tree)
    except Exception:  # noqa: BLE001  # Two libraries that raise what they like: the text must come all the same.
        own, quoted = "", ""
    # lxml drops what is nested deeper than 256; a mail must not fall silent for that.
    return (own, quoted) if own.strip() or quoted.strip() else (_stripped(markup), "")


def _set_apart(tree: HtmlElement) -> str:
    """Take the quotes out of `tree`; their text."""
    for element in tree.xpath(_UNSEEN):
        element.drop_tree() if isinstance(element, HtmlElement) else element.getparent().remove(element)
    pieces = [piece for path in _QUOTES for element in tree.xpath(path) if (piece := _removed(element))]
    for marker in tree.xpath(_FROM_HERE_ON):
        following = [*marker.itersiblings(), marker] if marker.getparent() is not None else []
        pieces += [piece for element in following if (piece := _removed(element))]
    return "\n".join(pieces)


def _removed(element: HtmlElement) -> str:
    if element.getparent() is None or not isinstance(element, HtmlElement):
        return ""
    text = "\n".join(line.strip() for line in element.itertext() if line.strip())
    element.drop_tree()
    return text


def _text(tree: HtmlElement) -> str:
    for element in tree.iter():
        if isinstance(element.tag, str):
            # `padding-left:100000em` before a thousand lines made 100 MB of spaces.
            for name in ("style", "width", "height", "align", "valign", "start"):
                element.attrib.pop(name, None)
    config = ParserConfig(css=CSS_PROFILES["relaxed"])
    return str(Inscriptis(tree, config).get_text())


def _stripped(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", markup)))
