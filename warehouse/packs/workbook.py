"""The workbook of a plan pack: a guide, and a sheet for each seed with comments, drop-downs and examples."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from warehouse.forms.template.style import Formats
from warehouse.packs.draft import Draft, Rows
from warehouse.plan.pack import GUIDE_SHEET, NO_DATA_MARK, REMARK_COLUMN
from warehouse.plan.schema import BOOLEAN, DATE, DECIMAL, INTEGER, WORDS, Column, Seed, schema
from warehouse.plan.seeds import NEEDED, own_pack
from warehouse.storage.disk import write_whole
from warehouse.text import load_texts

# What most packs edit comes first.
_ORDER = (
    *("units", "plans", "periods", "plan_targets", "target_levels", "target_thresholds", "target_amounts"),
    *("target_paths", "tasks", "form_levels", "offices", WORDS, "unit_aliases"),
)
_TITLE_ROW, _MEANING_ROW, _CODE_ROW, _FIRST_ROW = 0, 1, 2, 3
# Rows for which drop-downs and formats are prepared.
_LAST_ROW = 4000
_MAX_SHEET_NAME = 31
_NARROW, _WIDE, _WIDEST = 12, 18, 44
_A4 = 9
_ANSWERS = {"true": "có", "false": "không"}
_LISTS_SHEET = f"{NO_DATA_MARK}danh_sach"
# Excel refuses a longer list in a rule.
_MAX_INLINE = 255


def write_pack_workbook(goal: Path, draft: Draft) -> None:
    """Write a draft to a new workbook. Raises OSError if it cannot be written."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    book.set_properties({"title": _title(draft), "created": datetime(draft.years[0], 1, 1)})
    formats = _PackFormats(book)
    names = {name: _sheet_name(schema()[name]) for name in _in_order()}
    tables = dict(draft.tables) | {WORDS: _word_rows(draft.texts)}
    guide = book.add_worksheet(GUIDE_SHEET)
    sheets = {name: book.add_worksheet(names[name]) for name in names}
    lists = _Lists(book, tables, names)
    for name, sheet in sheets.items():
        _SeedSheet(sheet, schema()[name], formats, lists, names).write(tables.get(name, []), _example(name, draft))
    lists.write()
    for sheet in (guide, *sheets.values()):
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    _write_guide(guide, draft, formats, names, tables)
    book.close()
    write_whole(goal, written.getvalue())


class _PackFormats(Formats):
    """The formats of the forms, and those that only a pack needs."""

    def __missing__(self, name: str) -> Any:
        own: dict[str, dict[str, Any]] = {
            "day": {"num_format": "yyyy-mm-dd"},
            "count_plain": {"num_format": "0"},
            "plain_text": {"num_format": "@"},
            "number": {"num_format": "General"},
            "example": {"italic": True, "font_color": "#5B6875", "num_format": "@"},
            "meaning": {"text_wrap": True, "valign": "top", "font_size": 9, "font_color": "#5B6875", "border": 1},
            "code": {"bold": True, "bg_color": "#DCE7F2", "border": 1},
            "code_needed": {"bold": True, "bg_color": "#08519C", "font_color": "#FFFFFF", "border": 1},
        }
        if name not in own:
            return super().__missing__(name)
        self[name] = self._book.add_format({"font_name": "Calibri", "font_size": 10, **own[name]})
        return self[name]


class _Lists:
    """Sources of drop-downs: values, the column of another sheet, or the project's codes on a hidden sheet."""

    def __init__(self, book: xlsxwriter.Workbook, tables: Mapping[str, Rows], names: Mapping[str, str]) -> None:
        self.tables, self.names = tables, names
        self.sheet = book.add_worksheet(_LISTS_SHEET)
        self.sheet.hide()
        self._columns: dict[tuple[str, str], list[str]] = {}

    def source(self, column: Column) -> list[str] | str | None:
        """Return the list of a rule, or a formula that names its cells; None for a column without a list."""
        if column.kind == BOOLEAN:
            return list(_ANSWERS.values())
        if column.values:
            return list(column.values)
        if column.references is None or column.is_list:
            return None
        seed, name = column.references
        if self.tables.get(seed):
            letter = xl_col_to_name(list(schema()[seed].columns).index(name) + 1, col_abs=True)
            return f"='{self.names[seed]}'!{letter}${_FIRST_ROW + 1}:{letter}${_LAST_ROW}"
        return self._hidden(seed, name, column.also)

    def _hidden(self, seed: str, name: str, also: str) -> str:
        rows = own_pack().tables[seed].rows
        codes = list(dict.fromkeys(row.cells[name] for row in rows if row.cells[name]))
        self._columns.setdefault((seed, f"{name}{also}"), [*codes, *([also] if also else [])])
        position = list(self._columns).index((seed, f"{name}{also}"))
        letter = xl_col_to_name(position, col_abs=True)
        return f"='{_LISTS_SHEET}'!{letter}$1:{letter}${max(1, len(codes) + bool(also))}"

    def write(self) -> None:
        """Fill the hidden sheet."""
        for position, codes in enumerate(self._columns.values()):
            for row, code in enumerate(codes):
                self.sheet.write_string(row, position, code)


class _SeedSheet:
    """The sheet of one seed: purpose, meanings, codes, then the rows."""

    def __init__(self, sheet: Worksheet, seed: Seed, formats: Formats, lists: _Lists, names: Mapping[str, str]) -> None:
        self.sheet, self.seed, self.formats, self.lists, self.names = sheet, seed, formats, lists, names
        self.columns = list(seed.columns.values())
        self.texts = load_texts("plan_workbook")

    def write(self, rows: Rows, example: Mapping[str, str] | None) -> None:
        """Write the sheet; without rows an example that is not read."""
        self.sheet.write_string(_TITLE_ROW, 1, self.seed.texts["vi"], self.formats["place"])
        self.sheet.set_row(_MEANING_ROW, 60)
        self._write_head(0, REMARK_COLUMN, "", self.texts["remark"], "code")
        self.sheet.set_column(0, 0, 7, self.formats["example"])
        for position, column in enumerate(self.columns, start=1):
            self._write_column(position, column)
        for number, row in enumerate(rows, start=_FIRST_ROW):
            self._write_row(number, row)
        if not rows and example:
            self.sheet.write_string(_FIRST_ROW, 0, self.texts["example"], self.formats["example"])
            for position, column in enumerate(self.columns, start=1):
                text = example.get(column.name, "")
                self.sheet.write_string(_FIRST_ROW, position, _ANSWERS.get(text, text), self.formats["example"])
        self.sheet.freeze_panes(_FIRST_ROW, 2)
        if not rows and self.seed.name not in NEEDED:
            self.sheet.set_tab_color("#B0B7BF")
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(self.columns))}{_LAST_ROW}"})

    def _write_head(self, position: int, code: str, meaning: str, comment: str, style: str) -> None:
        self.sheet.write_string(_MEANING_ROW, position, meaning, self.formats["meaning"])
        self.sheet.write_string(_CODE_ROW, position, code, self.formats[style])
        options = {"author": self.texts["author"], "x_scale": 2.2, "y_scale": 1.8}
        self.sheet.write_comment(_CODE_ROW, position, comment, options)

    def _write_column(self, position: int, column: Column) -> None:
        style = "code_needed" if column.is_required else "code"
        self._write_head(position, column.name, column.texts["vi"], self._comment(column), style)
        is_long = column.kind == "text" and (column.max_length or _LAST_ROW) > 100
        width = _WIDEST if is_long and "name" not in column.name else _WIDE if column.kind == "text" else _NARROW
        entry = {DATE: "day", INTEGER: "count_plain", DECIMAL: "number"}.get(column.kind, "plain_text")
        self.sheet.set_column(position, position, width, self.formats[entry])
        source = self.lists.source(column)
        if source is not None and (isinstance(source, str) or len(",".join(source)) <= _MAX_INLINE):
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            rule |= {"error_title": column.name, "error_message": self.texts["not_listed"]}
            self.sheet.data_validation(_FIRST_ROW, position, _LAST_ROW - 1, position, rule)

    def _comment(self, column: Column) -> str:
        lines = [column.texts["vi"], column.texts["en"], f"{self.texts['kinds'][column.kind]}."]
        lines.append(self.texts["required" if column.is_required else "optional"])
        if column.values:
            lines.append(self.texts["values"].format(values=", ".join(column.values)))
        if column.references:
            lines.append(self.texts["references"].format(sheet=self.names[column.references[0]]))
        if column.is_list:
            lines.append(self.texts["lists"])
        return "\n".join(lines)

    def _write_row(self, number: int, row: Mapping[str, str]) -> None:
        for position, column in enumerate(self.columns, start=1):
            text = row.get(column.name, "")
            if not text:
                continue
            if column.kind == DATE:
                self.sheet.write_datetime(number, position, datetime.fromisoformat(text), self.formats["day"])
            elif column.kind in (INTEGER, DECIMAL):
                self.sheet.write_number(number, position, float(text))
            else:
                self.sheet.write_string(number, position, _ANSWERS.get(text, text), self.formats["plain_text"])


def _title(draft: Draft) -> str:
    first, last = draft.years
    title: str = load_texts("plan_workbook")["title"]
    return title.format(province=draft.place.name, first=first, last=last)


def _in_order() -> list[str]:
    return [*_ORDER, *(name for name in schema() if name not in _ORDER)]


def _sheet_name(seed: Seed) -> str:
    return f"{seed.name} {seed.title}"[:_MAX_SHEET_NAME]


def _word_rows(texts: Mapping[str, Mapping[str, Any]]) -> Rows:
    return [
        {"lang": lang, "section": section, "key": key, "text": text}
        for lang, sections in texts.items()
        for section, words in sections.items()
        for key, text in words.items()
    ]


def _example(name: str, draft: Draft) -> Mapping[str, str] | None:
    """Return an example row of a seed: the project's first, or one that fits the draft."""
    if name == WORDS:
        return {"lang": "vi", "section": "glossary", "key": "quý", "text": "nửa năm"}
    if name == "target_amounts":
        plan = draft.tables["plans"][0]
        own = {"target_code": "A01", "year": str(draft.years[0]), "assigned_count": "100"}
        return {"plan_code": plan["plan_code"], "unit_code": draft.place.code, **own}
    rows = own_pack().tables[name].rows
    return rows[0].cells if rows else None


def _write_guide(
    sheet: Worksheet, draft: Draft, formats: Formats, names: Mapping[str, str], tables: Mapping[str, Rows]
) -> None:
    texts = load_texts("plan_workbook")["guide"]
    for position, width in enumerate((4, 34, 100, 12, 10)):
        sheet.set_column(position, position, width)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 1, _title(draft), formats["title"])
    sheet.merge_range(1, 1, 1, 4, texts["codes"], formats["sample"])
    row = 3
    for part in ("steps", "rules"):
        sheet.write_string(row, 1, texts[f"{part}_title"], formats["section"])
        for number, line in enumerate(texts[part], start=1):
            sheet.merge_range(row + number, 1, row + number, 4, f"{number}. {line}", formats["text_line"])
            sheet.set_row(row + number, 30)
        row += len(texts[part]) + 2
    sheet.write_string(row, 1, texts["sheets_title"], formats["section"])
    for position, name in enumerate(("sheet", "purpose", "need", "rows"), start=1):
        sheet.write_string(row + 1, position, texts[name], formats["column"])
    for line, (seed, name) in enumerate(names.items(), start=row + 2):
        sheet.write_url(line, 1, f"internal:'{name}'!A1", formats["link"], name)
        sheet.write_string(line, 2, schema()[seed].texts["vi"], formats["asks"])
        sheet.write_string(line, 3, texts["needed" if seed in NEEDED else "may"], formats["filled"])
        sheet.write_number(line, 4, len(tables.get(seed, [])), formats["filled"])
    sheet.activate()
