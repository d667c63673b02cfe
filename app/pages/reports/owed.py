"""HTML of all that is owed, over every quarter: unit by unit, with the office to call; as a message and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup

from app.analysis.owed import OWED, UnitOwed
from app.analysis.report_phrase import report_phrase
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import Context
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.reports.data import Reports
from app.queries import plan
from app.records import Publication, Unit
from app.records.reporters import ReporterPeriod
from app.ui.cards import folded
from app.ui.layout import part
from app.ui.page_header import remark
from app.ui.status import chip_saying
from app.ui.templates import render

# So many units are read at once; the others are folded.
LISTED_UNITS = 12


@dataclass(frozen=True, slots=True)
class UnitToCall:
    """A unit that owes reports, the oldest first, or to which the department owes a decision; its area, and the office
    to call.

    Of a unit that has ended, `heirs` are the authorities in its place, whose office it is.
    """

    unit: Unit
    reports: Sequence[ReporterPeriod]
    area: str
    office: str
    has_ended: bool
    heirs: Sequence[Unit]


def units_to_call(context: Context, reports: Reports) -> list[UnitToCall]:
    """Return the units that owe reports of any quarter, the oldest report first; of a quarter that is not due yet from
    the day of its reminder on."""
    today = context.publication.as_of_date
    known = [(owed, reports.every_reporter[owed.reporter_code]) for owed in reports.owed]
    ended = [unit for _, unit in known if not unit.exists_on(today)]
    heirs = plan.authorities_after(context.reader, ended, today) if ended else {}
    return [_unit_to_call(context, owed, unit, heirs.get(unit, ())) for owed, unit in known]


def _unit_to_call(context: Context, owed: UnitOwed, unit: Unit, heirs: Sequence[Unit]) -> UnitToCall:
    today = context.publication.as_of_date
    office = plan.office(context.reader, heirs[0].unit_level if heirs else unit.unit_level, today)
    area = context.unit_name(unit.parent_code or "") if context.has_areas and context.district(unit.parent_code) else ""
    named = words.of(office, "name") if office else ""
    return UnitToCall(unit, owed.reports, area, named, not unit.exists_on(today), heirs)


def owed_section(context: Context, reports: Reports, units: Sequence[UnitToCall]) -> Markup:
    """Render the units to call about which reports, and a text to send; or that nothing is owed."""
    title = words("owed.title")
    day = formatting.date(context.publication.as_of_date)
    if not units:
        return part(context, title, remark(words("owed.nothing", day=day)), identity="owed")
    draw = partial(_list, context, reports)
    body = Markup("<p>{}</p>").format(counts_text(reports)) + draw(units[:LISTED_UNITS])
    if rest := units[LISTED_UNITS:]:
        body += folded(words("owed.more", count=len(rest)), draw(rest))
    if not context.state.is_file:
        text = message(context.publication, units)
        body += render("pages/reports/message.html", text=text, rows=min(12, text.count("\n") + 2))
    return part(context, title, body, words("owed.note", day=day), "owed", table="owed")


def counts_text(reports: Reports) -> str:
    """Return how many reports are missing, are to be corrected, wait for the department, of how many units."""
    owed = [report for unit in reports.owed for report in unit.reports]
    kinds = [(state, sum(report.state == state for report in owed)) for state in (*OWED, "not_due")]
    units = sum(any(report.state in OWED for report in unit.reports) for unit in reports.owed)
    counts = "; ".join(words(f"owed.count_{state}", count=count) for state, count in kinds if count)
    return words("owed.counts", counts=counts, units=units)


def _list(context: Context, reports: Reports, units: Sequence[UnitToCall]) -> Markup:
    today = context.publication.as_of_date

    def chip(report: ReporterPeriod) -> Markup:
        return chip_saying(report.state, report_phrase(report, today))

    department = plan.office(context.reader, context.city.unit_level, today)
    return render(
        "pages/reports/owed.html",
        units=units,
        locks=reports.known.locks,
        department=words.of(department, "name") if department else "",
        link=context.state.href,
        latest=context.publication.latest_period_code,
        day=formatting.date,
        chip=chip,
    )


def message(publication: Publication, units: Sequence[UnitToCall]) -> str:
    """Return the message to all units that owe a report: one line per area, each unit with its quarters; without
    reports that wait for the department."""
    owing = [replace(unit, reports=[report for report in unit.reports if report.state != "waiting"]) for unit in units]
    count = sum(len(unit.reports) for unit in owing)
    lines = [words("owed.message", day=formatting.date(publication.as_of_date), count=count)]
    for area, own in group_by((unit for unit in owing if unit.reports), lambda unit: unit.area).items():
        named = "; ".join(_in_message(unit) for unit in own)
        lines.append(words("owed.message_line", area=area, units=named) if area else named)
    return "\n".join([*lines, words("owed.message_end")])


def _in_message(unit: UnitToCall) -> str:
    quarters = ", ".join(words.period(report.period_code) for report in unit.reports)
    heirs = ", ".join(words.of(heir, "name") for heir in unit.heirs)
    key = "owed.message_heirs" if heirs else "owed.message_unit"
    return words(key, unit=words.of(unit.unit, "name"), quarters=quarters, heirs=heirs)


def owed_sheet(publication: Publication, units: Sequence[UnitToCall]) -> Sheet:
    """Return one row per owed report."""
    today = publication.as_of_date
    rows = [(unit, report) for unit in units for report in unit.reports]
    fields: tuple[Field[tuple[UnitToCall, ReporterPeriod]], ...] = (
        Field("owed.area", lambda row: row[0].area),
        Field("sheet.unit_code", lambda row: row[0].unit.unit_code),
        Field("calendar.reporter", lambda row: words.of(row[0].unit, "name")),
        Field("calendar.quarter", lambda row: row[1].period_code),
        Field("reports.state", lambda row: report_phrase(row[1], today)),
        Field("reports.due", lambda row: row[1].due_date, "date"),
        Field("owed.days", lambda row: max(0, (today - row[1].due_date).days), "count"),
        Field("owed.office", lambda row: row[0].office),
        Field("owed.heirs", lambda row: ", ".join(words.of(heir, "name") for heir in row[0].heirs)),
    )
    return sheet_of(words("owed.title"), fields, rows)
