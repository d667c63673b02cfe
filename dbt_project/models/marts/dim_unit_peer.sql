-- The most similar units: of the same urban or rural kind first, then nearest in size. Only units of one level that
-- existed at the same time are compared, and only those with every size known.
with sizes as (
  select
    fct_unit_size.*,
    count(measure_value) over (partition by unit_code, unit_valid_from, year) as known_measure_count
  from {{ ref('fct_unit_size') }} as fct_unit_size
),

known as (
  select
    *,
    -- Distances are relative: doubling counts the same for small and large units. Each measure has equal weight.
    ln(1 + measure_value) / nullif(
      stddev_pop(ln(1 + measure_value)) over (partition by unit_level, period_code, measure_code), 0
    ) as score
  from sizes
  where known_measure_count = (select count(*) from {{ ref('size_measures') }})
),

distances as (
  select
    units.unit_code,
    units.unit_valid_from,
    units.unit_level,
    units.year,
    units.period_code,
    peers.unit_code as peer_code,
    peers.unit_valid_from as peer_valid_from,
    units.is_rural = peers.is_rural as is_same_kind,
    -- Rounded, so that the order of summation does not change equal distances.
    {{ round_number('sqrt(sum(power(coalesce(units.score - peers.score, 0), 2)))', 6) }} as distance
  from known as units
  inner join known as peers
    on units.unit_level = peers.unit_level
    and units.period_code = peers.period_code
    and units.measure_code = peers.measure_code
    and units.unit_code <> peers.unit_code
  group by
    units.unit_code, units.unit_valid_from, units.unit_level, units.year, units.period_code, peers.unit_code,
    peers.unit_valid_from, units.is_rural, peers.is_rural
),

ranked as (
  select
    *,
    row_number() over (
      partition by unit_code, unit_valid_from, year
      order by case when is_same_kind then 0 else 1 end, distance, peer_code
    ) as peer_rank
  from distances
)

select
  unit_code,
  unit_valid_from,
  unit_level,
  year,
  period_code,
  cast(peer_rank as integer) as peer_rank,
  peer_code,
  peer_valid_from,
  is_same_kind,
  distance
from ranked
where peer_rank <= {{ setting('peers_per_unit') }}
order by year, unit_level, unit_code, peer_rank
