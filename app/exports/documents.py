"""Documents as files.

Each module that writes documents is loaded on first use: python-docx, python-pptx, lxml and Typst are heavy, and most
users never need them.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.core.page_context import Context, Page, UnknownCodeError
from app.deck.data import ReviewData, gather_review
from app.exports.letters.letter import Letter
from app.exports.letters.memo import memos
from app.exports.letters.minutes import minutes, offices
from app.exports.letters.quarterly import quarterly
from app.exports.shared.file import File
from app.exports.shared.file_names import document_name
from app.exports.shared.origin import origin_of
from app.pages.review.page import deck_of
from warehouse.desk import Review

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
HTML = "text/html; charset=utf-8"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


class NotHeldError(LookupError):
    """The review was not held yet: it has no minutes."""


def memo_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the one-page memo to the reporting unit in the address.

    Raises `UnknownCodeError` where the quarter has no such unit: an area is not an authority that receives letters.
    """
    from app.exports.docx.write import first_of_one_page  # noqa: PLC0415

    unit = context.reporter(context.state.unit or context.reporters[0].unit_code)
    if unit is None:
        raise UnknownCodeError("unit", context.state.unit or "")
    return File(document_name(context, "memo", "docx"), DOCX, first_of_one_page(memos(context, unit)))


def quarterly_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the quarterly report of the period and window in the address."""
    return _word_file(context, "quarter", quarterly(context))


def book_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the whole quarter in one HTML file, in the period, window and language of the address."""
    from app.exports.offline_html.book import book  # noqa: PLC0415

    return File(document_name(context, "quarter", "html"), HTML, book(context).encode())


def minutes_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the minutes of the review in the address. Raises `NotHeldError` if it names no held review."""
    return _word_file(context, "minutes", minutes(*_held(context)))


def offices_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the actions of each office after the review in the address.

    Raises `NotHeldError` like `minutes_file`.
    """
    return _word_file(context, "offices", offices(*_held(context)))


def quarterly_pdf_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the quarterly report of the period and window in the address for signature."""
    return _pdf_file(context, "quarter", quarterly(context))


def minutes_pdf_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the minutes of the review in the address for signature. Raises `NotHeldError` like `minutes_file`."""
    return _pdf_file(context, "minutes", minutes(*_held(context)))


def _word_file(context: Context, part: str, letter: Letter) -> File:
    from app.exports.docx.write import word_bytes  # noqa: PLC0415

    return File(document_name(context, part, "docx"), DOCX, word_bytes(letter))


def _pdf_file(context: Context, part: str, letter: Letter) -> File:
    from app.exports.pdf.write import pdf_bytes  # noqa: PLC0415

    return File(document_name(context, part, "pdf"), PDF, pdf_bytes(letter))


def _held(context: Context) -> tuple[ReviewData, Review]:
    data = gather_review(context, context.state.get("held"))
    if data.held_review is None:
        raise NotHeldError
    return data, data.held_review


def calls_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the printable call sheet of the period and window in the address as one HTML file."""
    from app.exports.call_sheet.sheet import printable_call_sheet  # noqa: PLC0415

    return File(document_name(context, "calls", "html"), HTML, printable_call_sheet(context).encode())


def deck_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """Return the slides of the review in the address, with speaker notes.

    Charts and tables are editable in PowerPoint.
    """
    from app.exports.pptx.write import presentation  # noqa: PLC0415

    content = presentation(deck_of(context), origin_of(context.publication).mark)
    return File(document_name(context, "deck", "pptx"), PPTX, content)
