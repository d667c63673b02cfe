"""State of a page in its address, so that it survives reload, sharing and navigation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode

from app.core.levels import MIDDLE_PAGE, unit_page
from app.core.pages import PAGES
from app.core.parameters import UnknownValueError
from warehouse.plan.levels import levels
from warehouse.programmes import code_in_force
from warehouse.settings import Settings

LANGUAGES = ("vi", "en")
WINDOWS = ("ytd", "quarter")
DEFAULT_LANGUAGE = "vi"
DEFAULT_WINDOW = "ytd"

# The page of actions and the parameter with which it shows a form.
NEW_ACTION, NEW_QUESTION = "actions new", "actions ask"
PLAN = "plan"
SHARED_PARAMETERS = ("period", "window", "lang", "level", PLAN)


class Href(Protocol):
    """Function that returns addresses: of the same page with other values, or of another page, such as `State.href`."""

    def __call__(self, page: str | None = None, **changes: str | None) -> str:
        """Return the address; empty if a file does not contain the page or the viewer may not open it.

        A change to None removes a parameter from the address.
        """
        ...


def plan_in_force() -> str:
    """Return the code of the programme in force as addresses have it; empty for the first, or the only one."""
    # Called for every row of long tables; without a code the only or first programme is in force.
    return Settings.from_env().plan_in_addresses if code_in_force() else ""


@dataclass(frozen=True, slots=True)
class State:
    """Parsed address. `own` holds the page's own parameters as written in the address.

    `level` is the reading level that the address names, empty for the default of its period. `plan` is the code of the
    programme, empty for the first one of the installation; every state is of the programme in force.
    """

    page: str = ""
    period: str = ""
    window: str = DEFAULT_WINDOW
    lang: str = DEFAULT_LANGUAGE
    own: tuple[tuple[str, str], ...] = ()
    # Pages that are hidden from the viewer, the forms that they may not send (`NEW_ACTION`, `NEW_QUESTION`), and the
    # `hidden_programme` of those in which they have no role: no links lead there.
    hidden: frozenset[str] = frozenset()
    level: str = ""
    plan: str = field(default_factory=plan_in_force)

    def get(self, name: str) -> str | None:
        """Return one of the page's own parameters; None when the address does not have it."""
        return next((value for key, value in self.own if key == name), None)

    @property
    def target(self) -> str | None:
        """Return the target in the address."""
        return self.get("target")

    @property
    def unit(self) -> str | None:
        """Return the unit in the address."""
        return self.get("unit")

    @property
    def is_file(self) -> bool:
        """Return whether the page is rendered for an offline file: nothing to choose, fill in or submit."""
        return False

    def href(self, page: str | None = None, **changes: str | None) -> str:
        """Return the address of this state with another page or other values; empty for a page hidden from the viewer.

        Parameters of other pages are dropped. A change to None removes a parameter from the address.
        """
        goal = self.page if page is None else page
        if goal in self.hidden or (goal == "actions" and self._asks_for_hidden_form(changes)):
            return ""
        values = changes if goal != self.page else {**dict(self.own), **changes}
        names = [parameter.name for parameter in PAGES[goal].parameters]
        own = "".join([f"{name}={_quoted(value)}&" for name in names if (value := values.get(name))])
        get = changes.get
        shared = (get("period") or self.period, get("window") or self.window, get("lang") or self.lang)
        return f"/{goal}?{own}" + _shared(*shared, get("level", self.level) or "", self.plan)

    def _asks_for_hidden_form(self, changes: Mapping[str, str | None]) -> bool:
        return any(value and f"actions {name}" in self.hidden for name, value in changes.items())

    def within(self, identity: str) -> str:
        """Return the address of a part of this page, by its id."""
        return f"#{identity}"

    def export(self, name: str, **extra: str) -> str:
        """Return the address of a file created from this state, such as `deck.pptx` or `table.csv`.

        `extra` are its other parameters, such as `table='figures'`.
        """
        pairs = [*extra.items(), ("page", self.page), *self.own]
        pairs += [(shared, getattr(self, shared)) for shared in SHARED_PARAMETERS]
        return f"/export/{name}?" + "&".join(f"{key}={_quoted(value)}" for key, value in pairs if value)

    def explore_mart(self, mart: str) -> str:
        """Return the address of the exploring page that shows a mart, in this page's period and language."""
        address = f"/explore/tables?{urlencode({'mart': mart, 'period': self.period, 'lang': self.lang})}"
        return in_plan(address)

    def explore(self) -> str:
        """Return the address of the exploring page with the figures of this page; empty for a page without figures."""
        # There, areas are the districts of their time, and the default.
        level = None if unit_page(self.level) == MIDDLE_PAGE else self.level
        own: dict[str, dict[str, str | None]] = {
            "": {"level": level},
            "target": {"target": self.target, "level": level},
            "district": {"view": "map", "unit": self.unit},
            "ward": {"view": "map", "level": levels().base, "unit": self.unit},
        }
        if self.page not in own:
            return ""
        shared = {"period": self.period, "window": self.window, "lang": self.lang}
        values = {name: value for name, value in (own[self.page] | shared).items() if value}
        return in_plan(f"/explore/?{urlencode(values)}")

    def act(self, form: str, **changes: str | None) -> str:
        """Return the address to which a form of this page is posted; it names the page that answers, with `changes`."""
        return f"/act/{form}?{urlencode({'at': self.href(**changes)})}"


def in_plan(address: str) -> str:
    """Return an address in the programme in force."""
    plan = plan_in_force()
    return f"{address}{'&' if '?' in address else '?'}{PLAN}={plan}" if plan else address


def parameters_of(address: str) -> dict[str, str]:
    """Return the parameters of an address, whatever is before them; of those of one name the last."""
    return dict(parse_qsl(address.partition("#")[0].partition("?")[2]))


def hidden_programme(code: str) -> str:
    """Return the entry of `State.hidden` for a programme."""
    return f"{PLAN} {code}"


def language_of(parameters: Mapping[str, str]) -> str:
    """Return the language of an address; the default for an unknown one, so that a message can be shown."""
    lang = parameters.get("lang", DEFAULT_LANGUAGE)
    return lang if lang in LANGUAGES else DEFAULT_LANGUAGE


def language_asked(parameters: Mapping[str, str]) -> str:
    """Return the language of an address that is no page's: its own, else that of the page which it names."""
    page = parameters.get("to") or parameters.get("at", "")
    return language_of(parameters if "lang" in parameters else parameters_of(page))


def read(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], opening: str) -> State:
    """Parse an address.

    Missing values take their defaults (`opening` is the period of an address without one). Unknown values, including
    the page's name, raise `UnknownValueError`.
    """
    _expect("page", page, PAGES)
    _expect("lang", parameters.get("lang", DEFAULT_LANGUAGE), LANGUAGES)
    window = _expect("window", parameters.get("window", DEFAULT_WINDOW), WINDOWS)
    period = _expect("period", parameters.get("period", opening), periods)
    own = tuple(
        (parameter.name, parameter.check(parameters[parameter.name]))
        for parameter in PAGES[page].parameters
        if parameters.get(parameter.name)
    )
    level = _expect("level", parameters["level"], levels().readable) if parameters.get("level") else ""
    return State(page, period, window, language_of(parameters), own, level=level)


def fallback(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], opening: str) -> State:
    """Return the nearest state with known values, for the navigation of a page that only shows a message."""
    window, period = parameters.get("window", ""), parameters.get("period", "")
    return State(
        page if page in PAGES else "",
        period if period in periods else opening,
        window if window in WINDOWS else DEFAULT_WINDOW,
        language_of(parameters),
    )


def _expect(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise UnknownValueError(name, value)
    return value


# Most addresses of a page differ in its own parameters alone.
@lru_cache(maxsize=1024)
def _shared(period: str, window: str, lang: str, level: str, plan: str) -> str:
    pairs = zip(SHARED_PARAMETERS, (period, window, lang, level, plan), strict=True)
    return "&".join([f"{name}={_quoted(value)}" for name, value in pairs if value])


# A page contains about a thousand addresses with the same few hundred codes.
@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return quote(value, safe=",")
