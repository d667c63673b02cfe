"""The quarter in one sentence, what stands in the way first, and in another what goes well: the same on pages, slides
and documents. No part of either has a full stop."""

from __future__ import annotations

from app.analysis.progress_summary import Overview
from app.core.i18n import Words
from app.records.owed import Owed


def headline(overview: Overview, owed: Owed, period: str, words: Words) -> str:
    """How many of the city's targets are late, and what else is owed; `period` is its code."""
    of = overview.city_judged_count
    late = of - overview.city_good_count
    if not of:
        parts = [words("headline.nothing", period=words.period(period))]
    elif not late:
        parts = [words("headline.good", of=of)]
    else:
        parts = [words("headline.late", late=late, of=of)]
    if owed.action_count:
        parts.append(words("headline.actions", count=owed.action_count))
    if owed.report_count:
        parts.append(words("headline.reports", count=owed.report_count))
    return "; ".join(parts)


def going_well(overview: Overview, level: str, words: Words) -> str:
    """How many of the city's targets and of the units do well; `level` is that of the units (`district`, `ward`). Empty
    where nothing can be judged."""
    of = overview.judged_unit_count
    parts = []
    if overview.city_good_count:
        parts.append(words("headline.city", good=overview.city_good_count, of=overview.city_judged_count))
    if of:
        units = words(f"unit_noun.{level}", count=of)
        parts.append(words("headline.units", good=overview.good_unit_count, of=of, units=units))
    if of and (count := overview.unjudged_unit_count):
        units = words(f"unit_noun.{level}", count=count)
        parts.append(words("headline.unjudged", count=count, units=units))
    return words("headline.well", counts="; ".join(parts)) if parts else ""
