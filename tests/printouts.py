"""What stands on the sheets of a PDF."""

from pathlib import Path
from typing import NamedTuple

import pypdfium2


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
