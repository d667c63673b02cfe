"""The workbook that a reporter fills: deterministic bytes for the same content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warehouse.forms.layout import FormValues, WorkbookLayout, cover_sheet_name, period_words
from warehouse.forms.template.answer_lists import AnswerLists
from warehouse.forms.template.cover import workbook_title, write_cover
from warehouse.forms.template.sheets import SheetWriter
from warehouse.forms.template.style import Formats
from warehouse.forms.template.xlsx_book import FormWorkbook
from warehouse.reference import Reference
from warehouse.storage.disk import write_whole
from warehouse.text import load_texts


@dataclass(frozen=True)
class Content:
    """Values of a workbook; none by default.

    `values` are by form, row and column. `previous` are last quarter's values, likewise: if there are any, a locked
    grey column is beside every column that is filled. `label` marks a sample on the cover, `origin` is stored in the
    file's properties and describes how it was filled.
    """

    values: Mapping[str, FormValues] = field(default_factory=dict)
    previous: Mapping[str, FormValues] = field(default_factory=dict)
    label: str = ""
    origin: str = ""


def write_workbook(goal: Path | BinaryIO, reference: Reference, layout: WorkbookLayout, content: Content) -> None:
    """Write the workbook of `layout` to a path or an open binary file. Raises OSError if it cannot be written."""
    # XlsxWriter's own files report a full disk by an error of its own, and by a trace when they are removed.
    written = BytesIO()
    book = FormWorkbook(written, {"in_memory": True})
    # The time of creation is the only thing that would differ between two runs.
    created = datetime.combine(layout.period.start_date, datetime.min.time())
    subject = load_texts("workbook")["place"].format(unit=layout.reporter.name_vi, period=period_words(layout.period))
    properties = {"title": workbook_title(layout), "subject": subject, "created": created}
    book.set_properties(properties | {"comments": content.origin})
    formats = Formats(book)
    cover = book.add_worksheet(cover_sheet_name())
    lists = AnswerLists(book, cover, reference)
    writers = []
    for sheet in layout.sheets:
        form = sheet.form.form_code
        previous = content.previous.get(form, {}) if content.previous else None
        page = book.add_worksheet(sheet.form.sheet_name)
        writer = SheetWriter(page, layout, sheet, formats, lists)
        writer.write(content.values.get(form, {}), previous)
        writers.append(writer)
    write_cover(cover, layout, formats, content.label, writers)
    book.close()
    if isinstance(goal, Path):
        write_whole(goal, written.getvalue())
    else:
        goal.write(written.getvalue())
