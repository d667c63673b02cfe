"""Review: the quarterly meeting from the first slide to the decisions, one page for the projector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from app.analysis.action_state import has_ended
from app.analysis.agenda import Topics
from app.core import formatting
from app.core.i18n import words
from app.core.page_context import Context, Page
from app.deck.build import build_deck
from app.deck.data import ReviewData, gather_review
from app.deck.html import draw_slides
from app.deck.model import Deck
from app.forms.action_fields import DECISION, render_fields
from app.queries import plan
from app.queries.office import office_of
from app.records import Unit
from app.ui.choices import Link
from app.ui.fields import Option, by_field, form, long_field, opened_in
from app.ui.templates import render
from warehouse.desk import Action, Minutes, Review

EARLIER_REVIEWS = 3


def deck_of(context: Context) -> Deck:
    """Return the slides for the chosen quarter, or for the past review in the address; files are made from them too."""
    return build_deck(gather_review(context, context.state.get("held")))


def page(context: Context) -> Page:
    """Render every slide in one page without bars; the browser turns them."""
    data = gather_review(context, context.state.get("held"))
    forms = {} if data.is_past else _forms(context, data)
    parts = {"cover": _cover_ways(context, data, decides="decide" in forms), **forms}
    if data.held_review:
        parts["close"] = _minutes_ways(context, data.held_review)
    slides = draw_slides(build_deck(data), parts, context.state.href("ledger", held=context.state.get("held")))
    return Page(words("review.tab"), slides, is_bare=True)


def _forms(context: Context, data: ReviewData) -> dict[str, Markup]:
    """Return the forms of a meeting by their place; none for viewers who may not decide."""
    if not context.may_send("decide"):
        return {}
    held = data.held_review
    decide = {"decide": _decide_form(context, data)}
    if held:
        return decide | {"minutes": _minutes_form(context, held)}
    return decide | {"hold": _hold_form(context, data.new_actions), "order": _order_form(context, data.topics)}


def _order_form(context: Context, topics: Topics) -> Markup:
    """Render the form that the buttons of every topic submit; it records the order of the topics."""
    state = context.state
    hidden = [
        ("period_code", state.period),
        ("window", state.window),
        ("topics", " ".join(topic.code for topic in topics.kept)),
        ("dropped", " ".join(topic.code for topic in topics.dropped)),
        ("seen", str(topics.agenda.agenda_id) if topics.agenda else ""),
        # The room knows the chair; a name would have to be typed before the first key.
        ("by", words("topic.chair")),
    ]
    return render(
        "pages/review/order.html",
        action=state.act("order-topics"),
        hidden=hidden,
        opened_in=opened_in(),
    )


def _decide_form(context: Context, data: ReviewData) -> Markup:
    """Render the form of a decision."""
    target_options = [Option("", words("slide.no_target"))]
    target_options += [
        Option(target.target_code, f"{target.target_code} {words.of(target, 'short_name')}")
        for target in context.targets.values()
    ]
    choices = {"unit_code": _units(context, data.units), "target_code": target_options}
    fields = render_fields(DECISION, {}, choices, "decide-")
    fields += by_field("decide-", words("decide.by"), hint="")
    review = data.held_review
    fixed = [("period_code", context.state.period), ("review_id", str(review.review_id) if review else "")]
    return form(context.state, "decide", fields, words("decide.send"), fixed)


def _units(context: Context, units: Sequence[Unit]) -> list[Option]:
    """Return the whole city and the units that report to it, each with the office that decisions about it go to."""
    day = context.publication.as_of_date
    # Of a quarter whose units have ended decisions go to those that report now.
    lasting = [unit for unit in units if not has_ended(unit, day)]
    newest = context.publication.latest_period_code or context.state.period
    units = lasting or plan.reporting_units(context.reader, newest)
    whole = Option("", words("slide.whole_city"), office_of(context.reader, context.city, day))
    return [
        whole,
        *(Option(unit.unit_code, words.of(unit, "short_name"), office_of(context.reader, unit, day)) for unit in units),
    ]


def _hold_form(context: Context, decisions: Sequence[Action]) -> Markup:
    """Render the form that records that the review was held on this version, with its minutes.

    It names the decisions that the page shows, because only those were read back.
    """
    state = context.state
    fixed = [
        ("period_code", state.period),
        ("window", state.window),
        ("version", context.publication.version),
        ("read_back", " ".join(str(action.action_id) for action in decisions)),
    ]
    after = Markup("<p>{}</p>").format(words("hold.after"))
    return form(state, "hold-review", _minutes_fields(None, "hold-") + after, words("hold.send"), fixed)


def _minutes_form(context: Context, review: Review) -> Markup:
    """Render the form to rewrite the minutes of the held review."""
    known = context.desk.minutes(review.review_id)
    fields = _minutes_fields(known, "minutes-")
    fixed = [("review_id", str(review.review_id)), ("seen", str(known.minutes_id) if known else "")]
    return form(context.state, "write-minutes", fields, words("hold.send_minutes"), fixed)


def _minutes_fields(known: Minutes | None, prefix: str) -> Markup:
    present, discussed = (known.present, known.discussed) if known else ("", "")
    fields = long_field("present", words("hold.present"), words("hold.present_hint"), present, prefix)
    fields += long_field("discussed", words("hold.discussed"), words("hold.discussed_hint"), discussed, prefix)
    return fields + by_field(prefix, words("hold.by"), hint="")


def _minutes_ways(context: Context, review: Review) -> Markup:
    """Render the minutes of a held review and the list for each office, as files."""
    state = replace(context.state, own=(("held", str(review.review_id)),))
    return render(
        "pages/review/minutes.html",
        minutes_href=state.export("minutes.docx"),
        signed_href=state.export("minutes.pdf"),
        offices_href=state.export("offices.docx"),
    )


def _cover_ways(context: Context, data: ReviewData, *, decides: bool) -> Markup:
    """Render the links of the first slide: the file, the other language, earlier reviews, out; and the keys, with the
    one that writes a decision if the page has its form."""
    state = context.state
    held = state.get("held")
    topic_count = len(data.topics.shown)
    others = [review for review in data.reviews if str(review.review_id) != held]
    return render(
        "pages/review/cover.html",
        pptx_href=state.export("deck.pptx"),
        newest_href=state.href(held=None) if held else "",
        leave_href=state.href(""),
        reviewed=_reviewed(context),
        language_href=state.href(lang="en" if words.lang == "vi" else "vi"),
        reviews=[
            Link(state.href(held=str(review.review_id)), _review_name(review)) for review in others[:EARLIER_REVIEWS]
        ],
        keys=words(
            "review.keys",
            topics=words("review.key_topics", count=topic_count) if topic_count > 1 else "",
            decide=words("review.key_decide") if decides else "",
        ),
    )


def _reviewed(context: Context) -> Link | None:
    """Return the link to the meeting on the period under review, from one on a period that is not judged whole."""
    reviewed = context.reviewed_period
    if context.period.is_settled or reviewed is None:
        return None
    text = words("period_state.reviewed", period=words.period(reviewed.period_code))
    return Link(context.state.href(period=reviewed.period_code), text)


def _review_name(review: Review) -> str:
    period = words.period(review.period_code)
    return words("review.held_item", period=period, date=formatting.date(review.held_at))
