"""Saved views of the exploring pages: who is shown which, and their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode

from app.core import permissions
from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.url_state import PLAN, plan_in_force
from warehouse.desk import Audience, SavedView

# Parameters of an address that are not part of a view: the view that was opened, the published version, the language,
# the programme.
SAVED, VERSION, LANGUAGE = "saved", "version", "lang"
ASIDE = frozenset({SAVED, VERSION, LANGUAGE, PLAN})
# The exploring page that lists views, which itself is not saved.
PAGE = "views"


def audience_of(viewer: Viewer) -> Audience:
    """Return for whom a viewer reads saved views: for themselves and their roles; without sign-in, for everyone."""
    return Audience(viewer.person, viewer.roles, viewer == BUILT_IN_VIEWER, viewer.may(Right.FOLLOW_UP))


def may_open(viewer: Viewer, view: SavedView) -> bool:
    """Return whether a viewer has the right to a view's page; false for a page that no longer exists."""
    need = permissions.EXPLORING.get(view.page)
    return need is not None and need.is_met_by(viewer)


def page_address(page: str, parameters: Mapping[str, Sequence[str]]) -> str:
    """Return the address of an exploring page; the first of them is `/explore/` itself."""
    path = "" if page == next(iter(permissions.EXPLORING)) else page
    return f"/explore/{path}?{encoded(parameters)}"


def encoded(parameters: Mapping[str, Sequence[str]]) -> str:
    """Return parameters as they are written in an address."""
    return urlencode({name: list(values) for name, values in parameters.items()}, doseq=True)


def view_address(view: SavedView, lang: str, version: str = "") -> str:
    """Return the address that opens a view, on the newest version or on an older one."""
    aside = {SAVED: [str(view.view_id)], VERSION: [version] if version else [], LANGUAGE: [lang], PLAN: _plan()}
    return page_address(view.page, {**view.parameters, **aside})


def list_address(view_id: int, lang: str) -> str:
    """Return the address of a view in the list of views."""
    return page_address(PAGE, {"view": [str(view_id)], LANGUAGE: [lang], PLAN: _plan()})


def _plan() -> list[str]:
    return list(filter(None, [plan_in_force()]))


def written(parameters: Mapping[str, Sequence[str]]) -> str:
    """Return the parameters of a view as a text."""
    return encoded({name: values for name, values in parameters.items() if name not in ASIDE})


def read(text: str) -> dict[str, list[str]]:
    """Return the parameters of a view from their text, or from a whole address."""
    values = parse_qs(text.rpartition("?")[2].strip())
    return {name: found for name, found in values.items() if name not in ASIDE}
