"""Bytes to text, whatever charset the mail claims. Never raises."""

from __future__ import annotations

import codecs
import re

_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})
"""Codecs of Python's that no mail is written in; some take quadratic time on hostile input."""
_WINDOWS = frozenset({"iso8859-1", "ascii"})
"""What mail programs call it when they mean windows-1252, which holds both."""

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\t": " "})


def decoded(data: bytes, charset: str) -> str:
    """`data` read as `charset` where that works, else as UTF-8, else as windows-1252."""
    for name in (_codec(charset), "utf-8"):
        try:
            return data.decode(name)
        except (UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset.strip(" \"'").encode("ascii", "ignore").decode()).name
        b"".decode(name)
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name in _NO_CHARSETS or name in _WINDOWS else name


def clean(text: str) -> str:
    """Text as the database and the recogniser take it: `\\n` line ends, plain spaces, no controls."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES)
    return _UNWANTED.sub("", text)
