"""Texts that a workbook holds beside the values of cells: a parser leaves them out, but the stored original keeps them.

Authors of a document are left out: they are officers, whom the registry names as senders.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import unescape

HEADER, MESSAGE, FORMULA, LINK, PROPERTY, OTHER = "header", "message", "formula", "link", "property", "other"


@dataclass(frozen=True)
class BesideText:
    """A text beside the values of cells: its kind of place, and the sheet and cell as far as it has them."""

    text: str
    place: str
    sheet: str | None = None
    cell: str | None = None


# Parts whose texts programs write or that are searched as cells are; pictures that show the first page.
_NOT_SEARCHED = re.compile(
    r"^(xl/(styles\.xml|sharedStrings\.xml|theme/.*|persons/.*|comments\d*\.xml|comments/.*)|docProps/app\.xml|"
    r"settings\.xml|manifest\.rdf|(META-INF|Configurations2|Thumbnails|Basic|Dialogs|Scripts)/.*|"
    r"\[Content_Types\]\.xml|mimetype|.*\.(bin|png|jpe?g|emf|wmf))$",
    re.IGNORECASE,
)
# Programs write numbers and identifiers there, which look like those of people.
_WORDS_ONLY = re.compile(r"^(docProps/custom\.xml|customXml/)|\.rels$", re.IGNORECASE)
_HEADERS = {
    *(f"{page}{end}" for page in ("odd", "even", "first") for end in ("Header", "Footer")),
    *(f"{end}{page}" for end in ("header", "footer") for page in ("", "-left", "-first")),
}
# Codes of fonts, colours, sizes and page numbers in headers.
_HEADER_CODE = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d+|&.')
_FORMULAS = {"formula", "formula1", "formula2", "definedName"}
_LITERAL = re.compile(r'"([^"]+)"')
_AUTHORS = {"creator", "initial-creator", "lastModifiedBy"}
_CELLS = {"table-cell", "covered-table-cell"}
# A text continues across these.
_INLINE = {"t", "r", "rPr", "span", "s", "a"}
# Attributes with what people wrote.
_ATTRIBUTES = {
    **dict.fromkeys(("prompt", "promptTitle", "error", "errorTitle"), MESSAGE),
    **dict.fromkeys(("tooltip", "display"), LINK),
    **dict.fromkeys(("descr", "alt", "title", "comment", "description", "caption", "text", "name"), OTHER),
}
# Their names are searched as those of sheets, or are a program's.
_NAMED = {"sheet", "table", "style", "default-style", "font-face", "property"}
_TAG = re.compile(rb"<[^<>]*>")
# The cells of an xlsx, which are most of it: only their formulas are searched here.
_ROWS = re.compile(rb"<(?:\w{1,20}:)?sheetData[\s>].*</(?:\w{1,20}:)?sheetData>", re.DOTALL)
_CELL_FORMULA = re.compile(
    rb"""\sr\s*=\s*["']([A-Z]{1,3}\d{1,7})["'][^<>]*>\s*<(?:\w{1,20}:)?f(?:\s[^<>]*)?>([^<]*)<"""
)


def texts_beside(parts: Mapping[str, bytes], names: Mapping[str, str]) -> list[BesideText]:
    """Return the texts beside cells in the parts of an xlsx or ods; `names` are those of sheets by part."""
    texts: list[BesideText] = []
    for part, content in parts.items():
        if not _NOT_SEARCHED.match(part):
            walk = _Walk(part, names.get(part.replace("/_rels/", "/").removesuffix(".rels")))
            walk.read(content)
            texts += walk.texts
    return texts


def without_codes(header: str) -> str:
    """Return the words of a header or footer of Excel."""
    return _HEADER_CODE.sub(" ", header)


class _Walk:
    """Walk through a part and collect its texts."""

    def __init__(self, part: str, sheet: str | None) -> None:
        self.texts: list[BesideText] = []
        self._sheet = sheet
        self._place = PROPERTY if part.lower().startswith("docprops/") or part == "meta.xml" else OTHER
        # The sheets of OpenDocument are in one part.
        self._sheet_is_within = part == "content.xml"
        self._is_words_only = bool(_WORDS_ONLY.search(part))
        self._within: list[str] = []
        self._cell: str | None = None
        self._words: list[str] = []

    def read(self, content: bytes) -> None:
        """Collect the texts of a part, also of one that is no well-formed XML, as old drawings of Excel are."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._words.append
        if rows := _ROWS.search(content):
            for cell, formula in _CELL_FORMULA.findall(rows[0]):
                self._cell = cell.decode()
                self._add_literals(unescape(formula.decode("utf-8", "replace"), {"&quot;": '"'}))
            self._cell, content = None, content[: rows.start()] + content[rows.end() :]
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError):
            self._words.clear()
            self._add(_TAG.sub(b" ", content).decode("utf-8", "replace"), self._place)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name not in _INLINE:
            self._flush()
        self._within.append(name)
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name == "table" and self._sheet_is_within:
            self._sheet = own.get("name", self._sheet)
        if own.get("TargetMode") == "External":
            self._add(unquote(own.get("Target", "")), LINK)
        for key in _ATTRIBUTES.keys() & own.keys():
            if key != "name" or name not in _NAMED:
                self._add(own[key].replace("_", " "), _ATTRIBUTES[key])

    def _end(self, tag: str) -> None:
        if tag.rpartition(" ")[2] not in _INLINE or len(self._within) == 1:
            self._flush()
        self._within.pop()

    def _flush(self) -> None:
        """Add the text that ends here, except the value of a cell."""
        text = "".join(self._words)
        self._words.clear()
        if not text or text.isspace():
            return
        within = set(self._within)
        if self._within[-1] in _FORMULAS:
            self._add_literals(text)
        elif within & _HEADERS:
            self._add(without_codes(text), HEADER)
        elif not within & (_CELLS | _AUTHORS):
            self._add(text, self._place)

    def _add_literals(self, formula: str) -> None:
        for literal in _LITERAL.findall(formula):
            self._add(literal, FORMULA)

    def _add(self, text: str, place: str) -> None:
        if self._is_words_only:
            text = "".join(" " if letter.isdigit() else letter for letter in text)
        self.texts.append(BesideText(text, place, self._sheet, self._cell))
