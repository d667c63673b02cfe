"""Protection against CSV injection: text that a spreadsheet would run as a formula gets an apostrophe before it."""

from __future__ import annotations

import re

# A sign at the beginning, also in the wide forms that some input methods type. A file written for one country's
# separator splits differently when opened with another's, so a sign behind any separator may end up at a beginning too.
# Both patterns are valid in Python and in DuckDB.
SIGN = r"(^|[,;\t\r\n]+)([=+\-@＝＋－＠])"
LEADING_BREAK = r"^([\t\r\n])"
_SIGN, _LEADING_BREAK = re.compile(SIGN), re.compile(LEADING_BREAK)


def defused(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return _LEADING_BREAK.sub(r"'\1", _SIGN.sub(r"\1'\2", text))


def defused_in_sql(cell: str) -> str:
    """Return the same as a DuckDB expression over a cell."""
    return rf"regexp_replace(regexp_replace({cell}, '{SIGN}', '\1''\2', 'g'), '{LEADING_BREAK}', '''\1')"
