"""Protection against CSV injection: text that a spreadsheet would run as a formula gets an apostrophe before it."""

from __future__ import annotations

import re

# A sign at the beginning, also in the wide forms that some input methods type. A file made for one country's separator
# falls apart at another's when it is opened there, so a sign behind any separator may come to stand at a beginning too.
# Both patterns are read by Python and by DuckDB alike.
SIGN = r"(^|[,;\t\r\n]+)([=+\-@＝＋－＠])"
LEADING_BREAK = r"^([\t\r\n])"
_SIGN, _LEADING_BREAK = re.compile(SIGN), re.compile(LEADING_BREAK)


def defused(text: str) -> str:
    """A text that no spreadsheet runs."""
    return _LEADING_BREAK.sub(r"'\1", _SIGN.sub(r"\1'\2", text))


def defused_in_sql(cell: str) -> str:
    """The same as an expression of DuckDB over a cell."""
    return rf"regexp_replace(regexp_replace({cell}, '{SIGN}', '\1''\2', 'g'), '{LEADING_BREAK}', '''\1')"
