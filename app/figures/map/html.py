"""Many places at once: the tile map of the city and one small course per district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.url_state import Href
from app.figures.scale import axis_end
from app.figures.sparkline.html import sparkline
from app.records import Progress, Target, Unit
from app.ui.figure_text import explain, glyph, value_text


def tile_map(
    rows: Sequence[Progress],
    target: Target,
    units: Mapping[str, Unit],
    link: Href,
    words: Words,
    marked: str | None = None,
) -> Markup:
    """Districts as equal tiles, placed about where they lie in the city."""
    drawn = "".join(
        f"<a class='c {row.status}{' pv' if row.is_provisional and row.value_pct is not None else ''}"
        f"{' marked' if unit.unit_code == marked else ''}' "
        f"style='grid-row:{unit.tile_row};grid-column:{unit.tile_col}' "
        f"href='{escape(link('district', unit=unit.unit_code, target=target.target_code))}' "
        f"aria-label='{escape(explain(row, target, words.of(unit, 'name'), words))}'>"
        f"<span>{escape(words.of(unit, 'short_name'))}</span>"
        f"<b class='n'><i>{glyph(row.status)}</i> {_figure(row, words)}</b></a>"
        for row in rows
        if (unit := units[row.unit_code]).tile_row is not None
    )
    return Markup(f"<div class='tilemap' role='group' aria-label='{escape(words('target.map'))}'>{drawn}</div>")


def small_multiples(
    trends: Mapping[str, Sequence[Progress]],
    rows: Sequence[Progress],
    target: Target,
    units: Mapping[str, Unit],
    periods: Sequence[str],
    link: Href,
    words: Words,
) -> Markup:
    """The same target in every district over the same periods and the same scale."""
    top = axis_end(row for row_of in trends.values() for row in row_of)
    drawn = "".join(
        f"<a href='{escape(link('district', unit=row.unit_code, target=target.target_code))}' "
        f"aria-label='{escape(explain(row, target, words.of(units[row.unit_code], 'name'), words))}'>"
        f"<span class='nm'>{escape(words.of(units[row.unit_code], 'short_name'))}</span>"
        f"<span class='vl n'><i>{glyph(row.status)}</i> {_figure(row, words)}</span>"
        f"{sparkline(trends.get(row.unit_code, ()), row.status, periods, top)}</a>"
        for row in rows
    )
    return Markup(f"<div class='multiples'>{drawn}</div>")


def _figure(row: Progress, words: Words) -> str:
    return "" if row.value_pct is None else value_text(row, words)
