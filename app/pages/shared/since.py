"""Changes on a page since its reader's last visit: the figures of the version seen then beside those of today.

The reader's browser stores which version that was; for signed-in users `warehouse.people` does.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis.changed_figures import ReportChanges, by_report, cause
from app.core.disclosure import SUPPRESSED
from app.core.i18n import words
from app.core.levels import rank_of, unit_page
from app.core.page_context import Context
from app.core.reader import Reader
from app.queries import followup, progress
from app.queries.fetch import OtherLayoutError
from app.queries.review import changed_between
from app.records.review import ChangedFigure, ShownFigure
from app.ui.figure_text import value_and_status
from app.ui.page_header import link_to
from app.ui.templates import render
from warehouse.publish.engines import kept

# Pages of figures; every other one shows what is written or sent.
PAGES = ("", "target", "district", "ward")
# Figures of a report that are listed one by one; the others are only marked on the page.
LISTED = 20
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Since:
    """Changes since a reader's last visit; `marks` is what each figure that changed was before, by target and unit, the
    city's by the target alone."""

    html: Markup
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Cause:
    """A report and the figures it changed, line by line, and how many more there are."""

    text: Markup
    lines: Sequence[Markup]
    more_count: int


def since(context: Context, version: str) -> Since | None:
    """Return the changes on the page of the address since `version`; None without any."""
    if version == context.warehouse.version:
        return None
    changed = _changed(context, version)
    if changed is None:
        title = _title("since.gone")
        return Since(render("pages/shared/since.html", title=title, causes=[]), {})
    if not changed:
        return None
    title = _title("since.changed", count=len(changed))
    causes = [_cause(context, group) for group in by_report(changed)]
    html = render("pages/shared/since.html", title=title, causes=causes)
    return Since(
        html, {_key(figure.now): words("since.mark", then=value_and_status(figure.then)) for figure in changed}
    )


def _title(key: str, **values: object) -> Markup:
    """Render the line itself; only the browser knows when the reader was here, and fills it in."""
    return words.markup(key, at=Markup("<time></time>"), **values)


def _changed(context: Context, version: str) -> list[ChangedFigure] | None:
    """Return the figures of the page that changed, larger units first, as far as the viewer may know; None where the
    version is gone, or too old to be read."""
    warehouse = kept(version)
    if warehouse is None:
        return None
    held = Reader(context.viewer, warehouse)
    try:
        changed = changed_between(held, context.reader, context.state.period, lambda one: _figures(context, one))
    except OtherLayoutError:
        # A version built by an earlier release may lack a column that came later.
        log.warning("version %s cannot be compared with", version)
        return None
    seen = [one for one in changed if SUPPRESSED not in (one.then.status, one.now.status)]
    return sorted(seen, key=lambda one: rank_of(one.now.unit_level))


def _figures(context: Context, reader: Reader) -> list[ShownFigure]:
    """Return the figures of the page of the address in a version."""
    state = context.state
    if state.page in ("district", "ward"):
        unit = state.unit or next(
            (district.unit_code for district in context.districts if state.page == "district"), ""
        )
        return progress.shown_of_unit(reader, unit, state.period, state.window)
    rows = progress.shown_in_grid(reader, context.level, state.period, state.window)
    shown = context.target or next(iter(context.targets.values()))
    return [row for row in rows if not state.page or row.target_code == shown.target_code]


def _key(row: ShownFigure) -> str:
    return f"{row.target_code} {row.unit_code if unit_page(row.unit_level) else ''}"


def _cause(context: Context, group: ReportChanges) -> _Cause:
    """Return a report as a link to it, and the figures it changed; without a report, why else the figures changed."""
    state, report = context.state, group.report
    because: str = cause(report, state.period)
    if report is not None:
        because = link_to(state.href("reports", unit=report.reporter_code, period=report.period_code), because)
    lines = [_line(context, figure) for figure in group.figures[:LISTED]]
    return _Cause(words.markup("since.cause", cause=because), lines, max(0, len(group.figures) - LISTED))


def _line(context: Context, figure: ChangedFigure) -> Markup:
    """Render a figure as a link to it, what it was and what it is."""
    row, href = figure.now, context.state.href
    page = unit_page(row.unit_level)
    where = href(page, unit=row.unit_code, target=row.target_code) if page else href("target", target=row.target_code)
    target = words.of(context.targets[row.target_code], "short_name")
    unit = followup.known_units(context.reader).get(row.unit_code)
    name = words("since.figure", target=target, unit=words.of(unit, "name") if unit else row.unit_code)
    then, now = value_and_status(figure.then), value_and_status(row)
    return words.markup("since.one", figure=link_to(where, name), then=then, now=now)
