"""What stands above the grid: its heading, choices of order and group, and its legend, which is also its filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.core.status import sign_of
from app.core.url_state import Href

# Moves since last quarter are shown like statuses, with the signs that changes have everywhere.
MOVES = {"rose": "▲", "fell": "▼"}


def toolbar(title: str, choices: Sequence[Markup], tools: Markup, legend: Markup) -> Markup:
    """A slim bar above a table."""
    return Markup(
        f"<div class='toolbar'><h2>{escape(title)}</h2><div class='picks'>{''.join(choices)}</div>{tools}{legend}</div>"
    )


def status_filter(
    statuses: Sequence[str], counts: Mapping[str, int], wanted: str | None, link: Href, words: Words
) -> Markup:
    """Every status with its sign, colour, word and number of cells; each leads to the grid with only those cells.

    `link(page, status=…)` makes addresses; the chosen status leads back to the whole grid.
    """
    keys = "".join(_key(status, counts.get(status, 0), status == wanted, link, words) for status in statuses)
    provisional = f"<li><b class='c monitor pv'></b>{escape(words('legend.provisional'))}</li>"
    return Markup(f"<ul class='legend filter' aria-label='{escape(words('grid.filter'))}'>{keys}{provisional}</ul>")


def _key(status: str, count: int, is_chosen: bool, link: Href, words: Words) -> str:
    is_move = status in MOVES
    sign = MOVES[status] if is_move else sign_of(status)
    name = words(f"grid.{status}") if is_move else words.status(status)
    goal = link(None, status=None if is_chosen else status)
    colour = "move" if is_move else status
    here = " aria-current='true'" if is_chosen else ""
    shut = "<i class='shut'>×</i>" if is_chosen else ""
    body = f"<b class='c {colour}'><i>{sign}</i></b>{escape(name)} <span class='n'>{words.number(count)}</span>{shut}"
    if not count and not is_chosen:
        return f"<li>{body}</li>"
    return f"<li><a id='status-{status}' href='{escape(goal)}'{here}>{body}</a></li>"
