"""Our own marks in a marked copy, so that it is known again when the copy itself is mended and sent.

A comment's author ends in a digest of its text: a comment that somebody has added or edited is not ours, and may say
anything.
"""

from hashlib import sha256
from xml.parsers import expat

from warehouse.text import load_texts

_DIGEST_LENGTH = 8
# LibreOffice writes beside the text where the comment's box stands; any other word is part of what is said.
_PLACES = {"col", "colOff", "row", "rowOff"}


def mark_author(text: str, lang: str) -> str:
    """The author under whom a comment of ours with this text is written."""
    return f"{load_texts('marked')['author'][lang]} {_digest(text)}"


def is_marks_sheet(name: str) -> bool:
    """Whether a sheet bears the name of the list of a marked copy."""
    return name in load_texts("marked")["sheet_name"].values()


def are_own_marks(part: bytes) -> bool:
    """Whether every comment of an OOXML part of comments is ours and says what we wrote."""
    notes = _Notes()
    try:
        notes.parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    known = load_texts("marked")["author"].values()
    return all(
        author.rpartition(" ")[0] in known and author.rpartition(" ")[2] == _digest(text)
        for author, text in notes.told()
    )


def _digest(text: str) -> str:
    """Line ends and spaces change when programs save; words do not."""
    return sha256("".join(text.split()).encode()).hexdigest()[:_DIGEST_LENGTH]


class _Notes:
    """Authors and texts of a part of comments."""

    def __init__(self) -> None:
        self._authors: list[str] = []
        self._notes: list[tuple[str, list[str]]] = []
        self._within = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def told(self) -> list[tuple[str, str]]:
        """(author, text) of each comment; an author that is not listed is nobody."""
        listed = {str(number): author for number, author in enumerate(self._authors)}
        return [(listed.get(number, ""), "".join(words)) for number, words in self._notes]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._within = tag.rpartition(" ")[2]
        if self._within == "author":
            self._authors.append("")
        elif self._within == "comment":
            self._notes.append((attributes.get("authorId", ""), []))

    def _end(self, _tag: str) -> None:
        self._within = ""

    def _text(self, words: str) -> None:
        if self._within == "author":
            self._authors[-1] += words
        elif self._notes and not (self._within in _PLACES and words.strip("- \r\n").isdecimal()):
            self._notes[-1][1].append(words)
