"""Rules of units and offices over rows: validity without gap or overlap, one top, parents that exist and are above."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from warehouse.packs.levels import levels_compared
from warehouse.packs.problems import PlanProblem, Seeds
from warehouse.plan.pack import Row
from warehouse.plan.values import day

# Seeds that name a unit by its code and its first day.
_DATED = {
    "unit_successors": (("old_code", "old_valid_from"), ("new_code", "new_valid_from")),
    "unit_footprints": (("unit_code", "valid_from"), ("area_code", "area_valid_from")),
    "unit_aliases": (("unit_code", "valid_from"),),
    "former_units": (("new_code", "new_valid_from"),),
}

# A unit's code and first day.
Key = tuple[str | None, str | None]


@dataclass(frozen=True)
class Span:
    """A row with the days on which it is valid; `end` is exclusive and far in the future while it is open."""

    row: Row
    begin: date
    end: date


def check_places(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield what is wrong among units, and between units and the seeds that name them."""
    units = _spans(seeds, "units")
    yield from _check_validity(seeds, "units", ("unit_code",))
    yield from _check_validity(seeds, "offices", ("unit_level",))
    yield from _check_zeros(seeds)
    yield from _check_top(seeds)
    looping = _looping(units, ranks_of(seeds))
    circles = {frozenset(way): way for way in looping.values()}
    for way in circles.values():
        yield seeds.at("parent_cycle", "units", units[way[0]][0].row, "parent_code", way=" → ".join(way))
    for code, spans in units.items():
        for span in spans if code not in looping else ():
            yield from _check_parent(seeds, span, units)
    yield from _check_names(seeds, units)
    yield from _check_days(seeds, units)
    yield from _check_compared(seeds, units)
    areas, successors = _rows_by_unit(seeds, "unit_footprints"), _rows_by_unit(seeds, "unit_successors")
    yield from _check_successors(seeds, units, successors)
    yield from _check_links(seeds, units, areas, successors)
    yield from _check_main_areas(seeds, units, areas)


def _spans(seeds: Seeds, seed: str, key: Sequence[str] = ("unit_code",)) -> dict[str, list[Span]]:
    """Return the rows of a seed whose days are valid, by key, in order of time."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in seeds.rows(seed):
        begin, end = day(row.cells.get("valid_from", "")), day(row.cells.get("valid_to", "") or date.max.isoformat())
        if begin and end and begin < end:
            spans[" ".join(row.cells.get(column, "") for column in key)].append(Span(row, begin, end))
    return {key: sorted(rows, key=lambda span: span.begin) for key, rows in spans.items()}


def _check_validity(seeds: Seeds, seed: str, key: Sequence[str]) -> Iterator[PlanProblem]:
    for row in seeds.rows(seed):
        begin, end = day(row.cells.get("valid_from", "")), day(row.cells.get("valid_to", ""))
        if begin and end and end <= begin:
            yield seeds.at("validity_order", seed, row, "valid_to", begin=begin.isoformat())
    for name, spans in _spans(seeds, seed, key).items():
        for before, after in pairwise(spans):
            if after.begin in (before.end, before.begin):
                continue
            rule = "validity_overlap" if after.begin < before.end else "validity_gap"
            ends = before.row.cells.get("valid_to") or "–"
            yield seeds.at(rule, seed, after.row, "valid_from", name=name, first=str(before.row.number), end=ends)


def _check_zeros(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield codes typed as numbers where units of the level have codes that begin with zeros."""
    zeroed: dict[str, set[int]] = defaultdict(set)
    for row in seeds.rows("units"):
        code = row.cells.get("unit_code", "")
        if code.isdecimal() and code.startswith("0"):
            zeroed[row.cells.get("unit_level", "")].add(len(code))
    for row in seeds.rows("units"):
        code, sizes = row.cells.get("unit_code", ""), zeroed[row.cells.get("unit_level", "")]
        if "unit_code" in row.numbers and sizes and len(code) not in sizes:
            yield seeds.at("code_lost_zeros", "units", row, "unit_code", whole=code.zfill(max(sizes)))


def _check_top(seeds: Seeds) -> Iterator[PlanProblem]:
    ranks = ranks_of(seeds)
    top: Row | None = None
    for row in seeds.rows("units"):
        if ranks.get(row.cells.get("unit_level", "")) != 1:
            continue
        if row.cells.get("parent_code"):
            yield seeds.at("top_with_parent", "units", row, "parent_code")
        if top and top.cells["unit_code"] != row.cells.get("unit_code"):
            yield seeds.at("top_twice", "units", row, "unit_level", first=str(top.number))
        top = top or row
    if top is None and seeds.rows("units"):
        levels = ", ".join(level for level, rank in ranks.items() if rank == 1)
        yield seeds.at("top_missing", "units", None, levels=levels)


def ranks_of(seeds: Seeds) -> dict[str, int]:
    """Return the rank of each level, counted from the top."""
    ranks = ((row.cells.get("unit_level", ""), row.cells.get("rank", "")) for row in seeds.rows("unit_levels"))
    return {level: int(rank) for level, rank in ranks if rank.isdecimal()}


def _check_compared(seeds: Seeds, units: dict[str, list[Span]]) -> Iterator[PlanProblem]:
    """Yield units of the lowest level that lie in no unit which pages compare, such as an area, though others do.

    Pages that compare areas would leave them out.
    """
    ranks = ranks_of(seeds)
    lowest, middle = max(ranks.values(), default=0), {*levels_compared(seeds)}
    found: set[int] = set()
    for moment in sorted({span.begin for spans in units.values() for span in spans}):
        valid = {code: span.row for code, spans in units.items() for span in spans if span.begin <= moment < span.end}
        compared = {row.cells.get("unit_level", "") for row in valid.values()} & middle
        for row in valid.values() if compared else ():
            if ranks.get(row.cells.get("unit_level", "")) != lowest or row.number in found:
                continue
            levels = [above.cells.get("unit_level", "") for above in _above(row, valid)]
            # A unit that is not under the top is another mistake.
            if levels and ranks.get(levels[-1]) == 1 and not middle & {*levels}:
                found.add(row.number)
                names = ", ".join(sorted(compared))
                yield seeds.at("unit_not_compared", "units", row, "parent_code", level=names, day=moment.isoformat())


def _above(row: Row, valid: Mapping[str, Row]) -> Iterator[Row]:
    """Yield the units above a unit, from the nearest up, once each."""
    seen: set[int] = set()
    above = valid.get(row.cells.get("parent_code", ""))
    while above and above.number not in seen:
        seen.add(above.number)
        yield above
        above = valid.get(above.cells.get("parent_code", ""))


def within_a_report(seeds: Seeds, level: str, days: Sequence[date]) -> Row | None:
    """Return a unit of a level that is part of another unit's report on one of the days, or None.

    Units directly below the top report for themselves, also where levels without authority are between.
    """
    units, silent, ranks = _spans(seeds, "units"), _silent_levels(seeds), ranks_of(seeds)
    for moment in days:
        valid = {code: span.row for code, spans in units.items() for span in spans if span.begin <= moment < span.end}
        for row in valid.values():
            if row.cells.get("unit_level") != level:
                continue
            above = next((unit for unit in _above(row, valid) if unit.cells.get("unit_level") not in silent), None)
            if above and 1 < ranks.get(above.cells.get("unit_level", ""), 1) < ranks.get(level, 1):
                return row
    return None


def _silent_levels(seeds: Seeds) -> set[str]:
    rows = (row.cells for row in seeds.rows("unit_levels"))
    return {cells.get("unit_level", "") for cells in rows if cells.get("is_authority") == "false"}


def _looping(units: dict[str, list[Span]], ranks: Mapping[str, int]) -> dict[str, list[str]]:
    """Return units that are above themselves, each with the way back to itself; the top has none above it."""
    parents: dict[str, set[str]] = {}
    for code, spans in units.items():
        lower = (span.row.cells for span in spans if ranks.get(span.row.cells.get("unit_level", "")) != 1)
        parents[code] = {cells.get("parent_code", "") for cells in lower} & units.keys()
    looping = {}
    for start in parents:
        way, reached = [start], {start}
        while above := sorted(parents[way[-1]]):
            way.append(above[0])
            if above[0] in reached:
                break
            reached.add(above[0])
        if len(way) > 1 and way[-1] == start:
            looping[start] = way
    return looping


def _check_parent(seeds: Seeds, span: Span, units: dict[str, list[Span]]) -> Iterator[PlanProblem]:
    ranks, level = ranks_of(seeds), span.row.cells.get("unit_level", "")
    code = span.row.cells.get("parent_code", "")
    if ranks.get(level) == 1:
        return
    if not code:
        if ranks.get(level, 1) != 1:
            yield seeds.at("parent_empty", "units", span.row, "parent_code")
        return
    above = [parent for parent in units.get(code, ()) if parent.begin < span.end and span.begin < parent.end]
    if units.get(code) and _uncovered(span, above):
        days = "; ".join(f"{parent.begin} – {parent.row.cells.get('valid_to') or '…'}" for parent in units[code])
        yield seeds.at("parent_not_valid", "units", span.row, "parent_code", days=days)
        return
    for parent in above:
        other = parent.row.cells.get("unit_level", "")
        if level in ranks and other in ranks and ranks[other] >= ranks[level]:
            yield seeds.at("parent_not_above", "units", span.row, "parent_code", level=level, other=other)
            return


def _uncovered(span: Span, parents: Sequence[Span]) -> bool:
    """Return whether some day of the span is in no parent's."""
    reached = span.begin
    for parent in parents:
        if parent.begin > reached:
            return True
        reached = max(reached, parent.end)
    return reached < span.end


def _check_names(seeds: Seeds, units: dict[str, list[Span]]) -> Iterator[PlanProblem]:
    """Yield units that bear one name on the same day under one parent: reports by name cannot tell them apart."""
    named: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for spans in units.values():
        for span in spans:
            name = (span.row.cells.get("parent_code", ""), span.row.cells.get("name_vi", "").casefold())
            first = next((other for other in named[name] if other.begin < span.end and span.begin < other.end), None)
            if first and name[1]:
                yield seeds.remark("name_twice", "units", span.row, "name_vi", first=str(first.row.number))
            named[name].append(span)


def _rows_by_unit(seeds: Seeds, seed: str) -> dict[Key, list[Row]]:
    """Return the rows of a seed by the unit that they name first: what an ended one became, or where one lies."""
    code_column, day_column = _DATED[seed][0]
    rows: dict[Key, list[Row]] = defaultdict(list)
    for row in seeds.rows(seed):
        rows[row.cells.get(code_column), row.cells.get(day_column)].append(row)
    return rows


def _check_links(
    seeds: Seeds,
    units: dict[str, list[Span]],
    areas: Mapping[Key, Sequence[Row]],
    successors: Mapping[Key, Sequence[Row]],
) -> Iterator[PlanProblem]:
    """Yield a remark for each unit that ended without a successor, or began without an area while others have one."""
    every = [span for spans in units.values() for span in spans]
    in_areas = [span for span in every if _key(span) in areas]
    for span in every:
        level = span.row.cells.get("unit_level")
        if span.row.cells.get("valid_to") and _key(span) not in successors:
            yield seeds.remark("unit_without_successor", "units", span.row, "valid_to")
        if _key(span) not in areas and any(
            other.row.cells.get("unit_level") == level and other.begin <= span.begin < other.end for other in in_areas
        ):
            yield seeds.remark("unit_without_area", "units", span.row, "unit_code")


def _check_successors(
    seeds: Seeds, units: dict[str, list[Span]], successors: Mapping[Key, Sequence[Row]]
) -> Iterator[PlanProblem]:
    """Yield successors that do not begin on the day their unit ends, and units without exactly one main successor.

    In a period whose last day lies between, neither unit reports, or both do. Each main successor takes over every
    number of the unit. The top unit does not end.
    """
    spans, ranks = {_key(span): span for every in units.values() for span in every}, ranks_of(seeds)
    for old, rows in successors.items():
        if old not in spans:
            continue
        cells = spans[old].row.cells
        unit, end = f"{cells.get('name_vi', '')} ({old[0]})", cells.get("valid_to", "")
        for row in rows if end or ranks.get(cells.get("unit_level", "")) != 1 else ():
            begin = row.cells.get("new_valid_from", "")
            if day(begin) and begin != end:
                yield seeds.at("successor_day", "unit_successors", row, "new_valid_from", unit=unit, end=end or "–")
        mains = [row for row in rows if row.cells.get("is_main") != "false"]
        if len(mains) != 1:
            yield seeds.at(
                "successor_main", "unit_successors", (mains or rows)[-1], "is_main", unit=unit, count=str(len(mains))
            )


def _check_main_areas(
    seeds: Seeds, units: dict[str, list[Span]], areas: Mapping[Key, Sequence[Row]]
) -> Iterator[PlanProblem]:
    """Yield a remark for each unit whose main area is not the one in which it counts: the unit above it."""
    for span in (span for spans in units.values() for span in spans if _key(span) in areas):
        parent, rows = span.row.cells.get("parent_code", ""), areas[_key(span)]
        main = [row for row in rows if row.cells.get("is_main") == "true"]
        if [row.cells.get("area_code") for row in main] != [parent]:
            named = ", ".join(row.cells.get("area_code", "") for row in main) or "–"
            row = (main or rows)[0]
            yield seeds.remark("area_not_parent", "unit_footprints", row, "is_main", areas=named, parent=parent)


def _key(span: Span) -> Key:
    return span.row.cells.get("unit_code"), span.row.cells.get("valid_from")


def _check_days(seeds: Seeds, units: dict[str, list[Span]]) -> Iterator[PlanProblem]:
    for seed, pairs in _DATED.items():
        for row in seeds.rows(seed):
            for code_column, day_column in pairs:
                spans, first = units.get(row.cells.get(code_column, "")), day(row.cells.get(day_column, ""))
                if spans and first and all(span.begin != first for span in spans):
                    days = ", ".join(span.begin.isoformat() for span in spans)
                    unit = row.cells.get(code_column, "")
                    yield seeds.at("first_day_unknown", seed, row, day_column, unit=unit, days=days)
