"""Ranking as a native PowerPoint chart, or as lists of names where each unit answers yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pptx.chart.chart import Chart
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide as PptxSlide
from pptx.util import Inches, Pt

from app.figures.drawing.pptx_canvas import (
    BODY_PT,
    INK,
    MUTED,
    PT_PER_INCH,
    SMALL_PT,
    Box,
    Line,
    chip,
    colour,
    element,
    sign_and,
    text,
)
from app.figures.drawing.pptx_chart import LABEL_PT, POINTS, dots, new_chart, place_plot, plain_line
from app.figures.drawing.pptx_chart_data import xy_chart_data
from app.figures.drawing.text_metrics import width, wrapped
from app.figures.ranking.spec import Answer, RankedUnit, Ranking, UnitsOfStatus
from app.figures.scale import Scale
from app.ui.palette import PROJECTOR

DOT_PT = 9
NAME_GAP = 0.12
TICKS_HEIGHT, TICK_WIDTH = 0.28, 1.6
LINE_HEIGHT = 0.24
TITLE_HEIGHT = 0.34
LIST_GAP = 0.12
BOLD_SHARE = 1.04
LINE_PT = 1.5
INTERVAL_PT = 1.0
# Lists in a box of this width use a larger font.
WIDE_BOX = 5.0
WIDE_SHARE = 1.4
DASHES = {"threshold": MSO_LINE.DASH, "path": MSO_LINE.ROUND_DOT}


def ranking_chart(slide: PptxSlide, box: Box, ranking: Ranking, lang: str) -> None:
    """Add dots from best to worst with intervals and limits, then units without a figure and the reasons.

    For a target of yes or no, add lists of names. Each unit is a series of points in a row: its name at the start of
    the axis, the text of its figure at the end, and its figure.
    """
    if ranking.answers:
        _answers(slide, box, ranking, lang)
        return
    units = (*ranking.bars, *ranking.absent_units)
    scale = ranking.scale
    data = xy_chart_data(POINTS[lang])
    for place, unit in enumerate(units):
        series = data.add_series(_category(unit))
        height = len(units) - place - 0.5
        for value in _places(unit, scale):
            series.add_data_point(value, height)
    room = Box(box.left, box.top + TICKS_HEIGHT, box.width, box.height - TICKS_HEIGHT)
    chart = new_chart(slide, XL_CHART_TYPE.XY_SCATTER, room, data)
    _axes(chart, ranking, len(units))
    names = max(_inches(_category(unit)) for unit in units) + NAME_GAP
    values = max(_inches(unit.value_text) * BOLD_SHARE for unit in units) + NAME_GAP
    plot = _fix_plot(chart, room, names, values)
    for unit, series in zip(units, chart.plots[0].series, strict=True):
        _unit(series, unit)
    _limits(slide, plot, ranking, len(units))
    # Labels of amounts are long: as on the page's slides, those of the ends are enough.
    for mark in (ranking.ticks[0], ranking.ticks[-1]) if scale.is_amount else ranking.ticks:
        x = plot.left + plot.width * scale.share(mark.value)
        label = scale.cut_sign(mark.value) + mark.label
        tick = Box(x - TICK_WIDTH / 2, box.top, TICK_WIDTH, TICKS_HEIGHT)
        text(slide, tick, [Line(label, LABEL_PT)], lang, PP_ALIGN.CENTER)


def _places(unit: RankedUnit, scale: Scale) -> list[float]:
    """Return the points of a unit: its name, the text of its figure, its figure twice, for the ring if it is uncertain.

    LibreOffice leaves out every series before a longer one: units with a figure have equal numbers of points.
    """
    if unit.value is None:
        return [scale.start]
    return [scale.start, scale.end, unit.value, unit.value]


def _category(unit: RankedUnit) -> str:
    return f"{unit.name} {unit.sign}"


def _inches(words: str, size: float = LABEL_PT) -> float:
    return width(words, size) / PT_PER_INCH


def _axes(chart: Chart, ranking: Ranking, row_count: int) -> None:
    """Hide both axes; the ticks of the scale are light lines."""
    across, down = chart.category_axis, chart.value_axis
    across.minimum_scale, across.maximum_scale = ranking.scale.start, ranking.scale.end
    across.major_unit = ranking.ticks[1].value - ranking.ticks[0].value
    across.has_major_gridlines = True
    across.major_gridlines.format.line.color.rgb = colour(PROJECTOR["faint"])
    down.minimum_scale, down.maximum_scale = 0, row_count
    down.has_major_gridlines = False
    across.visible = down.visible = False


def _unit(series: Any, unit: RankedUnit) -> None:
    """Format the points of a unit, and add its interval."""
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE
    name = series.points[0].data_label
    name.position = XL_LABEL_POSITION.LEFT
    name.font.size = Pt(LABEL_PT)
    name._dLbl.find(qn("c:txPr")).find(qn("a:bodyPr")).set("wrap", "none")
    for setting, value in (("showVal", "0"), ("showSerName", "1")):
        name._dLbl.find(qn(f"c:{setting}")).set("val", value)
    if unit.value is None:
        return
    dots(series, 2, unit.status, DOT_PT)
    value = series.points[1].data_label
    value.position = XL_LABEL_POSITION.RIGHT
    value.text_frame.text = unit.value_text
    value.text_frame.word_wrap = False
    value.text_frame.paragraphs[0].font.size = Pt(LABEL_PT)
    value.text_frame.paragraphs[0].font.bold = True


def _fix_plot(chart: Chart, room: Box, names: float, values: float) -> Box:
    """Let the plot begin after `names` inches and end before the last `values` inches of the chart.

    Return the plot's position on the slide.
    """
    share, rest = min(0.6, names / room.width), min(0.3, values / room.width)
    place_plot(chart, share, 1 - share - rest)
    return Box(room.left + room.width * share, room.top, room.width * (1 - share - rest), room.height)


def _limits(slide: PptxSlide, plot: Box, ranking: Ranking, row_count: int) -> None:
    """Add threshold and milestones as lines across the rows that they apply to, intervals as lines along their rows.

    Programs differ in the error bars that they draw.
    """
    row = plot.height / row_count
    for place, unit in enumerate(ranking.bars):
        if unit.low is not None and unit.high is not None:
            low, high = (Inches(plot.left + plot.width * ranking.scale.share(end)) for end in (unit.low, unit.high))
            middle = Inches(plot.top + row * (place + 0.5))
            line = plain_line(slide, (low, middle, high, middle), "interval", MUTED)
            line.line.width = Pt(INTERVAL_PT)
            if unit.low < ranking.scale.start:
                line.line._get_or_add_ln().append(element("a:headEnd", type="arrow"))

    def draw(kind: str, value: float, first: int, last: int) -> None:
        x = Inches(plot.left + plot.width * ranking.scale.share(value))
        top = Inches(plot.top + row * first)
        bottom = Inches(plot.top + row * (last + 1))
        line = plain_line(slide, (x, top, x, bottom), kind, INK)
        line.line.width = Pt(LINE_PT)
        line.line.dash_style = DASHES[kind]

    if ranking.threshold is not None and ranking.bars:
        draw("threshold", ranking.threshold, 0, len(ranking.bars) - 1)
    for run in ranking.path_runs:
        draw("path", run.value, run.first, run.last)


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
