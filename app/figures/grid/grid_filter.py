"""Filter and order of the grid's targets and districts, and its highlighted cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.analysis import progress_summary
from app.analysis.lateness import lateness, uncertain_text
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.parameters import GRID_STATUSES, UnknownValueError
from app.core.search_text import name_order
from app.core.status import JUDGED
from app.core.url_state import State
from app.figures.grid.spec import Highlighted
from app.figures.matrix import LateCount
from app.records import Progress, Target, Unit

BY_NAME, BY_NEED = "name", "behind"
# Changes since last quarter.
MOVED: dict[str, Callable[[Progress], bool]] = {
    "rose": lambda row: progress_summary.move(row) == "up",
    "fell": lambda row: progress_summary.move(row) == "down",
    "unclear": lambda row: progress_summary.move(row) == "unclear",
    "unlike": progress_summary.is_unlike,
}


@dataclass(frozen=True, slots=True)
class FilteredGrid:
    """Targets and units that a grid shows after its filters.

    `late` counts for every unit its certainly late, possibly late and judged targets; `counts` the districts' cells by
    displayed status and by change, before the status filter. `highlighted` are the highlighted cells; None for all.
    `followed_count` targets without a threshold can be folded or shown (`are_followed_shown`).
    """

    targets: tuple[Target, ...]
    units: tuple[Unit, ...]
    late: Mapping[str, LateCount]
    counts: Mapping[str, int]
    highlighted: Highlighted
    followed_count: int = 0
    are_followed_shown: bool = True


def filter_grid(
    state: State, targets: Mapping[str, Target], units: Sequence[Unit], rows: Sequence[Progress]
) -> FilteredGrid:
    """Return the grid of `units` filtered by `sort`, `status` and `group` of an address.

    `rows` may contain other units. A status filter keeps the rows and columns that contain such a cell; without one,
    and where it can be undone, targets without a threshold are left out unless `followed` requests them. Raises
    `UnknownValueError` for a group that the plan does not have.
    """
    group, wanted = state.get("group"), state.get("status")
    chosen = [target for target in targets.values() if group in (None, str(target.group_code))]
    if not chosen:
        raise UnknownValueError("group", group or "")
    codes = {target.target_code for target in chosen}
    within = [row for row in rows if row.target_code in codes]
    own = {unit.unit_code for unit in units}
    late = _late(within)
    ordered = [*units]
    if state.get("sort") == BY_NAME:
        ordered.sort(key=lambda unit: name_order(words.of(unit, "short_name")))
    elif state.get("sort") == BY_NEED:
        ordered.sort(key=lambda unit: -late[unit.unit_code].late if unit.unit_code in late else 0)
    highlighted = None
    cells = [row for row in within if row.unit_code in own]
    if wanted:
        highlighted = frozenset((row.target_code, row.unit_code) for row in cells if _is(row, wanted))
        chosen = [target for target in chosen if any(target.target_code == code for code, _ in highlighted)]
        ordered = [unit for unit in ordered if any(unit.unit_code == code for _, code in highlighted)]
    counts = Counter(row.shown_status for row in cells)
    counts.update({move: sum(_is(row, move) for row in cells) for move in MOVED})
    judged = [target for target in chosen if target.threshold_pct is not None]
    followed_count = len(chosen) - len(judged) if judged and not wanted and not state.is_file else 0
    is_shown = not followed_count or state.get("followed") is not None
    return FilteredGrid(
        tuple(chosen if is_shown else judged),
        tuple(ordered),
        late,
        counts,
        highlighted,
        followed_count,
        is_shown,
    )


def statuses_shown(counts: Mapping[str, int], wanted: str | None) -> list[str]:
    """Return the status options in the legend's order.

    They are the judged statuses (unless the period is due and judged later), those that occur, and the selected one.
    """
    is_open = bool(counts.get("not_due")) and not any(counts.get(status) for status in JUDGED)
    always = (wanted,) if is_open else (*JUDGED, wanted)
    return [status for status in GRID_STATUSES if status in always or (counts.get(status) and status not in MOVED)]


def _is(row: Progress, wanted: str) -> bool:
    return MOVED[wanted](row) if wanted in MOVED else row.shown_status == wanted


def _late(rows: Sequence[Progress]) -> dict[str, LateCount]:
    by_unit = {code: lateness(members) for code, members in group_by(rows, lambda row: row.unit_code).items()}
    return {
        code: LateCount(late.certain, late.judged, late.uncertain, uncertain_text(late))
        for code, late in by_unit.items()
        if late.judged
    }
