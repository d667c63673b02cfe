-- Counts that chance alone explains: per number of trials and probability, the smallest and the largest count whose
-- exact one-sided binomial tail is above the limit.
with chances as (
  select
    denominator as trial_count,
    line_share as share
  from {{ ref('int_target_ratios') }}
  where line_share > 0 and line_share < 1
  union
  select
    denominator as trial_count,
    city_share as share
  from {{ ref('int_target_ratios') }}
  where city_share > 0 and city_share < 1
),

-- Counts beyond nine standard deviations plus nine add less than the rounding error of the sums.
spans as (
  select
    trial_count,
    share,
    greatest(0, floor(trial_count * share - 9 * sqrt(trial_count * share * (1 - share)) - 9)) as first_count,
    least(trial_count, ceil(trial_count * share + 9 * sqrt(trial_count * share * (1 - share)) + 9)) as last_count,
    {{ ln_factorial('trial_count') }} as ln_orders,
    ln(share) as ln_share,
    ln(1 - share) as ln_rest
  from chances
),

numbers as (
  {{ whole_numbers(5) }}
),

counts as (
  select
    spans.trial_count,
    spans.share,
    spans.first_count + numbers.number as success_count,
    spans.trial_count - spans.first_count - numbers.number as failure_count,
    spans.ln_orders,
    spans.ln_share,
    spans.ln_rest
  from spans
  inner join numbers on spans.last_count - spans.first_count >= numbers.number
),

chances_of_counts as (
  select
    trial_count,
    share,
    success_count,
    exp(
      ln_orders - {{ ln_factorial('success_count') }} - {{ ln_factorial('failure_count') }}
      + success_count * ln_share + failure_count * ln_rest
    ) as chance
  from counts
),

tails as (
  select
    trial_count,
    share,
    success_count,
    100 * sum(chance) over (
      partition by trial_count, share order by success_count rows between unbounded preceding and current row
    ) as at_most_pct,
    100 * sum(chance) over (
      partition by trial_count, share order by success_count rows between current row and unbounded following
    ) as at_least_pct
  from chances_of_counts
),

limits as (
  select
    trial_count,
    share,
    min(case when at_most_pct > {{ setting('chance_tail_pct') }} then success_count end) as low_count,
    max(case when at_least_pct > {{ setting('chance_tail_pct') }} then success_count end) as high_count,
    min(case when at_most_pct > {{ setting('chance_outer_tail_pct') }} then success_count end) as outer_low_count,
    max(case when at_least_pct > {{ setting('chance_outer_tail_pct') }} then success_count end) as outer_high_count
  from tails
  group by trial_count, share
)

select
  trial_count,
  share,
  low_count,
  high_count,
  outer_low_count,
  outer_high_count
from limits

union all

-- With probability 0 or 1 only one count is possible.
select distinct
  ratios.denominator as trial_count,
  edges.share,
  edges.share * ratios.denominator as low_count,
  edges.share * ratios.denominator as high_count,
  edges.share * ratios.denominator as outer_low_count,
  edges.share * ratios.denominator as outer_high_count
from {{ ref('int_target_ratios') }} as ratios
cross join (
  select cast(0 as {{ type_number() }}) as share
  union all
  select cast(1 as {{ type_number() }}) as share
) as edges
where edges.share in (ratios.line_share, ratios.city_share)
