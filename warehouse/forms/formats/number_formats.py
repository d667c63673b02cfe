"""Number formats of spreadsheets: which of them show a number as percent."""

import re

# The formats without a code of their own: 0% and 0.00%.
PERCENT_FORMATS = frozenset({9, 10})
# What a format shows as it is, the names of its colours and conditions, and the spaces as wide as a letter.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


def shows_percent(code: str) -> bool:
    """Return whether a format shows 0.5 as 50 %."""
    return "%" in _LITERAL.sub("", code)
