"""Parts that many pages have: links within a page, long lists in parts, a timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import Part
from app.core.url_state import SHARED_PARAMETERS, State
from app.records import Unit
from app.ui.templates import render

# Of the pages of units, which have some each: by id, in order, whether it is folded on a phone until it is opened.
OF_UNITS = {
    "bridge": False,
    "profile": False,
    "measures": False,
    "changes": False,
    "actions": False,
    "notes": False,
    "questions": False,
    "courses": True,
    "alike": True,
    "tasks": True,
    "reports": True,
    "revisions": True,
    "map": True,
    "wards": True,
    "forms": True,
    "history": True,
}


def parts_of(folding: Mapping[str, bool]) -> list[Part]:
    """Return the parts by their ids, each with whether it folds on a phone."""
    return [Part(identity, words(f"jump.{identity}"), folds) for identity, folds in folding.items()]


# As many rows are read at once; of more a part is shown.
MOST_ROWS = 40
Row = TypeVar("Row")


def find_label(districts: tuple[Unit, ...]) -> str:
    """Return what is found by typing: areas and communes, or the units of a city of two tiers."""
    return words("parts.find" if districts else "parts.find_unit")


def find_form(state: State, label: str) -> Markup:
    """Render the field in which units of the page are found; other parameters of the address stay, but for the part."""
    kept = {name: value for name, value in state.own if name not in ("find", "part")}
    kept |= {name: value for name in SHARED_PARAMETERS if (value := getattr(state, name))}
    return render("pages/shared/find.html", page=state.page, kept=kept, found=state.get("find") or "", label=label)


def in_parts(
    state: State, rows: Sequence[Row], draw: Callable[[Sequence[Row]], Markup], most: int = MOST_ROWS
) -> Markup:
    """Render the part of the rows in the address, `most` of them, and links to those before and after it; all of few
    rows, and in a file, in which nothing can be requested."""
    if len(rows) <= most or state.is_file:
        return draw(rows)
    last = -(-len(rows) // most)
    number = min(int(state.get("part") or 1), last)
    start = (number - 1) * most
    shown = rows[start : start + most]
    return draw(shown) + render(
        "pages/shared/parts.html",
        said=words("parts.shown", first=start + 1, last=start + len(shown), count=len(rows)),
        earlier=state.href(part=str(number - 1)) if number > 1 else "",
        later=state.href(part=str(number + 1)) if number < last else "",
    )


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: `what` names it, `lines` describe it; the last field is the text that its author wrote."""

    what: str
    by: str
    at: dt.datetime
    lines: tuple[str, ...] = ()
    said: str = ""


def timeline(happenings: Sequence[Happening]) -> Markup:
    """Render the happenings in the order given."""
    return render("pages/shared/timeline.html", happenings=happenings)
