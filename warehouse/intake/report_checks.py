"""Checks of a report before it lands: the very rules of a build, on it and its reporter's own history.

A critical rule refuses, a warning asks the sender to confirm, an info is a remark. A finding points at the cell in the
sender's own sheet: the row's cell, or the head of the column where the report is judged as a whole.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from expectations.rules import Rule
from warehouse.forms.layout import SheetLayout, WorkbookLayout, raw_columns, workbook_layout
from warehouse.forms.problems import CONFIRM, REFUSE, REMARK, Problem, cell_name, check_rule, finish, quote
from warehouse.forms.reading.reader import Reading
from warehouse.forms.reading.sheet import TypedRow
from warehouse.intake.finding_words import COPIED, FindingWords
from warehouse.intake.suite_run import Finding, ReportRows, suite_run
from warehouse.reference import Reference, Unit

History = Sequence[tuple[str, Mapping[str, Sequence[TypedRow]]]]
"""Accepted reports of the same reporter as (period_code, rows by form), in any order."""

_SEVERITIES = {"critical": REFUSE, "warning": CONFIRM, "info": REMARK}
_NAME = re.compile(r"[a-z_]+")


def check_report(reading: Reading, history: History, reference: Reference) -> tuple[Problem, ...]:
    """What the suites find in a report, sheet by sheet from the top; empty while nobody knows whose report it is.

    `history` should hold what counts of this year and of the quarter before; an older version of the same quarter
    gives way. Of later quarters only one thing is said: that with this report their sums of the year would stop a
    build. On a sheet that the reader refuses only critical rules speak: a cell that could not be read would look like
    a missing one.
    """
    if reading.reporter is None or reading.period is None or not any(reading.rows.values()):
        return ()
    code = reading.period.period_code
    reports = [report for report in _counting(reading.reporter, history, reference) if report.period_code != code]
    reports.append(ReportRows(reading.reporter, code, reading.rows))
    layout = workbook_layout(reference, reading.reporter, code)
    sheets = {sheet.form.table_name: FormFindings(sheet, reading, reference) for sheet in layout.sheets}
    found = []
    for finding in suite_run(reference).findings(reports, code):
        sheet = sheets.get(finding.suite.table_name)
        if sheet and sheet.may_say(finding) and _is_its_own(finding, code):
            found.append((sheet.place(finding), sheet.problem(finding, layout)))
    order = [sheet.form.table_name for sheet in layout.sheets]
    found.sort(key=lambda pair: (order.index(pair[0].table_name), pair[0].row, pair[0].column, pair[1].rule_code))
    return finish([problem for _, problem in found])


def is_copied(problem: Problem) -> bool:
    """Whether a finding says that figures equal last quarter's."""
    return problem.params.get("kind") == COPIED


def _counting(reporter: Unit, history: History, reference: Reference) -> list[ReportRows]:
    """The reporter's other reports, under the reporter's identity of each quarter."""
    reports = []
    for code, rows in history:
        unit = reference.unit(reporter.unit_code, reference.periods[code].end_date)
        if unit:
            reports.append(ReportRows(unit, code, rows))
    return reports


def _is_its_own(finding: Finding, period_code: str) -> bool:
    """Whether the report answers for a finding: all of its own quarter, and a later one that its figures add up to."""
    if finding.period_code == period_code:
        return True
    rule = finding.rule
    return rule.severity == "critical" and "_ytd" in rule.value and finding.period_code[:4] == period_code[:4]


@dataclass(frozen=True)
class Place:
    """A cell of the sender's sheet: `row` counted from 1, `column` from 0."""

    table_name: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """As people write it: C7."""
        return cell_name(self.row - 1, self.column)


class FormFindings:
    """One form of the report: where its rows stand, and how findings on it are told."""

    def __init__(self, layout: SheetLayout, reading: Reading, reference: Reference) -> None:
        form_code = layout.form.form_code
        self.layout = layout
        self.table_name = layout.form.table_name
        self.positions = reading.positions.get(form_code, {})
        self.name = reading.sheet_names.get(form_code, layout.form.sheet_name)
        self.head_row = reading.head_rows.get(form_code, 1)
        columns = [name for name, _ in raw_columns(reference, form_code)]
        rows = [dict(zip(columns, row, strict=True)) for row in reading.rows.get(form_code, [])]
        self.rows = {(row["unit_code"], row.get(layout.category_column or "")): row for row in rows}
        self._refused_cells = {problem.cell for problem in reading.problems if problem.sheet == self.name}
        self._words = FindingWords(layout, reference)

    def may_say(self, finding: Finding) -> bool:
        """Whether the finding is about what was read rather than about what could not be read."""
        if not self.positions:
            return False
        if not self._refused_cells:
            return True
        return finding.rule.severity == "critical" and self.place(finding).cell not in self._refused_cells

    def place(self, finding: Finding) -> Place:
        """The cell to look at."""
        column = self._column(finding)
        row = None if finding.rule.by == "reporter_code" else self.rows.get((finding.unit_code, finding.category_code))
        return Place(self.table_name, row["row_number"] if row else self.head_row, self.positions.get(column, 0))

    def problem(self, finding: Finding, book: WorkbookLayout) -> Problem:
        """The finding with its place and the words that its text needs, in both languages."""
        rule = finding.rule
        row = None if rule.by else self.rows.get((finding.unit_code, finding.category_code))
        column = self._column(finding)
        content = row.get(column) if row and rule.value != "null" else None
        params = self._words.params(finding, self._missing(rule), book)
        told = content if isinstance(content, int | float) else self._words.shown(str(content), column, "vi")
        value = None if content is None else quote(told)
        return Problem(
            check_rule(finding.suite.name, rule.code),
            self.name,
            self.place(finding).cell,
            value if row else params.get("value_vi"),
            params,
            _SEVERITIES[rule.severity],
        )

    def _column(self, finding: Finding) -> str:
        """The rule's column, or of a derived one the first of which it is made."""
        column = finding.rule.column
        if column in self.positions:
            return column
        made_of = _NAME.findall(finding.suite.derived.get(column, ""))
        return next((name for name in made_of if name in self.positions), column)

    def _missing(self, rule: Rule) -> list[tuple[Unit, str | None]]:
        """The rows that a rule on completeness misses."""
        if rule.code != "rows_present":
            return []
        return [(unit, code) for unit, code in self.layout.row_keys if (unit.unit_code, code) not in self.rows]
