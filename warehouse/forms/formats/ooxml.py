"""Safety checks of xlsx and xlsm before parsing: forbidden parts, and content that a parser hides."""

import posixpath
import re
from collections.abc import Iterator
from itertools import islice
from xml.parsers import expat

from warehouse.forms.formats.archive import refuse_declarations
from warehouse.forms.formats.book import MAX_COLUMNS, MAX_FILLED, MAX_ROWS, Place, Signs, is_far, refuse
from warehouse.forms.formats.marks import first_foreign_comment
from warehouse.forms.formats.number_formats import PERCENT_FORMATS, shows_percent
from warehouse.forms.problems import cell_name

_SHEET_PART = re.compile(r"^xl/worksheets/[^/]+\.xml$")
# Pictures, comments, text boxes, embedded files, the source of a pivot and earlier states of cells can hold personal
# data that checks of cells would not see.
_ATTACHMENT = re.compile(
    r"^xl/(media|embeddings|comments\d*\.xml|comments|threadedcomments|activex|model|pivotcache|revisions)(/|$)|\.bin$"
)
# The cells of another workbook to which formulas refer, of which a list of people is texts.
_LINK = re.compile(r"^xl/externallinks/[^/]+\.xml$")
_LINKED_TEXT = re.compile(rb"""\st\s*=\s*["'](?:str|s|inlineStr)["']""")
_NOTES = re.compile(r"^xl/comments(\d*|/[^/]+)\.xml$")
_HARMLESS_BINARY = re.compile(r"^xl/(printersettings/|vbaproject)")
_DRAWING = re.compile(r"^xl/drawings/[^/]+\.xml$")
_TARGET = re.compile(rb"""\sTarget\s*=\s*["']([^"'<>]{1,300})["']""")
_FROM = re.compile(rb"<(?:\w{1,20}:)?col>(\d{1,5})</[^>]{1,30}>(?:[^r]|r(?!ow>)){0,300}row>(\d{1,7})<")
_CELL_NAME = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_SHAPE_TEXT = re.compile(rb"<a:t(?:\s[^<>]*)?>\s*[^<\s]")
# None of these looks further than the next "<", so that a file made to be slow to search is not.
_CELL_TAG = re.compile(rb"<(/?)(?:[\w.-]{1,20}:)?c(\s[^<>]*)?>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,7})(\d{1,9})["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d{1,6})["']""")
_IS_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_ERROR_VALUE = re.compile(rb"<(?:[\w.-]{1,20}:)?v(?:\s[^<>]*)?>\s*(#[A-Z0-9/_]{1,20}[!?]?)")
_FORMULA = re.compile(rb"<(?:[\w.-]{1,20}:)?f[\s/>]")
_RESULT = re.compile(rb"<(?:[\w.-]{1,20}:)?v(?:\s[^<>]*)?>[^<]")
# The result may be a text without a letter.
_IS_TEXT = re.compile(rb"""\st\s*=\s*["'](?:str|inlineStr)["']""")
_ROW_TAG = re.compile(rb"<(?:[\w.-]{1,20}:)?row(\s[^<>]*)>")
_COLUMN_TAG = re.compile(rb"<(?:[\w.-]{1,20}:)?col(\s[^<>]*)>")
# Zero height or width hides as well.
_IS_HIDDEN = re.compile(rb"""\s(?:hidden\s*=\s*["'](?:1|true)["']|(?:ht|width)\s*=\s*["']0(?:\.0*)?["'])""")
_NUMBERS = {name: re.compile(rb"""\s%s\s*=\s*["'](\d{1,9})["']""" % name.encode()) for name in ("r", "min", "max")}
# Blank cells with only a colour may be many.
_MAX_TAGS = 1_000_000
_STYLES = "xl/styles.xml"
# The parts that map sheets to parts.
NAMING_PARTS = ("xl/_rels/workbook.xml.rels", "xl/workbook.xml")
# The attribute `id` of the namespace of relations, which is another one in Strict Open XML.
_RELATION_ID = re.compile(r"http://.*/officeDocument/(?:2006/)?relationships id")


def in_small_letters(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return parts by their names in small letters, as all functions here expect them: programs find a part however its
    name is written, and no archive is read that has two names which differ in that alone."""
    return {name.lower(): content for name, content in parts.items()}


def has_macros(parts: dict[str, bytes]) -> bool:
    """Return whether the workbook has macros, which are never read."""
    return "xl/vbaproject.bin" in parts or b"macroEnabled" in parts.get("[content_types].xml", b"")


def check_parts(parts: dict[str, bytes]) -> dict[str, Signs]:
    """Return the signs of each sheet by its name. Raises UnreadableFileError for forbidden content."""
    refuse_declarations({name: content for name, content in parts.items() if not name.endswith(".bin")})
    names = sheet_names(parts)
    for name, content in parts.items():
        if _is_attachment(name, content) or (_DRAWING.match(name) and _SHAPE_TEXT.search(content)):
            raise refuse("file_has_attachments", *_place_of(name, parts, names))
    percents = _percent_styles(parts[_STYLES]) if _STYLES in parts else frozenset()
    return {
        names.get(name, name): _signs(content, names.get(name), percents)
        for name, content in parts.items()
        if _SHEET_PART.match(name)
    }


def _is_attachment(name: str, content: bytes) -> bool:
    if _LINK.match(name):
        return bool(_LINKED_TEXT.search(content))
    if not _ATTACHMENT.search(name) or _HARMLESS_BINARY.match(name):
        return False
    return not (_NOTES.match(name) and first_foreign_comment(content) is None)


def _place_of(name: str, parts: dict[str, bytes], names: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the sheet and cell of an attachment, as far as the workbook has them."""
    drawings = [part for part in parts if _DRAWING.match(part) and (part == name or name in _targets(part, parts))]
    for part, sheet in names.items():
        targets = _targets(part, parts)
        if name in targets:
            drawing = [name] if name in drawings else []
        elif not (drawing := [one for one in drawings if one in targets]):
            continue
        if _NOTES.match(name):
            cell = first_foreign_comment(parts[name]) or ""
        else:
            cell = _anchor(parts[drawing[0]]) if drawing else ""
        return sheet[:100], cell if _CELL_NAME.fullmatch(cell) else None
    return None, None


def _targets(part: str, parts: dict[str, bytes]) -> set[str]:
    """Return the parts that a part refers to."""
    folder, _, base = part.rpartition("/")
    found = _TARGET.findall(parts.get(f"{folder}/_rels/{base}.rels", b""))
    named = (posixpath.join("/", folder, target.decode("utf-8", "replace")) for target in found)
    return {posixpath.normpath(target).lstrip("/").lower() for target in named}


def _anchor(drawing: bytes) -> str:
    """Return the cell at which the first picture or text of a drawing begins; "" without."""
    for anchored in drawing.split(b"CellAnchor"):
        place = _FROM.search(anchored)
        if place and (b":blip" in anchored or _SHAPE_TEXT.search(anchored)):
            return cell_name(int(place[2]), int(place[1]))
    return ""


def _percent_styles(content: bytes) -> frozenset[int]:
    """Return the numbers of the cell styles that show a number as percent. Raises UnreadableFileError."""
    formats = set(PERCENT_FORMATS)
    styles: list[str] = []
    lists: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "numFmt" and shows_percent(attributes.get("formatCode", "")):
            formats.add(int(attributes.get("numFmtId", "0")))
        elif name in ("cellXfs", "cellStyleXfs"):
            lists.append(name)
        elif name == "xf" and lists[-1:] == ["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        parser.Parse(content, True)
        return frozenset(number for number, style in enumerate(styles) if int(style) in formats)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise refuse("file_not_workbook") from error


def _signs(content: bytes, sheet: str | None, percents: frozenset[int]) -> Signs:
    signs = Signs()
    _note_hidden(content, signs)
    places: set[Place] = set()
    for number, (attributes, place, inner) in enumerate(_cells(content, sheet)):
        if number >= MAX_FILLED:
            raise refuse("sheet_too_large", sheet)
        if place and is_far(*place):
            raise refuse("sheet_too_large", sheet)
        if place in places:
            # Programs disagree on which of two values of one cell counts.
            raise refuse("file_not_workbook")
        is_error = bool(_IS_ERROR.search(attributes))
        is_uncomputed = _is_uncomputed(attributes, inner)
        if place is None:
            if is_error or is_uncomputed:
                raise refuse("cell_error", sheet)
            continue
        places.add(place)
        if percents and _style(attributes) in percents:
            signs.percents.add(place)
        if is_error:
            shown = _ERROR_VALUE.search(inner)
            signs.errors[place] = shown[1].decode() if shown else ""
        elif is_uncomputed:
            signs.uncomputed.append(place)
    return signs


def _style(attributes: bytes) -> int:
    """Return the number of a cell's style; a cell without has the first."""
    match = _STYLE.search(attributes)
    return int(match.group(1)) if match else 0


def _is_uncomputed(attributes: bytes, inner: bytes) -> bool:
    """Return whether a cell has a formula without a saved result."""
    return bool(_FORMULA.search(inner)) and not _RESULT.search(inner) and not _IS_TEXT.search(attributes)


def _note_hidden(content: bytes, signs: Signs) -> None:
    """Add hidden rows and columns; a row without a number follows the row before."""
    last = 0
    for count, tag in enumerate(_ROW_TAG.finditer(content)):
        if count >= MAX_ROWS:
            break
        last = _number(tag.group(1), "r") or last + 1
        if _IS_HIDDEN.search(tag.group(1)):
            signs.hide_rows(last - 1, 1)
    for tag in islice(_COLUMN_TAG.finditer(content), MAX_COLUMNS):
        first = _number(tag.group(1), "min")
        if first and _IS_HIDDEN.search(tag.group(1)):
            signs.hide_columns(first - 1, (_number(tag.group(1), "max") or first) - first + 1)


def _number(attributes: bytes, name: str) -> int:
    """Return an attribute that is a whole number; 0 without it."""
    match = _NUMBERS[name].search(attributes)
    return int(match.group(1)) if match else 0


def _cells(content: bytes, sheet: str | None) -> Iterator[tuple[bytes, Place | None, bytes]]:
    """Yield attributes, place and content of every cell with content."""
    opened: re.Match[bytes] | None = None
    for number, tag in enumerate(_CELL_TAG.finditer(content)):
        if number >= _MAX_TAGS:
            raise refuse("sheet_too_large", sheet)
        if tag.group(1):
            if opened and tag.start() > opened.end():
                attributes = opened.group(2) or b""
                match = _REFERENCE.search(attributes)
                yield attributes, (_place(*match.groups()) if match else None), content[opened.end() : tag.start()]
            opened = None
        else:
            opened = None if tag.group(0).endswith(b"/>") else tag


def _place(letters: bytes, digits: bytes) -> Place:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(digits) - 1, column - 1


def sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the sheet's displayed name by its part. Raises UnreadableFileError."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "").lower()
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "sheet":
            relations = [value for key, value in attributes.items() if _RELATION_ID.fullmatch(key)]
            names.update({targets[key]: attributes.get("name", "") for key in relations if key in targets})

    for part, handler in zip(NAMING_PARTS, (relation, sheet), strict=True):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = handler
        try:
            parser.Parse(parts.get(part, b""), True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise refuse("file_not_workbook") from error
    return names
