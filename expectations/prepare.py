"""Tables and views for the suites, created in memory beside the warehouse file, which is only read.

For each form one table with a row for every row that a counting report should have (`is_landed` is whether it arrived),
its cells, and each cell of the unit's quarter before. The counting report of a reporter and quarter is its newest
accepted version. Marts are read through views, unchanged.
The caller provides the function that runs a statement: a build uses SQLAlchemy, which Great Expectations needs;
submission uses DuckDB directly.
"""

import csv
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from expectations.rules import Suite
from warehouse.plan.seeds import seeds_dir
from warehouse.reference import load_reference
from warehouse.storage.literals import quoted

Run = Callable[[str], Sequence[Sequence[Any]]]
"""Runs one statement and gives its rows; none for a statement that has none."""
Judged: TypeAlias = Mapping[str, Collection[str]]
"""The periods to be judged of each table."""
Read: TypeAlias = Mapping[str, Collection[str] | None]
"""The periods that rules on the judged ones read of each table; None for all."""

# A row of a form is a unit, a unit and a category of the list that follows this, or a task.
_BY_CATEGORY, _BY_TASK = "unit_", "task"
# Columns that the tables of judged rows have beside those of the form, and how names of others begin or end.
OWN_COLUMNS = (
    *("unit_code", "unit_valid_from", "category_code", "category_key", "version", "reporter_code", "reporter_level"),
    *("period_code", "year", "period_index", "quarter_start", "quarter_end", "unit_level", "is_rural", "is_landed"),
    *("filled_count", "cell_count", "has_previous", "value", "upper_limit", "is_before"),
)
OWN_START, OWN_ENDS = "prev_", ("_ytd", "_ytd_max")
# Ends the code of a period whose reports are laid out as they were before.
_BEFORE = " before"
_FOLLOWS = "lag(period_index) over quarters = period_index - 1"
_MART_EXTRAS = {
    "fct_target_progress": "target_code as category_code, null as reporter_code, "
    "unit_level in (select unit_level from middle_authority_level) as is_middle_authority",
    "fct_reporting": "reporter_code as unit_code, form_code as category_code",
    "fct_task_progress": "task_code as category_code, null as reporter_code",
    "fct_measure": "null as reporter_code",
}
_FORM_SEEDS = (
    "units",
    "unit_levels",
    "periods",
    "plans",
    "forms",
    "form_levels",
    "form_columns",
    "code_lists",
    "tasks",
)
# Seeds are read as they are written: DuckDB's guess of their dialect takes longer than reading them.
_DIALECT = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"'"
_MART_DIMENSIONS = ("dim_target", "dim_target_period", "dim_period")
JUDGED_MARTS = frozenset({*_MART_EXTRAS, *_MART_DIMENSIONS})
# Each period with its year and the period whose rows are compared with its own.
_FORM_PERIODS = """
with numbered as (
    select period_code, cast(year as integer) as year,
        (select count(*) from seed_periods as earlier where earlier.start_date <= period.start_date) as number
    from seed_periods as period
)

select numbered.period_code, numbered.year, before.period_code as previous_period_code
from numbered
left join numbered as before on numbered.number = before.number + 1
"""
_MART_PERIODS = "select period_code, year, previous_period_code from warehouse.marts.dim_period"


def attach(run: Run, duckdb_path: Path) -> None:
    """Attach the warehouse file as catalog `warehouse`; no process may have it open for writing meanwhile."""
    run("set autoinstall_known_extensions = false")  # no network, ever
    run(f"attach {quoted(str(duckdb_path))} as warehouse (read_only)")
    if load_reference().is_small:
        run("set threads = 1")


def detach(run: Run) -> None:
    """Detach the warehouse file, so that others may write to it; without an attached file nothing happens."""
    run("detach database if exists warehouse")


def lay_out_forms(
    run: Run, suites: Collection[Suite], changed: Collection[str] | None = None, added: Collection[int] = ()
) -> Judged:
    """Create one table of judged rows for each form suite, named as the form's table; return the periods to be judged
    of each.

    These are all, or those on which rows of the `changed` periods have an effect. The tables then hold the rows of
    these periods and of those that their rules read. With new reports, `added` by submission_id, they hold only rows of
    units whose reporters sent one: as they are, and under periods that `before` names, which are not returned, as they
    were without the new reports.
    """
    load_form_seeds(run)
    judged, read = _periods(run(_FORM_PERIODS), suites, changed)
    lay_out_reports(run, suites, read, added)
    return judged


def before(period_code: str) -> str:
    """Return the name of a period's reports as they were before others were added."""
    return period_code + _BEFORE


def load_form_seeds(run: Run) -> None:
    """Load the seeds that `lay_out_reports` reads."""
    _load_seeds(run, _FORM_SEEDS)


def lay_out_reports(run: Run, suites: Iterable[Suite], read: Read, added: Collection[int] = ()) -> None:
    """Create one table of judged rows for each form suite, from schema `raw` of catalog `warehouse` and the seeds; only
    reports of the periods that are `read` count, and with reports `added` those of their reporters, twice."""
    for table, query in report_tables(run, suites, read, added).items():
        run(f"create table {table} as {query}")


def report_tables(
    run: Run, suites: Iterable[Suite], read: Read | None = None, added: Collection[int] = ()
) -> dict[str, str]:
    """Return the tables that `lay_out_reports` creates, each with its query, in an order in which they can be made.

    Reports of all periods count if none are given.
    """
    chosen = read or {}
    condition, states = _within(_together(chosen)), "(false)"
    if added:
        new = ", ".join(map(str, sorted(added)))
        reporters = ", ".join(map(quoted, sorted(_reporters_of_same_units(run, new))))
        condition += f" and reporter_code in ({reporters}) and not (is_before and submission_id in ({new}))"
        states = "(false), (true)"
    counting = _COUNTING.format(condition=condition, states=states, before=_BEFORE)
    tables = {"counting": counting, "expected_unit": _EXPECTED_UNIT}
    return tables | {suite.table_name: _judged_rows(run, suite, chosen.get(suite.table_name)) for suite in suites}


def _reporters_of_same_units(run: Run, added: str) -> set[str]:
    """Return the codes of the reporters of the `added` reports, and of all in whose reports the same units can be in
    some period: those that report for them, and those for which they report."""
    pairs = run(_REPORTED_FOR)
    linked: dict[str, set[str]] = {}
    for unit, above in pairs:
        linked.setdefault(str(unit), set()).add(str(above))
        linked.setdefault(str(above), set()).add(str(unit))
    reporters = run(f"select distinct reporter_code from warehouse.raw.submissions where submission_id in ({added})")
    waiting, found = [str(code) for (code,) in reporters], set[str]()
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += linked.get(code, ())
    return found


def lay_out_marts(run: Run, suites: Collection[Suite], changed: Collection[str] | None = None) -> Judged:
    """Create views named as the marts, with the key columns that the rules' queries need; return the periods to be
    judged of each, which are chosen as in `lay_out_forms`."""
    _load_seeds(run, ("target_terms", "targets", "unit_levels", "units"))
    judged, read = _periods(run(_MART_PERIODS), suites, changed)
    run(_MIDDLE_AUTHORITY_LEVEL)
    run(_TOP_UNIT)
    run(_UNIT_ABOVE)
    for dimension in _MART_DIMENSIONS:
        condition = f"where {_within(_together(read))}" if dimension == "dim_target_period" else ""
        run(f"create view {dimension} as select * from warehouse.marts.{dimension} {condition}")
    for suite in suites:
        table, extras = suite.table_name, _MART_EXTRAS[suite.table_name]
        within = _within(read[table])
        run(f"create view {table} as select *, {extras} from warehouse.marts.{table} where {within}")
    run(_MEASURE_TOTAL.format(condition=_within(read.get("fct_measure"))))
    run(_YEAR_SUM)
    run(_CITY_OWN.format(condition=_within(read.get("fct_target_progress"))))
    return judged


def _periods(
    periods: Iterable[Sequence[Any]], suites: Iterable[Suite], changed: Collection[str] | None
) -> tuple[Judged, Read]:
    """Return the periods of each suite's table that are to be judged, and those that its rules on them read.

    `periods` are rows of a period, its year and the period before it.
    """
    rows = [(str(code), int(year), before) for code, year, before in periods]
    if changed is None:
        every = {code for code, *_ in rows}
        return {suite.table_name: every for suite in suites}, {suite.table_name: None for suite in suites}
    reached = {code for code, _, before in rows if code in changed or before in changed}
    years = {year for code, year, _ in rows if code in reached}
    of_years = {code for code, year, _ in rows if year in years}
    judged = {suite.table_name: of_years if suite.reads_year else reached for suite in suites}
    before_it = {code: before for code, _, before in rows if before}
    read = {table: codes | {before_it[code] for code in codes if code in before_it} for table, codes in judged.items()}
    return judged, read


def _together(read: Read) -> Collection[str] | None:
    """Return the periods that are read of any table; None for all."""
    listed = [periods for periods in read.values() if periods is not None]
    return {code for periods in listed for code in periods} if read and len(listed) == len(read) else None


def _within(periods: Collection[str] | None) -> str:
    """Return SQL that is true for rows of the periods; for all rows if they are None."""
    if periods is None:
        return "true"
    codes = sorted(periods)
    if not codes:
        return "false"
    # Of tables in the order of periods, DuckDB reads the rows between two periods alone; not so for a list.
    between = f"period_code between {quoted(codes[0])} and {quoted(codes[-1])}"
    return f"period_code in ({', '.join(map(quoted, codes))}) and {between}"


def _load_seeds(run: Run, names: Iterable[str]) -> None:
    for name in names:
        path = seeds_dir() / f"{name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = next(csv.reader(file))
        types = ", ".join(f"{quoted(column)}: 'varchar'" for column in columns)
        run(f"create table seed_{name} as from read_csv({quoted(str(path))}, {_DIALECT}, columns = {{{types}}})")


_COUNTING = """
select
    newest.submission_id,
    newest.is_before,
    newest.version,
    newest.reporter_code,
    newest.period_code,
    case when newest.is_before then newest.period_code || '{before}' else newest.period_code end as judged_code,
    cast(period.year as integer) as year,
    (select count(*) from seed_periods as earlier where earlier.start_date <= period.start_date) as period_index,
    cast(period.start_date as date) as quarter_start,
    cast(period.end_date as date) as quarter_end,
    reporter.unit_level as reporter_level
from (
    select
        *,
        row_number() over (
            partition by is_before, reporter_code, reporter_valid_from, period_code order by version desc
        ) as place
    from warehouse.raw.submissions
    cross join (values {states}) as state (is_before)
    where verdict = 'accepted' and {condition}
) as newest
inner join seed_periods as period on newest.period_code = period.period_code
left join seed_units as reporter
    on newest.reporter_code = reporter.unit_code and newest.reporter_valid_from = cast(reporter.valid_from as date)
where newest.place = 1
"""

# Levels whose units report for their own parts, as a district does for its wards; the top does for its own agencies
# alone, since units below it report for themselves.
_REPORTING_LEVEL = """
    select unit_level from seed_unit_levels where is_authority = 'true' and cast(rank as integer) > 1
"""
_REPORTED_FOR = f"""
select distinct unit.unit_code, above.unit_code as above_code
from seed_units as unit
inner join seed_units as above on unit.parent_code = above.unit_code and above.unit_level in ({_REPORTING_LEVEL})
"""
_EXPECTED_UNIT = f"""
select
    counting.submission_id,
    counting.period_code,
    unit.unit_code,
    cast(unit.valid_from as date) as unit_valid_from,
    unit.unit_level
from counting
inner join seed_units as unit
    on cast(unit.valid_from as date) <= counting.quarter_end
    and (unit.valid_to is null or cast(unit.valid_to as date) > counting.quarter_end)
    and (
        unit.unit_code = counting.reporter_code
        or (
            unit.parent_code = counting.reporter_code
            and counting.reporter_level in ({_REPORTING_LEVEL})
        )
    )
"""


# Levels whose units report for the units below them, such as districts.
_MIDDLE_AUTHORITY_LEVEL = """
create view middle_authority_level as
select unit_level from seed_unit_levels
where is_reading_level = 'true' and is_authority = 'true'
    and cast(rank as integer) < (select max(cast(rank as integer)) from seed_unit_levels)
"""


_TOP_UNIT = """
create view top_unit as
select min(unit_code) as unit_code from seed_units
where unit_level in (select unit_level from seed_unit_levels where cast(rank as integer) = 1)
"""


# The level of each unit between a unit and the top, with the days on which that unit was valid.
_UNIT_ABOVE = """
create table unit_above as
with recursive unit as (
    select
        unit_code, unit_level, parent_code, cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_to
    from seed_units
),

step as (
    select unit_code, valid_from as unit_valid_from, valid_from, valid_to, parent_code from unit
    union all
    select
        step.unit_code, step.unit_valid_from, greatest(step.valid_from, above.valid_from) as valid_from,
        least(step.valid_to, above.valid_to) as valid_to, above.parent_code
    from step
    inner join unit as above
        on step.parent_code = above.unit_code and above.valid_from < step.valid_to and step.valid_from < above.valid_to
    where above.parent_code is not null
)

select distinct
    step.unit_code, step.unit_valid_from, above.unit_level,
    greatest(step.valid_from, above.valid_from) as valid_from, least(step.valid_to, above.valid_to) as valid_to
from step
inner join unit as above
    on step.parent_code = above.unit_code and above.valid_from < step.valid_to and step.valid_from < above.valid_to
where above.parent_code is not null
"""


# The part of the city's own agencies in a target that counts them, as of any counted unit: sums of counts of the
# quarters in which they reported every term; else 1 where they did it, by any column. Over the year a quarter without
# their report keeps what the earlier quarters gave; sums keep it also when the agencies are counted no more.
_CITY_OWN = """
create view city_own as
with rules as (
    select
        term.target_code, any_value(target.counting_rule) as counting_rule,
        max(term.window_rule) filter (where term.term = 'numerator') as numerator_rule,
        count(distinct term.measure_code) as measure_count,
        bool_or(definition.rural_only = 'true') as is_rural_only
    from seed_target_terms as term
    inner join dim_target as target on term.target_code = target.target_code
    inner join seed_targets as definition on term.target_code = definition.target_code
    group by term.target_code
),

counted as (
    select target.target_code, target.period_code, period.year, period.quarter
    from dim_target_period as target
    inner join dim_period as period on target.period_code = period.period_code
    where list_has_any(
        string_split(target.counted_levels, '|'),
        (select list(unit_level) from seed_unit_levels where cast(rank as integer) = 1)
    )
),

own as (
    select
        figure.unit_code, counted.target_code, counted.period_code, counted.year, counted.quarter,
        rules.counting_rule, rules.numerator_rule,
        sum(figure.measure_value) filter (where term.term = 'numerator') as numerator
    from (select * from warehouse.marts.fct_measure where {condition}) as figure
    inner join seed_target_terms as term on figure.measure_code = term.measure_code
    inner join counted on term.target_code = counted.target_code and figure.period_code = counted.period_code
    inner join rules on counted.target_code = rules.target_code
    inner join seed_units as unit
        on figure.unit_code = unit.unit_code and figure.unit_valid_from = cast(unit.valid_from as date)
    where figure.parent_code is null and (unit.is_rural = 'true' or not rules.is_rural_only)
    group by all
    having case
        when rules.counting_rule = 'amounts' then count(distinct term.measure_code) = any_value(rules.measure_count)
        else count(*) filter (where term.term = 'numerator') > 0
    end
),

so_far as (
    select
        own.unit_code, own.target_code, period.period_code, own.counting_rule,
        count(*) filter (where own.numerator >= 1) as active_count,
        case
            when own.numerator_rule = 'end' then arg_max(own.numerator, own.quarter)
            else sum(own.numerator)
        end as numerator
    from own
    inner join dim_period as period on own.year = period.year and own.quarter <= period.quarter
    left join counted on own.target_code = counted.target_code and period.period_code = counted.period_code
    where counted.target_code is not null or own.target_code in (select target_code from year_sum)
    group by own.unit_code, own.target_code, period.period_code, own.counting_rule, own.numerator_rule
)

select
    unit_code, target_code, period_code, 'quarter' as period_window,
    case when counting_rule = 'amounts' then numerator else cast(numerator >= 1 as integer) end as numerator
from own
union all
select
    unit_code, target_code, period_code, 'ytd',
    case counting_rule
        when 'amounts' then numerator
        when 'quarters' then active_count
        else cast(numerator >= 1 as integer)
    end
from so_far
"""


# What all units together reported of a measure in a period, and how many did.
_MEASURE_TOTAL = """
create table measure_total as
select totals.*, period.previous_period_code
from (
    select
        measure_code, period_code, sum(measure_value) as total_value, max(measure_value) as largest_value,
        count(distinct unit_code) as unit_count
    from warehouse.marts.fct_measure
    where {condition}
    group by measure_code, period_code
) as totals
inner join dim_period as period on totals.period_code = period.period_code
"""


# Targets whose figure adds up counts of the year, in which a unit that ended keeps its part.
_YEAR_SUM = """
create view year_sum as
select target.target_code from dim_target as target
inner join seed_target_terms as term on target.target_code = term.target_code
where target.counting_rule = 'amounts'
group by target.target_code
having bool_and(term.window_rule in ('sum', 'start'))
"""


def _judged_rows(run: Run, suite: Suite, periods: Collection[str] | None) -> str:
    (form,) = run(f"select form_code, row_key from seed_forms where table_name = '{suite.table_name}'")
    form_code, row_key = (str(cell) for cell in form)
    columns = run(f"select column_code, is_measure = 'true' from seed_form_columns where form_code = '{form_code}'")
    names = [name for name, _ in columns]
    measures = [name for name, is_measure in columns if is_measure]
    judged = [*names, *suite.borrowed, *suite.derived]
    category = _category_column(row_key)
    filled = " + ".join(f"(form.{name} is not null)::integer" for name in measures) or "0"
    lists = {
        "keys": _expected_keys(row_key, form_code),
        "within": _within(periods),
        "landed_category": f"coalesce({category}, '')" if category else "''",
        "cells": ", ".join(f"form.{name}" for name in names),
        "filled": filled,
        "cell_count": f"case when form.unit_code is null then 0 else {len(measures)} end",
        "borrowed": "".join(
            f", {_BORROWED.format(table=table, aggregate=aggregate)} as {name}"
            for name, (table, aggregate) in suite.borrowed.items()
        ),
        "derived": "".join(f", {sql} as {name}" for name, sql in suite.derived.items()),
        "previous": ", ".join(
            f"case when {_FOLLOWS} then lag({name}) over quarters end as prev_{name}" for name in judged
        ),
        "sums": "".join(f", sum({name}) over year_so_far as {name}_ytd" for name in suite.year_sums),
        "maxima": "".join(f", max({name}) over year_so_far as {name}_ytd_max" for name in suite.year_maxima),
        "table": suite.table_name,
    }
    return _FORM.format(**lists)


def _category_column(row_key: str) -> str | None:
    if row_key.startswith(_BY_CATEGORY):
        return row_key.removeprefix(_BY_CATEGORY)
    return "task_code" if row_key == _BY_TASK else None


def _expected_keys(row_key: str, form_code: str) -> str:
    unit = "select u.submission_id, u.unit_code, u.unit_valid_from"
    source = f"""
        from expected_unit as u
        inner join seed_form_levels as l
            on l.form_code = '{form_code}' and l.unit_level = u.unit_level and l.first_period_code <= u.period_code
            and (l.last_period_code is null or l.last_period_code >= u.period_code)
        {{}}
    """
    if row_key.startswith(_BY_CATEGORY):
        categories = f"inner join seed_code_lists as c on c.list_code = '{_category_column(row_key)}'"
        return f"{unit}, c.code as category_code {source.format(categories)}"
    if row_key == _BY_TASK:
        tasks = """
            inner join seed_plans as p on u.period_code between p.first_period_code and p.last_period_code
            inner join seed_tasks as t
                on t.plan_code = p.plan_code and list_contains(string_split(t.reporter_levels, '|'), u.unit_level)
        """
        return f"{unit}, t.task_code as category_code {source.format(tasks)}"
    return f"{unit}, '' as category_code {source.format('')}"


_BORROWED = (
    "(select {aggregate} from warehouse.raw.{table} as other where other.submission_id = row_keys.submission_id)"
)
_FORM = """
with landed as (
    select *, {landed_category} as category_key
    from warehouse.raw.{table}
    where submission_id in (select submission_id from counting where {within})
),

row_keys as (
    {keys}
    union
    select submission_id, unit_code, unit_valid_from, category_key from landed
),

cells as (
    select
        row_keys.unit_code, row_keys.unit_valid_from, row_keys.category_code,
        counting.submission_id, counting.is_before, counting.version, counting.reporter_code, counting.reporter_level,
        counting.judged_code as period_code,
        counting.year, counting.period_index, counting.quarter_start, counting.quarter_end,
        unit.unit_level,
        coalesce(level.is_lowest, false) as is_lowest_level,
        unit.is_rural = 'true' as is_rural,
        form.unit_code is not null as is_landed,
        {filled} as filled_count,
        {cell_count} as cell_count,
        {cells}{borrowed}
    from row_keys
    inner join counting on row_keys.submission_id = counting.submission_id and {within}
    left join landed as form
        on row_keys.submission_id = form.submission_id
        and row_keys.unit_code = form.unit_code
        and row_keys.unit_valid_from = form.unit_valid_from
        and row_keys.category_code = form.category_key
    left join seed_units as unit
        on row_keys.unit_code = unit.unit_code and row_keys.unit_valid_from = cast(unit.valid_from as date)
    left join (
        select unit_level, cast(rank as integer) = max(cast(rank as integer)) over () as is_lowest
        from seed_unit_levels
    ) as level
        on unit.unit_level = level.unit_level
),

with_derived as (
    select *{derived} from cells
)

select
    *,
    coalesce(
        lag(period_index) over quarters = period_index - 1 and lag(is_landed) over quarters, false
    ) as has_previous,
    {previous}{sums}{maxima}
from with_derived
window
    quarters as (partition by is_before, unit_code, unit_valid_from, category_code order by period_index),
    year_so_far as (partition by is_before, unit_code, unit_valid_from, category_code, year order by period_index)
"""
