"""Immutable records of questions on figures, and their steps. Times are office time without a zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

# States: the office is to answer, the asker is to close or ask again, finished.
UNANSWERED, ANSWERED, CLOSED = "unanswered", "answered", "closed"
# Steps: an answer in words, one with a corrected report, the same question again, the end.
EXPLAINED, CORRECTED, ASKED_AGAIN, ENDED = "explained", "corrected", "asked_again", "closed"
ANSWERS = (EXPLAINED, CORRECTED)
# By kind of event: the resulting state, and the states that allow it.
QUESTION_STEPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    EXPLAINED: (ANSWERED, (UNANSWERED, ANSWERED)),
    CORRECTED: (ANSWERED, (UNANSWERED, ANSWERED)),
    ASKED_AGAIN: (UNANSWERED, (ANSWERED, CLOSED)),
    ENDED: (CLOSED, (UNANSWERED, ANSWERED)),
}


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question before it is sent: the address of the figure, the version that showed it, the unit whose office
    answers, the text.

    `figure` has the columns of the figure as shown; it is empty for a target that counts people. `may_state_counts` is
    true if the writer could see such counts. `asker` identifies them, empty without sign-in.
    """

    unit_code: str
    target_code: str
    period_code: str
    period_window: str
    version: str
    figure: Mapping[str, Any]
    office_code: str
    text: str
    may_state_counts: bool
    asker: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question in its current state: as it was sent, with its events applied. See `QuestionDraft`.

    `text` is None where the app hides it from a viewer.

    `moved_at` and `moved_by` describe the newest event, numbered `last_event_id`; before the first, the asking.
    """

    question_id: int
    unit_code: str
    target_code: str
    period_code: str
    period_window: str
    version: str
    figure: Mapping[str, Any]
    office_code: str
    text: str | None
    may_state_counts: bool
    asker: str
    asked_at: datetime
    asked_by: str
    moved_at: datetime
    moved_by: str
    state: str = UNANSWERED
    last_event_id: int = 0

    @property
    def is_closed(self) -> bool:
        """Return whether the asker closed it."""
        return self.state == CLOSED


@dataclass(frozen=True, slots=True)
class QuestionEvent:
    """A step of a question; `submission_id` is the corrected report that answers it. `text` is empty where nothing was
    written, None where the app hides it from a viewer."""

    event_id: int
    question_id: int
    at: datetime
    by: str
    kind: str
    text: str | None
    may_state_counts: bool
    submission_id: int | None


@dataclass(frozen=True, slots=True)
class QuestionStep:
    """A step before it is taken, by a writer who could see the protected counts behind the figure or not.

    `seen` is the number of the last event that the writer saw, 0 for none.
    """

    text: str
    may_state_counts: bool
    seen: int
    submission_id: int | None = None


def question_now(asked: Question, events: Iterable[QuestionEvent]) -> Question:
    """Apply events, in the order in which they happened, to a question as it was sent."""
    state = asked
    for event in events:
        state = replace(
            state,
            state=QUESTION_STEPS[event.kind][0],
            moved_at=event.at,
            moved_by=event.by,
            last_event_id=event.event_id,
        )
    return state
