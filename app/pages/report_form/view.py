"""The form as its template renders it: sections, rows, and fields with values, earlier values and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core import formatting
from app.core.i18n import words
from app.forms.report_form import KEEP, ReportAnswer
from warehouse.intake import PlacedProblem, WebField, WebForm, WebSection, text_of

# Weights of remarks on a field, the heaviest first.
WRONG, ASKED, TOLD = "wrong", "asked", "told"
KINDS = {"refuse": WRONG, "confirm": ASKED, "remark": TOLD}
# A field that takes a number shows a phone's keys for one.
KEYS = {"count": "numeric", "amount": "decimal", "percent": "decimal"}


@dataclass(frozen=True, slots=True)
class Said:
    """A remark on a field and its weight; the text is empty where there is none."""

    kind: str = TOLD
    text: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field. `choices` are (code, text) where it is a choice, `keys` the phone's keys for a number."""

    name: str
    label: str
    measure: str
    definition: str
    depth: int
    keys: str
    choices: Sequence[tuple[str, str]]
    text: str
    before: str
    said: Said


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a section: its name where there are several."""

    name: str
    fields: Sequence[FieldView]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A form of the report; `count` is how many of its fields are filled."""

    code: str
    title: str
    guidance: str
    count: str
    rows: Sequence[RowView]
    said: Sequence[Said]

    @property
    def has_rows(self) -> bool:
        """Return whether its fields come again for every kind or task, so that they are explained once."""
        return len(self.rows) > 1


def sections(form: WebForm, typed: Mapping[str, str], answer: ReportAnswer | None) -> list[SectionView]:
    """Return the form's sections, with what came of sending it if it was."""
    remarks = said_of_fields(answer) if answer else {}
    return [_section(section, typed, remarks, answer) for section in form.sections]


def said_of_fields(answer: ReportAnswer) -> dict[str, Said]:
    """Return the remarks on each field, in the words of intake. While the user types, only those about that very
    cell."""
    placed = [problem for problem in placed_problems(answer) if problem.field]
    by_field: dict[str, list[PlacedProblem]] = {}
    for one in placed:
        by_field.setdefault(one.field or "", []).append(one)
    remarks = {name: _said(members) for name, members in by_field.items()}
    remarks |= {name: Said(WRONG, text) for name, text in answer.problems.items()}
    for name, mine in answer.clashes.items():
        remarks[name] = Said(WRONG, words("report_form.clash", mine=_shown(answer.form, name, mine)))
    return remarks


def placed_problems(answer: ReportAnswer) -> list[PlacedProblem]:
    """Return the problems that intake states, as far as they are shown after this deed."""
    return [placed for placed in answer.judged.placed if answer.deed != KEEP or placed.is_exact]


def counts(form: WebForm, typed: Mapping[str, str]) -> dict[str, str]:
    """Return how many fields of each section are filled, of how many."""
    return {section.form.form_code: _count(section, typed) for section in form.sections}


def in_words(placed: PlacedProblem) -> str:
    """Return a problem as the upload states it: what is wrong, what was expected, how to fix it."""
    problem = placed.problem
    return " ".join((problem.what(words.lang), problem.expected(words.lang), problem.mend(words.lang)))


def _said(members: Sequence[PlacedProblem]) -> Said:
    kinds = [KINDS[placed.problem.severity] for placed in members]
    heaviest = next(kind for kind in KINDS.values() if kind in kinds)
    return Said(heaviest, " ".join(in_words(placed) for placed in members))


def _section(
    section: WebSection,
    typed: Mapping[str, str],
    remarks: Mapping[str, Said],
    answer: ReportAnswer | None,
) -> SectionView:
    form = section.form
    whole: Iterable[PlacedProblem] = placed_problems(answer) if answer and answer.deed != KEEP else ()
    return SectionView(
        form.form_code,
        f"{form.form_code} · {words.of(form, 'name')}",
        words.of(form, "guidance"),
        _count(section, typed),
        [
            RowView(words.of(row, "name"), [_field(field, typed, remarks) for field in row.fields])
            for row in section.rows
        ],
        [_said([one]) for one in whole if one.form_code == form.form_code and one.field is None],
    )


def _field(field: WebField, typed: Mapping[str, str], remarks: Mapping[str, Said]) -> FieldView:
    column = field.column
    return FieldView(
        field.name,
        words.of(column, "header"),
        _measure(field),
        words.of(column, "definition"),
        field.depth,
        KEYS.get(column.data_type, ""),
        [(code.code, words.of(code, "label")) for code in field.options],
        typed.get(field.name, ""),
        _option(field, text_of(field.previous)) or formatting.MISSING,
        remarks.get(field.name, Said()),
    )


def _measure(field: WebField) -> str:
    """Return what a number counts, unless the label states so or it is no number."""
    measure = "" if field.options else words.of(field.column, "unit")
    return "" if measure in words.of(field.column, "header") else measure


def _count(section: WebSection, typed: Mapping[str, str]) -> str:
    filled = sum(bool(typed.get(name, "").strip()) for name in section.names)
    return f"{filled}/{len(section.names)}"


def _shown(form: WebForm, name: str, text: str) -> str:
    """Return a field's text as people read it."""
    answered = next((field for field in form.fields if field.name == name), None)
    shown = _option(answered, text) if answered else text
    return shown or words("report_form.empty")


def _option(field: WebField, text: str) -> str:
    return next((words.of(code, "label") for code in field.options if code.code == text), text)
