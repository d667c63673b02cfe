"""General rules of every target: their topics, whose texts are in the catalogues, and the numbers in these texts."""

from __future__ import annotations

from app.core.i18n import words
from app.core.reader import Reader
from app.core.small_counts import SMALL_COUNT
from app.queries import plan
from warehouse.intake import plan_number

_AREAS = "areas"
# The rules that hold for every target, in the order on the page.
_TOPICS = (
    "windows",
    "taking_part",
    "missing",
    "path",
    "change",
    "exact",
    "clear",
    "bounds",
    "pace",
    _AREAS,
    "grounds",
    "interval",
    "funnel",
    "suppression",
    "revisions",
)


def topics(reader: Reader) -> tuple[str, ...]:
    """Return the topics, without that of areas and regions where there never was one."""
    has_areas = any(not unit.is_authority for unit in plan.every_unit(reader))
    return tuple(topic for topic in _TOPICS if has_areas or topic != _AREAS)


def rule_figures(margin_pct: float | None) -> dict[str, str]:
    """Return the numbers in the texts of rules: the margin between behind and far behind, the least open count, the
    least denominator that is not small, the tails of chance."""
    tail, outer = (
        f"{words.percent(float(plan_number(code)))}%" for code in ("chance_tail_pct", "chance_outer_tail_pct")
    )
    return {
        "margin": words.percent(margin_pct),
        "small": words.number(SMALL_COUNT),
        "base": plan_number("small_base_denominator"),
        "tail": tail,
        "outer_tail": outer,
    }
