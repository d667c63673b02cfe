"""Types of columns for codes and places whose length is not the program's to decide.

PostgreSQL refuses longer texts. SQLite ignores lengths, so there the columns keep the declaration that they have always
had, and no table has to be made again.
"""

from sqlalchemy import String
from sqlalchemy.types import TypeEngine

CODE_LENGTH, SHEET_LENGTH, CELL_LENGTH = 100, 255, 60


def _sized(length: int, before: int) -> TypeEngine[str]:
    return String(length).with_variant(String(before), "sqlite")


# Codes of units and targets; of quarters and months, such as 2026Q1 and 2026M01.
CODE = _sized(CODE_LENGTH, 10)
PERIOD_CODE = _sized(CODE_LENGTH, 6)
# A sheet and a place on it, as a workbook names them.
SHEET_NAME = _sized(SHEET_LENGTH, 60)
CELL = _sized(CELL_LENGTH, 12)
