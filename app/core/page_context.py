"""What every page is given: who looks, at what state, in which words, on which published version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from app.core import permissions
from app.core.access import Viewer
from app.core.i18n import Words
from app.core.reader import Reader
from app.core.sheet import Sheet
from app.core.url_state import State
from app.records import Period, Plan, Publication, Target, Unit
from warehouse.desk import Desk
from warehouse.publish.engines import Published

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

# The page of a unit by its level; what is above has the overview.
UNIT_PAGES = {"ward": "ward", "area": "district", "district": "district"}
NOTHING = Markup("")

# What a page offers as files, by the names that links use: tables of raw values, charts as SVG documents, figures to
# explore. Each is made when it is asked for.
Tables = dict[str, Callable[[], Sheet]]
Charts = dict[str, Callable[[], str]]
Figures = dict[str, Callable[[], "PlotlyFigure"]]


@dataclass(frozen=True, slots=True)
class Context:
    """The frame of one page load. `period` is the chosen quarter, `plan` the one in force then, `targets`
    what it asks for, `city` the unit whose plan it is, `districts` those that existed at the quarter's end, or the
    areas in their place, `reporters` those who report to the city: the districts, or the communes.

    `desk` holds what people decided and wrote; a finished page is drawn anew when anything was written there.
    """

    state: State
    reader: Reader
    words: Words
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
        """Who looks."""
        return self.reader.viewer

    @property
    def reviewed_period(self) -> Period | None:
        """The period under review; None while there is none."""
        return next((one for one in self.periods if one.period_state == "under_review"), None)

    def may_send(self, form: str) -> bool:
        """Whether a form stands on the page: it is no file, and the viewer may send it."""
        return not self.state.is_file and permissions.FORMS[form].is_met_by(self.viewer)

    @property
    def warehouse(self) -> Published:
        """The published version that is looked at."""
        return self.reader.warehouse

    @property
    def target(self) -> Target | None:
        """The target that the address names. Raises `UnknownCodeError` for one that the plan does not have."""
        code = self.state.target
        if code and code not in self.targets:
            raise UnknownCodeError("target", code)
        return self.targets[code] if code else None

    @property
    def reporter_level(self) -> str:
        """The level of the units that reported to the city in the chosen quarter."""
        return "ward" if self.has_areas or not self.districts else "district"

    @property
    def compared_level(self) -> str:
        """The level of the units that pages set side by side: areas, else the units that report."""
        return "area" if self.has_areas else self.reporter_level

    @property
    def has_areas(self) -> bool:
        """Whether areas stand in the place of districts."""
        return bool(self.districts) and not self.districts[0].is_authority

    @property
    def periods_so_far(self) -> list[str]:
        """The codes of the quarters up to the chosen one, oldest first."""
        return [period.period_code for period in self.periods if period.period_code <= self.state.period]

    @property
    def periods_ahead(self) -> list[str]:
        """The codes of the periods still to come in the year of the chosen one, oldest first."""
        now = self.period
        return [one.period_code for one in self.periods if one.year == now.year and one.end_date > now.end_date]

    def unit_name(self, code: str) -> str:
        """The name of a district, area or reporter of the chosen quarter in the reader's language; else its code."""
        unit = self.district(code) or self.reporter(code)
        return self.words.of(unit, "name") if unit else code

    def unit_page(self, code: str) -> str:
        """The page of a unit of the chosen quarter: a district's or an area's, else a ward's."""
        return "district" if self.district(code) else "ward"

    def district(self, code: str | None) -> Unit | None:
        """A district of the chosen quarter, or an area in its place, by its code."""
        return next((unit for unit in self.districts if unit.unit_code == code), None)

    def reporter(self, code: str | None) -> Unit | None:
        """A unit that reports to the city in the chosen quarter, by its code."""
        return next((unit for unit in self.reporters if unit.unit_code == code), None)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page by the id of its element and a short name; one that `folds` is shut on a phone until it is asked
    for."""

    identity: str
    name: str
    folds: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a view hands back.

    `title` names the browser tab, `body` is all that stands under the bars; a bare page has no bars around it.
    `figures` are the pictures that a reader may explore: the same as in `body`, drawn by Plotly. `parts` are those of
    the body that one may jump to, in order; of those that are not in it nothing is said.
    """

    title: str
    body: Markup
    tables: Tables = field(default_factory=dict)
    charts: Charts = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    is_bare: bool = False
    parts: Sequence[Part] = ()


class UnknownCodeError(LookupError):
    """The address names a target or unit that does not exist (in this period); `kind` and `code` say which."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(f"no {kind} {code!r}")
        self.kind = kind
        self.code = code
