"""Cells of the forms as a ward reported them, and the categories of which forms have a row each."""

from __future__ import annotations

from dataclasses import dataclass

# The category of a number that its form does not divide.
WHOLE = "total"


@dataclass(frozen=True, slots=True)
class ReportedCell:
    """Counting cell of a form: its number or its answer (yes, no, not_applicable), both None for an empty cell.

    `version` is that of its report, `category_code` the row's category in the list `row_dimension_code`, such as a type
    of establishment, or `WHOLE`. `unit_*` is the unit of measurement, `position` the column's position in the form.
    `is_sensitive` is a property of the measure. A hidden cell has no number.
    """

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
    row_dimension_code: str | None
    category_code: str
    value: float | None
    answer: str | None
    version: int | None
    is_sensitive: bool
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """Category of a list of which a form has a row each, such as a type of establishment."""

    dimension_code: str
    category_code: str
    name_vi: str
    name_en: str
