"""The target page from 01/07/2025, when there are no districts: the communes' ranking, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.page_context import CITY, Charts, Context, Tables
from app.core.sheet import progress_sheet
from app.figures.ranking.html import draw_ranking
from app.figures.ranking.spec import Ranking, ranking_of
from app.figures.ranking.svg import ranking_document
from app.pages.shared.charts import caption
from app.queries import plan, progress
from app.records import Progress, Target, Unit
from app.ui import layout
from app.ui.page_header import remark

WAITING = ("not_reported", "rejected", "not_due", "not_applicable")


@dataclass(frozen=True, slots=True)
class Communes:
    """The communes of the quarter and their figures on one target; without rows where it is not counted there."""

    units: Mapping[str, Unit]
    rows: Sequence[Progress]

    @property
    def have_reported(self) -> bool:
        """Whether there is anything to rank, if only hidden figures."""
        return any(row.status not in WAITING for row in self.rows)


def communes_of(context: Context, target: Target) -> Communes:
    """Every commune's figure on the target."""
    state, reader = context.state, context.reader
    units = {unit.unit_code: unit for unit in plan.wards(reader, CITY, context.period.end_date)}
    rows = progress.target_wards(reader, target.target_code, CITY, state.period, state.window)
    return Communes(units, [row for row in rows if row.unit_code in units])


def communes_section(context: Context, target: Target, communes: Communes) -> Markup:
    """The ranking; one sentence where nothing can be ranked. That there is no map is said in words."""
    words, state = context.words, context.state
    title = words("communes.title")
    if not communes.rows:
        return layout.section(title, remark(words("communes.not_counted")), "", "ranking")
    if not communes.have_reported:
        is_due = any(row.status != "not_due" for row in communes.rows)
        why = words("communes.none" if is_due else "communes.not_due", period=words.period(state.period))
        return layout.section(title, remark(f"{why} {words('communes.no_map')}"), "", "ranking")
    ranking = _ranking(context, target, communes)
    drawn = draw_ranking(ranking, state.href, words)
    note = f"{ranking.note} {words('communes.no_map')}"
    return layout.part(context, title, drawn, note, "ranking", table="communes", chart="ranking")


def communes_tables(context: Context, communes: Communes) -> Tables:
    """The ranking as raw values."""
    if not communes.have_reported:
        return {}
    words = context.words
    title = words("communes.title")
    return {"communes": lambda: progress_sheet(title, communes.rows, context.targets, communes.units, words)}


def communes_charts(context: Context, target: Target, communes: Communes) -> Charts:
    """The ranking as a picture."""
    if not communes.have_reported:
        return {}
    words = context.words

    def draw() -> str:
        count = sum(row.value_pct is not None for row in communes.rows)
        name = words.of(target, "short_name")
        title = words("communes.finding", target=name, count=count, of=len(communes.rows))
        subject = words("chart.of_target", chart=words("communes.title"), target=words.of(target, "name"))
        return ranking_document(caption(context, title, subject), _ranking(context, target, communes), words)

    return {"ranking": draw}


def _ranking(context: Context, target: Target, communes: Communes) -> Ranking:
    return ranking_of(communes.rows, target, communes.units, context.words, context.state.unit)
