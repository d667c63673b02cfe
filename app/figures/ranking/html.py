"""HTML of the ranking, on a page and on a slide.

Each unit is a line of HTML with a small SVG whose marks are at percentages of its width: it fits any screen, and labels
have their own columns so that no line crosses them.
"""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from app.core.url_state import Href
from app.figures.drawing.text_room import room_for
from app.figures.ranking.spec import MOST_BARS, Ranking, ScaleMark
from app.figures.ranking.strip import UnitStrip
from app.figures.scale import Scale
from app.ui.templates import render

# Labels closer to an end of the scale than this share of it are aligned with that end.
NEAR = 0.22
CLASSES = {"threshold": "th"}


def draw_ranking(ranking: Ranking, link: Href) -> Markup:
    """Render the ranking on a page, each unit a link to its page with the target marked."""
    if ranking.answers:
        return render("figures/ranking/answers.html", ranking=ranking, link=link, most=MOST_BARS)
    return render(
        "figures/ranking/ranking.html",
        ranking=ranking,
        classes=CLASSES,
        anchor=partial(_anchor, ranking.scale),
        is_crowded=_is_crowded(ranking),
        at=ranking.scale.percent,
        room=room_for(bar.value_text for bar in ranking.bars),
        step=_step(ranking),
        link=link,
    )


def draw_slide_ranking(ranking: Ranking) -> Markup:
    """Render the ranking on a slide; the threshold crosses bars only."""
    if ranking.answers:
        return render("figures/ranking/slide_answers.html", ranking=ranking)
    return render(
        "figures/ranking/slide.html",
        ranking=ranking,
        step=_step(ranking),
        anchor=partial(_anchor, ranking.scale),
        at=ranking.scale.percent,
    )


def draw_unit_strip(strip: UnitStrip) -> Markup:
    """Render a strip of units on a slide, ticks below the dots that they measure."""
    return render(
        "figures/ranking/slide_strip.html",
        strip=strip,
        height=round(1000 / strip.aspect),
        anchor=partial(_anchor, strip.scale),
        at=strip.scale.percent,
    )


def _step(ranking: Ranking) -> str:
    """Return the distance of two ticks as a share of the scale."""
    first, second = (ranking.scale.share(mark.value) for mark in ranking.ticks[:2])
    return f"{(second - first) * 100:.2f}%"


def _is_crowded(ranking: Ranking) -> bool:
    """Return whether the labels of threshold and milestone need a line each."""
    if ranking.threshold is None or len(ranking.marks) < 2:
        return False
    first, second = (ranking.scale.share(mark.value) for mark in ranking.marks)
    return abs(first - second) < 2 * NEAR


def _anchor(scale: Scale, mark: ScaleMark, near: float = NEAR) -> str:
    """Return the side to which the text of a mark is aligned: that of an end of the scale if it is `near` to it."""
    share = scale.share(mark.value)
    return "end" if share > 1 - near else "start" if share < near else "middle"
