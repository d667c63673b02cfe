"""The page form on which one unit's report is filled in, built from the workbook's own layout.

No rule is defined here: typed values are written into the cells of the empty form, which is submitted like any other,
and what its assessment reports about a cell is shown at the field that was written there.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from warehouse import clock
from warehouse.forms.formats.opening import MAX_CELL_TEXT
from warehouse.forms.layout import (
    FIRST_DATA_ROW,
    HEADER_ROW,
    CellValue,
    FormValues,
    SheetLayout,
    WorkbookLayout,
    field_position,
    workbook_layout,
)
from warehouse.forms.privacy.workbook_signs import sign_in_text
from warehouse.forms.problems import LandedUnreadableError, Problem, UnreadableCellError, cell_name
from warehouse.forms.reading.cells import parser_for
from warehouse.intake.assessment import Assessor
from warehouse.intake.drafts import Drafts, Kept, ReportDraft
from warehouse.intake.empty_forms import EmptyForms, values_by_row
from warehouse.intake.ledger import Ledger
from warehouse.intake.records import Assessment, IntakeRefusal, Lock, Received
from warehouse.intake.written_texts import clean_writer
from warehouse.reference import Code, Form, FormColumn, Period, Reference, Unit
from warehouse.text import load_texts

NOTE = "note"
# No file may hold a longer text, so of a longer text the beginning is judged and nothing is stored.
MAX_TYPED = MAX_CELL_TEXT
# Numbers and days in the program's own spelling, which need no remark on how they were understood.
_OWN_SPELLING = re.compile(r"\d+,\d+|\d{1,2}/\d{1,2}/\d{4}")
_DECIMALS = 6


@dataclass(frozen=True)
class WebField:
    """One cell to fill. `depth` counts the wholes of which it is a part, `previous` is last quarter's value."""

    name: str
    column: FormColumn
    depth: int
    options: tuple[Code, ...]
    previous: CellValue


@dataclass(frozen=True)
class WebRow:
    """A row of a sheet: that of a category (a kind of establishment, a task) with its names, or the unit's only row."""

    category: str | None
    name_vi: str
    name_en: str
    fields: tuple[WebField, ...]


@dataclass(frozen=True)
class WebSection:
    """A sheet of the workbook."""

    form: Form
    rows: tuple[WebRow, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all its fields."""
        return tuple(field.name for row in self.rows for field in row.fields)


@dataclass(frozen=True)
class WebForm:
    """A reporter's form of a quarter in its current state, with the values of the quarter before, if there is one.

    `base` is the newest landed report of that quarter, with whose values (`start`, texts by field) the form begins;
    `draft` what was typed since. `is_lost`: a report's original cannot be read, so that its values are missing.
    """

    reporter: Unit
    period: Period
    previous_period_code: str | None
    sections: tuple[WebSection, ...]
    start: Mapping[str, str]
    base: Received | None
    draft: ReportDraft | None
    lock: Lock | None
    is_begun: bool
    is_lost: bool

    @property
    def typed(self) -> Mapping[str, str]:
        """Return the texts in the fields, and in the note."""
        return self.draft.typed if self.draft else self.start

    @property
    def version(self) -> int:
        """Return the draft's version, 0 without a draft."""
        return self.draft.version if self.draft else 0

    @property
    def follows(self) -> int:
        """Return the number of the report that this one would follow; 0 for none."""
        return self.base.submission.submission_id if self.base else 0

    @property
    def fields(self) -> Iterator[WebField]:
        """Return all fields in order."""
        return (field for section in self.sections for row in section.rows for field in row.fields)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the texts that the draft may hold."""
        return frozenset(field.name for field in self.fields) | {NOTE}


@dataclass(frozen=True)
class PlacedProblem:
    """A problem of the report, at a `field`, at a form as a whole (`form_code`), or at the whole report.

    With `is_exact` it is about exactly that cell, and not about a column or row that begins there.
    """

    problem: Problem
    form_code: str | None
    field: str | None
    is_exact: bool


@dataclass(frozen=True)
class Judged:
    """The assessment of what is typed, and the workbook that was assessed."""

    assessment: Assessment
    data: bytes
    file_name: str
    placed: tuple[PlacedProblem, ...]


class WebForms:
    """Opens forms, stores their drafts, and assesses what is typed."""

    def __init__(
        self, forms: EmptyForms, ledger: Ledger, drafts: Drafts, assessor: Assessor, reference: Reference
    ) -> None:
        self._forms = forms
        self._ledger = ledger
        self._drafts = drafts
        self._assessor = assessor
        self._reference = reference

    def takes(self, reporter: Unit, period_code: str) -> bool:
        """Return whether a reporter fills in a page: it reports for itself alone and is below the top."""
        is_alone = self._reference.units_reported_by(reporter, period_code) == (reporter,)
        return is_alone and reporter.unit_code != self._reference.top.unit_code

    def reporters(self, period_code: str) -> list[Unit]:
        """Return the reporters that fill in a page for a quarter; none for one that the plan in force lacks."""
        known = self._reference.reporters(period_code) if period_code in self._reference.periods else ()
        return [unit for unit in known if self.takes(unit, period_code)]

    def stamp(self, unit_code: str, period_code: str) -> str:
        """Return a stamp of what a form shows beyond counted writes: its draft, and the day."""
        today = clock.now().date().isoformat()
        try:
            draft = self._drafts.of(self._forms.reporter(unit_code, period_code), period_code)
        except IntakeRefusal:
            return today
        return f"{today} {draft.version} {draft.saved_at.isoformat()}" if draft else today

    def open(self, unit_code: str, period_code: str) -> WebForm:
        """Return the form in its current state.

        Raises IntakeRefusal for an unknown unit or quarter, and for a reporter who sends a workbook.
        """
        reporter = self._forms.reporter(unit_code, period_code)
        if not self.takes(reporter, period_code):
            raise IntakeRefusal("workbook_only", {"unit": reporter}, "unit")
        layout = workbook_layout(self._reference, reporter, period_code)
        reports = self._ledger.submissions(reporter.unit_code, period_code)
        landed = [report for report in reports if report.submission.version]
        base = max(landed, key=lambda report: report.submission.version or 0, default=None)
        start: Mapping[str, str] = {}
        previous: dict[str, FormValues] = {}
        is_lost = False
        try:
            previous = self._forms.previous_values(reporter, period_code)
            start = self._texts(layout, base) if base else {}
        except (OSError, LandedUnreadableError):
            is_lost = True
        return WebForm(
            reporter,
            layout.period,
            self._reference.period_before(period_code),
            tuple(self._section(sheet, layout, previous.get(sheet.form.form_code, {})) for sheet in layout.sheets),
            start,
            base,
            self._drafts.of(reporter, period_code),
            self._ledger.locks().get(period_code),
            layout.period.start_date <= clock.now().date(),
            is_lost,
        )

    def keep(self, form: WebForm, changes: Mapping[str, str], *, seen: int, by: str) -> Kept:
        """Store what was typed, like `Drafts.keep`; `changes` hold texts of the form's fields that may be stored.

        An author whose name may not be stored stays unnamed: a draft does without.
        """
        try:
            writer = clean_writer(by)
        except IntakeRefusal:
            writer = ""
        return self._drafts.keep(
            form.reporter,
            form.period.period_code,
            changes,
            start=form.start,
            seen=seen,
            follows=form.follows,
            by=writer,
        )

    def drop(self, form: WebForm) -> None:
        """Delete the form's draft, which was submitted; a newer draft stays."""
        self._drafts.drop(form.reporter, form.period.period_code, form.version)

    def judge(self, form: WebForm, typed: Mapping[str, str], follows: int) -> Judged:
        """Write what is typed into a workbook, and assess it. Nothing is stored.

        The same texts always give the same workbook; but after another report (`follows`) a different one, so that a
        correction can be reverted.
        """
        data = self._workbook(form, typed, follows)
        name = f"bao-cao_{form.reporter.unit_code}_{form.period.period_code}_dien-tren-trang.xlsx"
        assessment = self._assessor.check(data, name)
        return Judged(assessment, data, name, self._placed(form, assessment))

    def _workbook(self, form: WebForm, typed: Mapping[str, str], follows: int) -> bytes:
        from warehouse.forms.template import workbook  # noqa: PLC0415 - the app starts without what writes Excel

        layout = workbook_layout(self._reference, form.reporter, form.period.period_code)
        values: dict[str, FormValues] = {}
        previous: dict[str, FormValues] = {}
        for section in form.sections:
            rows = {(form.reporter.unit_code, row.category): row for row in section.rows}
            values[section.form.form_code] = {
                key: {
                    field.column.column_code: self._value(field.column, typed.get(field.name, ""))
                    for field in row.fields
                }
                for key, row in rows.items()
            }
            before = {
                key: {field.column.column_code: field.previous for field in row.fields} for key, row in rows.items()
            }
            if _has_previous(form):
                previous[section.form.form_code] = before
        origin = load_texts("workbook")["filled_on_page"].format(follows=follows)
        book = io.BytesIO()
        content = workbook.Content(values, previous, origin=origin)
        workbook.write_workbook(book, self._reference, layout, content)
        return book.getvalue()

    def _placed(self, form: WebForm, assessment: Assessment) -> tuple[PlacedProblem, ...]:
        layout = workbook_layout(self._reference, form.reporter, form.period.period_code)
        places = _places(form, layout)
        findings = (*assessment.problems, *assessment.questions, *assessment.remarks)
        forms = {sheet.form.sheet_name: sheet.form.form_code for sheet in layout.sheets}
        placed = []
        for finding in findings:
            name, is_exact = places.get((finding.sheet or "", finding.cell or ""), (None, False))
            placed.append(PlacedProblem(finding, forms.get(finding.sheet or ""), name, is_exact))
        return tuple(placed)

    def _section(self, sheet: SheetLayout, book: WorkbookLayout, previous: FormValues) -> WebSection:
        depths = _depths(self._reference, sheet.form.form_code)
        names = _english_names(self._reference, sheet, book)
        rows = []
        for unit, category in sheet.row_keys:
            before = previous.get((unit.unit_code, category), {})
            fields = tuple(
                WebField(
                    _field_name(sheet, category, column),
                    column,
                    depths.get(column.column_code, 0),
                    self._reference.code_lists[column.code_list] if column.code_list else (),
                    before.get(column.column_code),
                )
                for column in sheet.fields
            )
            name_vi = sheet.categories[category] if category else unit.name_vi
            rows.append(WebRow(category, name_vi, names[category] if category else unit.name_en, fields))
        return WebSection(sheet.form, tuple(rows))

    def _texts(self, layout: WorkbookLayout, base: Received) -> dict[str, str]:
        """Return a landed report's values, by field, as a user would type them."""
        rows = self._ledger.rows_of(base.submission)
        texts = {}
        for sheet in layout.sheets:
            values = values_by_row(self._reference, sheet, rows)
            for (_, category), cells in values.items():
                for column in sheet.fields:
                    if column.column_code in cells:
                        texts[_field_name(sheet, category, column)] = text_of(cells[column.column_code])
        return texts

    def _value(self, column: FormColumn, text: str) -> CellValue:
        """Return what a spreadsheet program would make of a text typed into a cell of the column.

        Uncertain values, and values that need a remark, stay text: the assessment then reports why, or how they were
        read.
        """
        text = text[:MAX_TYPED]
        noted: list[str] = []
        try:
            value = parser_for(column, self._reference.code_lists, lambda rule, _, __: noted.append(rule))(text)
        except UnreadableCellError:
            return text
        is_own = not noted or _OWN_SPELLING.fullmatch(text.strip())
        typed: CellValue = value if is_own and sign_in_text(text) is None else text
        return typed


def may_be_kept(text: str) -> bool:
    """Return whether a draft may hold a text: without signs of personal data, and short enough to check."""
    return len(text) <= MAX_TYPED and sign_in_text(text) is None


def text_of(value: CellValue) -> str:
    """Return a cell's value as a user would type it: 12,5 · 31/03/2026 · the code of an answer."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def _field_name(sheet: SheetLayout, category: str | None, column: FormColumn) -> str:
    return "-".join(part for part in (sheet.form.form_code, category, column.column_code) if part)


def _has_previous(form: WebForm) -> bool:
    return any(field.previous is not None for field in form.fields)


def _places(form: WebForm, layout: WorkbookLayout) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return by sheet and cell the field to show, and whether it is exactly that cell.

    The head of a column or row maps to its first field.
    """
    places: dict[tuple[str, str], tuple[str, bool]] = {}
    has_previous = _has_previous(form)
    for section, sheet in zip(form.sections, layout.sheets, strict=True):
        name = sheet.form.sheet_name
        for row_number, row in enumerate(section.rows, start=FIRST_DATA_ROW):
            for column in range(len(sheet.key_columns)):
                places[name, cell_name(row_number, column)] = (row.fields[0].name, False)
            for index, field in enumerate(row.fields):
                position = field_position(sheet, index, has_previous=has_previous)
                places[name, cell_name(row_number, position)] = (field.name, True)
                places.setdefault((name, cell_name(HEADER_ROW, position)), (field.name, False))
    return places


def _depths(reference: Reference, form_code: str) -> dict[str, int]:
    """Return by column of how many nested wholes it is a part."""
    wholes = reference.wholes(form_code)

    def depth(code: str) -> int:
        return max((1 + depth(whole) for whole, parts in wholes.items() if code in parts), default=0)

    return {column.column_code: depth(column.column_code) for column in reference.columns(form_code)}


def _english_names(reference: Reference, sheet: SheetLayout, book: WorkbookLayout) -> dict[str, str]:
    """Return the English names of a sheet's categories by code."""
    codes = {code.code: code.label_en for code in reference.code_lists.get(sheet.category_column or "", ())}
    tasks = reference.tasks_of(book.reporter.unit_level, book.period.period_code)
    return codes | {task.task_code: task.name_en for task in tasks}
