"""Ranking as a native PowerPoint chart, or as lists of names where each unit answers yes or no."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree
from pptx.chart.chart import Chart
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide as PptxSlide
from pptx.util import Inches, Pt

from app.core.formatting import number
from app.figures.drawing.pptx_canvas import (
    BODY_PT,
    INK,
    PAPER,
    SMALL_PT,
    Box,
    Line,
    chip,
    colour,
    ink_of,
    sign_and,
    text,
)
from app.figures.drawing.pptx_chart import LABEL_PT, POINTS, WHOLE, letter, new_chart, show_value, status_bars
from app.figures.drawing.pptx_chart_data import category_chart_data
from app.figures.drawing.text_metrics import width, wrapped
from app.figures.ranking.spec import Answer, RankedUnit, Ranking, UnitsOfStatus
from app.figures.scale import Scale

PT_PER_INCH = 72.0
# Space between bars: up to 24 units fit below each other with letters of 14 points.
GAP_PCT = 18
NAME_GAP = 0.12
ENDS_HEIGHT = 0.28
LINE_HEIGHT = 0.24
TITLE_HEIGHT = 0.34
LIST_GAP = 0.12
BOLD_SHARE = 1.04
LINE_PT = 1.5
HALO_PT = 3.5
# Lists in a box of this width use a larger font.
WIDE_BOX = 5.0
WIDE_SHARE = 1.4
DASHES = {"threshold": MSO_LINE.DASH, "path": MSO_LINE.ROUND_DOT}


def ranking_chart(slide: PptxSlide, box: Box, ranking: Ranking, value_word: str, lang: str) -> None:
    """Add bars from best to worst with intervals and limits, then units without a figure and the reasons.

    For a target of yes or no, add lists of names.
    """
    if ranking.answers:
        _answers(slide, box, ranking, lang)
        return
    units = (*ranking.bars, *ranking.absent_units)
    data = category_chart_data(POINTS[lang])
    data.categories = [_category(unit) for unit in units]
    data.add_series(value_word, [unit.value for unit in units])
    ends = [mark for mark in ranking.marks if mark.kind in ("zero", "end")]
    top = ENDS_HEIGHT if ends else 0.0
    room = Box(box.left, box.top + top, box.width, box.height - top)
    chart = new_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, room, data)
    status_bars(chart, [unit.status for unit in units], GAP_PCT)
    chart.value_axis.maximum_scale = ranking.scale.end
    chart.category_axis.tick_labels.font.size = Pt(LABEL_PT)
    if any(unit.low is not None for unit in units):
        _intervals(chart.plots[0].series[0]._element, units)
    plot = _fix_plot(chart, room, max(_inches(_category(unit)) for unit in units) + NAME_GAP)
    _labels(chart, units, ranking.scale, plot.width, lang)
    _limits(slide, plot, ranking, len(units))
    for mark in ends:
        x = plot.left + plot.width * ranking.scale.share(mark.value)
        align = PP_ALIGN.LEFT if mark.kind == "zero" else PP_ALIGN.RIGHT
        left = x if mark.kind == "zero" else x - 1.0
        text(slide, Box(left, box.top, 1.0, ENDS_HEIGHT), [Line(mark.label, SMALL_PT)], lang, align)


def _category(unit: RankedUnit) -> str:
    return f"{unit.name} {unit.sign}"


def _inches(words: str, size: float = LABEL_PT) -> float:
    return width(words, size) / PT_PER_INCH


def _labels(chart: Chart, units: tuple[RankedUnit, ...], scale: Scale, bar_width: float, lang: str) -> None:
    """Add every value at the base of its bar, in a colour that is readable on the bar."""
    plot = chart.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    letter(labels, POINTS[lang], LABEL_PT)
    labels.position = XL_LABEL_POSITION.INSIDE_BASE
    for index, unit in enumerate(units):
        # A label that is longer than its bar is beside it.
        is_inside = bar_width * scale.share(unit.value or 0.0) > _inches(unit.value_text) + NAME_GAP
        label = plot.series[0].points[index].data_label
        label.font.size = Pt(LABEL_PT)
        label.font.bold = True
        label.font.color.rgb = colour(ink_of(unit.status) if is_inside else INK)
        label.position = XL_LABEL_POSITION.INSIDE_BASE if is_inside else XL_LABEL_POSITION.OUTSIDE_END
        show_value(label._dLbl, _format(unit, lang))


def _format(unit: RankedUnit, lang: str) -> str:
    """Return the number format of a value as in other charts: never rounded across a limit."""
    if unit.value is None:
        return POINTS[lang]
    for shape, decimals in ((WHOLE[lang], 0), (POINTS[lang], 1)):
        if number(unit.value, lang, decimals) == unit.value_text:
            return shape
    return f'"{unit.value_text}"'


def _fix_plot(chart: Chart, room: Box, names: float) -> Box:
    """Let the bars begin right of `names` inches and fill the rest of the chart.

    Return the plot's position on the slide.
    """
    share = min(0.6, names / room.width)
    area = chart._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    layout = area.find(qn("c:layout"))
    if layout is None:
        layout = etree.Element(qn("c:layout"))
        area.insert(0, layout)
    for child in list(layout):
        layout.remove(child)
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    places = {"layoutTarget": "inner", "xMode": "edge", "yMode": "edge"}
    shares = {"x": f"{share:.4f}", "y": "0", "w": f"{1 - share:.4f}", "h": "1"}
    for name, value in (places | shares).items():
        etree.SubElement(manual, qn(f"c:{name}"), val=value)
    return Box(room.left + room.width * share, room.top, room.width * (1 - share), room.height)


def _limits(slide: PptxSlide, plot: Box, ranking: Ranking, row_count: int) -> None:
    """Add threshold and milestones as lines across the bars; a horizontal bar chart has no marks for them."""
    row = plot.height / row_count

    def draw(kind: str, value: float, first: int, last: int) -> None:
        x = Inches(plot.left + plot.width * ranking.scale.share(value))
        top = Inches(plot.top + row * first)
        bottom = Inches(plot.top + row * (last + 1))
        # A light line below separates the dark line from dark bars.
        for name, ink, wide in (("halo", PAPER, HALO_PT), (kind, INK, LINE_PT)):
            line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, x, top, x, bottom)
            line.name = name
            # The theme's style would add a shadow.
            line._element.remove(line._element.find(qn("p:style")))
            line.line.color.rgb = colour(ink)
            line.line.width = Pt(wide)
            if name == kind:
                line.line.dash_style = DASHES[kind]

    if ranking.threshold is not None and ranking.bars:
        draw("threshold", ranking.threshold, 0, len(ranking.bars) - 1)
    for run in ranking.path_runs:
        draw("path", run.value, run.first, run.last)


def _intervals(series: etree._Element, units: tuple[RankedUnit, ...]) -> None:
    """Add error bars with each unit's own interval, which python-pptx does not support."""
    errors = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(errors, qn(f"c:{name}"), val=value)
    for name, find in (("plus", _above), ("minus", _below)):
        numbers = etree.SubElement(etree.SubElement(errors, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "0.0"
        etree.SubElement(numbers, qn("c:ptCount"), val=str(len(units)))
        for index, unit in enumerate(units):
            point = etree.SubElement(numbers, qn("c:pt"), idx=str(index))
            etree.SubElement(point, qn("c:v")).text = f"{find(unit):.4f}"
    look = etree.SubElement(etree.SubElement(errors, qn("c:spPr")), qn("a:ln"), w="12700")
    etree.SubElement(etree.SubElement(look, qn("a:solidFill")), qn("a:srgbClr"), val="595959")
    series.find(qn("c:cat")).addprevious(errors)


def _above(unit: RankedUnit) -> float:
    return 0.0 if unit.value is None or unit.high is None else max(0.0, unit.high - unit.value)


def _below(unit: RankedUnit) -> float:
    return 0.0 if unit.value is None or unit.low is None else max(0.0, unit.value - unit.low)


def _answers(slide: PptxSlide, box: Box, ranking: Ranking, lang: str) -> None:
    """Add the lists below each other: number, status as sign and word, names."""
    writer = _ListWriter(slide, box, WIDE_SHARE if box.width > WIDE_BOX else 1.0, lang)
    top = box.top
    for answer in ranking.answers:
        top = writer.write(answer, top) + LIST_GAP * writer.share


@dataclass(frozen=True, slots=True)
class _ListWriter:
    """Writer of lists of names into a box; `share` scales everything."""

    slide: PptxSlide
    box: Box
    share: float
    lang: str

    def write(self, answer: Answer, top: float) -> float:
        """Write one list from `top` on and return its end."""
        title_height = TITLE_HEIGHT * self.share
        title_width = _inches(answer.title, BODY_PT * self.share) * BOLD_SHARE + NAME_GAP
        self._text(top, title_height, Line(answer.title, BODY_PT * self.share, True))
        # The first status is beside the title if it fits.
        is_beside = title_width + self._chip_width(answer.statuses[0]) <= self.box.width
        left = self.box.left + title_width if is_beside else self.box.left
        top += 0 if is_beside else title_height
        for group in answer.statuses:
            place = Box(left, top, self._chip_width(group), title_height - 0.06)
            chip(self.slide, place, group.status, group.status_word, self.lang, SMALL_PT * self.share)
            top += title_height
            size = LABEL_PT * self.share
            height = LINE_HEIGHT * self.share * len(wrapped(group.names, size, self.box.width * PT_PER_INCH))
            self._text(top, height, Line(group.names, size))
            top += height
            left = self.box.left
        return top

    def _text(self, top: float, height: float, line: Line) -> None:
        text(self.slide, Box(self.box.left, top, self.box.width, height), [line], self.lang)

    def _chip_width(self, group: UnitsOfStatus) -> float:
        return _inches(sign_and(group.status, group.status_word), SMALL_PT * self.share) * BOLD_SHARE + 0.15
