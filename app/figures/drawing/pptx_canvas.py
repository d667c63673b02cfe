"""Slide canvas: sizes, fonts, colours, boxes of text.

Arial is available on office computers with all Vietnamese letters; Liberation Sans has the same widths where it is not
installed. Signs (✓ ● ▼) come from the computer's symbol fonts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.xmlchemy import OxmlElement
from pptx.slide import Slide as PptxSlide
from pptx.util import Emu, Inches, Pt

from app.core.status import is_unsure, sign_of, tone_of
from app.figures.drawing import text_metrics
from app.ui.palette import (
    PROJECTOR,
    PROJECTOR_CELL_FILL,
    PROJECTOR_CELL_INK,
    PROJECTOR_EDGE,
    PROJECTOR_FILL,
    PROJECTOR_INK,
)

FONT = "Arial"
WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.4
# Top and bottom of the body of a slide.
TOP, BOTTOM = 1.1, 6.95
INK, MUTED, PAPER = PROJECTOR["ink"], PROJECTOR["muted"], "#ffffff"
TITLE_PT, BODY_PT, SMALL_PT = 28, 18, 14
# Width of Arial relative to the measured font; bold Arial has the same width as the latter.
ARIAL_SHARE = 0.9
PT_PER_INCH = 72.0
# Width of the outline of hollow shapes.
HOLLOW_PT = 2.25


@dataclass(frozen=True, slots=True)
class Box:
    """Position on the slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def emu(self) -> tuple[Emu, Emu, Emu, Emu]:
        """Return the position in the units of python-pptx."""
        return tuple(Inches(value) for value in (self.left, self.top, self.width, self.height))  # type: ignore[return-value]


BODY = Box(MARGIN, TOP, WIDTH - 2 * MARGIN, BOTTOM - TOP)


@dataclass(frozen=True, slots=True)
class Line:
    """Paragraph and its style."""

    text: str
    size: float = BODY_PT
    is_bold: bool = False
    ink: str = INK


def colour(value: str) -> RGBColor:
    """Return a colour such as `#0033b0` as an object of python-pptx."""
    rgb: RGBColor = RGBColor.from_string(value.lstrip("#").upper())
    return rgb


def fill_of(status: str) -> str:
    """Return the fill of a status's marks; the paper colour for a hollow status, or one without a colour."""
    return PROJECTOR_FILL.get(tone_of(status), PAPER)


def mark_of(status: str) -> str:
    """Return the colour of a small mark of a status: its fill, or a line's where that is nearly the paper's."""
    return PROJECTOR["edge"] if tone_of(status) == "monitor" else fill_of(status)


def ink_of(status: str) -> str:
    """Return the text colour on a status's fill."""
    return PROJECTOR_INK.get(tone_of(status), INK)


def cell_fill_of(status: str) -> str:
    """Return the fill of a status's cell; the paper colour for a hollow status, or one without a colour."""
    return PROJECTOR_CELL_FILL.get(tone_of(status), PAPER)


def cell_ink_of(status: str) -> str:
    """Return the text colour on a status's cell."""
    return PROJECTOR_CELL_INK.get(tone_of(status), INK)


def edge_of(status: str) -> str:
    """Return the outline colour of a status's box: its own colour, or a neutral line without one."""
    tone = tone_of(status)
    return PROJECTOR_EDGE.get(tone) or PROJECTOR_FILL.get(tone) or PROJECTOR["line"]


def sign_and(status: str, text: str) -> str:
    """Return a text preceded by a status's sign."""
    return f"{sign_of(status)} {text}"


def text_width(words: str, size: float, is_bold: bool = False) -> float:
    """Return the approximate width of a text in one line, in inches."""
    return text_metrics.width(words, _measured(size, is_bold), is_bold) / PT_PER_INCH


def lines_in(words: str, inches: float, size: float, is_bold: bool = False) -> Sequence[str]:
    """Return the lines of a text in a box of a width in inches."""
    return text_metrics.wrapped(words, _measured(size, is_bold), inches * PT_PER_INCH, is_bold)


def _measured(size: float, is_bold: bool) -> float:
    return size if is_bold else size * ARIAL_SHARE


def write(frame: object, lines: Sequence[Line], lang: str, align: PP_ALIGN = PP_ALIGN.LEFT) -> None:
    """Fill a text frame with paragraphs, marked with the text's language for spelling checks."""
    frame.clear()  # type: ignore[attr-defined]
    for number, line in enumerate(lines):
        paragraphs = frame.paragraphs  # type: ignore[attr-defined]
        paragraph = paragraphs[0] if number == 0 else frame.add_paragraph()  # type: ignore[attr-defined]
        paragraph.alignment = align
        add(frame, line, lang)


def add(frame: object, line: Line, lang: str) -> None:
    """Append a run to a frame's last paragraph."""
    run = frame.paragraphs[-1].add_run()  # type: ignore[attr-defined]
    run.text = line.text
    # Some computers otherwise use another font for letters with two diacritics.
    fonts = [element(name, typeface=FONT) for name in ("a:latin", "a:ea", "a:cs")]
    size, weight = str(Pt(line.size).centipoints), str(int(line.is_bold))
    language = "vi-VN" if lang == "vi" else "en-GB"
    run._r.insert(0, element("a:rPr", solid(line.ink), *fonts, sz=size, b=weight, lang=language))


def element(tag: str, *children: Any, **attributes: str) -> Any:
    """Return a part of a slide, of which there are hundreds: python-pptx takes several times as long to make it."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(name, value)
    made.extend(children)
    return made


def solid(ink: str) -> Any:
    """Return a fill of one colour."""
    return element("a:solidFill", element("a:srgbClr", val=str(colour(ink))))


def text(slide: PptxSlide, box: Box, lines: Sequence[Line], lang: str, align: PP_ALIGN = PP_ALIGN.LEFT) -> None:
    """Add a text box."""
    shape = slide.shapes.add_textbox(*box.emu())
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    write(frame, lines, lang, align)


def band(slide: PptxSlide, box: Box, fill: str) -> None:
    """Add an area of colour."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.emu())
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(fill)
    shape.line.fill.background()
    shape.shadow.inherit = False


def chip(slide: PptxSlide, box: Box, status: str, word: str, lang: str, size: float = SMALL_PT) -> None:
    """Add a status as sign and word on its colour, hollow where it is not certain."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.emu())
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(cell_fill_of(status))
    shape.line.color.rgb = colour(edge_of(status))
    if is_unsure(status):
        shape.line.width = Pt(HOLLOW_PT)
    shape.shadow.inherit = False
    frame = shape.text_frame
    frame.word_wrap = False
    frame.margin_top = frame.margin_bottom = 0
    frame.margin_left = frame.margin_right = Inches(0.06)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    write(frame, [Line(sign_and(status, word), size, True, cell_ink_of(status))], lang)
