"""Schemas of the answers of the API, and of the rows of marts."""

from __future__ import annotations

from typing import Any

from app.api import reports
from app.api.parameters import JSON_TYPES
from app.core.i18n import words
from app.core.reader import Reader
from app.queries import mart_rows
from app.records.marts import Mart, MartColumn
from app.ui import mart_descriptions

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}
OPTIONAL_NUMBER: Schema = {"type": ["integer", "null"]}


def row_schema(reader: Reader, mart: Mart) -> Schema:
    """Return the schema of a mart's rows, as the caller sees them."""
    columns = mart_rows.columns(reader, mart.table_name)
    return {
        "type": "object",
        "title": mart_descriptions.title(mart),
        "description": mart_descriptions.grain(mart),
        "properties": {one.column_name: _cell(mart, one) for one in columns},
        "additionalProperties": False,
    }


def _cell(mart: Mart, column: MartColumn) -> Schema:
    own = JSON_TYPES[column.data_type]
    # Moments are of the office, without a zone.
    kept = {name: value for name, value in own.items() if value != "date-time"}
    return {
        **kept,
        "type": [own["type"], "null"],
        "description": mart_descriptions.view_meaning(mart.table_name, column),
    }


def schemas() -> dict[str, Schema]:
    """Return the schemas that answers and reports refer to, by name."""
    refusal = _object(state={"const": "failed"}, said=TEXT, code=TEXT)
    return {
        "Refusal": refusal | {"description": words("api_answer.400")},
        **_of_marts(),
        **_of_reports(),
        **_of_exchange(),
        **{f"form_{code}": schema for code, schema in reports.form_schemas().items()},
    }


def _of_marts() -> dict[str, Schema]:
    brief = {"name": TEXT, "title": TEXT, "grain": TEXT, "is_whole": {"type": "boolean"}, "rows": TEXT}
    column = _object(name=TEXT, type=TEXT, unit=TEXT, meaning=TEXT, range_of=OPTIONAL_TEXT)
    return {
        "MartList": _object(version=TEXT, data=_list_of(_object(**brief))),
        "Mart": _object(version=TEXT, **brief, columns=_list_of(column)),
        "Page": _object(mart=TEXT, version=TEXT, label=TEXT, total_count=NUMBER, limit=NUMBER, next=OPTIONAL_TEXT),
        "Csvw": {"type": "object"},
    }


def _of_reports() -> dict[str, Schema]:
    report = _object(
        number=NUMBER,
        unit_code=OPTIONAL_TEXT,
        period_code=OPTIONAL_TEXT,
        version=OPTIONAL_NUMBER,
        state=TEXT,
        received_at=TEXT,
        submitted_by=TEXT,
        decided_at=OPTIONAL_TEXT,
        reason=OPTIONAL_TEXT,
        problem_count=OPTIONAL_NUMBER,
        is_sample={"type": "boolean"},
    )
    texts = dict.fromkeys(("rule", "severity", "pointer", "what", "expected", "mend"), TEXT)
    about = dict.fromkeys(("state", "said", "unit_code", "period_code", "received_at", "sha256"), TEXT)
    remarks = _list_of(_object(**texts, value=OPTIONAL_TEXT))
    return {
        "ReportList": _object(data=_list_of(report)),
        "Receipt": _object(**about, number=NUMBER, version=NUMBER, remarks=remarks),
        "Report": reports.report_schema(),
        "SchemaList": _object(data=_list_of(_object(form_code=TEXT, name=TEXT, schema=TEXT))),
        "Schema": {"type": "object"},
    }


def _of_exchange() -> dict[str, Schema]:
    names = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value")
    lists = dict.fromkeys(("dataElements", "organisationUnits", "categoryOptions"), _list_of({"type": "object"}))
    return {
        "DataValueSet": _object(idScheme=TEXT, dataValues=_list_of(_object(**dict.fromkeys(names, TEXT)))),
        "Metadata": _object(**lists),
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}
