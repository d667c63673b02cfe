"""Quarterly report.

Findings, targets, groups, districts to support, reports, reliability, the grid, and a chapter per area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.analysis import progress_summary
from app.analysis.calls import Call, calls_to_make
from app.analysis.headline import going_well
from app.analysis.period_state import period_sentence, reading_note
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.core.programmes import subject
from app.core.url_state import State
from app.deck.figure_bridges import moved_figures
from app.exports.letters.bridges import write_bridges
from app.exports.letters.letter import Letter
from app.exports.letters.quarterly_areas import area_chapters, communes_annex
from app.exports.letters.quarterly_sentences import (
    actions_sentences,
    asides_sentence,
    calls_sentences,
    doubts_sentence,
    moves_sentence,
    no_calls_sentence,
    reports_sentences,
    target_sentence,
)
from app.exports.letters.quarterly_tables import annexes, city_table, grid_annex, support_table
from app.exports.letters.sentences import quarter
from app.exports.shared.origin import origin_of
from app.pages.shared.period_text import plan_headline, year_sentence
from app.queries import followup, ground, progress, reporters
from app.records import Progress, Target
from app.records.reporters import ReporterState
from app.ui.print_header import label
from warehouse.desk import Note

# Figures of the city whose change is explained.
MOST_BRIDGES = 2


@dataclass(frozen=True)
class QuarterFigures:
    """Figures of one quarter, queried once for the whole report.

    `city_series` are the city's rows of the quarter and of the one before; `units` the rows of the units that report to
    the city, districts or communes; `grid` those of its districts or of the areas that replace them; `same_ground` the
    city's by target on its former territory, empty while it is unchanged; `notes` those on the city; `calls` are the
    units to call, most urgent first.
    """

    context: Context
    city_series: Sequence[Progress]
    units: Sequence[Progress]
    grid: Sequence[Progress]
    reporters: Sequence[ReporterState]
    same_ground: Mapping[str, Progress]
    notes: Sequence[Note]
    calls: Sequence[Call]

    @property
    def city(self) -> list[Progress]:
        """Return the city's rows of the quarter."""
        return [row for row in self.city_series if row.period_code == self.context.state.period]

    @cached_property
    def by_target(self) -> Mapping[str, list[Progress]]:
        """Return the reporting units' rows of each target."""
        return group_by(self.units, lambda row: row.target_code)

    @cached_property
    def overview(self) -> progress_summary.Overview:
        """Return the counts for a leader."""
        return progress_summary.overview(self.city_series, self.units)

    @cached_property
    def moves(self) -> progress_summary.Moves:
        """Return the movements, for the same units as on the overview."""
        return progress_summary.moves(self.grid or self.units)

    @cached_property
    def groups(self) -> list[list[Target]]:
        """Return the targets of each of the plan's groups, in their order."""
        return list(group_by(self.context.targets.values(), lambda target: target.group_code).values())


def read(context: Context) -> QuarterFigures:
    """Return the data of the report."""
    state, reader = context.state, context.reader
    return QuarterFigures(
        context,
        progress.city_trend(reader, state.window, state.period, since=context.periods_so_far[-2:][0]),
        progress.reporter_progress(reader, state.period, state.window),
        progress.level_progress(reader, context.default_level, state.period, state.window),
        reporters.reporter_states(reader, state.period),
        ground.same_ground_figures(reader, context.period.end_date, state.period, state.window),
        followup.notes_on(reader, context.desk, context.city.unit_code),
        calls_to_make(reader, context.desk.actions(), state.period, state.window, context.publication.as_of_date),
    )


def quarterly(context: Context) -> Letter:
    """Return the document."""
    figures = read(context)
    period = quarter(context.state.period)
    title = words("quarterly.abstract", subject=subject(), period=period)
    letter = Letter(label(context), title, origin_of(context.publication))
    letter.letterhead(words("quarterly.symbol"), words.of(context.city, "name"))
    letter.title(words("quarterly.kind"), title)
    if state := period_sentence(context.period, context.publication.as_of_date):
        letter.paragraph(f"{state}. {reading_note(context.period)}".strip())
    span = words.of(context.plan, "span")
    about = {"subject": subject(), "span": span, "period": period, "window": _window(context.state)}
    letter.paragraph(words("quarterly.opening", **about))
    if context.plan.is_illustrative:
        letter.paragraph(words.of(context.plan, "note"))
    _general(letter, figures)
    _targets(letter, figures)
    _support(letter, figures)
    letter.heading(words("quarterly.trust"))
    for text in [*reports_sentences(figures.reporters), doubts_sentence(context, figures.units)]:
        letter.paragraph(text)
    letter.heading(words("quarterly.actions"))
    for text in actions_sentences(context):
        letter.paragraph(text)
    letter.heading(words("quarterly.proposals"))
    for _ in range(3):
        letter.lead_in(words("quarterly.to_fill"))
    letter.close(words("quarterly.copies").split("|"))
    for title, units in annexes(context):
        grid_annex(letter, context, title, units, [*figures.city, *figures.grid])
        if context.has_areas:
            area_chapters(letter, context, units, [*figures.grid, *figures.units], figures.reporters)
    if not context.districts:
        communes_annex(letter, context, figures.grid)
    return letter


def _window(state: State) -> str:
    return words(f"window.{state.window}").lower()


def _general(letter: Letter, figures: QuarterFigures) -> None:
    context = figures.context
    letter.heading(words("quarterly.general"))
    letter.paragraph(plan_headline(context, figures.overview, states_period=False) + ".")
    if covered := year_sentence(context, figures.city):
        letter.paragraph(covered)
    if well := going_well(figures.overview, context.reporter_level):
        letter.paragraph(well + ".")
    if figures.overview.city.judged:
        letter.paragraph(moves_sentence(figures.overview.is_first, figures.moves, context))
        letter.paragraph(calls_sentences(figures.calls, context))
    _why_moved(letter, figures)


def _why_moved(letter: Letter, figures: QuarterFigures) -> None:
    """Write why the city's figures moved most since last quarter; nothing where none moved beyond chance."""
    context = figures.context
    moved = moved_figures(context, context.city, figures.city, None, MOST_BRIDGES)
    if moved:
        letter.heading(words("review.agenda_bridge"), level=2)
        write_bridges(letter, [spec for _, spec in moved])


def _targets(letter: Letter, figures: QuarterFigures) -> None:
    letter.heading(words("quarterly.city"))
    city_table(letter, figures.context.targets, figures.city)
    if figures.same_ground:
        letter.note(words("ground.about"))
    current = {row.target_code: row for row in figures.city}
    if all(row.value_pct is None for row in figures.city):
        return
    for number, targets in enumerate(figures.groups, start=1):
        letter.heading(words("quarterly.group", number=number, group=words.of(targets[0], "group_name")), level=2)
        for target in targets:
            rows = figures.by_target.get(target.target_code, [])
            text = target_sentence(target, current.get(target.target_code), rows, figures.context)
            same_ground = figures.same_ground.get(target.target_code)
            asides = asides_sentence(target, same_ground, figures.notes, figures.context.state)
            letter.item(f"{text} {asides}".strip())


def _support(letter: Letter, figures: QuarterFigures) -> None:
    letter.heading(words("quarterly.support"))
    if not support_table(letter, figures.context, figures.calls, figures.reporters):
        letter.paragraph(no_calls_sentence(figures.context))
