"""File formats of reports: xlsx, xlsm, xls, ods, or a zip of CSV, detected by content, never by name."""

from warehouse.forms.formats.book import Book, Sheet
from warehouse.forms.formats.names import name_problems
from warehouse.forms.formats.opening import MAX_FILE_BYTES, open_book, read_book, read_bounded

__all__ = ["MAX_FILE_BYTES", "Book", "Sheet", "name_problems", "open_book", "read_book", "read_bounded"]
