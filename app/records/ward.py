"""Cells of the forms as a ward reported them, the kinds of establishments that forms tell apart, and what is known of
a ward's ground before it."""

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


@dataclass(frozen=True, slots=True)
class Past:
    """What can be said of a unit's ground before it began: `past_kind` is whole (it has a recalculated
    history), split (none: it took in a part of an earlier unit), elsewhere (none: no earlier unit reported here), None
    where it was formed from no other.
    """

    past_kind: str | None
