"""A bridge as a native, editable PowerPoint chart: bars on an invisible base."""

from __future__ import annotations

from pptx.enum.chart import XL_CHART_TYPE
from pptx.slide import Slide as PptxSlide
from pptx.util import Pt

from app.core.i18n import words
from app.figures.bridge.spec import BridgeSpec
from app.figures.drawing.pptx_canvas import SMALL_PT, Box, colour
from app.figures.drawing.pptx_chart import POINTS, new_chart
from app.figures.drawing.pptx_chart_data import category_chart_data
from app.ui.palette import LIGHT, PROJECTOR

NAME_PT = SMALL_PT + 3
GAP_PCT = 45
# Length of a mark or of the shortest bar, as a share of the scale.
NARROWEST_SHARE = 0.006
FILLS = {"total": PROJECTOR["muted"], "up": LIGHT["series-1"], "down": LIGHT["series-2"]}


def bridge_pptx(slide: PptxSlide, box: Box, spec: BridgeSpec) -> None:
    """Add the chart to a box; each bar has its name and amount beside it."""
    data = category_chart_data(POINTS[words.lang])
    data.categories = [f"{bar.name}: {bar.amount}" for bar in spec.bars]
    data.add_series(words("bridge.base"), [bar.low for bar in spec.bars])
    narrow = NARROWEST_SHARE * (spec.high - spec.low)
    for kind in FILLS:
        lengths = [max(bar.high - bar.low, narrow) if bar.kind == kind else 0.0 for bar in spec.bars]
        data.add_series(words(f"bridge.series_{kind}"), lengths)
    chart = new_chart(slide, XL_CHART_TYPE.BAR_STACKED, box, data)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = spec.low, spec.high
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_labels.font.size = Pt(NAME_PT)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = GAP_PCT, 100
    base, *series = plot.series
    base.format.fill.background()
    for one, fill in zip(series, FILLS.values(), strict=True):
        one.format.fill.solid()
        one.format.fill.fore_color.rgb = colour(fill)
