"""SQL for what is published, and for the plan itself: periods, targets, units."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from app.core.reader import Reader
from app.queries.ask import ask
from app.records import Period, Publication, Target, Unit


def publication(reader: Reader) -> Publication:
    """What is published."""
    return ask(reader, Publication, "select {columns} from marts.publication as f")[0]


def periods(reader: Reader) -> list[Period]:
    """Every quarter of the plan, oldest first."""
    return ask(reader, Period, "select {columns} from marts.dim_period as f order by f.start_date")


def last_period_with_districts(reader: Reader) -> Period | None:
    """The newest quarter at whose end there were districts; None where there never were any."""
    sql = """
        select {columns} from marts.dim_period as f
        where exists (
            select 1 from marts.dim_unit as u
            where u.unit_level = 'district' and u.valid_from <= f.end_date
              and (u.valid_to is null or u.valid_to > f.end_date)
        )
        order by f.start_date
    """
    return next(reversed(ask(reader, Period, sql)), None)


def targets(reader: Reader) -> list[Target]:
    """Every target in the plan's order."""
    return ask(reader, Target, "select {columns} from marts.dim_target as f order by f.display_order")


def districts(reader: Reader, on: dt.date) -> list[Unit]:
    """The districts that existed on a day, numbered ones first, rural ones last; empty from 2025-07-01."""
    sql = """
        select {columns} from marts.dim_unit as f
        where f.unit_level = 'district' and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
    """
    return sorted(ask(reader, Unit, sql, on=on), key=_reading_order)


def wards(reader: Reader, parent: str, on: dt.date) -> list[Unit]:
    """The wards of a district (or the communes of the city) that existed on a day."""
    sql = """
        select {columns} from marts.dim_unit as f
        where f.unit_level = 'ward' and f.parent_code = :parent
          and f.valid_from <= :on and (f.valid_to is null or f.valid_to > :on)
    """
    return sorted(ask(reader, Unit, sql, parent=parent, on=on), key=_reading_order)


def unit_history(reader: Reader, code: str) -> list[Unit]:
    """Every validity of a unit code, oldest first; empty for a code nobody knows."""
    sql = "select {columns} from marts.dim_unit as f where f.unit_code = :code order by f.valid_from"
    return ask(reader, Unit, sql, code=code)


def _reading_order(unit: Unit) -> tuple[int, int, str]:
    """Numbered units by number, then named ones by letter, then the city within the city, then rural ones."""
    label = unit.tile_label or unit.name_vi
    digits = re.search(r"\d+", label)
    places = {"quan": 0, "phuong": 0, "thanh_pho": 1, "dac_khu": 1, "thi_tran": 2, "huyen": 3, "xa": 3}
    plain = unicodedata.normalize("NFD", label.replace("Đ", "D").replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return places.get(unit.unit_type, 4), int(digits.group()) if digits else 10_000, letters
