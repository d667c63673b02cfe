"""The review as a PowerPoint file whose charts and tables can be edited there."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.page_context import Context, Page
from app.exports.shared.file import File
from app.exports.shared.labels import file_name
from app.pages.review.page import deck_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def pptx_file(context: Context, _page: Page, _parameters: Mapping[str, str]) -> File:
    """The slides of the review in the address, with speaker notes."""
    from app.exports.pptx.write import presentation  # noqa: PLC0415 - python-pptx is loaded when a file is made

    content = presentation(deck_of(context), context.words)
    return File(file_name(context, "deck", "pptx"), MEDIA_TYPE, content)
