"""What stands in files: on the sheets of a PDF, in HTML and Office files."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from lxml import etree


class Sheet(NamedTuple):
    """Its size in whole points, and its text."""

    size: tuple[int, int]
    text: str


def sheets(pdf: bytes | Path) -> list[Sheet]:
    """Every sheet of a PDF, in order."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [Sheet(_size(page), page.get_textpage().get_text_bounded()) for page in document]


def _size(page: pypdfium2.PdfPage) -> tuple[int, int]:
    width, height = page.get_size()
    return round(width), round(height)


def text_of_file(content: bytes) -> str:
    """The text of an HTML file, or of every part of an Office file."""
    if not content.startswith(b"PK"):
        tree = etree.HTML(content.decode())
        etree.strip_elements(tree, "script", "style", with_tail=False)
        return " ".join(tree.itertext())
    with zipfile.ZipFile(BytesIO(content)) as office:
        parts = [name for name in office.namelist() if name.endswith(".xml") and "theme" not in name]
        return " ".join(" ".join(etree.fromstring(office.read(name)).itertext()) for name in parts)
