"""Common parts of PowerPoint charts: fonts, number formats, bars in status colours, labels of points.

Numbers use the Vietnamese locale in a Vietnamese file; PowerPoint writes the decimal separator of its computer's
settings, programs that apply a format's locale write a comma.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.oxml.ns import qn
from pptx.slide import Slide as PptxSlide
from pptx.util import Pt

from app.core.status import is_unsure
from app.figures.drawing.pptx_canvas import (
    FONT,
    HOLLOW_PT,
    INK,
    PAPER,
    Box,
    colour,
    edge_of,
    element,
    fill_of,
    mark_of,
    solid,
)

# The smallest font of a chart on a projector.
LABEL_PT = 14
THIN_PT = 0.75
# The width of the ring of a hollow dot, and the smallest dot of PowerPoint.
HOLE_PT, LEAST_DOT_PT = 2, 2
# Number formats: points with one decimal, counts without.
POINTS = {"vi": "[$-42A]0.0", "en": "0.0"}
WHOLE = {"vi": "[$-42A]#,##0", "en": "#,##0"}


def new_chart(slide: PptxSlide, kind: XL_CHART_TYPE, box: Box, data: CategoryChartData | XyChartData) -> Chart:
    """Add a chart to a box, without legend and title."""
    frame: Any = slide.shapes.add_chart(kind, *box.emu(), data)  # type: ignore[arg-type]
    chart: Chart = frame.chart
    chart.has_legend = False
    chart.has_title = False
    chart.font.name = FONT
    chart.font.size = Pt(LABEL_PT)
    chart.font.color.rgb = colour(INK)
    return chart


def place_plot(chart: Chart, left: float, width: float) -> None:
    """Let the plot take a part of the chart's width, given as shares, and all of its height."""
    area = chart._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    layout = area.find(qn("c:layout"))
    if layout is None:
        layout = etree.Element(qn("c:layout"))
        area.insert(0, layout)
    for child in list(layout):
        layout.remove(child)
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    places = {"layoutTarget": "inner", "xMode": "edge", "yMode": "edge"}
    shares = {"x": f"{left:.4f}", "y": "0", "w": f"{width:.4f}", "h": "1"}
    for name, value in (places | shares).items():
        etree.SubElement(manual, qn(f"c:{name}"), val=value)


def status_bars(chart: Chart, statuses: Sequence[str], gap: int) -> None:
    """Format bars from top to bottom in the statuses' colours, each with its name, without a value axis.

    `gap` is the space between two bars, in percent of a bar.
    """
    value, category = chart.value_axis, chart.category_axis
    value.visible = False
    value.has_major_gridlines = False
    value.minimum_scale = 0
    category.reverse_order = True
    # Every bar has a name, however many there are.
    axis = category._element
    skip = axis.makeelement(qn("c:tickLblSkip"), {"val": "1"})
    axis.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    category.format.line.fill.background()
    plot = chart.plots[0]
    plot.gap_width = gap
    for number, status in enumerate(statuses):
        fill_with(plot.series[0].points[number].format, status)


def fill_with(shape: Any, status: str) -> None:
    """Fill a shape with a status's colour; a hollow status or one without a colour gets an outline."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(fill_of(status))
    if fill_of(status) == PAPER:
        shape.line.color.rgb = colour(edge_of(status))
        shape.line.width = Pt(HOLLOW_PT if is_unsure(status) else THIN_PT)


def letter(labels: Any, shape: str, size: float) -> None:
    """Format labels with a number format and a bold font of a size, never wrapped."""
    labels.number_format = shape
    labels.number_format_is_linked = False
    labels.font.size = Pt(size)
    labels.font.bold = True
    labels._element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("wrap", "none")


def show_value(label: etree._Element, shape: str) -> None:
    """Show the value in a single point's label with a number format; python-pptx only sets font and position."""
    for name, value in (("showLegendKey", "0"), ("showVal", "1"), ("showCatName", "0"), ("showSerName", "0")):
        setting = label.find(qn(f"c:{name}"))
        if setting is not None:
            setting.set("val", value)
    if label.find(qn("c:numFmt")) is None:
        number = etree.SubElement(label, qn("c:numFmt"), formatCode=shape, sourceLinked="0")
        label.remove(number)
        label.insert(1, number)


def dots(series: Any, first: int, status: str, size: int) -> int:
    """Format the points of a series from `first` on as the dot of a status; return the point after them.

    A hollow dot is a paper dot on a second point in the same place: programs differ in the outlines that they draw.
    The series has no marker of its own, beside which LibreOffice would not read those of points.
    """
    tone = edge_of(status) if is_unsure(status) else mark_of(status)
    sizes = [(tone, size), (PAPER, size - 2 * HOLE_PT)] if is_unsure(status) else [(tone, size)]
    for place, (ink, wide) in enumerate(sizes, start=first):
        kind = element("c:symbol", val="circle"), element("c:size", val=str(max(LEAST_DOT_PT, wide)))
        shape = element("c:spPr", solid(ink), element("a:ln", element("a:noFill")))
        marker = element("c:marker", *kind, shape)
        series._element._insert_dPt(element("c:dPt", element("c:idx", val=str(place)), marker))
    return first + len(sizes)


def plain_line(slide: PptxSlide, ends: tuple[int, int, int, int], name: str, ink: str) -> Any:
    """Add a line between two places of a slide, from left and top to left and top; without the theme's shadow."""
    line: Any = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)  # type: ignore[arg-type]
    line.name = name
    line._element.remove(line._element.find(qn("p:style")))
    line.line.color.rgb = colour(ink)
    return line
