"""Chart of a pinned view as a native, editable PowerPoint chart."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.slide import Slide as PptxSlide
from pptx.util import Pt

from app.figures.drawing.pptx_canvas import PAPER, SMALL_PT, Box, colour
from app.figures.drawing.pptx_chart import LABEL_PT, POINTS, WHOLE, letter, new_chart
from app.figures.drawing.pptx_chart_data import category_chart_data
from app.figures.view_chart.spec import DotChart, MarkSeries, ViewChart
from app.ui.palette import LIGHT, PROJECTOR

MARKER_PT = 8
GAP_PCT = 40
NAME_PT = SMALL_PT + 4


def view_chart(slide: PptxSlide, box: Box, chart: ViewChart | DotChart, lang: str) -> None:
    """Add the chart to a box; what has no number has no mark."""
    if isinstance(chart, DotChart):
        _dots(slide, box, chart, lang)
        return
    shape = f'{POINTS[lang]}" %"' if chart.unit else WHOLE[lang]
    data = category_chart_data(shape)
    data.categories = chart.places
    for one in chart.series:
        data.add_series(one.name or chart.text, [mark.value for mark in one.marks])
    is_bars = chart.kind == "bars"
    made = new_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED if is_bars else XL_CHART_TYPE.LINE_MARKERS, box, data)
    if len(chart.series) > 1:
        made.has_legend = True
        made.legend.position = XL_LEGEND_POSITION.TOP
        made.legend.include_in_layout = False
        made.legend.font.size = Pt(NAME_PT)
    made.value_axis.major_gridlines.format.line.color.rgb = colour(PROJECTOR["faint"])
    made.value_axis.tick_labels.font.size = made.category_axis.tick_labels.font.size = Pt(NAME_PT)
    for number, (series, one) in enumerate(zip(made.plots[0].series, chart.series, strict=True), start=1):
        _paint(series, f"series-{number}", is_bars)
        if not is_bars:
            _label_last(series, one)
    if is_bars:
        made.category_axis.reverse_order = True
        made.value_axis.visible = False
        made.value_axis.has_major_gridlines = False
        made.plots[0].gap_width = GAP_PCT
        made.plots[0].has_data_labels = True
        letter(made.plots[0].data_labels, shape, LABEL_PT + 2)
        made.plots[0].data_labels.position = XL_LABEL_POSITION.OUTSIDE_END


def _paint(series: Any, name: str, is_bars: bool) -> None:
    ink = colour(LIGHT[name])
    if is_bars:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = ink
        return
    series.smooth = False
    series.format.line.color.rgb = ink
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, MARKER_PT
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = ink


def _label_last(series: Any, shown: MarkSeries) -> None:
    known = [place for place, mark in enumerate(shown.marks) if mark.value is not None]
    for place in known[-1:]:
        _label(series.points[place], shown.marks[place].text)


def _label(point: Any, text: str) -> None:
    frame = point.data_label.text_frame
    frame.text = text
    frame.paragraphs[0].runs[0].font.size = Pt(NAME_PT)
    point.data_label.position = XL_LABEL_POSITION.RIGHT


def _dots(slide: PptxSlide, box: Box, chart: DotChart, lang: str) -> None:
    data = XyChartData(number_format=POINTS[lang])
    # The name of a series is written into a workbook: a target's begins with its code.
    series = data.add_series(chart.y_title)
    for spot in chart.spots:
        series.add_data_point(spot.x, spot.y)
    made = new_chart(slide, XL_CHART_TYPE.XY_SCATTER, box, data)
    for axis, title, (low, high) in (
        (made.category_axis, chart.x_title, chart.x_ends),
        (made.value_axis, chart.y_title, chart.y_ends),
    ):
        _axis(axis, title, low, high)
    plotted = made.plots[0].series[0]
    plotted.format.line.fill.background()
    plotted.marker.style, plotted.marker.size = XL_MARKER_STYLE.CIRCLE, MARKER_PT
    plotted.marker.format.fill.solid()
    plotted.marker.format.fill.fore_color.rgb = colour(LIGHT["series-1"])
    for number, spot in enumerate(chart.spots):
        point = plotted.points[number]
        point.marker.style, point.marker.size = XL_MARKER_STYLE.CIRCLE, MARKER_PT
        point.marker.format.fill.solid()
        point.marker.format.fill.fore_color.rgb = colour(PAPER if spot.is_hollow else LIGHT["series-1"])
        point.marker.format.line.color.rgb = colour(LIGHT["series-1"])
        if spot.label:
            _label(point, spot.label)


def _axis(axis: Any, title: str, low: float, high: float) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = title
    axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(NAME_PT)
    axis.minimum_scale, axis.maximum_scale = low, high
    axis.tick_labels.font.size = Pt(NAME_PT)
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = colour(PROJECTOR["faint"])
