"""Sheets matched to forms by name, written in any way that leaves no doubt."""

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
class FoundSheets:
    """A workbook's sheets by what they are; a name that two sheets share is a problem and neither is taken."""

    cover: Sheet | None = None
    forms: dict[str, Sheet] = field(default_factory=dict)
    others: list[Sheet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def find_sheets(sheets: Sequence[Sheet], reference: Reference) -> FoundSheets:
    """Sort a workbook's sheets into the cover, forms and others."""
    found = FoundSheets()
    by_kind: dict[str, list[Sheet]] = {}
    for sheet in map(_with_merged_inside, sheets):
        by_kind.setdefault(_kind_of(sheet.name, reference) or "", []).append(sheet)
    found.others = by_kind.pop("", [])
    for kind, alike in by_kind.items():
        if len(alike) > 1:
            names = ", ".join(sheet.name.strip() for sheet in alike)
            found.problems.append(Problem("sheet_unclear", alike[1].name, params={"names": names}))
        elif kind == cover_sheet_name():
            found.cover = alike[0]
        else:
            found.forms[kind] = alike[0]
    return found


def _with_merged_inside(sheet: Sheet) -> Sheet:
    """The sheet with merged areas cut to its cells; people merge far beyond them."""
    if not sheet.merged:
        return sheet
    last_row, last_column = len(sheet.grid) - 1, (len(sheet.grid[0]) if sheet.grid else 0) - 1
    inside = [
        (top, left, min(bottom, last_row), min(right, last_column))
        for top, left, bottom, right in sheet.merged
        if top <= last_row and left <= last_column
    ]
    return replace(sheet, merged=tuple(inside))


def other_sheet_problems(found: FoundSheets, reference: Reference, layout: WorkbookLayout | None) -> list[Problem]:
    """Sheets that hold something and belong to no form of this reporter, unless we wrote them into a marked copy."""
    problems = []
    for sheet in found.others:
        if is_marks_sheet(sheet.name.strip()) or not has_content(sheet):
            continue
        if sign_in_name(sheet.name) is None:
            problems.append(Problem("sheet_hidden_unknown" if sheet.is_hidden else "sheet_unknown", sheet.name))
    asked = {one.form.form_code for one in layout.sheets} if layout else set(reference.forms)
    for form, sheet in found.forms.items():
        if form not in asked:
            problems.append(Problem("sheet_not_for_reporter", sheet.name))
    return problems


def has_content(sheet: Sheet) -> bool:
    """Whether any cell holds anything."""
    return any(raw != "" and str(raw).strip() for row in sheet.grid for raw in row)


def _kind_of(name: str, reference: Reference) -> str | None:
    """The form's code, the cover's name, or None."""
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
        loose.update(dict.fromkeys(_ways_to_say(form), form.form_code))
    return exact, loose


def _ways_to_say(form: Form) -> Iterable[str]:
    """The code alone, the words alone, or the code with the words of the sheet's or the form's own name."""
    code = form.form_code.lower()
    words = [fold(form.sheet_name).removeprefix(code).strip(), fold(form.name_vi), fold(form.name_en)]
    return {code, *words, *(f"{code} {text}" for text in words)}
