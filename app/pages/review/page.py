"""Review: the quarterly meeting from the first slide to the decisions, one page for the projector."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import Context, Page
from app.deck.build import build_deck
from app.deck.data import gather_review
from app.deck.html import draw_slides
from app.deck.model import Deck
from app.records import Target, Unit
from app.ui.choices import Link
from app.ui.fields import choice_field, day_field, form, long_field, side_by_side, text_field
from app.ui.templates import render
from warehouse.desk import Review

EARLIER_REVIEWS = 3


def deck_of(context: Context) -> Deck:
    """The slides for the chosen quarter, or for the past review in the address; files are made from them too."""
    return build_deck(gather_review(context, context.state.get("held")))


def page(context: Context) -> Page:
    """Every slide in one page without bars; the browser turns them."""
    words = context.words
    data = gather_review(context, context.state.get("held"))
    forms: dict[str, Markup] = {}
    if not data.is_past:
        targets = list(data.context.targets.values())
        forms["decide"] = _decide_form(context, data.units, targets, data.held_review)
        forms["hold"] = _hold_form(context, data.context.publication.version)
    slides = draw_slides(build_deck(data), _cover_ways(context, data.reviews), forms, words)
    return Page(words("review.tab"), slides, is_bare=True)


def _decide_form(context: Context, units: Sequence[Unit], targets: Sequence[Target], review: Review | None) -> Markup:
    """A decision: what, where, about which target, who owns it, until when, who writes it down."""
    words = context.words
    unit_options = [("", words("slide.whole_city"))]
    unit_options += [(unit.unit_code, words.of(unit, "short_name")) for unit in units]
    target_options = [("", words("slide.no_target"))]
    target_options += [
        (target.target_code, f"{target.target_code} {words.of(target, 'short_name')}") for target in targets
    ]
    fields = long_field("what", words("decide.what"), prefix="decide-")
    fields += side_by_side(
        choice_field("unit_code", words("decide.unit"), unit_options, prefix="decide-"),
        choice_field("target_code", words("decide.target"), target_options, prefix="decide-"),
    )
    fields += side_by_side(
        text_field("owner", words("decide.owner"), prefix="decide-"),
        day_field("due_date", words("decide.due"), words, prefix="decide-"),
    )
    fields += text_field("by", words("decide.by"), remember="by", prefix="decide-")
    fixed = [("period_code", context.state.period), ("review_id", str(review.review_id) if review else "")]
    return form("decide", fields, words("decide.send"), words, fixed)


def _hold_form(context: Context, version: str) -> Markup:
    """That the review was held on this version."""
    words = context.words
    state = context.state
    by = text_field("by", words("hold.by"), remember="by", prefix="hold-")
    fixed = [("period_code", state.period), ("window", state.window), ("version", version)]
    return form("hold-review", by, words("hold.send"), words, fixed)


def _cover_ways(context: Context, reviews: Sequence[Review]) -> Markup:
    """Where one may go from the first slide: the file, the other language, earlier reviews, out."""
    words = context.words
    state = context.state
    held = state.get("held")
    others = [review for review in reviews if str(review.review_id) != held]
    return render(
        "pages/review/cover.html",
        pptx_href=state.export("deck.pptx"),
        newest_href=state.href(held=None) if held else "",
        leave_href=state.href(""),
        language_href=state.href(lang="en" if words.lang == "vi" else "vi"),
        reviews=[
            Link(state.href(held=str(review.review_id)), _review_name(review, words))
            for review in others[:EARLIER_REVIEWS]
        ],
        words=words,
    )


def _review_name(review: Review, words: Words) -> str:
    period = words.period(review.period_code)
    return words("review.held_item", period=period, date=formatting.date(review.held_at))
