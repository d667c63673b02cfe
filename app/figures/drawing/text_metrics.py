"""Letters in a standalone SVG: the embedded font, and how wide a text will be."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup

_FOLDER = Path(__file__).parents[2] / "static"
FAMILY = "Be Vietnam Pro"
# The sets of letters as the font's files divide them: base letters, then those with Vietnamese marks.
RANGES: dict[str, str] = {
    "latin": "U+0020-00FF,U+2013-2014,U+2018-201D,U+2026,U+2212",
    "vietnamese": (
        "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,"
        "U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB"
    ),
}
_FACE = Markup(
    "@font-face{{font-family:'{}';font-weight:{};src:url(data:font/woff2;base64,{}) format('woff2');unicode-range:{}}}"
)
_NARROW = set("iljtfrI.,:;|!'()[]/ ·-")
_WIDE = set("mwMW%—")
_CAPITAL_EM = 0.7
_NARROW_EM = 0.34
_WIDE_EM = 0.92
_OTHER_EM = 0.6
_BOLD_SHARE = 1.04


@cache
def font_faces(weights: tuple[int, ...] = (400, 600)) -> Markup:
    """`@font-face` rules that carry the font inside themselves, so that a file needs nothing beside it."""
    return Markup("").join(_face(script, weight) for weight in weights for script in RANGES)


def _face(script: str, weight: int) -> Markup:
    font = (_FOLDER / f"be-vietnam-pro-{script}-{weight}-normal.woff2").read_bytes()
    return _FACE.format(FAMILY, weight, base64.b64encode(font).decode(), RANGES[script])


def width(text: str, size: float, is_bold: bool = False) -> float:
    """About how wide a text is drawn, in the unit of `size`; rather too wide than too narrow."""
    em = sum(_em(letter) for letter in text)
    return em * size * (_BOLD_SHARE if is_bold else 1.0)


def _em(letter: str) -> float:
    if letter in _NARROW:
        return _NARROW_EM
    if letter in _WIDE:
        return _WIDE_EM
    return _CAPITAL_EM if letter.isupper() else _OTHER_EM


def wrapped(text: str, size: float, room: float, is_bold: bool = False) -> Sequence[str]:
    """A text in lines that fit `room`; a single word wider than that stays whole."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, is_bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
