"""Bridges of the figures that moved beyond chance, for slides and documents."""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis.bridge import BridgeQuestion, bridge_between
from app.analysis.bridge_moments import EarlierMoment
from app.core import formatting
from app.core.i18n import words
from app.core.levels import is_top
from app.core.page_context import Context, UnknownCodeError
from app.figures.bridge.spec import BridgeSpec, bridge_spec, part_names
from app.queries.fetch import OtherLayoutError
from app.records import Progress, Unit
from warehouse.desk import Review

# Units with a bar of their own, and bars of all kinds, as many as can be read at a glance.
MOST_NAMED, MOST_BARS = 4, 8


def moved_figures(
    context: Context, unit: Unit, rows: Iterable[Progress], last: Review | None, most: int
) -> list[tuple[Progress, BridgeSpec]]:
    """Return the figures of a unit that moved most, beyond chance, each with its bridge; none while nothing is judged.

    `last` is the review with which to compare, if it was held on the period before; else that period as known today.
    """
    moment = _moment(context, last)
    bridges: list[tuple[Progress, BridgeSpec]] = []
    if moment is None:
        return bridges
    for row in _moved(rows):
        spec = _spec(context, unit, row, moment)
        if spec and spec.bars:
            bridges.append((row, spec))
        if len(bridges) == most:
            break
    return bridges


def _moment(context: Context, last: Review | None) -> EarlierMoment | None:
    codes = [period.period_code for period in context.periods]
    place = codes.index(context.state.period)
    if not place:
        return None
    before = codes[place - 1]
    if last and last.period_code == before and last.version != context.publication.version:
        return EarlierMoment("review", "review", before, last.version, formatting.date(last.held_at))
    return EarlierMoment("quarter", "quarter", before)


def _moved(rows: Iterable[Progress]) -> list[Progress]:
    """Return the judged figures that moved beyond chance: another status first, then the largest moves."""
    moved = [
        row
        for row in rows
        if row.is_judged and row.threshold_pct is not None and row.change_prev_quarter_pct and row.change_is_clear
    ]
    return sorted(
        moved, key=lambda row: (row.prev_quarter_status == row.status, -abs(row.change_prev_quarter_pct or 0))
    )


def _spec(context: Context, unit: Unit, row: Progress, moment: EarlierMoment) -> BridgeSpec | None:
    # A meeting reads the city by districts or areas, else by communes.
    named = (context.districts or context.reporters) if is_top(unit.unit_level) else ()
    try:
        held = moment.held(context.reader)
        question = BridgeQuestion(
            target=context.targets[row.target_code],
            unit=row.unit_code,
            period=row.period_code,
            window=row.period_window,
            before=moment.period,
            held=held,
            named=frozenset(one.unit_code for one in named),
        )
        bridge = bridge_between(context.reader, question)
    except (OtherLayoutError, UnknownCodeError):
        return None
    if bridge is None:
        return None
    names = part_names(context.city, (*context.reporters, *context.districts))
    target, place = context.targets[row.target_code], words.of(unit, "short_name")
    spec = bridge_spec(bridge, target, place, moment.text(), names, MOST_NAMED)
    too_many = len(spec.bars) - MOST_BARS
    if too_many <= 0:
        return spec
    return bridge_spec(bridge, target, place, moment.text(), names, max(MOST_NAMED - too_many, 0))
