"""General rules of every target: their topics, whose texts are in the catalogues, and the numbers in these texts."""

from __future__ import annotations

from app.core.i18n import Words
from app.core.small_counts import SMALL_COUNT
from warehouse.intake import plan_number

# The rules that hold for every target, in the order on the page.
TOPICS = (
    "windows",
    "taking_part",
    "missing",
    "path",
    "change",
    "exact",
    "clear",
    "bounds",
    "pace",
    "areas",
    "grounds",
    "interval",
    "funnel",
    "suppression",
    "revisions",
)


def rule_figures(margin_pct: float | None, words: Words) -> dict[str, str]:
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
