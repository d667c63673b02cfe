{#
  The numbers that stand out from their own past. `cells` is a relation with measure_code, category_code, unit_code,
  unit_valid_from, period_number and measure_value, one row per reported number; the other arguments are SQL numbers (see
  seed settings), and `judged` a condition on the rows to be judged.

  The median and the median absolute deviation (MAD) of the newest earlier numbers are not moved by single odd ones. The
  spread is MAD * 1.4826, which estimates the standard deviation of a normal distribution, and at least the square root of
  the median, by which a count varies by chance alone (Poisson).
  Source: Iglewicz, B. and Hoaglin, D. C. (1993), "How to detect and handle outliers", ASQC; Leys, C. et al. (2013),
  "Detecting outliers: do not use standard deviation around the mean, use absolute deviation around the median", Journal of
  Experimental Social Psychology 49, 764-766.

  Submission renders this text too (`warehouse/intake/outliers.py`): it must use nothing of dbt.
#}
{% macro outlier_rows(cells, least_periods, most_periods, most_zeros_pct, distance, judged='1 = 1') %}
{% set cell = ['measure_code', 'category_code', 'unit_code', 'unit_valid_from'] %}
with limits as (
  select
    {{ least_periods }} as least_periods,
    {{ most_periods }} as most_periods,
    {{ most_zeros_pct }} as most_zeros_pct,
    {{ distance }} as least_distance
),

numbered as (
  select
    {{ cell | join(', ') }},
    period_number,
    measure_value,
    row_number() over (partition by {{ cell | join(', ') }} order by period_number) as place,
    sum(case when measure_value = 0 then 1 else 0 end) over (
      partition by {{ cell | join(', ') }} order by period_number rows between unbounded preceding and 1 preceding
    ) as earlier_zero_count
  from {{ cells }}
),

judged as (
  select numbered.*
  from numbered
  cross join limits
  where
    numbered.place > limits.least_periods
    and 100 * numbered.earlier_zero_count <= limits.most_zeros_pct * (numbered.place - 1)
    and {{ judged }}
),

earlier as (
  select
    {% for column in cell %}judged.{{ column }}, {% endfor %}
    judged.period_number,
    judged.measure_value,
    earlier.measure_value as earlier_value
  from judged
  cross join limits
  inner join numbered as earlier
    on {% for column in cell %}judged.{{ column }} = earlier.{{ column }} and {% endfor %}
    earlier.place < judged.place
    and earlier.place >= judged.place - limits.most_periods
),

centres as (
  select
    {{ cell | join(', ') }},
    period_number,
    max(measure_value) as measure_value,
    count(*) as earlier_period_count,
    percentile_cont(0.5) within group (order by earlier_value) as median_value
  from earlier
  group by {{ cell | join(', ') }}, period_number
),

-- A number that is no outlier in the least spread that it may have is none in its own, which takes longer to compute.
candidates as (
  select centres.*
  from centres
  cross join limits
  where
    abs(centres.measure_value - centres.median_value) / nullif(sqrt(abs(centres.median_value)), 0) >= limits.least_distance
    or (centres.median_value = 0 and centres.measure_value <> 0)
),

spreads as (
  select
    {% for column in cell %}candidates.{{ column }}, {% endfor %}
    candidates.period_number,
    percentile_cont(0.5) within group (order by abs(earlier.earlier_value - candidates.median_value)) as mad_value
  from candidates
  inner join earlier
    on {% for column in cell %}candidates.{{ column }} = earlier.{{ column }} and {% endfor %}
    candidates.period_number = earlier.period_number
  group by {% for column in cell %}candidates.{{ column }}, {% endfor %}candidates.period_number
),

measured as (
  select
    candidates.*,
    spreads.mad_value,
    abs(candidates.measure_value - candidates.median_value)
    / nullif(greatest(1.482602218505602 * spreads.mad_value, sqrt(abs(candidates.median_value))), 0) as distance
  from candidates
  inner join spreads
    on {% for column in cell %}candidates.{{ column }} = spreads.{{ column }} and {% endfor %}
    candidates.period_number = spreads.period_number
)

select measured.*
from measured
cross join limits
where measured.distance >= limits.least_distance
{% endmacro %}
