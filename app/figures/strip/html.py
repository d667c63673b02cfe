"""Several units on one target's scale: where all districts lie, the limits, a numbered mark a unit."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.analysis.progress_summary import CityRange

__all__ = ["CityRange", "strip"]
FULL_PCT = 100.0
# Each mark has its own height, so that equal figures do not hide each other; the city lies in the middle.
LANES = {1: (50,), 2: (25, 75), 3: (17, 50, 83)}


def strip(
    marks: Sequence[tuple[str, float]], spread: CityRange | None, threshold: float | None, path: float | None
) -> Markup:
    """The scale; `marks` are (number or nothing for the city, points). Decorative: the figures stand beside it."""
    top = max([FULL_PCT, *(value for _, value in marks), (spread.high if spread else None) or 0.0])
    drawn = ""
    if spread and spread.low is not None and spread.high is not None:
        width = max(spread.high - spread.low, 0.4) / top * FULL_PCT
        drawn += (
            f"<rect class='range' x='{spread.low / top * FULL_PCT:.1f}%' width='{width:.1f}%' y='26%' height='48%'/>"
        )
    for name, value in (("path", path), ("th", threshold)):
        if value is not None:
            at = f"{value / top * FULL_PCT:.1f}%"
            drawn += f"<line class='{name}' x1='{at}' x2='{at}' y1='0' y2='100%'/>"
    lanes = iter(LANES[sum(1 for mark, _ in marks if mark) or 1])
    for mark, value in sorted(marks, key=lambda pair: pair[0]):
        drawn += _mark(mark, value / top * FULL_PCT, next(lanes) if mark else 50)
    return Markup(f"<svg class='track strip' aria-hidden='true'>{drawn}</svg>")


def _mark(mark: str, at: float, lane: int) -> str:
    place = f"<svg x='{at:.1f}%' y='{lane}%' overflow='visible'>"
    if not mark:
        return f"{place}<path class='mean' d='M0 -7L5 0 0 7-5 0z'/></svg>"
    return f"{place}<circle class='s{mark}' r='7.5'/><text dy='.36em' text-anchor='middle'>{mark}</text></svg>"
