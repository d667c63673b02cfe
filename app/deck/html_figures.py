"""HTML of the units' ranking on a slide, with intervals beside the labels."""

from __future__ import annotations

from markupsafe import escape

from app.deck.model import Bar, Card
from app.ui.figure_text import glyph

FULL_PCT = 100.0


def ranking(card: Card) -> str:
    """Units from best to worst: name, bar with interval, value; the threshold crosses bars only."""
    top = max([FULL_PCT, *(bar.value for bar in card.bars if bar.value is not None)])
    rows = "".join(_ranked(bar, card, top) for bar in card.bars)
    return f"<ol class='ranked-units'>{rows}</ol>"


def _ranked(bar: Bar, card: Card, top: float) -> str:
    name, text = escape(bar.name), escape(bar.text)
    sign = f"<i class='sign {bar.status}'>{glyph(bar.status)}</i>"
    if bar.value is None:
        return f"<li><span class='nm'>{name}</span><span class='why'>{glyph(bar.status)} {text}</span></li>"
    marks = f"<rect class='{bar.status}' width='{_at(bar.value, top)}' y='12%' height='76%'/>"
    if card.threshold_pct is not None:
        x = _at(card.threshold_pct, top)
        marks += f"<line class='th' x1='{x}' x2='{x}' y1='0' y2='100%'/>"
    if bar.low is not None and bar.high is not None:
        low, high = _at(bar.low, top), _at(bar.high, top)
        marks += "".join(
            f"<line class='{name}' x1='{low}' x2='{high}' y1='50%' y2='50%'/>" for name in ("ci halo", "ci")
        )
    return (
        f"<li><span class='nm'>{name}</span><svg class='track' aria-hidden='true'>{marks}</svg>"
        f"<span class='vl n'>{text}</span>{sign}</li>"
    )


def _at(value: float, top: float) -> str:
    return f"{max(0.0, min(FULL_PCT, value / top * FULL_PCT)):.2f}%"
