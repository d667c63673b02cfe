"""The grid: targets as rows, units as columns, each cell a link that explains itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.url_state import Href
from app.figures.grid.grid_filter import Arranged
from app.records import Progress, Target, Unit
from app.ui.figure_text import explain, glyph, value_text

Cells = Mapping[tuple[str, str], Progress]
Link = Href
# So many columns still have room for figures on a phone, where targets are columns.
FEW_TARGETS = 4
# The first row of each group of targets.
FIRST = " class='first'"


def by_cell(rows: Iterable[Progress]) -> dict[tuple[str, str], Progress]:
    """Rows by (target, unit)."""
    return {(row.target_code, row.unit_code): row for row in rows}


def cell(
    row: Progress | None, target: Target, place: str, href: str, words: Words, tag: str = "td", is_lit: bool = True
) -> Markup:
    """One cell: glyph and value on the status's colour, linked and explained; empty where nothing is expected.

    One that is not lit keeps its glyph and value and loses its colour.
    """
    if row is None:
        return Markup(f"<{tag} class='none'></{tag}>")
    figure = "" if row.value_pct is None else value_text(row, words)
    doubt = " pv" if row.is_provisional and row.value_pct is not None else ""
    look = row.status if is_lit else "off"
    label = escape(explain(row, target, place, words))
    return Markup(
        f"<{tag}><a class='c {look}{doubt}' href='{escape(href)}' aria-label='{label}'>"
        f"<i>{glyph(row.status)}</i>{figure}</a></{tag}>"
    )


def target_grid(shown: Arranged, cells: Cells, link: Link, words: Words, city: Unit | None = None) -> Markup:
    """The central picture. `link(page, **parameters)` makes addresses; the city, if given, is the first column.

    The style sheet turns it by its diagonal where it is narrow: then districts are rows.
    """
    columns = ([city] if city else []) + list(shown.units)
    head = "".join(_column_head(unit, link, words, unit is city) for unit in columns)
    late = "".join(_late(shown.late.get(unit.unit_code), words) for unit in columns)
    groups = [target.group_code for target in shown.targets]
    body = "".join(
        f"<tr{'' if target.group_code in groups[:place] else FIRST}>"
        f"{_row(target, columns, shown, cells, link, words, city)}</tr>"
        for place, target in enumerate(shown.targets)
    )
    caption, size = escape(words("grid.caption")), f"--rows:{len(columns) + 1};--targets:{len(shown.targets)}"
    few = " few" if len(groups) <= FEW_TARGETS else ""
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{caption}'>"
        f"<table class='grid wide{few}' data-arrows style='{size}'><caption class='sr'>{caption}</caption>"
        f"<thead><tr><th scope='col'><span class='upright'>{escape(words('grid.corner'))}</span>"
        f"<span class='turned'>{escape(words('grid.corner_turned'))}</span></th>{head}</tr>"
        f"<tr class='late'><th scope='row'>{escape(words('grid.late'))}</th>{late}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def ward_grid(targets: Sequence[Target], wards: Sequence[Unit], cells: Cells, link: Link, words: Words) -> Markup:
    """The wards of a district: wards as rows (there may be thirty), targets as columns."""
    head = "".join(
        f"<th scope='col'><a href='{escape(link('target', target=target.target_code))}' "
        f"aria-label='{escape(words.of(target, 'name'))}'>{escape(words.of(target, 'short_name'))}</a></th>"
        for target in targets
    )
    body = "".join(
        f"<tr><th scope='row'><a href='{escape(link('ward', unit=ward.unit_code))}'>"
        f"{escape(words.of(ward, 'name'))}</a></th>"
        + "".join(
            cell(
                cells.get((target.target_code, ward.unit_code)),
                target,
                words.of(ward, "name"),
                link("ward", unit=ward.unit_code, target=target.target_code),
                words,
            )
            for target in targets
        )
        + "</tr>"
        for ward in wards
    )
    caption = escape(words("wards.caption"))
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{caption}'>"
        f"<table class='grid wards' data-arrows><caption class='sr'>{caption}</caption>"
        f"<thead><tr><th scope='col'>{escape(words('wards.corner'))}</th>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def legend(statuses: Sequence[str], words: Words) -> Markup:
    """Every status once, with the sign and the colour it has in the grid; and the mark of provisional figures."""
    keys = "".join(
        f"<li><b class='c {status}'><i>{glyph(status)}</i></b>{escape(words.status(status))}</li>"
        for status in statuses
    )
    provisional = f"<li><b class='c monitor pv'></b>{escape(words('legend.provisional'))}</li>"
    return Markup(f"<ul class='legend' aria-label='{escape(words('legend.title'))}'>{keys}{provisional}</ul>")


def _column_head(unit: Unit, link: Link, words: Words, is_city: bool) -> str:
    short = words.of(unit, "short_name")
    if is_city:
        return f"<th scope='col' class='city'>{escape(short)}</th>"
    href, name = escape(link("district", unit=unit.unit_code)), escape(words.of(unit, "name"))
    return f"<th scope='col'><a href='{href}' aria-label='{name}'>{escape(short)}</a></th>"


def _late(found: tuple[int, int] | None, words: Words) -> str:
    if found is None:
        return "<td></td>"
    late, judged = found
    label = escape(words("grid.late_of", late=late, of=judged))
    return f"<td title='{label}'>{late}<span class='of'>/{judged}</span></td>"


def _row(
    target: Target,
    columns: Sequence[Unit],
    shown: Arranged,
    cells: Cells,
    link: Link,
    words: Words,
    city: Unit | None,
) -> str:
    code = target.target_code
    name = escape(words.of(target, "name"))
    head = (
        f"<th scope='row'><a href='{escape(link('target', target=code))}' aria-label='{name}'>"
        f"{escape(words.of(target, 'short_name'))}</a></th>"
    )
    drawn = "".join(
        cell(
            cells.get((code, unit.unit_code)),
            target,
            words.of(unit, "short_name"),
            link("target", target=code) if unit is city else link("district", unit=unit.unit_code, target=code),
            words,
            is_lit=shown.lit is None or (code, unit.unit_code) in shown.lit,
        )
        for unit in columns
    )
    return head + drawn
