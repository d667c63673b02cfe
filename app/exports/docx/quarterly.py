"""The quarterly report: findings, the city's targets, each group, districts to support, reports and trust, the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from app.analysis import progress_summary
from app.analysis.headline import headline
from app.core.i18n import Words
from app.core.page_context import Context, Page
from app.exports.docx.letter import Letter
from app.exports.docx.paragraphs import actions_told, calls_told, group_sentence, moves_told, reports_told, trust_told
from app.exports.docx.phrases import DOCX, quarter
from app.exports.docx.tables import city_table, grid_annex, support_table
from app.exports.shared.file import File
from app.exports.shared.labels import file_name
from app.queries import progress, reporting
from app.records import Progress, Target
from app.records.reporters import ReporterState
from app.ui.print_header import label


@dataclass(frozen=True)
class Quarter:
    """The figures of one quarter, asked once for the whole report.

    `units` are the rows of those that report to the city: its districts (`districts` too), or its communes.
    """

    context: Context
    city: Sequence[Progress]
    units: Sequence[Progress]
    reporters: Sequence[ReporterState]

    @property
    def districts(self) -> Sequence[Progress]:
        """The districts' rows; none where there are no districts."""
        return self.units if self.context.districts else ()

    @cached_property
    def by_target(self) -> Mapping[str, list[Progress]]:
        """The districts' rows of each target."""
        found: dict[str, list[Progress]] = {}
        for row in self.districts:
            found.setdefault(row.target_code, []).append(row)
        return found

    @cached_property
    def overview(self) -> progress_summary.Overview:
        """What a leader needs first."""
        return progress_summary.overview(self.city, self.units)

    @cached_property
    def groups(self) -> list[tuple[str, list[Target]]]:
        """The plan's groups in their order, each with its targets."""
        targets, words = self.context.targets.values(), self.context.words
        grouped = groupby(targets, key=lambda target: target.group_code)
        return [(words.of(members[0], "group_name"), members) for members in (list(found) for _, found in grouped)]


def quarterly_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """The quarterly report of the chosen period and window."""
    return File(file_name(context, "quarter", "docx"), DOCX, quarterly(context))


def read(context: Context) -> Quarter:
    """Ask for what the report tells."""
    state, reader = context.state, context.reader
    return Quarter(
        context,
        progress.level_progress(reader, "city", state.period, state.window),
        progress.reporter_progress(reader, state.period, state.window),
        reporting.reporter_states(reader, state.period),
    )


def quarterly(context: Context) -> bytes:
    """The document."""
    words, told = context.words, read(context)
    period = quarter(words, context.state.period)
    title = words("quarterly.abstract", period=period)
    letter = Letter(words, label(context), title, context.publication.built_at)
    letter.letterhead(words("quarterly.symbol"))
    letter.title(words("quarterly.kind"), title)
    letter.paragraph(words("quarterly.opening", period=period, window=_window(words, context)))
    _general(letter, told)
    _targets(letter, told)
    _support(letter, told)
    letter.heading(words("quarterly.trust"))
    for text in [*reports_told(told.reporters, context), trust_told(context, told.districts)]:
        letter.paragraph(text)
    letter.heading(words("quarterly.actions"))
    for text in actions_told(context):
        letter.paragraph(text)
    letter.heading(words("quarterly.proposals"))
    for _ in range(3):
        letter.paragraph(words("quarterly.to_fill"))
    letter.close(words("quarterly.copies").split("|"))
    if told.districts:
        grid_annex(letter, context, [*told.city, *told.districts])
    return letter.content()


def _window(words: Words, context: Context) -> str:
    return words(f"window.{context.state.window}").lower()


def _general(letter: Letter, told: Quarter) -> None:
    context, words = told.context, told.context.words
    letter.heading(words("quarterly.general"))
    letter.paragraph(headline(told.overview, context.reporter_level, context.state.period, words) + ".")
    if told.districts and told.overview.city_judged_count:
        letter.paragraph(moves_told(told.overview, context))
        letter.paragraph(calls_told(told.overview, context))


def _targets(letter: Letter, told: Quarter) -> None:
    words = told.context.words
    letter.heading(words("quarterly.city"))
    city_table(letter, told.context, told.city)
    current = {row.target_code: row for row in told.city}
    if all(row.value_pct is None for row in told.city):
        return
    for number, (name, targets) in enumerate(told.groups, start=1):
        letter.heading(words("quarterly.group", number=number, group=name))
        for target in targets:
            rows = told.by_target.get(target.target_code, [])
            letter.paragraph(group_sentence(target, current.get(target.target_code), rows, told.context), after=1)


def _support(letter: Letter, told: Quarter) -> None:
    words = told.context.words
    letter.heading(words("quarterly.support"))
    if not told.context.districts:
        letter.paragraph(words("districts_gone.title"))
    elif not support_table(letter, told.context, told.districts, told.reporters):
        letter.paragraph(words("quarterly.no_support"))
