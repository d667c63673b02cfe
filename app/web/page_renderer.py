"""Rendering of pages: from an address to a complete document, cached, with a message for every failure."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from markupsafe import Markup

from app.core import permissions, url_state
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import in_language, words
from app.core.page_context import Context, Page, UnknownCodeError
from app.core.pages import PAGES as PAGE_ROWS
from app.core.parameters import UnknownValueError
from app.core.programmes import with_programme
from app.core.reader import Reader
from app.core.unreadable import why_unreadable
from app.core.url_state import State
from app.pages.registry import PAGES
from app.pages.shared.elsewhere import elsewhere
from app.pages.shared.since import PAGES as REMEMBERED_PAGES
from app.queries import installation, people, preview, report_form, views
from app.queries.fetch import OtherLayoutError
from app.queries.page_frame import context_of, frame_of
from app.ui import layout
from app.ui.assets import ICON, SCRIPT, STYLE, address, own_faces
from app.ui.choices import Link
from app.ui.fonts import font_files
from app.ui.page_style import needed_style
from app.ui.templates import render
from app.web.encoding import PAGE_QUALITY, Encoded
from app.web.request_id import error_code
from warehouse.desk import Desk, ReadLog, RegistryError, reads_logged
from warehouse.programmes import cached_by_programme
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.layout import missing_columns
from warehouse.settings import Settings

# Of each programme. Compressed, some 40 kB a page: what a meeting opens, and what is rendered ahead, in some 10 MB.
KEPT_PAGES = 256
# The page that shows drafts, which change too often to render every page again.
DRAFTED_PAGE = "report"
# The page that shows figures which are computed while it waits.
PREVIEW_PAGE = "preview"
# The pages that show pinned views.
PINNED_PAGES = ("", "review")
# The page that shows the access trail, and the one that shows the condition of the installation.
PEOPLE_PAGE, QUALITY_PAGE = "people", "quality"
# A refused viewer who has roles in other programmes.
ELSEWHERE = "elsewhere"
FIRST = (Path(__file__).parents[1] / "component" / "first.js").read_text(encoding="utf-8")
_PAGE = re.compile(r"<div class='kpi' id='page'[^>]*>(.*)</div>\s*<script>", re.DOTALL)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page ready to be sent: the complete document, the state it was rendered for, and `etag`, a hash of content and
    release that differs by page, version, rights and language."""

    document: Encoded
    etag: str
    state: State
    status: int

    @property
    def html(self) -> str:
        """Return the page without the document around it."""
        found = _PAGE.search(self.document.text.decode())
        return found.group(1) if found else ""


def draw(
    page: str, parameters: Mapping[str, str], viewer: Viewer, make: Callable[[Context], Page] | None = None
) -> RenderedPage:
    """Return the page at an address for a viewer; `make` composes it where it answers a form, and is not cached.

    Never raises: an error becomes a page that explains it.
    """
    with in_language(url_state.language_of(parameters)):
        return _draw(page, parameters, viewer, make)


def _draw(
    page: str, parameters: Mapping[str, str], viewer: Viewer, make: Callable[[Context], Page] | None
) -> RenderedPage:
    try:
        return _draw_published(page, parameters, Reader(viewer, published()), make)
    except (NothingPublished, RegistryError) as error:
        kind = f"registry_{error.kind}" if isinstance(error, RegistryError) else error.kind
        title, text = words(f"message.{kind}_title"), why_unreadable(error)
        return _without_ways(title, text, HTTPStatus.SERVICE_UNAVAILABLE, viewer)
    except AccessDeniedError:
        return _refused(page, viewer)
    except Exception as error:  # the last guard: the trace goes to the log, never to a reader
        code = error_code()
        log.exception("page %r failed with %s (code %s)", page, dict(parameters), code)
        return _failed(error, code, page, viewer)


def _failed(error: Exception, code: str, page: str, viewer: Viewer) -> RenderedPage:
    """Return the page about an error in the log, or about figures that another release computed."""
    if isinstance(error, OtherLayoutError) and _is_of_other_release():
        title, text = words("message.layout_title"), words("message.layout_text")
        return _without_ways(title, text, HTTPStatus.SERVICE_UNAVAILABLE, viewer)
    title, text = words("message.error_title"), words("message.error_text", code=code)
    near = State(page if page in PAGES else "", lang=words.lang, hidden=permissions.hidden_pages(viewer))
    return _message(near, title, text, HTTPStatus.INTERNAL_SERVER_ERROR)


def _is_of_other_release() -> bool:
    try:
        return bool(missing_columns(published()))
    except (NothingPublished, OtherLayoutError):
        return False


def _draw_published(
    page: str, parameters: Mapping[str, str], reader: Reader, make: Callable[[Context], Page] | None
) -> RenderedPage:
    frame = frame_of(reader)
    codes = tuple(frame.periods)
    hidden = permissions.hidden_pages(reader.viewer)
    near = replace(url_state.fallback(page, parameters, codes, frame.opening), hidden=hidden)
    try:
        asked = url_state.read(page, parameters, codes, frame.opening)
        return _drawn(asked, reader, make) if make else _kept(asked, reader, _own_stamp(asked, reader)).current()
    except UnknownValueError as unknown:
        kind, value = unknown.parameter, unknown.value
    except UnknownCodeError as unknown:
        kind, value = unknown.kind, unknown.code
        if found := elsewhere(asked, reader, kind, value):
            text = "\n".join((found.text, *found.facts))
            return _message(near, found.title, text, HTTPStatus.NOT_FOUND, links=found.ways)
    title = words.first(f"message.unknown_{kind}", "message.unknown_value", value=value, name=kind)
    return _message(near, title, words("message.unknown_text"), HTTPStatus.NOT_FOUND)


class KeptPage:
    """The page at an address for a viewer's rights, rendered again when something that it shows has changed."""

    def __init__(self, asked: State, reader: Reader) -> None:
        self._asked, self._reader = asked, reader
        # A meeting opens the same page at the same moment: one request renders it, the others wait for it.
        self._lock = Lock()
        self._page: RenderedPage | None = None
        self._desk: Desk | None = None
        self._stamp = ""
        self._reads = ReadLog()

    def current(self) -> RenderedPage:
        """Return the page as it is now."""
        desk = Desk.open()
        # Read before the page is: what is written meanwhile is noticed by the next request.
        stamp = desk.stamp()
        with self._lock:
            if self._page is None or self._must_render(desk, stamp):
                with reads_logged() as reads:
                    self._page = _drawn(self._asked, self._reader, PAGES[self._asked.page])
                self._reads = reads
            self._desk, self._stamp = desk, stamp
            return self._page

    def _must_render(self, desk: Desk, stamp: str) -> bool:
        if desk is not self._desk:
            return True
        # Most writes concern other pages.
        return stamp != self._stamp and not self._reads.would_read_the_same()


@cached_by_programme(KEPT_PAGES)
def _kept(asked: State, reader: Reader, _own: str) -> KeptPage:
    """Return the kept page of an address, version, rights and stamp of its own."""
    return KeptPage(asked, reader)


def _own_stamp(asked: State, reader: Reader) -> str:
    """Return a stamp of what only this page shows beside decisions: a draft, the access trail, the views that are
    pinned for the viewer's roles."""
    if asked.page in PINNED_PAGES:
        # Viewers with the same rights may hold other roles.
        return " ".join(str(view.view_id) for view in views.pinned_views(reader))
    if asked.page == PEOPLE_PAGE:
        return people.stamp()
    if asked.page == QUALITY_PAGE:
        return str(installation.conditions(reader))
    if asked.page == PREVIEW_PAGE:
        return preview.stamp(reader)
    if asked.page == DRAFTED_PAGE:
        return report_form.stamp(reader, asked.unit or "", asked.period)
    return ""


def _drawn(asked: State, reader: Reader, make: Callable[[Context], Page]) -> RenderedPage:
    context = context_of(asked, reader)
    made = make(context)
    framed = made.body if made.is_bare else layout.frame(context, made)
    title = with_programme(f"{made.title} · {words.of(context.plan, 'title')}", words.lang)
    shown = reader.warehouse.version if asked.page in REMEMBERED_PAGES else ""
    return _document(title, context.state, layout.notice() + framed, version=shown)


def _refused(page: str, viewer: Viewer) -> RenderedPage:
    """Return the refusal of a viewer of `page`."""
    shown = page if permissions.may_open(viewer, page) else ""
    near = State(shown, lang=words.lang, hidden=permissions.hidden_pages(viewer))
    kind = _refused_as(viewer)
    links = layout.programme_links(near) if kind == ELSEWHERE else ()
    return _message(near, words(f"message.{kind}_title"), why_refused(viewer), HTTPStatus.FORBIDDEN, links=links)


def why_refused(viewer: Viewer) -> str:
    """Return why a viewer is refused, who lacks the right, has roles in other programmes or none at all, and whom to
    contact."""
    return f"{words(f'message.{_refused_as(viewer)}_text')} {whom_to_ask()}"


def _refused_as(viewer: Viewer) -> str:
    return "denied" if viewer.rights else ELSEWHERE if viewer.programmes else "stranger"


def whom_to_ask() -> str:
    """Return whom to contact for access."""
    contact = Settings.from_env().access_contact
    return words("sign_in.contact", contact=contact) if contact else words("sign_in.contact_unknown")


def unknown_programme(viewer: Viewer, code: str) -> RenderedPage:
    """Return the message for an address of an unknown programme, with links to those that the viewer sees."""
    near = State(lang=words.lang, hidden=permissions.hidden_pages(viewer))
    links = layout.programme_links(near)
    title, text = words("programmes.unknown_title", code=code), words("programmes.unknown_text")
    return _message(near, title, text, HTTPStatus.NOT_FOUND, links=links)


def unreadable_plan(viewer: Viewer) -> RenderedPage:
    """Return the message about a plan pack that cannot be read."""
    title, text = words("message.plan_title"), words("message.plan_text")
    return _without_ways(title, text, HTTPStatus.SERVICE_UNAVAILABLE, viewer)


def _without_ways(title: str, text: str, status: int, viewer: Viewer) -> RenderedPage:
    near = State(lang=words.lang, hidden=permissions.hidden_programmes(viewer))
    return _message(near, title, text, status, ways=False)


def _message(
    near: State, title: str, text: str, status: int, ways: bool = True, links: Sequence[Link] = ()
) -> RenderedPage:
    pages = layout.shown(near, layout.MAIN_PAGES) or layout.shown(near, layout.MORE_PAGES)
    general = [Link(near.href(page), words("nav." + page if page else "message.home")) for page in pages]
    body = layout.message(title, text, [*links, *(general if ways and not links else ())])
    # The address is not trusted here: links must not take period or window from it.
    unsure = State(near.page, window="", lang=near.lang)
    page = layout.notice() + layout.bare_frame(near, body)
    return _document(f"{title} · {words('app.title')}", unsure, page, status)


def sign_in_page(why: str, start: str, action: str, typed: Sequence[tuple[str, str]]) -> bytes:
    """Return the sign-in page with the link `start`, and `why` it is shown, if for a reason; with a form that sends
    what was `typed` to the address `action` again."""
    text = words.first(f"sign_in.{why}", "sign_in.text")
    about = {"text": text, "start": start, "action": action, "typed": typed, "whom_to_ask": whom_to_ask()}
    body = render("web/sign_in.html", **about)
    return page_alone(words("sign_in.title"), body, HTTPStatus.UNAUTHORIZED).document.text


def page_alone(title: str, body: Markup, status: int) -> RenderedPage:
    """Return a page without a frame, for viewers who have not signed in; it holds no figures."""
    return _document(f"{title} · {words('app.title')}", State(window="", lang=words.lang), body, status)


def _document(
    title: str,
    state: State,
    page: Markup,
    status: int = HTTPStatus.OK,
    version: str = "",
) -> RenderedPage:
    """Return the page in its document. `version` is the one that the browser remembers to have
    shown, empty for a page without figures."""
    release = (address(STYLE), address(SCRIPT))
    etag = blake2b("\n".join((title, words.lang, *release, page)).encode(), digest_size=9).hexdigest()
    text = render(
        "web/document.html",
        lang=words.lang,
        title=title,
        key=etag,
        version=version,
        state=_state(state),
        page=page,
        icon=address(ICON),
        faces=own_faces(),
        needed=needed_style(page),
        style=address(STYLE),
        script=address(SCRIPT),
        fonts=[address(name) for name in font_files()],
        first=Markup(FIRST),  # noqa: S704 - our own script
    )
    return RenderedPage(Encoded(text.encode(), PAGE_QUALITY), etag, state, status)


def _state(state: State) -> str:
    """Return what the page's script must know of the address, as JSON."""
    own = {parameter.name: state.get(parameter.name) for parameter in PAGE_ROWS[state.page].parameters}
    if state.level:
        own["level"] = state.level
    address = {"page": state.page, "own": own, "period": state.period, "window": state.window, "lang": state.lang}
    programme = {"plan": state.plan, "programme": Settings.from_env().programme}
    # Whether the viewer may give an action, to which a key leads.
    assigns = bool(state.href("actions", new="1"))
    return json.dumps({**address, **programme, "assigns": assigns}, ensure_ascii=False)
