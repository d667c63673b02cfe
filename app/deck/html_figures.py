"""What a slide draws of one target: the city's course, and the units' ranking with intervals beside the labels."""

from __future__ import annotations

from markupsafe import escape

from app.deck.model import Bar, Card, Point
from app.ui.figure_text import glyph

WIDTH, HEIGHT, MARGIN = 100.0, 40.0, 3.0
FULL_PCT = 100.0


def course(card: Card) -> str:
    """The city's values over the last quarters, threshold dashed, a break where counting starts again."""
    known = [point.value for point in card.trend if point.value is not None]
    if len(known) < 2:
        return ""
    top = max(FULL_PCT, *known)
    pieces = "".join(f"<path d='{piece}'/>" for piece in _pieces(card.trend, top))
    dashed = "" if card.threshold_pct is None else f"<path class='th' d='M0 {_y(card.threshold_pct, top):.1f}H100'/>"
    last = max(index for index, point in enumerate(card.trend) if point.value is not None)
    x, y = _x(last, len(card.trend)), _y(card.trend[last].value or 0.0, top)
    return (
        f"<div class='deck-course' role='img' aria-label='{escape(card.trend_title)}'>"
        f"<span>{escape(card.trend[0].label)}</span>"
        f"<svg viewBox='0 0 100 40' preserveAspectRatio='none'>{dashed}{pieces}"
        f"<path class='dot {card.status}' d='M{x:.1f} {y:.1f}h.01'/></svg>"
        f"<span>{escape(card.trend[-1].label)}</span></div>"
    )


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


def _pieces(points: tuple[Point, ...], top: float) -> list[str]:
    pieces: list[str] = []
    is_drawing = False
    for index, point in enumerate(points):
        if point.value is None:
            is_drawing = False
            continue
        at = f"{_x(index, len(points)):.1f} {_y(point.value, top):.1f}"
        if is_drawing and not point.is_restart:
            pieces[-1] += f"L{at}"
        else:
            pieces.append(f"M{at}h.01")
        is_drawing = True
    return pieces


def _x(index: int, count: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * index / max(1, count - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top


def _at(value: float, top: float) -> str:
    return f"{max(0.0, min(FULL_PCT, value / top * FULL_PCT)):.2f}%"
