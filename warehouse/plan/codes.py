"""Shapes of the codes that plans define, which `plan check`, addresses and forms accept alike."""

import re
from collections.abc import Collection

# Of units, plans, targets and tasks. They are parts of addresses and of file names.
CODE_PATTERN = r"[\w.-]{1,20}"
CODE = re.compile(CODE_PATTERN)
# Of a period: its year, the letter of its calendar, its number in the year.
PERIOD_CODE = re.compile(r"(\d{4})([A-Z])(\d{1,2})", re.ASCII)


def code_of(text: str, codes: Collection[str]) -> str | None:
    """Return the one of the codes that a text names, or None.

    Zeros at the start are part of a code. They are disregarded only where exactly one code has the same number.
    """
    if text in codes:
        return text
    number = text.lstrip("0")
    alike = [code for code in codes if code.isdigit() and code.lstrip("0") == number] if text.isdigit() else []
    return alike[0] if len(alike) == 1 else None
