-- The seed `targets` says it for the figures' own rows; what decides are the measures (`form_columns`).
select
  targets.target_code,
  targets.is_sensitive
from {{ ref('targets') }} as targets
inner join {{ ref('dim_target') }} as dim_target on targets.target_code = dim_target.target_code
where targets.is_sensitive is null or targets.is_sensitive <> dim_target.is_sensitive
