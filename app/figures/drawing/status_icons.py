"""Signs of statuses as SVG shapes, because fonts with ticks and triangles may be missing."""

from __future__ import annotations

from markupsafe import Markup

from app.core.status import STATUSES, sign_of

_AT_A_POINT = Markup("<g transform='translate({:.1f} {:.1f})'>{}</g>")

# Each sign around the point 0,0, about 12 units wide. `{0}` is replaced by its colour.
_SHAPES: dict[str, Markup] = {
    "✓": Markup("<path d='M-5 0L-1.5 4 5-4.5' fill='none' stroke='{0}' stroke-width='2.2'/>"),
    "●": Markup("<circle r='3.6' fill='{0}'/>"),
    "▼": Markup("<path d='M-4.5-3.5H4.5L0 4.2z' fill='{0}'/>"),
    "▼▼": Markup("<path d='M-8.2-3.5H-.2L-4.2 3.8zM.2-3.5H8.2L4.2 3.8z' fill='{0}'/>"),
    # The same as outlines: a hollow shape marks an uncertain status without colour.
    "▽": Markup("<path d='M-4.3-3.2H4.3L0 4z' fill='none' stroke='{0}' stroke-width='1.4'/>"),
    "▽▽": Markup("<path d='M-7.8-3.2H-.8L-4.3 3.6zM.8-3.2H7.8L4.3 3.6z' fill='none' stroke='{0}' stroke-width='1.4'/>"),
    "○": Markup("<circle r='3.6' fill='none' stroke='{0}' stroke-width='1.6'/>"),
    "–": Markup("<path d='M-4 0H4' stroke='{0}' stroke-width='1.8'/>"),
    "…": Markup("<path d='M-4.6 2.6h2M-1 2.6h2M2.6 2.6h2' stroke='{0}' stroke-width='2'/>"),
    "?": Markup("<text y='4.6' text-anchor='middle' font-size='13' font-weight='600' fill='{0}'>?</text>"),
    "×": Markup("<path d='M-3.6-3.6L3.6 3.6M3.6-3.6L-3.6 3.6' stroke='{0}' stroke-width='2'/>"),
    "∅": Markup("<path d='M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0M-5 5L5-5' fill='none' stroke='{0}' stroke-width='1.5'/>"),
    "*": Markup("<path d='M0-4.4V4.4M-3.8-2.2L3.8 2.2M-3.8 2.2L3.8-2.2' stroke='{0}' stroke-width='1.6'/>"),
    "▷": Markup("<path d='M-3.4-4.4L4.4 0-3.4 4.4z' fill='none' stroke='{0}' stroke-width='1.6'/>"),
    "↻": Markup(
        "<path d='M3.6-2.6A4.4 4.4 0 1 0 4.4 0M4.4-4.6V-1.6H1.4' fill='none' stroke='{0}' stroke-width='1.6'/>"
    ),
}
# Half the width of the sign of a status.
REACH: dict[str, float] = {code: 8.2 if len(status.sign) > 1 else 5.0 for code, status in STATUSES.items()}


def sign(status: str, x: float, y: float, ink: str) -> Markup:
    """Render the sign of a status centred on a point. Raises KeyError for a status without a shape."""
    return _AT_A_POINT.format(x, y, _SHAPES[sign_of(status)].format(ink))
