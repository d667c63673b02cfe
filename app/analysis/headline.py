"""The quarter in one sentence, problems first, and another sentence on what goes well.

They are the same on pages, slides and documents. Neither has a full stop.
"""

from __future__ import annotations

from app.analysis.lateness import certain_text, uncertain_text
from app.analysis.progress_summary import Overview
from app.core.i18n import words
from app.records.owed import Owed


def headline(overview: Overview, owed: Owed, period: str) -> str:
    """Return how many of the city's targets are late, how this changed, and what else is overdue.

    `period` is its code.
    """
    late = overview.city
    if overview.followed_count:
        parts = [words("headline.followed", count=overview.followed_count)]
    elif not late.judged:
        parts = [words("headline.nothing", period=words.period(period))]
    elif late.is_any_late:
        targets = words("headline.targets", count=late.judged)
        parts = [certain_text(late, targets, with_far=False) + _news(overview)]
        parts += filter(None, [uncertain_text(late)])
    else:
        parts = [words("headline.good", of=late.judged) + _news(overview)]
    if owed.action_count:
        parts.append(words("headline.actions", count=owed.action_count))
    if owed.report_count:
        parts.append(words("headline.reports", count=owed.report_count))
    return "; ".join(parts)


def _news(overview: Overview) -> str:
    """Return whether as many targets were certainly late a quarter before; empty where the two must not be compared."""
    before = overview.city_before
    if before is None:
        return ""
    if before.certain == overview.city.certain:
        return words("headline.as_before")
    key = "headline.before" if overview.city.is_any_late else "headline.before_late"
    return words(key, late=before.certain, of=before.judged)


def going_well(overview: Overview, level: str) -> str:
    """Return how many of the city's targets and of the units do well; empty where nothing can be judged.

    `level` is that of the units (`district`, `ward`).
    """
    of = overview.judged_unit_count
    parts = []
    if overview.city_good_count:
        parts.append(words("headline.city", good=overview.city_good_count, of=overview.city.judged))
    if of:
        units = words(f"unit_noun.{level}", count=of)
        parts.append(words("headline.units", good=overview.good_unit_count, of=of, units=units))
    if of and (count := overview.unjudged_unit_count):
        units = words(f"unit_noun.{level}", count=count)
        parts.append(words("headline.unjudged", count=count, units=units))
    return words("headline.well", counts="; ".join(parts)) if parts else ""
