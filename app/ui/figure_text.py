"""A figure, or the absence of one, explained in words: what tooltips show and screen readers say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.analysis.gap import Gap, distance, gap
from app.analysis.lateness import certainty
from app.core.i18n import Words
from app.core.small_counts import SMALL_COUNT, Approximate
from app.core.status import JUDGED, LATE, SILENT, in_order, is_unsure, sign_of
from app.records import SUMMED, Progress, Target
from app.records.review import ShownFigure
from app.ui.change_text import change_line, change_sentence

# No coverage passes it, though a projection of past steps may.
FULL_PCT = 100.0


def value_text(row: Progress | ShownFigure, words: Words) -> str:
    """The value in points without a sign, never rounded across its threshold or path; a dash if there is none."""
    return words.percent(row.value_pct, row.threshold_pct, row.path_pct)


def parts_text(row: Progress, words: Words) -> str:
    """What a value is made of: `12/20`."""
    return words("compare.parts", numerator=words.number(row.numerator), denominator=words.number(row.denominator))


def value_or_nothing(row: Progress, words: Words) -> str:
    """The value beside a sign that says itself why there is none."""
    return "" if row.value_pct is None else value_text(row, words)


def value_and_status(row: Progress | ShownFigure, words: Words) -> str:
    """A figure with its status, for the text of a picture."""
    if isinstance(row, Progress) and row.is_so_far:
        return f"{words('so_far.value', value=value_text(row, words))}, {words.status(row.status).lower()}"
    value = "" if row.value_pct is None else f"{value_text(row, words)}% "
    return value + words.status(row.shown_status).lower()


def is_doubtful(row: Progress | ShownFigure) -> bool:
    """Whether a figure that is there may still move."""
    return row.is_provisional and row.value_pct is not None


def few(names: Sequence[str], words: Words, most: int) -> str:
    """Names as a list, those after the first `most` as a count."""
    if len(names) <= most:
        return ", ".join(names)
    return ", ".join(names[:most]) + " " + words("review.and_more", count=len(names) - most)


def threshold_text(target: Target, words: Words) -> str:
    """`≥80` or `≤5`, `100` where nothing can pass it; the word for "only followed" where the plan has no threshold."""
    if target.threshold_pct is None:
        return words("target.no_threshold")
    if target.direction == "up" and target.is_share and target.threshold_pct == FULL_PCT:
        return words.percent(target.threshold_pct)
    return ("≥" if target.direction == "up" else "≤") + words.percent(target.threshold_pct)


def explain(row: Progress, target: Target, place: str, words: Words) -> str:
    """The whole story of one cell, one fact a line; the first line names the cell."""
    lines = [f"{place} · {words.of(target, 'short_name')}"]
    if row.value_pct is None:
        lines.append(f"{words.status(row.status)}: {words(f'absence.{row.status}')}")
        return "\n".join(lines)
    lines.append(
        words(
            "explain.so_far" if row.is_so_far else "explain.value",
            status=words.status(row.shown_status),
            value=value_text(row, words),
            numerator=words.number(row.numerator),
            denominator=words.number(row.denominator),
        )
    )
    facts = (
        known_text(row, words),
        _limits(row, target, words),
        waiting_text(row, words),
        pace_text(row, words),
        change_line(row, words),
        _doubts(row, words),
    )
    lines += [line for line in facts if line]
    return "\n".join(lines)


def footing(row: Progress, target: Target, words: Words) -> list[str]:
    """What a figure rests on, beside the figure itself: its parts, its milestone and the way to it, its change, its
    doubts."""
    if row.value_pct is None:
        return [words(f"absence.{row.status}")]
    parts = words("target.parts", numerator=words.number(row.numerator), denominator=words.number(row.denominator))
    path = "" if row.milestone_pct is None else path_label(row, words)
    known, away, late = known_text(row, words), gap_text(row, target, words), lateness_text(row, words)
    waiting, pace = waiting_text(row, words), pace_text(row, words)
    facts = (parts, known, path, away, waiting, late, pace, change_sentence(row, words), _doubts(row, words))
    return [line for line in facts if line]


def is_partly_reported(row: Progress) -> bool:
    """Whether a value so far is of many units whose reports are due, some of which came."""
    return row.is_so_far and row.status == "not_reported" and bool(row.current_unit_count)


def known_text(row: Progress, words: Words) -> str:
    """That a value is one so far, and how many of the reports behind it are in; empty of a figure that is judged."""
    if not row.is_so_far:
        return ""
    if row.counted_unit_count is None or row.counted_unit_count == 1:
        return words("so_far.known" if row.current_unit_count else "so_far.unknown")
    key = "so_far.reports" if row.current_unit_count else "so_far.none"
    return words(key, current=row.current_unit_count or 0, of=row.counted_unit_count)


def path_label(row: Progress, words: Words) -> str:
    """The milestone that a row is held to, and the common one where the two differ."""
    path = words.percent(row.milestone_pct)
    if row.milestone_pct == row.common_path_pct:
        return words("ranking.path", path=path)
    return words("ranking.own_path", path=path, common=words.percent(row.common_path_pct))


def pace_text(row: Progress, words: Words) -> str:
    """What a sum of the year still needs each quarter, the fastest it ever grew, and where past years would lead; empty
    where the threshold is reached or nothing is asked."""
    asked = row.required_per_quarter_pct
    if not asked or row.value_pct is None or row.threshold_pct is None:
        return ""
    text = words("pace.needed", points=words.percent(asked, 0.0))
    low, high = row.projected_low_pct, row.projected_high_pct
    if low is None or high is None:
        return text
    quarters_left = (row.threshold_pct - row.value_pct) / asked
    # A share ends at 100: the step that would pass it is not known from there.
    if row.kind == "amount" or high < FULL_PCT:
        text += words("pace.fastest", points=words.percent((high - row.value_pct) / quarters_left, 0.0))
    ends = dict.fromkeys((words.percent(low), words.percent(high)))
    return text + words("pace.projected", ends="–".join(ends))


def _limits(row: Progress, target: Target, words: Words) -> str:
    if row.threshold_pct is None:
        return ""
    text = words("explain.threshold", threshold=threshold_text(target, words))
    if row.milestone_pct is not None:
        key = "explain.path" if row.milestone_pct == row.common_path_pct else "explain.own_path"
        text += words(key, path=words.percent(row.milestone_pct))
    if told := gap_text(row, target, words):
        text += f"; {told}"
    return text


def gap_text(row: Progress, target: Target, words: Words) -> str:
    """How far a figure is from what its status was judged on, in things where they can be counted, else in points:
    short of it, or ahead of a milestone; empty where the threshold is reached or nothing was asked. What is told
    approximately stands beside what was asked."""
    if row.status in LATE and isinstance(row.denominator, Approximate):
        asked = row.threshold_pct if row.path_pct is None else row.path_pct
        return words("gap.approximate", value=value_text(row, words), asked=words.percent(asked))
    found = distance(row, target)
    if found is None:
        return ""
    if found.points < 0:
        return _short_of(found, row, target, words)
    return words("gap.ahead", points=words.percent(found.points, 0.0)) if found.points else words("gap.level")


def waiting_text(row: Progress, words: Words) -> str:
    """Who still waits in the period itself, of people that a year's rate counts; empty where nobody does."""
    if not row.waiting_count:
        return ""
    waiting = row.waiting_count
    return words("gap.waiting", count=words.number(waiting), people=waiting, period=words.period(row.period_code))


def gap_in_brief(row: Progress, target: Target, words: Words) -> str:
    """The same under the name of what is counted."""
    found = gap(row, target)
    if found is None or found.points >= 0 or not found.missing_count or row.denominator == 1:
        return gap_text(row, target, words)
    return words(f"gap.{_goal(found, row)}_count", count=words.number(found.missing_count))


def _short_of(found: Gap, row: Progress, target: Target, words: Words) -> str:
    if row.gap_reason is not None and not row.has_year_ended:
        return words(f"gap.{row.gap_reason}", points=words.percent(-found.points, 0.0))
    if not found.missing_count:
        return words(f"gap.{_goal(found, row)}", points=words.percent(-found.points, 0.0))
    # One unit that answers yes or no lacks nothing that could be counted.
    if target.counting_rule == "units" and row.denominator == 1:
        return words("gap.undone")
    return words(f"gap.{_goal(found, row)}_things", things=counted(found.missing_count, target, words))


def _goal(found: Gap, row: Progress) -> str:
    """What a figure is short of, as the texts name it: of a year that is over it was."""
    return f"past_{found.goal}" if row.has_year_ended else found.goal


def what_to_do(row: Progress, target: Target, words: Words) -> str:
    """What is to be done about a figure that is late, in things where they can be counted, or about one that nobody
    reported; empty for any other."""
    if row.status in SILENT:
        return report_owed(row.status, row.period_code, words)
    if row.status not in LATE:
        return ""
    gap = gap_text(row, target, words)
    if work := words.of(target, "work"):
        return words("gap.work", work=work, gap=gap)
    return words("gap.work_default", target=words.of(target, "short_name"), gap=gap)


def report_owed(state: str, period: str, words: Words) -> str:
    """What is to be done about a period's report that is in no figure, by its state or that of its figures."""
    return words("gap.work_mend" if state == "rejected" else "gap.work_report", period=words.period(period))


def counted(count: int, target: Target, words: Words) -> str:
    """So many of what a target's numerator counts: `13 officers trained`."""
    one, _, many = words.of(target, "counted").partition("|")
    return f"{words.number(count)} {many if many and count != 1 else one}"


def lateness_text(row: Progress, words: Words) -> str:
    """Since when a figure has been late in every quarter that has one; empty where it is only since this one."""
    since = row.late_since_period_code
    return words("gap.late_since", period=words.period(since)) if since and since < row.period_code else ""


def _doubts(row: Progress, words: Words) -> str:
    doubts = [*approximation(row, words), *provisional(row, words)]
    if is_unsure(row.shown_status):
        doubts.append(words(f"explain.{certainty(row)}"))
    if row.is_small_base and row.denominator is not None and row.ci_low_pct is not None:
        doubts.append(words("explain.small_base", denominator=words.number(row.denominator)))
    return " ".join(doubts)


def approximation(row: Progress, words: Words) -> list[str]:
    """Why a figure is told approximately, and between which ends it lies; nothing of one that is told as it is."""
    value, denominator = row.value_pct, row.denominator
    if isinstance(value, Approximate):
        ends = {"low": words.percent(value.low), "high": words.percent(value.high)}
        return [words("approximate.why", count=SMALL_COUNT), words("approximate.between", **ends)]
    return [words("approximate.why", count=SMALL_COUNT)] if isinstance(denominator, Approximate) else []


def provisional(row: Progress, words: Words) -> list[str]:
    """Why a figure is provisional, and what the missing reports can still make of it; nothing when it is whole."""
    if row.provisional_reason is None:
        return []
    lines = []
    # Of many units' value so far it is said how many reports are in.
    if not (row.is_so_far and row.unit_level in SUMMED):
        rate = words.percent(row.reporting_rate_pct)
        lines.append(words(f"explain.provisional_{row.provisional_reason}", rate=rate))
    if row.bound_low_pct is not None and row.bound_high_pct != row.bound_low_pct:
        bounds = {"low": words.percent(row.bound_low_pct), "high": words.percent(row.bound_high_pct)}
        lines.append(words("explain.bounds", **bounds))
        if is_withheld(row):
            lines.append(words("explain.withheld", **bounds))
        elif row.status in JUDGED:
            lines.append(words("explain.settled" if row.is_status_settled else "explain.unsettled"))
    return lines


def is_withheld(row: Progress) -> bool:
    """Whether the threshold is reached and "met" is not said, because missing reports could undo it."""
    return (
        row.status == "on_track"
        and row.value_pct is not None
        and row.bound_low_pct is not None
        and (row.threshold_pct is not None and row.value_pct >= row.threshold_pct > row.bound_low_pct)
    )


def status_mark(status: str | None, words: Words) -> Markup:
    """A status as sign and word, for running text."""
    if status is None:
        return Markup("")
    return Markup("<span class='st'>{} {}</span>").format(sign_of(status), words.status(status))


def legend_statuses(target: Target, rows: Iterable[Progress] = ()) -> tuple[str, ...]:
    """The states that explain a picture of `rows`: every status that a value of this target can have, and of the others
    those that occur."""
    possible = JUDGED if target.threshold_pct is not None else ("monitor",)
    return (*possible, *in_order({row.shown_status for row in rows}.difference(possible)))
