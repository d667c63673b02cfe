"""Identity of rows: the unit (by code or strict name) and the category, or a row that adds up others."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from warehouse.forms.layout import (
    TASK_CODE,
    TOTAL_KEY,
    UNIT_CODE,
    UNIT_NAME,
    SheetLayout,
    WorkbookLayout,
)
from warehouse.forms.privacy.personal_data import fold, fold_own
from warehouse.forms.problems import UnknownRowError, content_of
from warehouse.forms.reading.unit_history import history_at
from warehouse.forms.reading.unit_names import UnitIndex, meant_code
from warehouse.reference import Reference, Unit
from warehouse.text import load_texts


@dataclass(frozen=True)
class KeyProblem:
    """A fault of the cells that identify a row."""

    rule: str
    position: int
    raw: Any
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyResult:
    """The row's key (unit code, valid from[, category]), or the faults that prevent it."""

    key: tuple[Any, ...] | None
    problems: tuple[KeyProblem, ...] = ()


@dataclass(frozen=True)
class Total:
    """A row that adds up others: those of `unit`, or all."""

    unit: Unit | None = None


@lru_cache(maxsize=64)
def _index(reference: Reference, units: tuple[Unit, ...], parents: tuple[Unit, ...]) -> UnitIndex:
    return UnitIndex(units, reference.aliases, parents)


class RowIdentity:
    """Finds units and categories for the rows of one sheet."""

    def __init__(self, reference: Reference, book: WorkbookLayout, sheet: SheetLayout) -> None:
        self.reference, self.book, self.sheet = reference, book, sheet
        self.units = {unit.unit_code: unit for unit in sheet.units}
        self.every_code = frozenset(unit.unit_code for unit in reference.units)
        self.names = frozenset(unit.name_vi for unit in sheet.units)
        day = book.period.end_date
        city = reference.unit(book.reporter.parent_code or "", day)
        self.index = _index(reference, sheet.units, (book.reporter, city) if city else (book.reporter,))
        self.categories: dict[str, str] = {}
        for code, label in sheet.categories.items():
            self.categories[code] = self.categories[label] = self.categories[fold_own(label)] = code
        for item in reference.code_lists[sheet.form.category_list] if sheet.form.category_list else ():
            for label in (item.label_en, *item.former_labels, *item.also_typed):
                self.categories[label] = self.categories[fold_own(label)] = item.code

    def total_of(self, row: list[Any], positions: dict[str, int], ordinals: tuple[int, ...] = ()) -> Total | None:
        """Return what a row adds up, if its key marks it as a total."""
        code_at = positions.get(UNIT_CODE)
        if code_at is not None and meant_code(row[code_at], self.units) in self.units:
            return None
        places = [code_at, positions.get(UNIT_NAME), *ordinals]
        texts = [row[place] for place in places if place is not None and row[place] != ""]
        text = next((text for text in texts if isinstance(text, str) and not text.strip().isdigit()), None)
        return self._total_named(text) if text else None

    def unit_beside_total(self, row: list[Any], positions: dict[str, int]) -> tuple[tuple[Any, ...], Unit] | None:
        """Return key and unit of a row that is coded as a total but names a unit."""
        name = row[positions[UNIT_NAME]] if UNIT_NAME in positions else ""
        unit = self.index.find(name) if isinstance(name, str) else None
        if unit is None:
            return None
        if self.sheet.category_column is None:
            return (unit.unit_code, unit.valid_from), unit
        position = positions.get(self.sheet.category_column)
        category = self._category(row[position]) if position is not None else None
        return ((unit.unit_code, unit.valid_from, category), unit) if category else None

    def _total_named(self, text: str) -> Total | None:
        if text == TOTAL_KEY:
            return Total()
        key = fold(text)
        words, whole, after = _total_words()
        for word in words:
            if key != word and not key.startswith(word + " "):
                continue
            rest = key[len(word) :].strip()
            if not rest or rest in after or rest in whole:
                return Total()
            return self._total_for(rest)
        if key in whole:
            return Total()
        return self._total_for(key.removeprefix("toan ")) if key.startswith("toan ") else None

    def _total_for(self, name: str) -> Total | None:
        """Return the total of a unit by its name; the reporter's own is the total of all."""
        unit = self.index.find(name)
        if unit is None and UnitIndex((self.book.reporter,), self.reference.aliases).find(name):
            return Total()
        if unit is None:
            return None
        return Total(None if unit == self.book.reporter else unit)

    def knows(self, name: str) -> bool:
        """Return whether a cell of the column of names is certain: a unit, or a total."""
        return bool(self.index.named(name)) or self._total_named(name) is not None

    def unit_of(self, row: list[Any], positions: dict[str, int]) -> Unit:
        """Return the unit of an accepted row. Raises UnknownRowError if it is no longer known."""
        code = meant_code(row[positions[UNIT_CODE]], self.units)
        unit = self.units.get(code) if code else self.index.find(str(row[positions[UNIT_NAME]]))
        if unit is None:
            keys = [row[positions[column]] for column in (UNIT_NAME, UNIT_CODE) if column in positions]
            raise UnknownRowError(self.sheet.form.sheet_name, ", ".join(content_of(key) for key in keys if key != ""))
        return unit

    def category_of(self, row: list[Any], positions: dict[str, int]) -> str:
        """Return the category of an accepted row. Raises UnknownRowError if it is no longer known."""
        raw = row[positions[self.sheet.category_column or TASK_CODE]]
        code = self._category(raw)
        if code is None:
            raise UnknownRowError(self.sheet.form.sheet_name, content_of(raw))
        return code

    def _category(self, raw: Any) -> str | None:
        return self.categories.get(raw) or self.categories.get(fold(str(raw))) or self._category_of_code(raw)

    def _category_of_code(self, raw: Any) -> str | None:
        """Return the code that a cell means with blanks around it, in other letters or as a number."""
        typed, codes = meant_code(raw, self.sheet.categories).casefold(), self.sheet.categories
        alike = [code for code in codes if code.casefold() == typed]
        return alike[0] if len(alike) == 1 else None

    def check(self, row: list[Any], positions: dict[str, int], started: bool) -> KeyResult:
        """Return the row's key with every fault. A row without unit and values has neither."""
        problems: list[KeyProblem] = []
        unit = self._check_unit(row, positions, started, problems)
        if self.sheet.category_column is None:
            return KeyResult((unit.unit_code, unit.valid_from) if unit else None, tuple(problems))
        position = positions.get(self.sheet.category_column)
        raw = "" if position is None else row[position]
        category = self._category(raw)
        if category is None and position is not None and (started or str(raw).strip()):
            options = " | ".join(self.sheet.categories.values())
            problems.append(KeyProblem("category_unknown", position, raw, {"options": options}))
        key = (unit.unit_code, unit.valid_from, category) if unit and category else None
        return KeyResult(key, tuple(problems))

    def _check_unit(
        self, row: list[Any], positions: dict[str, int], started: bool, problems: list[KeyProblem]
    ) -> Unit | None:
        code_at, name_at = positions.get(UNIT_CODE, 0), positions.get(UNIT_NAME)
        raw, name = row[code_at], content_of(row[name_at]) if name_at is not None else ""
        code = meant_code(raw, self.units, self.every_code)
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
            problems.append(self._explain_code(code, name, code_at))
        elif name and name != unit.name_vi and not self.index.means(name, unit):
            params = {"code": code, "name": unit.name_vi} | self._history_params(name)
            problems.append(KeyProblem("unit_names_differ", name_at or 0, name, params))
        return unit

    def _history_params(self, name: str, code: str = "") -> dict[str, str]:
        """Return message parameters on a former unit: its successors on this sheet, else those elsewhere."""
        history = history_at(self.reference, self.book.period.end_date)
        params = history.message_params(name, code, self.sheet.units)
        if params or not (elsewhere := history.message_params("", code)):
            return params
        return {"elsewhere": elsewhere.pop("successors", "")} | {
            key: elsewhere[key] for key in ("former", "since") if key in elsewhere
        }

    def _suggestions(self, name: str) -> dict[str, str]:
        if not name:
            return {}
        return self._history_params(name) or {"suggestions": ", ".join(self.index.suggest(name))}

    def _explain_code(self, code: str, name: str, position: int) -> KeyProblem:
        """Explain why a code is none of the reporter's units on this sheet.

        It is foreign, of another time, or no code at all.
        """
        day = self.book.period.end_date
        other = self.reference.unit(code, day)
        if other in self.reference.units_reported_by(self.book.reporter, self.book.period.period_code):
            return KeyProblem("unit_level", position, code, {"form": self.sheet.form.form_code})
        if other:
            parent = self.reference.unit(other.parent_code or "", day)
            params = {"name": other.name_vi, "parent": parent.name_vi if parent else ""}
            return KeyProblem("unit_foreign", position, code, params)
        if any(unit.unit_code == code for unit in self.reference.units):
            params = {"period": self.book.period.period_code} | self._history_params(name, code)
            return KeyProblem("unit_not_valid", position, code, params)
        named = self.index.find(name) if name else None
        if named:
            return KeyProblem("unit_unknown", position, code, {"suggestions": f"{named.unit_code} ({named.name_vi})"})
        return KeyProblem("unit_unknown", position, code, self._suggestions(name or code))


def is_total_text(text: str) -> bool:
    """Return whether a text begins like the key of a row that adds up others."""
    words, whole, _ = _total_words()
    key = fold(text)
    return any(key == word or key.startswith(word + " ") for word in (*words, *whole))


@lru_cache(maxsize=1)
def _total_words() -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    texts = load_texts("reading")["totals"]
    words = sorted((fold(word) for word in texts["words"]), key=len, reverse=True)
    return tuple(words), *(frozenset(fold(word) for word in texts[part]) for part in ("whole", "after"))  # type: ignore[return-value]
