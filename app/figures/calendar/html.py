"""HTML of reports by reporter and quarter: the calendar, call lists, counts and punctuality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.status import sign_of
from app.core.url_state import Href
from app.figures.calendar.spec import CalendarSpec, punctuality_share
from app.records.quality import Rates
from app.records.reporters import Punctuality, ReporterPeriod
from app.ui.page_header import link_to
from app.ui.tables import Column, bars, table_of
from app.ui.templates import render

LISTED = 12
NEAR = 2
# Lists of reports that are not due yet: a called unit may need the form.
AWAITED = ("not_due",)
COUNTED = ("on_time", "late", "history", "missing", "rejected")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Reporter (None for all) and quarter selected by the address."""

    reporter: str | None
    period: str


def report_calendar(calendar: CalendarSpec, link: Href, chosen: Chosen) -> Markup:
    """Render one line per reporter, one column per quarter, and the number of due reports received in time.

    A phone shows the selected quarter and the quarter before.
    """
    codes = [column.code for column in calendar.columns if column.code <= chosen.period]
    return render(
        "figures/calendar/calendar.html",
        calendar=calendar,
        link=link,
        chosen=chosen,
        near=codes[-NEAR:],
    )


def report_legend(calendar: CalendarSpec) -> Markup:
    """Render the meaning of the signs."""
    return render("figures/calendar/legend.html", states=calendar.legend)


def call_lists(
    lists: Sequence[tuple[str, Sequence[ReporterPeriod]]],
    names: Mapping[str, str],
    link: Href,
    today: dt.date,
) -> Markup:
    """Render reporters by kind (`not_due`, `late`, `corrected`), the first few by name; empty lists are left out."""

    def said(kind: str, row: ReporterPeriod) -> str:
        days = row.days_late if kind == "late" else abs((today - row.due_date).days)
        return words(f"calendar.item_{kind}", days=days, version=row.version or 0)

    return render(
        "figures/calendar/call_lists.html",
        lists=[(kind, rows) for kind, rows in lists if rows],
        most=LISTED,
        awaited=AWAITED,
        names=names,
        said=said,
        link=link,
    )


def punctuality_table(rows: Sequence[Punctuality], names: Mapping[str, str], link: Href) -> Markup:
    """Render each reporter's number of due reports in time and of corrections; `names` are the reporters'."""
    columns: list[Column[Punctuality]] = [
        Column("calendar.reporter", lambda row: link_to(link(unit=row.reporter_code), names[row.reporter_code])),
        Column("calendar.punctual", punctuality_share, "n"),
        Column("", lambda row: words.percent(row.on_time_share_pct), "n", "%"),
        Column("", lambda row: bars({"on_time": row.on_time_share_pct or 0}, 100), "bar-cell"),
        Column("calendar.corrected", lambda row: words.number(row.corrected_count), "n"),
    ]
    return table_of("punctuality", columns, rows, words("calendar.punctuality")) if rows else Markup("")


def counts_table(rates: Sequence[Rates], link: Href, period: str) -> Markup:
    """Render how many reports were in time, late or missing, by quarter; past records only where there are any."""
    counted = [state for state in COUNTED if state != "history" or any(row.history_count for row in rates)]

    def of_state(state: str) -> Column[Rates]:
        heading = f"{sign_of(state)} {words.status(state)}"
        return Column("", lambda row: words.number(row.counts[state]), "n", heading)

    columns: list[Column[Rates]] = [
        Column("calendar.quarter", lambda row: _quarter_link(row, link, period)),
        Column("calendar.expected", lambda row: words.number(row.reporter_count), "n"),
        *map(of_state, counted),
        Column("calendar.corrected", lambda row: words.number(row.corrected_count), "n"),
        Column("", lambda row: bars(row.counts, row.reporter_count or 1), "bar-cell"),
    ]
    return table_of("quarters", columns, rates, words("calendar.counts_caption"))


def _quarter_link(row: Rates, link: Href, period: str) -> Markup:
    quarter = link_to(link(period=row.period_code), words.period(row.period_code))
    mark = Markup(" class='chosen'") if row.period_code == period else ""
    return Markup("<span{}>{}</span>").format(mark, quarter)
