"""Input and output of every page: viewer, state, texts and published version; body, tables and charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from app.core import permissions
from app.core.access import Viewer
from app.core.i18n import words
from app.core.reader import Reader
from app.core.sheet import Sheet
from app.core.url_state import State
from app.records import Period, Plan, Publication, Target, Unit
from warehouse.desk import Desk
from warehouse.plan.levels import levels
from warehouse.publish.engines import Published

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

NOTHING = Markup("")

# Files offered by a page, by the names used in links: tables of raw values, charts as SVG documents, interactive
# figures. Each is created on request.
Tables = dict[str, Callable[[], Sheet]]
Charts = dict[str, Callable[[], str]]
Figures = dict[str, Callable[[], "PlotlyFigure"]]


@dataclass(frozen=True, slots=True)
class Context:
    """Input of a page.

    `period` is the chosen quarter, `plan` the plan in force in it, `targets` the plan's targets, `city` the unit at the
    top. `districts` are those that existed at the quarter's end, or the areas that replace them, none in a city of two
    tiers; `reporters` the units that report to the city: districts, or communes. `desk` gives access to decisions,
    actions and notes; a cached page is rendered again after any write there.
    """

    state: State
    reader: Reader
    publication: Publication
    period: Period
    periods: tuple[Period, ...]
    plan: Plan
    targets: dict[str, Target]
    city: Unit
    districts: tuple[Unit, ...]
    reporters: tuple[Unit, ...]
    desk: Desk

    @property
    def viewer(self) -> Viewer:
        """Return the viewer."""
        return self.reader.viewer

    @property
    def reviewed_period(self) -> Period | None:
        """Return the period under review, or None."""
        return next((period for period in self.periods if period.period_state == "under_review"), None)

    def may_send(self, form: str) -> bool:
        """Return whether the page shows a form: it is not an offline file, and the viewer may submit the form."""
        return not self.state.is_file and permissions.FORMS[form].is_met_by(self.viewer)

    @property
    def warehouse(self) -> Published:
        """Return the published version."""
        return self.reader.warehouse

    @property
    def target(self) -> Target | None:
        """Return the target named in the address, or None.

        Raises `UnknownCodeError` for a target that the plan does not have.
        """
        code = self.state.target
        if code and code not in self.targets:
            raise UnknownCodeError("target", code)
        return self.targets[code] if code else None

    @property
    def has_thresholds(self) -> bool:
        """Return whether any target has a threshold; without one, targets are only followed."""
        return any(target.threshold_pct is not None for target in self.targets.values())

    @property
    def reporter_level(self) -> str:
        """Return the level of the units that reported to the city in the chosen quarter."""
        return self.middle_level if self.districts and not self.has_areas else levels().base

    @property
    def middle_level(self) -> str:
        """Return the level of the districts, or of the areas that replace them; empty in a city of two tiers."""
        return next((unit.unit_level for unit in self.districts), "")

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels of the units that answer to the city in the chosen quarter, the larger units first."""
        return tuple(dict.fromkeys(unit.unit_level for unit in (*self.districts, *self.reporters)))

    @property
    def default_level(self) -> str:
        """Return the reading level of the quarter, which documents and slides keep; empty without units."""
        return next(iter(self.levels), "")

    @property
    def level(self) -> str:
        """Return the chosen reading level: that of the address where the quarter has it, else its default."""
        return self.state.level if self.state.level in self.levels else self.default_level

    @property
    def units(self) -> tuple[Unit, ...]:
        """Return the units of the reading level, which pages show and compare."""
        return self.districts if self.districts and self.middle_level == self.level else self.reporters

    @property
    def reads_areas(self) -> bool:
        """Return whether the reading level is that of the areas."""
        return self.has_areas and self.units is self.districts

    @property
    def has_areas(self) -> bool:
        """Return whether areas replace districts."""
        return bool(self.districts) and not self.districts[0].is_authority

    @property
    def periods_so_far(self) -> list[str]:
        """Return the codes of the quarters up to the chosen one, oldest first."""
        return [period.period_code for period in self.periods if period.period_code <= self.state.period]

    @property
    def periods_ahead(self) -> list[str]:
        """Return the codes of the remaining periods in the year of the chosen one, oldest first."""
        now = self.period
        return [
            period.period_code for period in self.periods if period.year == now.year and period.end_date > now.end_date
        ]

    def unit_name(self, code: str) -> str:
        """Return the name of a district, area or reporter of the chosen quarter in the page's language.

        Else its code.
        """
        unit = self.district(code) or self.reporter(code)
        return words.of(unit, "name") if unit else code

    def unit_page(self, code: str) -> str:
        """Return the page of a unit of the chosen quarter: `district` for a district or area, else `ward`."""
        return "district" if self.district(code) else "ward"

    def district(self, code: str | None) -> Unit | None:
        """Return a district of the chosen quarter, or an area that replaces districts, by its code."""
        return next((unit for unit in self.districts if unit.unit_code == code), None)

    def unit(self, code: str | None) -> Unit | None:
        """Return a unit of the reading level by its code."""
        return next((unit for unit in self.units if unit.unit_code == code), None)

    def reporter(self, code: str | None) -> Unit | None:
        """Return a unit that reports to the city in the chosen quarter, by its code."""
        return next((unit for unit in self.reporters if unit.unit_code == code), None)


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a page: the id of its element and a short name. A part that `folds` is collapsed on a phone."""

    identity: str
    name: str
    folds: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Output of a page.

    `title` is for the browser tab, `body` everything below the bars; a bare page has no bars. `figures` are the charts
    of the body that are also available as interactive Plotly charts. `parts` are the navigable parts in order; parts
    that are missing from the body are ignored.
    """

    title: str
    body: Markup
    tables: Tables = field(default_factory=dict)
    charts: Charts = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    is_bare: bool = False
    parts: Sequence[Part] = ()


class UnknownCodeError(LookupError):
    """The address names a target or unit that does not exist (in this period): `kind` and `code`."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(f"no {kind} {code!r}")
        self.kind = kind
        self.code = code
