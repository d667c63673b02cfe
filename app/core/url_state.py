"""What lives in the address: every state of a page survives reload, sharing and moving on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote, urlencode

from app.core.pages import PAGES
from app.core.parameters import UnknownValueError

LANGUAGES = ("vi", "en")
WINDOWS = ("ytd", "quarter")
DEFAULT_LANGUAGE = "vi"
DEFAULT_WINDOW = "ytd"

NEW_ACTION = "actions new"
SHARED_PARAMETERS = ("period", "window", "lang")


class Href(Protocol):
    """What makes addresses: of the same page with other values, or of another page. `State.href` is one."""

    def __call__(self, page: str | None = None, **changes: str | None) -> str:
        """The address, empty where a file does not hold that page or it is not for whoever looks; a change to None
        takes a parameter out of it."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """One address of the app, parsed. `own` holds the page's own parameters as they stand in the address."""

    page: str = ""
    period: str = ""
    window: str = DEFAULT_WINDOW
    lang: str = DEFAULT_LANGUAGE
    own: tuple[tuple[str, str], ...] = ()
    # Pages that are not for whoever looks, and `NEW_ACTION` where they give no work: no way leads there.
    closed: frozenset[str] = frozenset()

    def get(self, name: str) -> str | None:
        """One of the page's own parameters; None when the address does not have it."""
        return next((value for key, value in self.own if key == name), None)

    @property
    def target(self) -> str | None:
        """The target in the address."""
        return self.get("target")

    @property
    def unit(self) -> str | None:
        """The unit in the address."""
        return self.get("unit")

    @property
    def is_file(self) -> bool:
        """Whether the page is drawn for a file that is read without the app: nothing to choose, fill in or send."""
        return False

    def href(self, page: str | None = None, **changes: str | None) -> str:
        """The address of this state with another page or other values, empty for a page that is not for whoever looks;
        other pages' own values are dropped.

        A change to None takes a parameter out of the address.
        """
        goal = self.page if page is None else page
        if goal in self.closed or (goal == "actions" and changes.get("new") and NEW_ACTION in self.closed):
            return ""
        values = changes if goal != self.page else {**dict(self.own), **changes}
        pairs = [(parameter.name, values.get(parameter.name)) for parameter in PAGES[goal].parameters]
        pairs += [(name, changes.get(name) or getattr(self, name)) for name in SHARED_PARAMETERS]
        return f"/{goal}?" + "&".join([f"{name}={_quoted(value)}" for name, value in pairs if value])

    def within(self, identity: str) -> str:
        """The address of a part of this very page, by its id."""
        return f"#{identity}"

    def export(self, name: str, **extra: str) -> str:
        """The address of a file made from this very state: `deck.pptx`, `table.csv` with `table='figures'` …"""
        pairs = [*extra.items(), ("page", self.page), *self.own]
        pairs += [(shared, getattr(self, shared)) for shared in SHARED_PARAMETERS]
        return f"/export/{name}?" + "&".join(f"{key}={_quoted(value)}" for key, value in pairs if value)

    def explore(self, mart: str) -> str:
        """The address at which a mart is explored, of this page's period and language."""
        return f"/explore/?{urlencode({'mart': mart, 'period': self.period, 'lang': self.lang})}"

    def act(self, form: str, **changes: str | None) -> str:
        """The address that a form of this page is posted to; it names the page that answers, with `changes`."""
        return f"/act/{form}?{urlencode({'at': self.href(**changes)})}"


def language_of(parameters: Mapping[str, str]) -> str:
    """The language an address asks for; an unknown one reads as the default, so that a message can be shown."""
    asked = parameters.get("lang", DEFAULT_LANGUAGE)
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def read(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], opening: str) -> State:
    """Parse an address. Missing values take their defaults (`opening` is the period of an address without one);
    unknown ones, the page's name among them, raise `UnknownValueError`."""
    _expect("page", page, PAGES)
    _expect("lang", parameters.get("lang", DEFAULT_LANGUAGE), LANGUAGES)
    window = _expect("window", parameters.get("window", DEFAULT_WINDOW), WINDOWS)
    period = _expect("period", parameters.get("period", opening), periods)
    own = tuple(
        (parameter.name, parameter.check(parameters[parameter.name]))
        for parameter in PAGES[page].parameters
        if parameters.get(parameter.name)
    )
    return State(page, period, window, language_of(parameters), own)


def fallback(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], opening: str) -> State:
    """The nearest state with known values, for the navigation of a page that only shows a message."""
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


# A page holds a thousand addresses of the same few hundred codes.
@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return quote(value, safe=",")
