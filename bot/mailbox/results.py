"""The Authentication-Results field (RFC 8601 2.2), read strictly: comments, quoted strings, folding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

METHODS_CAP = 40


@dataclass(frozen=True, slots=True)
class Result:
    """One method's outcome; properties are named `ptype.property`, all but values in lower case."""

    method: str
    outcome: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """`border`: the authserv-id in lower case, empty where the field begins with a method at once."""

    border: str
    results: tuple[Result, ...]

    def of(self, method: str) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.method == method)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False

    def is_sign(self, sign: str) -> bool:
        return not self.quoted and self.text == sign


def read(value: str) -> Results:
    """Parse one field. Raises ValueError where it is not what the RFC allows: then it proves nothing."""
    statements = _statements(_tokens(value))
    border = ""
    if statements and not any(token.is_sign("=") for token in statements[0]):
        border = "".join(token.text for token in statements[0][:1]).lower()
        statements = statements[1:]
    if len(statements) > METHODS_CAP:
        raise ValueError("too many methods")
    # "none" alone stands for: no method was tried.
    methods = [
        each for each in statements if each and not (len(each) == 1 and each[0].text.lower() == "none")
    ]
    return Results(border, tuple(_result(each) for each in methods))


def _tokens(value: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(value):
        character = value[position]
        if character.isspace():
            position += 1
        elif character == "(":
            position = _past_comment(value, position)
        elif character == '"':
            text, position = _quoted(value, position)
            tokens.append(_Token(text, quoted=True))
        elif character in ";=":
            tokens.append(_Token(character))
            position += 1
        else:
            start = position
            # A value may hold "=" (base64 of a DKIM signature): only a name ends there.
            stops = ';("' if tokens and tokens[-1].is_sign("=") else ';="('
            while position < len(value) and not value[position].isspace() and value[position] not in stops:
                position += 1
            tokens.append(_Token(value[start:position]))
    return tokens


def _past_comment(value: str, position: int) -> int:
    depth = 0
    while position < len(value):
        character = value[position]
        if character == "\\":
            position += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    raise ValueError("a comment is not closed")


def _quoted(value: str, position: int) -> tuple[str, int]:
    text: list[str] = []
    position += 1
    while position < len(value):
        character = value[position]
        if character == '"':
            return "".join(text), position + 1
        if character == "\\":
            position += 1
        text.append(value[position : position + 1])
        position += 1
    raise ValueError("a quoted string is not closed")


def _statements(tokens: list[_Token]) -> list[list[_Token]]:
    statements: list[list[_Token]] = [[]]
    for token in tokens:
        if token.is_sign(";"):
            statements.append([])
        else:
            statements[-1].append(token)
    return statements


def _result(tokens: list[_Token]) -> Result:
    pairs = _pairs(tokens)
    if not pairs:
        raise ValueError("a method without an outcome")
    (method, outcome), *rest = pairs
    properties: dict[str, str] = {}
    for name, value in rest:
        if name in properties:
            raise ValueError(f"{name} stands twice")
        properties[name] = value
    return Result(method.split("/", 1)[0], outcome.lower(), properties)


def _pairs(tokens: list[_Token]) -> list[tuple[str, str]]:
    """`name=value` one after the other. A word that stands alone, as some borders write, is passed over."""
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(tokens):
        follows = position + 1 < len(tokens) and tokens[position + 1].is_sign("=")
        if not follows:
            position += 1
            continue
        name = tokens[position]
        if name.quoted or position + 2 >= len(tokens):
            raise ValueError("a name or a value is missing")
        value = tokens[position + 2].text
        position += 3
        if tokens[position - 1].quoted and position < len(tokens) and tokens[position].text.startswith("@"):
            value += tokens[position].text  # "local part"@domain
            position += 1
        pairs.append((name.text.lower(), value))
    return pairs
