"""Text widths."""

from __future__ import annotations

from collections.abc import Sequence

_NARROW = set("iljtfrI.,:;|!'()[]/ ·-")
_WIDE = set("mwMW%—")
_CAPITAL_EM = 0.7
_NARROW_EM = 0.34
_WIDE_EM = 0.92
_OTHER_EM = 0.6
_BOLD_SHARE = 1.04


def width(text: str, size: float, is_bold: bool = False) -> float:
    """Return the approximate width of a text in the unit of `size`, rather too wide than too narrow."""
    em = sum(_em(letter) for letter in text)
    return em * size * (_BOLD_SHARE if is_bold else 1.0)


def _em(letter: str) -> float:
    if letter in _NARROW:
        return _NARROW_EM
    if letter in _WIDE:
        return _WIDE_EM
    return _CAPITAL_EM if letter.isupper() else _OTHER_EM


def wrapped(text: str, size: float, room: float, is_bold: bool = False) -> Sequence[str]:
    """Return a text in lines that fit `room`; a single wider word is not split."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, is_bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
