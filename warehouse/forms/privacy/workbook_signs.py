"""Search for personal data in every cell of every sheet, including hidden sheets and columns that are not read, and in
what a workbook holds beside its cells."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from warehouse.forms.formats.beside import BesideText
from warehouse.forms.formats.book import Sheet
from warehouse.forms.formats.legacy_text import TCVN3, VNI, decode, shows_signs
from warehouse.forms.layout import COVER_FIELDS
from warehouse.forms.privacy.personal_data import sign_in_cell, sign_in_name
from warehouse.forms.problems import Problem, cell_name, quote
from warehouse.reference import Reference
from warehouse.text import load_texts

# Smaller numbers have fewer digits than any identity paper or phone number.
_FEWEST_DIGITS_ABOVE = 1e8


def personal_signs(sheets: Sequence[Sheet], reference: Reference) -> list[Problem]:
    """Return a problem for every cell and sheet name that seems to hold personal data; none quotes anything."""
    own = _own_words(reference)
    problems = []
    for sheet in sheets:
        kind = sign_in_name(sheet.name) if sheet.name not in own else None
        if kind:
            problems.append(Problem("personal_data_in_cell", params={"kind": kind}))
        name = None if kind else sheet.name
        for row, cells in enumerate(sheet.grid):
            for column, raw in enumerate(cells):
                if isinstance(raw, str):
                    kind = sign_in_text(raw) if len(raw) > 4 and not _is_own(raw, own) else None
                    # The form's titles name the reporter, and a commune may be named after several people.
                    kind = kind and sign_in_text(_without_units(raw, reference))
                elif type(raw) in (float, int) and abs(raw) >= _FEWEST_DIGITS_ABOVE:
                    kind = sign_in_cell(quote(raw))
                else:
                    continue
                if kind:
                    problems.append(
                        Problem("personal_data_in_cell", name, cell_name(row, column), params={"kind": kind})
                    )
    return problems


def personal_signs_beside(texts: Iterable[BesideText], reference: Reference) -> list[Problem]:
    """Return a problem for every line beside the cells that seems to hold personal data; none quotes anything."""
    own = _own_words(reference)
    problems = []
    # Lines, because messages of the form's rules are lines that columns share.
    lines = {(line.strip(), beside.sheet): beside for beside in texts for line in beside.text.splitlines()}
    for (line, _), beside in lines.items():
        if _is_few(line) or _is_own(line, own):
            continue
        if sign_in_text(line) and (kind := sign_in_text(_without_units(line, reference))):
            params = {"kind": kind, "place": beside.place}
            problems.append(Problem("personal_data_beside_cells", beside.sheet, beside.cell, params=params))
    return problems


def _is_few(text: str) -> bool:
    """Return whether a text is a number with fewer digits than any identity paper or phone number."""
    try:
        return abs(float(text)) < _FEWEST_DIGITS_ABOVE
    except ValueError:
        return False


def without_personal_names(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems without sheet names that seem to hold personal data."""
    return [
        replace(problem, sheet=None) if problem.sheet and sign_in_name(problem.sheet) else problem
        for problem in problems
    ]


def sign_in_text(text: str) -> str | None:
    """Return the kind of personal data that a text seems to hold, in any encoding, if any."""
    kind = sign_in_cell(text)
    if kind is None and shows_signs(text):
        decoded = (decode(text, encoding) for encoding in (TCVN3, VNI))
        kind = next((match for text_read in decoded if text_read and (match := sign_in_cell(text_read))), None)
    return kind


def _is_own(text: str, own: frozenset[str]) -> bool:
    """Return whether a text is one of the form's own, in any encoding."""
    return text in own or (shows_signs(text) and any(decode(text, encoding) in own for encoding in (TCVN3, VNI)))


def _without_units(text: str, reference: Reference) -> str:
    """Return a text without the full names of units."""
    for name in _unit_names(reference):
        text = text.replace(name, " ")
    return text


@lru_cache(maxsize=8)
def _unit_names(reference: Reference) -> tuple[str, ...]:
    """Return the full names of units, the longest first, because they may begin with others."""
    return tuple(sorted({unit.name_vi for unit in reference.units}, key=len, reverse=True))


@lru_cache(maxsize=8)
def _own_words(reference: Reference) -> frozenset[str]:
    """Return the form's own texts, which need no check and are most of a workbook."""
    words: set[str] = {*COVER_FIELDS, *_texts(load_texts("workbook"))}
    for unit in reference.units:
        words |= {unit.unit_code, unit.name_vi, unit.short_name_vi}
    for form in reference.forms.values():
        words |= {form.sheet_name, form.name_vi, form.guidance_vi}
    for column in reference.form_columns:
        words |= {column.column_code, column.header_vi, column.header_en, column.definition_vi}
    words |= {label for code in reference.codes for label in (code.code, code.label_vi, code.label_en)}
    words |= {text for task in reference.tasks for text in (task.task_code, task.name_vi)}
    return frozenset(words)


def _texts(node: Any) -> Iterable[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _texts(part)
