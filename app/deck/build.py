"""Composition of a review's slides, in the order of the meeting."""

from __future__ import annotations

from app.core import formatting
from app.core.i18n import words
from app.core.programmes import with_programme
from app.deck import bridge_slides, meeting_slides, progress_slides, topic_slides, view_slides
from app.deck.data import ReviewData
from app.deck.model import Deck


def build_deck(data: ReviewData) -> Deck:
    """Return the complete deck, from the last review's actions to the new decisions."""
    seen = data.context
    period = words.period(seen.state.period)
    window = words(f"review.window_{seen.state.window}")
    published = formatting.moment(seen.publication.built_at)
    source = with_programme(words("review.source", period=period, window=window, published=published), words.lang)
    slides = [
        meeting_slides.cover(data, source),
        *meeting_slides.followup(data, source),
        *meeting_slides.promises(data, source),
        *meeting_slides.support(data, source),
        meeting_slides.completeness(data, source),
        topic_slides.agenda(data, source),
        *topic_slides.topics(data, source),
        *progress_slides.grid(data, source),
        *progress_slides.groups(data, source),
        *bridge_slides.bridges(data, source),
        progress_slides.districts(data, source),
        *progress_slides.corrections(data, source),
        *meeting_slides.decisions(data, source),
        meeting_slides.close(data, source),
        *view_slides.pinned(data, source),
    ]
    labels = [words("review.sample")] if seen.publication.is_sample else []
    labels += [words("review.damaged")] if seen.warehouse.damaged else []
    past = ""
    if data.is_past and data.held_review:
        past = words("review.past", date=formatting.date(data.held_review.held_at))
    return Deck(
        meeting=with_programme(words("review.meeting", period=period), words.lang),
        period_code=seen.state.period,
        version=seen.publication.version,
        as_of=data.as_of,
        label=" · ".join(labels),
        past=past,
        slides=tuple(slides),
    )
