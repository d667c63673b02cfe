"""Links within the file: the state of a page that is rendered as one of its chapters."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.url_state import State

# The parameter that identifies a page's chapter; other pages have one chapter or none.
_SUBJECT = {"target": "target", "district": "unit", "ward": "unit"}


@dataclass(frozen=True, slots=True)
class FileState(State):
    """State of a page whose links lead to the chapters of the file; `anchors` are these chapters' ids."""

    anchors: frozenset[str] = frozenset()

    @property
    def is_file(self) -> bool:
        """Return True: the page is rendered for a file."""
        return True

    @property
    def anchor(self) -> str:
        """Return the id of this page's own chapter."""
        return _anchor(self.page, self.get(_SUBJECT.get(self.page, "")))

    def href(self, page: str | None = None, **changes: str | None) -> str:
        """Return the chapter of a page, whatever its other parameters; empty where the file has none.

        A reporter's content is in the chapter of its own page.
        """
        if changes.get("period") not in (None, self.period) or changes.get("window") not in (None, self.window):
            return ""
        goal = self.page if page is None else page
        values = {**dict(self.own), **changes} if goal == self.page else changes
        for page_of_unit in ("district", "ward") if goal == "reports" else ():
            if (chapter := _anchor(page_of_unit, values.get("unit"))) in self.anchors:
                return f"#{chapter}"
        anchor = _anchor(goal, values.get(_SUBJECT.get(goal, "")))
        return f"#{anchor}" if anchor in self.anchors else ""

    def within(self, identity: str) -> str:
        """Return the address of a part of this chapter, by its id on the page."""
        return f"#{part_id(self.anchor, identity)}"


def part_id(anchor: str, identity: str) -> str:
    """Return the id in the file of the element with the id `identity` on the page of a chapter."""
    return f"{anchor}-{identity}"


def _anchor(page: str, subject: str | None) -> str:
    name = page or "overview"
    return f"{name}-{subject}" if subject else name
