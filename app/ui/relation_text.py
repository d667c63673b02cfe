"""Sentences of the page of relations: what has a dot, how far two figures go together, and what that does not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.analysis import correlation
from app.analysis.correlation import FEWEST_PAIRS, Correlation
from app.analysis.pairs import NOT_JUDGED, Axes, Candidate, Dot, Pair
from app.core.i18n import words
from app.records import Progress
from app.ui.figure_text import parts_text, value_and_status
from warehouse.intake import plan_number

DECIMALS = 2
SMALLEST_P = 0.01


def counted(candidates: Sequence[Candidate], of: str) -> str:
    """Return how many `units` or `periods` have a dot, and why the others are not."""
    reasons = Counter(one.missing_reason for one in candidates if one.missing_reason)
    kept = len(candidates) - reasons.total()
    lines = [words(f"explore.pairs_of_{of}", number=words.number(kept), all=words.number(len(candidates)))]
    if reasons:
        named = [
            words("explore.pairs_reason", count=words.number(count), reason=reason_text(reason))
            for reason, count in reasons.most_common()
        ]
        lines.append(words("explore.pairs_missing", reasons=words.listed(named)))
    return " ".join(lines)


def reason_text(reason: str) -> str:
    """Return the text of a `missing_reason`."""
    return words("explore.reason_not_judged") if reason == NOT_JUDGED else words.status(reason).lower()


def across_units(pairs: Sequence[Pair], method: str, axes: Axes) -> str:
    """Return the correlation of units' figures with its interval, or why there is none."""
    x, y = values(pairs)
    if reason := correlation.obstacle(x, y):
        return _no_coefficient(reason, "", len(pairs), axes)
    found = correlation.correlation(x, y, method)
    lines = [_with_interval(found, words(f"explore.coefficient_{method}"))]
    if found.exact_p is not None:
        lines.append(words("explore.correlation_exact", p=_p_text(found.exact_p)))
    names = {"x": words.of(axes.x, "short_name"), "y": words.of(axes.y, "short_name")}
    direction = "up" if found.coefficient > 0 else "down"
    lines.append(words(f"explore.correlation_{direction if found.is_clear else 'unclear'}", **names))
    return " ".join(lines)


def over_time(pairs: Sequence[Pair], method: str, axes: Axes) -> str:
    """Return the correlation of one unit's periods without an interval, or why there is none."""
    if any(pair.x.is_sum_of_year and pair.y.is_sum_of_year for pair in pairs):
        return words("explore.correlation_sums")
    x, y = values(pairs)
    if reason := correlation.obstacle(x, y):
        return _no_coefficient(reason, "_in_time", len(pairs), axes)
    return words(
        "explore.correlation_in_time",
        name=words(f"explore.coefficient_{method}"),
        value=words.number(correlation.correlation(x, y, method).coefficient, DECIMALS),
        count=len(pairs),
        first=words.period(pairs[0].x.period_code),
        last=words.period(pairs[-1].x.period_code),
    )


def doubts(pairs: Sequence[Pair]) -> list[str]:
    """Return why dots are hollow, and how many could move far by chance."""
    counts = {
        "hollow_approximate": sum(pair.is_approximate for pair in pairs),
        "hollow_provisional": sum(pair.is_provisional and not pair.is_approximate for pair in pairs),
        "small_bases": sum(pair.x.is_small_base or pair.y.is_small_base for pair in pairs),
    }
    base = plan_number("small_base_denominator")
    return [words(f"explore.{name}", count=count, base=base) for name, count in counts.items() if count]


def dot_text(name: str, pair: Pair) -> str:
    """Return the two figures of a unit or period, as pages write them."""
    figures = [f"{row.target_code} {figure_text(row)}" for row in (pair.x, pair.y)]
    return f"{name}: {'; '.join(figures)}"


def figure_text(row: Progress) -> str:
    """Return a figure with its status and, if it has a value, its parts."""
    text = value_and_status(row)
    return text if row.value_pct is None else f"{text} ({parts_text(row)})"


def size_notes(dots: Sequence[Dot], size: str) -> list[str]:
    """Return what the area of the dots shows."""
    known = [dot.size for dot in dots if dot.size is not None]
    notes = [words("explore.size_note", size=size, number=words.number(max(known)))] if known else []
    unknown = len(dots) - len(known)
    return [*notes, words("explore.size_unknown", count=unknown)] if unknown else notes


def values(pairs: Sequence[Pair]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the values across and up, as they are disclosed."""
    return tuple(pair.spot[0] for pair in pairs), tuple(pair.spot[1] for pair in pairs)


def _no_coefficient(reason: str, where: str, count: int, axes: Axes) -> str:
    if reason == "few":
        return words(f"explore.correlation_few{where}", count=count, least=FEWEST_PAIRS)
    target = axes.x if reason == "constant_x" else axes.y
    return words(f"explore.correlation_constant{where}", target=words.of(target, "short_name"))


def _with_interval(found: Correlation, name: str) -> str:
    value = words.number(found.coefficient, DECIMALS)
    if found.low is None or found.high is None:
        return words("explore.correlation_whole", name=name, value=value, count=found.count)
    ends = {"low": words.number(found.low, DECIMALS), "high": words.number(found.high, DECIMALS)}
    return words("explore.correlation", name=name, value=value, count=found.count, **ends)


def _p_text(p: float) -> str:
    return f"< {words.number(SMALLEST_P, DECIMALS)}" if p < SMALLEST_P else words.number(p, DECIMALS)
