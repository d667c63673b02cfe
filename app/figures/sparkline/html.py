"""Small lines: the course of one figure, drawn to fit any box; gaps stay gaps."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.records import Progress

WIDTH, HEIGHT, MARGIN = 100.0, 30.0, 3.0
TOP_PCT = 100.0


def sparkline(
    rows: Sequence[Progress], status: str = "monitor", periods: Sequence[str] = (), top: float = TOP_PCT
) -> Markup:
    """The values of `rows` over `periods` (or over the rows' own), with the threshold dashed and the last one marked.

    The scale ends at `top`, which several lines may share, or at the largest value.
    The box stretches; strokes do not. Purely decorative: the words stand beside it.
    """
    codes = list(periods) or [row.period_code for row in rows]
    values = {row.period_code: row.value_pct for row in rows}
    known = [value for value in values.values() if value is not None]
    if not known:
        return Markup("<svg class='spark' aria-hidden='true'></svg>")
    top = max(top, *known)
    pairs = [(_x(index, len(codes)), values.get(code)) for index, code in enumerate(codes)]
    points = [(x, _y(value, top)) for x, value in pairs if value is not None]
    threshold = next((row.threshold_pct for row in reversed(rows) if row.threshold_pct is not None), None)
    dashed = "" if threshold is None else f"<path class='th' d='M0 {_y(threshold, top):.1f}H{WIDTH:.0f}'/>"
    line = "".join(f"<path d='{part}'/>" for part in _pieces(codes, values, top))
    last_x, last_y = points[-1]
    return Markup(
        f"<svg class='spark' viewBox='0 0 {WIDTH:.0f} {HEIGHT:.0f}' preserveAspectRatio='none' aria-hidden='true'>"
        f"{dashed}{line}<path class='dot {status}' d='M{last_x:.1f} {last_y:.1f}h.01'/></svg>"
    )


def _pieces(codes: Sequence[str], values: dict[str, float | None], top: float) -> list[str]:
    pieces: list[str] = []
    pen_is_down = False
    for index, code in enumerate(codes):
        value = values.get(code)
        if value is None:
            pen_is_down = False
            continue
        point = f"{_x(index, len(codes)):.1f} {_y(value, top):.1f}"
        if pen_is_down:
            pieces[-1] += f"L{point}"
        else:
            pieces.append(f"M{point}h.01")
        pen_is_down = True
    return pieces


def _x(index: int, count: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * index / max(1, count - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top
