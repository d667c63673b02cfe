"""The strip that says how far the recalculation of the figures is."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.ui.page_header import remark
from warehouse.intake import FAILED, RUNNING, WAITING, BuildState

BUSY = (WAITING, RUNNING)


def place(version: str) -> Markup:
    """Where the strip stands; the page's script asks how far things are and fills it. `version` is what is shown."""
    return Markup(f"<aside class='building' data-build='{escape(version)}' role='status' hidden></aside>")


def strip(state: BuildState, step_name: str, words: Words) -> Markup:
    """What the strip says: nothing while nothing is under way."""
    if state.state == RUNNING:
        told = words("building.running", step=state.number, of=state.of, name=step_name)
        return _line(told, f" value='{state.number}' max='{state.of}'", words)
    if state.state == WAITING:
        return _line(words("building.waiting"), "", words)
    if state.state == FAILED:
        why = " ".join(state.reasons(words.lang))
        told = f"<p><i>×</i> <b>{escape(words('building.failed', why=why).strip())}</b></p>"
        return Markup(told) + remark(words("building.failed_way"))
    return Markup("")


def _line(told: str, value: str, words: Words) -> Markup:
    label = escape(words("building.progress"))
    return Markup(f"<p><i>↻</i> {escape(told)}</p><progress aria-label='{label}'{value}></progress>")
