"""The target page from 01/07/2025, when there are no districts: the communes' ranking, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from app.core.page_context import CITY, Context
from app.core.sheet import Sheet, progress_sheet
from app.figures.ranking.html import draw_ranking
from app.figures.ranking.spec import Ranking, ranking_of
from app.pages.shared.charts import Pictures, of_communes
from app.pages.target.data import TargetFacts
from app.queries import plan, progress
from app.records import Progress, Unit
from app.ui import layout, page_header

WAITING = ("not_reported", "rejected", "not_due", "not_applicable")


@dataclass(frozen=True, slots=True)
class Communes:
    """The communes of the quarter and their figures on one target; without rows where it is not counted there."""

    units: dict[str, Unit]
    rows: list[Progress]

    @property
    def have_reported(self) -> bool:
        """Whether there is anything to rank, if only hidden figures."""
        return any(row.status not in WAITING for row in self.rows)


def communes_of(context: Context, facts: TargetFacts) -> Communes:
    """Every commune's figure on the target."""
    state, reader = context.state, context.reader
    units = {unit.unit_code: unit for unit in plan.wards(reader, CITY, context.period.end_date)}
    found = progress.target_wards(reader, facts.target.target_code, CITY, state.period, state.window)
    return Communes(units, [row for row in found if row.unit_code in units])


def section(context: Context, facts: TargetFacts, communes: Communes) -> Markup:
    """The ranking; one sentence where nothing can be ranked. That there is no map is said in words."""
    words, state, title = context.words, context.state, context.words("communes.title")
    if not communes.rows:
        return layout.section(title, page_header.remark(words("communes.not_counted")), "", "ranking")
    if not communes.have_reported:
        is_due = any(row.status != "not_due" for row in communes.rows)
        why = words("communes.none" if is_due else "communes.not_due", period=words.period(state.period))
        return layout.section(title, page_header.remark(f"{why} {words('communes.no_map')}"), "", "ranking")
    ranking = _ranking(context, facts, communes)
    drawn = draw_ranking(ranking, state.href, words)
    note = f"{ranking.note} {words('communes.no_map')}"
    return layout.section(title, drawn, note, "ranking", layout.tools(context, title, "communes", "ranking"))


def tables(context: Context, communes: Communes) -> dict[str, Callable[[], Sheet]]:
    """The ranking as raw values."""

    def sheet() -> Sheet:
        title = context.words("communes.title")
        return progress_sheet(title, communes.rows, context.targets, communes.units, context.words)

    return {"communes": sheet} if communes.have_reported else {}


def charts(context: Context, facts: TargetFacts, communes: Communes) -> Pictures:
    """The ranking as a picture."""
    if not communes.have_reported:
        return {}
    return of_communes(context, facts.target, communes.rows, _ranking(context, facts, communes))


def _ranking(context: Context, facts: TargetFacts, communes: Communes) -> Ranking:
    return ranking_of(communes.rows, facts.target, communes.units, context.words, context.state.unit)
