"""From an address to a finished page: finds the view, keeps what it made, turns every failure into a message."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Condition
from typing import Any

from cachetools import LRUCache, cached

from app import shell, state
from app.access import AccessDeniedError, Viewer
from app.context import Columns, Context, Figure, Page, UnknownCodeError
from app.facts import Period, Publication, Target
from app.queries import plan
from app.state import State, UnknownValueError
from app.views import (
    actions,
    compare,
    district,
    downloads,
    methodology,
    origin,
    overview,
    quality,
    reports,
    review,
    submit,
    target,
    tasks,
    ward,
)
from app.words import Markup, Words, words
from warehouse.desk import Desk, RegistryDamagedError
from warehouse.engines import NothingPublished, Published, published

VIEWS: dict[str, Callable[[Context], Page]] = {
    "": overview.page,
    "target": target.page,
    "district": district.page,
    "ward": ward.page,
    "methodology": methodology.page,
    "origin": origin.page,
    "compare": compare.page,
    "tasks": tasks.page,
    "actions": actions.page,
    "quality": quality.page,
    "reports": reports.page,
    "submit": submit.page,
    "downloads": downloads.page,
    "review": review.page,
}
# About 150 kB a page: a meeting room's worth of pages in some 15 MB.
KEPT_PAGES = 96
log = logging.getLogger(__name__)


# Markup, or a figure that is already made (Plotly is imported by the pages that draw one only).
DrawnPart = Markup | Any


@dataclass(frozen=True, slots=True)
class DrawnColumns:
    """Two columns of parts that are ready to be sent."""

    left: tuple[DrawnPart, ...]
    right: tuple[DrawnPart, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page ready to be sent: its tab's title, the state it was drawn for, its first part and those below it."""

    title: str
    state: State
    first: Markup
    others: tuple[DrawnPart | DrawnColumns, ...] = ()


def unknown_page(path: str, parameters: Mapping[str, str], viewer: Viewer) -> Drawn:
    """The page for a path that the app does not have."""
    try:
        frame = _frame(published(), viewer)
    except (NothingPublished, AccessDeniedError):
        return draw("", parameters, viewer)
    near = state.fallback("", parameters, tuple(frame.periods), frame.opening)
    say = words(near.lang)
    return _message(near, say, say("message.unknown_page", value=path), say("message.unknown_text"))


def draw(page: str, parameters: Mapping[str, str], viewer: Viewer) -> Drawn:
    """The page at an address, for a viewer. Never raises: what goes wrong becomes a page that says so."""
    say = words(state.language_of(parameters))
    try:
        return _draw_published(page, parameters, viewer, published())
    except NothingPublished as nothing:
        what = "damaged" if nothing.damaged else "empty"
        text = say(f"message.{what}_text", version=nothing.damaged)
        return _message(State(page, lang=say.lang), say, say(f"message.{what}_title"), text, ways=False)
    except RegistryDamagedError as damaged:
        title, text = say("message.registry_title"), damaged.words(say.lang)
        return _message(State(page, lang=say.lang), say, title, text, ways=False)
    except AccessDeniedError:
        return _message(
            State(page, lang=say.lang), say, say("message.denied_title"), say("message.denied_text"), ways=False
        )
    except Exception:  # the last wall: a trace goes to the log, never to a reader
        code = secrets.token_hex(3)
        log.exception("page %r failed with %s (code %s)", page, dict(parameters), code)
        return _message(
            State(page, lang=say.lang), say, say("message.error_title"), say("message.error_text", code=code)
        )


def _draw_published(page: str, parameters: Mapping[str, str], viewer: Viewer, warehouse: Published) -> Drawn:
    frame = _frame(warehouse, viewer)
    codes = tuple(frame.periods)
    try:
        return _draw_state(state.read(page, parameters, codes, frame.opening), viewer, warehouse, Desk.open().stamp())
    except UnknownValueError as unknown:
        kind, value = unknown.parameter, unknown.value
    except UnknownCodeError as unknown:
        kind, value = unknown.kind, unknown.code
    near = state.fallback(page, parameters, codes, frame.opening)
    say = words(near.lang)
    title = say.first(f"message.unknown_{kind}", "message.unknown_value", value=value, name=kind)
    return _message(near, say, title, say("message.unknown_text"))


# A meeting room opens the same page in the same moment: one draws it, the others wait for that drawing.
@cached(LRUCache(maxsize=KEPT_PAGES), condition=Condition())
def _draw_state(asked: State, viewer: Viewer, warehouse: Published, _desk_stamp: str) -> Drawn:
    """One finished page, kept per version, viewer's rights and address until something is written at the desk."""
    context = context_of(asked, viewer, warehouse)
    made = VIEWS[asked.page](context)
    first, *others = made.parts
    if not isinstance(first, Markup):
        raise TypeError(f"page {asked.page!r} must begin with markup")
    framed = first if made.is_bare else shell.frame(context, first)
    return Drawn(
        title=f"{made.title} · {context.words('app.title')}",
        state=asked,
        first=shell.notice(context.words) + framed,
        others=tuple(_made(part) for part in others),
    )


def _made(part: Markup | Figure | Columns) -> DrawnPart | DrawnColumns:
    if isinstance(part, Columns):
        return DrawnColumns(tuple(_made_one(one) for one in part.left), tuple(_made_one(one) for one in part.right))
    return _made_one(part)


def _made_one(part: Markup | Figure) -> DrawnPart:
    return part.make() if isinstance(part, Figure) else part


def page_of(page: str, parameters: Mapping[str, str], viewer: Viewer) -> tuple[Context, Page]:
    """A page before it is drawn, with its context: what files are made from.

    Raises `NothingPublished`, `AccessDeniedError`, `UnknownValueError`, `UnknownCodeError`.
    """
    warehouse = published()
    frame = _frame(warehouse, viewer)
    if page not in VIEWS:
        raise UnknownValueError("page", page)
    context = context_of(state.read(page, parameters, tuple(frame.periods), frame.opening), viewer, warehouse)
    return context, VIEWS[page](context)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every page of a version shares."""

    publication: Publication
    periods: dict[str, Period]
    targets: dict[str, Target]
    opening: str


@lru_cache(maxsize=8)
def _frame(warehouse: Published, viewer: Viewer) -> _Frame:
    publication = plan.publication(viewer, warehouse)
    periods = {period.period_code: period for period in plan.periods(viewer, warehouse)}
    targets = {target.target_code: target for target in plan.targets(viewer, warehouse)}
    reviewed = next((code for code, period in periods.items() if period.is_under_review), None)
    return _Frame(publication, periods, targets, reviewed or next(reversed(periods)))


def context_of(asked: State, viewer: Viewer, warehouse: Published) -> Context:
    """What a view is given for a state."""
    frame = _frame(warehouse, viewer)
    period = frame.periods[asked.period]
    return Context(
        state=asked,
        viewer=viewer,
        warehouse=warehouse,
        words=words(asked.lang),
        publication=frame.publication,
        period=period,
        periods=tuple(frame.periods.values()),
        targets=frame.targets,
        districts=tuple(plan.districts(viewer, warehouse, period.end_date)),
        desk=Desk.open(),
    )


def _message(near: State, say: Words, title: str, text: str, ways: bool = True) -> Drawn:
    names = [
        (near.href(page), say("nav." + page if page else "message.home")) for page in shell.known(shell.MAIN_PAGES)
    ]
    body = shell.message(title, text, names if ways else ())
    # The address is not to be trusted here: links must not take period or window from it.
    unsure = State(near.page, window="", lang=near.lang)
    return Drawn(f"{title} · {say('app.title')}", unsure, shell.notice(say) + shell.bare_frame(near, say, body))
