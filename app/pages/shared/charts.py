"""Charts as files: which pictures a page offers, and the whole SVG document of one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.analysis import progress_summary
from app.analysis.headline import headline
from app.core import formatting
from app.core.page_context import Context
from app.core.status import JUDGED
from app.figures.breakdown.spec import BreakdownSpec
from app.figures.breakdown.svg import breakdown_chart
from app.figures.drawing.svg_document import Caption
from app.figures.funnel.spec import FunnelSpec
from app.figures.funnel.svg import funnel_chart
from app.figures.grid.grid_filter import MOVED, Arranged
from app.figures.grid.html import by_cell
from app.figures.grid.svg import grid_chart, wards_chart
from app.figures.map.spec import TileMap
from app.figures.map.svg import tile_map_document
from app.figures.ranking.spec import Ranking
from app.figures.ranking.svg import ranking_document
from app.figures.small_multiples.spec import Multiples
from app.figures.small_multiples.svg import multiples_document
from app.figures.trend.spec import TrendSpec
from app.figures.trend.svg import trend_chart
from app.records import Progress, Target, Unit

Pictures = dict[str, Callable[[], str]]
Rows = Sequence[Progress]


def caption(context: Context, title: str, subject: str) -> Caption:
    """What a chart of this page says around itself; `title` is its finding, `subject` what is drawn."""
    words, state, publication = context.words, context.state, context.publication
    subtitle = words(
        "chart.subtitle",
        subject=subject,
        period=words.period(state.period),
        window=words(f"window.{state.window}"),
        until=formatting.date(context.period.end_date),
    )
    source = words(
        "chart.source",
        version=publication.version,
        published=formatting.moment(publication.built_at),
        rate=words.share(context.period.reported_count, context.period.reporter_count),
    )
    return Caption(title, subtitle, source, words("files.sample") if publication.is_sample else "")


def of_overview(
    context: Context, city_rows: Sequence[Progress], rows: Sequence[Progress], city: Unit, shown: Arranged
) -> Pictures:
    """The grid of the city and its districts (`rows`), arranged and narrowed as on the page; none of nothing."""
    words = context.words

    def grid() -> str:
        found = progress_summary.overview(city_rows, rows)
        title = headline(found, context.reporter_level, context.state.period, words)
        around = caption(context, title, _narrowed(context))
        units = [city, *shown.units]
        return grid_chart(around, shown.targets, units, by_cell([*city_rows, *rows]), words, shown.lit)

    return {"grid": grid} if shown.units else {}


def of_wards(context: Context, title: str, targets: Sequence[Target], wards: Sequence[Unit], rows: Rows) -> Pictures:
    """Every ward of a district on every target counted there."""
    words = context.words

    def drawn() -> str:
        around = caption(context, title, words("wards.title", count=len(wards)))
        return wards_chart(around, targets, wards, by_cell(rows), words)

    return {"wards": drawn} if wards else {}


@dataclass(frozen=True, slots=True)
class TargetFigures:
    """The pictures of one target, as its page and its files show them."""

    trend: TrendSpec
    ranking: Ranking
    tile_map: TileMap
    multiples: Multiples


def of_target(
    context: Context, target: Target, city_rows: Sequence[Progress], rows: Sequence[Progress], figures: TargetFigures
) -> Pictures:
    """Ranking, course of the city, tile map and small multiples of one target.

    `city_rows` are the city's figures, oldest first, `rows` the districts' of the quarter.
    """
    words, name = context.words, context.words.of(target, "name")
    title = finding(context, target, rows)

    def around(kind: str, finding: str) -> Caption:
        subject = words("chart.of_target", chart=words(f"chart.{kind}"), target=name)
        return caption(context, finding, subject)

    city_title = _city_finding(context, target, city_rows)
    pictures: Pictures = {"trend": lambda: trend_chart(around("trend", city_title), figures.trend, words)}
    if rows:
        pictures |= {
            "ranking": lambda: ranking_document(around("ranking", title), figures.ranking, words),
            "map": lambda: tile_map_document(around("map", title), figures.tile_map, words),
            "multiples": lambda: multiples_document(around("multiples", title), figures.multiples, words),
        }
    return pictures


def of_communes(context: Context, target: Target, rows: Sequence[Progress], ranked: Ranking) -> Pictures:
    """The ranking of communes on one target; `rows` are their figures."""
    words, name = context.words, context.words.of(target, "short_name")

    def ranking() -> str:
        count = sum(row.value_pct is not None for row in rows)
        title = words("communes.finding", target=name, count=count, of=len(rows))
        subject = words("chart.of_target", chart=words("communes.title"), target=words.of(target, "name"))
        return ranking_document(caption(context, title, subject), ranked, words)

    return {"ranking": ranking}


def of_target_depth(
    context: Context,
    target: Target,
    funnel: FunnelSpec | None,
    parts: BreakdownSpec,
) -> Pictures:
    """The funnel around the city's figure, and what is counted at a place, where the target has them."""
    words, pictures = context.words, Pictures()
    name = words.of(target, "short_name")
    if funnel is not None:
        title = words("chart.finding_funnel", target=name, inside=funnel.inside_count, of=len(funnel.marks))
        subject = words("chart.of_target", chart=words("chart.funnel"), target=words.of(target, "name"))
        pictures["funnel"] = lambda: funnel_chart(caption(context, title, subject), funnel, words)
    if parts.has_picture:
        finding = words("chart.finding_parts", target=name, place=parts.place)
        around = caption(context, finding, words("chart.breakdown"))
        pictures["breakdown"] = lambda: breakdown_chart(around, parts)
    return pictures


def finding(context: Context, target: Target, rows: Sequence[Progress]) -> str:
    """One target in a sentence, by a fixed rule: how many districts are behind, how many of them far behind."""
    words, counts = context.words, Counter(row.status for row in rows)
    name = words.of(target, "short_name")
    if not rows:
        return name
    judged = sum(counts[status] for status in JUDGED)
    if target.threshold_pct is None or not judged:
        with_value = sum(1 for row in rows if row.value_pct is not None)
        return words("chart.finding_followed", target=name, count=with_value, of=len(rows))
    late = counts["behind"] + counts["far_behind"]
    if not late:
        return words("chart.finding_good", target=name, of=judged)
    return words("chart.finding_late", target=name, late=late, of=judged, far=counts["far_behind"])


def _narrowed(context: Context) -> str:
    """What the grid shows of all there is: a group, a status, an order other than by area."""
    words, state = context.words, context.state
    group, status, sort = state.get("group"), state.get("status"), state.get("sort")
    said = [words("chart.grid")]
    said += [words.of(target, "group_name") for target in context.targets.values() if str(target.group_code) == group][
        :1
    ]
    if status:
        kind = "grid" if status in MOVED else "status"
        said.append(words("chart.grid_only", status=words(f"{kind}.{status}").lower()))
    if sort:
        said.append(words(f"grid.sort_{sort}").lower())
    return ", ".join(said)


def _city_finding(context: Context, target: Target, rows: Sequence[Progress]) -> str:
    words, name = context.words, context.words.of(target, "short_name")
    now = rows[-1] if rows else None
    if now is None or now.value_pct is None:
        return words("chart.city_absent", target=name)
    value = words.percent(now.value_pct, now.threshold_pct, now.path_pct)
    return words("chart.city_value", target=name, value=value, status=words.status(now.status).lower())
