"""Rules on the mart fct_target_progress: the figures of every target and unit about to be published."""

from expectations.rules import Suite, failing_query, failing_rows

_CITY_ROWS = "count({}) filter (where parent_code is null and period_window = 'quarter')"
_INTERVAL = "select target_code from dim_target where has_interval"
_RATE = "select target_code from dim_target where has_interval and kind = 'rate'"

# A city figure is the sum of the highest units below it that the target is shown for (view unit_above) and, if the city
# itself is counted, of its own reports (view city_own, see prepare.py). Units that ended within the year stay in the sums
# of counts (view year_sum). Of an amount, units to which nothing was assigned have no figure, so theirs do not add up to
# the city's. Where counted units are not shown, nothing adds up to it.
_NUMERATOR_IS_SUM = """
with shown as (
    select
        target.target_code, target.period_code, period.end_date, string_split(target.shown_levels, '|') as shown_levels,
        target.rollup_level is not null or list_has_all(
            list_concat(
                string_split(target.shown_levels, '|'),
                (select list(unit_level) from seed_unit_levels where cast(rank as integer) = 1)
            ),
            string_split(target.counted_levels, '|')
        ) as is_whole
    from dim_target_period as target
    inner join dim_period as period on target.period_code = period.period_code
),

within_shown as (
    select distinct above.unit_code, above.unit_valid_from, shown.target_code, shown.period_code
    from unit_above as above
    inner join shown
        on above.valid_from <= shown.end_date and shown.end_date < above.valid_to
        and list_contains(shown.shown_levels, above.unit_level)
),

parts as (
    select part.*, period.year, period.quarter,
        lead(period.quarter) over (
            partition by part.unit_code, part.unit_valid_from, part.target_code, part.period_window, period.year
            order by period.quarter
        ) as next_quarter
    from {batch} as part
    inner join dim_period as period on part.period_code = period.period_code
    left join within_shown
        on part.unit_code = within_shown.unit_code and part.unit_valid_from = within_shown.unit_valid_from
        and part.target_code = within_shown.target_code and part.period_code = within_shown.period_code
    where part.parent_code is not null and within_shown.unit_code is null
)

select city.unit_code, city.period_code, city.target_code as category_code,
    city.numerator as value, coalesce(sums.numerator, 0) + coalesce(own.numerator, 0) as upper_limit
from {batch} as city
inner join shown
    on city.target_code = shown.target_code and city.period_code = shown.period_code and shown.is_whole
left join (
    select parts.target_code, row_period.period_code, parts.period_window,
        sum(parts.numerator) as numerator
    from parts
    inner join dim_period as row_period
        on parts.year = row_period.year
        and (
            parts.quarter = row_period.quarter
            or (
                parts.period_window = 'ytd' and parts.next_quarter is null and parts.quarter < row_period.quarter
                and parts.target_code in (select target_code from year_sum)
                -- A region's own sum of the year holds those that ended in it.
                and row_period.period_code not in (
                    select period_code from {batch}
                    where unit_level in (select unit_level from seed_unit_levels where is_authority = 'false')
                )
            )
        )
    group by parts.target_code, row_period.period_code, parts.period_window
) as sums
    on city.target_code = sums.target_code
    and city.period_code = sums.period_code and city.period_window = sums.period_window
left join city_own as own
    on city.unit_code = own.unit_code and city.target_code = own.target_code
    and city.period_code = own.period_code and city.period_window = own.period_window
where city.parent_code is null and city.numerator is not null and city.kind <> 'amount'
    and abs(city.numerator - coalesce(sums.numerator, 0) - coalesce(own.numerator, 0)) > 0.000001
order by city.period_code desc, city.target_code, city.period_window
"""

_REPORTING_FELL = """
select city.unit_code, city.period_code, city.target_code as category_code,
    city.reporting_rate_pct as value, before.reporting_rate_pct as upper_limit
from {batch} as city
inner join dim_period as period on city.period_code = period.period_code
inner join {batch} as before
    on city.unit_code = before.unit_code and city.target_code = before.target_code
    and before.period_window = 'quarter' and before.period_code = period.previous_period_code
where city.parent_code is null and city.period_window = 'quarter' and period.is_due
    and city.reporting_rate_pct < before.reporting_rate_pct - 20
order by city.period_code desc, city.target_code
"""

_UNKNOWN_SHARE = """
select unit_code, period_code, count(*) filter (where status in ('not_reported', 'rejected')) as value, count(*) as upper_limit
from {batch}
where is_middle_authority and period_window = 'quarter' and status <> 'not_due'
group by unit_code, period_code
having count(*) filter (where status in ('not_reported', 'rejected')) > 0.5 * count(*)
order by period_code desc, unit_code
"""

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="fct_target_progress",
    table_name="fct_target_progress",
    compares_year=True,
    expectations=(
        failing_rows("change_plausible", "change_prev_quarter_pct", "parent_code is null and period_window = 'quarter' and kind <> 'coverage' and abs(change_prev_quarter_pct) > 30", limit="30", elements=_CITY_ROWS.format("change_prev_quarter_pct"), severity="warning", notes="A city-wide rate that moves by thirty points in a quarter is explained before it is shown."),
        failing_query("numerator_is_sum", "numerator", _NUMERATOR_IS_SUM, severity="critical", elements="count(numerator) filter (where parent_code is null)", notes="A city figure that is not the sum of its parts is false, whichever side is wrong."),
        failing_rows("numerator_not_negative", "numerator", "least(numerator, denominator) < 0", value="least(numerator, denominator)", limit="0", severity="critical", sensitive=True, notes="Counts are never below zero."),
        failing_query("reporting_rate_kept", "reporting_rate_pct", _REPORTING_FELL, severity="warning", elements=_CITY_ROWS.format("*"), notes="Fewer reports change a figure without any change in the districts; leaders must be told."),
        failing_rows("reporting_rate_sufficient", "reporting_rate_pct", "parent_code is null and period_window = 'quarter' and status <> 'not_due' and reporting_rate_pct < 60", limit="60", elements=_CITY_ROWS.format("reporting_rate_pct"), severity="warning", notes="A city figure from little more than half of its units says little about the city."),
        failing_query("status_known", "status", _UNKNOWN_SHARE, severity="warning", elements="count(distinct unit_code) filter (where is_middle_authority)", notes="A district without figures for most targets is called before the review, not in it."),
        failing_rows("value_not_fallen_to_zero", "value_pct", "parent_code is null and period_window = 'quarter' and value_pct = 0 and change_prev_quarter_pct <= -10", elements=_CITY_ROWS.format("value_pct"), severity="warning", notes="A city-wide zero after a real figure is mostly a column that went astray."),
        failing_rows("value_within_100", "value_pct", f"period_window = 'quarter' and value_pct > 100 and target_code in ({_RATE})", limit="100", severity="critical", sensitive=True, notes="In one quarter the part is never more than the whole; every form is checked for it."),
        failing_rows("value_within_100_so_far", "value_pct", f"value_pct > 100 and target_code in ({_INTERVAL}) and not (period_window = 'quarter' and target_code in ({_RATE}))", limit="100", severity="warning", sensitive=True, notes="Over a year the whole may shrink (people leave, establishments close) or a missing quarter hides it; the figure then needs a word."),
    ),
)
