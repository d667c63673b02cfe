"""Rules on the mart fct_measure: the accepted numbers, compared across units."""

from expectations.rules import Suite, failing_query, failing_rows

_DOMINATED = """
select figure.unit_code, figure.period_code, figure.measure_code as category_code,
    figure.measure_value as value, total.total_value as upper_limit
from {batch} as figure
inner join measure_total as total
    on figure.measure_code = total.measure_code and figure.period_code = total.period_code
where total.unit_count >= 50 and total.total_value >= 200 and total.largest_value > 0.5 * total.total_value
    and figure.measure_value > 0.5 * total.total_value
order by figure.period_code desc, figure.measure_code
"""

# Great Expectations warns of a query that does not name its table.
_WITH_BEFORE = """
from measure_total as now /* totals of {batch} */
inner join measure_total as before
    on now.measure_code = before.measure_code and now.previous_period_code = before.period_code
"""

_FEWER_UNITS = f"""
select (select unit_code from top_unit) as unit_code, now.period_code, now.measure_code as category_code, now.unit_count as value, before.unit_count as upper_limit
{_WITH_BEFORE}
where before.unit_count >= 10 and now.unit_count < 0.75 * before.unit_count
order by now.period_code desc, now.measure_code
"""

_TOTAL_FELL = f"""
select (select unit_code from top_unit) as unit_code, now.period_code, now.measure_code as category_code, now.total_value as value, before.total_value as upper_limit
{_WITH_BEFORE}
where before.total_value >= 100 and now.total_value < 0.2 * before.total_value
order by now.period_code desc, now.measure_code
"""

_PER_MEASURE = "count(distinct measure_code)"

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="fct_measure",
    table_name="fct_measure",
    expectations=(
        failing_query("measure_total_not_dominated", "measure_value", _DOMINATED, severity="warning", sensitive=True, notes="One unit that outweighs all others together has mostly typed a digit too many."),
        failing_query("measure_total_steady", "measure_value", _TOTAL_FELL, elements=_PER_MEASURE, severity="warning", notes="A city total that loses four fifths in a quarter is explained before it is shown."),
        failing_rows("measure_value_not_negative", "measure_value", "measure_value < 0", limit="0", severity="critical", sensitive=True, notes="Counts and amounts are never below zero."),
        failing_query("unit_count_steady", "unit_code", _FEWER_UNITS, elements=_PER_MEASURE, severity="warning", notes="Fewer units filled the column in; the total falls without any change in the districts."),
    ),
)
