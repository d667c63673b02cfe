"""HTML of the list of actions: headline, filters, counts by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from app.analysis.action_state import OVERDUE
from app.core import formatting
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.search_text import name_order
from app.core.url_state import Href, State
from app.pages.shared.followup import (
    IN_TIME,
    PENDING,
    STATUS_CHOICES,
    UNFINISHED,
    Groups,
    Names,
    action_items,
    group_of,
)
from app.ui import page_header
from app.ui.choices import links, select, widen
from app.ui.tables import Column, table_of
from app.ui.templates import render
from warehouse.desk import DONE, Action, Review

NARROWED_BY = ("status", "unit", "target", "review")


def in_state(actions: Sequence[Action], wanted: str | None, names: Names) -> list[Action]:
    """Return the actions that are overdue, unfinished or in a status; all without a filter."""
    if wanted == UNFINISHED:
        return [action for action in actions if action.is_unfinished]
    return [action for action in actions if not wanted or wanted in (action.status, names.state(action))]


def headline(groups: Groups) -> str:
    """Return the finding: how many are overdue, in time, to be moved or to be closed."""
    overdue = len(groups[OVERDUE])
    in_time = len(groups[IN_TIME])
    pending = [words(f"actions.head_{group}", count=len(groups[group])) for group in PENDING if groups[group]]
    if overdue:
        text = words("actions.head_overdue", overdue=overdue, in_time=in_time)
    elif in_time or pending:
        text = words("actions.head_going" if in_time else "actions.head_waiting", in_time=in_time)
    else:
        text = words("actions.head_finished" if any(groups.values()) else "actions.head_none")
    return "".join((text, *pending))


def filters(context: Context, actions: Sequence[Action], names: Names) -> Markup:
    """Render the filters that have something to choose from, and the link to a new action."""
    state = context.state
    codes = {action.unit_code for action in actions if action.unit_code}
    units = sorted(codes, key=lambda code: name_order(names.unit(code)))
    targets = sorted({action.target_code for action in actions if action.target_code})
    reviews = [(str(review.review_id), _review_name(review)) for review in context.desk.reviews()]
    choices = _filter(
        state,
        "status",
        "actions.all_statuses",
        [(status, _status_word(status)) for status in STATUS_CHOICES],
    )
    choices += _filter(state, "unit", "actions.all_units", [(code, names.unit(code)) for code in units])
    choices += _filter(
        state, "target", "actions.all_targets", [(code, f"{code} · {names.target(code)}") for code in targets]
    )
    if reviews:
        choices += _filter(state, "review", "actions.all_reviews", reviews)
    choices += widen(state, NARROWED_BY, words("actions.clear"))
    return render(
        "pages/actions/filters.html",
        choices=choices,
        new_href=state.href(new="1", status=None, review=None),
    )


def _filter(state: State, name: str, everything: str, texts: Sequence[tuple[str, str]]) -> Markup:
    """Render one choice; `texts` are (code, text), `everything` is the key of the text for no choice."""
    label = words(everything)
    return select(f"filter-{name}", label, links(state.href, name, [(None, label), *texts], state.get(name)))


def _status_word(status: str) -> str:
    return words("actions.unfinished") if status == UNFINISHED else words.status(status)


def _review_name(review: Review) -> str:
    return words("action.review_line", period=words.period(review.period_code), day=formatting.date(review.held_at))


def related(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    """Render the unfinished actions about the same figure, so that work is not given twice; empty without any."""
    unfinished = [action for action in actions if action.is_unfinished]
    if not unfinished:
        return NOTHING
    title = words("actions.related")
    listed = action_items(unfinished, names, link)
    return Markup("<section id='related'><h2>{}</h2>{}</section>").format(title, listed)


def unit_counts(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    """Render how many actions of each unit are overdue, in time, to be moved or closed, and done; most overdue
    first."""
    counts = Counter((action.unit_code, group_of(action, names)) for action in actions)
    units = sorted(
        {action.unit_code for action in actions},
        key=lambda unit: (-counts[unit, OVERDUE], -counts[unit, IN_TIME], names.unit(unit)),
    )

    def counted(head: str, *groups: str) -> Column[str | None]:
        return Column(
            f"actions.column_{head}", lambda unit: words.number(sum(counts[unit, group] for group in groups)), "n"
        )

    def name(unit: str | None) -> str:
        return page_header.link_to(link("actions", unit=unit), names.unit(unit)) if unit else names.unit(unit)

    columns: list[Column[str | None]] = [
        Column("actions.column_unit", name),
        counted("overdue", OVERDUE),
        counted("in_time", IN_TIME),
        counted("pending", *PENDING),
        counted("done", DONE),
    ]
    return table_of("workload", columns, units, words("actions.by_district"))


def empty(overview: str) -> Markup:
    """Render the explanation shown before the first action."""
    return render("pages/actions/empty.html", overview=overview)
