"""Sheets matched to forms by name, in any unambiguous spelling."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from warehouse.forms.formats.book import Sheet
from warehouse.forms.formats.legacy_text import TCVN3, VNI, decode
from warehouse.forms.formats.marks import is_marks_sheet
from warehouse.forms.layout import WorkbookLayout, cover_sheet_name
from warehouse.forms.privacy.personal_data import fold, sign_in_name
from warehouse.forms.problems import Problem
from warehouse.reference import Form, Reference
from warehouse.text import load_texts

_FORM_NUMBER = re.compile(r"^(?:bieu |mau )?b ?0*(\d+)\b")


@dataclass
class MatchedSheets:
    """A workbook's sheets by kind; a name that two sheets share is a problem, and neither is used."""

    cover: Sheet | None = None
    forms: dict[str, Sheet] = field(default_factory=dict)
    others: list[Sheet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def match_sheets(sheets: Sequence[Sheet], reference: Reference) -> MatchedSheets:
    """Sort a workbook's sheets into the cover, forms and others."""
    matched = MatchedSheets()
    by_kind: dict[str, list[Sheet]] = {}
    for sheet in map(_with_merged_inside, sheets):
        by_kind.setdefault(_kind_of(sheet.name, reference) or "", []).append(sheet)
    matched.others = by_kind.pop("", [])
    for kind, alike in by_kind.items():
        if len(alike) > 1:
            names = ", ".join(sheet.name.strip() for sheet in alike)
            matched.problems.append(Problem("sheet_unclear", alike[1].name, params={"names": names}))
        elif kind == cover_sheet_name():
            matched.cover = alike[0]
        else:
            matched.forms[kind] = alike[0]
    return matched


def _with_merged_inside(sheet: Sheet) -> Sheet:
    """Return the sheet with merged areas cut to its cells; people merge far beyond them."""
    if not sheet.merged:
        return sheet
    last_row, last_column = len(sheet.grid) - 1, (len(sheet.grid[0]) if sheet.grid else 0) - 1
    inside = [
        (top, left, min(bottom, last_row), min(right, last_column))
        for top, left, bottom, right in sheet.merged
        if top <= last_row and left <= last_column
    ]
    return replace(sheet, merged=tuple(inside))


def other_sheet_problems(matched: MatchedSheets, reference: Reference, layout: WorkbookLayout | None) -> list[Problem]:
    """Report sheets with content that belong to no form of this reporter, except the list of a marked copy."""
    problems = []
    for sheet in matched.others:
        if is_marks_sheet(sheet.name.strip()) or not has_content(sheet):
            continue
        if sign_in_name(sheet.name) is None:
            problems.append(Problem("sheet_hidden_unknown" if sheet.is_hidden else "sheet_unknown", sheet.name))
    expected = {sheet_layout.form.form_code for sheet_layout in layout.sheets} if layout else set(reference.forms)
    for form, sheet in matched.forms.items():
        if form not in expected:
            problems.append(Problem("sheet_not_for_reporter", sheet.name))
    return problems


def has_content(sheet: Sheet) -> bool:
    """Return whether any cell has content."""
    return any(raw != "" and str(raw).strip() for row in sheet.grid for raw in row)


def _kind_of(name: str, reference: Reference) -> str | None:
    """Return the form's code, the cover's name, or None."""
    composed = unicodedata.normalize("NFC", name).strip()
    exact, loose = _names(reference)
    if composed in exact:
        return exact[composed]
    for text in (composed, decode(composed, TCVN3), decode(composed, VNI)):
        kind = loose.get(_key(text)) if text else None
        if kind:
            return kind
    return None


def _key(text: str) -> str:
    return _FORM_NUMBER.sub(r"b\1", fold(text))


@lru_cache(maxsize=8)
def _names(reference: Reference) -> tuple[dict[str, str], dict[str, str]]:
    exact = {cover_sheet_name(): cover_sheet_name()}
    loose = {fold(word): cover_sheet_name() for word in load_texts("reading")["sheets"]["cover"]}
    for form in reference.forms.values():
        exact[form.sheet_name] = form.form_code
        loose.update(dict.fromkeys(_name_variants(form), form.form_code))
    return exact, loose


def _name_variants(form: Form) -> Iterable[str]:
    """Return the code alone, the words alone, or the code with the words of the sheet's or the form's own name."""
    code = form.form_code.lower()
    words = [fold(form.sheet_name).removeprefix(code).strip(), fold(form.name_vi), fold(form.name_en)]
    return {code, *words, *(f"{code} {text}" for text in words)}
