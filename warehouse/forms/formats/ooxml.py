"""Looks at the parts of an xlsx or xlsm before a parser does: what must not be there, and what a parser hides."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from warehouse.forms.formats.archive import refuse_declarations
from warehouse.forms.formats.book import Place, Signs, is_far, refuse
from warehouse.forms.marks import are_own_marks

_SHEET_PART = re.compile(r"^xl/worksheets/[^/]+\.xml$")
# Pictures, comments, text boxes and embedded files can carry personal data that no check of cells would see.
_ATTACHMENT = re.compile(r"^xl/(media|embeddings|comments\d*\.xml|comments|threadedComments|activeX|model)(/|$)|\.bin$")
_NOTES = re.compile(r"^xl/comments(\d*|/[^/]+)\.xml$")
_HARMLESS_BINARY = re.compile(r"^xl/(printerSettings/|vbaProject)")
_DRAWING = re.compile(r"^xl/drawings/[^/]+\.xml$")
_SHAPE_TEXT = re.compile(rb"<a:t(?:\s[^>]*)?>\s*[^<\s]")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c(\s[^>]*?)?(?:/>|>(.*?)</(?:[\w.-]+:)?c\s*>)", re.DOTALL)
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,7})(\d{1,9})["']""")
_IS_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_RESULT = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>[^<]")
# The result may be a text without a letter.
_IS_TEXT = re.compile(rb"""\st\s*=\s*["'](?:str|inlineStr)["']""")
_RELATION_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"


def has_macros(parts: dict[str, bytes]) -> bool:
    """Whether the workbook carries macros, which are never read."""
    return "xl/vbaProject.bin" in parts or b"macroEnabled" in parts.get("[Content_Types].xml", b"")


def check_parts(parts: dict[str, bytes]) -> dict[str, Signs]:
    """Signs of each sheet by its name. Raises UnreadableFileError for what must not be in a workbook."""
    refuse_declarations({name: content for name, content in parts.items() if not name.endswith(".bin")})
    if any(_is_attachment(name, content) for name, content in parts.items()):
        raise refuse("file_has_attachments")
    if any(_DRAWING.match(name) and _SHAPE_TEXT.search(content) for name, content in parts.items()):
        raise refuse("file_has_attachments")
    names = _sheet_names(parts)
    return {
        names.get(name, name): _signs(content, names.get(name))
        for name, content in parts.items()
        if _SHEET_PART.match(name)
    }


def _is_attachment(name: str, content: bytes) -> bool:
    if not _ATTACHMENT.search(name) or _HARMLESS_BINARY.match(name):
        return False
    return not (_NOTES.match(name) and are_own_marks(content))


def _signs(content: bytes, sheet: str | None) -> Signs:
    signs = Signs()
    places: set[Place] = set()
    for attributes, place, inner in _cells(content):
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
        if is_error:
            signs.errors.append(place)
        elif is_uncomputed:
            signs.uncomputed.append(place)
    return signs


def _is_uncomputed(attributes: bytes, inner: bytes) -> bool:
    """Whether a cell has a formula whose result nobody saved."""
    return bool(_FORMULA.search(inner)) and not _RESULT.search(inner) and not _IS_TEXT.search(attributes)


def _cells(content: bytes) -> Iterator[tuple[bytes, Place | None, bytes]]:
    """Attributes, place and content of every cell that has any content."""
    for match in _CELL.finditer(content):
        attributes, inner = match.group(1) or b"", match.group(2)
        if inner:
            found = _REFERENCE.search(attributes)
            yield attributes, (_place(*found.groups()) if found else None), inner


def _place(letters: bytes, digits: bytes) -> Place:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(digits) - 1, column - 1


def _sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """The name that people see, by a sheet's part."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "sheet" and attributes.get(_RELATION_ID) in targets:
            names[targets[attributes[_RELATION_ID]]] = attributes.get("name", "")

    for part, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = handler
        try:
            parser.Parse(parts.get(part, b""), True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise refuse("file_not_workbook") from error
    return names
