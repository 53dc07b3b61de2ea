"""What one send carries, looked up when it leaves: the address and code of that moment, never a copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.errors import ProviderRefused
from bot.keys import Keys
from bot.ports import Credential, MailKind
from bot.store.database import Database, moment, now
from bot.store.schema import contacts, guardianships, invitations, sends, students, worklist
from bot.store.upsert import insert_or
from conversations.identity import local_day, of_age

INVITATION = "invitation"
"""The purpose of the key that codes are encrypted with."""


class StoredCredentials:
    """Implements ports.Credentials."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    async def of(self, send: int) -> Credential:
        return await self._database.run(partial(_credential, keys=self._keys, send=send))

    async def list_for_staff(self, send: int, kind: MailKind) -> None:
        await self._database.run(partial(_list, send=send, kind=kind))


def _credential(connection: Connection, keys: Keys, send: int) -> Credential:
    query = select(sends, contacts).join(contacts, contacts.c.sourced_id == sends.c.contact)
    row = connection.execute(query.where(sends.c.id == send)).first()
    if row is None or not row.active or not row.email:
        raise ProviderRefused("the contact has no address on file any more: see the roster")
    if row.email_version != row.address_version:
        raise ProviderRefused("the address on file changed since the request: let the parent ask again")
    at = now(connection)
    day = local_day(moment(at))
    # A grown child's code is that child's own, also where a younger one's was asked for.
    bonds = [bond for bond in _bonds(connection, row.contact) if not of_age(bond.birth_date, day)]
    bond = _usable(bonds, at)
    invited = bond.account_state in {"invited", "none"}
    return Credential(
        send=send,
        contact=row.contact,
        address=row.email,
        kind=MailKind.INVITATION if invited else MailKind.VALIDATION,
        code=keys.unseal(INVITATION, bond.sealed_code) if invited else "",
        url=bond.url or "",
        language=row.language or "",
        asked_at=datetime.now(UTC) if row.at is None else moment(row.at),
    )


def _bonds(connection: Connection, contact: str) -> Sequence[Row[*tuple[Any, ...]]]:
    codes = (invitations.c.student == guardianships.c.student) & (invitations.c.contact == contact)
    return connection.execute(
        select(
            guardianships.c.account_state,
            invitations.c.sealed_code,
            invitations.c.url,
            invitations.c.expires_at,
            students.c.birth_date,
        )
        .join(students, students.c.sourced_id == guardianships.c.student)
        .outerjoin(invitations, codes)
        .where(
            guardianships.c.contact == contact,
            guardianships.c.portal_access,
            guardianships.c.restriction.is_(None),
            students.c.active,
        )
        .order_by(guardianships.c.student)
    ).all()


def _usable(bonds: Sequence[Row[*tuple[Any, ...]]], at: int) -> Row[*tuple[Any, ...]]:
    """The account that the contact made, else a code that still works. Raises ProviderRefused."""
    for bond in bonds:
        if bond.account_state == "self_created":
            return bond
    if any(bond.account_state == "active" for bond in bonds):
        raise ProviderRefused("the account is active already: there is nothing to send")
    for bond in bonds:
        if bond.sealed_code and (bond.expires_at is None or bond.expires_at > at):
            return bond
    raise ProviderRefused(
        "the roster has no code that still works: make one in Aspen, then import the roster"
    )


def _list(connection: Connection, send: int, kind: MailKind) -> None:
    contact = connection.execute(select(sends.c.contact).where(sends.c.id == send)).scalar_one()
    row = {"send": send, "contact": contact, "kind": kind.value, "at": now(connection)}
    connection.execute(insert_or(connection, worklist).values(row).on_conflict_do_nothing())
