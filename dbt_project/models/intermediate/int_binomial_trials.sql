-- What ratios are compared with, each once: their line and the city's share, with their number of trials.
with shares as (
  select
    denominator as trial_count,
    line_share as share
  from {{ ref('int_target_ratios') }}
  where line_share between 0 and 1
  union
  select
    denominator as trial_count,
    city_share as share
  from {{ ref('int_target_ratios') }}
  where city_share between 0 and 1
)

select
  trial_count,
  share,
  {{ trial_key('trial_count', 'share') }} as trial_key
from shares
