"""HTML of the strip that says how far the recalculation of the figures is."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.ui.templates import render
from warehouse.intake import FAILED, RUNNING, WAITING, BuildState

BUSY = (WAITING, RUNNING)


def place(version: str) -> Markup:
    """Where the strip stands; the page's script asks how far things are and fills it. `version` is what is shown."""
    return Markup("<aside class='building' data-build='{}' role='status' hidden></aside>").format(version)


def strip(state: BuildState, step_name: str, words: Words) -> Markup:
    """What the strip says: nothing while nothing is under way."""
    if state.state not in (*BUSY, FAILED):
        return NOTHING
    why = " ".join(state.reasons(words.lang))
    return render(
        "pages/shared/build_progress.html",
        state=state,
        step_name=step_name,
        failure=words("building.failed", why=why).strip(),
        words=words,
    )
