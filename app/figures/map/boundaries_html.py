"""The operator's own map as SVG: each unit a link with the same explanation as everywhere, status by hatch and sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.url_state import Href
from app.geo.polygon_paths import LINE_HEIGHT, Area, Panel
from app.records import Progress, Target, Unit
from app.ui.figure_text import explain, glyph, value_text

# Hatches over the status's colour, as paths in a tile of 8 × 8: told apart without colour and in print.
HATCHES = {
    "on_track": "M2 2h1v1h-1zM6 6h1v1h-1z",
    "behind": "M-1 9L9 -1M-1 1L1 -1M7 9L9 7",
    "far_behind": "M-1 9L9 -1M-1 1L1 -1M7 9L9 7M-1 -1L9 9M-1 7L1 9M7 -1L9 1",
    "not_reported": "M0 4h3",
    "rejected": "M0 4h8",
    "suppressed": "M2 0v8M6 0v8",
}
LETTER_WIDTH = 7.6


def geo_map(
    panels: Sequence[Panel],
    rows: Sequence[Progress],
    target: Target,
    units: Mapping[str, Unit],
    link: Href,
    words: Words,
    marked: str | None = None,
) -> Markup:
    """The panels beside each other, and in words which units the map lacks; nothing without panels."""
    if not panels:
        return Markup("")
    current = {row.unit_code: row for row in rows}

    def area(code: str, shape: Area) -> str:
        row, unit = current[code], units[code]
        body = f"<path d='{shape.path}'/>"
        kind = f"area {row.status}{' marked' if code == marked else ''}"
        if not shape.is_own:
            return f"<g class='{kind} other' aria-hidden='true'>{body}</g>"
        label = escape(explain(row, target, words.of(unit, "name"), words))
        href = escape(link("district", unit=code, target=target.target_code))
        return f"<a class='{kind}' href='{href}' aria-label='{label}'>{body}{_label(shape, row, unit, words)}</a>"

    drawn = "".join(_panel(panel, current, area, words, number) for number, panel in enumerate(panels))
    held = {code for panel in panels for code in panel.areas}
    lacking = [words.of(unit, "short_name") for code, unit in units.items() if code in current and code not in held]
    note = words("geo.lacking", units=", ".join(lacking)) if lacking else ""
    note = f"<p class='note'>{escape(note)}</p>" if note else ""
    return Markup(f"<div class='geo'>{_hatches()}{drawn}</div>{note}")


def _panel(
    panel: Panel,
    current: Mapping[str, Progress],
    area: Callable[[str, Area], str],
    words: Words,
    number: int,
) -> str:
    # What is marked is drawn last, so that its neighbours' outlines do not cover its own.
    codes = sorted((code for code in panel.areas if code in current), key=lambda code: panel.areas[code].is_own)
    drawn = "".join(area(code, panel.areas[code]) for code in codes)
    if panel.frame:
        x, y, width, height = panel.frame
        drawn += f"<rect class='frame' x='{x:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}'/>"
    title = escape(words("geo.inner" if number else "geo.whole"))
    return (
        f"<figure><svg viewBox='0 0 {panel.width} {panel.height}' role='group' aria-label='{title}'>{drawn}</svg>"
        f"<figcaption class='note'>{title}</figcaption></figure>"
    )


def _label(shape: Area, row: Progress, unit: Unit, words: Words) -> str:
    """Name and value where both fit, else sign and value, else the sign, else nothing: the hatch still tells."""
    value = "" if row.value_pct is None else value_text(row, words)
    name, sign = words.of(unit, "short_name"), f"{glyph(row.status)} {value}".strip()
    two, one = shape.two_lines, shape.one_line
    if max(len(name), len(sign)) * LETTER_WIDTH <= two.room:
        return (
            f"<text x='{two.x}' y='{two.y - 3:.1f}'>{escape(name)}</text>"
            f"<text x='{two.x}' y='{two.y + LINE_HEIGHT - 3:.1f}' class='vl'>{escape(sign)}</text>"
        )
    short = next((text for text in (sign, glyph(row.status)) if len(text) * LETTER_WIDTH <= one.room), "")
    return f"<text x='{one.x}' y='{one.y + 4:.1f}' class='vl'>{escape(short)}</text>" if short else ""


def _hatches() -> str:
    patterns = "".join(
        f"<pattern id='hatch-{status}' class='hatch {status}' width='8' height='8' patternUnits='userSpaceOnUse'>"
        f"<rect width='8' height='8'/><path d='{path}'/></pattern>"
        for status, path in HATCHES.items()
    )
    return f"<svg class='hatches' width='0' height='0' aria-hidden='true'><defs>{patterns}</defs></svg>"
