"""Slides on figures: the grid, groups of targets, units to contact, corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.analysis.calls import Call, call_rule
from app.analysis.changed_figures import cause, ranked
from app.analysis.lateness import late_text, lateness, uncertain_text
from app.core import formatting
from app.core.grouping import by_cell, group_by
from app.core.i18n import words
from app.core.status import JUDGED, LATE, OF_TARGETS, SHOWN, SILENT, certain_of, is_unsure
from app.deck import titles
from app.deck.cards import (
    MOST_WIDE,
    figure_or_status,
    needs_width,
    notes_of,
    standing,
    target_card,
    unit_name,
    worst_of,
)
from app.deck.data import DISCUSSED, ReviewData
from app.deck.model import Block, Cards, Cell, Lines, Mark, Matrix, MatrixRow, Slide, Subject, Table, Topic
from app.deck.pagination import even_pages, paginate_evenly
from app.figures.grid.spec import grid_spec
from app.figures.matrix import MOST_COLUMNS
from app.figures.ranking.spec import Ranking
from app.records import Progress, Target, Unit
from app.records.review import ChangedFigure
from app.ui.call_text import praise, reasons
from app.ui.figure_text import value_text
from warehouse.desk import Review

NAMED_TARGETS = 3
CORRECTION_PAGES = 2
# Targets whose cards, or whose rows of signs, are readable on a slide.
MOST_CARDS, MOST_ROWS = 3, 15
# Letters of a target's name before its row of signs.
LONGEST_ROW_NAME = 24
# Answers and statuses, each a line, for which one of three rows has room.
MOST_LINES_IN_ROW = 5
NAMED_CAUSES = 2
CORRECTION_WIDTHS = (13, 18, 16, 16, 37)
# Of more units, as many with names of two words.
WORST_COLUMNS = 20
# Order for selecting a unit's worst target in a group; followed targets come last.
WORST_FIRST = (*reversed(SHOWN), *SILENT, "suppressed", "not_due", "monitor")


def grid(data: ReviewData, source: str) -> list[Slide]:
    """Return every judged target of every unit as signs.

    For a city with areas by region, then the areas of each region and of none; of many units those with most late
    targets.
    """
    if not data.context.has_areas:
        if len(data.units) <= MOST_COLUMNS:
            return _grid(data.units, data.unit_rows, "", data, source)
        worst = _worst_units(data)
        units = words(f"unit_noun.{data.reporter_level}", count=len(data.units))
        of = words("slide.grid_worst", shown=len(worst), of=len(data.units), units=units)
        return _grid(worst, data.unit_rows, of, data, source) if worst else []
    slides = _grid(data.regions, data.region_rows, "", data, source)
    for region in data.regions:
        areas = [area for area in data.context.districts if area.parent_code == region.unit_code]
        slides += _grid(areas, data.area_rows, words.of(region, "short_name"), data, source)
    in_no_region = [area for area in data.context.districts if area.parent_code == data.context.city.unit_code]
    for first in range(0, len(in_no_region), WORST_COLUMNS):
        slides += _grid(in_no_region[first : first + WORST_COLUMNS], data.area_rows, "", data, source)
    return slides


def _worst_units(data: ReviewData) -> list[Unit]:
    """Return the units with clearly late targets, those with most first, as many as can be read as columns."""
    late = {code: lateness(rows).certain for code, rows in group_by(data.unit_rows, lambda row: row.unit_code).items()}
    units = [unit for unit in data.units if late.get(unit.unit_code)]
    return sorted(units, key=lambda unit: -late[unit.unit_code])[:WORST_COLUMNS]


def _grid(units: Sequence[Unit], unit_rows: Sequence[Progress], of: str, data: ReviewData, source: str) -> list[Slide]:
    """Return one slide of signs, more of many targets, none without units or judged targets; `of` names the part of the
    city that contains the units, if they are not all."""
    targets = list(data.context.targets.values())
    judged = [target for target in targets if target.threshold_pct is not None]
    if not (judged and units):
        return []
    codes = {unit.unit_code for unit in units}
    rows = [row for row in unit_rows if row.unit_code in codes]
    matrix = _matrix(judged, units, rows)
    whole = standing([row for row in rows if row.threshold_pct is not None])
    worst = min(matrix.rows, key=lambda row: (-row.late.certain, row.target_code))
    # A title with a part's name has no room for a second name.
    most = worst.name if worst.late.certain and not of else ""
    notes = [words("speaker.grid")]

    def cells(count: int) -> str:
        return words("title_grid.cells", count=count)

    if followed := len(targets) - len(judged):
        notes.append(words("slide.matrix_monitor", count=followed))
    notes += [
        words("speaker.grid_row", target=row.name, late=late_text(row.late, cells(row.late.judged)))
        for row in matrix.rows
        if row.late.is_any_late
    ]
    title = titles.grid(whole, most)
    title = words("title_grid.of", place=of, title=title) if of else title
    agenda = words("review.agenda_grid")
    beside = uncertain_text(whole.late)
    return [
        Slide(
            "grid",
            titles.continued(title, number),
            (replace(matrix, rows=rows),),
            tuple(notes),
            source,
            agenda,
            beside=beside,
        )
        for number, rows in enumerate(even_pages(matrix.rows, MOST_ROWS))
    ]


def _matrix(targets: Sequence[Target], units: Sequence[Unit], unit_rows: Sequence[Progress]) -> Matrix:
    """Return the grid of the overview without its figures, for some targets."""
    shown = grid_spec(targets, units, by_cell(unit_rows), is_asked=False)
    rows = []
    by_target = group_by(unit_rows, lambda row: row.target_code)
    for row in shown.rows:
        statuses = tuple(cell.status if cell else None for cell in row.cells)
        name = formatting.shortened(row.name, LONGEST_ROW_NAME)
        rows.append(MatrixRow(name, row.key, statuses, lateness(by_target.get(row.key, ()))))
    occurring = shown.statuses
    # Where a sign for uncertain statuses needs the room, the dash is not explained.
    unexplained = {"not_applicable"} if any(map(is_unsure, occurring)) else set()
    return Matrix(
        corner=words("slide.matrix_corner"),
        columns=tuple(column.name for column in shown.columns),
        unit_codes=tuple(column.key for column in shown.columns),
        count_heading=words("slide.matrix_count"),
        rows=tuple(rows),
        legend=tuple(
            (status, words.status(status))
            for status in OF_TARGETS
            if status in JUDGED or (status in occurring and status not in unexplained)
        ),
    )


def groups(data: ReviewData, source: str) -> list[Slide]:
    """Return one slide per group of targets, more for a large one, in the plan's order."""
    by_group = group_by(data.context.targets.values(), lambda target: target.group_code)
    return [slide for targets in by_group.values() for slide in _group(targets, data, source)]


def _group(targets: Sequence[Target], data: ReviewData, source: str) -> list[Slide]:
    whole = standing(_worst_rows(targets, data))
    name = words.of(targets[0], "group_name")
    title = titles.group(name, whole, data.reporter_level) if data.units else name
    return [
        _cards(page, titles.continued(title, number), whole, data, source)
        for number, page in enumerate(_pages(targets, data))
    ]


def _pages(targets: Sequence[Target], data: ReviewData) -> list[Sequence[Target]]:
    """Return the targets of each slide; of two on a slide each gets its own if a ranking needs the width."""
    pages: list[Sequence[Target]] = []
    for page in even_pages(targets, MOST_CARDS):
        is_split = len(page) < MOST_WIDE and any(needs_width(target, data) for target in page)
        pages += [(target,) for target in page] if is_split else [page]
    return pages


def _cards(targets: Sequence[Target], title: str, whole: titles.Standing, data: ReviewData, source: str) -> Slide:
    """Return a slide of some targets of a group; `whole` counts the units by their results on all of it."""
    cards = tuple(target_card(target, data, len(targets)) for target in targets)
    if len(cards) > 1 and any(card.strip for card in cards):
        # In rows there is no room for the city's series.
        cards = tuple(replace(card, series=None, ranking=_in_row(card.ranking, len(cards))) for card in cards)
    notes = [words("speaker.group")] if len(targets) > 1 else []
    if data.same_ground_rows:
        notes.append(words("ground.about"))
    if any(bar.low is not None for card in cards if card.ranking for bar in card.ranking.bars):
        notes.append(words("speaker.interval"))
    for target, card in zip(targets, cards, strict=True):
        notes += _spoken(target, data)
        notes += [
            words("speaker.behind_names", target=card.name, word=tally.word, names=", ".join(tally.names))
            for tally in card.tallies
            if certain_of(tally.status) in LATE
        ]
    notes += data.covered(targets)
    agenda = words("review.agenda_group")
    subject, beside = worst_of(cards).subject, titles.beside_group(whole)
    return Slide("group", title, (Cards(cards),), tuple(notes), source, agenda, subject, beside)


def _in_row(ranking: Ranking | None, count: int) -> Ranking | None:
    """Return the lists of names in one of `count` rows; None where it is too low for them, and has numbers instead."""
    if ranking is None or count < MOST_WIDE:
        return ranking
    lines = len(ranking.answers) + sum(len(answer.statuses) for answer in ranking.answers)
    return ranking if lines <= MOST_LINES_IN_ROW else None


def _worst_rows(targets: Sequence[Target], data: ReviewData) -> list[Progress]:
    """Return the representative figure of each unit in a group of targets: the worst status, else a missing figure."""
    codes = {target.target_code for target in targets}
    worst: dict[str, Progress] = {}
    for row in data.unit_rows:
        if row.target_code not in codes or row.shown_status not in WORST_FIRST:
            continue
        known = worst.get(row.unit_code)
        if known is None or WORST_FIRST.index(row.shown_status) < WORST_FIRST.index(known.shown_status):
            worst[row.unit_code] = row
    return [worst[unit.unit_code] for unit in data.units if unit.unit_code in worst]


def _spoken(target: Target, data: ReviewData) -> list[str]:
    row = data.city_rows.get(target.target_code)
    if row is None:
        return []
    texts = {
        "target": words.of(target, "name"),
        "status": words.status(row.shown_status),
        "definition": words.of(target, "definition"),
    }
    if row.value_pct is None:
        lines = [words("speaker.no_figure", **texts)]
    else:
        parts = {"numerator": words.number(row.numerator), "denominator": words.number(row.denominator)}
        lines = [words("speaker.figure", value=value_text(row), **parts, **texts)]
    if caveat := words.of(target, "caveat"):
        lines.append(words("speaker.caveat", caveat=caveat))
    return lines + [
        words("speaker.note", period=words.period(note.period_code), text=note.text, by=note.written_by)
        for note in notes_of(target, data)
    ]


def districts(data: ReviewData, source: str) -> Slide:
    """Return the units to contact with reasons, and the rule of their order; speaker notes add what to thank for."""
    targets = data.context.targets
    calls = data.calls
    agenda = words("review.agenda_districts")
    if len(calls) > 1 and len(calls) == len(data.units) and all(call.unit.is_silent for call in calls):
        title = titles.districts([], len(calls), data.reporter_level, all_silent=True)
        return Slide("districts", title, (Lines((words("slide.all_silent"),)),), (), source, agenda)
    seen = data.context
    if not calls and seen.publication.as_of_date <= seen.period.due_date:
        title = words("calls.not_due", due=formatting.date(seen.period.due_date))
        return Slide("districts", title, (), (), source, agenda)
    shown = calls[:DISCUSSED]
    names = [unit_name(call.unit_code, data) for call in shown]
    whys = ["; ".join(reasons(call, targets)) for call in shown]
    thanks = [praise(call.unit, targets) for call in shown]
    title = titles.districts(names, len(calls), data.reporter_level)
    notes = (
        words("speaker.districts"),
        call_rule(),
        *(
            words("speaker.district_item", district=name, why=". ".join(filter(None, texts)))
            for name, *texts in zip(names, whys, thanks, strict=True)
        ),
    )
    body: tuple[Block, ...] = (Lines((words("slide.districts_none"),)),)
    if shown:
        headings = (words("slide.district"), words("slide.why"))
        topics = [_topic(call, name, data) for call, name in zip(shown, names, strict=True)]
        table = Table(headings, (20, 80), tuple(zip(topics, whys, strict=True)))
        body = (table, Lines((call_rule(),)))
    return Slide("districts", title, body, notes, source, agenda)


def _topic(call: Call, name: str, data: ReviewData) -> Topic:
    """Return the cell of a unit to contact: its name, its number of decisions, the subject of a new one."""
    count = sum(action.unit_code == call.unit_code for action in data.new_actions)
    label = words("slide.decided_here", name=name, count=count) if count else name
    return Topic(label, Subject(call.unit_code, call.unit.longest_target_code or ""))


def corrections(data: ReviewData, source: str) -> list[Slide]:
    """Return the figures of the last review that have changed since, with the reports that changed them.

    Empty before a first review.
    """
    shown = data.shown_review
    agenda = words("review.agenda_corrections")
    if shown is None:
        return []
    date = formatting.date(shown.review.held_at)
    if shown.changed is None:
        return [Slide("corrections", words("title_corrections.gone", date=date), (), (), source, agenda)]
    title = titles.corrections(len(shown.changed), sum(figure.is_moved for figure in shown.changed), date)
    period = words.period(shown.review.period_code)
    notes = (words("speaker.corrections", period=period, date=date, version=words.version(shown.review.version)),)
    return [
        Slide("corrections", titles.continued(title, index), blocks, notes, source, agenda)
        for index, blocks in enumerate(_correction_pages(shown.changed, shown.review, data))
    ]


def _correction_pages(changed: Sequence[ChangedFigure], review: Review, data: ReviewData) -> list[tuple[Block, ...]]:
    """Return the blocks of each slide of corrections; the last one counts those left out."""
    if not changed:
        return [(Lines((words("slide.corrections_none"),)),)]
    headings = tuple(words(f"slide.{name}") for name in ("district", "target", "then", "now", "why"))
    pages = paginate_evenly([_correction(figure, review, data) for figure in ranked(changed)], CORRECTION_WIDTHS)
    left_out = sum(len(page) for page in pages[CORRECTION_PAGES:])
    more = (Lines((words("slide.correction_more", count=left_out),)),) if left_out else ()
    return [
        (Table(headings, CORRECTION_WIDTHS, page), *(more if index else ()))
        for index, page in enumerate(pages[:CORRECTION_PAGES])
    ]


def _correction(figure: ChangedFigure, review: Review, data: ReviewData) -> tuple[Cell, ...]:
    return (
        Topic(unit_name(figure.now.unit_code, data), Subject(figure.now.unit_code, figure.now.target_code)),
        words.of(data.named_targets[figure.now.target_code], "short_name"),
        Mark(figure.then.shown_status, figure_or_status(figure.then)),
        Mark(figure.now.shown_status, figure_or_status(figure.now)),
        _why_corrected(figure, review),
    )


def _why_corrected(figure: ChangedFigure, review: Review) -> str:
    """Return the reports that changed a figure, newest first."""
    reports = figure.reports[::-1] or (None,)
    named = [cause(report, review.period_code) for report in reports]
    return "; ".join(named[:NAMED_CAUSES]) + ("…" if len(named) > NAMED_CAUSES else "")
