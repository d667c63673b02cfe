"""Where pages are asked for: the answer to an address is the finished page, whether Streamlit ever starts or not."""

from __future__ import annotations

from http import HTTPStatus

from anyio import to_thread
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.core.access import Viewer
from app.core.page_context import UNIT_PAGES
from app.core.reader import Reader
from app.core.url_state import DEFAULT_LANGUAGE
from app.queries import followup
from app.web import sign_in
from app.web.page_renderer import Drawn, draw
from warehouse.publish.engines import NothingPublished, published

# What Streamlit answers itself, and its addresses with a slash at the end, which it sends on.
STREAMLIT_PATHS = ("_stcore/", "static/", "media/", "component/", "app/", "auth/", "oauth2callback")


class PagePathConvertor(Convertor[str]):
    """The path of a page, known or not: all but what Streamlit answers."""

    regex = rf"(?!{'|'.join(STREAMLIT_PATHS)})(?:[^/]+(?:/[^/]+)*)?"

    def convert(self, value: str) -> str:
        """The page's name."""
        return value

    def to_string(self, value: str) -> str:
        """The page's path."""
        return value


register_url_convertor("page", PagePathConvertor())


async def page(request: Request) -> Response:
    """The page at an address, 304 for one that the browser has, 404 and more with a page that says what is wrong."""
    name, parameters = request.path_params["name"], dict(request.query_params)
    viewer = sign_in.viewer_of(request.cookies)
    if viewer.home_unit and not name and not parameters:
        return RedirectResponse(await to_thread.run_sync(home_address, viewer), HTTPStatus.SEE_OTHER)
    drawn = await to_thread.run_sync(draw, name, parameters, viewer)
    return answer(drawn, request)


def home_address(viewer: Viewer) -> str:
    """Where somebody who answers for a unit begins: its page, on which stands what is due; the first page while there
    is none."""
    try:
        unit = followup.known_units(Reader(viewer, published())).get(viewer.home_unit)
    except NothingPublished:
        unit = None
    page = UNIT_PAGES.get(unit.unit_level, "") if unit else ""
    return f"/{page}?unit={viewer.home_unit}" if page else f"/?lang={DEFAULT_LANGUAGE}"


def answer(drawn: Drawn, request: Request) -> Response:
    """A drawn page as an answer, or that the browser has it."""
    tag = f'W/"{drawn.key}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Content-Type": "text/html; charset=utf-8"}
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known and drawn.status == HTTPStatus.OK:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**headers, "Vary": "Accept-Encoding"})
    return drawn.document.answer(request, headers, drawn.status)
