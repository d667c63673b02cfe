"""Requirements of pages, forms, files and routes."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Right, Viewer


@dataclass(frozen=True, slots=True)
class Need:
    """Right that a page, form, file or request needs.

    `is_of_all`: all units are shown together, so viewers of some units only are refused. `in_a_unit`: the right in any
    one unit is enough; the specific unit is checked again before the action.
    """

    right: Right
    is_of_all: bool = False
    in_a_unit: bool = False

    def is_met_by(self, viewer: Viewer) -> bool:
        """Return whether a viewer meets the requirement."""
        has = viewer.may_somewhere(self.right) if self.in_a_unit else viewer.may(self.right)
        return has and not (self.is_of_all and viewer.readable_units is not None)


READING, READING_ALL = Need(Right.READ), Need(Right.READ, is_of_all=True)
SENDING = Need(Right.SUBMIT, is_of_all=True, in_a_unit=True)
ASKING = Need(Right.ASK)
FOLLOWING_UP, DECIDING = Need(Right.FOLLOW_UP), Need(Right.DECIDE)
