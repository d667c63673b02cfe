"""The two fonts of everything that is drawn: words, and figures with the signs of statuses.

Each file holds the letters of both languages at one weight (figures: at all), so that a text is never set in two
fonts. Be Vietnam Pro has neither equal-width digits nor the signs; the font of figures, a part of Source Sans 3 under
another name, has them. Both were cut down by fonttools' `pyftsubset`: a sign that is not in them is drawn by what the
reader has. They carry no hinting: with it a browser laid pages out half as fast, and words narrower than phones do.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from markupsafe import Markup

WORDS_FAMILY, FIGURES_FAMILY = "Be Vietnam Pro", "Figures"
WEIGHTS = (400, 600, 700)
_FOLDER = Path(__file__).parents[1] / "static"
_FACE = Markup("@font-face{{font-family:'{}';font-weight:{};font-display:{};src:url({}) format('woff2')}}")


def font_files() -> dict[str, bytes]:
    """The content of every font file by its name."""
    return {name: (_FOLDER / name).read_bytes() for _, _, name in _faces(WEIGHTS)}


def linked_faces(address: Callable[[str], str]) -> Markup:
    """`@font-face` rules of both fonts, each file at the address of its name.

    A font that comes late is left for the next page: text that is being read does not move.
    """
    return _rules(WEIGHTS, address, "optional")


@cache
def embedded_faces(weights: tuple[int, ...] = WEIGHTS, *, has_figures: bool = True) -> Markup:
    """Rules that carry the fonts inside themselves, so that a file needs nothing beside it."""
    return _rules(weights, _inside, "block", has_figures)


def _rules(weights: tuple[int, ...], address: Callable[[str], str], display: str, has_figures: bool = True) -> Markup:
    return Markup("").join(
        _FACE.format(family, weight, display, address(name))
        for family, weight, name in _faces(weights)
        if has_figures or family != FIGURES_FAMILY
    )


def _faces(weights: tuple[int, ...]) -> Iterable[tuple[str, str, str]]:
    """Family, weight and file of every face."""
    for weight in weights:
        yield WORDS_FAMILY, str(weight), f"be-vietnam-pro-{weight}.woff2"
    yield FIGURES_FAMILY, f"{WEIGHTS[0]} {WEIGHTS[-1]}", "figures.woff2"


def _inside(name: str) -> str:
    return f"data:font/woff2;base64,{base64.b64encode((_FOLDER / name).read_bytes()).decode()}"
