"""HTML of a ward's report, form by form: measures and numbers, by category where a form has rows of categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.status import sign_of
from app.records.ward import WHOLE, Category, ReportedCell
from app.ui.tables import table
from app.ui.templates import render

YES_NO = "code"
# Amounts are shown as they were reported, up to these.
MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class ReportedForm:
    """One form as a table; one with rows of categories takes the whole width."""

    title: str
    table: Markup
    is_wide: bool


def reported_forms(cells: Sequence[ReportedCell], kinds: Sequence[Category]) -> Markup:
    """Render every form as it counts, in the order of `cells`; empty where none was reported."""
    forms = []
    for form in group_by(cells, lambda cell: cell.form_code).values():
        is_wide = any(cell.category_code != WHOLE for cell in form)
        title = _title(form)
        forms.append(ReportedForm(title, _by_kind(form, kinds, title) if is_wide else _plain(form, title), is_wide))
    return render("pages/ward/reported.html", forms=forms) if forms else Markup("")


def _title(form: Sequence[ReportedCell]) -> str:
    versions = {cell.version for cell in form if cell.version is not None}
    title = f"{form[0].form_code} · {words.of(form[0], 'form_name')}"
    return words("ward.form_version", form=title, version=max(versions)) if versions else title


def _plain(form: Sequence[ReportedCell], title: str) -> Markup:
    has_units = any(cell.data_type != YES_NO for cell in form)
    heads = [(words("ward.measure"), ""), (words("ward.number"), "n")]
    if has_units:
        heads.append((words("ward.unit"), ""))
    lines = []
    for cell in form:
        line = [words.of(cell, "name"), _number(cell)]
        if has_units:
            line.append("" if cell.data_type == YES_NO else words.of(cell, "unit"))
        lines.append(line)
    return table("cells", heads, lines, title)


def _by_kind(form: Sequence[ReportedCell], kinds: Sequence[Category], title: str) -> Markup:
    occurring = {cell.category_code for cell in form}
    own = [kind for kind in kinds if kind.dimension_code == form[0].row_dimension_code]
    columns = [kind for kind in own if kind.category_code in occurring]
    heads = [(words("ward.measure"), ""), *((words.of(kind, "name"), "n") for kind in columns)]
    lines = []
    for cells in group_by(form, lambda cell: cell.measure_code).values():
        by_kind = {cell.category_code: cell for cell in cells}
        lines.append([words.of(cells[0], "name"), *(_number(by_kind.get(kind.category_code)) for kind in columns)])
    return table("kinds", heads, lines, title)


def _number(cell: ReportedCell | None) -> str:
    if cell is None:
        return formatting.MISSING
    if cell.is_hidden:
        return sign_of("suppressed")
    if cell.answer:
        return words.answer(cell.answer)
    decimals = next((places for places in range(MOST_DECIMALS) if _has_decimals(cell.value, places)), MOST_DECIMALS)
    return words.number(cell.value, decimals)


def _has_decimals(value: float | None, places: int) -> bool:
    return value is None or round(value, places) == value
