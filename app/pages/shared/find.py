"""HTML of the field in which units of the page are found by typing."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import Context
from app.core.url_state import SHARED_PARAMETERS
from app.ui.templates import render


def find_form(context: Context, label: str) -> Markup:
    """The field; what else the address of the page asks for goes along, but for the part of a list."""
    state = context.state
    kept = {name: value for name, value in state.own if name not in ("find", "part")}
    kept |= {name: getattr(state, name) for name in SHARED_PARAMETERS}
    return render("pages/shared/find.html", page=state.page, kept=kept, found=state.get("find") or "", label=label)
