"""The first sheet of a marked copy: every problem in one plain table, with links to the cells."""

from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.forms.problems import CONFIRM, PERSONAL_RULES, REFUSE, REMARK, Problem
from warehouse.intake.marked_text import write_text
from warehouse.text import load_texts

_WIDTHS = {"number": 5, "weight": 22, "sheet": 18, "cell": 8, "value": 18, "what": 46, "expected": 34, "mend": 46}
_TITLE_ROW, _GUIDANCE_ROW, _HEAD_ROW = 1, 2, 4
_LINE = Side(style="thin", color="B8C0CC")
_LINK_COLOUR, _HEAD_COLOUR = "0B5CAD", "E3E8EF"
_LINE_HEIGHT = 15
_FONT = "Calibri"
# Most severe first.
COLOURS = {REFUSE: "FFB3AD", CONFIRM: "FFDD8A", REMARK: "BBDDF7"}

SheetTitle = Callable[[str], str | None]
"""A sheet's title in the copy by the name that a problem gives; None when there is no such sheet."""


def weight_sign(problem: Problem) -> str:
    """Return the sign that shows a problem's severity without colour."""
    return str(load_texts("marked")["weights"][problem.severity]["sign"])


def add_list(book: Workbook, problems: Sequence[Problem], title_of: SheetTitle, lang: str) -> None:
    """Add the list before all other sheets and open the copy on it."""
    texts = load_texts("marked")
    sheet = book.create_sheet(_free_name(book, texts["sheet_name"][lang]), 0)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0
    _lay_out(sheet)
    write_text(sheet.cell(_TITLE_ROW, 1), texts["title"][lang])
    sheet.cell(_TITLE_ROW, 1).font = Font(name=_FONT, bold=True, size=14)
    write_text(sheet.cell(_GUIDANCE_ROW, 1), texts["guidance" if problems else "nothing"][lang])
    for column, name in enumerate(_WIDTHS, start=1):
        head = sheet.cell(_HEAD_ROW, column)
        write_text(head, texts["columns"][name][lang])
        head.font = Font(name=_FONT, bold=True)
        head.fill = PatternFill("solid", start_color=_HEAD_COLOUR)
        head.border = Border(bottom=_LINE)
        head.alignment = Alignment(wrap_text=True, vertical="center")
    for number, problem in enumerate(problems, start=1):
        _write_row(sheet, number, problem, title_of, lang)


def _free_name(book: Workbook, name: str) -> str:
    taken = {title.casefold() for title in book.sheetnames}
    return next(free for free in (name, *(f"{name} {n}" for n in range(2, 99))) if free.casefold() not in taken)


def _lay_out(sheet: Worksheet) -> None:
    for column, width in enumerate(_WIDTHS.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 1)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"


def _write_row(sheet: Worksheet, number: int, problem: Problem, title_of: SheetTitle, lang: str) -> None:
    texts = load_texts("marked")
    row = _HEAD_ROW + number
    is_personal = problem.rule_code in PERSONAL_RULES
    title = title_of(problem.sheet) if problem.sheet else None
    sheet.cell(row, 1, number)
    cells = {
        "weight": f"{weight_sign(problem)} {texts['weights'][problem.severity][lang]}",
        "sheet": title or problem.sheet or "",
        "cell": problem.cell or texts["whole_sheet" if problem.sheet else "whole_file"][lang],
        "value": texts["not_repeated"][lang] if is_personal else problem.value or "",
        "what": problem.what(lang),
        "expected": problem.expected(lang),
        "mend": problem.mend(lang),
    }
    for column, (name, text) in enumerate(cells.items(), start=2):
        cell = sheet.cell(row, column)
        write_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(bottom=_LINE)
        if name == "weight":
            cell.fill = PatternFill("solid", start_color=COLOURS[problem.severity])
        if name == "cell" and title:
            quoted = title.replace("'", "''")
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{problem.cell or 'A1'}")
            cell.font = Font(name=_FONT, underline="single", color=_LINK_COLOUR)
    sheet.cell(row, 1).alignment = Alignment(horizontal="center", vertical="top")
    sheet.cell(row, 1).border = Border(bottom=_LINE)
    lines = max(1 + len(text) // _WIDTHS[name] for name, text in cells.items())
    sheet.row_dimensions[row].height = lines * _LINE_HEIGHT
