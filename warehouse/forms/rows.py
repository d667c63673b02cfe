"""Whose row is it: the unit (by code or strict name) and the category of a row, judged for one reporter and quarter."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from warehouse.forms.layout import ESTABLISHMENT_TYPE, TASK_CODE, UNIT_CODE, UNIT_NAME, SheetLayout, WorkbookLayout
from warehouse.forms.personal import fold
from warehouse.forms.problems import Unreadable, quote
from warehouse.forms.unit_names import UnitIndex
from warehouse.reference import Reference, Unit


@dataclass(frozen=True)
class KeyProblem:
    """A fault of the cells that say whose row it is."""

    rule: str
    position: int
    raw: Any
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyResult:
    """The row's key (unit code, valid from[, category]), or the faults that hide it."""

    key: tuple[Any, ...] | None
    problems: tuple[KeyProblem, ...] = ()


@lru_cache(maxsize=64)
def _index(reference: Reference, units: tuple[Unit, ...]) -> UnitIndex:
    return UnitIndex(units, reference.aliases)


class RowIdentity:
    """Finds units and categories for the rows of one sheet."""

    def __init__(self, reference: Reference, book: WorkbookLayout, sheet: SheetLayout) -> None:
        self.reference, self.book, self.sheet = reference, book, sheet
        self.units = {unit.unit_code: unit for unit in sheet.units}
        self.index = _index(reference, sheet.units)
        self.categories: dict[str, str] = {}
        for code, label in sheet.categories.items():
            self.categories[code] = self.categories[label] = self.categories[fold(label)] = code
        if sheet.category_column == ESTABLISHMENT_TYPE:
            for item in reference.code_lists[ESTABLISHMENT_TYPE]:
                for label in (item.label_en, *item.former_labels):
                    self.categories[label] = self.categories[fold(label)] = item.code

    def unit_of(self, row: list[Any], positions: dict[str, int]) -> Unit:
        """The unit of a row that was accepted before. Raises Unreadable when it is no longer known."""
        unit = self.units.get(row[positions[UNIT_CODE]])
        if unit is None:
            unit = self.units.get(quote(row[positions[UNIT_CODE]])) or self.index.find(str(row[positions[UNIT_NAME]]))
        if unit is None:
            raise Unreadable("unit_unknown")
        return unit

    def category_of(self, row: list[Any], positions: dict[str, int]) -> str:
        """The category of a row that was accepted before. Raises Unreadable when it is no longer known."""
        raw = row[positions[self.sheet.category_column or TASK_CODE]]
        code = self.categories.get(raw) or self.categories.get(fold(str(raw)))
        if code is None:
            raise Unreadable("category_unknown")
        return code

    def check(self, row: list[Any], positions: dict[str, int], started: bool) -> KeyResult:
        """The row's key with every fault. A row without unit and values is no row at all."""
        problems: list[KeyProblem] = []
        unit = self._check_unit(row, positions, started, problems)
        if self.sheet.category_column is None:
            return KeyResult((unit.unit_code, unit.valid_from) if unit else None, tuple(problems))
        position = positions.get(self.sheet.category_column)
        raw = "" if position is None else row[position]
        category = self.categories.get(raw) or self.categories.get(fold(str(raw)))
        if category is None and position is not None and (started or str(raw).strip()):
            options = " | ".join(self.sheet.categories.values())
            problems.append(KeyProblem("category_unknown", position, raw, {"options": options}))
        key = (unit.unit_code, unit.valid_from, category) if unit and category else None
        return KeyResult(key, tuple(problems))

    def _check_unit(
        self, row: list[Any], positions: dict[str, int], started: bool, problems: list[KeyProblem]
    ) -> Unit | None:
        code_at, name_at = positions.get(UNIT_CODE, 0), positions.get(UNIT_NAME)
        code, name = quote(row[code_at]), quote(row[name_at]) if name_at is not None else ""
        if not code and not name:
            if started:
                problems.append(KeyProblem("row_without_unit", code_at, ""))
            return None
        if not code:
            unit = self.index.find(name)
            if unit is None:
                problems.append(KeyProblem("unit_unknown", name_at or 0, name, self._suggestions(name)))
            return unit
        unit = self.units.get(code)
        if unit is None:
            problems.append(self._why_not(code, name, code_at))
        elif name and name != unit.name_vi and not self.index.means(name, unit):
            params = {"code": code, "name": unit.name_vi}
            problems.append(KeyProblem("unit_names_differ", name_at or 0, name, params))
        return unit

    def _suggestions(self, name: str) -> dict[str, str]:
        return {"suggestions": ", ".join(self.index.suggest(name))} if name else {}

    def _why_not(self, code: str, name: str, position: int) -> KeyProblem:
        """A code that is not one of the reporter's units in this sheet: foreign, of another time, or no code at all."""
        day = self.book.period.end_date
        other = self.reference.unit(code, day)
        if other in self.reference.units_reported_by(self.book.reporter, self.book.period.period_code):
            return KeyProblem("unit_level", position, code, {"form": self.sheet.form.form_code})
        if other:
            parent = self.reference.unit(other.parent_code or "", day)
            params = {"name": other.name_vi, "parent": parent.name_vi if parent else ""}
            return KeyProblem("unit_foreign", position, code, params)
        if any(unit.unit_code == code for unit in self.reference.units):
            return KeyProblem("unit_not_valid", position, code, {"period": self.book.period.period_code})
        return KeyProblem("unit_unknown", position, code, self._suggestions(name or code))
