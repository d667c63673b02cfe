"""Safety checks of OpenDocument files before parsing: repeated sizes, errors, merged cells, attachments."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from warehouse.forms.formats.archive import refuse_declarations
from warehouse.forms.formats.book import MAX_FILLED, Signs, is_far, refuse
from warehouse.forms.problems import cell_name

_KIND = re.compile(rb"^application/vnd\.oasis\.opendocument\.spreadsheet(-template)?\s*$")
_TABLE, _OFFICE = (
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0 ",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0 ",
)
_DRAW = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 "
_ATTACHMENT = re.compile(r"^(Pictures|Object [^/]*|ObjectReplacements|media)(/|$)")
# Macros of LibreOffice declare their own document type; like all macros they are never read.
_MACROS = re.compile(r"^(Basic|Dialogs|Scripts)/")
_ERROR_TEXT = re.compile(r"^\s*(#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)|Err:\d{3})\s*$")


def is_ods(parts: dict[str, bytes]) -> bool:
    """Return whether these are the parts of an OpenDocument spreadsheet."""
    return bool(_KIND.match(parts.get("mimetype", b"")[:100])) and "content.xml" in parts


def has_macros(parts: dict[str, bytes]) -> bool:
    """Return whether the spreadsheet has macros."""
    return any(name.startswith("Basic/") and name.count("/") > 1 for name in parts)


def check_parts(parts: dict[str, bytes]) -> dict[str, Signs]:
    """Return the signs of each table by its name. Raises UnreadableFileError for forbidden content."""
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise refuse("file_encrypted")
    refuse_declarations({name: content for name, content in parts.items() if not _MACROS.match(name)})
    if any(_ATTACHMENT.match(name) for name in parts):
        raise refuse("file_has_attachments")
    scan = _Scan()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.text
    try:
        parser.Parse(parts["content.xml"], True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise refuse("file_not_workbook") from error
    return {name: table.signs for name, table in scan.tables.items()}


@dataclass
class _Table:
    name: str
    row: int = 0
    column: int = 0
    columns: int = 0  # described so far, before the first row
    row_repeat: int = 1
    signs: Signs = field(default_factory=Signs)


@dataclass
class _Cell:
    attributes: dict[str, str]
    repeat: int
    texts: list[str] = field(default_factory=list)


class _Scan:
    """Walk through the cells as a parser would, counting repeated cells without laying them out."""

    def __init__(self) -> None:
        self.tables: dict[str, _Table] = {}
        self.table: _Table | None = None
        self.cell: _Cell | None = None
        self.percent_count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.startswith(_DRAW) or tag == f"{_OFFICE}annotation":
            table = self.table
            within = cell_name(table.row, table.column) if table and self.cell else None
            raise refuse("file_has_attachments", table.name[:100] if table else None, within)
        if tag == f"{_TABLE}table":
            if self.table:
                # No spreadsheet program writes a table within a table.
                raise refuse("file_not_workbook")
            self.table = _Table(attributes.get(f"{_TABLE}name", ""))
            if self.table.name in self.tables:
                raise refuse("sheet_twice", self.table.name)
        elif self.table and tag == f"{_TABLE}table-column":
            repeat = _count(attributes, "number-columns-repeated")
            if _is_hidden(attributes):
                self.table.signs.hide_columns(self.table.columns, repeat)
            self.table.columns += repeat
        elif self.table and tag == f"{_TABLE}table-row":
            self.table.column = 0
            self.table.row_repeat = _count(attributes, "number-rows-repeated")
            if _is_hidden(attributes):
                self.table.signs.hide_rows(self.table.row, self.table.row_repeat)
        elif self.table and tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self.cell = _Cell(attributes, _count(attributes, "number-columns-repeated"))

    def text(self, text: str) -> None:
        if self.cell:
            self.cell.texts.append(text)

    def end(self, tag: str) -> None:
        if self.table is None:
            return
        if tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell") and self.cell:
            self._end_cell(self.table, self.cell)
            self.cell = None
        elif tag == f"{_TABLE}table-row":
            self.table.row += self.table.row_repeat
        elif tag == f"{_TABLE}table":
            self.tables[self.table.name] = self.table
            self.table = None

    def _end_cell(self, table: _Table, cell: _Cell) -> None:
        text = "".join(cell.texts)
        if text.strip() or f"{_OFFICE}value-type" in cell.attributes or f"{_TABLE}formula" in cell.attributes:
            if is_far(table.row + table.row_repeat - 1, table.column + cell.repeat - 1):
                raise refuse("sheet_too_large", table.name[:100])
            if _ERROR_TEXT.match(text) or any(
                name.endswith(" value-type") and value == "error" for name, value in cell.attributes.items()
            ):
                # Any other text that LibreOffice shows for an error is in the words of its language.
                table.signs.errors[table.row, table.column] = text.strip() if _ERROR_TEXT.match(text) else ""
        if cell.attributes.get(f"{_OFFICE}value-type") == "percentage":
            self._note_percents(table, cell.repeat)
        across, down = _count(cell.attributes, "number-columns-spanned"), _count(cell.attributes, "number-rows-spanned")
        if across > 1 or down > 1:
            table.signs.merged.append((table.row, table.column, table.row + down - 1, table.column + across - 1))
        table.column += cell.repeat

    def _note_percents(self, table: _Table, repeat: int) -> None:
        # Cells that repeat take a few bytes of the file and a place each here, in as many tables as it has.
        self.percent_count += table.row_repeat * repeat
        if self.percent_count > MAX_FILLED:
            raise refuse("sheet_too_large", table.name[:100])
        rows = range(table.row, table.row + table.row_repeat)
        columns = range(table.column, table.column + repeat)
        table.signs.percents.update((row, column) for row in rows for column in columns)


def _is_hidden(attributes: dict[str, str]) -> bool:
    """Return whether a row or column is hidden, by hand or by a filter."""
    return attributes.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE}{name}", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise refuse("file_not_workbook")
    return max(1, int(text))
