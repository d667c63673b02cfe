"""Bridges in documents: why a figure moved, as a sentence and a table of its bars."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.i18n import words
from app.exports.letters.letter import Column, Letter
from app.figures.bridge.spec import BridgeSpec


def write_bridges(letter: Letter, specs: Iterable[BridgeSpec]) -> None:
    """Write the sentence, the bars and the remarks of each bridge."""
    columns = (
        Column(words("bridge.cause"), 70),
        Column(words("bridge.detail"), 65),
        Column(words("bridge.moved"), 30, "Number"),
    )
    for spec in specs:
        letter.paragraph(spec.sentence)
        letter.table(columns, [(bar.name, bar.note, bar.amount) for bar in spec.bars])
        for line in spec.remarks:
            letter.paragraph(line)
