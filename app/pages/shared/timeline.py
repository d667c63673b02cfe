"""HTML of what happened, newest first: what, who, when, and what was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: `what` names it, `lines` tell of it, `said` is what somebody wrote."""

    what: str
    by: str
    at: dt.datetime
    lines: tuple[str, ...] = ()
    said: str = ""


def timeline(happenings: Sequence[Happening]) -> Markup:
    """The happenings in the order given."""
    return render("pages/shared/timeline.html", happenings=happenings)
