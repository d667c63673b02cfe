"""Remarks on cells that were accepted in an unusual spelling: one per sheet and kind."""

from dataclasses import dataclass

from warehouse.forms.problems import REMARK, Problem, quote


@dataclass
class _Spelling:
    count: int
    example: str
    taken_for: str
    cell: str | None = None


class Remarks:
    """Collects unusual spellings of one sheet."""

    def __init__(self, sheet: str | None) -> None:
        self.sheet = sheet
        self._spellings: dict[str, _Spelling] = {}
        self.unplaced: _Spelling | None = None

    def note(self, rule: str, raw: object, taken_for: str = "") -> None:
        """Count a cell whose spelling was accepted under `rule`."""
        spelling = self._spellings.get(rule)
        if spelling:
            spelling.count += 1
        else:
            self.unplaced = self._spellings[rule] = _Spelling(1, quote(raw), taken_for)

    def note_sheet(self, rule: str, raw: object) -> None:
        """Count something of the sheet that has no cell."""
        self.note(rule, raw)
        self.unplaced = None

    def place(self, cell: str) -> None:
        """Set the cell of a kind that was just added."""
        if self.unplaced:
            self.unplaced.cell, self.unplaced = cell, None

    def problems(self) -> list[Problem]:
        """Return the remarks, in the order in which their kinds first occurred."""
        return [
            Problem(
                rule,
                self.sheet,
                spelling.cell,
                spelling.example or None,
                {"count": str(spelling.count), "example": spelling.example, "taken_for": spelling.taken_for},
                REMARK,
            )
            for rule, spelling in self._spellings.items()
        ]
