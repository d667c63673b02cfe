"""The marks of a marked copy, recognised when the corrected copy itself is submitted.

A comment's author ends in a digest of its text: a comment that a user has added or edited is not ours and may hold
anything.
"""

from hashlib import sha256
from xml.parsers import expat

from warehouse.text import load_texts

_DIGEST_LENGTH = 8
# LibreOffice writes the position of a comment's box beside the text; any other element is part of the text.
_PLACES = {"col", "colOff", "row", "rowOff"}


def mark_author(text: str, lang: str) -> str:
    """Return the author under which a comment with this text is written."""
    return f"{load_texts('marked')['author'][lang]} {_digest(text)}"


def is_marks_sheet(name: str) -> bool:
    """Return whether a sheet has the name of a marked copy's list."""
    return name in load_texts("marked")["sheet_name"].values()


def first_foreign_comment(part: bytes) -> str | None:
    """Return the cell of the first comment of an OOXML part of comments that is not ours or was changed.

    None if all are ours; "" for a part that cannot be read, and for a comment without a cell.
    """
    notes = _Notes()
    try:
        notes.parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError):
        return ""
    known = load_texts("marked")["author"].values()
    for cell, author, text in notes.comments():
        if author.rpartition(" ")[0] not in known or author.rpartition(" ")[2] != _digest(text):
            return cell
    return None


def _digest(text: str) -> str:
    """Return a digest that ignores line ends and spaces, which programs change when they save."""
    return sha256("".join(text.split()).encode()).hexdigest()[:_DIGEST_LENGTH]


class _Notes:
    """Cells, authors and texts of a part of comments."""

    def __init__(self) -> None:
        self._authors: list[str] = []
        self._notes: list[tuple[str, str, list[str]]] = []
        self._within = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def comments(self) -> list[tuple[str, str, str]]:
        """Return (cell, author, text) of each comment; "" for an author that is not listed."""
        listed = {str(number): author for number, author in enumerate(self._authors)}
        return [(cell, listed.get(number, ""), "".join(words)) for cell, number, words in self._notes]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._within = tag.rpartition(" ")[2]
        if self._within == "author":
            self._authors.append("")
        elif self._within == "comment":
            self._notes.append((attributes.get("ref", ""), attributes.get("authorId", ""), []))

    def _end(self, _tag: str) -> None:
        self._within = ""

    def _text(self, words: str) -> None:
        if self._within == "author":
            self._authors[-1] += words
        elif self._notes and not (self._within in _PLACES and words.strip("- \r\n").isdecimal()):
            self._notes[-1][2].append(words)
