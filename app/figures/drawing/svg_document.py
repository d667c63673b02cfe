"""A sheet to draw on: the marks of a chart, and around them what every file must carry."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import escape

from app.core.i18n import Words
from app.figures.drawing.status_icons import REACH, sign
from app.figures.drawing.text_metrics import FAMILY, font_faces, width, wrapped
from app.ui.palette import INK, LIGHT, MUTED, STATUS_FILL, STATUS_INK

MARGIN = 28.0
TITLE_PX, TEXT_PX, SMALL_PX = 22.0, 13.5, 12.0
LEADING = 1.35
CORNER_PX = 7.0
HALO = {"paint_order": "stroke", "stroke": LIGHT["paper"], "stroke_width": "4", "stroke_linejoin": "round"}
PAPER, EDGE = LIGHT["paper"], LIGHT["edge"]


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands around a chart: its finding, what it shows, the period, where the figures come from."""

    title: str
    subtitle: str
    source: str
    sample: str = ""


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, words: object, size: float = TEXT_PX, **style: str) -> str:
    """A line of text on its baseline; `style` holds SVG attributes with `_` for `-`."""
    attributes = "".join(f" {name.replace('_', '-')}='{value}'" for name, value in style.items())
    return f"<text x='{number(x)}' y='{number(y)}' font-size='{number(size)}'{attributes}>{escape(words)}</text>"


def on_lines(x: float, y: float, words: object, size: float = TEXT_PX) -> str:
    """A text in the middle of a point that stays readable where lines run behind it."""
    return text(x, y, words, size, text_anchor="middle", font_weight="600", **HALO)


def box(x: float, y: float, wide: float, high: float, **style: str) -> str:
    """A rectangle."""
    attributes = "".join(f" {name.replace('_', '-')}='{value}'" for name, value in style.items())
    return f"<rect x='{number(x)}' y='{number(y)}' width='{number(wide)}' height='{number(high)}'{attributes}/>"


def path(d: str, stroke: str = INK, stroke_width: float = 1.4, **style: str) -> str:
    """A line without a fill."""
    attributes = "".join(f" {name.replace('_', '-')}='{value}'" for name, value in style.items())
    return f"<path d='{d}' fill='none' stroke='{stroke}' stroke-width='{stroke_width}'{attributes}/>"


def fill_of(status: str) -> str:
    """A status's colour; paper for a status that says why there is no figure."""
    return STATUS_FILL.get(status, PAPER)


def ink_of(status: str) -> str:
    """The colour of what is written on a status's colour."""
    return STATUS_INK.get(status, INK)


def status_box(status: str, x: float, y: float, wide: float, high: float, is_provisional: bool = False) -> str:
    """The coloured ground of a cell: outlined where there is no figure, a folded corner where it is provisional."""
    edge = {} if status in STATUS_FILL else {"stroke": EDGE, "stroke_width": "0.8"}
    drawn = box(x, y, wide, high, rx="2", fill=fill_of(status), **edge)
    if is_provisional:
        right = x + wide
        drawn += (
            f"<path d='M{number(right - CORNER_PX)} {number(y)}h{CORNER_PX}v{CORNER_PX}z' fill='{ink_of(status)}'/>"
        )
    return drawn


def cell(
    status: str, figure: str, place: tuple[float, float, float, float], is_provisional: bool, is_lit: bool = True
) -> str:
    """A cell at left, top, of a width and height, with its sign and its figure together in the middle.

    One that is not lit has no colour of its own.
    """
    left, top, wide, high = place
    room = width(figure, TEXT_PX) if figure else 0.0
    whole = 2 * REACH[status] + (5 + room if figure else 0)
    start, middle = left + (wide - whole) / 2, top + high / 2
    ink = ink_of(status) if is_lit else MUTED
    if is_lit:
        drawn = status_box(status, left, top, wide, high, is_provisional)
    else:
        drawn = box(left, top, wide, high, rx="2", fill=PAPER, stroke=LIGHT["line"], stroke_width="0.8")
    drawn += sign(status, start + REACH[status], middle, ink)
    if figure:
        drawn += text(start + 2 * REACH[status] + 5, middle + 4.8, figure, fill=ink)
    return drawn


def legend(
    statuses: Iterable[str],
    y: float,
    room: float,
    words: Words,
    has_provisional: bool = True,
    status_name: Callable[[str], str] | None = None,
) -> tuple[str, float]:
    """Every status with its sign, colour and word from `y` on, and where what follows may begin.

    `status_name` says what a status means where its colours stand for something else (the state of work).
    """
    drawn, x = "", MARGIN
    keys = [(status, (status_name or words.status)(status), False) for status in statuses]
    keys += [("monitor", words("legend.provisional"), True)] if has_provisional else []
    for status, name, is_provisional in keys:
        wide = 34 + width(name, SMALL_PX) + 16
        if x > MARGIN and x + wide > MARGIN + room:
            x, y = MARGIN, y + 24
        drawn += status_box(status, x, y, 28, 17, is_provisional)
        drawn += "" if is_provisional else sign(status, x + 14, y + 8.5, ink_of(status))
        drawn += text(x + 34, y + 13, name, SMALL_PX)
        x += wide
    return drawn, y + 32


def document(caption: Caption, body: str, size: tuple[float, float], story: Iterable[str]) -> str:
    """The whole document. `body` begins at 0,0 below the head; `size` is its width (with margins) and height;
    `story` tells the chart in words, line by line, for whoever cannot see it."""
    wide, high = size
    head, top = _head(caption, wide - 2 * MARGIN)
    foot_lines = wrapped(caption.source, SMALL_PX, wide - 2 * MARGIN)
    foot_top = top + high + 12
    foot = "".join(
        text(MARGIN, foot_top + SMALL_PX * (1 + LEADING * line), words, SMALL_PX, fill=MUTED)
        for line, words in enumerate(foot_lines)
    )
    # Whole pixels: a browser that makes a picture of it would round.
    wide, tall = math.ceil(wide), math.ceil(foot_top + SMALL_PX * LEADING * len(foot_lines) + MARGIN * 0.6)
    style = f"{font_faces()}text{{font-family:'{FAMILY}','Segoe UI','Noto Sans',Arial,sans-serif}}"
    told = escape("\n".join([caption.subtitle, *story, caption.source]))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{number(wide)}' height='{number(tall)}' "
        f"viewBox='0 0 {number(wide)} {number(tall)}' role='img' fill='{INK}'>"
        f"<title>{escape(caption.title)}</title><desc>{told}</desc><style>{style}</style>"
        f"{box(0, 0, wide, tall, fill=PAPER)}{head}<g transform='translate(0 {number(top)})'>{body}</g>{foot}</svg>"
    )


def _head(caption: Caption, room: float) -> tuple[str, float]:
    label = width(caption.sample, SMALL_PX, is_bold=True) + 16 if caption.sample else 0.0
    lines = wrapped(caption.title, TITLE_PX, room, is_bold=True)
    y = MARGIN
    drawn = ""
    for line in lines:
        y += TITLE_PX * LEADING
        drawn += text(MARGIN, y - 8, line, TITLE_PX, font_weight="600")
    x = MARGIN
    if caption.sample:
        colours = {"fill": LIGHT["sample"], "stroke": LIGHT["sample-line"]}
        drawn += box(MARGIN, y + 2, label, 20, rx="4", **colours)
        middle = {"text_anchor": "middle", "font_weight": "600", "fill": LIGHT["sample-ink"]}
        drawn += text(MARGIN + label / 2, y + 16.5, caption.sample, SMALL_PX, **middle)
        x += label + 10
    for line in wrapped(caption.subtitle, TEXT_PX, room - (x - MARGIN)):
        y += TEXT_PX * LEADING
        drawn += text(x, y - 1, line, TEXT_PX, fill=MUTED)
    return drawn, y + 20
