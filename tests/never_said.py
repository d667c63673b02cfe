"""Words that are never used of people or units, each with the words in its place (`never_said.csv`), and what any
file says to whoever reads it."""

import csv
import io
import re
import unicodedata
import zipfile
from functools import cache
from pathlib import Path

from lxml import etree, html

LIST = Path(__file__).with_suffix(".csv")
# The code of a published version, which people call by its day and hour.
VERSION_CODE = re.compile(r"(?<!\w)\d{8}T\d{6}(?!\w)")
# What holds a run of text in Office's files: a paragraph, a cell's text, a chart's value.
TEXTS = {"p", "si", "is", "v", "description", "title"}


@cache
def instead() -> dict[str, str]:
    """The words to use, by the word that is never used."""
    with LIST.open(encoding="utf-8", newline="") as opened:
        return {row["word"]: row["instead"] for row in csv.DictReader(opened)}


@cache
def _pattern() -> re.Pattern[str]:
    words = (r"\s+".join(map(re.escape, word.split())) for word in sorted(instead(), key=len, reverse=True))
    return re.compile(rf"(?<!\w)({'|'.join(words)})(?!\w)", re.IGNORECASE)


def never_said_in(text: str) -> list[str]:
    """What of a text is never said, and what to say in its place."""
    found = (" ".join(match.split()).lower() for match in _pattern().findall(unicodedata.normalize("NFC", text)))
    return [f"{word} → {instead()[word]}" for word in dict.fromkeys(found)]


def text_of_page(page: str) -> str:
    """What a page or a picture says, to the eye and to a screen reader; addresses are for browsers."""
    root = html.fromstring(page)
    for silent in root.xpath("//script | //style"):
        silent.drop_tree()
    said = root.xpath("//@aria-label | //@title | //@alt | //@placeholder | //input[not(@type='hidden')]/@value")
    return "\n".join([*map(str, root.itertext()), *map(str, said)])


def text_of_office_file(content: bytes) -> str:
    """What a Word, PowerPoint or Excel file says, its properties too."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        roots = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")]
    elements = [one for root in roots for one in root.iter(etree.Element) if etree.QName(one).localname in TEXTS]
    return "\n".join("".join(one.itertext()) for one in elements)
