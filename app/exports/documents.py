"""Documents as files. Each is written by a module that is loaded when the first is asked for: python-docx and lxml
are heavy, and most readers never ask."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.page_context import Context, Page
from app.exports.shared.file import File


def memo(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """The one-page memo to the district in the address."""
    from app.exports.docx.memo import memo_file  # noqa: PLC0415

    return memo_file(context, page, parameters)


def quarterly(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """The quarterly report of the period and window in the address."""
    from app.exports.docx.quarterly import quarterly_file  # noqa: PLC0415

    return quarterly_file(context, page, parameters)


def book(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """The whole quarter in one HTML file."""
    from app.exports.offline_html.book import book_file  # noqa: PLC0415 - it is made of the views, which offer it

    return book_file(context, page, parameters)
