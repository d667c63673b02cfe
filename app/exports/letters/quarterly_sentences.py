"""Sentences of the quarterly report, each by a fixed rule from the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.analysis import progress_summary
from app.analysis.action_state import action_states
from app.analysis.calls import Call, call_rule
from app.analysis.lateness import FAR_BEHIND, late_text, lateness, worst_first
from app.core import formatting
from app.core.access import Right
from app.core.i18n import words
from app.core.page_context import Context
from app.core.url_state import State
from app.exports.letters.sentences import shortened
from app.records import Progress, Target
from app.records.reporters import ReporterState
from app.ui.action_text import ended_text
from app.ui.call_text import reasons
from app.ui.change_text import change_text
from app.ui.figure_text import few, gap_text, threshold_text, value_text
from warehouse.desk import Note

NAMED_DISTRICTS, NAMED_REPORTERS, NAMED_ACTIONS = 5, 6, 8
LONGEST_ACTION = 160


def moves_sentence(is_first: bool, moves: progress_summary.Moves, context: Context) -> str:
    """Return how many figures clearly moved between late and not late, and the targets on which most became late.

    `is_first` where none of the units existed a quarter before.
    """
    if is_first:
        return words("quarterly.first")
    if moves.is_unlike:
        return words("quarterly.unlike")

    def noun(count: int) -> str:
        return words(f"unit_noun.{context.default_level}", count=count)

    text = words("quarterly.moved", worse=moves.worse_count, better=moves.better_count, units=noun(2))
    if not moves.most_worse:
        return text + "."
    named = [
        words(
            "quarterly.target_worse",
            target=words.of(context.targets[code], "short_name"),
            count=count,
            units=noun(count),
        )
        for code, count in moves.most_worse
    ]
    return f"{text}; {words('quarterly.worst', targets=', '.join(named))}."


def calls_sentences(calls: Sequence[Call], context: Context) -> str:
    """Return the units to call first, and the rule of their order."""
    if not calls:
        return no_calls_sentence(context)
    named = [
        words(
            "quarterly.call",
            unit=context.unit_name(call.unit_code),
            why="; ".join(reasons(call, context.targets)),
        )
        for call in calls[: progress_summary.NAMED]
    ]
    text = words("quarterly.calls", units=", ".join(named))
    further = len(calls) - len(named)
    text += (
        words("quarterly.more_districts", count=further, units=_units(further, context.reporter_level))
        if further
        else "."
    )
    return f"{text} {call_rule()}"


def no_calls_sentence(context: Context) -> str:
    """Return that no unit is called, because there is no reason or nothing is due yet."""
    due = context.period.due_date
    if context.publication.as_of_date <= due:
        return words("calls.not_due", due=formatting.date(due)) + "."
    return words("quarterly.no_support")


def asides_sentence(target: Target, same_ground: Progress | None, notes: Sequence[Note], state: State) -> str:
    """Return the city's figure on its former territory, and notes on it in the quarter; empty without both."""
    texts = []
    if same_ground is not None and same_ground.value_pct is not None:
        texts.append(words("ground.told", value=value_text(same_ground)))
    texts += [
        words("quarterly.note", text=note.text, by=note.written_by)
        for note in notes
        if note.period_code == state.period and note.target_code in (None, target.target_code)
    ]
    return " ".join(texts)


def target_sentence(target: Target, city: Progress | None, rows: Sequence[Progress], context: Context) -> str:
    """Return the sentence on one target: the city's figure, its change, the late districts."""
    name = words.of(target, "name")
    if city is None or city.value_pct is None:
        reason = words(f"absence.{city.status if city else 'not_reported'}")
        return words("quarterly.target_absent", target=name, reason=reason)
    text = words(
        "quarterly.target_so_far" if city.is_so_far else "quarterly.target",
        target=name,
        value=value_text(city),
        numerator=words.number(city.numerator),
        denominator=words.number(city.denominator),
        limit=words("quarterly.limit", threshold=threshold_text(target))
        if target.threshold_pct is not None
        else threshold_text(target),
    )
    if target.threshold_pct is not None:
        text += ", " + words.status(city.shown_status).lower()
    if gap := gap_text(city, target):
        text += f" ({gap})"
    if change := change_text(city):
        text += f"; {change}"
    return text + _behind(rows, context) + "."


def _behind(rows: Sequence[Progress], context: Context) -> str:
    """Return how many units are late, and the names of the worst of those that are certainly far behind."""
    late = lateness(rows)
    if not late.judged:
        return ""
    if not late.is_any_late:
        return "; " + words("quarterly.nobody_behind", units=_units(1, context.reporter_level))
    text = "; " + late_text(late, _units(late.judged, context.reporter_level))
    far = [row for row in worst_first(rows, context.targets) if row.shown_status == FAR_BEHIND]
    if not far:
        return text
    named = few([context.unit_name(row.unit_code) for row in far], NAMED_DISTRICTS)
    return text + words("quarterly.far_behind", districts=named)


def _units(count: int, reporter_level: str) -> str:
    """Return the noun for a number of units that report to the city."""
    return words(f"unit_noun.{reporter_level}", count=count)


def reports_sentences(reporters: Sequence[ReporterState]) -> list[str]:
    """Return how many reports were in time, late or missing, with names of late and silent units.

    And how many were corrected.
    """
    counts = Counter(reporter.state for reporter in reporters)
    received = counts["on_time"] + counts["late"] + counts["history"]
    texts = [
        words(
            "quarterly.reports",
            received=received,
            expected=len(reporters),
            rate=words.share(received, len(reporters)),
            on_time=counts["on_time"],
            late=counts["late"],
            missing=counts["missing"],
            rejected=counts["rejected"],
        )
    ]
    if counts["history"]:
        texts.append(words("quarterly.history", count=counts["history"]))
    for state in ("late", "missing", "rejected"):
        names = [words.of(reporter, "name") for reporter in reporters if reporter.state == state]
        if names:
            named = ", ".join(names[:NAMED_REPORTERS])
            more = words("quarterly.more", count=len(names) - NAMED_REPORTERS) if len(names) > NAMED_REPORTERS else ""
            texts.append(words(f"quarterly.named_{state}", names=named + more))
    corrected = sum(reporter.is_corrected for reporter in reporters)
    return [*texts, words("quarterly.corrected", count=corrected)] if corrected else texts


def doubts_sentence(context: Context, districts: Sequence[Progress]) -> str:
    """Return how many figures are provisional or have a small base, and the results of the version's checks.

    These include checks on people, so the sentence is for viewers who may see small counts.
    """
    publication = context.publication
    shown = [row for row in districts if row.value_pct is not None]
    doubts = words(
        "quarterly.doubts",
        provisional=words.number(sum(row.is_provisional for row in shown)),
        small=words.number(sum(row.is_small_base for row in shown)),
        shown=words.number(len(shown)),
    )
    if not context.viewer.may(Right.SMALL_COUNTS):
        return doubts
    checks = {"passed": publication.checks_passed_count, "failed": publication.checks_failed_count}
    return f"{doubts} {words('quarterly.checks', **checks)}"


def actions_sentences(context: Context) -> list[str]:
    """Return the open actions of reviews, earliest due date first."""
    day = context.publication.as_of_date
    actions = [action for action in context.desk.actions() if action.is_unfinished]
    if not actions:
        return [words("quarterly.no_actions")]
    states = action_states(context.reader, actions, day)
    overdue = sum(map(states.is_overdue, actions))
    texts = [words("quarterly.actions_open", count=len(actions), overdue=overdue)]
    for action in actions[:NAMED_ACTIONS]:
        place = context.unit_name(action.unit_code) if action.unit_code else words("quarterly.whole_city")
        what = shortened(action.what, LONGEST_ACTION).rstrip(".")
        due = formatting.date(action.due_date)
        if states.is_without_unit(action):
            ended = ended_text(action, states)
            texts.append(words("quarterly.action_to_move", what=what, place=place, ended=ended, due=due))
            continue
        key = "quarterly.action_overdue" if states.is_overdue(action) else "quarterly.action"
        texts.append(words(key, what=what, place=place, owner=action.owner, due=due))
    return texts
