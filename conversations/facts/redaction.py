"""Numbers that people volunteer and that nobody here may keep."""

from __future__ import annotations

import re

_A_DATE = r"(?:\d{4}[-. ]\d\d?[-. ]\d\d?|\d\d?[-. ]\d\d?[-. ]\d{4})(?!\d)"
_NINE_DIGITS = re.compile(rf"(?<![\d+])(?!{_A_DATE})(?:\d[ .\u00a0\u2011-]?){{8}}\d(?!\d)")
REDACTED = "•" * 9


def redact(text: str) -> str:
    """The text without 9-digit numbers (the Ontario Education Number is one)."""
    return _NINE_DIGITS.sub(REDACTED, text)
