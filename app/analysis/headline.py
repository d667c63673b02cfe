"""The quarter in one sentence, the same on pages, slides and documents. No part of it has a full stop."""

from __future__ import annotations

from app.analysis.progress_summary import Overview
from app.core.i18n import Words


def headline(overview: Overview, level: str, period: str, words: Words) -> str:
    """How the units and the whole city stand; `level` is that of the units (`district`, `ward`), `period` a code."""
    text = of_units(overview, level, period, words)
    if not overview.judged_unit_count:
        return text
    if unjudged := of_unjudged(overview, level, words):
        text += f" ({unjudged})"
    if overview.city_judged_count:
        text += words("headline.and_city", good=overview.city_good_count, of=overview.city_judged_count)
    return text


def of_units(overview: Overview, level: str, period: str, words: Words) -> str:
    """How many of the units that can be judged do well; where none can be, how the city stands or that nothing is
    known."""
    good = overview.good_unit_count
    of = overview.judged_unit_count
    if not of:
        return of_city(overview, words) or words("headline.nothing", period=words.period(period))
    key = "zero" if not good else "all" if good == of > 1 else "some"
    return words(f"headline.{key}", good=good, of=of, units=words(f"unit_noun.{level}", count=of))


def of_unjudged(overview: Overview, level: str, words: Words) -> str:
    """How many units have no figure to judge; empty where all have."""
    count = overview.unjudged_unit_count
    return words("headline.unjudged", count=count, units=words(f"unit_noun.{level}", count=count)) if count else ""


def of_city(overview: Overview, words: Words) -> str:
    """How many of the city's targets that can be judged are met or on track; empty where none can."""
    if not overview.city_judged_count:
        return ""
    return words("headline.city", good=overview.city_good_count, of=overview.city_judged_count)
