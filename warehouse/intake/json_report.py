"""A report as JSON, from another program: its schema by form, and the workbook that its values are written into.

No rule is defined here: like typed values of the web form, values are written into the empty workbook, which is
submitted like any other file and kept as the original.
"""

import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from warehouse.forms.formats.opening import MAX_CELL_TEXT
from warehouse.forms.layout import (
    FIRST_DATA_ROW,
    HEADER_ROW,
    CellValue,
    FormValues,
    RowKey,
    SheetLayout,
    WorkbookLayout,
    field_position,
    sheet_layout,
    workbook_layout,
)
from warehouse.forms.problems import Problem, cell_name
from warehouse.intake.empty_forms import EmptyForms
from warehouse.intake.ledger import Ledger
from warehouse.reference import Form, FormColumn, Reference
from warehouse.storage.landing import content_hash
from warehouse.text import load_texts

UNIT = "unit_code"
FORMS, NOTE = "forms", "note"
FIELDS = (FORMS, NOTE)
# Larger numbers are written as text, because a spreadsheet would round them; checks then refuse them.
_EXACT = 1e15
_QUOTED_DIGITS = 20
_JSON_TYPES: Mapping[str, dict[str, Any]] = {
    "count": {"type": ["integer", "null"]},
    "amount": {"type": ["number", "null"]},
    "percent": {"type": ["number", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "text": {"type": ["string", "null"], "maxLength": MAX_CELL_TEXT},
    "code": {"type": ["string", "null"]},
}


class JsonReportError(ValueError):
    """The JSON has not the shape of a report; `code` names the reason, `params` fill its text."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class JsonReport:
    """A report of a unit and period as it was sent: its values by form and row, its note, the place of each row.

    `content_hash` is the same for the same values, whatever the note.
    """

    layout: WorkbookLayout
    values: Mapping[str, FormValues]
    note: str
    content_hash: str
    places: Mapping[tuple[str, RowKey], int] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """Return the name of the workbook."""
        return f"bao-cao_{self.layout.reporter.unit_code}_{self.layout.period.period_code}_api.xlsx"

    def pointer(self, problem: Problem) -> str:
        """Return the place of a problem in the JSON as a JSON pointer, else that of its form; empty without either."""
        for sheet in self.layout.sheets:
            if sheet.form.sheet_name != problem.sheet:
                continue
            return self._cell_pointer(sheet, problem.cell or "") or f"/{FORMS}/{sheet.form.form_code}"
        return ""

    def _cell_pointer(self, sheet: SheetLayout, cell: str) -> str:
        code = sheet.form.form_code
        for number, (unit, category) in enumerate(sheet.row_keys, start=FIRST_DATA_ROW):
            place = self.places.get((code, (unit.unit_code, category)))
            if place is None:
                continue
            row = f"/{FORMS}/{code}/{place}"
            if cell in {cell_name(number, position) for position in range(len(sheet.key_columns))}:
                return row
            for index, column in enumerate(sheet.fields):
                position = field_position(sheet, index, has_previous=False)
                if cell in (cell_name(number, position), cell_name(HEADER_ROW, position)):
                    return f"{row}/{column.column_code}"
        return ""


class JsonReports:
    """Reads reports that arrive as JSON, and writes their workbooks."""

    def __init__(self, forms: EmptyForms, ledger: Ledger, reference: Reference) -> None:
        self._forms = forms
        self._ledger = ledger
        self._reference = reference

    def read(self, content: bytes, unit_code: str, period_code: str) -> JsonReport:
        """Return the report in a body.

        Raises IntakeRefusal for an unknown unit or period, JsonReportError for anything that is not its schema's shape.
        """
        reporter = self._forms.reporter(unit_code, period_code)
        layout = workbook_layout(self._reference, reporter, period_code)
        sent = _parsed(content)
        if not isinstance(sent, dict) or not isinstance(sent.get(FORMS), dict):
            raise JsonReportError("not_an_object")
        if unknown := next((name for name in sent if name not in FIELDS), None):
            raise JsonReportError("unknown_field", field=unknown, known=", ".join(FIELDS))
        note = sent.get(NOTE) or ""
        if not isinstance(note, str) or not _is_text(note):
            raise JsonReportError("not_a_value", pointer=f"/{NOTE}")
        sheets = {sheet.form.form_code: sheet for sheet in layout.sheets}
        values: dict[str, FormValues] = {}
        places: dict[tuple[str, RowKey], int] = {}
        for code, rows in sent[FORMS].items():
            if code not in sheets:
                about = {"unit": unit_code, "period": period_code, "form": code, "known": ", ".join(sheets)}
                raise JsonReportError("unknown_sheet", pointer=f"/{FORMS}", **about)
            values[code] = _rows(sheets[code], rows, places)
        written = json.dumps([unit_code, period_code, sent[FORMS]], sort_keys=True, ensure_ascii=True)
        return JsonReport(layout, values, note, content_hash(written.encode()), places)

    def follows(self, report: JsonReport) -> int:
        """Return the number of the newest landed report of the same unit and period; 0 for none.

        If that one has the same values, that of the one before it: the same file is known when it arrives again.
        """
        unit, period = report.layout.reporter.unit_code, report.layout.period.period_code
        landed = {
            one.submission.submission_id: one.submission.sha256
            for one in self._ledger.submissions(unit, period)
            if one.submission.version
        }
        *_, before, newest = (0, 0, *sorted(landed))
        is_same = newest and content_hash(self.workbook(report, before)) == landed[newest]
        return before if is_same else newest

    def workbook(self, report: JsonReport, follows: int) -> bytes:
        """Return the report's workbook: the same bytes for the same values after the same report `follows`."""
        from warehouse.forms.template import workbook  # noqa: PLC0415 - the app starts without what writes Excel

        book = io.BytesIO()
        origin = load_texts("workbook")["sent_by_program"].format(follows=follows)
        content = workbook.Content(report.values, {}, origin=origin)
        workbook.write_workbook(book, self._reference, report.layout, content)
        return book.getvalue()

    def schema(self, form_code: str, lang: str) -> dict[str, Any]:
        """Return the JSON schema of a form's rows. Raises KeyError for an unknown form."""
        form = self._reference.forms[form_code]
        layout = sheet_layout(self._reference, form, (), None)
        keys = _key_schemas(self._reference, layout, lang)
        cells = {column.column_code: _cell_schema(self._reference, column, lang) for column in layout.fields}
        return {
            "title": form.name_en if lang == "en" else form.name_vi,
            "description": form.guidance_en if lang == "en" else form.guidance_vi,
            "type": "array",
            "items": {
                "type": "object",
                "properties": keys | cells,
                "required": [name for name in keys if name != UNIT],
                "additionalProperties": False,
            },
        }

    def forms(self) -> list[Form]:
        """Return the forms, in their order."""
        return sorted(self._reference.forms.values(), key=lambda form: form.display_order)


def _parsed(content: bytes) -> Any:
    def refuse(constant: str) -> None:
        raise JsonReportError("not_a_number", value=constant)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            (name, _), *_ = Counter(name for name, _ in pairs).most_common(1)
            raise JsonReportError("name_twice", name=name)
        return values

    def whole(digits: str) -> int:
        # Python itself refuses thousands of digits, in words of its own.
        if len(digits) > MAX_CELL_TEXT:
            raise JsonReportError("not_a_number", value=f"{digits[:_QUOTED_DIGITS]}…")
        return int(digits)

    try:
        return json.loads(content, parse_constant=refuse, parse_int=whole, object_pairs_hook=once)
    except UnicodeDecodeError as error:
        raise JsonReportError("not_utf8") from error
    except RecursionError as error:
        raise JsonReportError("too_nested") from error
    except json.JSONDecodeError as error:
        raise JsonReportError("not_json", detail=f"{error.lineno}:{error.colno}") from error


def _rows(sheet: SheetLayout, rows: object, places: dict[tuple[str, RowKey], int]) -> FormValues:
    code = sheet.form.form_code
    if not isinstance(rows, list):
        raise JsonReportError("not_a_list", pointer=f"/{FORMS}/{code}")
    values: dict[RowKey, Mapping[str, CellValue]] = {}
    for number, row in enumerate(rows):
        pointer = f"/{FORMS}/{code}/{number}"
        if not isinstance(row, dict):
            raise JsonReportError("not_a_row", pointer=pointer)
        key = _key_of(sheet, row, pointer)
        if key in values:
            raise JsonReportError("row_twice", pointer=pointer, row=" ".join(filter(None, key)))
        values[key] = _cells(sheet, row, pointer)
        places[code, key] = number
    return values


def _key_of(sheet: SheetLayout, row: Mapping[str, object], pointer: str) -> RowKey:
    known = {(unit.unit_code, category) for unit, category in sheet.row_keys}
    units = {unit for unit, _ in known}
    unit = row.get(UNIT, next(iter(units)) if len(units) == 1 else None)
    category = row.get(sheet.category_column) if sheet.category_column else None
    if not isinstance(unit, str) or (sheet.category_column and not isinstance(category, str)):
        raise JsonReportError("no_row", pointer=pointer, keys=", ".join(filter(None, (UNIT, sheet.category_column))))
    key = (unit, category if isinstance(category, str) else None)
    if key not in known:
        raise JsonReportError("unknown_row", pointer=pointer, row=" ".join(filter(None, key)))
    return key


def _cells(sheet: SheetLayout, row: Mapping[str, object], pointer: str) -> dict[str, CellValue]:
    columns = {column.column_code: column for column in sheet.fields}
    keys = {UNIT, sheet.category_column}
    cells = {}
    for name, value in row.items():
        if name in keys:
            continue
        if name not in columns:
            about = {"form": sheet.form.form_code, "column": name, "known": ", ".join(columns)}
            raise JsonReportError("unknown_cell", pointer=pointer, **about)
        cells[name] = _value(columns[name], value, f"{pointer}/{name}")
    return cells


def _value(column: FormColumn, value: object, pointer: str) -> CellValue:
    """Return what is written into a cell. Raises JsonReportError for what no cell holds."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if abs(value) < _EXACT else str(value)
    if not isinstance(value, str) or not _is_text(value):
        raise JsonReportError("not_a_value", pointer=pointer)
    if column.data_type == "date":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _is_text(value: str) -> bool:
    """Return whether a workbook can hold a text: short enough, without halves of letters."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return len(value) <= MAX_CELL_TEXT


def _key_schemas(reference: Reference, layout: SheetLayout, lang: str) -> dict[str, dict[str, Any]]:
    keys: dict[str, dict[str, Any]] = {UNIT: {"type": "string"}}
    column, dimension = layout.category_column, layout.dimension
    if column is None:
        return keys
    if dimension is None:
        return keys | {column: {"type": "string"}}
    name = dimension.name_en if lang == "en" else dimension.name_vi
    options = [code.code for code in reference.code_lists[column]]
    return keys | {column: {"type": "string", "enum": options, "title": name}}


def _cell_schema(reference: Reference, column: FormColumn, lang: str) -> dict[str, Any]:
    texts = (column.header_en, column.definition_en) if lang == "en" else (column.header_vi, column.definition_vi)
    schema = _JSON_TYPES[column.data_type] | {"title": texts[0], "description": texts[1]}
    if schema["type"][0] in ("integer", "number"):
        bounds = {"minimum": column.min_value, "maximum": column.max_value}
        schema |= {name: float(bound) for name, bound in bounds.items() if bound}
    if column.code_list:
        schema["enum"] = [*(code.code for code in reference.code_lists[column.code_list]), None]
    return schema
