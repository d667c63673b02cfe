"""Status chips: sign and word on the status colour."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import words
from app.core.status import MAY_TURN, sign_of, tone_of
from app.records import Progress
from app.records.review import ShownFigure
from app.ui.figure_text import is_doubtful, is_partly_reported

# `%` escapes like `format` in two fifths of its time: a page has hundreds of chips.
_CHIP = Markup("<span class='chip %s%s'><i>%s</i> %s</span>")
_TURNING = Markup("%s <span role='img' aria-label='%s' title='%s'>%s</span>")


def chip(status: str, is_provisional: bool = False, is_open: bool = False) -> Markup:
    """Render a state of a target, task, action, report or check.

    A corner marks a provisional figure, a sign a state that missing reports may still change.
    """
    word = words.status(status)
    if is_open:
        why = words("legend.may_turn")
        word = _TURNING % (word, why, why, MAY_TURN)
    return _CHIP % (tone_of(status), " pv" if is_provisional else "", sign_of(status), word)


def chip_saying(status: str, text: str) -> Markup:
    """Render a state with another text: since when, how many."""
    return _CHIP % (tone_of(status), "", sign_of(status), text)


def figure_chip(row: Progress | ShownFigure) -> Markup:
    """Render the status of a figure, with marks for a provisional value and a status that missing reports may change.

    For many units whose due reports were received in part, the text states how many were received.
    """
    if isinstance(row, Progress) and is_partly_reported(row):
        return chip_saying(row.status, words("so_far.chip", current=row.current_unit_count, of=row.counted_unit_count))
    return chip(row.shown_status, is_doubtful(row), row.is_status_settled is False)


def report_words(state: str, days_late: int | None) -> str:
    """Return a report's state in a word or two, where there is no room for `report_phrase`."""
    return words("reports.late_by", days=days_late or 0) if state == "late" else words.status(state)
