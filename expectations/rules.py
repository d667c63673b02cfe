"""Rules and suites as records, and builders with which a suite defines each rule in one call.

Every builder returns a light `Rule` whose query yields `unit_code, period_code, value` (and further columns that help
to locate the mistake). Builds pass it to Great Expectations (`runner.py`); submission runs the same query on one
report. What breaks a rule in a period follows from the rows of that period and of the one before, in suites that read
the year from those of its whole year as well: builds of single reports judge the periods that changed (`judging.py`).
Conditions use the columns that `prepare.py` creates: the form's own columns, `prev_<column>` (the unit's counting
report of the quarter before, if there is one), `<column>_ytd` and `<column>_ytd_max` (sum and maximum of the year so
far) and the suite's derived and borrowed columns. A missing cell is NULL and never breaks a rule about numbers. Write
neither `%` nor a lone colon in SQL: SQLAlchemy reads them. Imports nothing heavy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict, Unpack

from expectations.results import Severity


@dataclass(frozen=True)
class Rule:
    """One expectation: `query` (with `{batch}` for the table, other braces doubled) returns the rows that break it.

    `code` is unique in its suite; `column` is the cell to look at, `elements` the SQL aggregate for the number of rows
    or reports judged, `notes` the reason for the rule. `sensitive` is true if `value` counts people in need of support.
    `value` and `limit` are the SQL of the displayed value and of the limit it was compared with, for texts of findings,
    empty if only the query has them; `by` names the column whose rows are judged together (`reporter_code`: the whole
    report); empty: each row separately.
    """

    code: str
    column: str
    query: str
    elements: str
    severity: Severity
    notes: str
    sensitive: bool = False
    value: str = ""
    limit: str = ""
    by: str = ""

    def query_on(self, table_name: str) -> str:
        """Return the query for a prepared table."""
        return self.query.format(batch=table_name)


@dataclass(frozen=True)
class Suite:
    """The rules of one table, that of a form in schema `raw` or a mart.

    `derived` maps a column name to its SQL; `year_sums` and `year_maxima` name columns to accumulate from 1 January;
    `borrowed` maps a column name to another form's table and an aggregate of it: the same report's value there is added
    to every row. With `compares_year`, rules read further rows of a period's year.
    """

    name: str
    table_name: str
    expectations: tuple[Rule, ...]
    derived: dict[str, str] = field(default_factory=dict)
    year_sums: tuple[str, ...] = ()
    year_maxima: tuple[str, ...] = ()
    borrowed: dict[str, tuple[str, str]] = field(default_factory=dict)
    compares_year: bool = False

    @property
    def reads_year(self) -> bool:
        """Return whether what breaks a rule in a period depends on other periods of its year than the one before."""
        return self.compares_year or bool(self.year_sums or self.year_maxima)


class RuleTraits(TypedDict):
    """Options of every builder: severity of a breach, reason for the rule, whether `value` counts people in need."""

    severity: Severity
    notes: str
    sensitive: NotRequired[bool]


def total(*columns: str) -> str:
    """Return SQL for the sum of `columns`, missing only if all of them are."""
    added = " + ".join(f"coalesce({column}, 0)" for column in columns)
    return f"case when coalesce({', '.join(columns)}) is not null then {added} end"


def failing_rows(
    code: str,
    column: str,
    where: str,
    *,
    value: str = "",
    limit: str = "null",
    elements: str = "",
    **traits: Unpack[RuleTraits],
) -> Rule:
    """Return a rule on each row: a row for which `where` is true breaks it.

    `value` (default: `column`) is displayed for it, `limit` is what it was compared with.
    """
    query = (
        f"select unit_code, period_code, category_code, reporter_code, {value or column} as value, "
        f"{limit} as upper_limit from {{batch}} where {_literal(where)} "
        "order by period_code desc, unit_code, category_code, value, upper_limit"
    )
    counted = elements or f"count({column})"
    return Rule(code, column, query, counted, value=value or column, limit=limit, **traits)


def failing_groups(
    code: str,
    column: str,
    having: str,
    *,
    value: str,
    limit: str = "null",
    where: str = "true",
    by: str = "reporter_code",
    **traits: Unpack[RuleTraits],
) -> Rule:
    """Return a rule on each report: the rows of one reporter (or `by`) and quarter break it if `having` is true."""
    query = (
        f"select {by} as unit_code, period_code, {value} as value, {limit} as upper_limit "
        f"from {{batch}} where {_literal(where)} group by {by}, period_code having {_literal(having)} "
        f"order by period_code desc, {by}"
    )
    elements = f"count(distinct {by}) filter (where {where})"
    return Rule(code, column, query, elements, value=value, limit=limit, by=by, **traits)


def failing_query(code: str, column: str, query: str, *, elements: str = "", **traits: Unpack[RuleTraits]) -> Rule:
    """Return a rule with its own `query`, which reads `{batch}` and yields at least unit_code, period_code and value,
    in an order without ties, newest period first.

    `elements` is the SQL aggregate for the number of rows or reports judged (default: the filled cells of `column`).
    """
    return Rule(code, column, query, elements or f"count({column})", **traits)


def at_most(column: str, limit: int, **traits: Unpack[RuleTraits]) -> Rule:
    """Return a rule that a cell of `column` is not above `limit`, named `<column>_plausible`."""
    return failing_rows(f"{column}_plausible", column, f"{column} > {limit}", limit=str(limit), **traits)


def part_of(part: str, whole: str, code: str, **traits: Unpack[RuleTraits]) -> Rule:
    """Return a rule that a part is not above its whole, if both are reported."""
    return failing_rows(code, part, f"{part} > {whole}", limit=whole, **traits)


def rows_present(share_pct: float, **traits: Unpack[RuleTraits]) -> Rule:
    """Return a rule that at least `share_pct` percent of the rows that a report should have are filled in."""
    share = "round(100.0 * count(*) filter (where is_landed) / count(*), 1)"
    return failing_groups(
        "rows_present", "unit_code", f"{share} < {share_pct}", value=share, limit=str(share_pct), **traits
    )


def cells_present(share_pct: float, **traits: Unpack[RuleTraits]) -> Rule:
    """Return a rule that at least `share_pct` percent of the measure cells in the existing rows are filled in."""
    share = "round(100.0 * sum(filled_count) / sum(cell_count), 1)"
    landed = "is_landed and cell_count > 0"
    having = f"{share} < {share_pct}"
    return failing_groups(
        "cells_present", "unit_code", having, where=landed, value=share, limit=str(share_pct), **traits
    )


def no_jump(code: str, column: str, *, factor: float, at_least: int, **traits: Unpack[RuleTraits]) -> Rule:
    """Return a rule that the report's sum is within `factor` times (either way) of the quarter before.

    Only units that reported both figures count. Sums below `at_least` in both quarters are too small to judge. A fall
    to zero is covered by `no_silence`, and the return from it by no rule.
    """
    now, before = f"sum({column})", f"sum(prev_{column})"
    having = (
        f"least({now}, {before}) > 0 and greatest({now}, {before}) >= {at_least} "
        f"and ({now} > {factor} * {before} or {before} > {factor} * {now})"
    )
    return failing_groups(code, column, having, where=_both(column), value=now, limit=before, **traits)


def no_silence(code: str, column: str, *, at_least: int, **traits: Unpack[RuleTraits]) -> Rule:
    """Return a rule that the report's sum does not fall to zero if the quarter before had `at_least` or more."""
    now, before = f"sum({column})", f"sum(prev_{column})"
    having = f"{now} = 0 and {before} >= {at_least}"
    return failing_groups(code, column, having, where=_both(column), value=now, limit=before, **traits)


def not_copied(
    code: str,
    column: str,
    columns: Sequence[str],
    *,
    at_least: int,
    by: str = "reporter_code",
    **traits: Unpack[RuleTraits],
) -> Rule:
    """Return a rule that the figures are not, cell for cell, the quarter before's.

    Figures of fewer than `at_least` in all are exempt.
    """
    same = " and ".join(f"{name} is not distinct from prev_{name}" for name in columns)
    amount = " + ".join(f"coalesce(sum({name}), 0)" for name in columns)
    having = f"bool_and({same}) and {amount} >= {at_least}"
    return failing_groups(code, column, having, where="is_landed and has_previous", value=amount, by=by, **traits)


def _both(column: str) -> str:
    return f"{column} is not null and prev_{column} is not null"


def _literal(sql: str) -> str:
    """Double the braces of `sql`, which Great Expectations would interpret as placeholders."""
    return sql.replace("{", "{{").replace("}", "}}")
