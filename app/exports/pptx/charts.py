"""Charts of a slide, as charts that PowerPoint itself draws and lets one edit.

Numbers are formatted for the Vietnamese locale in a Vietnamese file; PowerPoint writes the decimal sign that its
machine is set to, programs that honour a format's locale write a comma.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.slide import Slide as PptxSlide
from pptx.util import Pt

from app.core.status import sign_of
from app.deck.model import Counts, Tally
from app.figures.drawing.pptx_canvas import INK, SMALL_PT, Box, colour, ink_of, sign_and
from app.figures.drawing.pptx_chart import (
    LABEL_PT,
    POINTS,
    WHOLE,
    fill_with,
    keep_on_one_line,
    new_chart,
    show_value,
    status_bars,
)
from app.figures.line.spec import LineSpec
from app.figures.scale import Scale
from app.figures.series import Point
from app.ui.palette import PROJECTOR

LABEL_ROOM = 1.2


def course_chart(slide: PptxSlide, box: Box, name: str, spec: LineSpec, lang: str) -> None:
    """The city's values over the quarters as a line, the threshold as a dashed one; a gap stays a gap."""
    data = CategoryChartData(number_format=POINTS[lang])
    data.categories = spec.period_names
    pieces = spec.lines[0].segments
    for piece in pieces:
        data.add_series(name, _over_all(piece, len(spec.periods)))
    if spec.threshold is not None:
        data.add_series(spec.threshold.name, [spec.threshold.value] * len(spec.periods))
    chart = new_chart(slide, XL_CHART_TYPE.LINE_MARKERS, box, data)
    _axes(chart, lang, spec.scale)
    lines = list(chart.plots[0].series)
    for line in lines[: len(pieces)]:
        line.smooth = False
        line.format.line.color.rgb = colour(INK)
        line.format.line.width = Pt(2.5)
        line.marker.style, line.marker.size = XL_MARKER_STYLE.CIRCLE, 7
        line.marker.format.fill.solid()
        line.marker.format.fill.fore_color.rgb = colour(INK)
    _label_last(lines[len(pieces) - 1], pieces[-1][-1], lang)
    if spec.threshold is not None:
        threshold = lines[-1]
        threshold.smooth = False
        threshold.format.line.color.rgb = colour(INK)
        threshold.format.line.width = Pt(1.25)
        threshold.format.line.dash_style = MSO_LINE.DASH
        _no_marker(threshold)


def tally_chart(slide: PptxSlide, box: Box, tallies: Sequence[Tally], count_word: str, lang: str) -> None:
    """How many units have which status, as bars in the statuses' colours."""
    data = CategoryChartData(number_format=WHOLE[lang])
    data.categories = [sign_and(tally.status, tally.word) for tally in tallies]
    data.add_series(count_word, [tally.count for tally in tallies])
    chart = new_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data)
    _bars(chart, [tally.status for tally in tallies], WHOLE[lang], gap=35)


def counts_chart(slide: PptxSlide, box: Box, block: Counts, lang: str) -> None:
    """Counts that add up to a whole as one bar of parts."""
    data = CategoryChartData(number_format=WHOLE[lang])
    data.categories = [""]
    for item in block.items:
        data.add_series(f"{sign_of(item.status)} {item.word}", [item.count])
    chart = new_chart(slide, XL_CHART_TYPE.BAR_STACKED_100, box, data)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(SMALL_PT + 2)
    chart.value_axis.visible = chart.category_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 10, 100
    for item, series in zip(block.items, plot.series, strict=True):
        fill_with(series.format, item.status)
        if item.count:
            labels = series.data_labels
            labels.show_value = True
            labels.number_format, labels.number_format_is_linked = WHOLE[lang], False
            labels.font.size, labels.font.bold = Pt(40), True
            labels.font.color.rgb = colour(ink_of(item.status))
            keep_on_one_line(labels)


def _axes(chart: Chart, lang: str, scale: Scale) -> None:
    value, category = chart.value_axis, chart.category_axis
    value.minimum_scale = 0
    value.maximum_scale = scale.end
    value.major_unit = scale.main_ticks[1]
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = colour(PROJECTOR["faint"])
    value.format.line.fill.background()
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = WHOLE[lang], False
    category.format.line.color.rgb = colour(PROJECTOR["line"])
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _bars(chart: Chart, statuses: Sequence[str], shape: str, gap: int) -> None:
    status_bars(chart, statuses, gap)
    plot = chart.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = shape, False
    labels.font.size, labels.font.bold = Pt(LABEL_PT), True
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    keep_on_one_line(labels)
    # Room for the label of the longest bar.
    chart.value_axis.maximum_scale = max(1.0, LABEL_ROOM * max(plot.series[0].values, default=1.0))


def _label_last(series: object, last: Point, lang: str) -> None:
    label = series.points[last.index].data_label  # type: ignore[attr-defined]
    label.font.size = Pt(SMALL_PT)
    label.font.bold = True
    label.position = XL_LABEL_POSITION.ABOVE
    show_value(label._dLbl, POINTS[lang])


def _over_all(piece: Sequence[Point], count: int) -> list[float | None]:
    """A piece of a line as PowerPoint wants a series: a value or none for each of the periods."""
    values: list[float | None] = [None] * count
    for point in piece:
        values[point.index] = point.value
    return values


def _no_marker(series: object) -> None:
    marker = series._element.get_or_add_marker()  # type: ignore[attr-defined]
    for child in list(marker):
        marker.remove(child)
    etree.SubElement(marker, qn("c:symbol"), val="none")
