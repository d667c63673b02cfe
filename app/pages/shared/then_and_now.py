"""HTML of one figure at two moments beside each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.records import Progress
from app.records.review import ShownFigure
from app.ui.figure_text import known_text
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class Moment:
    """A figure at a moment, None where nothing is known of it; what the moment is called, and a note on it."""

    title: str
    row: Progress | ShownFigure | None
    note: str


def then_and_now(then: Moment, now: Moment, is_unlike: bool, words: Words) -> Markup:
    """Both figures, and that they must not be compared where they are unlike; nothing without a figure."""
    if then.row is None and now.row is None:
        return NOTHING
    if isinstance(now.row, Progress) and (known := known_text(now.row, words)):
        now = replace(now, note=f"{now.note} · {known}")
    return render("pages/shared/then_and_now.html", then=then, now=now, is_unlike=is_unlike, words=words)
