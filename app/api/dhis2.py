"""Reported figures as a DHIS2 data value set, which a national system pulls and posts to `/api/dataValueSets`.

Every object is named by its code (`idScheme=CODE`): data elements are measures, category option combinations their
categories, organisation units the official codes of units. Quarters have the same form in DHIS2 (2026Q3).
"""

from __future__ import annotations

import re

from app.api.known import require_period
from app.core import access
from app.core.i18n import words
from app.core.reader import Reader
from app.queries import mart_rows
from app.records.mart_rows import Comparison, Condition, Selection
from app.records.ward import WHOLE
from warehouse.storage.literals import quoted

# DHIS2's code of the category option combination of an element without categories.
DEFAULT_COMBINATION = "default"
_HALF_YEAR = re.compile(r"(\d{4})H([12])")
_MONTH = re.compile(r"(\d{4})M(\d{1,2})")
_DATA = ("measure_code", "category_code", "unit_code", "measure_value", "answer_code")
_MEASURE = (
    "measure_code",
    "form_code",
    "data_type",
    "window_rule",
    "name_vi",
    "name_en",
    "definition_vi",
    "definition_en",
)
_UNIT = ("unit_code", "valid_from", "valid_to", "parent_code", "name_vi", "name_en")
_CATEGORY = ("dimension_code", "category_code", "name_vi", "name_en")
_VALUE_TYPES = {"count": "INTEGER_ZERO_OR_POSITIVE", "amount": "NUMBER", "percent": "PERCENTAGE", "code": "TEXT"}
# How DHIS2 adds up what units counted: over the periods, or in the last or the first of them.
_AGGREGATIONS = {"sum": "SUM", "end": "LAST", "start": "FIRST"}
_ADDED_UP = frozenset({"count", "amount"})
# The longest name, short name and code that DHIS2 stores.
_LONGEST, _LONGEST_SHORT = 230, 50


def data_value_set(reader: Reader, period: str) -> dict[str, object]:
    """Return the reported values of a period that the caller may see. Raises ApiError for an unknown period."""
    require_period(reader, period)
    condition = Condition("period_code", Comparison.IN, (quoted(period),))
    rows = mart_rows.values(reader, Selection("fct_measure", (condition,), columns=_DATA))
    named = [dict(zip(_columns(reader, "fct_measure", _DATA), row, strict=True)) for row in rows]
    return {
        "idScheme": "CODE",
        "dataElementIdScheme": "CODE",
        "orgUnitIdScheme": "CODE",
        "categoryOptionComboIdScheme": "CODE",
        "dataValues": [
            {
                "dataElement": row["measure_code"],
                "period": dhis2_period(period),
                "orgUnit": row["unit_code"],
                "categoryOptionCombo": _combination(str(row["category_code"])),
                "attributeOptionCombo": DEFAULT_COMBINATION,
                "value": _value(row["measure_value"], row["answer_code"]),
            }
            for row in named
            if row["measure_value"] is not None or row["answer_code"] is not None
        ],
    }


def metadata(reader: Reader) -> dict[str, object]:
    """Return what a data value set names, as DHIS2 imports it: elements, units in their newest form, categories."""
    access.require_everywhere(reader.viewer)
    units: dict[str, dict[str, object]] = {}
    for unit in _rows(reader, "dim_unit", _UNIT):
        name = str(unit[f"name_{words.lang}"])
        units[str(unit["unit_code"])] = {
            "code": unit["unit_code"],
            "name": name[:_LONGEST],
            "shortName": name[:_LONGEST_SHORT],
            "openingDate": str(unit["valid_from"]),
            **({"closedDate": str(unit["valid_to"])} if unit["valid_to"] else {}),
            **({"parent": {"code": unit["parent_code"]}} if unit["parent_code"] else {}),
        }
    categories = {
        str(one["category_code"]): str(one[f"name_{words.lang}"]) for one in _rows(reader, "dim_category", _CATEGORY)
    }
    return {
        "dataElements": [
            {
                "code": measure["measure_code"],
                "name": f"{measure['form_code']} {measure[f'name_{words.lang}']}"[:_LONGEST],
                "shortName": str(measure["measure_code"])[:_LONGEST_SHORT],
                "description": measure[f"definition_{words.lang}"],
                "valueType": _VALUE_TYPES.get(str(measure["data_type"]), "NUMBER"),
                "domainType": "AGGREGATE",
                "aggregationType": _aggregation(str(measure["data_type"]), str(measure["window_rule"])),
            }
            for measure in _rows(reader, "dim_measure", _MEASURE)
        ],
        "organisationUnits": list(units.values()),
        "categoryOptions": [
            {"code": code, "name": name[:_LONGEST], "shortName": name[:_LONGEST_SHORT]}
            for code, name in categories.items()
        ],
    }


def dhis2_period(period: str) -> str:
    """Return a period as DHIS2 writes it: 2026Q3, 2026S1 for a half year, 202607 for a month."""
    if half := _HALF_YEAR.fullmatch(period):
        return f"{half[1]}S{half[2]}"
    if month := _MONTH.fullmatch(period):
        return f"{month[1]}{int(month[2]):02}"
    return period


def _rows(reader: Reader, mart: str, names: tuple[str, ...]) -> list[dict[str, object]]:
    rows = mart_rows.values(reader, Selection(mart, columns=names))
    return [dict(zip(_columns(reader, mart, names), row, strict=True)) for row in rows]


def _columns(reader: Reader, mart: str, names: tuple[str, ...]) -> list[str]:
    return [one.column_name for one in mart_rows.chosen(reader, Selection(mart, columns=names))]


def _combination(category: str) -> str:
    return DEFAULT_COMBINATION if category == WHOLE else category


def _aggregation(data_type: str, window_rule: str) -> str:
    return _AGGREGATIONS[window_rule] if data_type in _ADDED_UP else "NONE"


def _value(value: object, answer: object) -> str:
    """Return a value as text: an answer, or a number without a needless decimal part."""
    if answer is not None:
        return str(answer)
    number = float(str(value))
    return str(int(number)) if number.is_integer() else repr(number)
