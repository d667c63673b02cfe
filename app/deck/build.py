"""From the facts of a review to its slides, in the order in which the meeting goes."""

from __future__ import annotations

from app.core import formatting
from app.deck import meeting_slides, progress_slides
from app.deck.data import Material
from app.deck.model import Deck


def build(material: Material) -> Deck:
    """The whole deck. What was given last time comes first, what is decided now last."""
    words, seen = material.context.words, material.context
    period = words.period(seen.state.period)
    window = words(f"review.window_{seen.state.window}")
    source = words("review.source", period=period, window=window, version=seen.publication.version)
    slides = [
        meeting_slides.cover(material, source),
        *meeting_slides.followup(material, source),
        meeting_slides.completeness(material, source),
        *progress_slides.grid(material, source),
        *progress_slides.groups(material, source),
        progress_slides.districts(material, source),
        *progress_slides.corrections(material, source),
        *meeting_slides.decisions(material, source),
        meeting_slides.close(material, source),
    ]
    labels = [words("review.sample")] if seen.publication.is_sample else []
    labels += [words("review.damaged")] if seen.warehouse.damaged else []
    past = ""
    if material.is_past and material.held:
        past = words("review.past", date=formatting.date(material.held.held_at))
    return Deck(
        meeting=words("review.meeting", period=period),
        period_code=seen.state.period,
        version=seen.publication.version,
        as_of=material.as_of,
        label=" · ".join(labels),
        past=past,
        slides=tuple(slides),
    )
