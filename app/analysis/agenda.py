"""Topics of a meeting: what deserves its time, and in which order.

This is the only place of the rule (decision 43):

1. A topic is a target with reporting units whose figure gives a reason to call (`fct_target_progress.is_calling`): they
   are certainly late, and neither chance nor the result of the city as a whole explains it.
2. A unit that has promised is left out while the promise has time, or if it was kept after the period's end: its next
   figure will show it. Dropped promises do not count.
3. Targets about people concerned come first, then those on which most of the judged units are concerned, then the order
   of the plan.
4. Of a topic's units, those with an overdue promise come first, then those late for longest. Counts of people decide
   nothing: an order by them would reveal small counts on a wall.
5. The chair's order precedes the proposed one. Topics that the chair has not seen follow; dropped topics are left
   out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.analysis.action_state import ActionStates
from app.core.grouping import group_by
from app.core.status import JUDGED
from app.records import Progress, Target
from warehouse.desk import CANCELLED, DONE, SUPPORT, Action, Agenda

# Planned length of a meeting, the part of it for its opening and its decisions, and the number of topics for the rest.
MEETING_MINUTES, FRAME_MINUTES, MOST_TOPICS = 20, 5, 5
EARLIER, LATER, DROP, RESTORE = STEPS = ("earlier", "later", "drop", "restore")


@dataclass(frozen=True, slots=True)
class Concern:
    """Unit of a topic: its figure, its last promise about the target, and the city's last promise to it about that."""

    row: Progress
    promise: Action | None
    support: Action | None


@dataclass(frozen=True, slots=True)
class Topic:
    """Target that deserves time, its units in their order, and the number of units judged on it."""

    target: Target
    concerns: tuple[Concern, ...]
    judged_count: int

    @property
    def code(self) -> str:
        """Return the code of the target, which identifies the topic."""
        return self.target.target_code


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics in the order of the meeting, and those that the chair dropped.

    `agenda` is the chair's order that was applied, None for the proposed order.
    """

    kept: tuple[Topic, ...] = ()
    dropped: tuple[Topic, ...] = ()
    agenda: Agenda | None = None

    @property
    def shown(self) -> tuple[Topic, ...]:
        """Return the topics for which the meeting has time."""
        return self.kept[:MOST_TOPICS]

    @property
    def minutes(self) -> int:
        """Return the minutes for each topic, 0 without any."""
        return (MEETING_MINUTES - FRAME_MINUTES) // len(self.shown) if self.shown else 0


def proposed_topics(
    rows: Iterable[Progress],
    targets: Mapping[str, Target],
    actions: Sequence[Action],
    states: ActionStates,
    period_end: dt.date,
) -> list[Topic]:
    """Return the topics in the proposed order.

    `rows` are the figures of the reporting units as the viewer may see them, `actions` those known before the meeting,
    in any order.
    """
    by_target = group_by((row for row in rows if row.target_code in targets), lambda row: row.target_code)
    topics = []
    for code, of_target in by_target.items():
        calling = (_concern(row, actions) for row in of_target if row.is_calling)
        concerns = [concern for concern in calling if not _is_in_hand(concern.promise, states, period_end)]
        if concerns:
            ranked = sorted(concerns, key=lambda concern: _urgency(concern, states))
            judged = sum(row.status in JUDGED for row in of_target)
            topics.append(Topic(targets[code], tuple(ranked), judged))
    return sorted(topics, key=_weight)


def arranged_topics(topics: Sequence[Topic], agenda: Agenda | None) -> Topics:
    """Return topics in the chair's order; in the proposed one without an agenda."""
    if agenda is None:
        return Topics(tuple(topics))
    places = {code: place for place, code in enumerate(agenda.topics)}
    kept = [topic for topic in topics if topic.code not in agenda.dropped]
    return Topics(
        # Sorting is stable: topics without a place keep the proposed order.
        tuple(sorted(kept, key=lambda topic: places.get(topic.code, len(places)))),
        tuple(topic for topic in topics if topic.code in agenda.dropped),
        agenda,
    )


def after_step(
    topics: Sequence[str], dropped: Sequence[str], step: str, code: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of topics in their order, and of dropped topics, after one of `STEPS` with a topic.

    A topic at the end in question stays there. Raises ValueError for an unknown step, or a topic on which it cannot be
    taken.
    """
    order, out = list(topics), list(dropped)
    if step == RESTORE:
        out.remove(code)
        order.append(code)
        return tuple(order), tuple(out)
    place = order.index(code)
    order.pop(place)
    if step == DROP:
        return tuple(order), (*out, code)
    if step not in STEPS:
        raise ValueError(step)
    order.insert(max(0, place + (1 if step == LATER else -1)), code)
    return tuple(order), tuple(out)


def _concern(row: Progress, actions: Iterable[Action]) -> Concern:
    own = [
        action
        for action in actions
        if (action.unit_code, action.target_code) == (row.unit_code, row.target_code) and action.status != CANCELLED
    ]
    return Concern(
        row,
        promise=_last(action for action in own if action.origin != SUPPORT),
        support=_last(action for action in own if action.origin == SUPPORT),
    )


def _last(actions: Iterable[Action]) -> Action | None:
    return max(actions, key=lambda action: (action.opened_at, action.action_id), default=None)


def _is_in_hand(promise: Action | None, states: ActionStates, period_end: dt.date) -> bool:
    if promise is None:
        return False
    if promise.status == DONE:
        return promise.closed_at is not None and promise.closed_at.date() > period_end
    return not states.is_overdue(promise)


def _urgency(concern: Concern, states: ActionStates) -> tuple[bool, str, str]:
    is_broken = concern.promise is not None and states.is_overdue(concern.promise)
    row = concern.row
    return not is_broken, row.late_since_period_code or row.period_code, row.unit_code


def _weight(topic: Topic) -> tuple[bool, float, int, str]:
    share = len(topic.concerns) / topic.judged_count
    return not topic.target.is_sensitive, -share, topic.target.display_order, topic.code
