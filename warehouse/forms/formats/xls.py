"""Safety checks of old binary workbooks before parsing: encryption, attachments, far cells, errors."""

import io
import struct
from collections.abc import Iterator

import olefile

from warehouse.forms.formats.beside import HEADER, LINK, MESSAGE, PROPERTY, BesideText, without_codes
from warehouse.forms.formats.book import Place, Signs, is_far, refuse
from warehouse.forms.formats.number_formats import PERCENT_FORMATS, shows_percent

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
_MIN_OLE_BYTES = 1536
_ENCRYPTED = {"encryptedpackage", "encryptioninfo"}
# Storages of embedded objects, of objects of other programs, of the sources of pivots and of earlier states of cells.
_EMBEDDED = ("mbd", "objectpool", "_sx_db_cur", "revision log")
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _CONTINUE = 0x809, 0x0A, 0x2F, 0x85, 0x3C
_NOTE, _OBJ, _DRAWING_GROUP, _TXO = 0x1C, 0x5D, 0xEB, 0x1B6
# Cells of another workbook to which formulas refer: a row's columns and number, then values, of which each but a text
# takes nine bytes.
_LINKED_CELLS, _LINKED_HEAD, _LINKED_VALUE, _LINKED_TEXT = 0x5A, 4, 9, 2
_FORMULA, _BOOLERR = 0x06, 0x205
_ROW, _COLUMNS = 0x208, 0x7D
_FORMAT, _STYLE = 0x41E, 0xE0
# Cells with content: number, shared text, text, rich text, packed number, truth or error, formula, and rows of packed
# numbers of six bytes, the first two of which are the style; the last two bytes of such a row are the last column.
_CELLS = {0x203, 0xFD, 0x204, 0xD6, 0x27E, _BOOLERR, _FORMULA}
_PACKED_ROW, _PACKED_NUMBER = 0xBD, 6
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
# Records of texts beside cells: header, footer, messages of a rule for cells, a link's tooltip.
_HEADER_RECORDS, _RULE, _TOOLTIP = (0x14, 0x15), 0x1BE, 0x800
_RULE_HEAD, _RULE_TEXTS, _TOOLTIP_HEAD = 4, 4, 10
_PICTURE, _NOTE_BOX, _TEXT_BOX = 0x08, 0x19, 0x06
# Headers of pictures in a drawing group: bitmaps, metafiles, JPEG, PNG, TIFF.
_BLIPS = tuple(struct.pack("<H", kind) for kind in (0xF01A, 0xF01B, 0xF01C, 0xF01D, 0xF01E, 0xF01F, 0xF029, 0xF02A))
# Exceptions of olefile for damaged files.
_DAMAGES = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error, RecursionError)


def workbook_stream(data: bytes) -> tuple[bytes, bool, list[BesideText]]:
    """Return the stream of records, whether the file has macros, and its properties. Raises UnreadableFileError."""
    if len(data) < _MIN_OLE_BYTES:
        raise refuse("file_not_workbook")
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = [path[0].lower() for path in ole.listdir(streams=True, storages=True)]
            if _ENCRYPTED & set(names):
                raise refuse("file_encrypted")
            stream = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
            if stream is None:
                raise refuse("file_kind_unread")
            if any(name.startswith(_EMBEDDED) for name in names):
                raise refuse("file_has_attachments")
            return ole.openstream(stream).read(), "_vba_project_cur" in names, _properties(ole)
    except _DAMAGES as error:
        raise refuse("file_not_workbook") from error


def _properties(ole: olefile.OleFileIO) -> list[BesideText]:
    """Return what people wrote into the file's properties, without its authors."""
    properties = ole.get_metadata()
    texts = (properties.title, properties.subject, properties.keywords, properties.comments, properties.category)
    read = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text for text in texts if text)
    return [BesideText(text, PROPERTY) for text in read]


def texts_beside(stream: bytes) -> list[BesideText]:
    """Return the texts of headers, messages of rules for cells, and tooltips of links."""
    texts: list[BesideText] = []
    for sheet, kind, content in _records_by_sheet(stream):
        if kind in _HEADER_RECORDS:
            texts += [BesideText(without_codes(text), HEADER, sheet) for text in _strings(content, 1)]
        elif kind == _RULE:
            texts += [BesideText(text, MESSAGE, sheet) for text in _strings(content[_RULE_HEAD:], _RULE_TEXTS)]
        elif kind == _TOOLTIP:
            texts.append(BesideText(content[_TOOLTIP_HEAD:].decode("utf-16-le", "replace").rstrip("\0"), LINK, sheet))
    return texts


def _strings(content: bytes, count: int) -> list[str]:
    """Return the texts that follow each other in a record: the number of letters, whether each has two bytes."""
    texts = []
    for _ in range(count):
        if len(content) < 3:
            break
        letters, flags = struct.unpack_from("<HB", content)
        size = letters * 2 if flags & 1 else letters
        texts.append(content[3 : 3 + size].decode("utf-16-le" if flags & 1 else "latin-1", "replace"))
        content = content[3 + size :]
    return texts


def check_records(stream: bytes) -> dict[str, Signs]:
    """Return the signs of each sheet by its name. Raises UnreadableFileError for forbidden content."""
    signs: dict[str, Signs] = {}
    percents = _percent_styles(stream)
    for sheet, kind, content in _records_by_sheet(stream):
        if kind == _FILEPASS:
            raise refuse("file_encrypted")
        elif kind == _BOUNDSHEET:
            signs[_sheet_name(content)[1]] = Signs()
        elif _is_attachment(kind, content):
            raise refuse("file_has_attachments", sheet)
        elif kind in (_ROW, _COLUMNS) and sheet in signs:
            _note_hidden(kind, content, signs[sheet])
        elif kind in _CELLS or kind == _PACKED_ROW:
            place = _place(kind, content, sheet)
            code = _error_code(kind, content)
            if sheet in signs and code is not None:
                signs[sheet].errors[place] = _ERRORS.get(code, "")
            if sheet in signs and percents:
                row, first = place
                styles = enumerate(_styles(kind, content), start=first)
                signs[sheet].percents.update((row, column) for column, style in styles if style in percents)
    return signs


def _percent_styles(stream: bytes) -> frozenset[int]:
    """Return the numbers of the cell styles that show a number as percent."""
    formats = set(PERCENT_FORMATS)
    styles: list[int] = []
    for _, kind, content in _records(stream):
        if kind == _FORMAT and any(map(shows_percent, _strings(content[2:], 1))):
            formats.add(struct.unpack_from("<H", content)[0])
        elif kind == _STYLE and len(content) >= 4:
            styles.append(struct.unpack_from("<H", content, 2)[0])
    return frozenset(number for number, style in enumerate(styles) if style in formats)


def _styles(kind: int, content: bytes) -> list[int]:
    """Return the numbers of the styles of a record's cells, from its first column on."""
    step, end = (_PACKED_NUMBER, len(content) - 2) if kind == _PACKED_ROW else (len(content), len(content))
    return [struct.unpack_from("<H", content, start)[0] for start in range(4, end, step)]


def _records_by_sheet(stream: bytes) -> Iterator[tuple[str | None, int, bytes]]:
    """Yield the sheet to which a record belongs, None before the first one begins, its kind and its content."""
    names: dict[int, str] = {}
    sheet: str | None = None
    for start, kind, content in _records(stream):
        if kind == _BOF:
            sheet = names.get(start, sheet)
        elif kind == _BOUNDSHEET:
            offset, name = _sheet_name(content)
            names[offset] = name
        yield sheet, kind, content


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield start, kind and content of every record."""
    position = 0
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        yield position, kind, stream[position + 4 : position + 4 + size]
        position += 4 + size


def _place(kind: int, content: bytes, sheet: str | None) -> Place:
    if len(content) < 6:
        raise refuse("file_not_workbook")
    row, column = struct.unpack_from("<HH", content)
    last = struct.unpack_from("<H", content, len(content) - 2)[0] if kind == _PACKED_ROW else column
    if is_far(row, max(column, last)):
        raise refuse("sheet_too_large", sheet)
    return row, column


def _note_hidden(kind: int, content: bytes, signs: Signs) -> None:
    """Add a row or columns that their record marks as hidden."""
    if kind == _ROW and len(content) >= 14 and content[12] & 0x20:
        signs.hide_rows(struct.unpack_from("<H", content)[0], 1)
    elif kind == _COLUMNS and len(content) >= 10 and content[8] & 1:
        first, last = struct.unpack_from("<HH", content)
        signs.hide_columns(first, last - first + 1)


def _error_code(kind: int, content: bytes) -> int | None:
    """Return the code of the error that a cell shows, None if it shows none."""
    if kind == _BOOLERR and len(content) >= 8 and content[7] == 1:
        return content[6]
    if kind == _FORMULA and len(content) >= 14 and content[12:14] == b"\xff\xff" and content[6] == 2:
        return content[8]
    return None


def _is_attachment(kind: int, content: bytes) -> bool:
    if kind == _OBJ and len(content) >= 6:
        return struct.unpack_from("<H", content, 4)[0] in (_PICTURE, _NOTE_BOX, _TEXT_BOX)
    if kind == _LINKED_CELLS:
        return _LINKED_TEXT in content[_LINKED_HEAD::_LINKED_VALUE]
    if kind == _NOTE:
        return True
    return kind == _DRAWING_GROUP and any(blip in content for blip in _BLIPS)


def _sheet_name(content: bytes) -> tuple[int, str]:
    """Return the offset of a sheet's records, and its name."""
    if len(content) < 8:
        raise refuse("file_not_workbook")
    offset, count, flags = struct.unpack_from("<I", content)[0], content[6], content[7]
    if flags & 1:
        return offset, content[8 : 8 + 2 * count].decode("utf-16-le", "replace")
    return offset, content[8 : 8 + count].decode("latin-1")
