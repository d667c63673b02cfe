"""HTML of the list of owed reports: by area, to be called by, to be sent as a message, to be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis.chase import Owed, owed_reports
from app.analysis.reporting import as_of_now
from app.core import formatting
from app.core.grouping import group_by
from app.core.page_context import NOTHING, Context
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.reports.data import Reports
from app.queries import plan
from app.records import Unit
from app.ui.cards import folded
from app.ui.layout import part
from app.ui.page_header import link_to
from app.ui.status import chip_saying
from app.ui.tables import Column, table_of
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class Call:
    """An owed report with the names of whom to call: the area, the reporter, the office there."""

    owed: Owed
    area: str
    reporter: str
    office: str


def calls_to_make(context: Context, reports: Reports) -> list[Call]:
    """Owed reports, those of an area together; of a quarter that is not due yet from the day of its reminder on."""
    words, today = context.words, context.publication.as_of_date
    levels = {unit.unit_level for unit in reports.reporters}
    offices = {level: plan.office(context.reader, level, today) for level in levels}
    reminded = {one.period_code for one in context.periods if one.reminder_date <= today}
    owed = group_by(
        owed_reports(as_of_now(reports.rows, reports.known.registered), reminded, today), lambda one: one.reporter_code
    )
    areas = [unit.unit_code for unit in context.districts] if context.has_areas else []
    calls = []
    for unit in sorted(reports.reporters, key=lambda one: _place(one, areas)):
        area = context.unit_name(unit.parent_code or "") if unit.parent_code in areas else ""
        office = offices[unit.unit_level]
        named = words.of(office, "name") if office else ""
        calls += [Call(one, area, reports.names[unit.unit_code], named) for one in owed.get(unit.unit_code, [])]
    return calls


def _place(unit: Unit, areas: Sequence[str]) -> int:
    return areas.index(unit.parent_code) if unit.parent_code in areas else -1


def chase(context: Context, calls: Sequence[Call]) -> Markup:
    """The list, folded, with a text to send; nothing when nothing is owed."""
    if not calls:
        return NOTHING
    words = context.words
    units = len({call.owed.reporter_code for call in calls})
    title = words("chase.count", count=len(calls), units=units)
    body = folded(title, _table(context, calls))
    if not context.state.is_file:
        text = message(context, calls)
        body += render("pages/reports/chase.html", text=text, rows=min(12, text.count("\n") + 2), words=words)
    day = formatting.date(context.publication.as_of_date)
    return part(context, words("chase.title"), body, words("chase.note", day=day), "chase", table="chase")


def message(context: Context, calls: Sequence[Call]) -> str:
    """What to send to all who owe a report: a line an area, each unit with its quarters."""
    words = context.words
    lines = [words("chase.message", day=formatting.date(context.publication.as_of_date), count=len(calls))]
    for area, own in group_by(calls, lambda call: call.area).items():
        units = []
        for name, owed in group_by(own, lambda call: call.reporter).items():
            quarters = ", ".join(words.period(call.owed.period_code) for call in owed)
            units.append(words("chase.message_unit", unit=name, quarters=quarters))
        lines.append(words("chase.message_line", area=area, units="; ".join(units)) if area else "; ".join(units))
    return "\n".join([*lines, words("chase.message_end")])


def chase_sheet(context: Context, calls: Sequence[Call]) -> Sheet:
    """One line an owed report."""
    words = context.words
    fields: tuple[Field[Call], ...] = (
        Field("chase.area", lambda call: call.area),
        Field("sheet.unit_code", lambda call: call.owed.reporter_code),
        Field("calendar.reporter", lambda call: call.reporter),
        Field("calendar.quarter", lambda call: call.owed.period_code),
        Field("reports.state", lambda call: words.status(call.owed.state)),
        Field("reports.due", lambda call: call.owed.due_date, "date"),
        Field("chase.days", lambda call: _days_past(call.owed), "count"),
        Field("chase.office", lambda call: call.office),
    )
    return sheet_of(words("chase.title"), fields, calls, words)


def _table(context: Context, calls: Sequence[Call]) -> Markup:
    words, link = context.words, context.state.href
    columns: list[Column[Call]] = [
        Column(
            "calendar.reporter",
            lambda call: link_to(link(unit=call.owed.reporter_code, period=call.owed.period_code), call.reporter),
        ),
        Column("calendar.quarter", lambda call: words.period(call.owed.period_code)),
        Column("reports.state", lambda call: chip_saying(call.owed.state, words.status(call.owed.state))),
        Column("chase.days", lambda call: words.number(_days_past(call.owed)), "n"),
        Column("reports.due", lambda call: formatting.date(call.owed.due_date), "n"),
        Column("chase.area", lambda call: call.area),
        Column("chase.office", lambda call: call.office),
    ]
    shown = [column for column in columns if column.key != "chase.area" or context.has_areas]
    return table_of("chase", shown, calls, words("chase.title"), words)


def _days_past(owed: Owed) -> int | None:
    """Days past the due date; None before it."""
    return None if owed.state == "not_due" else owed.days
