"""Files of the target page: its tables, its pictures under the finding of each, and the interactive pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.analysis.lateness import late_text, lateness
from app.core.i18n import words
from app.core.page_context import Charts, Context, Figures, Tables
from app.core.sheet import Sheet
from app.core.url_state import State
from app.figures.breakdown.html import breakdown_sheet
from app.figures.breakdown.svg import breakdown_chart
from app.figures.drawing.svg_document import Caption
from app.figures.funnel.html import funnel_sheet
from app.figures.funnel.spec import has_picture
from app.figures.funnel.svg import funnel_chart
from app.figures.map.svg import tile_map_document
from app.figures.ranking.svg import ranking_document
from app.figures.small_multiples.svg import multiples_document
from app.figures.trend.svg import trend_chart
from app.pages.shared.files import caption, figure_sheet
from app.pages.target_detail.data import TargetFacts
from app.pages.target_detail.links import funnel_link, trend_link
from app.pages.target_detail.pictures import TargetPictures
from app.records import Progress
from app.records.target import Recalculated

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def tables(context: Context, facts: TargetFacts) -> Tables:
    """Return figures of the quarter, the series behind the trend, the funnel's limits, the breakdown."""
    units = {unit.unit_code: unit for unit in (facts.ground_unit, facts.ward) if unit}
    units |= {**facts.units, facts.city.unit_code: facts.city}
    past = facts.history.shown(facts.target)

    def title(kind: str) -> str:
        return words("chart.of_target", chart=words(kind), target=words.of(facts.target, "name"))

    def figures(kind: str, rows: Sequence[Progress], past: Sequence[Recalculated] = ()) -> Callable[[], Sheet]:
        return lambda: figure_sheet(context, title(kind), rows, units, past)

    offered = {
        "figures": figures("figures.title", [*facts.rows, *facts.city_rows]),
        "trend": figures("trend.title", [*facts.main_course, *facts.beside_course], past),
    }
    if has_picture(facts.funnel):
        offered["funnel"] = lambda: funnel_sheet(title("funnel.title"), facts.funnel)
    if facts.breakdown:
        offered["breakdown"] = lambda: breakdown_sheet(title("breakdown.title"), facts.breakdown)
    return offered


def charts(context: Context, facts: TargetFacts, pictures: TargetPictures) -> Charts:
    """Return the trend; where there are districts, their ranking, tile map and series; the funnel and the breakdown,
    where the target has them."""
    offered: Charts = {"trend": lambda: trend_chart(_caption(context, facts, "trend"), pictures.trend)}
    if facts.rows:
        offered |= {
            "map": lambda: tile_map_document(_caption(context, facts, "map"), pictures.tile_map),
            "multiples": lambda: multiples_document(_caption(context, facts, "multiples"), pictures.multiples),
        }
    ranking = pictures.ranking
    if facts.rows and ranking is not None:
        offered["ranking"] = lambda: ranking_document(_caption(context, facts, "ranking"), ranking)
    funnel = pictures.funnel
    if funnel is not None:
        offered["funnel"] = lambda: funnel_chart(_caption(context, facts, "funnel"), funnel)
    if pictures.breakdown.has_picture:
        offered["breakdown"] = lambda: breakdown_chart(_breakdown_caption(context, facts), pictures.breakdown)
    return offered


def figures(state: State, facts: TargetFacts, pictures: TargetPictures) -> Figures:
    """Return the trend and, where there is one, the funnel."""

    def trend() -> PlotlyFigure:
        from app.figures.trend.plotly import trend_figure  # noqa: PLC0415 - Plotly is loaded on demand

        return trend_figure(pictures.trend, trend_link(state, facts))

    offered: Figures = {"trend": trend}
    spec = pictures.funnel
    if spec is None:
        return offered

    def funnel() -> PlotlyFigure:
        from app.figures.funnel.plotly import funnel_figure  # noqa: PLC0415 - Plotly is loaded on demand

        return funnel_figure(spec, funnel_link(state))

    return offered | {"funnel": funnel}


def _caption(context: Context, facts: TargetFacts, chart: str) -> Caption:
    findings = {"trend": _city_finding, "funnel": _funnel_finding}
    title = findings.get(chart, _districts_finding)(facts)
    subject = words("chart.of_target", chart=words(f"chart.{chart}"), target=words.of(facts.target, "name"))
    return caption(context, title, subject)


def _breakdown_caption(context: Context, facts: TargetFacts) -> Caption:
    target = words.of(facts.target, "short_name")
    title = words("chart.finding_parts", target=target, place=words.of(facts.focus, "name"))
    return caption(context, title, words("chart.breakdown"))


def _districts_finding(facts: TargetFacts) -> str:
    """Return one target in a sentence, by a fixed rule: how many districts are late."""
    rows = facts.rows
    target = words.of(facts.target, "short_name")
    late = lateness(rows)
    if facts.target.threshold_pct is None or not late.judged:
        with_value = sum(row.value_pct is not None for row in rows)
        return words("chart.finding_followed", target=target, count=with_value, of=len(rows))
    if not late.is_any_late:
        return words("chart.finding_good", target=target, of=late.judged)
    units = words(f"unit_noun.{rows[0].unit_level}", count=late.judged)
    return words("chart.finding_late", target=target, late=late_text(late, units))


def _city_finding(facts: TargetFacts) -> str:
    """Return the newest figure of the city's series."""
    target = words.of(facts.target, "short_name")
    newest = facts.main_course[-1] if facts.main_course else None
    if newest is None or newest.value_pct is None:
        return words("chart.city_absent", target=target)
    value = words.percent(newest.value_pct, newest.threshold_pct, newest.path_pct)
    key = "chart.ground_value" if facts.is_same_ground else "chart.city_value"
    if newest.is_so_far:
        value = words("so_far.number", value=value)
    return words(key, target=target, value=value, status=words.status(newest.shown_status).lower())


def _funnel_finding(facts: TargetFacts) -> str:
    """Return how many districts differ from the city by no more than chance."""
    inside_count = sum(point.limits.is_inside for point in facts.funnel)
    target = words.of(facts.target, "short_name")
    return words("chart.finding_funnel", target=target, inside=inside_count, of=len(facts.funnel))
