"""Specs of the target page's pictures: decided once, for the page and for its files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core.i18n import words
from app.figures.breakdown.spec import BreakdownSpec, breakdown_spec
from app.figures.funnel.spec import FunnelSpec, funnel_spec, has_picture
from app.figures.map.spec import TileMap, tile_map_of
from app.figures.ranking.spec import Ranking, ranking_of
from app.figures.series import Series
from app.figures.small_multiples.spec import Multiples, district_multiples
from app.figures.trend.spec import TrendSpec, trend_spec
from app.pages.shared.selected_figure import unit_series
from app.pages.target_detail.data import TargetFacts


@dataclass(frozen=True, slots=True)
class TargetPictures:
    """All districts ranked (None while the city's figure is not judged), on the tile map, and their series; the city's
    series, a marked district's beside it; value against size, None where the city has no figure or districts are too
    alike in size for chance to be judged; what is counted where the page looks closely."""

    ranking: Ranking | None
    tile_map: TileMap
    multiples: Multiples
    trend: TrendSpec
    funnel: FunnelSpec | None
    breakdown: BreakdownSpec


def target_pictures(facts: TargetFacts) -> TargetPictures:
    """Return the pictures of a target in a quarter."""
    target = facts.target
    marked = facts.marked.unit_code if facts.marked else None
    funnel = None
    if facts.city_row is not None and has_picture(facts.funnel):
        funnel = funnel_spec(facts.funnel, facts.city_row, target, marked)
    return TargetPictures(
        ranking=ranking_of(facts.rows, target, facts.units, marked) if facts.is_ranked else None,
        tile_map=tile_map_of(facts.rows, target, facts.units, marked, places=facts.places),
        multiples=district_multiples(facts.applicable_rows, facts.courses, target, facts.units, facts.periods),
        trend=_trend(facts),
        funnel=funnel,
        breakdown=breakdown_spec(facts.breakdown, facts.focus_row, words.of(facts.focus, "name")),
    )


def _trend(facts: TargetFacts) -> TrendSpec:
    target = facts.target
    name = words.of(facts.city, "short_name")
    if facts.is_same_ground:
        name = words("ground.name", city=name)
    city = Series(name, name, facts.main_course)
    beside = None
    if facts.focus is not facts.city:
        unit = unit_series(facts.focus, facts.beside_course)
        beside = replace(unit, past=facts.history.shown(target))
    return trend_spec(city, target, facts.breaks, beside, facts.ahead, facts.notes)
