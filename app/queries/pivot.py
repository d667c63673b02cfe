"""SQL of the pivot page: sums of reported numbers and of targets, by any axes.

Ratios are sums of numerators over sums of denominators. A part that the viewer may not see is not known to them: no sum
contains it, and nothing reveals whether it was reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import dedent
from typing import Any

from app.core import access
from app.core.access import Right
from app.core.levels import tier_of
from app.core.period_code import part_of, year_of
from app.core.reader import Reader
from app.queries import plan, progress
from app.queries.fetch import fetch, fetch_across_units, quoted_statement, row_scope
from app.records import Progress
from app.records.pivot import (
    CATEGORY,
    COLUMN,
    OWN,
    PERIOD,
    REASONS,
    RURAL,
    TIMES,
    TYPE,
    UNIT,
    YEAR,
    Category,
    Cell,
    Key,
    Measure,
    Question,
)
from warehouse.plan.levels import levels as plan_levels

# Why a part is not known, by its place in `REASONS`; smaller is graver.
_KNOWN, _NOT_APPLICABLE = 90, 91


def measures(reader: Reader) -> list[Measure]:
    """Return the counted columns of the forms that are in use, in their order."""
    sql = """
        select {columns} from marts.dim_measure as f
        where f.form_code in (select form_code from marts.fct_form_unit) order by f.form_order, f.position
    """
    return fetch_across_units(reader, Measure, sql)


def categories(reader: Reader) -> list[Category]:
    """Return the categories of every dimension of the forms, in their order."""
    sql = "select {columns} from marts.dim_category as f order by f.dimension_code, f.category_order"
    return fetch(reader, Category, sql)


def needs_one_period(reader: Reader, question: Question) -> bool:
    """Return whether a ratio mixes sums with situations, so that each cell must be of one period."""
    rules = {one.window_rule for one in measures(reader) if one.measure_code in {*question.measures, *question.per}}
    is_one = PERIOD in question.axes or len(question.periods) == 1
    return bool(question.per) and len(rules) > 1 and not is_one


def is_hidden(reader: Reader, question: Question) -> bool:
    """Return whether all numbers that a question adds up are hidden from the viewer."""
    return not reader.viewer.own_units and _is_protected(reader, question) and not question.target


def is_of_published_rows(reader: Reader, question: Question) -> bool:
    """Return whether a question is answered with published figures alone, because their parts are hidden.

    Only units above the smallest, periods and years are then distinguished, and nothing is added up.
    """
    return bool(question.target) and _is_protected(reader, question)


def cells(reader: Reader, question: Question, compared: Mapping[str, str] | None = None) -> list[Cell]:
    """Return the cells of a question.

    `compared` gives, for each of its periods, the one with which its value is compared; cells then have a change where
    the same parts are known in both. Raises `AccessDeniedError` for a viewer without the right to read.
    """
    access.require(reader.viewer, Right.READ)
    if is_hidden(reader, question):
        return []
    if is_of_published_rows(reader, question):
        return _published(reader, question)
    sql, parameters = _grouped(reader, question, compared or {})
    with reader.warehouse.reading(row_scope(reader.viewer)) as connection:
        now = connection.execute(quoted_statement(sql, parameters)).all()
    return [_cell(row, len(question.axes), question.is_ratio, bool(compared)) for row in now]


def statement(reader: Reader, question: Question) -> str:
    """Return the statement that selects the cells of a question; empty where no statement of the viewer's would."""
    access.require(reader.viewer, Right.READ)
    if is_hidden(reader, question) or is_of_published_rows(reader, question):
        return ""
    sql, parameters = _grouped(reader, question, {})
    compiled = quoted_statement(sql, parameters).compile(
        reader.warehouse.engine, compile_kwargs={"literal_binds": True}
    )
    return dedent(str(compiled)).strip()


def _is_protected(reader: Reader, question: Question) -> bool:
    if reader.viewer.may(Right.SMALL_COUNTS):
        return False
    if question.target:
        return any(one.is_sensitive for code, one in plan.named_targets(reader).items() if code == question.target)
    used = {*question.measures, *question.per}
    return any(one.is_sensitive for one in measures(reader) if one.measure_code in used)


def _cell(row: Sequence[Any], axes: int, is_ratio: bool, is_compared: bool) -> Cell:
    key, (numerator, denominator, known, parts, *rest) = tuple(row[:axes]), row[axes:]
    reasons = tuple((name, int(count)) for name, count in zip(REASONS, rest, strict=False) if count)
    change = None
    if is_compared and numerator is not None:
        numerator_before, denominator_before, known_before, known_twice = rest[len(REASONS) :]
        before = Cell(key, numerator_before, denominator_before if is_ratio else None, known_before, known_before)
        after = Cell(key, numerator, denominator if is_ratio else None, known, parts)
        if known == known_before == known_twice and before.value is not None and after.value is not None:
            change = after.value - before.value
    return Cell(key, numerator, denominator if is_ratio else None, int(known), int(parts), reasons, change)


def _grouped(reader: Reader, question: Question, compared: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the SELECT of every cell's sums, and its parameters.

    These are its codes, numerator, denominator, parts known and in all, parts by reason; and of the periods that it is
    compared with numerator, denominator, parts known, and parts known in both.
    """
    axes = [f"axis_{place}" for place in range(len(question.axes))]
    parameters: dict[str, Any] = {}
    # Sums of two years are alike where they were built over as many periods; within a year they grow.
    is_of_year = all(part_of(one) == part_of(other) for one, other in compared.items())
    length = "f.expected_count" if compared and is_of_year else "1"
    now = _parts(reader, question, {period: period for period in question.periods}, length, parameters)
    if compared:
        before = _parts(reader, question, compared, length, parameters)
        same = " and ".join(f"a.{name} is not distinct from b.{name}" for name in (*axes, "period_code", *_PART))
        chosen = ", ".join(f"coalesce(a.{name}, b.{name}) as {name}" for name in axes)
        source = f"""select {f"{chosen}, " if chosen else ""}a.numerator, a.denominator, a.standing,
            b.numerator as numerator_before, b.denominator as denominator_before, b.standing as standing_before
            from ({now}) as a full outer join ({before}) as b on {same}"""
        then = f""", sum(case when standing_before = {_KNOWN} then numerator_before end),
            sum(case when standing_before = {_KNOWN} then denominator_before end),
            count(case when standing_before = {_KNOWN} then 1 end),
            count(case when standing = {_KNOWN} and standing_before = {_KNOWN} then 1 end)"""
    else:
        source, then = now, ""
    reasons = "".join(
        f", count(case when standing = {place} then 1 end) as {name}_count" for place, name in enumerate(REASONS)
    )
    selected = "".join(f"{name}, " for name in axes)
    grouped = f" group by {', '.join(axes)}" if axes else ""
    sql = f"""
        select {selected}sum(case when standing = {_KNOWN} then numerator end) as numerator,
            sum(case when standing = {_KNOWN} then denominator end) as denominator,
            count(case when standing = {_KNOWN} then 1 end) as known_count,
            count(case when standing <= {_KNOWN} then 1 end) as part_count{reasons}{then}
        from ({source}) as parts{grouped} having count(standing) > 0
    """
    return sql, parameters


# What identifies a part besides its axes and period.
_PART = ("unit_code", "unit_valid_from", "category_code", "column_code", "expected_count")


def _parts(
    reader: Reader, question: Question, periods: Mapping[str, str], length: str, parameters: dict[str, Any]
) -> str:
    """Return the SELECT of a question's parts, each with its axes, in the periods of `periods`, under their keys."""
    bind = _binder(parameters)
    counts = _kept_periods(question)
    if question.target:
        source = _target_parts(question, periods, counts["end"], length, bind)
    elif question.per:
        source = _ratio_parts(reader, question, periods, counts, bind)
    else:
        source = _measure_parts(reader, question.measures, periods, counts, bind)
    readable = reader.viewer.readable_units
    conditions = [] if readable is None else [f"p.unit_code in {bind(sorted(readable) or [''])}"]
    conditions += [_kept(_axis(name), codes, bind) for name, codes in question.filters]
    columns = "".join(f"{_axis(name)} as axis_{place}, " for place, name in enumerate(question.axes))
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return f"""
        select {columns}p.period_code, {", ".join(f"p.{name}" for name in _PART)},
            p.numerator, p.denominator, p.standing
        from ({source}) as p{_joins(question, bind)}{where}
    """


def _kept_periods(question: Question) -> dict[str, list[str]]:
    """Return the periods of a question that count under each rule: all, or the last or first of each cell's time."""
    groups: dict[str, list[str]] = {}
    for period in sorted(question.periods):
        code = period if PERIOD in question.axes else year_of(period) if YEAR in question.axes else ""
        groups.setdefault(code, []).append(period)
    return {
        "sum": list(question.periods),
        "end": [group[-1] for group in groups.values()],
        "start": [group[0] for group in groups.values()],
    }


def _measure_parts(
    reader: Reader,
    codes: Sequence[str],
    periods: Mapping[str, str],
    counts: Mapping[str, Sequence[str]],
    bind: Any,
) -> str:
    """Return the SELECT of every number that is expected of some measures, known or not."""
    rules = {one.measure_code: one for one in measures(reader)}
    kept = [
        f"(m.window_rule = '{rule}' and f.period_code in {bind(_standing_for(counts[rule], periods))})"
        for rule in sorted({rules[code].window_rule for code in codes})
    ]
    value = "v.measure_value"
    hidden = ""
    if any(rules[code].is_sensitive for code in codes) and not reader.viewer.may(Right.SMALL_COUNTS):
        is_own = f"f.unit_code in {bind(sorted(reader.viewer.own_units) or [''])}"
        value = f"case when {is_own} or not m.is_sensitive then v.measure_value end"
        hidden = f"when m.is_sensitive and not ({is_own}) then {REASONS.index('suppressed')} "
    return f"""
        select {_key_of("f.period_code", periods, bind)} as period_code, f.period_code as source_period_code,
            f.unit_code, f.unit_valid_from, coalesce(c.category_code, 'total') as category_code,
            m.category_code as column_code, 1 as expected_count, {value} as numerator,
            cast(null as double precision) as denominator,
            case {hidden}when v.answer_code = 'not_applicable' then {_NOT_APPLICABLE}
                when v.measure_value is not null then {_KNOWN}
                {_reasons("f.form_state", ("rejected", "not_reported", "not_due"))}
                else {REASONS.index("blank")} end as standing
        from marts.fct_form_unit as f
        inner join marts.dim_measure as m on f.form_code = m.form_code
        left join marts.dim_category as c on m.row_dimension_code = c.dimension_code
        left join marts.fct_measure as v on m.measure_code = v.measure_code
            and coalesce(c.category_code, 'total') = v.category_code and f.unit_code = v.unit_code
            and f.unit_valid_from = v.unit_valid_from and f.period_code = v.period_code
        where m.measure_code in {bind(codes)} and ({" or ".join(kept)})
    """


def _ratio_parts(
    reader: Reader,
    question: Question,
    periods: Mapping[str, str],
    counts: Mapping[str, Sequence[str]],
    bind: Any,
) -> str:
    """Return the SELECT of the numerator and denominator of every unit and period; known where both are whole."""
    by_code = {one.measure_code: one for one in measures(reader)}
    both = [*question.measures, *question.per]
    # Numbers of forms with different rows meet in their units.
    rows = {by_code[code].row_dimension_code for code in both}
    category = "category_code" if len(rows) == 1 else "'total'"
    column = "column_code" if COLUMN in question.names else "cast(null as text)"

    def whole(codes: Sequence[str], column: str) -> str:
        parts = _measure_parts(reader, codes, periods, counts, bind)
        return f"""
            select period_code, unit_code, unit_valid_from, {category} as category_code, {column} as column_code,
                min(source_period_code) as source_period_code, sum(numerator) as total, min(standing) as standing
            from ({parts}) as one group by 1, 2, 3, 4, 5
        """

    return f"""
        select n.period_code, n.unit_code, n.unit_valid_from, n.category_code, n.column_code, 1 as expected_count,
            n.total as numerator, d.total as denominator,
            n.source_period_code,
            case when {_NOT_APPLICABLE} in (n.standing, d.standing) then {_NOT_APPLICABLE}
                else least(n.standing, d.standing) end as standing
        from ({whole(question.measures, column)}) as n
        inner join ({whole(question.per, "cast(null as text)")}) as d
            on n.period_code = d.period_code and n.unit_code = d.unit_code
            and n.unit_valid_from = d.unit_valid_from and n.category_code = d.category_code
    """


def _target_parts(question: Question, periods: Mapping[str, str], last: Sequence[str], length: str, bind: Any) -> str:
    """Return the SELECT of what every counted unit adds to the city's figure."""
    kept = _standing_for(last, periods)
    return f"""
        select {_key_of("f.period_code", periods, bind)} as period_code, f.period_code as source_period_code,
            f.unit_code, f.unit_valid_from, 'total' as category_code, cast(null as text) as column_code,
            {length} as expected_count, f.numerator, f.denominator,
            case when f.takes_part then {_KNOWN}
                {_reasons("f.provisional_reason", ("rejected", "not_reported", "silent_wards"))}
                else {REASONS.index("not_due")} end as standing
        from marts.fct_target_contribution as f
        inner join marts.dim_unit as top on f.row_unit_code = top.unit_code
            and f.row_unit_valid_from = top.valid_from and top.parent_code is null
        where f.target_code = {bind(question.target)} and f.period_window = {bind(question.window)}
            and f.period_code in {bind(kept)}
    """


def _standing_for(codes: Sequence[str], periods: Mapping[str, str]) -> list[str]:
    return [periods[code] for code in codes if code in periods]


def _key_of(column: str, periods: Mapping[str, str], bind: Any) -> str:
    """Return the key of a period."""
    if all(one == other for one, other in periods.items()):
        return column
    cases = " ".join(f"when {bind(other)} then {bind(one)}" for one, other in periods.items())
    return f"case {column} {cases} end"


def _reasons(column: str, names: Iterable[str]) -> str:
    return " ".join(f"when {column} = '{name}' then {REASONS.index(name)}" for name in names)


def _kept(column: str, codes: Sequence[str | None], bind: Any) -> str:
    named = f"{column} in {bind([code for code in codes if code is not None])}"
    return f"({named} or {column} is null)" if None in codes else named


def _axis(name: str) -> str:
    """Return the SQL of an axis. Raises `ValueError` for a level whose name is none."""
    if name.startswith(UNIT):
        if not name.isidentifier():
            raise ValueError(name)
        return f"{name}.ancestor_code"
    return {
        OWN: "p.unit_code",
        PERIOD: "p.period_code",
        YEAR: "substr(p.period_code, 1, 4)",
        TYPE: "u.unit_type",
        RURAL: "case when u.is_rural then 'rural' else 'urban' end",
        COLUMN: "p.column_code",
        CATEGORY: "p.category_code",
    }[name]


def _joins(question: Question, bind: Any) -> str:
    joins = ""
    if {TYPE, RURAL} & set(question.names):
        joins += " inner join marts.dim_unit as u on p.unit_code = u.unit_code and p.unit_valid_from = u.valid_from"
    for name in question.names:
        if name.startswith(UNIT):
            level = name.removeprefix(UNIT)
            joins += f"""
                left join marts.dim_unit_ancestor as {name} on p.unit_code = {name}.unit_code
                    and p.unit_valid_from = {name}.unit_valid_from and p.source_period_code = {name}.period_code
                    and {name}.ancestor_level in {bind(tier_of(level))}"""
    return joins


def _binder(parameters: dict[str, Any]) -> Any:
    """Return a function that binds a value, or the values of a list, and returns its name in the statement."""

    def bind(value: str | Sequence[str]) -> str:
        name = f"value_{len(parameters)}"
        parameters[name] = value if isinstance(value, str) else list(value) or [""]
        return f":{name}"

    return bind


def _published(reader: Reader, question: Question) -> list[Cell]:
    """Return published figures of a target as cells, as the viewer may see them; none for a sum of some of them."""
    levels = [name.removeprefix(UNIT) for name in question.axes if name.startswith(UNIT)]
    filters = dict(question.filters)
    if (
        len(levels) > 1
        or filters.keys() - {*question.axes}
        or {*question.axes} - TIMES - {f"{UNIT}{one}" for one in levels}
    ):
        return []
    level = levels[0] if levels else plan_levels().top
    last = _kept_periods(question)["end"]
    found = []
    for period in last:
        for row in progress.level_progress(reader, level, period, question.window):
            kept = filters.get(f"{UNIT}{level}", (row.unit_code,))
            if row.target_code == question.target and row.unit_code in kept:
                found.append(_published_cell(row, question))
    return found


def _published_cell(row: Progress, question: Question) -> Cell:
    codes = {PERIOD: row.period_code, YEAR: year_of(row.period_code)[:4]}
    key: Key = tuple(row.unit_code if name.startswith(UNIT) else codes[name] for name in question.axes)
    reason = "suppressed" if row.numerator is None and row.shown_status == "suppressed" else None
    reasons = ((reason, 1),) if reason else ()
    known, parts = row.reported_count or 0, row.expected_count or 0
    if question.is_amount:
        return Cell(key, row.numerator, None, known, parts, reasons)
    return Cell(key, row.numerator, row.denominator, known, parts, reasons, published_pct=row.value_pct)
