"""Ledger of one number on a slide: then, now, the reports behind it, decisions, whether it moved.

The slides fetch it when a number is selected; as a page it has an address that can be sent.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from app.analysis.changed_figures import cause
from app.core import formatting
from app.core.formatting import capitalized, direction
from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page
from app.deck.cards import figure_or_status
from app.pages.ledger.data import Counted, Ledger, counted, gather
from app.pages.shared.figure import Moment, then_and_now
from app.pages.shared.followup import name_actions
from app.records import Progress, Unit
from app.records.origin import SourceReport
from app.records.review import ShownFigure
from app.ui import page_header
from app.ui.figure_text import gap_text, what_to_do
from app.ui.templates import render

NAMED_REPORTS, LISTED_ACTIONS = 3, 3


def page(context: Context) -> Page:
    """Render the figure in the address, a unit as a whole, or the units that share the status in the address.

    Raises `UnknownCodeError`.
    """
    if status := context.state.get("status"):
        who = counted(context, status)
        subject, html = _counted_title(who), draw_counted(who)
    else:
        ledger = gather(context)
        subject, html = _subject(ledger), draw_ledger(ledger)
    back = page_header.way_back(context.state.href("review", held=context.state.get("held")), words("review.tab"))
    head = page_header.unit_head(words("ledger.title"), NOTHING, back=back)
    return Page(f"{words('ledger.title')} · {subject}", head + html)


def draw_counted(who: Counted) -> Markup:
    """Render the part that slides show of a count: the counted units, each a link to its page."""
    seen = who.context
    names = [escape(words.of(unit, "name")) for unit in who.units]
    if not seen.state.get("held"):
        names = [page_header.link_to(_unit_href(who, unit), name) for unit, name in zip(who.units, names, strict=True)]
    return render("pages/ledger/units.html", title=_counted_title(who), names=words.join(names))


def _counted_title(who: Counted) -> str:
    seen, count = who.context, len(who.units)
    if who.target is None:
        what, units = words("ledger.counted_reports"), words("ledger.reporters", count=count)
    else:
        what, units = words.of(who.target, "short_name"), words(f"unit_noun.{seen.reporter_level}", count=count)
    return words("ledger.counted", what=what, status=words.status(who.status), count=count, units=units)


def _unit_href(who: Counted, unit: Unit) -> str:
    href = who.context.state.href
    if who.target is None:
        return href("reports", unit=unit.unit_code)
    return href(who.context.unit_page(unit.unit_code), unit=unit.unit_code, target=who.target.target_code)


def draw_ledger(ledger: Ledger) -> Markup:
    """Render the part that slides show of a number."""
    seen = ledger.context
    names = name_actions(seen, ledger.actions)
    return render(
        "pages/ledger/ledger.html",
        title=_subject(ledger),
        work=what_to_do(ledger.now, ledger.target) if ledger.now and ledger.target else "",
        figures=_figures(ledger),
        moved=_moved(ledger),
        reports=_reports(ledger),
        actions=ledger.actions[:LISTED_ACTIONS],
        further=len(ledger.actions) - LISTED_ACTIONS,
        names=names,
        link=seen.state.href,
        origin=_origin(ledger),
    )


def _subject(ledger: Ledger) -> str:
    name = words.of(ledger.unit, "name")
    return f"{words.of(ledger.target, 'short_name')} · {name}" if ledger.target else name


def _figures(ledger: Ledger) -> Markup:
    """Render the figure at the last review and now, each with its quarter and its parts."""
    held = words("ledger.then_none")
    if ledger.shown and ledger.then:
        held = words("ledger.then", date=formatting.date(ledger.shown.held_at))
    then = Moment(held, ledger.then, _note(ledger.then))
    now = Moment(words("ledger.now"), ledger.now, _note(ledger.now))
    return then_and_now(then, now, ledger.is_unlike)


def _note(row: Progress | ShownFigure | None) -> str:
    if row is None:
        return ""
    period = words.period(row.period_code)
    if row.numerator is None or row.denominator is None:
        return period
    return words(
        "ledger.parts",
        period=period,
        numerator=words.number(row.numerator),
        denominator=words.number(row.denominator),
    )


def _moved(ledger: Ledger) -> str:
    """Return whether the figure moved since the last review; empty where there is no figure at all, and of two that
    may not be compared, of which the figures themselves say so."""
    then, now = ledger.then, ledger.now
    if now is None or ledger.is_unlike:
        return ""
    if then is None:
        return words("ledger.moved_unknown")
    if then.period_code == now.period_code:
        is_same = (then.value_pct, then.status) == (now.value_pct, now.status)
        texts = {"then": figure_or_status(then), "now": figure_or_status(now)}
        return words("ledger.same" if is_same else "ledger.corrected", **texts)
    if not now.is_judged:
        return words("ledger.open")
    status = words(
        "ledger.status_same" if then.status == now.status else "ledger.status_moved",
        then=words.status(then.status).lower(),
        now=words.status(now.status).lower(),
    )
    return f"{status} {_by_how_much(ledger, then, now)}".strip()


def _by_how_much(ledger: Ledger, then: ShownFigure, now: Progress) -> str:
    """Return how far a sum of the year is from its milestone, or by how many points any other figure moved."""
    if now.is_sum_of_year and ledger.target:
        away = capitalized(gap_text(now, ledger.target))
        return f"{away}." if away else ""
    if then.value_pct is None or now.value_pct is None:
        return ""
    points = now.value_pct - then.value_pct
    return words(f"ledger.points_{direction(points)}", points=words.number(abs(points), 1))


def _reports(ledger: Ledger) -> list[str]:
    """Return the reports that the figure rests on, and those that changed what the last review showed."""
    if ledger.own_report and ledger.unit.parent_code:
        texts = [_own_report(ledger)]
    elif ledger.reports:
        received = sum(report.version is not None for report in ledger.reports)
        texts = [words("ledger.reports", received=received, expected=len(ledger.reports))]
    else:
        texts = []
    if ledger.shown and ledger.changed:
        reports = ledger.changed.reports[::-1][:NAMED_REPORTS] or (None,)
        named = "; ".join(cause(report, ledger.shown.period_code) for report in reports)
        then, now = (figure_or_status(row) for row in (ledger.changed.then, ledger.changed.now))
        period = words.period(ledger.shown.period_code)
        texts.append(words("ledger.since", period=period, then=then, now=now, reports=named))
    elif ledger.then:
        texts.append(words("ledger.since_none"))
    return texts


def _own_report(ledger: Ledger) -> str:
    report = ledger.own_report
    own = next((report for report in ledger.reports if report.reporter_code == ledger.unit.unit_code), None)
    state = words.status(report.state) if report else ""
    if own is None or own.version is None:
        return words("ledger.report_state", period=words.period(ledger.context.state.period), state=state.lower())
    return words("ledger.report", report=_report_name(own), state=state.lower())


def _report_name(report: SourceReport) -> str:
    return words(
        "ledger.report_name",
        reporter=words.of(report, "name"),
        period=words.period(report.period_code),
        version=report.version or formatting.MISSING,
        date=formatting.date(report.received_at),
    )


def _origin(ledger: Ledger) -> str:
    """Return the address of the figure's origin; empty without a figure, or on a version that pages do not show."""
    if ledger.target is None or ledger.context.state.get("held"):
        return ""
    return ledger.context.state.href("origin", target=ledger.target.target_code, unit=ledger.unit.unit_code)
