"""Record of a followed-up action: its figure when the action was given, and now."""

from __future__ import annotations

from dataclasses import dataclass

from app.records import Progress
from app.records.review import ShownFigure
from warehouse.desk import Action, Review


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Action with its review, its figure as shown then and the published figure.

    The earlier figure is that of the action's review if there was one. `is_unlike` is true where the series breaks
    between the two figures. A figure is None where the action has none, or the version that showed it no longer exists.
    """

    action: Action
    review: Review | None
    then: ShownFigure | None
    now: Progress | None
    is_unlike: bool = False
