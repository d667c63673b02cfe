"""Immutable records of the desk: actions, their events, reviews and their minutes, notes, saved views.

Times are office time without a zone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

OPEN, UNDER_WAY, DONE, CANCELLED = "open", "under_way", "done", "cancelled"
STATUSES = (OPEN, UNDER_WAY, DONE, CANCELLED)
UNFINISHED = (OPEN, UNDER_WAY)

# A day as a form has it: a text names none.
TypedDay = date | str | None

# The words between a number and its extension.
_WORDS = re.compile(r"[^\d\s().+-]\D*")

# Outcomes of a call.
REACHED, PROMISED, NOT_REACHED, MESSAGED = "reached", "promised", "not_reached", "messaged"
OUTCOMES = (REACHED, PROMISED, NOT_REACHED, MESSAGED)

OPENED, COMMENTED, CHANGED, MOVED = "opened", "commented", "changed", "moved"
# Events that set fields of an action, with the new values.
SETTING = (OPENED, CHANGED, MOVED)
# Origin of an action: a decision of a meeting, a unit's promise by telephone, the city's promise to a unit that
# requested support, anything else. Actions of older registries have none.
MEETING, CALL, SUPPORT, BETWEEN = "meeting", "call", "support", "between"
ORIGINS = (MEETING, CALL, SUPPORT, BETWEEN)
STARTED, CLOSED, REOPENED, CANCELLING = "started", "closed", "reopened", "cancelled"
# By kind of event: the resulting status, and the statuses that allow it.
STEPS = {
    STARTED: (UNDER_WAY, (OPEN,)),
    CLOSED: (DONE, UNFINISHED),
    REOPENED: (OPEN, (DONE, CANCELLED)),
    CANCELLING: (CANCELLED, UNFINISHED),
}


# Steps of a saved view. The first two write its content, the others set one of its marks.
VIEW_SAVED, VIEW_CHANGED = "saved", "changed"
VIEW_MARKS: Mapping[str, Mapping[str, bool]] = {
    "archived": {"is_archived": True, "is_pinned": False},
    "restored": {"is_archived": False},
    "pinned": {"is_pinned": True},
    "unpinned": {"is_pinned": False},
}


@dataclass(frozen=True, slots=True)
class Review:
    """A review held on the figures of one published version, which is kept permanently."""

    review_id: int
    period_code: str
    period_window: str
    version: str
    as_of_date: date
    held_at: datetime
    held_by: str


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A review before it is recorded: its figures, the offices present, the discussion."""

    period_code: str
    window: str
    version: str
    as_of_date: date
    present: str = ""
    discussed: str = ""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of a review besides its figures and decisions: offices present, discussion. Either may be empty."""

    minutes_id: int
    review_id: int
    present: str
    discussed: str
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class AgendaDraft:
    """An order of a meeting's topics before it is recorded: codes of targets, and of those that are left out."""

    period_code: str
    period_window: str
    topics: Sequence[str]
    dropped: Sequence[str]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The order in which the chair wants a meeting's topics, as codes of targets, and the topics left out."""

    agenda_id: int
    period_code: str
    period_window: str
    topics: tuple[str, ...]
    dropped: tuple[str, ...]
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An action before it is opened: task, responsible office or post, due day, subject."""

    what: str
    owner: str
    due_date: TypedDay
    period_code: str
    unit_code: str | None = None
    target_code: str | None = None
    review_id: int | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """The new assignment of an action: unit, office, due day."""

    unit_code: str
    owner: str
    due_date: TypedDay


@dataclass(frozen=True, slots=True)
class Action:
    """An action in its current state: as it was opened, with its events applied.

    `moved_at` and `moved_by` describe the newest event (numbered `last_event_id`), `closed_at` and `evidence` the
    closing while it is done. Codes of units are reused: `unit_day`, the due day when the unit was set, is a day on
    which the meant unit has its code. `origin` is one of `ORIGINS`, empty if it is not known.
    """

    action_id: int
    review_id: int | None
    period_code: str
    what: str
    unit_code: str | None
    target_code: str | None
    owner: str
    due_date: date
    opened_at: datetime
    opened_by: str
    moved_at: datetime
    moved_by: str
    status: str = OPEN
    closed_at: datetime | None = None
    evidence: str | None = None
    comment_count: int = 0
    last_event_id: int = 0
    unit_day: date | None = None
    origin: str = ""

    @property
    def is_unfinished(self) -> bool:
        """Return whether the action is neither done nor cancelled."""
        return self.status in UNFINISHED

    def is_overdue(self, day: date) -> bool:
        """Return whether on `day` the due day has passed and the action is neither done nor cancelled."""
        return self.is_unfinished and self.due_date < day


@dataclass(frozen=True, slots=True)
class ActionEvent:
    """An event of an action; `before` and `after` hold the fields it changed."""

    event_id: int
    action_id: int
    at: datetime
    by: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    text: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a unit (and optionally one of its targets) in a quarter."""

    note_id: int
    unit_code: str
    target_code: str | None
    period_code: str
    text: str
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call before it is recorded: unit, quarter, target, outcome."""

    unit_code: str
    period_code: str
    period_window: str
    outcome: str
    target_code: str | None = None


@dataclass(frozen=True, slots=True)
class CallMade:
    """A call to a unit about a quarter's figures (and a target, if that was the reason), with its outcome."""

    call_id: int
    unit_code: str
    target_code: str | None
    period_code: str
    period_window: str
    outcome: str
    called_at: datetime
    called_by: str


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """The telephone number of a unit's office, with author and time."""

    line_id: int
    unit_code: str
    telephone: str
    written_at: datetime
    written_by: str

    @property
    def dialled(self) -> str:
        """Return the number as a browser dials it, with its extension (RFC 3966)."""
        parts = _WORDS.split(self.telephone)
        return ";ext=".join("".join(letter for letter in part if letter.isdigit()) for part in parts)


@dataclass(frozen=True, slots=True)
class Audience:
    """Viewer of saved views: a signed-in person and their roles; `is_everyone` without sign-in, when every view is the
    installation's. With `may_keep`, also changes, archives and pins others' views that are shared with them."""

    person: str = ""
    roles: frozenset[str] = frozenset()
    is_everyone: bool = False
    may_keep: bool = False


@dataclass(frozen=True, slots=True)
class ViewDraft:
    """A view before it is saved: name, note, the parameters of its address, the roles that see it too, and the
    published version on which it was made."""

    name: str
    note: str
    parameters: Mapping[str, Sequence[str]]
    shared_with: Sequence[str]
    made_on: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A version of a saved view of an exploring page, by default its newest.

    `owner` is the person who saved it first, empty for the installation; `saved_by` their name. `number` counts every
    step, `kind` is the step (saved, changed or one of `VIEW_MARKS`).
    """

    view_id: int
    page: str
    owner: str
    saved_at: datetime
    saved_by: str
    number: int
    kind: str
    name: str
    note: str
    parameters: Mapping[str, Sequence[str]]
    shared_with: tuple[str, ...]
    made_on: str
    is_pinned: bool
    is_archived: bool
    written_at: datetime
    written_by: str


def current_state(opened: Action, events: Iterable[ActionEvent]) -> Action:
    """Apply events, in the order in which they happened, to an action as it was opened."""
    state = opened
    for event in events:
        state = replace(
            state, moved_at=event.at, moved_by=event.by, last_event_id=event.event_id, **_effect(state, event)
        )
    return state


def _effect(state: Action, event: ActionEvent) -> dict[str, Any]:
    if event.kind in SETTING:
        fields = {name: from_json(name, value) for name, value in event.after.items()}
        return fields | {"unit_day": fields.get("due_date", state.due_date)} if "unit_code" in fields else fields
    if event.kind == COMMENTED:
        return {"comment_count": state.comment_count + 1}
    if event.kind not in STEPS:
        return {}
    is_closing = event.kind == CLOSED
    return {
        "status": STEPS[event.kind][0],
        "closed_at": event.at if is_closing else None,
        "evidence": event.evidence if is_closing else None,
    }


def to_json(value: Any) -> Any:
    """Convert a field's value to its form in an event."""
    return value.isoformat() if isinstance(value, date) else value


def from_json(name: str, value: Any) -> Any:
    """Convert a field's value from its form in an event."""
    return date.fromisoformat(value) if name == "due_date" and value else value
