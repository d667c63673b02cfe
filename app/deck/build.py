"""From the facts of a review to its slides, in the order in which the meeting goes."""

from __future__ import annotations

from app import formatting
from app.deck import figures, meeting
from app.deck.material import Material
from app.deck.model import Deck


def build(material: Material) -> Deck:
    """The whole deck. What was given last time comes first, what is decided now last."""
    words, seen = material.context.words, material.context
    period = words.period(seen.state.period)
    window = words(f"review.window_{seen.state.window}")
    source = words("review.source", period=period, window=window, version=seen.publication.version)
    slides = [
        meeting.cover(material, source),
        *meeting.followup(material, source),
        meeting.completeness(material, source),
        *figures.grid(material, source),
        *figures.groups(material, source),
        figures.districts(material, source),
        *figures.corrections(material, source),
        *meeting.decisions(material, source),
        meeting.close(material, source),
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
