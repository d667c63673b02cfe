"""The reading pages: the answer to an address is the complete page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from anyio import to_thread
from markupsafe import Markup
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.core import permissions
from app.core.access import Viewer
from app.core.levels import unit_page
from app.core.page_context import Context, Page
from app.core.reader import Reader
from app.core.url_state import DEFAULT_LANGUAGE, PLAN, in_plan
from app.pages.registry import PAGES
from app.queries import followup
from app.ui.layout import MAIN_PAGES, MORE_PAGES, OVERVIEW
from app.web import confirmations, sign_in
from app.web.answered_form import with_notice
from app.web.etags import has_content
from app.web.page_renderer import RenderedPage, draw
from app.web.streamlit_files import STREAMLIT_PATHS
from warehouse.publish.engines import NothingPublished, published
from warehouse.settings import Settings


class PagePathConvertor(Convertor[str]):
    """The path of a page, known or not: everything but what Streamlit serves."""

    regex = rf"(?!{STREAMLIT_PATHS.pattern.strip('/')}$)(?:[^/]+(?:/[^/]+)*)?"

    def convert(self, value: str) -> str:
        """Return the page's name."""
        return value

    def to_string(self, value: str) -> str:
        """Return the page's path."""
        return value


register_url_convertor("page", PagePathConvertor())


async def page(request: Request) -> Response:
    """Return the page at an address; 304 for one that the browser has, 404 and others with a page that explains it."""
    name, parameters = request.path_params["name"], dict(request.query_params)
    viewer = sign_in.viewer_of(request.cookies)
    if not name and not parameters.keys() - {PLAN}:
        home = await to_thread.run_sync(home_address, viewer, PLAN in parameters)
        if home:
            return RedirectResponse(home, HTTPStatus.SEE_OTHER)
    if text := confirmations.take(request):
        shown = await to_thread.run_sync(
            changed_page, request, name, parameters, viewer, partial(with_notice, text=text)
        )
        shown.delete_cookie(confirmations.COOKIE)
        return shown
    drawn = await to_thread.run_sync(draw, name, parameters, viewer)
    return answer(drawn, request)


def changed_page(
    request: Request, name: str, parameters: Mapping[str, str], viewer: Viewer, change: Callable[[Markup], Markup]
) -> Response:
    """Return a page whose body is changed for this one answer; it is kept nowhere."""

    def make(context: Context) -> Page:
        page = PAGES[context.state.page](context)
        return replace(page, body=change(page.body))

    shown = answer(draw(name, parameters, viewer, make), request)
    shown.headers["cache-control"] = "no-store"
    return shown


def home_address(viewer: Viewer, names_programme: bool = False) -> str:
    """Return the start page of a viewer if it is not the overview at the address, else an empty text.

    A unit's officer starts at the unit's page, which shows what is due, or at the overview while there is none; who may
    not read the overview, such as an administrator, at the first page of the menu that they may open; who has no role
    in the first programme, in the first in which they have one, unless the address names its programme.
    """
    if not names_programme and not viewer.rights and viewer.programmes:
        code = next(code for code in Settings.from_env().codes if viewer.sees_programme(code))
        return f"/?{PLAN}={code}"
    if viewer.rights and not permissions.may_open(viewer, OVERVIEW):
        first = next((page for page in (*MAIN_PAGES, *MORE_PAGES) if permissions.may_open(viewer, page)), OVERVIEW)
        return in_plan(f"/{first}?lang={DEFAULT_LANGUAGE}") if first != OVERVIEW else ""
    if not viewer.home_unit:
        return ""
    try:
        unit = followup.known_units(Reader(viewer, published())).get(viewer.home_unit)
    except NothingPublished:
        unit = None
    page = unit_page(unit.unit_level) if unit else ""
    return in_plan(f"/{page}?unit={viewer.home_unit}" if page else f"/?lang={DEFAULT_LANGUAGE}")


def answer(drawn: RenderedPage, request: Request) -> Response:
    """Return a rendered page as an answer, or 304."""
    tag = f'W/"{drawn.etag}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Content-Type": "text/html; charset=utf-8"}
    if has_content(request, tag) and drawn.status == HTTPStatus.OK:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**headers, "Vary": "Accept-Encoding"})
    return drawn.document.answer(request, headers, drawn.status)
