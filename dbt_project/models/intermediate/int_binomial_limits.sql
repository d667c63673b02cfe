-- Counts that chance alone explains: per number of trials and probability, the smallest and the largest count whose
-- exact one-sided binomial tail is above the limit.
with chances as (
  select * from {{ ref('int_binomial_trials') }}
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
  where share > 0 and share < 1
),

-- The numbers below each power of ten: spans find theirs by equality, which every engine joins fast. Each power has
-- its own, because a join of them by `<` takes as long as all chances of a report. They are ordered because PostgreSQL
-- would otherwise compute them for each span: half of a build's time.
numbers as (
  select
    width,
    number
  from (
    {% for digits in range(1, 6) %}
      select
        {{ 10 ** digits }} as width,
        numbers_{{ digits }}.number
      from ({{ whole_numbers(digits) }}) as numbers_{{ digits }}
      {{ "union all" if not loop.last }}
    {% endfor %}
  ) as of_widths
  order by number
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
  inner join numbers
    on case
      {% for digits in range(1, 5) %}
        when spans.last_count - spans.first_count < {{ 10 ** digits }} then {{ 10 ** digits }}
      {% endfor %}
      else {{ 10 ** 5 }}
    end = numbers.width
    and spans.last_count - spans.first_count >= numbers.number
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

-- One sum from each end: a sum from each row to the end would be recomputed for every row on some engines.
at_most as (
  select
    trial_count,
    share,
    success_count,
    100 * sum(chance) over (
      partition by trial_count, share order by success_count rows between unbounded preceding and current row
    ) as tail_pct
  from chances_of_counts
),

at_least as (
  select
    trial_count,
    share,
    success_count,
    100 * sum(chance) over (
      partition by trial_count, share order by success_count desc rows between unbounded preceding and current row
    ) as tail_pct
  from chances_of_counts
),

lowest as (
  select
    trial_count,
    share,
    min(case when tail_pct > {{ setting('chance_tail_pct') }} then success_count end) as low_count,
    min(case when tail_pct > {{ setting('chance_outer_tail_pct') }} then success_count end) as outer_low_count
  from at_most
  group by trial_count, share
),

highest as (
  select
    trial_count,
    share,
    max(case when tail_pct > {{ setting('chance_tail_pct') }} then success_count end) as high_count,
    max(case when tail_pct > {{ setting('chance_outer_tail_pct') }} then success_count end) as outer_high_count
  from at_least
  group by trial_count, share
)

select
  lowest.trial_count,
  lowest.share,
  {{ trial_key('lowest.trial_count', 'lowest.share') }} as trial_key,
  lowest.low_count,
  highest.high_count,
  lowest.outer_low_count,
  highest.outer_high_count
from lowest
inner join highest on lowest.trial_count = highest.trial_count and lowest.share = highest.share

union all

-- With probability 0 or 1 only one count is possible.
select
  trial_count,
  share,
  trial_key,
  share * trial_count as low_count,
  share * trial_count as high_count,
  share * trial_count as outer_low_count,
  share * trial_count as outer_high_count
from chances
where share in (0, 1)
