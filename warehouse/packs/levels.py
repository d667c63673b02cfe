"""Rules of levels over rows: one at the top, one at the bottom that reports, and who is read between them."""

import re
from collections.abc import Iterator, Mapping

from warehouse.packs.problems import PlanProblem, Seeds
from warehouse.plan.pack import Row

_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
TRUE = "true"
# Above a unit are at most so many others.
MOST_ABOVE = 3


def check_levels(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield what is wrong among levels, and between them and the units of reading levels."""
    rows = [row for row in seeds.rows("unit_levels") if row.cells.get("rank", "").isdecimal()]
    for row in seeds.rows("unit_levels"):
        code = row.cells.get("unit_level", "")
        if code and not _CODE.fullmatch(code):
            yield seeds.at("level_code_shape", "unit_levels", row, "unit_level")
    if not rows:
        return
    yield from _check_top(seeds, rows)
    yield from _check_base(seeds, rows)
    yield from _check_units(seeds)


def levels_compared(seeds: Seeds) -> dict[str, int]:
    """Return the rank of each level between the top and the lowest whose units pages compare."""
    rows = [row for row in seeds.rows("unit_levels") if row.cells.get("rank", "").isdecimal()]
    lowest = max(map(_rank, rows), default=0)
    return {
        row.cells.get("unit_level", ""): _rank(row)
        for row in rows
        if row.cells.get("is_reading_level") == TRUE and 1 < _rank(row) < lowest
    }


def _rank(row: Row) -> int:
    return int(row.cells["rank"])


def _check_top(seeds: Seeds, rows: list[Row]) -> Iterator[PlanProblem]:
    tops = [row for row in rows if _rank(row) == 1]
    if len(tops) != 1 or any(_rank(row) < 1 for row in rows):
        place = tops[1] if len(tops) > 1 else min(rows, key=_rank)
        names = ", ".join(row.cells["unit_level"] for row in tops) or "–"
        yield seeds.at("level_tops", "unit_levels", place, "rank", levels=names)
        return
    if tops[0].cells.get("is_authority") != TRUE:
        yield seeds.at("level_top_silent", "unit_levels", tops[0], "is_authority")
    if tops[0].cells.get("is_reading_level") == TRUE:
        yield seeds.at("level_top_read", "unit_levels", tops[0], "is_reading_level")


def _check_base(seeds: Seeds, rows: list[Row]) -> Iterator[PlanProblem]:
    lowest = max(map(_rank, rows))
    bases = [row for row in rows if _rank(row) == lowest]
    if lowest == 1:
        return
    if len(bases) > 1:
        yield seeds.at("level_bases", "unit_levels", bases[1], "rank", other=bases[0].cells["unit_level"])
        return
    for column in ("is_authority", "is_reading_level"):
        if bases[0].cells.get(column) not in (TRUE, None, ""):
            yield seeds.at("level_base_silent", "unit_levels", bases[0], column)


def _check_units(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield units of a reading level within another above the lowest, and units with too many others above them."""
    middle = levels_compared(seeds)
    level_of = {row.cells.get("unit_code", ""): row.cells.get("unit_level", "") for row in seeds.rows("units")}
    parent_of = {row.cells.get("unit_code", ""): row.cells.get("parent_code", "") for row in seeds.rows("units")}
    for row in seeds.rows("units"):
        level, other = row.cells.get("unit_level", ""), level_of.get(row.cells.get("parent_code", ""), "")
        if level in middle and other in middle and middle[other] < middle[level]:
            yield seeds.at("level_nested", "units", row, "parent_code", level=level, other=other)
        if len(_above(row.cells.get("unit_code", ""), parent_of)) > MOST_ABOVE:
            yield seeds.at("unit_too_deep", "units", row, "parent_code", limit=str(MOST_ABOVE))


def _above(code: str, parent_of: Mapping[str, str]) -> list[str]:
    """Return the units above a unit; none where they are in a circle, which is another mistake."""
    above: list[str] = []
    while (code := parent_of.get(code, "")) in parent_of:
        if code in above:
            return []
        above.append(code)
    return above
