"""Charts of a slide as native, editable PowerPoint charts."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.slide import Slide as PptxSlide
from pptx.util import Pt

from app.core.status import sign_of
from app.deck.model import Counts, Tally
from app.figures.drawing.pptx_canvas import SMALL_PT, Box, colour, ink_of, sign_and
from app.figures.drawing.pptx_chart import LABEL_PT, WHOLE, fill_with, letter, new_chart, status_bars
from app.figures.drawing.pptx_chart_data import category_chart_data

LABEL_ROOM = 1.2
# Parts of a bar up to this share have no room for a number.
NARROW_SHARE = 0.06


def tally_chart(slide: PptxSlide, box: Box, tallies: Sequence[Tally], count_word: str, lang: str) -> None:
    """Add the number of units by status, as bars in the statuses' colours."""
    data = category_chart_data(WHOLE[lang])
    data.categories = [sign_and(tally.status, tally.word) for tally in tallies]
    data.add_series(count_word, [tally.count for tally in tallies])
    chart = new_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data)
    status_bars(chart, [tally.status for tally in tallies], gap=35)
    plot = chart.plots[0]
    plot.has_data_labels = True
    letter(plot.data_labels, WHOLE[lang], LABEL_PT)
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    # Room for the label of the longest bar.
    chart.value_axis.maximum_scale = max(1.0, LABEL_ROOM * max(plot.series[0].values, default=1.0))


def counts_chart(slide: PptxSlide, box: Box, block: Counts, lang: str) -> None:
    """Add counts that add up to a whole as one stacked bar."""
    data = category_chart_data(WHOLE[lang])
    data.categories = [""]
    for item in block.items:
        # A part may be too narrow for its number: the legend lists all numbers.
        data.add_series(f"{sign_of(item.status)} {item.word}: {item.count}", [item.count])
    chart = new_chart(slide, XL_CHART_TYPE.BAR_STACKED_100, box, data)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(SMALL_PT + 2)
    chart.value_axis.visible = chart.category_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.gap_width = 10
    plot.overlap = 100
    whole = sum(item.count for item in block.items)
    for item, series in zip(block.items, plot.series, strict=True):
        fill_with(series.format, item.status)
        if item.count > NARROW_SHARE * whole:
            labels = series.data_labels
            labels.show_value = True
            letter(labels, WHOLE[lang], 40)
            labels.font.color.rgb = colour(ink_of(item.status))
