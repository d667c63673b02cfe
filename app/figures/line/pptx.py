"""Line chart over quarters as a native, editable PowerPoint chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.chart.chart import Chart
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide as PptxSlide
from pptx.util import Pt

from app.figures.annotations import Pin
from app.figures.drawing.pptx_canvas import INK, PAPER, SMALL_PT, Box, Line, colour, text
from app.figures.drawing.pptx_chart import POINTS, WHOLE, new_chart, show_value
from app.figures.drawing.pptx_chart_data import category_chart_data
from app.figures.line.spec import LineSpec
from app.figures.scale import FULL_PCT
from app.figures.series import Point
from app.ui.palette import PROJECTOR

MARKER_PT = 7
# Height and width of a character in a line of notes, in inches.
LINE_IN, LETTER_IN = 0.235, 0.105
# Height of the quarter names below the axis, and width of the values beside it, in inches.
NAMES_IN = 0.28
VALUES_IN = 0.5


def line_chart(slide: PptxSlide, box: Box, spec: LineSpec, lang: str) -> None:
    """Add the first line of a chart with at least one value, and the threshold as a dashed line; gaps stay gaps.

    The chart's numbers are points; of an amount things, where the number assigned is the same throughout.
    """
    line = spec.lines[0]
    shape = (WHOLE if spec.scale.assigned else POINTS)[lang]
    data = category_chart_data(shape)
    data.categories = spec.period_names
    for segment in line.segments:
        data.add_series(line.series.name, _over_all(segment, spec))
    if spec.threshold is not None:
        data.add_series(spec.threshold.name, [_number_of(spec.threshold.value, spec)] * len(spec.periods))
    pins = spec.numbered_pins
    texts = [Line(f"[{pin.number}] {pin.short}", SMALL_PT) for pin in pins]
    if pins:
        data.add_series(" ".join(line.text for line in texts), _at_top(spec))
    below = LINE_IN * sum(1 + len(line.text) * LETTER_IN // box.width for line in texts)
    box = Box(box.left, box.top, box.width, box.height - below)
    plot = Box(box.left, box.top, box.width, box.height - NAMES_IN)
    chart = new_chart(slide, XL_CHART_TYPE.LINE_MARKERS, plot, data)
    _axes(chart, spec, lang)
    plotted = list(chart.plots[0].series)
    for series in plotted[: len(line.segments)]:
        _draw(series)
    is_share = spec.scale.is_amount and not spec.scale.assigned
    _label(plotted[len(line.segments) - 1], line.segments[-1][-1], f'"{line.last_text}"' if is_share else shape)
    if spec.threshold is not None:
        _draw_dashed(plotted[len(line.segments)])
    if pins:
        _number(plotted[-1], pins)
        text(slide, Box(box.left, box.top + box.height, box.width, below), texts, lang)
    _name_ends(slide, box, spec, lang)


def _over_all(segment: Sequence[Point], spec: LineSpec) -> list[float | None]:
    """Return a segment as a PowerPoint series: a number or None for each period."""
    values: list[float | None] = [None] * len(spec.periods)
    for point in segment:
        values[point.index] = _number_of(point.value, spec)
    return values


def _number_of(value: float, spec: LineSpec) -> float:
    """Return a value in points as the chart has it: in things on a scale with one number assigned."""
    return round(value * spec.scale.assigned / FULL_PCT, 4) if spec.scale.assigned else value


def _at_top(spec: LineSpec) -> list[float | None]:
    """Return the quarters with notes as a PowerPoint series: at the scale's end, None elsewhere."""
    pinned = {pin.index for pin in spec.numbered_pins}
    return [_number_of(spec.scale.end, spec) if index in pinned else None for index in range(len(spec.periods))]


def _number(series: Any, pins: Sequence[Pin]) -> None:
    """Number the notes above their quarters, without a line between them."""
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.SQUARE
    series.marker.size = MARKER_PT
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour(PAPER)
    series.marker.format.line.color.rgb = colour(INK)
    for pin in pins:
        label = series.points[pin.index].data_label
        label.position = XL_LABEL_POSITION.ABOVE
        label.text_frame.text = pin.number
        run = label.text_frame.paragraphs[0].runs[0]
        run.font.size = Pt(SMALL_PT)
        run.font.bold = True


def _axes(chart: Chart, spec: LineSpec, lang: str) -> None:
    """Format the axes; the names of quarters stay in the chart's data."""
    value = chart.value_axis
    value.minimum_scale = _number_of(spec.scale.start, spec)
    value.maximum_scale = _number_of(spec.scale.end, spec)
    value.major_unit = spec.scale.count_step if spec.scale.assigned else spec.scale.main_ticks[1] - spec.scale.start
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = colour(PROJECTOR["faint"])
    value.format.line.fill.background()
    is_share = spec.scale.is_amount and not spec.scale.assigned
    value.tick_labels.number_format = f'{WHOLE[lang]}"%"' if is_share else WHOLE[lang]
    value.tick_labels.number_format_is_linked = False
    category = chart.category_axis
    category.format.line.color.rgb = colour(PROJECTOR["line"])
    category.tick_label_position = XL_TICK_LABEL_POSITION.NONE


def _name_ends(slide: PptxSlide, box: Box, spec: LineSpec, lang: str) -> None:
    """Add the names of the first and the newest quarter: at the font size of slides there is no room for more."""
    ends = Box(box.left, box.top + box.height - NAMES_IN, box.width, NAMES_IN)
    first = Box(ends.left + VALUES_IN, ends.top, ends.width - VALUES_IN, ends.height)
    text(slide, first, [Line(spec.period_names[0], SMALL_PT)], lang)
    text(slide, ends, [Line(spec.period_names[-1], SMALL_PT)], lang, PP_ALIGN.RIGHT)


def _draw(series: Any) -> None:
    series.smooth = False
    series.format.line.color.rgb = colour(INK)
    series.format.line.width = Pt(2.5)
    series.marker.style = XL_MARKER_STYLE.CIRCLE
    series.marker.size = MARKER_PT
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour(INK)


def _draw_dashed(series: Any) -> None:
    series.smooth = False
    series.format.line.color.rgb = colour(INK)
    series.format.line.width = Pt(1.25)
    series.format.line.dash_style = MSO_LINE.DASH
    marker = series._element.get_or_add_marker()
    for child in list(marker):
        marker.remove(child)
    etree.SubElement(marker, qn("c:symbol"), val="none")


def _label(series: Any, last: Point, shape: str) -> None:
    """Label the newest value beside its point, in a number format."""
    label = series.points[last.index].data_label
    label.font.size = Pt(SMALL_PT)
    label.font.bold = True
    label.position = XL_LABEL_POSITION.ABOVE
    show_value(label._dLbl, shape)
    label._dLbl.find(qn("c:txPr")).find(qn("a:bodyPr")).set("wrap", "none")
