"""What every page is given: who looks, at what state, in which words, on which published version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.access import Viewer
from app.facts import Period, Publication, Target, Unit
from app.state import State
from app.words import Markup, Words
from warehouse.engines import Published

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CITY = "79"
NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class Context:
    """The frame of one page load. `period` is the chosen quarter, `districts` those that existed at its end."""

    state: State
    viewer: Viewer
    warehouse: Published
    words: Words
    publication: Publication
    period: Period
    periods: tuple[Period, ...]
    targets: dict[str, Target]
    districts: tuple[Unit, ...]

    def district_name(self, code: str) -> str:
        """The name of a district of the chosen quarter in the reader's language; its code if it has none."""
        unit = self.district(code)
        return self.words.of(unit, "name") if unit else code

    def district(self, code: str | None) -> Unit | None:
        """A district of the chosen quarter by its code."""
        return next((unit for unit in self.districts if unit.unit_code == code), None)


@dataclass(frozen=True, slots=True)
class Page:
    """What a view hands back. `title` names the browser tab. With a `figure` the page has two columns below
    `main`: `left`, and the figure above `right`; then `rest` spans the page again. All parts are finished HTML."""

    title: str
    main: Markup
    figure: Callable[[], Figure] | None = None
    left: Markup = NOTHING
    right: Markup = NOTHING
    rest: Markup = NOTHING


class UnknownCodeError(LookupError):
    """The address names a target or unit that does not exist (in this period); `kind` and `code` say which."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(f"no {kind} {code!r}")
        self.kind = kind
        self.code = code
