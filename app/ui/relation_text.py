"""Sentences of the page of relations: what has a dot, how far two figures go together, and what that does not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.analysis import correlation
from app.analysis.correlation import FEWEST_PAIRS, Correlation
from app.analysis.pairs import NOT_JUDGED, Axes, Candidate, Dot, Pair
from app.core.i18n import Words
from app.records import Progress
from app.ui.figure_text import parts_text, value_and_status
from warehouse.intake import plan_number

DECIMALS = 2
SMALLEST_P = 0.01


def counted(candidates: Sequence[Candidate], of: str, say: Words) -> str:
    """Return how many `units` or `periods` have a dot, and why the others are not."""
    reasons = Counter(one.missing_reason for one in candidates if one.missing_reason)
    kept = len(candidates) - reasons.total()
    lines = [say(f"explore.pairs_of_{of}", number=say.number(kept), all=say.number(len(candidates)))]
    if reasons:
        named = [
            say("explore.pairs_reason", count=say.number(count), reason=reason_text(reason, say))
            for reason, count in reasons.most_common()
        ]
        lines.append(say("explore.pairs_missing", reasons=say.listed(named)))
    return " ".join(lines)


def reason_text(reason: str, say: Words) -> str:
    """Return the text of a `missing_reason`."""
    return say("explore.reason_not_judged") if reason == NOT_JUDGED else say.status(reason).lower()


def across_units(pairs: Sequence[Pair], method: str, axes: Axes, say: Words) -> str:
    """Return the correlation of units' figures with its interval, or why there is none."""
    x, y = values(pairs)
    if reason := correlation.obstacle(x, y):
        return _no_coefficient(reason, "", len(pairs), axes, say)
    found = correlation.correlation(x, y, method)
    lines = [_with_interval(found, say(f"explore.coefficient_{method}"), say)]
    if found.exact_p is not None:
        lines.append(say("explore.correlation_exact", p=_p_text(found.exact_p, say)))
    names = {"x": say.of(axes.x, "short_name"), "y": say.of(axes.y, "short_name")}
    direction = "up" if found.coefficient > 0 else "down"
    lines.append(say(f"explore.correlation_{direction if found.is_clear else 'unclear'}", **names))
    return " ".join(lines)


def over_time(pairs: Sequence[Pair], method: str, axes: Axes, say: Words) -> str:
    """Return the correlation of one unit's periods without an interval, or why there is none."""
    if any(pair.x.is_sum_of_year and pair.y.is_sum_of_year for pair in pairs):
        return say("explore.correlation_sums")
    x, y = values(pairs)
    if reason := correlation.obstacle(x, y):
        return _no_coefficient(reason, "_in_time", len(pairs), axes, say)
    return say(
        "explore.correlation_in_time",
        name=say(f"explore.coefficient_{method}"),
        value=say.number(correlation.correlation(x, y, method).coefficient, DECIMALS),
        count=len(pairs),
        first=say.period(pairs[0].x.period_code),
        last=say.period(pairs[-1].x.period_code),
    )


def doubts(pairs: Sequence[Pair], say: Words) -> list[str]:
    """Return why dots are hollow, and how many could move far by chance."""
    counts = {
        "hollow_approximate": sum(pair.is_approximate for pair in pairs),
        "hollow_provisional": sum(pair.is_provisional and not pair.is_approximate for pair in pairs),
        "small_bases": sum(pair.x.is_small_base or pair.y.is_small_base for pair in pairs),
    }
    base = plan_number("small_base_denominator")
    return [say(f"explore.{name}", count=count, base=base) for name, count in counts.items() if count]


def dot_text(name: str, pair: Pair, say: Words) -> str:
    """Return the two figures of a unit or period, as pages write them."""
    figures = [f"{row.target_code} {figure_text(row, say)}" for row in (pair.x, pair.y)]
    return f"{name}: {'; '.join(figures)}"


def figure_text(row: Progress, say: Words) -> str:
    """Return a figure with its status and, if it has a value, its parts."""
    text = value_and_status(row, say)
    return text if row.value_pct is None else f"{text} ({parts_text(row, say)})"


def size_notes(dots: Sequence[Dot], size: str, say: Words) -> list[str]:
    """Return what the area of the dots shows."""
    known = [dot.size for dot in dots if dot.size is not None]
    notes = [say("explore.size_note", size=size, number=say.number(max(known)))] if known else []
    unknown = len(dots) - len(known)
    return [*notes, say("explore.size_unknown", count=unknown)] if unknown else notes


def values(pairs: Sequence[Pair]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the values across and up, as they are disclosed."""
    return tuple(pair.spot[0] for pair in pairs), tuple(pair.spot[1] for pair in pairs)


def _no_coefficient(reason: str, where: str, count: int, axes: Axes, say: Words) -> str:
    if reason == "few":
        return say(f"explore.correlation_few{where}", count=count, least=FEWEST_PAIRS)
    target = axes.x if reason == "constant_x" else axes.y
    return say(f"explore.correlation_constant{where}", target=say.of(target, "short_name"))


def _with_interval(found: Correlation, name: str, say: Words) -> str:
    value = say.number(found.coefficient, DECIMALS)
    if found.low is None or found.high is None:
        return say("explore.correlation_whole", name=name, value=value, count=found.count)
    ends = {"low": say.number(found.low, DECIMALS), "high": say.number(found.high, DECIMALS)}
    return say("explore.correlation", name=name, value=value, count=found.count, **ends)


def _p_text(p: float, say: Words) -> str:
    return f"< {say.number(SMALLEST_P, DECIMALS)}" if p < SMALLEST_P else say.number(p, DECIMALS)
