"""One run of the suites on a few reports of each of some reporters: the same SQL as in a build, in an in-memory DuckDB.

One database per process holds the seeds, and empty tables of reports and judged rows. A run fills them within a
transaction that is rolled back, so nothing of a report remains. Its statements are planned once: that takes ten times
as long as running them on a report.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import duckdb

from expectations.prepare import load_form_seeds, report_tables
from expectations.rules import Rule, Suite
from expectations.suites_in_force import raw_suites
from warehouse.forms.layout import raw_columns
from warehouse.forms.reading.sheet import TypedRow
from warehouse.pipeline.raw import SUBMISSION_KEYS, insert_rows
from warehouse.reference import Reference, Unit
from warehouse.storage.duckdb_connection import quiet

# The report in which a unit's rows of a quarter are.
_REPORTERS = "select distinct unit_code, period_code, reporter_code from {table}"
# Rows of a report as a whole have no category; every value is returned as text.
_FINDINGS = """
select {number} as rule_number, columns('^(unit_code|period_code|category_code|value|upper_limit)$')::varchar
from ({query})
"""


@dataclass(frozen=True)
class Finding:
    """A rule that a report breaks, and its place: `unit_code` is the reporter's if a report is judged as a whole.

    `value` and `limit` are as the rule returns them, in DuckDB's format.
    """

    suite: Suite
    rule: Rule
    period_code: str
    unit_code: str
    category_code: str | None
    value: str | None
    limit: str | None


@dataclass(frozen=True)
class ReportRows:
    """One report of the reporter: its quarter and its typed rows by form, as the reader returns them."""

    reporter: Unit
    period_code: str
    rows: Mapping[str, Sequence[TypedRow]]


class SuiteRun:
    """The suites, ready to be run on reports. Calls from several threads wait for each other."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._lock = threading.Lock()
        self._suites = raw_suites()
        self._rules = [(suite, rule) for suite in self._suites for rule in suite.expectations]
        findings = " union all by name ".join(
            _FINDINGS.format(number=number, query=rule.query_on(suite.table_name))
            for number, (suite, rule) in enumerate(self._rules)
        )
        # One report is a few hundred rows: more threads would only wait for each other.
        self._connection = quiet(
            duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": False})
        )
        self._connection.execute("attach ':memory:' as warehouse")
        self._connection.execute("use warehouse")
        load_form_seeds(self._run)
        self._connection.execute("create schema raw")
        self._create("submissions", SUBMISSION_KEYS)
        for form in reference.forms.values():
            self._create(form.table_name, self._columns(form.form_code))
        self._tables = report_tables(self._run, self._suites)
        for table, query in self._tables.items():
            self._run(f"create table {table} as {query}")
        # Plans must not depend on what tables hold: they are empty now.
        self._run("pragma disable_optimizer")
        for table, query in self._tables.items():
            self._run(f"prepare fill_{table} as insert into {table} {query}")
        self._run(f"prepare findings as {findings}")

    def findings(self, reports: Sequence[ReportRows], period_code: str) -> list[Finding]:
        """Return the findings in a reporter's reports of a quarter and later, compared with earlier reports.

        Of several reports of one quarter the last counts.
        """
        return self.findings_of_many([(reports, period_code)])[0]

    def findings_of_many(self, judged: Sequence[tuple[Sequence[ReportRows], str]]) -> list[list[Finding]]:
        """Return what `findings` returns for each of `judged`, at least one, whose reporters differ.

        It takes little longer than for one.
        """
        first = {reports[-1].reporter.unit_code: period_code for reports, period_code in judged}
        found: dict[str, list[Finding]] = {code: [] for code in first}
        with self._lock:
            self._connection.begin()
            try:
                self._fill([report for reports, _ in judged for report in reports])
                for table in self._tables:
                    self._run(f"execute fill_{table}")
                result = self._connection.execute("execute findings")
                names = [column[0] for column in result.description or []]
                rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
                reporters = self._reporters() if rows else {}
            finally:
                self._connection.rollback()
        for finding in map(self._as_finding, rows):
            place = finding.unit_code, finding.period_code
            reporter = finding.unit_code if finding.rule.by == "reporter_code" else reporters[place]
            if finding.period_code >= first[reporter]:
                found[reporter].append(finding)
        return [*found.values()]

    def _reporters(self) -> dict[tuple[str, str], str]:
        """Return the code of the reporter of each unit and quarter that was judged."""
        tables = " union ".join(_REPORTERS.format(table=suite.table_name) for suite in self._suites)
        return {(unit, period): reporter for unit, period, reporter in self._run(tables)}

    def _as_finding(self, row: dict[str, Any]) -> Finding:
        suite, rule = self._rules[row["rule_number"]]
        category = row["category_code"] or None
        place = (row["period_code"], row["unit_code"], category)
        return Finding(suite, rule, *place, row["value"], row["upper_limit"])

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def _columns(self, form_code: str) -> list[tuple[str, str]]:
        return [("submission_id", "bigint"), *raw_columns(self._reference, form_code)]

    def _create(self, table: str, columns: Sequence[tuple[str, str]]) -> None:
        self._run(f"create table raw.{table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")

    def _fill(self, reports: Sequence[ReportRows]) -> None:
        numbered = list(enumerate(reports, start=1))
        submissions: list[tuple[int, str, date, str, int, str]] = [
            (number, report.reporter.unit_code, report.reporter.valid_from, report.period_code, number, "accepted")
            for number, report in numbered
        ]
        insert_rows(self._connection, "raw.submissions", SUBMISSION_KEYS, submissions)
        for form in self._reference.forms.values():
            rows = [(number, *row) for number, report in numbered for row in report.rows.get(form.form_code, ())]
            insert_rows(self._connection, f"raw.{form.table_name}", self._columns(form.form_code), rows)


@cache
def suite_run(reference: Reference) -> SuiteRun:
    """Return the process's suites for a set of seeds."""
    return SuiteRun(reference)
