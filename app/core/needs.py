"""What a page, form, file or route needs of a viewer."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Right, Viewer


@dataclass(frozen=True, slots=True)
class Need:
    """A right; `is_of_all` where it shows every unit side by side, so that a viewer of some units only is refused;
    `in_a_unit` where it is enough to have the right in one unit (which one is asked again before anything is done)."""

    right: Right
    is_of_all: bool = False
    in_a_unit: bool = False

    def is_met_by(self, viewer: Viewer) -> bool:
        """Whether a viewer has what is needed."""
        has = viewer.may_somewhere(self.right) if self.in_a_unit else viewer.may(self.right)
        return has and not (self.is_of_all and viewer.readable_units is not None)


READING, READING_ALL = Need(Right.READ), Need(Right.READ, is_of_all=True)
SENDING = Need(Right.SUBMIT, is_of_all=True, in_a_unit=True)
FOLLOWING_UP, DECIDING = Need(Right.FOLLOW_UP), Need(Right.DECIDE)
