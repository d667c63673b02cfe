"""What the list of actions is narrowed by: status, unit, target, review; each in the address."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.url_state import State
from app.pages.shared.action_names import STATUS_CHOICES, UNFINISHED, Names
from warehouse.desk import Action, Review

Option = tuple[str, str, bool]


def filters(state: State, actions: Sequence[Action], reviews: Sequence[Review], names: Names) -> Markup:
    """The choices, as far as there is something to choose, and the way to a new action."""
    words = names.words
    statuses = [
        (code, words("actions.unfinished") if code == UNFINISHED else words.status(code)) for code in STATUS_CHOICES
    ]
    units = sorted({one.unit_code for one in actions if one.unit_code}, key=names.unit)
    targets = sorted({one.target_code for one in actions if one.target_code})
    held = [(str(one.review_id), _review(one, words)) for one in reviews]
    choices = (
        _choice("status", "actions.all_statuses", statuses, state, words)
        + _choice("unit", "actions.all_units", [(code, names.unit(code)) for code in units], state, words)
        + _choice("target", "actions.all_targets", [(c, f"{c} · {names.target(c)}") for c in targets], state, words)
        + (_choice("review", "actions.all_reviews", held, state, words) if held else "")
    )
    is_narrowed = any(state.get(name) for name in ("status", "unit", "target", "review"))
    clear = state.href(status=None, unit=None, target=None, review=None)
    way = f"<a href='{escape(clear)}'>{escape(words('actions.clear'))}</a>" if is_narrowed else ""
    new = escape(state.href(new="1", status=None, review=None))
    return Markup(
        f"<div class='filters' role='group' aria-label='{escape(words('actions.filters'))}'>{choices}{way}</div>"
        f"<a class='button' href='{new}'>{escape(words('actions.new'))}</a>"
    )


def _choice(name: str, everything: str, options: Sequence[tuple[str, str]], state: State, words: Words) -> str:
    chosen = state.get(name)
    lines: list[Option] = [(state.href(**{name: None}), words(everything), not chosen)]
    lines += [(state.href(**{name: code}), text, code == chosen) for code, text in options]
    items = "".join(
        f"<option value='{escape(href)}'{' selected' if is_chosen else ''}>{escape(text)}</option>"
        for href, text, is_chosen in lines
    )
    return f"<select id='filter-{name}' data-go aria-label='{escape(words(everything))}'>{items}</select>"


def _review(review: Review, words: Words) -> str:
    return words("action.review_line", period=words.period(review.period_code), day=formatting.date(review.held_at))
