"""What became of a workbook by now, as sign, word and colour: one vocabulary for calendar, card, lists and picture."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from app.analysis.report_state import Key, Live, state_now
from app.core.formatting import GLYPHS
from app.core.i18n import Words
from app.records.reporters import ReporterPeriod
from app.ui.tables import REPORT_CHIP

# State → status that lends its colour, sign. What the figures say of a report, then what only the registry knows yet.
STATES: dict[str, tuple[str, str]] = {state: (status, GLYPHS[status]) for state, status in REPORT_CHIP.items()}
STATES |= {"waiting": ("monitor", "▷"), "taken": ("monitor", "↻"), "returned": ("rejected", GLYPHS["rejected"])}
# States of one submission at the registry.
OF_SUBMISSION = {"received": "waiting", "accepted": "on_time", "returned": "returned", "rejected": "rejected"}
LEGEND = ("on_time", "late", "missing", "rejected", "not_due", "waiting", "taken")


def in_words(row: ReporterPeriod, live: Mapping[Key, Live], words: Words) -> str:
    """What became of a workbook."""
    return words(f"reports.{state_now(row, live)}", days=row.days_late or 0)


def chip(state: str, text: str) -> Markup:
    """A state as sign and word on its colour."""
    status, sign = STATES[state]
    return Markup(f"<span class='chip {status}'><i>{sign}</i> {escape(text)}</span>")


def legend(words: Words) -> Markup:
    """What the signs mean."""
    items = "".join(
        f"<li><span class='c {STATES[state][0]}' aria-hidden='true'><i>{STATES[state][1]}</i></span>"
        f"{escape(words(f'calendar.{state}'))}</li>"
        for state in LEGEND
    )
    return Markup(f"<ul class='legend'>{items}<li>{escape(words('calendar.version_legend'))}</li></ul>")
