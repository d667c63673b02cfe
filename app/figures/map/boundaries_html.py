"""HTML of the operator's own map: each unit is a link with an explanation, its status shown by hatch and sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.levels import is_base, unit_page
from app.core.status import sign_of
from app.core.url_state import Href
from app.geo.polygon_paths import LINE_HEIGHT, Area, Panel
from app.records import Progress, Target, Unit
from app.ui.figure_text import explain, value_or_nothing
from app.ui.templates import render

# Hatches over the status's colour, as paths in a tile of 8 × 8, to distinguish statuses without colour and in print.
HATCHES = {
    "on_track": "M2 2h1v1h-1zM6 6h1v1h-1z",
    "behind": "M-1 9L9 -1M-1 1L1 -1M7 9L9 7",
    "far_behind": "M-1 9L9 -1M-1 1L1 -1M7 9L9 7M-1 -1L9 9M-1 7L1 9M7 -1L9 1",
    "behind_unsure": "M1 7L4 4",
    "far_behind_unsure": "M1 7L4 4M1 1L4 4",
    "not_reported": "M0 4h3",
    "rejected": "M0 4h8",
    "suppressed": "M2 0v8M6 0v8",
}
LETTER_WIDTH = 7.6


@dataclass(frozen=True, slots=True)
class _Text:
    """Line of a label, centred on a point."""

    x: float
    y: float
    text: str
    is_value: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    """Area of a panel; without an address where its unit is on another panel."""

    kind: str
    path: str
    href: str
    label: str
    texts: tuple[_Text, ...]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Panel with its shapes; the marked shape comes last, so that its neighbours' outlines do not cover its own."""

    title: str
    panel: Panel
    shapes: tuple[_Shape, ...]


def geo_map(
    panels: Sequence[Panel],
    rows: Sequence[Progress],
    target: Target,
    units: Mapping[str, Unit],
    link: Href,
    marked: str | None = None,
) -> Markup:
    """Render the panels side by side, and list the units missing from the map; empty without panels."""
    if not panels:
        return Markup("")
    current = {row.unit_code: row for row in rows}

    def shape(code: str, area: Area) -> _Shape:
        row, unit = current[code], units[code]
        kind = f"area {row.shown_status}{' marked' if code == marked else ''}"
        if not area.is_own:
            return _Shape(f"{kind} other", area.path, "", "", ())
        label = explain(row, target, words.of(unit, "name"))
        href = link(unit_page(unit.unit_level), unit=code, target=target.target_code)
        return _Shape(kind, area.path, href, label, _label(area, row, words.of(unit, "short_name")))

    whole = "geo.area" if all(is_base(row.unit_level) for row in rows) else "geo.whole"
    drawings = [
        _Drawing(
            words("geo.inner" if index else whole),
            panel,
            tuple(shape(code, panel.areas[code]) for code in _codes(panel, current)),
        )
        for index, panel in enumerate(panels)
    ]
    held = {code for panel in panels for code in panel.areas}
    missing = [words.of(unit, "short_name") for code, unit in units.items() if code in current and code not in held]
    note = words("geo.lacking", units=", ".join(missing)) if missing else ""
    return render("figures/map/boundaries.html", hatches=HATCHES, drawings=drawings, note=note)


def _codes(panel: Panel, current: Mapping[str, Progress]) -> list[str]:
    return sorted((code for code in panel.areas if code in current), key=lambda code: panel.areas[code].is_own)


def _label(area: Area, row: Progress, name: str) -> tuple[_Text, ...]:
    """Return name and value if both fit, else sign and value, else the sign, else nothing.

    The hatch shows the status in any case.
    """
    sign = sign_of(row.shown_status)
    value = f"{sign} {value_or_nothing(row)}".strip()
    two, single = area.two_lines, area.one_line
    if max(len(name), len(value)) * LETTER_WIDTH <= two.room:
        return _Text(two.x, two.y - 3, name, False), _Text(two.x, two.y + LINE_HEIGHT - 3, value, True)
    short = next((text for text in (value, sign) if len(text) * LETTER_WIDTH <= single.room), "")
    return (_Text(single.x, single.y + 4, short, True),) if short else ()
