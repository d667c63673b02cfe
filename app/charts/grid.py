"""The grid: targets as rows, units as columns, each cell a link that explains itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.charts.explain import explain, glyph, value_text
from app.facts import Progress, Target, Unit
from app.words import Markup, Words, escape

Cells = Mapping[tuple[str, str], Progress]
Link = Callable[..., str]


def by_cell(rows: Iterable[Progress]) -> dict[tuple[str, str], Progress]:
    """Rows by (target, unit)."""
    return {(row.target_code, row.unit_code): row for row in rows}


def cell(row: Progress | None, target: Target, place: str, href: str, words: Words, tag: str = "td") -> Markup:
    """One cell: glyph and value on the status's colour, linked and explained; empty where nothing is expected."""
    if row is None:
        return Markup(f"<{tag} class='none'></{tag}>")
    figure = "" if row.value_pct is None else value_text(row, words)
    doubt = " pv" if row.is_provisional and row.value_pct is not None else ""
    label = escape(explain(row, target, place, words))
    return Markup(
        f"<{tag}><a class='c {row.status}{doubt}' href='{escape(href)}' aria-label='{label}'>"
        f"<i>{glyph(row.status)}</i>{figure}</a></{tag}>"
    )


def target_grid(
    targets: Sequence[Target], units: Sequence[Unit], cells: Cells, link: Link, words: Words, city: Unit | None = None
) -> Markup:
    """The central picture. `link(page, **parameters)` makes addresses; the city, if given, is the first column."""
    columns = ([city] if city else []) + list(units)
    head = "".join(_column_head(unit, link, words, unit is city) for unit in columns)
    body = "".join(_row(target, columns, cells, link, words, city) for target in targets)
    caption = escape(words("grid.caption"))
    corner = escape(words("grid.corner"))
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{caption}'><table class='grid' data-arrows>"
        f"<caption class='sr'>{caption}</caption><thead><tr><th scope='col'>{corner}</th>{head}</tr></thead>"
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


def _row(target: Target, columns: Sequence[Unit], cells: Cells, link: Link, words: Words, city: Unit | None) -> Markup:
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
        )
        for unit in columns
    )
    return Markup(f"<tr>{head}{drawn}</tr>")
