"""Slides on why the city's figures moved since the last review, or since last quarter."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.bridge import BridgeQuestion, bridge_between
from app.analysis.bridge_moments import EarlierMoment
from app.core import formatting
from app.core.page_context import UnknownCodeError
from app.deck.data import ReviewData
from app.deck.model import BridgeBlock, Lines, Slide, Subject
from app.figures.bridge.spec import BridgeSpec, bridge_spec
from app.queries.fetch import OtherLayoutError
from app.records import Progress

# Figures with a slide each; units with a bar of their own and bars of all kinds, as many as can be read from afar.
MOST_SLIDES, MOST_NAMED, MOST_BARS = 2, 4, 8


def bridges(data: ReviewData, source: str) -> list[Slide]:
    """Return a slide for each of the city's figures that moved most, beyond chance; none while nothing is judged."""
    moment = _moment(data)
    if moment is None:
        return []
    slides = []
    for row in _moved(data):
        spec = _spec(row, moment, data)
        if spec and spec.bars:
            slides.append(_slide(row, spec, data, source))
        if len(slides) == MOST_SLIDES:
            break
    return slides


def _moment(data: ReviewData) -> EarlierMoment | None:
    """Return the last review, if it was held on the quarter before this one, else that quarter as known today."""
    seen = data.context
    codes = [period.period_code for period in seen.periods]
    place = codes.index(seen.state.period)
    if not place:
        return None
    before, last = codes[place - 1], data.previous_review
    if last and last.period_code == before and last.version != seen.publication.version:
        return EarlierMoment("review", "review", before, last.version, formatting.date(last.held_at))
    return EarlierMoment("quarter", "quarter", before)


def _moved(data: ReviewData) -> list[Progress]:
    """Return the city's judged figures that moved beyond chance: another status first, then the largest moves."""
    rows = [
        row
        for row in data.city_rows.values()
        if row.is_judged and row.threshold_pct is not None and row.change_prev_quarter_pct and row.change_is_clear
    ]
    return sorted(rows, key=lambda row: (row.prev_quarter_status == row.status, -abs(row.change_prev_quarter_pct or 0)))


def _spec(row: Progress, moment: EarlierMoment, data: ReviewData) -> BridgeSpec | None:
    seen, words = data.context, data.words
    try:
        held = moment.held(seen.reader)
        question = BridgeQuestion(
            target=seen.targets[row.target_code],
            unit=row.unit_code,
            period=row.period_code,
            window=row.period_window,
            before=moment.period,
            held=held,
            named=frozenset(_named(data)),
        )
        bridge = bridge_between(seen.reader, question)
    except (OtherLayoutError, UnknownCodeError):
        return None
    if bridge is None:
        return None
    names = {unit.unit_code: words.of(unit, "short_name") for unit in (*data.units, *seen.districts)}
    target, place = seen.targets[row.target_code], words.of(seen.city, "short_name")
    spec = bridge_spec(bridge, target, place, moment.text(words), names, words, MOST_NAMED)
    too_many = len(spec.bars) - MOST_BARS
    if too_many <= 0:
        return spec
    return bridge_spec(bridge, target, place, moment.text(words), names, words, max(MOST_NAMED - too_many, 0))


def _named(data: ReviewData) -> Sequence[str]:
    """Return the units by which a meeting reads the city: districts or areas, else communes."""
    seen = data.context
    return [unit.unit_code for unit in (seen.districts or seen.reporters)]


def _slide(row: Progress, spec: BridgeSpec, data: ReviewData, source: str) -> Slide:
    words = data.words
    notes = (words("speaker.bridge"), spec.sentence, *spec.story)
    agenda = words("review.agenda_bridge")
    blocks = (BridgeBlock(spec), Lines(spec.remarks))
    return Slide("bridge", spec.headline, blocks, notes, source, agenda, Subject(row.unit_code, row.target_code))
