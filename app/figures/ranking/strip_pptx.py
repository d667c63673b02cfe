"""Strip of units as a native PowerPoint chart of dots."""

from __future__ import annotations

from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import PP_ALIGN
from pptx.slide import Slide as PptxSlide
from pptx.util import Inches, Pt

from app.core.status import is_unsure
from app.figures.drawing.pptx_canvas import INK, MUTED, PT_PER_INCH, Box, Line, text
from app.figures.drawing.pptx_chart import LABEL_PT, POINTS, dots, new_chart, place_plot, plain_line
from app.figures.drawing.pptx_chart_data import xy_chart_data
from app.figures.ranking.strip import UnitStrip

ROW_IN = 0.28
LABEL_IN = 1.6
# The smallest and the largest dot that PowerPoint has, in points.
DOT_SIZES = (2, 20)


def strip_chart(slide: PptxSlide, box: Box, strip: UnitStrip, lang: str) -> None:
    """Add the dots at their places, the threshold as a line with its name above, the ticks of the scale below."""
    plot = Box(box.left, box.top + ROW_IN, box.width, box.height - 2 * ROW_IN)
    side = PP_ALIGN.RIGHT if strip.is_title_at_end else PP_ALIGN.LEFT
    text(slide, Box(box.left, box.top, box.width, ROW_IN), [Line(strip.title, LABEL_PT, ink=MUTED)], lang, side)
    scale = strip.scale
    data = xy_chart_data(POINTS[lang])
    points = data.add_series(strip.title)
    for dot in strip.dots:
        for _ in range(2 if is_unsure(dot.status) else 1):
            points.add_data_point(scale.start + dot.x * (scale.end - scale.start), dot.y / strip.diameter)
    chart = new_chart(slide, XL_CHART_TYPE.XY_SCATTER, plot, data)
    across, up = chart.category_axis, chart.value_axis
    across.minimum_scale, across.maximum_scale = scale.start, scale.end
    up.minimum_scale, up.maximum_scale = 0, plot.height / plot.width / strip.diameter
    across.has_major_gridlines = up.has_major_gridlines = False
    across.visible = up.visible = False
    # Lines and labels on the slide meet its scale.
    place_plot(chart, 0, 1)
    size = max(DOT_SIZES[0], min(DOT_SIZES[1], round(0.88 * strip.diameter * plot.width * PT_PER_INCH)))
    series = chart.plots[0].series[0]
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE
    place = 0
    for dot in strip.dots:
        place = dots(series, place, dot.status, size)
    if strip.threshold is not None:
        x = box.left + box.width * scale.share(strip.threshold.value)
        ends = (Inches(x), Inches(plot.top), Inches(x), Inches(plot.top + plot.height))
        line = plain_line(slide, ends, "threshold", INK)
        line.line.width = Pt(1.5)
        line.line.dash_style = MSO_LINE.DASH
        left = min(x - LABEL_IN / 2, box.left + box.width - LABEL_IN)
        align = PP_ALIGN.RIGHT if left < x - LABEL_IN / 2 else PP_ALIGN.CENTER
        name = Line(strip.threshold.label, LABEL_PT, True)
        text(slide, Box(left, box.top, LABEL_IN, ROW_IN), [name], lang, align)
    for mark in strip.ticks:
        x = box.left + box.width * scale.share(mark.value)
        label = scale.cut_sign(mark.value) + mark.label
        left = min(max(x - 0.4, box.left), box.left + box.width - 0.8)
        align = PP_ALIGN.LEFT if left > x - 0.4 else PP_ALIGN.RIGHT if left < x - 0.4 else PP_ALIGN.CENTER
        tick = Box(left, plot.top + plot.height, 0.8, ROW_IN)
        text(slide, tick, [Line(label, LABEL_PT, ink=MUTED)], lang, align)
