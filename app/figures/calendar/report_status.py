"""What became of a workbook by now, as sign, word and colour: one vocabulary for calendar, card, lists and picture."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from app.analysis.report_state import Key, Live, state_now
from app.core.i18n import Words
from app.core.status import sign_of, tone_of
from app.records.reporters import ReporterPeriod
from app.ui.status import report_words

LEGEND = ("on_time", "late", "missing", "rejected", "not_due", "waiting", "taken")


def in_words(row: ReporterPeriod, live: Mapping[Key, Live], words: Words) -> str:
    """What became of a workbook."""
    return report_words(state_now(row, live), row.days_late, words)


def legend(words: Words) -> Markup:
    """What the signs mean."""
    items = "".join(
        f"<li><span class='c {tone_of(state)}' aria-hidden='true'><i>{sign_of(state)}</i></span>"
        f"{escape(words.status(state))}</li>"
        for state in LEGEND
    )
    return Markup(f"<ul class='legend'>{items}<li>{escape(words('calendar.version_legend'))}</li></ul>")
