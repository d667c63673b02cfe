"""HTML of figures as published beside what they would be if a report were accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from app.analysis.preview import DraftPreview, FigureChange
from app.core import formatting
from app.core.i18n import words
from app.pages.shared.submissions import part_heading
from app.records import Progress, Target
from app.ui.figure_text import value_text
from app.ui.page_header import link_to, remark
from app.ui.status import figure_chip
from app.ui.tables import Column, table_of


def changed_figures(
    changes: Sequence[FigureChange],
    targets: Mapping[str, Target],
    link: Callable[[Progress], str],
    caption: str,
) -> Markup:
    """Render the figures of one unit before and after; `link` is the address of a figure, empty without one."""

    def target(change: FigureChange) -> Markup:
        name = Markup("{}").format(words.of(targets[change.after.target_code], "short_name"))
        return link_to(link(change.after), name) or name

    columns: list[Column[FigureChange]] = [
        Column("preview.target", target),
        Column("preview.published", lambda change: previewed_figure(change.before)),
        Column("preview.accepted", lambda change: previewed_figure(change.after)),
        Column("preview.rank", lambda change: _both(_rank(change.before), _rank(change.after)), "n"),
        Column("preview.bounds", lambda change: _both(_bounds(change.before), _bounds(change.after)), "n"),
    ]
    return table_of("changed", columns, changes, caption)


def previewed_figure(row: Progress) -> Markup:
    """Render a figure with its status."""
    value = formatting.MISSING if row.value_pct is None else value_text(row)
    return Markup("{} {}").format(value, figure_chip(row))


def draft_figures(seen: DraftPreview, unit: str) -> Markup:
    """Render what a report that was only checked would change of its unit, whose name is `unit`."""
    title = words("preview.draft", unit=unit)
    if not seen.is_ready:
        return part_heading(title) + remark(words("preview.draft_failed"))
    if not seen.changes:
        return part_heading(title) + remark(words("preview.draft_none", unit=unit))
    figures = changed_figures(seen.changes, seen.targets, lambda row: "", title)
    return part_heading(title) + remark(words("preview.draft_note")) + figures


def _both(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _rank(row: Progress) -> str:
    return formatting.MISSING if row.rank is None else f"{row.rank}/{row.rank_of}"


def _bounds(row: Progress) -> str:
    if row.bound_low_pct is None or row.bound_high_pct is None or row.bound_low_pct == row.bound_high_pct:
        return formatting.MISSING
    return f"{words.percent(row.bound_low_pct)}–{words.percent(row.bound_high_pct)}"
