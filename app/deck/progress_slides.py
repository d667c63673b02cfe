"""The slides about figures: the grid, one slide a group of targets, districts to talk with, what changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis import progress_summary
from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import CITY
from app.core.status import JUDGED, LATE, OF_TARGETS
from app.deck import titles
from app.deck.cards import card, name_of, standing
from app.deck.data import DISCUSSED, Changed, Material, Shown, UnitToCall
from app.deck.model import Block, Cards, Cell, Grid, Lines, Mark, Matrix, MatrixRow, Slide
from app.deck.pagination import paged
from app.records import Progress, Target
from app.ui.figure_text import value_text

NAMED_TARGETS = 3
CORRECTION_PAGES = 2
# A longer list of units cannot be read as columns.
MOST_COLUMNS = 30


def grid(material: Material, source: str) -> list[Slide]:
    """Every judged target of every unit as signs; nothing where there are too many units for columns."""
    words, units = material.context.words, material.units
    if len(units) > MOST_COLUMNS:
        return []
    cells = {(row.target_code, row.unit_code): row for row in material.rows}
    judged = [target for target in material.context.targets.values() if target.threshold_pct is not None]
    rows = []
    for target in judged:
        found = [cells.get((target.target_code, unit.unit_code)) for unit in units]
        statuses = tuple(row.status if row else None for row in found)
        rows.append(MatrixRow(words.of(target, "short_name"), statuses, sum(one in LATE for one in statuses)))
    seen = {status for row in rows for status in row.statuses if status}
    legend = tuple((status, words.status(status)) for status in OF_TARGETS if status in seen or status in JUDGED)
    matrix = Matrix(
        words("slide.matrix_corner"),
        tuple(words.of(unit, "short_name") for unit in units),
        words("slide.matrix_count"),
        tuple(rows),
        legend,
    )
    whole = standing([row for row in material.rows if row.threshold_pct is not None])
    worst = max(rows, key=lambda row: row.behind_count, default=None)
    most = worst.name if worst and worst.behind_count else ""
    followed = len(material.context.targets) - len(judged)
    notes = [words("speaker.grid"), *([words("slide.matrix_monitor", count=followed)] if followed else [])]
    notes += [
        words("speaker.grid_row", target=row.name, late=row.behind_count, far=row.statuses.count("far_behind"))
        for row in rows
        if row.behind_count
    ]
    title = titles.grid(whole, most, words)
    return [Slide("grid", title, (matrix,), tuple(notes), source, words("review.agenda_grid"))]


def groups(material: Material, source: str) -> list[Slide]:
    """One slide a group of targets, in the plan's order."""
    groups: dict[str, list[Target]] = {}
    for target in material.context.targets.values():
        groups.setdefault(target.group_code, []).append(target)
    return [_group(targets, material, source) for targets in groups.values()]


def _group(targets: Sequence[Target], material: Material, source: str) -> Slide:
    words, codes = material.context.words, {target.target_code for target in targets}
    worst = [
        row
        for unit in material.units
        if (
            row := _worst(
                [one for one in material.rows if one.unit_code == unit.unit_code and one.target_code in codes]
            )
        )
    ]
    title = titles.group(words.of(targets[0], "group_name"), standing(worst), material.level, words)
    is_wide = len(targets) < 3
    cards = tuple(card(target, material, is_wide) for target in targets)
    notes = [words("speaker.group")] if len(targets) > 1 else []
    if any(bar.low is not None for one in cards if one.ranking for bar in one.ranking.bars):
        notes.append(words("speaker.interval"))
    for target, shown in zip(targets, cards, strict=True):
        notes += _spoken(target, material)
        notes += [
            words("speaker.behind_names", target=shown.name, word=tally.word, names=", ".join(tally.names))
            for tally in shown.tallies
            if tally.status in LATE
        ]
    return Slide("group", title, (Cards(cards),), tuple(notes), source, words("review.agenda_group"))


def _worst(rows: Sequence[Progress]) -> Progress | None:
    """The row that stands for a unit in a group: its worst status, else the reason why there is none."""
    order = ("far_behind", "behind", "on_track", "met", "not_reported", "rejected", "suppressed", "not_due", "monitor")
    ranked = sorted((row for row in rows if row.status in order), key=lambda row: order.index(row.status))
    return ranked[0] if ranked else None


def _spoken(target: Target, material: Material) -> list[str]:
    words, row = material.context.words, material.city.get(target.target_code)
    if row is None:
        return []
    texts = {"target": words.of(target, "name"), "status": words.status(row.status)}
    texts["definition"] = words.of(target, "definition")
    if row.value_pct is None:
        lines = [words("speaker.no_figure", **texts)]
    else:
        parts = {"numerator": words.number(row.numerator), "denominator": words.number(row.denominator)}
        lines = [words("speaker.figure", value=value_text(row, words), **parts, **texts)]
    caveat = words.of(target, "caveat")
    return [*lines, words("speaker.caveat", caveat=caveat)] if caveat else lines


@dataclass(frozen=True, slots=True)
class _Call:
    """A district to talk with, the reasons in words."""

    name: str
    reasons: tuple[str, ...]


def districts(material: Material, source: str) -> Slide:
    """Whom to talk with and why, and the rule of their order."""
    words = material.context.words
    body: tuple[Block, ...]
    found = material.calls
    if len(found) > 1 and len(found) == len(material.units) and all(one.state.is_silent for one in found):
        title = titles.districts([], len(found), material.level, words, all_silent=True)
        body = (Lines((words("slide.all_silent"),)),)
        return Slide("districts", title, body, (), source, words("review.agenda_districts"))
    calls = [_Call(name_of(one.unit_code, material), _reasons(one, material)) for one in found[:DISCUSSED]]
    title = titles.districts([call.name for call in calls], len(found), material.level, words)
    notes = (
        words("speaker.districts"),
        words("calls.rule"),
        *(words("speaker.district_item", district=call.name, why="; ".join(call.reasons)) for call in calls),
    )
    if not calls:
        body = (Lines((words("slide.districts_none"),)),)
    else:
        rows_of_table = tuple((call.name, "; ".join(call.reasons)) for call in calls)
        table = Grid((words("slide.district"), words("slide.why")), (20, 80), rows_of_table)
        body = (table, Lines((words("calls.rule"),)))
    return Slide("districts", title, body, notes, source, words("review.agenda_districts"))


def _reasons(call: UnitToCall, material: Material) -> tuple[str, ...]:
    words, state = material.context.words, call.state
    if state.is_silent:
        return (words("slide.reason_silent"),)
    far = [row for row in progress_summary.late(call.rows, material.context.targets) if row.status == "far_behind"]
    names = [words.of(material.context.targets[row.target_code], "short_name") for row in far]
    listed = ", ".join(names[:NAMED_TARGETS]) + ("…" if len(names) > NAMED_TARGETS else "")
    reasons = [words("slide.reason_far", count=len(far), targets=listed)]
    oldest = min(far, key=lambda row: _since(row, material))
    since = _since(oldest, material)
    if since < material.context.state.period:
        name = words.of(material.context.targets[oldest.target_code], "short_name")
        reasons.append(words("slide.reason_since", target=name, period=words.period(since)))
    if state.worse:
        reasons.append(words("slide.reason_worse", count=len(state.worse)))
    return tuple(reasons)


def _since(row: Progress, material: Material) -> str:
    """The first quarter of the unbroken run of "far behind" that lasts until now."""
    first = row.period_code
    for earlier in reversed(material.call_courses.get((row.target_code, row.unit_code), ())):
        if earlier.status != "far_behind":
            break
        first = earlier.period_code
    return first


def corrections(material: Material, source: str) -> list[Slide]:
    """The figures of the last review that are others today, and through which reports; none before a first review."""
    words, shown = material.context.words, material.shown
    say = words("review.agenda_corrections")
    if shown is None:
        return []
    date = formatting.date(shown.review.held_at)
    if not shown.is_kept:
        return [Slide("corrections", words("title_corrections.gone", date=date), (), (), source, say)]
    moved = sum(one.then.status != one.now.status for one in shown.changed)
    title = titles.corrections(len(shown.changed), moved, date, words)
    notes = (
        words(
            "speaker.corrections",
            period=words.period(shown.review.period_code),
            date=date,
            version=shown.review.version,
        ),
    )
    if not shown.changed:
        return [Slide("corrections", title, (Lines((words("slide.corrections_none"),)),), notes, source, say)]
    # What moved to another status first, then the city.
    ranked = sorted(shown.changed, key=lambda one: (one.then.status == one.now.status, one.now.unit_code != CITY))
    headings = tuple(words(f"slide.{name}") for name in ("district", "target", "then", "now", "why"))
    widths = (13, 18, 16, 16, 37)
    rows = [_corrected(one, shown, material) for one in ranked]
    pages = paged(rows, widths)
    left = sum(len(page) for page in pages[CORRECTION_PAGES:])
    more = (Lines((words("slide.correction_more", count=left),)),) if left else ()
    return [
        Slide(
            "corrections",
            titles.continued(title, number, words),
            (Grid(headings, widths, page), *(more if number else ())),
            notes,
            source,
            say,
        )
        for number, page in enumerate(pages[:CORRECTION_PAGES])
    ]


def _corrected(one: Changed, shown: Shown, material: Material) -> tuple[Cell, ...]:
    words, target = material.context.words, material.context.targets[one.now.target_code]
    place = words("slide.city") if one.now.unit_code == CITY else name_of(one.now.unit_code, material)
    return (
        place,
        words.of(target, "short_name"),
        _mark(one.then, words),
        _mark(one.now, words),
        _why(one, shown, material),
    )


def _mark(row: Progress, words: Words) -> Mark:
    return Mark(row.status, words.status(row.status) if row.value_pct is None else value_text(row, words) + "%")


def _why(one: Changed, shown: Shown, material: Material) -> str:
    words = material.context.words
    reports = [report for report in shown.reports if one.now.unit_code in (CITY, report.reporter_code)]
    if not reports:
        return words("slide.correction_other")
    report = reports[-1]
    key = "slide.correction_version" if report.version > 1 else "slide.correction_late"
    return words(
        key if report.period_code == shown.review.period_code else f"{key}_of",
        reporter=name_of(report.reporter_code, material),
        version=report.version,
        period=words.period(report.period_code),
        date=formatting.date(report.received_at),
    )
