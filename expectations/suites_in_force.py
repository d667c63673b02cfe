"""The suites of the forms in force: the project's own, and rules made from the seeds of forms.

A form without a suite gets one that judges completeness. A part (seed `form_parts`) that no critical rule of its form's
suite compares with its whole gets that rule. Bounds are checked cell by cell when a report is read.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from expectations.rules import Rule, Suite, cells_present, part_of, rows_present
from expectations.suites import RAW_SUITES
from warehouse.plan.seeds import seeds_dir

# Percentages of rows and cells below which a report needs a confirmation: those of most of the project's suites.
_ROWS_PCT, _CELLS_PCT = 90, 95
ROWS, CELLS, PART = "rows_present", "cells_present", "_part"
Cells = dict[str, str]


@dataclass(frozen=True)
class MadeRule:
    """A rule made from the seeds, its suite and its `kind` (ROWS, CELLS or PART).

    `part` and `whole` are the rows of the columns that it compares, empty for a rule on completeness.
    """

    suite: str
    rule: Rule
    kind: str
    part: Cells
    whole: Cells


def raw_suites() -> tuple[Suite, ...]:
    """Return the suites of all forms of the seeds in force, the project's first."""
    return _suites(seeds_dir())


def made_rules() -> tuple[MadeRule, ...]:
    """Return the rules that the seeds in force add to the project's suites."""
    return tuple(_made(seeds_dir()))


@cache
def _suites(seeds: Path) -> tuple[Suite, ...]:
    added: dict[str, list[Rule]] = {}
    for made in _made(seeds):
        added.setdefault(made.suite, []).append(made.rule)
    own = [replace(suite, expectations=(*suite.expectations, *added.pop(suite.name, ()))) for suite in RAW_SUITES]
    return (*own, *(Suite(table, table, tuple(rules)) for table, rules in added.items()))


def _made(seeds: Path) -> Iterator[MadeRule]:
    columns = {(row["form_code"], row["column_code"]): row for row in _rows(seeds, "form_columns")}
    parts = _rows(seeds, "form_parts")
    own = {suite.table_name: suite for suite in RAW_SUITES}
    for form in _rows(seeds, "forms"):
        table = form["table_name"]
        if table not in own:
            for rule, kind in _completeness():
                yield MadeRule(table, rule, kind, {}, {})
        numbers: dict[str, int] = {}
        for row in (row for row in parts if row["form_code"] == form["form_code"]):
            part, whole = (columns[form["form_code"], row[name]] for name in ("part_code", "whole_code"))
            if table not in own or not _compares(own[table], row["part_code"], row["whole_code"]):
                yield MadeRule(table, _part_rule(part, whole, numbers), PART, part, whole)


def _completeness() -> Sequence[tuple[Rule, str]]:
    rows = rows_present(_ROWS_PCT, severity="warning", notes="A blank row is a unit that has not reported.")
    cells = cells_present(_CELLS_PCT, severity="warning", notes="An empty cell is missing, not zero.")
    return (cells, CELLS), (rows, ROWS)


def _part_rule(part: Cells, whole: Cells, numbers: dict[str, int]) -> Rule:
    code, other = part["column_code"], whole["column_code"]
    numbers[code] = number = numbers.get(code, 0) + 1
    return part_of(
        code,
        other,
        f"{code}{PART}{number if number > 1 else ''}",
        severity="critical",
        sensitive="true" in (part["is_sensitive"], whole["is_sensitive"]),
        notes="The form asks how many of the whole are the part.",
    )


def _compares(suite: Suite, part: str, whole: str) -> bool:
    """Return whether a critical rule of a suite is on the part and reads its whole, alone or in a sum."""
    for rule in suite.expectations:
        read = [rule.query, *(sql for name, sql in suite.derived.items() if name in rule.query)]
        if rule.severity == "critical" and rule.column == part and any(whole in sql for sql in read):
            return True
    return False


def _rows(seeds: Path, name: str) -> list[Cells]:
    with (seeds / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
