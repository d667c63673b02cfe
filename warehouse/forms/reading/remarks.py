"""Remarks on what was accepted although written in an unusual way: one a sheet for each kind."""

from dataclasses import dataclass

from warehouse.forms.problems import REMARK, Problem, quote


@dataclass
class _Found:
    count: int
    example: str
    taken_for: str
    cell: str | None = None


class Remarks:
    """Collects unusual spellings of one sheet."""

    def __init__(self, sheet: str | None) -> None:
        self.sheet = sheet
        self._found: dict[str, _Found] = {}
        self.unplaced: _Found | None = None

    def note(self, rule: str, raw: object, taken_for: str = "") -> None:
        """One more cell whose spelling was accepted under `rule`."""
        found = self._found.get(rule)
        if found:
            found.count += 1
        else:
            self.unplaced = self._found[rule] = _Found(1, quote(raw), taken_for)

    def place(self, cell: str) -> None:
        """Say where the first of a kind, just noted, stands."""
        if self.unplaced:
            self.unplaced.cell, self.unplaced = cell, None

    def problems(self) -> list[Problem]:
        """The remarks, in the order in which their kinds were met."""
        return [
            Problem(
                rule,
                self.sheet,
                found.cell,
                found.example or None,
                {"count": str(found.count), "example": found.example, "taken_for": found.taken_for},
                REMARK,
            )
            for rule, found in self._found.items()
        ]
