"""Slides on why the city's figures moved since the last review, or since last quarter."""

from __future__ import annotations

from app.core.i18n import words
from app.deck.data import ReviewData
from app.deck.figure_bridges import moved_figures
from app.deck.model import BridgeBlock, Lines, Slide, Subject
from app.figures.bridge.spec import BridgeSpec
from app.records import Progress

# Figures with a slide each.
MOST_SLIDES = 2


def bridges(data: ReviewData, source: str) -> list[Slide]:
    """Return a slide for each of the city's figures that moved most, beyond chance; none while nothing is judged."""
    rows, city = data.city_rows.values(), data.context.city
    moved = moved_figures(data.context, city, rows, data.previous_review, MOST_SLIDES)
    return [_slide(row, spec, source) for row, spec in moved]


def _slide(row: Progress, spec: BridgeSpec, source: str) -> Slide:
    notes = (words("speaker.bridge"), spec.sentence, *spec.story)
    agenda = words("review.agenda_bridge")
    blocks = (BridgeBlock(spec), Lines(spec.remarks))
    return Slide("bridge", spec.headline, blocks, notes, source, agenda, Subject(row.unit_code, row.target_code))
