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
    ) as score,
    -- In the order of codes. A nation has ten million pairs of units a year: numbers take a tenth of the room of texts.
    dense_rank() over (order by year, unit_level, period_code, unit_code, unit_valid_from) as unit_number
  from sizes
  where known_measure_count = (select count(*) from {{ ref('size_measures') }})
),

kinds as (
  select
    unit_level,
    period_code,
    is_rural,
    count(distinct unit_number) as unit_count
  from known
  group by unit_level, period_code, is_rural
),

-- Units of the other kind come last: they are compared only where a unit's own kind is too rare to fill the list.
compared_kinds as (
  select
    own.unit_level,
    own.period_code,
    own.is_rural,
    other.is_rural as peer_is_rural
  from kinds as own
  inner join kinds as other
    on own.unit_level = other.unit_level
    and own.period_code = other.period_code
  where own.is_rural = other.is_rural or own.unit_count <= {{ setting('peers_per_unit') }}
),

distances as (
  select
    units.unit_number,
    peers.unit_number as peer_number,
    units.is_rural = peers.is_rural as is_same_kind,
    -- Rounded, so that the order of summation does not change equal distances.
    {{ round_number('sqrt(sum(power(coalesce(units.score - peers.score, 0), 2)))', 6) }} as distance
  from known as units
  inner join compared_kinds as compared
    on units.unit_level = compared.unit_level
    and units.period_code = compared.period_code
    and units.is_rural = compared.is_rural
  inner join known as peers
    on units.unit_level = peers.unit_level
    and units.period_code = peers.period_code
    and units.measure_code = peers.measure_code
    and compared.peer_is_rural = peers.is_rural
    and units.unit_number <> peers.unit_number
  group by units.unit_number, peers.unit_number, units.is_rural, peers.is_rural
),

ranked as (
  select
    *,
    row_number() over (
      partition by unit_number
      order by case when is_same_kind then 0 else 1 end, distance, peer_number
    ) as peer_rank
  from distances
),

named as (
  select distinct
    unit_number,
    unit_code,
    unit_valid_from,
    unit_level,
    year,
    period_code
  from known
)

select
  units.unit_code,
  units.unit_valid_from,
  units.unit_level,
  units.year,
  units.period_code,
  cast(ranked.peer_rank as integer) as peer_rank,
  peers.unit_code as peer_code,
  peers.unit_valid_from as peer_valid_from,
  ranked.is_same_kind,
  ranked.distance
from ranked
inner join named as units on ranked.unit_number = units.unit_number
inner join named as peers on ranked.peer_number = peers.unit_number
where ranked.peer_rank <= {{ setting('peers_per_unit') }}
order by units.year, units.unit_level, units.unit_code, ranked.peer_rank
