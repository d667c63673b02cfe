"""From an address to a finished page: finds the view, keeps what it made, turns every failure into a message."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Condition
from typing import Any

from cachetools import LRUCache, cached
from markupsafe import Markup

from app.core import url_state
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import Words, words
from app.core.page_context import Columns, Figure, UnknownCodeError
from app.core.reader import Reader
from app.core.url_state import State, UnknownValueError
from app.pages.registry import PAGES, context_of, frame_of
from app.ui import layout
from app.ui.choices import Link
from warehouse.desk import Desk, RegistryDamagedError
from warehouse.publish.engines import NothingPublished, published

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
        frame = frame_of(Reader(viewer, published()))
    except (NothingPublished, AccessDeniedError):
        return draw("", parameters, viewer)
    near = url_state.fallback("", parameters, tuple(frame.periods), frame.opening)
    say = words(near.lang)
    return _message(near, say, say("message.unknown_page", value=path), say("message.unknown_text"))


def draw(page: str, parameters: Mapping[str, str], viewer: Viewer) -> Drawn:
    """The page at an address, for a viewer. Never raises: what goes wrong becomes a page that says so."""
    say = words(url_state.language_of(parameters))
    try:
        return _draw_published(page, parameters, Reader(viewer, published()))
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


def _draw_published(page: str, parameters: Mapping[str, str], reader: Reader) -> Drawn:
    frame = frame_of(reader)
    codes = tuple(frame.periods)
    try:
        asked = url_state.read(page, parameters, codes, frame.opening)
        return _draw_state(asked, reader, Desk.open().stamp())
    except UnknownValueError as unknown:
        kind, value = unknown.parameter, unknown.value
    except UnknownCodeError as unknown:
        kind, value = unknown.kind, unknown.code
    near = url_state.fallback(page, parameters, codes, frame.opening)
    say = words(near.lang)
    title = say.first(f"message.unknown_{kind}", "message.unknown_value", value=value, name=kind)
    return _message(near, say, title, say("message.unknown_text"))


# A meeting room opens the same page in the same moment: one draws it, the others wait for that drawing.
@cached(LRUCache(maxsize=KEPT_PAGES), condition=Condition())
def _draw_state(asked: State, reader: Reader, _desk_stamp: str) -> Drawn:
    """One finished page, kept per version, viewer's rights and address until something is written at the desk."""
    context = context_of(asked, reader)
    made = PAGES[asked.page](context)
    first, *others = made.parts
    if not isinstance(first, Markup):
        raise TypeError(f"page {asked.page!r} must begin with markup")
    framed = first if made.is_bare else layout.frame(context, first)
    return Drawn(
        title=f"{made.title} · {context.words('app.title')}",
        state=asked,
        first=layout.notice(context.words) + framed,
        others=tuple(_made(part) for part in others),
    )


def _made(part: Markup | Figure | Columns) -> DrawnPart | DrawnColumns:
    if isinstance(part, Columns):
        return DrawnColumns(tuple(_made_one(one) for one in part.left), tuple(_made_one(one) for one in part.right))
    return _made_one(part)


def _made_one(part: Markup | Figure) -> DrawnPart:
    return part.make() if isinstance(part, Figure) else part


def _message(near: State, say: Words, title: str, text: str, ways: bool = True) -> Drawn:
    pages = layout.known(layout.MAIN_PAGES) if ways else []
    links = [Link(near.href(page), say("nav." + page if page else "message.home")) for page in pages]
    body = layout.message(title, text, links)
    # The address is not to be trusted here: links must not take period or window from it.
    unsure = State(near.page, window="", lang=near.lang)
    return Drawn(f"{title} · {say('app.title')}", unsure, layout.notice(say) + layout.bare_frame(near, say, body))
