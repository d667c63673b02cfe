"""Text written into a cell or a comment: never a formula, never hidden or direction-changing characters."""

from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from warehouse.forms.formats.names import HIDDEN

# Excel's own limit.
MAX_CELL_TEXT = 32_000


def plain_text(text: str) -> str:
    """Return the text as it may be shown; line breaks stay."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", HIDDEN.sub("", text)))[:MAX_CELL_TEXT]


def write_text(cell: Cell, text: str) -> None:
    """Write a text as a text, even if it begins like a formula, and keep it one when a user edits it."""
    cell.value = plain_text(text)
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
