"""Cells of the forms as a ward reported them, and the kinds of establishments that forms tell apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportedCell:
    """One cell of a form as it counts: its number or its answer (yes, no, not_applicable), both None where the cell was
    left empty. `version` is that of the report it came from, `category_code` the kind of establishment or `total`;
    `unit_*` is the unit of measurement, `position` the column's place in the form; `is_sensitive` is the measure's own.
    A hidden cell has no number."""

    form_code: str
    form_name_vi: str
    form_name_en: str
    position: int
    measure_code: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    data_type: str
    category_code: str
    value: float | None
    answer: str | None
    version: int | None
    is_sensitive: bool
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of establishment, in the order of the forms."""

    category_code: str
    category_vi: str
    category_en: str
