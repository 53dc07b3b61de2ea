"""Who alone may watch a mailbox or poll a bot, for a while. Functions of one transaction."""

from __future__ import annotations

import os
import socket

from sqlalchemy import Connection, delete, or_, select

from bot.store.database import now
from bot.store.schema import leases
from bot.store.upsert import insert_or


def hold(connection: Connection, name: str, holder: str, lease: int) -> bool:
    """Take or renew it for `lease` microseconds; False while another holder has it."""
    at = now(connection)
    values = {"holder": holder, "until": at + lease}
    held_by = connection.execute(select(leases.c.holder).where(leases.c.name == name)).scalar()
    gone = held_by if held_by and _is_gone(held_by) else holder
    statement = insert_or(connection, leases).values(name=name, **values)
    free = or_(leases.c.until < at, leases.c.holder.in_((holder, gone)))
    upsert = statement.on_conflict_do_update(index_elements=["name"], set_=values, where=free)
    return connection.execute(upsert.returning(leases.c.name)).first() is not None


def let_go(connection: Connection, name: str, holder: str) -> None:
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def _is_gone(holder: str) -> bool:
    """Whether it was a process of this machine that runs no more: a restart need not wait for its lease."""
    host, process, *_ = *holder.split("/"), ""
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
