"""Texts that explain a figure or its absence, for tooltips and screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from markupsafe import Markup

from app.analysis.gap import Gap, distance, gap
from app.analysis.lateness import certainty
from app.core.formatting import capitalized
from app.core.i18n import WithUnit, percent_sign, words
from app.core.small_counts import SMALL_COUNT, Approximate
from app.core.status import JUDGED, LATE, SILENT, in_order, is_unsure, sign_of
from app.records import Progress, Standing, Target, is_summed
from app.records.review import ShownFigure
from app.ui.change_text import change_line, change_sentence

# The maximum of a coverage, which a projection of past steps may exceed.
FULL_PCT = 100.0
# The kind of a target that is a number done against a number assigned.
AMOUNT = "amount"
# Why a figure is provisional, in words about one report; of many reports it holds for some.
OF_ONE_REPORT = ("rejected", "carried", "silent_wards")


def value_text(row: Progress | ShownFigure) -> str:
    """Return the value in points without a sign, never rounded across its threshold or path; a dash without a value.

    An amount is the number done of the number assigned: `203/100`.
    """
    if row.kind == AMOUNT and row.value_pct is not None:
        return WithUnit(parts_text(row))
    return points_text(row)


def points_text(row: Standing | ShownFigure) -> str:
    """Return the value in points of any target, where its parts are beside it."""
    return words.percent(row.value_pct, row.threshold_pct, row.path_pct)


def percent_text(row: Progress | ShownFigure) -> str:
    """Return the value with its sign, an amount without one."""
    value = value_text(row)
    return value + percent_sign(value)


def parts_text(row: Progress | ShownFigure) -> str:
    """Return the parts of a value: `12/20`."""
    return words("compare.parts", numerator=words.number(row.numerator), denominator=words.number(row.denominator))


def value_or_nothing(row: Progress) -> str:
    """Return the value; empty beside a sign that already explains its absence."""
    return "" if row.value_pct is None else value_text(row)


def value_and_status(row: Progress | ShownFigure) -> str:
    """Return a figure with its status, for the text of a chart."""
    if isinstance(row, Progress) and row.is_so_far:
        return f"{words('so_far.value', value=value_text(row))}, {words.status(row.status).lower()}"
    value = "" if row.value_pct is None else f"{percent_text(row)} "
    return value + words.status(row.shown_status).lower()


def is_doubtful(row: Progress | ShownFigure) -> bool:
    """Return whether a published value may still change."""
    return row.is_provisional and row.value_pct is not None


def few(names: Sequence[str], most: int, more: str = "review.and_more") -> str:
    """Return names as a list; names after the first `most` become a count, by the text `more`: by default of units."""
    if len(names) <= most:
        return ", ".join(names)
    return ", ".join(names[:most]) + " " + words(more, count=len(names) - most)


def threshold_text(target: Target) -> str:
    """Return `≥80` or `≤5`, `100` where no value can exceed it; the word for "only followed" without a threshold."""
    if target.threshold_pct is None:
        return words("target.no_threshold")
    if target.kind == AMOUNT:
        return WithUnit(words("amount.goal"))
    if target.direction == "up" and target.is_share and target.threshold_pct == FULL_PCT:
        return words.percent(target.threshold_pct)
    return ("≥" if target.direction == "up" else "≤") + words.percent(target.threshold_pct)


def basis_text(target: Target) -> str:
    """Return where the threshold of a target, or the number assigned, comes from."""
    keys = (f"basis.{target.basis}_{target.kind}", f"basis.{target.basis}")
    return words.first(*keys, threshold=threshold_text(target))


def explain(row: Progress, target: Target, place: str) -> str:
    """Return the full description of a figure, one fact per line; the first line names the figure."""
    lines = [f"{place} · {words.of(target, 'short_name')}"]
    if row.value_pct is None:
        lines.append(f"{words.status(row.status)}: {absence_text(row)}")
        return "\n".join(lines)
    lines.append(
        words(
            "explain.so_far" if row.is_so_far else "explain.value",
            status=words.status(row.shown_status),
            value=amount_text(row, target) if row.kind == AMOUNT else value_text(row),
            numerator=words.number(row.numerator),
            denominator=words.number(row.denominator),
        )
    )
    facts = (
        known_text(row),
        _limits(row, target),
        waiting_text(row),
        pace_text(row, target),
        change_line(row),
        _doubts(row),
    )
    lines += [line for line in facts if line]
    return "\n".join(lines)


def footing(row: Progress, target: Target) -> list[str]:
    """Return the basis of a figure: its parts, its milestone and path, its change, its limitations."""
    if row.value_pct is None:
        return [absence_text(row)]
    parts = words("target.parts", numerator=words.number(row.numerator), denominator=words.number(row.denominator))
    if row.kind == AMOUNT:
        parts = words("amount.parts", done=amount_text(row, target))
    path = "" if row.milestone_pct is None else path_label(row)
    known, away, late = known_text(row), gap_text(row, target), lateness_text(row)
    waiting, pace = waiting_text(row), pace_text(row, target)
    facts = (parts, known, path, away, waiting, late, pace, change_sentence(row), _doubts(row))
    return [capitalized(line) for line in facts if line]


def is_partly_reported(row: Progress) -> bool:
    """Return whether a value so far combines many units, some of whose due reports were received."""
    return row.is_so_far and row.status == "not_reported" and bool(row.current_unit_count)


def known_text(row: Progress) -> str:
    """Return that a value is a value so far, and how many of its reports were received; empty for a judged figure."""
    if not row.is_so_far:
        return ""
    if row.counted_unit_count is None or row.counted_unit_count == 1:
        return words("so_far.known" if row.current_unit_count else "so_far.unknown")
    key = "so_far.reports" if row.current_unit_count else "so_far.none"
    return words(key, current=row.current_unit_count or 0, of=row.counted_unit_count)


def absence_text(row: Progress) -> str:
    """Return why a row has no figure."""
    is_unassigned = row.kind == AMOUNT and row.status == "not_applicable"
    return words("amount.unassigned" if is_unassigned else f"absence.{row.status}")


def amount_text(row: Progress, target: Target) -> str:
    """Return an amount in what is counted, and what it has beyond the number assigned: `203/100 cases, 103 over`."""
    text = words("amount.done", done=parts_text(row), things=_noun(row.denominator, target))
    over = (row.numerator or 0.0) - (row.denominator or 0.0)
    return WithUnit(words("amount.over", done=text, over=words.number(over)) if over > 0 else text)


def _milestone_count(row: Progress) -> int:
    """Return the least number of things that reaches an amount's milestone."""
    return ceil(round((row.milestone_pct or 0.0) * (row.denominator or 0.0) / FULL_PCT, 4))


def milestone_text(row: Progress) -> str:
    """Return the milestone of a row in points, of an amount in things."""
    if row.kind == AMOUNT and row.denominator:
        return WithUnit(words.number(_milestone_count(row)))
    return words.milestone(row.milestone_pct, row.value_pct)


def path_label(row: Progress) -> str:
    """Return the milestone of a row, and the common milestone where the two differ."""
    path = milestone_text(row)
    if row.kind == AMOUNT or row.milestone_pct == row.common_path_pct:
        return words("ranking.path", path=path)
    return words("ranking.own_path", path=path, common=words.percent(row.common_path_pct))


def pace_text(row: Progress, target: Target) -> str:
    """Return what a sum of the year still needs each quarter, its fastest growth, and the projection from past years.

    Empty where the threshold is reached or there is none.
    """
    required = row.required_per_quarter_pct
    if not required or row.value_pct is None or row.threshold_pct is None:
        return ""
    if row.kind == AMOUNT:
        return words("amount.pace", things=counted(ceil(_count(row, required)), target))
    text = words("pace.needed", points=words.percent(required, 0.0))
    low, high = row.projected_low_pct, row.projected_high_pct
    if low is None or high is None:
        return text
    quarters_left = (row.threshold_pct - row.value_pct) / required
    # A share ends at 100: the step that would exceed it cannot be derived from there.
    if high < FULL_PCT:
        text += words("pace.fastest", points=words.percent((high - row.value_pct) / quarters_left, 0.0))
    ends = dict.fromkeys((words.percent(low), words.percent(high)))
    return text + words("pace.projected", ends="–".join(ends))


def _count(row: Progress, points: float) -> float:
    """Return points of an amount as a number of things."""
    return round(points * (row.denominator or 0.0) / FULL_PCT, 4)


def _limits(row: Progress, target: Target) -> str:
    if row.threshold_pct is None:
        return ""
    if row.kind == AMOUNT:
        facts = ["" if row.milestone_pct is None else path_label(row), gap_text(row, target)]
        return "; ".join(filter(None, facts))
    text = words("explain.threshold", threshold=threshold_text(target))
    if row.milestone_pct is not None:
        key = "explain.path" if row.milestone_pct == row.common_path_pct else "explain.own_path"
        text += words(key, path=words.milestone(row.milestone_pct, row.value_pct))
    if distance_text := gap_text(row, target):
        text += f"; {distance_text}"
    return text


def gap_text(row: Progress, target: Target) -> str:
    """Return the distance of a figure from its goal, in counted things where possible, else in points.

    It is below the goal, or above a milestone; empty where the threshold is reached or there is no goal. Approximate
    counts are shown beside the goal.
    """
    if row.status in LATE and isinstance(row.denominator, Approximate):
        goal = row.threshold_pct if row.path_pct is None else row.path_pct
        return words("gap.approximate", value=value_text(row), asked=words.percent(goal))
    to_goal = distance(row, target)
    if to_goal is None:
        return ""
    if to_goal.points < 0:
        return _short_of(to_goal, row, target)
    if row.kind == AMOUNT and to_goal.points:
        ahead = (row.numerator or 0.0) - _milestone_count(row)
        return words("amount.ahead", things=counted(int(ahead), target))
    return words("gap.ahead", points=words.percent(to_goal.points, 0.0)) if to_goal.points else words("gap.level")


def waiting_text(row: Progress) -> str:
    """Return the number of people who still wait in the period, for a rate of the year; empty without any."""
    if not row.waiting_count:
        return ""
    waiting = row.waiting_count
    return words("gap.waiting", count=words.number(waiting), people=waiting, period=words.period(row.period_code))


def gap_in_brief(row: Progress, target: Target) -> str:
    """Return the distance of a late figure where its goal is named beside it."""
    to_goal = gap(row, target)
    if to_goal is None or to_goal.points >= 0 or not to_goal.missing_count or row.denominator == 1:
        return gap_text(row, target)
    key = "gap.past_brief" if row.has_year_ended else "gap.brief"
    return words(key, things=counted(to_goal.missing_count, target))


def _short_of(to_goal: Gap, row: Progress, target: Target) -> str:
    if row.gap_reason is not None and not row.has_year_ended:
        return words(f"gap.{row.gap_reason}", points=words.percent(-to_goal.points, 0.0))
    if not to_goal.missing_count:
        return words(f"gap.{_goal(to_goal, row)}", points=words.percent(-to_goal.points, 0.0))
    # A single unit that answers yes or no has no countable shortfall.
    if target.counting_rule == "units" and row.denominator == 1:
        return words("gap.undone")
    return words(f"gap.{_goal(to_goal, row)}_things", things=counted(to_goal.missing_count, target))


def _goal(to_goal: Gap, row: Progress) -> str:
    """Return the name of a figure's goal; in the past tense for a year that has ended."""
    return f"past_{to_goal.goal}" if row.has_year_ended else to_goal.goal


def what_to_do(row: Progress, target: Target) -> str:
    """Return what to do about a late figure, in counted things where possible, or about a missing one.

    Empty for any other. About people concerned it has no number: forms suggest it as a text that all readers may see,
    also those without the right to small counts.
    """
    if row.status in SILENT:
        return report_owed(row.status, row.period_code)
    if row.status not in LATE:
        return ""
    work = words.of(target, "work") or words("gap.work_default", target=words.of(target, "short_name"))
    return work if target.is_sensitive else words("gap.work", work=work, gap=gap_text(row, target))


def report_owed(state: str, period: str) -> str:
    """Return what to do about a report that no figure contains, by its state or that of its figures."""
    return words("gap.work_mend" if state == "rejected" else "gap.work_report", period=words.period(period))


def counted(count: int, target: Target) -> str:
    """Return a count with the noun of a target's numerator: `13 officers trained`."""
    return f"{words.number(count)} {_noun(count, target)}"


def _noun(count: float | None, target: Target) -> str:
    singular, _, plural = words.of(target, "counted").partition("|")
    return plural if plural and count != 1 else singular


def lateness_text(row: Progress) -> str:
    """Return since when a figure has been late in every quarter with a figure; empty where only since this one."""
    since = row.late_since_period_code
    return words("gap.late_since", period=words.period(since)) if since and since < row.period_code else ""


def _doubts(row: Progress) -> str:
    doubts = [*approximation(row), *provisional_lines(row)]
    if is_unsure(row.shown_status):
        doubts.append(words(f"explain.{certainty(row)}"))
    if row.is_small_base and row.denominator is not None and row.ci_low_pct is not None:
        doubts.append(words("explain.small_base", denominator=words.number(row.denominator)))
    return " ".join(doubts)


def approximation(row: Progress) -> list[str]:
    """Return the reason for an approximate figure and its range; empty for an exact one."""
    value, denominator = row.value_pct, row.denominator
    if isinstance(value, Approximate):
        ends = {"low": words.percent(value.low), "high": words.percent(value.high)}
        return [words("approximate.why", count=SMALL_COUNT), words("approximate.between", **ends)]
    return [words("approximate.why", count=SMALL_COUNT)] if isinstance(denominator, Approximate) else []


def provisional_lines(row: Progress) -> list[str]:
    """Return why a figure is provisional, and its possible range with the missing reports.

    Empty when it is complete.
    """
    if row.provisional_reason is None:
        return []
    lines = []
    # For many units' value so far, the number of received reports is stated elsewhere.
    if not (row.is_so_far and is_summed(row.unit_level)):
        rate = words.percent(row.reporting_rate_pct)
        is_of_some = is_summed(row.unit_level) and row.provisional_reason in OF_ONE_REPORT
        key = f"explain.provisional_{row.provisional_reason}{'_of_some' if is_of_some else ''}"
        lines.append(words(key, rate=rate))
    if row.bound_low_pct is not None and row.bound_high_pct != row.bound_low_pct:
        bounds = {"low": words.percent(row.bound_low_pct), "high": words.percent(row.bound_high_pct)}
        lines.append(words("explain.bounds", **bounds))
        if is_withheld(row):
            lines.append(words("explain.withheld", **bounds))
        elif row.status in JUDGED:
            lines.append(words("explain.settled" if row.is_status_settled else "explain.unsettled"))
    return lines


def is_withheld(row: Progress) -> bool:
    """Return whether the threshold is reached without the status met, because missing reports could undo it."""
    return (
        row.status == "on_track"
        and row.value_pct is not None
        and row.bound_low_pct is not None
        and (row.threshold_pct is not None and row.value_pct >= row.threshold_pct > row.bound_low_pct)
    )


def status_mark(status: str | None) -> Markup:
    """Render a status as sign and word, for running text."""
    if status is None:
        return Markup("")
    return Markup("<span class='st'>{} {}</span>").format(sign_of(status), words.status(status))


def legend_statuses(target: Target, rows: Iterable[Progress] = ()) -> tuple[str, ...]:
    """Return the states in the legend of a chart of `rows`: every status of a value, and other states that occur."""
    possible = JUDGED if target.threshold_pct is not None else ("monitor",)
    return (*possible, *in_order({row.shown_status for row in rows}.difference(possible)))
