"""What lives in the address: every state of a page survives reload, sharing and moving on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

LANGUAGES = ("vi", "en")
WINDOWS = ("ytd", "quarter")
DEFAULT_LANGUAGE = "vi"
DEFAULT_WINDOW = "ytd"

# Which own parameters each page has, in the order they stand in its address.
PAGE_PARAMETERS: dict[str, tuple[str, ...]] = {
    "": (),
    "target": ("target", "unit"),
    "district": ("unit", "target"),
    "ward": ("unit", "target"),
}
SHARED_PARAMETERS = ("period", "window", "lang")
_SAFE_CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")


class UnknownValueError(ValueError):
    """An address carries a value the app does not know; `parameter` and `value` say which."""

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"unknown {parameter}: {value!r}")
        self.parameter = parameter
        self.value = value


@dataclass(frozen=True, slots=True)
class State:
    """One address of the app, parsed. `target` and `unit` are None when the address has none."""

    page: str = ""
    period: str = ""
    window: str = DEFAULT_WINDOW
    lang: str = DEFAULT_LANGUAGE
    target: str | None = None
    unit: str | None = None

    def href(self, page: str | None = None, **changes: str | None) -> str:
        """The address of this state with another page or other values; other pages' own values are dropped."""
        goal = self.page if page is None else page
        values = changes if goal != self.page else {"target": self.target, "unit": self.unit} | changes
        pairs = [(name, values.get(name)) for name in PAGE_PARAMETERS[goal]]
        pairs += [(name, changes.get(name) or getattr(self, name)) for name in SHARED_PARAMETERS]
        return f"/{goal}?" + "&".join(f"{name}={_quoted(value)}" for name, value in pairs if value)


def language_of(parameters: Mapping[str, str]) -> str:
    """The language an address asks for; an unknown one reads as the default, so that a message can be shown."""
    asked = parameters.get("lang", DEFAULT_LANGUAGE)
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def read(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], latest: str) -> State:
    """Parse an address. Missing values take their defaults; unknown ones raise `UnknownValueError`."""
    _expect("lang", parameters.get("lang", DEFAULT_LANGUAGE), LANGUAGES)
    window = _expect("window", parameters.get("window", DEFAULT_WINDOW), WINDOWS)
    period = _expect("period", parameters.get("period", latest), periods)
    own = {name: _code(name, parameters[name]) for name in PAGE_PARAMETERS[page] if parameters.get(name)}
    return State(page, period, window, language_of(parameters), own.get("target"), own.get("unit"))


def fallback(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], latest: str) -> State:
    """The nearest state with known values, for the navigation of a page that only shows a message."""
    window, period = parameters.get("window", ""), parameters.get("period", "")
    return State(
        page,
        period if period in periods else latest,
        window if window in WINDOWS else DEFAULT_WINDOW,
        language_of(parameters),
    )


def _expect(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise UnknownValueError(name, value)
    return value


def _code(name: str, value: str) -> str:
    if not _SAFE_CODE.fullmatch(value):
        raise UnknownValueError(name, value)
    return value


def _quoted(value: str) -> str:
    # A page holds five hundred addresses and nearly every code is plain.
    return value if value.isascii() and value.isalnum() else quote(value, safe="")
