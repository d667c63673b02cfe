"""SQL for units of similar size, and for sizes of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.core.grouping import group_by
from app.core.reader import Reader
from app.queries.fetch import fetch
from app.records import Unit
from app.records.peers import Peer, UnitSize

# Units that a unit is shown beside.
SHOWN_PEERS = 4


def peers(reader: Reader, unit: Unit, year: int) -> list[Peer]:
    """Return the units of most similar size to a unit in a year, most similar first.

    Empty if one of the unit's sizes was not reported.
    """
    return peers_of(reader, (unit,), year).get(unit.unit_code, [])[:SHOWN_PEERS]


def peers_of(reader: Reader, members: Iterable[Unit], year: int) -> dict[str, list[Peer]]:
    """Return the units of most similar size to each of `members` in a year, by their codes, most similar first.

    All that the mart keeps; a unit of which one size was not reported has none.
    """
    began = {unit.unit_code: unit.valid_from for unit in members}
    if not began:
        return {}
    sql = """
        select {columns} from marts.dim_unit_peer as f
        where f.unit_code in :units and f.year = :year order by f.unit_code, f.peer_rank
    """
    # A code may have been another unit's earlier in the year.
    found = fetch(reader, Peer, sql, units=tuple(sorted(began)), year=year)
    own = [peer for peer in found if peer.unit_valid_from == began[peer.unit_code]]
    return group_by(own, lambda peer: peer.unit_code)


def sizes(reader: Reader, unit: Unit, year: int) -> list[UnitSize]:
    """Return the size of a unit in a year, one row per measure, in the order of the forms."""
    sql = """
        select f.unit_code, f.is_rural, f.measure_code, m.name_vi, m.name_en, f.measure_value
        from marts.fct_unit_size as f
        inner join marts.dim_measure as m on f.measure_code = m.measure_code
        where f.unit_code = :unit and f.unit_valid_from = :since and f.year = :year
        order by m.form_order, m.position
    """
    return fetch(reader, UnitSize, sql, unit=unit.unit_code, since=unit.valid_from, year=year)


def every_size(reader: Reader, on: dt.date) -> list[UnitSize]:
    """Return the sizes of all units that exist on a day, as of that day's year, in the order of the forms.

    A measure that counts people concerned is none of them.
    """
    sql = """
        select f.unit_code, f.is_rural, f.measure_code, m.name_vi, m.name_en, f.measure_value
        from marts.fct_unit_size as f
        inner join marts.dim_measure as m on f.measure_code = m.measure_code
        inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        where f.year = :year and u.valid_from <= :on and (u.valid_to is null or u.valid_to > :on)
          and not m.is_sensitive
        order by m.form_order, m.position, f.unit_code
    """
    return fetch(reader, UnitSize, sql, year=on.year, on=on)
