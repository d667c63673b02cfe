"""What following up an action shows: the figure when the work was given, and the figure now."""

from __future__ import annotations

from dataclasses import dataclass

from app.records import Progress
from warehouse.desk import Action, Review


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An action with its review, its figure as shown then (at that review if there was one) and the published one;
    `is_unlike` where the series breaks between the two."""

    action: Action
    review: Review | None
    then: Progress | None
    now: Progress | None
    is_unlike: bool = False
