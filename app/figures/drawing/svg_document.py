"""SVG canvas: the marks of charts, and the parts of every document around them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.status import is_unsure, tone_of
from app.figures.drawing.status_icons import REACH, sign
from app.figures.drawing.text_metrics import width, wrapped
from app.figures.matrix import MatrixCell
from app.ui.fonts import WORDS_FAMILY, embedded_faces
from app.ui.palette import CELL_FILL, CELL_INK, INK, LIGHT, MUTED, QUIET, STATUS_EDGE, STATUS_FILL, STATUS_INK

MARGIN = 28.0
TITLE_PX, TEXT_PX, SMALL_PX = 22.0, 13.5, 12.0
LEADING = 1.35
CORNER_PX = 7.0
OUTLINE_PX = 2.0
# Width and height of a legend's key.
KEY = (28.0, 17.0)
HALO = {"paint_order": "stroke", "stroke": LIGHT["paper"], "stroke_width": "4", "stroke_linejoin": "round"}
PAPER = LIGHT["paper"]
EDGE = LIGHT["edge"]
_OPEN = Markup("<")
_CLOSE = Markup("</")
_END = Markup(">")
_ALONE = Markup("/>")
_IS = Markup("='")
_QUOTE = Markup("'")
_STYLE = Markup("text{{font-family:'{}','Segoe UI','Noto Sans',Arial,sans-serif}}").format(WORDS_FAMILY)


@dataclass(frozen=True, slots=True)
class Caption:
    """Texts around a chart: its finding, its subject, the period, the source."""

    title: str
    subtitle: str
    source: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Part of the canvas, in pixels."""

    left: float
    top: float
    width: float
    height: float


def number(value: float) -> str:
    """Return a coordinate in short form."""
    return f"{value:.1f}".removesuffix(".0")


def element(name: str, *content: str, **attributes: object) -> Markup:
    """Render an SVG element with all attributes and texts escaped.

    `_` in an attribute's name becomes `-`, a trailing one is dropped (`class_`); floats are shortened. Markup in
    `content` is inserted unchanged.
    """
    return Markup("").join(
        [
            _OPEN,
            name,
            *[part for key, value in attributes.items() for part in _attribute(key, value)],
            *([_END, *content, _CLOSE, name, _END] if content else [_ALONE]),
        ]
    )


def _attribute(key: str, value: object) -> tuple[str, str, Markup, str, Markup]:
    name = key.removesuffix("_").replace("_", "-")
    return " ", name, _IS, number(value) if isinstance(value, float) else str(value), _QUOTE


def group(x: float, y: float, *content: Markup) -> Markup:
    """Render marks relative to a point of the canvas."""
    return element("g", *content, transform=f"translate({x:.1f} {y:.1f})")


def text(x: float, y: float, words: str, size: float = TEXT_PX, **style: str) -> Markup:
    """Render a line of text on its baseline; `style` contains SVG attributes with `_` for `-`."""
    return element("text", words, x=float(x), y=float(y), font_size=float(size), **style)


def on_lines(x: float, y: float, words: str, size: float = TEXT_PX) -> Markup:
    """Render a centred text with an outline that keeps it readable over lines."""
    return text(x, y, words, size, text_anchor="middle", font_weight="600", **HALO)


def box(x: float, y: float, wide: float, high: float, **style: str) -> Markup:
    """Render a rectangle."""
    return element("rect", x=float(x), y=float(y), width=float(wide), height=float(high), **style)


def path(d: str, stroke: str = INK, stroke_width: float = 1.4, **style: str) -> Markup:
    """Render a line without a fill."""
    return element("path", d=d, fill="none", stroke=stroke, stroke_width=stroke_width, **style)


def circle(x: float, y: float, radius: float, fill: str, **style: str) -> Markup:
    """Render a filled circle around a point."""
    return element("circle", cx=float(x), cy=float(y), r=float(radius), fill=fill, **style)


def fill_of(status: str) -> str:
    """Return the colour of a status's marks; the paper colour for a hollow status, or a reason for a missing figure."""
    return STATUS_FILL.get(tone_of(status), PAPER)


def ink_of(status: str) -> str:
    """Return the text colour on a status's colour."""
    return STATUS_INK.get(tone_of(status), INK)


def cell_ink_of(status: str) -> str:
    """Return the text colour on the cell of a status."""
    return CELL_INK.get(tone_of(status), INK)


def ground_of(status: str) -> dict[str, str]:
    """Return fill and outline of the cell of a status.

    An uncertain status has only the outline in its colour; a pale colour or no colour gets a thin outline.
    """
    tone = tone_of(status)
    fill = {"fill": CELL_FILL.get(tone, PAPER)}
    if tone in STATUS_EDGE:
        return fill | {"stroke": STATUS_EDGE[tone], "stroke_width": number(OUTLINE_PX)}
    return fill if tone in STATUS_FILL and tone not in QUIET else fill | {"stroke": EDGE, "stroke_width": "0.8"}


def mark_of(status: str) -> dict[str, str]:
    """Return fill and outline of a status's mark in a chart; an uncertain status has only the outline in its colour."""
    tone = tone_of(status)
    if tone in STATUS_EDGE:
        return {"fill": PAPER, "stroke": STATUS_EDGE[tone], "stroke_width": number(OUTLINE_PX)}
    return {"fill": fill_of(status), "stroke": EDGE, "stroke_width": "0.8"}


def status_box(status: str, x: float, y: float, wide: float, high: float, is_provisional: bool = False) -> Markup:
    """Render the background of a cell, with a folded corner for a provisional figure."""
    inset = OUTLINE_PX / 2 if is_unsure(status) else 0.0
    ground = box(x + inset, y + inset, wide - 2 * inset, high - 2 * inset, rx="2", **ground_of(status))
    if not is_provisional:
        return ground
    corner = f"M{number(x + wide - CORNER_PX)} {number(y)}h{CORNER_PX}v{CORNER_PX}z"
    return ground + element("path", d=corner, fill=cell_ink_of(status))


def status_mark(status: str, x: float, y: float, wide: float, high: float) -> Markup:
    """Render a status's sign in the middle of its background."""
    return status_box(status, x, y, wide, high) + sign(status, x + wide / 2, y + high / 2, cell_ink_of(status))


def cell(shown: MatrixCell, room: Rectangle) -> Markup:
    """Render a cell with its sign and its figure centred; a cell that is not highlighted has no colour."""
    status, figure = shown.status, shown.figure
    figure_width = 5 + width(figure, TEXT_PX) if figure else 0.0
    start = room.left + (room.width - 2 * REACH[status] - figure_width) / 2
    middle = room.top + room.height / 2
    ink = cell_ink_of(status) if shown.is_lit else MUTED
    if shown.is_lit:
        svg = status_box(status, room.left, room.top, room.width, room.height, shown.is_provisional)
    else:
        edge = {"stroke": LIGHT["line"], "stroke_width": "0.8"}
        svg = box(room.left, room.top, room.width, room.height, rx="2", fill=PAPER, **edge)
    svg += sign(status, start + REACH[status], middle, ink)
    if figure:
        svg += text(start + 2 * REACH[status] + 5, middle + 4.8, figure, fill=ink)
    return svg


def legend(statuses: Iterable[str], y: float, room: float, has_provisional: bool = True) -> tuple[Markup, float]:
    """Render every status with its sign, colour and word from `y` on, and return the position after it."""
    svg = Markup("")
    x = MARGIN
    keys = [(status_mark(status, 0, 0, *KEY), words.status(status)) for status in statuses]
    if has_provisional:
        keys.append((status_box("monitor", 0, 0, *KEY, is_provisional=True), words("legend.provisional")))
    for mark, name in keys:
        wide = 34 + width(name, SMALL_PX) + 16
        if x > MARGIN and x + wide > MARGIN + room:
            x = MARGIN
            y += 24
        svg += element("g", mark, transform=f"translate({number(x)} {number(y)})")
        svg += text(x + 34, y + 13, name, SMALL_PX)
        x += wide
    return svg, y + 32


def document(caption: Caption, body: Markup, size: tuple[float, float], story: Iterable[str]) -> Markup:
    """Render the complete document.

    `body` begins at 0,0 below the head; `size` is its width (with margins) and height; `story` is the chart as text,
    line by line, for screen readers.
    """
    head, top = _head(caption, size[0] - 2 * MARGIN)
    foot_lines = wrapped(caption.source, SMALL_PX, size[0] - 2 * MARGIN)
    foot_top = top + size[1] + 12
    foot = [
        text(MARGIN, foot_top + SMALL_PX * (1 + LEADING * index), words, SMALL_PX, fill=MUTED)
        for index, words in enumerate(foot_lines)
    ]
    # Whole pixels, because a browser that exports an image would round.
    wide = math.ceil(size[0])
    tall = math.ceil(foot_top + SMALL_PX * LEADING * len(foot_lines) + MARGIN * 0.6)
    return element(
        "svg",
        element("title", caption.title),
        element("desc", "\n".join([caption.subtitle, *story, caption.source])),
        element("style", embedded_faces((400, 600), has_figures=False), _STYLE),
        box(0, 0, wide, tall, fill=PAPER),
        head,
        element("g", body, transform=f"translate(0 {number(top)})"),
        *foot,
        xmlns="http://www.w3.org/2000/svg",
        width=wide,
        height=tall,
        viewBox=f"0 0 {wide} {tall}",
        role="img",
        fill=INK,
    )


def _head(caption: Caption, room: float) -> tuple[Markup, float]:
    y = MARGIN
    svg = Markup("")
    for part in wrapped(caption.title, TITLE_PX, room, is_bold=True):
        y += TITLE_PX * LEADING
        svg += text(MARGIN, y - 8, part, TITLE_PX, font_weight="600")
    x = MARGIN
    if caption.sample:
        label = width(caption.sample, SMALL_PX, is_bold=True) + 16
        svg += box(MARGIN, y + 2, label, 20, rx="4", fill=LIGHT["sample"], stroke=LIGHT["sample-line"])
        middle = {"text_anchor": "middle", "font_weight": "600", "fill": LIGHT["sample-ink"]}
        svg += text(MARGIN + label / 2, y + 16.5, caption.sample, SMALL_PX, **middle)
        x += label + 10
    for part in wrapped(caption.subtitle, TEXT_PX, room - (x - MARGIN)):
        y += TEXT_PX * LEADING
        svg += text(x, y - 1, part, TEXT_PX, fill=MUTED)
    return svg, y + 20
