"""Reporter by quarter: each workbook's fate as sign, word and colour; lists of those to call; counts per quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.analysis.report_state import Key, Live, state_now, version_now
from app.core import formatting
from app.core.i18n import Words
from app.core.status import sign_of, tone_of
from app.core.url_state import Href
from app.figures.calendar.report_status import in_words
from app.records import Unit
from app.records.quality import Rates
from app.records.reporters import Punctuality, ReporterPeriod
from app.ui.tables import bars, table
from warehouse.intake import Lock

LISTED = 12
# Lists of reports that are still to come: whoever is called may need the form.
AWAITED = ("missing", "rejected", "not_due")


@dataclass(frozen=True, slots=True)
class Fates:
    """What the calendar is drawn from: what the figures say of each report, what the registry knows beyond that, how
    punctual each reporter is, which quarters are closed."""

    rows: Mapping[Key, ReporterPeriod]
    live: Mapping[Key, Live]
    punctual: Mapping[str, Punctuality]
    locks: Mapping[str, Lock]


def calendar(
    reporters: Sequence[Unit],
    quarters: Sequence[str],
    fates: Fates,
    link: Href,
    words: Words,
    chosen: tuple[str | None, str],
) -> Markup:
    """One line a reporter, one column a quarter, at the end how many of all due reports came in time."""
    head = "".join(_quarter_head(code, fates, link, words, code == chosen[1]) for code in quarters)
    body = "".join(_line(one, quarters, fates, link, words, chosen) for one in reporters)
    label = escape(words("calendar.caption"))
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{label}'><table class='calendar'>"
        f"<caption class='sr'>{label}</caption><thead><tr><th scope='col'>{escape(words('calendar.reporter'))}</th>"
        f"{head}<th scope='col' class='n'>{escape(words('calendar.punctual'))}</th></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _quarter_head(code: str, fates: Fates, link: Href, words: Words, is_chosen: bool) -> str:
    locked = f"<small><i>▣</i> {escape(words('calendar.locked'))}</small>" if code in fates.locks else ""
    mark = " class=chosen" if is_chosen else ""
    return f"<th scope='col'{mark}><a href='{escape(link(period=code))}'>{escape(words.period(code))}</a>{locked}</th>"


def _line(
    unit: Unit,
    quarters: Sequence[str],
    fates: Fates,
    link: Href,
    words: Words,
    chosen: tuple[str | None, str],
) -> str:
    code, name = unit.unit_code, words.of(unit, "name")
    drawn = "".join(
        f"<td>{_cell(row, fates.live, name, link, words, chosen == (code, quarter))}</td>"
        if (row := fates.rows.get((code, quarter)))
        else "<td></td>"
        for quarter in quarters
    )
    mark = " class='chosen'" if code == chosen[0] else ""
    return (
        f"<tr><th scope='row'{mark}>{escape(name)}</th>{drawn}"
        f"<td class='n'>{escape(share(fates.punctual.get(code), words))}</td></tr>"
    )


def _cell(
    row: ReporterPeriod,
    live: Mapping[Key, Live],
    name: str,
    link: Href,
    words: Words,
    is_chosen: bool,
) -> str:
    state = state_now(row, live)
    said = in_words(row, live, words)
    counting = version_now(row, live)
    full = words(
        "calendar.cell",
        reporter=name,
        period=words.period(row.period_code),
        state=said,
        received=formatting.moment(row.received_at),
        version=counting or formatting.MISSING,
    )
    version = (
        f"<small>{escape(words('calendar.short_version', version=counting))}</small>" if (counting or 0) > 1 else ""
    )
    here = " here" if is_chosen else ""
    return (
        f"<a class='c {tone_of(state)}{here}' href='{escape(link(unit=row.reporter_code, period=row.period_code))}' "
        f"aria-label='{escape(full)}'><i>{sign_of(state)}</i> {escape(said)}{version}</a>"
    )


def share(punctual: Punctuality | None, words: Words) -> str:
    """How many of the reports due came in time."""
    if punctual is None:
        return formatting.MISSING
    return words("calendar.share", part=punctual.on_time_count, whole=punctual.due_count)


def call_lists(
    lists: Sequence[tuple[str, Sequence[ReporterPeriod]]],
    names: Mapping[str, str],
    link: Href,
    words: Words,
    today: dt.date,
) -> Markup:
    """Who belongs to each fate, the first few by name; lists without anybody are left out."""
    drawn = "".join(_list(kind, rows, names, link, words, today) for kind, rows in lists if rows)
    return Markup(f"<div class='calls'>{drawn}</div>") if drawn else Markup("")


def _list(
    kind: str,
    rows: Sequence[ReporterPeriod],
    names: Mapping[str, str],
    link: Href,
    words: Words,
    today: dt.date,
) -> str:
    items = "".join(_listed(kind, row, names, link, words, today) for row in rows[:LISTED])
    more = len(rows) - LISTED
    rest = f"<li>{escape(words('calendar.more', count=more))}</li>" if more > 0 else ""
    title = escape(words(f"calendar.list_{kind}", count=len(rows)))
    return f"<section id='list-{kind}'><h2>{title}</h2><ul>{items}{rest}</ul></section>"


def _listed(
    kind: str,
    row: ReporterPeriod,
    names: Mapping[str, str],
    link: Href,
    words: Words,
    today: dt.date,
) -> str:
    code, days = row.reporter_code, abs((today - row.due_date).days)
    more = words(f"calendar.item_{kind}", days=row.days_late if kind == "late" else days, version=row.version or 0)
    ways = _ways(row, names.get(code, code), link, words) if kind in AWAITED else ""
    return (
        f"<li><a href='{escape(link(unit=code))}'>{escape(names.get(code, code))}</a> "
        f"<span>{escape(more)}{ways}</span></li>"
    )


def _ways(row: ReporterPeriod, name: str, link: Href, words: Words) -> str:
    """The empty form, and giving work about the report."""
    form = escape(link("submit", unit=row.reporter_code, period=row.period_code))
    work = escape(link("actions", new="1", unit=row.reporter_code, period=row.period_code))
    said = [escape(words(f"calendar.way_{key}_of", reporter=name)) for key in ("form", "work")]
    return (
        f" · <a href='{form}' aria-label='{said[0]}'>{escape(words('calendar.way_form'))}</a>"
        f" · <a href='{work}' aria-label='{said[1]}'>{escape(words('calendar.way_work'))}</a>"
    )


def punctuality_table(
    reporters: Sequence[Unit], punctual: Mapping[str, Punctuality], link: Href, words: Words
) -> Markup:
    """How many of each reporter's due reports came in time, how often it corrected."""
    heads = [
        (words("calendar.reporter"), ""),
        (words("calendar.punctual"), "n"),
        ("%", "n"),
        ("", "bar-cell"),
        (words("calendar.corrected"), "n"),
    ]
    lines = [
        (
            Markup(f"<a href='{escape(link(unit=unit.unit_code))}'>{escape(words.of(unit, 'name'))}</a>"),
            share(row, words),
            words.percent(row.on_time_share_pct),
            bars([("met", row.on_time_share_pct or 0)], 100),
            words.number(row.corrected_count),
        )
        for unit in reporters
        if (row := punctual.get(unit.unit_code))
    ]
    return table("punctuality", heads, lines, words("calendar.punctuality")) if lines else Markup("")


def counts_table(rates: Sequence[Rates], link: Href, words: Words, period: str) -> Markup:
    """How many reported in time, late, not at all, quarter by quarter."""
    kinds = ("on_time", "late", "missing", "rejected")
    heads = [(words("calendar.quarter"), ""), (words("calendar.expected"), "n")]
    heads += [(f"{sign_of(kind)} {words.status(kind)}", "n") for kind in kinds]
    heads += [(words("calendar.corrected"), "n"), ("", "bar-cell")]
    lines = [
        (
            _quarter_link(row, link, words, period),
            words.number(row.reporter_count),
            *(words.number(getattr(row, f"{kind}_count")) for kind in kinds),
            words.number(row.corrected_count),
            bars([(kind, getattr(row, f"{kind}_count")) for kind in kinds], row.reporter_count or 1),
        )
        for row in rates
    ]
    return table("quarters", heads, lines, words("calendar.counts_caption"))


def _quarter_link(row: Rates, link: Href, words: Words, period: str) -> Markup:
    mark, code = " class='chosen'" if row.period_code == period else "", row.period_code
    return Markup(f"<span{mark}><a href='{escape(link(period=code))}'>{escape(words.period(code))}</a></span>")
