"""The one address of a From field, or why there is none (RFC 5322 3.4, read strictly).

The standard library reads `parent@good.ca <evil@x>` as parent@good.ca; other readers as evil@x. A
field on which two readers may differ is no evidence of anybody and gets no reply.
"""

from __future__ import annotations

import re
from enum import StrEnum

LOCAL_CAP, ADDRESS_CAP = 64, 254  # RFC 5321 4.5.3.1

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})+)")
_NAME = re.compile(r"[^<>@,;:\\()\x00-\x1f\x7f]*")


class Flaw(StrEnum):
    """Why a From field names nobody who could be answered."""

    MISSING = "from_missing"
    SEVERAL_FIELDS = "from_several_fields"
    SEVERAL_ADDRESSES = "from_several_addresses"
    AMBIGUOUS = "from_ambiguous"
    NO_ADDRESS = "from_no_address"


def sender(fields: tuple[str, ...]) -> str | Flaw:
    """The address of the only From field (its domain in lower case), or its flaw."""
    if not fields:
        return Flaw.MISSING
    if len(fields) > 1:
        return Flaw.SEVERAL_FIELDS
    bare = _without_comments_and_quotes(fields[0])
    if bare is None:
        return Flaw.AMBIGUOUS
    return _one_address(bare)


def _one_address(bare: str) -> str | Flaw:
    if bare.count("<") == bare.count(">") == 1 and bare.endswith(">"):
        name, _, inside = bare[:-1].partition("<")
        if name.strip().lower() == inside.strip().lower():
            name = ""  # Some programs repeat the address where the name belongs: no doubt there.
        return _checked(inside) if _NAME.fullmatch(name) else _doubt(name)
    if "<" in bare or ">" in bare:
        return Flaw.SEVERAL_ADDRESSES if bare.count("<") > 1 else Flaw.AMBIGUOUS
    return _doubt(bare) if "," in bare or ";" in bare else _checked(bare)


def _doubt(text: str) -> Flaw:
    return Flaw.SEVERAL_ADDRESSES if "@" in text and ("," in text or ";" in text) else Flaw.AMBIGUOUS


def _checked(text: str) -> str | Flaw:
    match = _ADDRESS.fullmatch(text.strip())
    if match is None or len(match[1]) > LOCAL_CAP or len(match[0]) > ADDRESS_CAP:
        return Flaw.NO_ADDRESS
    return f"{match[1]}@{match[2].lower()}"


def _without_comments_and_quotes(value: str) -> str | None:
    """The field without comments, each quoted string as one `"`, which no address may hold.

    None when a bracket or a quote never closes.
    """
    kept: list[str] = []
    position, depth, quoted = 0, 0, False
    while position < len(value):
        character = value[position]
        if character == "\\" and (depth or quoted):
            position += 1
        elif quoted:
            quoted = character != '"'
        elif character == '"' and not depth:
            quoted = True
            kept.append('"')
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return None
        elif not depth:
            kept.append(character)
        position += 1
    if depth or quoted:
        return None
    return "".join(kept).strip()


def counted_as(address: str) -> str:
    """The mailbox that limits count for: lower case, without a +tag."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.split('+', 1)[0] or local}@{domain}"
