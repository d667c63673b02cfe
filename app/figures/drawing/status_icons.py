"""The signs of statuses as shapes: a reader's machine need not have a font with ticks and triangles."""

from __future__ import annotations

# Each sign around the point 0,0, about 12 units wide. `F` stands for the colour to fill, `S` for that of strokes.
_SHAPES: dict[str, str] = {
    "met": "<path d='M-5 0L-1.5 4 5-4.5' fill='none' stroke='S' stroke-width='2.2'/>",
    "on_track": "<circle r='3.6' fill='F'/>",
    "behind": "<path d='M-4.5-3.5H4.5L0 4.2z' fill='F'/>",
    "far_behind": "<path d='M-8.2-3.5H-.2L-4.2 3.8zM.2-3.5H8.2L4.2 3.8z' fill='F'/>",
    "monitor": "<circle r='3.6' fill='none' stroke='S' stroke-width='1.6'/>",
    "not_applicable": "<path d='M-4 0H4' stroke='S' stroke-width='1.8'/>",
    "not_due": "<path d='M-4.6 2.6h2M-1 2.6h2M2.6 2.6h2' stroke='S' stroke-width='2'/>",
    "not_reported": "<text y='4.6' text-anchor='middle' font-size='13' font-weight='600' fill='F'>?</text>",
    "rejected": "<path d='M-3.6-3.6L3.6 3.6M3.6-3.6L-3.6 3.6' stroke='S' stroke-width='2'/>",
    "no_cases": "<path d='M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0M-5 5L5-5' fill='none' stroke='S' stroke-width='1.5'/>",
    "suppressed": "<path d='M0-4.4V4.4M-3.8-2.2L3.8 2.2M-3.8 2.2L3.8-2.2' stroke='S' stroke-width='1.6'/>",
}
# How far a sign reaches to each side.
REACH: dict[str, float] = dict.fromkeys(_SHAPES, 5.0) | {"far_behind": 8.2}


def sign(status: str, x: float, y: float, ink: str) -> str:
    """The sign of a status centred on a point. Raises KeyError for a status that is none."""
    shape = _SHAPES[status].replace("'F'", f"'{ink}'").replace("'S'", f"'{ink}'")
    return f"<g transform='translate({x:.1f} {y:.1f})'>{shape}</g>"
