"""What is typed in during a review: a decision, and that the review was held; and the ways from its first slide."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.url_state import State
from app.records import Target, Unit
from app.ui.fields import choice_field, form, long_field, text_field
from warehouse.desk import Review


def decide_form(
    state: State, units: Sequence[Unit], targets: Sequence[Target], words: Words, review: Review | None
) -> Markup:
    """A decision: what, where, about which target, who owns it, until when, who writes it down."""
    places = [("", words("slide.whole_city")), *((unit.unit_code, words.of(unit, "short_name")) for unit in units)]
    abouts = [("", words("slide.no_target"))]
    abouts += [(one.target_code, f"{one.target_code} {words.of(one, 'short_name')}") for one in targets]
    body = long_field("what", words("decide.what"), prefix="decide-")
    body += _pair(
        choice_field("unit_code", words("decide.unit"), places, prefix="decide-"),
        choice_field("target_code", words("decide.target"), abouts, prefix="decide-"),
    )
    body += _pair(
        text_field("owner", words("decide.owner"), prefix="decide-"),
        text_field("due_date", words("decide.due"), prefix="decide-"),
    )
    body += text_field("by", words("decide.by"), remember="by", prefix="decide-")
    fixed = [("period_code", state.period), ("review_id", str(review.review_id) if review else "")]
    return form("decide", body, words("decide.send"), words, fixed)


def hold_form(state: State, version: str, words: Words) -> Markup:
    """That the review was held on this version."""
    body = text_field("by", words("hold.by"), remember="by", prefix="hold-")
    fixed = [("period_code", state.period), ("window", state.window), ("version", version)]
    return form("hold-review", body, words("hold.send"), words, fixed)


def cover_ways(state: State, reviews: Sequence[Review], held: str | None, words: Words) -> Markup:
    """Where one may go from the first slide: the file, the other language, earlier reviews, out."""
    links = [
        f"<a href='{escape(state.export('deck.pptx'))}' download>{escape(words('review.pptx'))}</a>",
        f"<a href='{escape(state.href(''))}'>{escape(words('review.leave'))}</a>",
        f"<a href='{escape(state.href(lang='en' if words.lang == 'vi' else 'vi'))}' data-keep-slide>"
        f"{escape(words('review.language'))}</a>",
    ]
    if held:
        links.insert(1, f"<a href='{escape(state.href(held=None))}'>{escape(words('review.newest'))}</a>")
    others = [
        f"<a href='{escape(state.href(held=str(one.review_id)))}'>{escape(_review_name(one, words))}</a>"
        for one in reviews
        if str(one.review_id) != held
    ]
    past = f"<p>{escape(words('review.held_list'))}{', '.join(others[:MOST_REVIEWS])}</p>" if others else ""
    busy, failed = escape(words("tools.busy")), escape(words("tools.failed"))
    return Markup(
        f"<nav class='ways' data-busy='{busy}' data-failed='{failed}'>{''.join(links)}{past}"
        f"<p class='keys-of-deck'>{escape(words('review.keys'))}</p></nav>"
    )


MOST_REVIEWS = 3


def _review_name(one: Review, words: Words) -> str:
    period = words.period(one.period_code)
    return words("review.held_item", period=period, date=formatting.date(one.held_at))


def _pair(*fields: Markup) -> Markup:
    return Markup(f"<div class='fields'>{''.join(fields)}</div>")
