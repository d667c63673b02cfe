"""Lists of answers as a spreadsheet program can offer them: in the cell's rule, or from hidden cells."""

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from warehouse.forms.layout import cover_sheet_name
from warehouse.reference import Reference

# Excel refuses a longer list in a rule, and reads a comma within an answer as two answers.
_MAX_INLINE = 255
# Far right of everything that the cover shows.
_FIRST_HIDDEN_COLUMN = 12


class AnswerLists:
    """Sources of drop-downs by list. A list that does not fit in a rule gets a hidden column of the cover.

    `labels` are the Vietnamese answers by list and code, in display order.
    """

    def __init__(self, book: xlsxwriter.Workbook, cover: Worksheet, reference: Reference) -> None:
        self.book, self.cover = book, cover
        self._names: dict[str, str] = {}
        self.labels = {
            name: {code.code: code.label_vi for code in codes} for name, codes in reference.code_lists.items()
        }

    def source(self, list_code: str) -> list[str] | str:
        """Return the list of a rule: the answers themselves, or a formula that names their cells."""
        answers = list(self.labels[list_code].values())
        if len(",".join(answers)) <= _MAX_INLINE and not any("," in answer for answer in answers):
            return answers
        if list_code not in self._names:
            self._names[list_code] = self._hide(list_code, answers)
        return f"={self._names[list_code]}"

    def _hide(self, list_code: str, answers: list[str]) -> str:
        column = _FIRST_HIDDEN_COLUMN + len(self._names)
        self.cover.set_column(column, column, None, None, {"hidden": True})
        self.cover.write_column(0, column, answers)
        letter = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
        name = f"ds_{list_code}"
        self.book.define_name(name, f"='{cover_sheet_name()}'!{letter}$1:{letter}${len(answers)}")
        return name
