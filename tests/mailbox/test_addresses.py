"""Who wrote: one address on which every reader agrees, or nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox.addresses import Flaw, counted_as, sender


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("parent@good.example", "parent@good.example"),
        ("<parent@good.example>", "parent@good.example"),
        ("Fatou Diallo <Parent.D@Good.Example>", "Parent.D@good.example"),
        ('"Diallo, Fatou" <parent@good.example>', "parent@good.example"),
        ('"other@evil.example" <parent@good.example>', "parent@good.example"),
        ("parent@good.example <parent@good.example>", "parent@good.example"),
        ("=?utf-8?q?A=C3=AFcha?= <parent+ecole@good.example>", "parent+ecole@good.example"),
        ("Aïcha <parent@good.example> (maison)", "parent@good.example"),
        ("parent@good.example (Fatou (la mère))", "parent@good.example"),
        ("Jean-François D'Amours, <a@b.example>".replace(",", ""), "a@b.example"),
    ],
)
def test_one_address_is_read(field: str, address: str) -> None:
    assert sender((field,)) == address


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ((), Flaw.MISSING),
        (("a@b.example", "a@b.example"), Flaw.SEVERAL_FIELDS),
        (("parent@good.example <evil@x.example>",), Flaw.AMBIGUOUS),
        (("a@b.example, c@d.example",), Flaw.SEVERAL_ADDRESSES),
        (("<a@b.example> <c@d.example>",), Flaw.SEVERAL_ADDRESSES),
        (("Fatou",), Flaw.NO_ADDRESS),
        (("",), Flaw.NO_ADDRESS),
        (("<>",), Flaw.NO_ADDRESS),
        (("parents: a@b.example;",), Flaw.SEVERAL_ADDRESSES),
        (("<@relay.example:a@b.example>",), Flaw.NO_ADDRESS),
        (('"a b"@c.example',), Flaw.NO_ADDRESS),
        (('"a"b@c.example',), Flaw.NO_ADDRESS),
        (('"unfinished <a@b.example>',), Flaw.AMBIGUOUS),
        (("(unfinished <a@b.example>",), Flaw.AMBIGUOUS),
        (("a@b.example <c@d.example",), Flaw.AMBIGUOUS),
        (("fatou@écoles.example",), Flaw.NO_ADDRESS),
        (("a@localhost",), Flaw.NO_ADDRESS),
        (("a@[127.0.0.1]",), Flaw.NO_ADDRESS),
        (("a" * 65 + "@b.example",), Flaw.NO_ADDRESS),
    ],
)
def test_a_field_that_two_readers_may_read_otherwise_names_nobody(
    fields: tuple[str, ...], flaw: Flaw
) -> None:
    assert sender(fields) is flaw


@given(st.text())
def test_any_field_is_read_without_an_error_and_an_address_is_plain(field: str) -> None:
    found = sender((field,))
    if not isinstance(found, Flaw):
        assert found.isascii()
        assert not set(found) & set(' \r\n\t<>",;()')


def test_a_tag_does_not_make_another_mailbox() -> None:
    assert counted_as("Parent+1@Good.Example") == counted_as("parent+2@good.example") == "parent@good.example"
    assert counted_as("+x@good.example") == "+x@good.example"
