"""XlsxWriter's workbook with two additions, both of which override internals of the pinned version."""

from functools import lru_cache

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

_PREPARER = Worksheet()


@lru_cache(maxsize=4096)
def _prepared(formula: str, expand_future_functions: bool) -> str:
    return str(_PREPARER._prepare_formula(formula, expand_future_functions))


class FormSheet(Worksheet):  # type: ignore[misc]
    """A sheet that prepares a formula once: every workbook has nearly the same formulas, and preparing them is slow."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return _prepared(formula, expand_future_functions)


class FormWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook whose sheets can be neither added nor removed nor renamed."""

    worksheet_class = FormSheet

    def _write_book_views(self) -> None:
        # Position required by the schema: after workbookPr, before bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()
