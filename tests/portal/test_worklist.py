"""The way `worklist`: a list for staff, from which what is done does not come back."""

from __future__ import annotations

from sqlalchemy import Connection, update

from bot.ports import Channel
from bot.store.schema import worklist
from tests.portal.home import Home
from tests.portal.ways import ByWorklist


async def test_a_send_stands_on_the_list_with_whom_and_what_to_select(home: Home) -> None:
    home.on_file(accountState="self_created")
    parcel = home.asks(Channel.TELEGRAM)
    await ByWorklist(home).carrier.carry(parcel)
    [row] = home.registry.rows(worklist)
    assert (row["send"], row["contact"], row["kind"]) == (parcel.payload["send"], "p1", "validation")
    assert (row["done_at"], row["done_by"]) == (None, None)


async def test_what_staff_ticked_off_stays_so_when_the_order_comes_again(home: Home) -> None:
    home.on_file()
    way, parcel = ByWorklist(home), home.asks()
    await way.carrier.carry(parcel)
    home.database.transact(_tick)
    await way.carrier.carry(parcel)
    [row] = home.registry.rows(worklist)
    assert (row["done_at"], row["done_by"]) == (1, "chantal")


def _tick(connection: Connection) -> None:
    connection.execute(update(worklist).values(done_at=1, done_by="chantal"))
