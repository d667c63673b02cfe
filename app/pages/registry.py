"""The registry of pages: from an address to a page before rendering."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from app.core import pages, url_state
from app.core.access import Viewer
from app.core.page_context import Context, Page
from app.core.reader import Reader
from app.queries.page_frame import context_of, frame_of
from warehouse.publish.engines import published

_PAGES: Mapping[str, Callable[[Context], Page]] = {
    path: import_module(f"app.pages.{row.package}.page").page for path, row in pages.PAGES.items()
}


def _unit_page(context: Context) -> Page:
    """Return the page of a unit under the city: where communes are under it directly, the page of a commune."""
    is_commune = context.reporters and not context.districts
    return _PAGES["ward" if is_commune else "district"](context)


PAGES: Mapping[str, Callable[[Context], Page]] = {**_PAGES, "district": _unit_page}


def page_of(page: str, parameters: Mapping[str, str], viewer: Viewer) -> tuple[Context, Page]:
    """Return a page before it is rendered, with its context: files are made from it.

    Raises `NothingPublished`, `AccessDeniedError`, `UnknownValueError`, `UnknownCodeError`.
    """
    reader = Reader(viewer, published())
    frame = frame_of(reader)
    context = context_of(url_state.read(page, parameters, tuple(frame.periods), frame.opening), reader)
    return context, PAGES[page](context)
