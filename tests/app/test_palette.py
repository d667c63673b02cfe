"""The palette holds for eyes that see colours otherwise, and for eyes that need strong contrast.

Colour-vision deficiencies are simulated with the matrices (severity 1.0, on linear RGB) of G. M. Machado,
M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
IEEE Transactions on Visualization and Computer Graphics 15 (2009) 1291-1298; differences are CIE 1976 ΔE*ab
(CIE 15:2004, D65); contrast ratios are those of WCAG 2.2.
"""

from itertools import combinations

import pytest

from app.ui import palette

Colour = tuple[float, float, float]
SIGHT: dict[str, tuple[Colour, Colour, Colour]] = {
    "typical": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)
# 2.3 is what an eye can just tell apart side by side. What is judged must be well apart on a bad projector too; what is
# only followed has a pale grey of its own.
LEAST_DIFFERENCE, LEAST_DIFFERENCE_JUDGED = 20.0, 35.0
# WCAG 1.4.3 and 1.4.6: text; 1.4.11: parts of pictures.
LEAST_TEXT, LEAST_TEXT_IN_CONTRAST, LEAST_SHAPE = 4.5, 7.0, 3.0
CELLS = {
    "light": (palette.CELL_FILL, palette.CELL_INK, LEAST_TEXT),
    "contrast and projector": (palette.PROJECTOR_CELL_FILL, palette.PROJECTOR_CELL_INK, LEAST_TEXT_IN_CONTRAST),
}
THEMES = {"light": palette.STATUS_FILL, "contrast and projector": palette.PROJECTOR_FILL}


def linear(code: str) -> Colour:
    """A colour `#rrggbb` as linear RGB, 0-1."""
    shares = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shares)
    return red, green, blue


def times(matrix: tuple[Colour, Colour, Colour], colour: Colour) -> Colour:
    first, second, third = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return first, second, third


def seen(code: str, sight: str) -> Colour:
    """A colour as somebody sees it, in CIELAB."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in times(SIGHT[sight], linear(code)))
    ratios = [part / white for part, white in zip(times(TO_XYZ, (red, green, blue)), WHITE, strict=True)]
    x, y, z = (part ** (1 / 3) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29 for part in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, other: str, sight: str) -> float:
    pairs = zip(seen(one, sight), seen(other, sight), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def contrast(one: str, other: str) -> float:
    light, dark = sorted((times(TO_XYZ, linear(code))[1] for code in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measures_agree_with_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=0.01)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert seen("#ff0000", "typical") == pytest.approx((53.24, 80.09, 67.20), abs=0.05)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", THEMES)
def test_no_two_statuses_look_alike_whatever_the_sight(theme: str, sight: str) -> None:
    near = {
        (a, b): round(difference(one, other, sight), 1)
        for (a, one), (b, other) in combinations(THEMES[theme].items(), 2)
    }
    least = {pair: LEAST_DIFFERENCE if "monitor" in pair else LEAST_DIFFERENCE_JUDGED for pair in near}
    assert {pair: found for pair, found in near.items() if found < least[pair]} == {}


@pytest.mark.parametrize("theme", CELLS)
def test_cells_of_what_is_fine_are_pale_and_well_apart_from_what_is_late(theme: str) -> None:
    fills, inks, least = CELLS[theme]
    late = [fills[status] for status in ("behind", "far_behind")]
    loudest = max(contrast(fills[status], "#ffffff") for status in palette.QUIET)
    assert loudest < min(contrast(fill, "#ffffff") for fill in late)
    near = {
        (sight, status): round(min(difference(fills[status], fill, sight) for fill in late), 1)
        for sight in SIGHT
        for status in palette.QUIET
    }
    assert {pair: found for pair, found in near.items() if found < LEAST_DIFFERENCE_JUDGED} == {}
    assert [status for status, fill in fills.items() if contrast(fill, inks[status]) < least] == []
    # The tick of a pale cell has the full colour.
    assert contrast(fills["met"], THEMES[theme]["met"]) >= LEAST_TEXT


def test_the_ring_of_the_focus_is_not_the_colour_of_an_error() -> None:
    for theme in (palette.LIGHT, palette.LIGHT | palette.CONTRAST):
        for sight in SIGHT:
            assert difference(theme["focus"], theme["alarm"], sight) >= LEAST_DIFFERENCE


def test_red_yellow_and_green_would_not_have_held() -> None:
    assert difference("#d7191c", "#1a9641", "deuteranopia") < difference("#a63603", "#08519c", "deuteranopia")
    assert difference("#a6d96a", "#fdae61", "protanopia") < LEAST_DIFFERENCE


def test_every_status_is_read_on_its_colour() -> None:
    fills, inks = palette.STATUS_FILL, palette.STATUS_INK
    assert [status for status, fill in fills.items() if contrast(fill, inks[status]) < LEAST_TEXT] == []


def test_high_contrast_reads_at_seven_to_one() -> None:
    fills, inks = palette.PROJECTOR_FILL, palette.PROJECTOR_INK
    assert [status for status, fill in fills.items() if contrast(fill, inks[status]) < LEAST_TEXT_IN_CONTRAST] == []
    theme = palette.LIGHT | palette.CONTRAST
    words = ("ink", "muted", "accent", "alarm", "focus", "on-track-line", "behind-line")
    low = {name: round(contrast(theme[name], theme["paper"]), 1) for name in words}
    limits = {"on-track-line": LEAST_SHAPE, "behind-line": LEAST_SHAPE}
    assert {name: found for name, found in low.items() if found < limits.get(name, LEAST_TEXT_IN_CONTRAST)} == {}
    for paper, ink in (("surface", "ink"), ("hover", "ink"), ("accent", "on-accent"), ("sample", "sample-ink")):
        assert contrast(theme[paper], theme[ink]) >= LEAST_TEXT_IN_CONTRAST, paper


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.LIGHT | palette.CONTRAST], ids=["light", "contrast"])
def test_lines_that_carry_meaning_stand_out_from_the_paper(theme: dict[str, str]) -> None:
    series = [name for name in theme if name.startswith("series-")]
    found = {name: round(contrast(theme[name], theme["paper"]), 1) for name in ("edge", "focus", *series)}
    assert {name: ratio for name, ratio in found.items() if ratio < LEAST_SHAPE} == {}
