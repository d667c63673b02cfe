"""Reporter by quarter: each workbook's fate as sign, word and colour; lists of those to call; counts per quarter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app import formatting
from app.charts.quality import bars
from app.charts.tables import REPORT_CHIP, table
from app.facts import Unit
from app.facts.quality import Rates
from app.facts.reporters import Punctuality, ReporterPeriod
from app.words import Markup, Words, escape

LISTED = 12
Cells = Mapping[tuple[str, str], ReporterPeriod]


def calendar(
    reporters: Sequence[Unit],
    quarters: Sequence[str],
    cells: Cells,
    punctual: Mapping[str, Punctuality],
    link: Callable[..., str],
    words: Words,
    chosen: tuple[str | None, str],
) -> Markup:
    """One line a reporter, one column a quarter, at the end how many of all due reports came in time."""
    unit, period = chosen
    head = "".join(
        f"<th scope='col'{' class=chosen' if code == period else ''}>"
        f"<a href='{escape(link(period=code))}'>{escape(words.period(code))}</a></th>"
        for code in quarters
    )
    body = "".join(_line(one, quarters, cells, punctual, link, words, (unit, period)) for one in reporters)
    label = escape(words("calendar.caption"))
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{label}'><table class='calendar'>"
        f"<caption class='sr'>{label}</caption><thead><tr><th scope='col'>{escape(words('calendar.reporter'))}</th>"
        f"{head}<th scope='col' class='n'>{escape(words('calendar.punctual'))}</th></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _line(
    unit: Unit,
    quarters: Sequence[str],
    cells: Cells,
    punctual: Mapping[str, Punctuality],
    link: Callable[..., str],
    words: Words,
    chosen: tuple[str | None, str],
) -> str:
    code, name = unit.unit_code, words.of(unit, "name")
    drawn = "".join(
        f"<td>{_cell(row, name, link, words, chosen == (code, quarter))}</td>"
        if (row := cells.get((code, quarter)))
        else "<td></td>"
        for quarter in quarters
    )
    mark = " class='chosen'" if code == chosen[0] else ""
    return (
        f"<tr><th scope='row'{mark}>{escape(name)}</th>{drawn}"
        f"<td class='n'>{escape(share(punctual.get(code), words))}</td></tr>"
    )


def _cell(row: ReporterPeriod, name: str, link: Callable[..., str], words: Words, is_chosen: bool) -> str:
    status, said = REPORT_CHIP[row.state], state_text(row, words)
    full = words(
        "calendar.cell",
        reporter=name,
        period=words.period(row.period_code),
        state=said,
        received=formatting.moment(row.received_at),
        version=row.version or formatting.MISSING,
    )
    version = (
        f"<small>{escape(words('calendar.short_version', version=row.version))}</small>" if row.is_corrected else ""
    )
    here = " here" if is_chosen else ""
    return (
        f"<a class='c {status}{here}' href='{escape(link(unit=row.reporter_code, period=row.period_code))}' "
        f"aria-label='{escape(full)}'><i>{formatting.GLYPHS[status]}</i> {escape(said)}{version}</a>"
    )


def state_text(row: ReporterPeriod, words: Words) -> str:
    """What became of a workbook."""
    return words(f"reports.{row.state}", days=row.days_late or 0)


def state_chip(row: ReporterPeriod, words: Words) -> Markup:
    """The same on its colour."""
    status = REPORT_CHIP[row.state]
    return Markup(
        f"<span class='chip {status}'><i>{formatting.GLYPHS[status]}</i> {escape(state_text(row, words))}</span>"
    )


def share(punctual: Punctuality | None, words: Words) -> str:
    """How many of the reports due came in time."""
    if punctual is None:
        return formatting.MISSING
    return words("calendar.share", part=punctual.on_time_count, whole=punctual.due_count)


def legend(words: Words) -> Markup:
    """What the signs mean."""
    items = "".join(
        f"<li><span class='c {status}' aria-hidden='true'><i>{formatting.GLYPHS[status]}</i></span>"
        f"{escape(words(f'calendar.{state}'))}</li>"
        for state, status in REPORT_CHIP.items()
    )
    return Markup(f"<ul class='legend'>{items}<li>{escape(words('calendar.version_legend'))}</li></ul>")


def call_lists(
    lists: Sequence[tuple[str, Sequence[ReporterPeriod]]],
    names: Mapping[str, str],
    link: Callable[..., str],
    words: Words,
) -> Markup:
    """Who belongs to each fate, the first few by name; lists without anybody are left out."""
    drawn = "".join(_list(kind, rows, names, link, words) for kind, rows in lists if rows)
    return Markup(f"<div class='calls'>{drawn}</div>") if drawn else Markup("")


def _list(
    kind: str, rows: Sequence[ReporterPeriod], names: Mapping[str, str], link: Callable[..., str], words: Words
) -> str:
    items = "".join(_listed(kind, row, names, link, words) for row in rows[:LISTED])
    more = len(rows) - LISTED
    rest = f"<li>{escape(words('calendar.more', count=more))}</li>" if more > 0 else ""
    title = escape(words(f"calendar.list_{kind}", count=len(rows)))
    return f"<section id='list-{kind}'><h2>{title}</h2><ul>{items}{rest}</ul></section>"


def _listed(kind: str, row: ReporterPeriod, names: Mapping[str, str], link: Callable[..., str], words: Words) -> str:
    code = row.reporter_code
    more = words(f"calendar.item_{kind}", days=row.days_late or 0, version=row.version or 0)
    return (
        f"<li><a href='{escape(link(unit=code))}'>{escape(names.get(code, code))}</a> <span>{escape(more)}</span></li>"
    )


def punctuality_table(
    reporters: Sequence[Unit], punctual: Mapping[str, Punctuality], link: Callable[..., str], words: Words
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


def counts_table(rates: Sequence[Rates], link: Callable[..., str], words: Words, period: str) -> Markup:
    """How many reported in time, late, not at all, quarter by quarter."""
    kinds = (("on_time", "met"), ("late", "behind"), ("missing", "not_reported"), ("rejected", "rejected"))
    heads = [(words("calendar.quarter"), ""), (words("calendar.expected"), "n")]
    heads += [(f"{formatting.GLYPHS[status]} {words(f'calendar.{kind}')}", "n") for kind, status in kinds]
    heads += [(words("calendar.corrected"), "n"), ("", "bar-cell")]
    lines = [
        (
            _quarter_link(row, link, words, period),
            words.number(row.reporter_count),
            *(words.number(getattr(row, f"{kind}_count")) for kind, _ in kinds),
            words.number(row.corrected_count),
            bars([(status, getattr(row, f"{kind}_count")) for kind, status in kinds], row.reporter_count or 1),
        )
        for row in rates
    ]
    return table("quarters", heads, lines, words("calendar.counts_caption"))


def _quarter_link(row: Rates, link: Callable[..., str], words: Words, period: str) -> Markup:
    mark, code = " class='chosen'" if row.period_code == period else "", row.period_code
    return Markup(f"<span{mark}><a href='{escape(link(period=code))}'>{escape(words.period(code))}</a></span>")
