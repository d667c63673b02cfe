"""Periods named in texts: 2025Q2, Quý II/2025, Q2/2025; 2027H1, 6 tháng đầu năm 2027; 2027M03, Tháng 3/2027."""

import re
from collections.abc import Iterable

from warehouse.forms.formats.book import Grid
from warehouse.forms.privacy.personal_data import fold
from warehouse.forms.problems import cell_name

_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = re.compile(
    r"\b(?:(?P<y1>20\d\d) ?(?:quy|q) ?(?P<q1>[1-4]|iv|i{1,3})"
    r"|(?:quy|q) ?(?P<q2>[1-4]|iv|i{1,3})(?: nam)? (?P<y2>20\d\d))\b"
)
_HALVES = {"1": 1, "2": 2, "dau": 1, "cuoi": 2}
_HALF = re.compile(r"\b(?:(?P<y1>20\d\d) ?h ?(?P<h1>[12])|6 thang (?P<h2>dau|cuoi) nam (?P<y2>20\d\d))\b")
_MONTH = re.compile(
    r"(?:(?P<y1>20\d\d) ?m ?(?P<m1>0?[1-9]|1[0-2])|thang (?P<m2>0?[1-9]|1[0-2])(?: nam)? (?P<y2>20\d\d))"
)
# Titles are short; a longer text covers more than one quarter.
_LONGEST_TITLE = 200


def quarter_of(text: str) -> str | None:
    """Return the code of the period if a text names only that."""
    folded = fold(text)
    if match := _QUARTER.fullmatch(folded):
        return _quarter(match)
    if match := _HALF.fullmatch(folded):
        return _half(match)
    match = _MONTH.fullmatch(folded)
    return f"{match['y1'] or match['y2']}M{int(match['m1'] or match['m2']):02}" if match else None


def quarters_in(rows: Grid) -> dict[str, str]:
    """Return the quarters that cells name among other words, by code, each with the first cell that does."""
    quarters: dict[str, str] = {}
    for index, row in enumerate(rows):
        for position, raw in enumerate(row):
            for code in _named(raw) if isinstance(raw, str) and 0 < len(raw) <= _LONGEST_TITLE else ():
                quarters.setdefault(code, cell_name(index, position))
    return quarters


def _named(text: str) -> Iterable[str]:
    return map(_quarter, _QUARTER.finditer(fold(text)))


def _quarter(match: re.Match[str]) -> str:
    year, quarter = match["y1"] or match["y2"], match["q1"] or match["q2"]
    return f"{year}Q{_QUARTERS[quarter]}"


def _half(match: re.Match[str]) -> str:
    return f"{match['y1'] or match['y2']}H{_HALVES[match['h1'] or match['h2']]}"
