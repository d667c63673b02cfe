"""HTML of the overview's grid with the bar above it: order, group, files, and the legend, which is also its filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import Context
from app.core.status import sign_of
from app.core.url_state import State
from app.figures.grid import grid_filter
from app.pages.shared.levels import level_choice
from app.pages.shared.page_parts import find_form, find_label
from app.ui import layout
from app.ui.choices import Link, links, select
from app.ui.templates import render

# Units that are found at a glance.
FEW_UNITS = 30
SORTS = (None, grid_filter.BY_NAME, grid_filter.BY_NEED)
# Moves to another status since last quarter are shown like statuses.
MOVES = {"rose": "↑", "fell": "↓", "unclear": "≈", "unlike": "≠"}


@dataclass(frozen=True, slots=True)
class LegendKey:
    """A status with its sign, colour, word and number of cells; `href` leads to the grid of only those cells, from a
    chosen one back to the whole grid, from one without cells nowhere."""

    status: str
    sign: str
    colour: str
    name: str
    count: str
    href: str
    is_chosen: bool


def grid(context: Context, body: Markup, shown: grid_filter.FilteredGrid) -> Markup:
    """Render the bar, and below it the grid (`body`); a message where the filter leaves nothing of it."""
    state = context.state
    bar = _toolbar(context, shown)
    if not shown.units:
        link = Link(state.href(status=None, find=None), words("grid.all"))
        return bar + layout.message(words("grid.nothing"), "", [link], "h2")
    return bar + body


def _toolbar(context: Context, shown: grid_filter.FilteredGrid) -> Markup:
    chosen = context.state.get("status")
    chart = "grid" if shown.units else ""
    documents = ("quarter.docx", "quarter.pdf", "quarter.html", "deck.pptx")
    return render(
        "pages/overview/toolbar.html",
        choices=[] if context.state.is_file else _choices(context),
        followed=_followed(context.state, shown),
        tools=layout.tools(context, words("grid.title"), "grid", chart, documents),
        keys=[
            _legend_key(context.state, status, shown.counts.get(status, 0), status == chosen)
            for status in grid_filter.statuses_shown(shown.counts, chosen)
        ],
    )


def _followed(state: State, shown: grid_filter.FilteredGrid) -> Link | None:
    """Return the link that folds or shows the targets without a threshold; None where there is no such choice."""
    if not shown.followed_count:
        return None
    key = "grid.followed_hide" if shown.are_followed_shown else "grid.followed_show"
    href = state.href(followed=None if shown.are_followed_shown else "shown")
    return Link(href, words(key, count=shown.followed_count), shown.are_followed_shown)


def _choices(context: Context) -> list[Markup]:
    level = level_choice(context, open=None, fold=None)
    return [*([level] if level else []), _sorts(context), _groups(context), *_search(context)]


def _sorts(context: Context) -> Markup:
    """Render the choice of an order; communes are in the order of need by default."""
    state = context.state
    sorts: Sequence[str | None] = SORTS
    chosen, first = state.get("sort"), "area"
    if unit_page(context.level) == "ward":
        sorts, first = SORTS[:2], grid_filter.BY_NEED
        chosen = chosen if chosen in sorts else None
    orders = [(sort, words(f"grid.sort_{sort or first}")) for sort in sorts]
    return select("sort", words("grid.sort"), links(state.href, "sort", orders, chosen))


def _groups(context: Context) -> Markup:
    state = context.state
    names: dict[str | None, str] = {None: words("grid.every_group")}
    names |= {str(target.group_code): words.of(target, "group_name") for target in context.targets.values()}
    return select("group", words("grid.group"), links(state.href, "group", names.items(), state.get("group")))


def _search(context: Context) -> list[Markup]:
    """Render the field in which areas and communes are found by typing; empty for a few dozen districts."""
    if not context.has_areas and len(context.units) <= FEW_UNITS:
        return []
    return [find_form(context.state, find_label(context.districts))]


def _legend_key(state: State, status: str, count: int, is_chosen: bool) -> LegendKey:
    is_move = status in MOVES
    href = state.href(status=None if is_chosen else status)
    return LegendKey(
        status=status,
        sign=MOVES[status] if is_move else sign_of(status),
        colour="move" if is_move else status,
        name=words(f"grid.{status}") if is_move else words.status(status),
        count=words.number(count),
        href=href if count or is_chosen else "",
        is_chosen=is_chosen,
    )
