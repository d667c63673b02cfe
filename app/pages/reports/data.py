"""Data of the page of reports: the published figures of who reported, and what the registry knows beyond them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis import report_state, reporting
from app.analysis.owed import UnitOwed, owed_by_unit
from app.analysis.report_state import QuarterSubmissions
from app.core.access import Right
from app.core.i18n import words
from app.core.page_context import Context, UnknownCodeError
from app.figures.calendar.spec import CalendarSpec, ReportCalendar, calendar_spec
from app.pages.shared.reporting import reporting_units
from app.pages.shared.submissions import changes_of_revisions
from app.queries import quality, registry, reporters
from app.queries import reporting as reporting_queries
from app.records import Unit
from app.records.quality import Rates
from app.records.reporters import Punctuality, ReporterPeriod
from warehouse.intake import ACCEPTED, RECEIVED, REJECTED, AuditEvent, CellChange, Problem, Received

# Comparing two files takes a moment; of a report that was sent again and again the newest are compared.
COMPARED_VERSIONS = 3


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports of the quarters up to the chosen one.

    `quarters` are those that the calendar shows, `rows` the published state of each report in them, `known` the same
    with the state in the registry. `by_now` is the chosen quarter with the reports since publication. `undecided`
    reports wait to be accepted, the newest first. `owed` is what is owed now, of every quarter, including by units that
    no longer report; `every_reporter` has all units that ever had to report, by code.
    """

    reporters: Sequence[Unit]
    names: Mapping[str, str]
    quarters: Sequence[str]
    rows: Sequence[ReporterPeriod]
    known: ReportCalendar
    rates: Sequence[Rates]
    by_now: reporting.QuarterReports
    undecided: Sequence[Received]
    owed: Sequence[UnitOwed]
    every_reporter: Mapping[str, Unit]

    @property
    def punctuality(self) -> list[Punctuality]:
        """Return how punctual each reporter was, where anything was due."""
        punctual = self.known.punctual
        return [punctual[unit.unit_code] for unit in self.reporters if unit.unit_code in punctual]

    def in_trouble(self, chosen: str | None) -> list[Unit]:
        """Return the reporters whose report of the quarter is missing, returned, late or corrected, and the `chosen`
        one; all where there is none."""
        quarter = self.by_now
        rows = (*quarter.missing, *quarter.rejected, *quarter.late, *quarter.corrected)
        codes = {row.reporter_code for row in rows}
        return [unit for unit in self.reporters if unit.unit_code in codes | {chosen}] if codes else [*self.reporters]

    def calendar(self, reporters: Sequence[Unit] | None = None) -> CalendarSpec:
        """Return the state of each report by now, of some or of all reporters."""
        return calendar_spec(self.reporters if reporters is None else reporters, self.quarters, self.known)


@dataclass(frozen=True, slots=True)
class History:
    """One reporter's quarter in the registry, newest first.

    `counting` is the number of the submission that counts. By number of the submission: `changes` since the version
    before it, None where they are not known any more, and `problems` for which it was refused. Unless it `is_whole`,
    the viewer may not see counts of people: changes in them are left out, and so are the files themselves, all that
    was found in them, and what was written about that.
    """

    submissions: Sequence[Received]
    counting: int | None
    changes: Mapping[int, Sequence[CellChange] | None]
    problems: Mapping[int, Sequence[Problem]]
    events: Sequence[AuditEvent]
    is_whole: bool


def gather(context: Context) -> Reports:
    """Return the reports of everyone who has to report in the chosen quarter. Raises `UnknownCodeError`."""
    reader = context.reader
    state = context.state
    units = reporting_units(context)
    names = {unit.unit_code: words.of(unit, "name") for unit in units}
    if state.unit and state.unit not in names:
        raise UnknownCodeError("unit", state.unit)
    quarters = reporting.shown_quarters(context.periods, state.period)
    every_row = reporters.calendar(reader, context.periods[0].period_code, context.periods[-1].period_code)
    rows = [row for row in every_row if row.reporter_code in names and quarters[0] <= row.period_code <= quarters[-1]]
    submissions = registry.every_submission(reader)
    registered = report_state.by_reporter_quarter(submissions)
    today = context.publication.as_of_date
    reminded = {period.period_code for period in context.periods if period.reminder_date <= today}
    return Reports(
        reporters=units,
        names=names,
        quarters=[code for code in quarters if any(row.period_code == code for row in rows)],
        rows=rows,
        known=ReportCalendar(
            rows={(row.reporter_code, row.period_code): row for row in rows},
            registered=registered,
            punctual=reporters.punctuality(reader, state.period),
            locks=registry.locks(reader),
            today=today,
        ),
        rates=quality.rates(reader, max(state.period, context.publication.latest_period_code or "")),
        by_now=reporting.quarter_reports(reporting.as_of_now(rows, registered), state.period),
        undecided=[submission for submission in submissions if submission.state == RECEIVED],
        owed=owed_by_unit(reporting.as_of_now(every_row, registered), reminded),
        every_reporter=reporters.units(reader),
    )


def gather_history(context: Context, submitted: QuarterSubmissions) -> History:
    """Return everything that is known of the submissions of the reporter and quarter in the address."""
    reader = context.reader
    numbers = {submission.submission.submission_id for submission in submitted.submissions}
    refused = [
        submission.submission.submission_id for submission in submitted.submissions if submission.state == REJECTED
    ]
    return History(
        submissions=submitted.submissions,
        counting=submitted.counting.submission.submission_id if submitted.counting else None,
        changes=_changes(context, submitted.submissions),
        problems={number: registry.problems(reader, number) for number in refused},
        events=[event for event in registry.events(reader, context.state.period) if event.submission_id in numbers],
        is_whole=context.viewer.may(Right.SMALL_COUNTS, context.state.unit),
    )


def _changes(context: Context, submissions: Sequence[Received]) -> dict[int, Sequence[CellChange] | None]:
    """Return the changes of each version against the one before it, returned or not: from the published figures where
    they know both, else from the files."""
    published = _published_changes(context)
    accepted = {submission.submission.version for submission in submissions if submission.state == ACCEPTED}
    changes: dict[int, Sequence[CellChange] | None] = {}
    left = COMPARED_VERSIONS
    for submission in submissions:
        number = submission.submission.submission_id
        version = submission.submission.version
        if submission.state == REJECTED or version is None:
            continue
        if version in published and version - 1 in accepted:
            changes[number] = published[version]
        elif left and version > 1:
            left -= 1
            changes[number] = registry.changes(context.reader, number, submission.submission.reporter_code)
    return changes


def _published_changes(context: Context) -> dict[int, Sequence[CellChange]]:
    """Return changes of the versions that the published figures know, by version."""
    revisions = reporting_queries.revisions(context.reader, context.state.unit or context.city.unit_code)
    of_quarter = [row for row in revisions if row.period_code == context.state.period]
    if not of_quarter:
        return {}
    names = registry.form_names(context.reader, words.lang)
    return {
        version: changes_of_revisions((row for row in of_quarter if row.version == version), names)
        for version in dict.fromkeys(row.version for row in of_quarter)
    }
