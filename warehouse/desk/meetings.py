"""Which meeting an action belongs to: decisions are recorded before their meeting is."""

from collections.abc import Sequence

from warehouse.desk.records import MEETING, Action, Review


def review_of(action: Action, reviews: Sequence[Review]) -> Review | None:
    """Return the review whose figures an action refers to; None if it is still to come.

    It is the review that the action names, or else the first review of its period held after the action was opened.
    """
    if action.review_id is not None:
        return next((review for review in reviews if review.review_id == action.review_id), None)
    since = (
        review for review in reviews if review.period_code == action.period_code and review.held_at >= action.opened_at
    )
    return min(since, key=lambda review: review.held_at, default=None)


def is_decision(action: Action) -> bool:
    """Return whether a meeting gave an action.

    In older registries every action without a recorded origin may be a decision.
    """
    return action.review_id is not None or action.origin in (MEETING, "")


def meeting_of(action: Action, reviews: Sequence[Review]) -> Review | None:
    """Return the meeting that decided an action; None if it is no decision, or the meeting is still to come."""
    return review_of(action, reviews) if is_decision(action) else None
