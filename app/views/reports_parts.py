"""Parts of the page of reports: the finding, the card of one reporter's quarter."""

from __future__ import annotations

from app import formatting
from app.charts import calendar, heads, panels, tables
from app.context import CITY, NOTHING, Context
from app.facts.reporters import Punctuality, ReporterPeriod
from app.queries import reporting
from app.reporters import Quarter
from app.words import Markup, escape


def lead(context: Context, now: Quarter) -> Markup:
    """How complete the quarter is, and how late."""
    words = context.words
    counts = {
        "period": words.period(context.state.period),
        "received": now.received_count,
        "expected": now.expected_count,
        "on_time": len(now.on_time),
        "late": len(now.late),
        "missing": len(now.missing),
        "rejected": len(now.rejected),
        "due": formatting.date(context.period.due_date),
    }
    delays = "delays" if now.late else "no_delay" if now.received_count else "nothing_received"
    line = words(
        f"calendar.{delays}",
        due=counts["due"],
        late=len(now.late),
        days=now.longest_delay,
        corrected=len(now.corrected),
    )
    return heads.lead(words(f"calendar.{now.outcome}", **counts), [escape(line)])


def card(context: Context, name: str, row: ReporterPeriod | None, punctual: Punctuality | None) -> Markup:
    """One reporter's quarter: what was sent when, with how many problems, what corrections changed."""
    words, state, ask = context.words, context.state, (context.viewer, context.warehouse)
    unit = state.unit or CITY
    title = escape(words("calendar.card", reporter=name, period=words.period(state.period)))
    close = heads.link_to(state.href(unit=None), words("quality.close"))
    if row is None:
        return panels.card(title, heads.remark(words("calendar.not_expected")), close)
    sent = reporting.submissions(*ask, unit, state.period)
    changed = [one for one in reporting.revisions(*ask, unit) if one.period_code == state.period]
    pairs = [
        (words("reports.due"), escape(formatting.date(row.due_date))),
        (words("reports.received"), escape(formatting.moment(row.received_at))),
        (words("calendar.forms"), escape(_forms(row, context))),
        (words("calendar.sent"), tables.submissions_line(sent, words) or escape(words("calendar.nothing_sent"))),
        (
            words("calendar.changed"),
            escape(words("calendar.changed_cells" if changed else "calendar.unchanged", count=len(changed))),
        ),
        (words("calendar.punctual"), escape(calendar.share(punctual, words))),
    ]
    ways = [heads.link_to(state.href("quality", unit=unit), words("calendar.way_quality"))]
    if unit != CITY:
        page = "district" if context.district(unit) else "ward"
        ways.append(heads.link_to(state.href(page, unit=unit), words("calendar.way_unit", reporter=name)))
    body = panels.pairs(pairs) + (tables.revisions_table(changed, words) if changed else NOTHING)
    body += Markup(f"<p class='ways'>{Markup(' '.join(ways))}</p>")
    return panels.card(Markup(f"{title} {calendar.state_chip(row, words)}"), body, close)


def _forms(row: ReporterPeriod, context: Context) -> str:
    received = row.expected_form_count - row.missing_form_count
    return context.words("calendar.forms_of", received=received, expected=row.expected_form_count)
