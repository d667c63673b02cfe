"""The two fonts of pages and charts: one for text, one for figures and the signs of statuses.

Each file contains the letters of both languages at one weight (figures: all weights), so that a text is never set in
two fonts. Be Vietnam Pro has neither equal-width digits nor the signs; the font of figures, a part of Source Sans 3
under another name, has them; `▸ ▶ ↕ ↻ ∅ ◐ ⤓ ☰ ▣`, which Source Sans 3 lacks, were composed from its circles, squares,
triangles and arrows. Both were subset by fonttools' `pyftsubset`; other characters use the device's fonts, for which a
browser searches: 1 ms for each. They have no hinting: with it a browser laid out pages half as fast, and words narrower
than phones do. Their layout features are `kern,liga,locl`: those that place combining marks were a tenth of the files,
and every text that is stored is composed (NFC).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from markupsafe import Markup

WORDS_FAMILY, FIGURES_FAMILY = "Be Vietnam Pro", "Figures"
WEIGHTS = (400, 600, 700)
# The device's own font until that of figures is there: its digits and signs are made as wide as those, or a number
# would lie over the next cell.
SPARE_FACES = Markup(
    "@font-face{font-family:'Spare';src:local('Arial'),local('Liberation Sans'),local('Roboto');size-adjust:89%}"
    "@font-face{font-family:'Spare';src:local('Segoe UI Symbol'),local('DejaVu Sans'),local('Arial');size-adjust:64%;"
    "unicode-range:U+25BC-25BD}"
)
_FOLDER = Path(__file__).parents[1] / "static"
_FACE = Markup("@font-face{{font-family:'{}';font-weight:{};font-display:{};src:url({}) format('woff2')}}")


def font_files() -> dict[str, bytes]:
    """Return the content of every font file by its name."""
    return {name: (_FOLDER / name).read_bytes() for _, _, name in _faces(WEIGHTS)}


def linked_faces(address: Callable[[str], str]) -> Markup:
    """Return `@font-face` rules of both fonts, with each file at the address of its name.

    A font that loads late is first used by the next page, so that displayed text does not move.
    """
    return _rules(WEIGHTS, address, "optional")


@cache
def embedded_faces(weights: tuple[int, ...] = WEIGHTS, *, has_figures: bool = True) -> Markup:
    """Return rules with embedded fonts, for files without other resources."""
    return _rules(weights, _inside, "block", has_figures)


def _rules(weights: tuple[int, ...], address: Callable[[str], str], display: str, has_figures: bool = True) -> Markup:
    return Markup("").join(
        _FACE.format(family, weight, display, address(name))
        for family, weight, name in _faces(weights)
        if has_figures or family != FIGURES_FAMILY
    )


def _faces(weights: tuple[int, ...]) -> Iterable[tuple[str, str, str]]:
    """Return family, weight and file of every face."""
    for weight in weights:
        yield WORDS_FAMILY, str(weight), f"be-vietnam-pro-{weight}.woff2"
    yield FIGURES_FAMILY, f"{WEIGHTS[0]} {WEIGHTS[-1]}", "figures.woff2"


def _inside(name: str) -> str:
    return f"data:font/woff2;base64,{base64.b64encode((_FOLDER / name).read_bytes()).decode()}"
