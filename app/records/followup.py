"""The record of an action that is followed up: its figure when the work was given, and now."""

from __future__ import annotations

from dataclasses import dataclass

from app.records import Progress
from app.records.review import ShownFigure
from warehouse.desk import Action, Review


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An action with its review, its figure as shown then (at that review if there was one) and the published one;
    `is_unlike` where the series breaks between the two. A figure is None where the action is about none, or the version
    that showed it is gone."""

    action: Action
    review: Review | None
    then: ShownFigure | None
    now: Progress | None
    is_unlike: bool = False
