-- The most similar units: of the same urban or rural kind first, then nearest in size. Only units of one level that
-- existed at the same time are compared, and only those with every size known.
-- depends_on: {{ ref('size_measures') }}
{% set measures = size_measures() %}
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
  where known_measure_count = {{ measures | length }}
),

-- A column for each measure: pairs need no sums over rows, which would be several times as many.
scores as (
  select
    unit_number,
    unit_code,
    unit_valid_from,
    unit_level,
    is_rural,
    year,
    {% for measure in measures %}
    max(case when measure_code = '{{ measure }}' then score end) as score_{{ loop.index }},
    {% endfor %}
    period_code,
    unit_number % cast({{ setting('peers_per_unit') }} as integer) as share_number
  from known
  group by unit_number, unit_code, unit_valid_from, unit_level, is_rural, year, period_code
),

kinds as (
  select
    *,
    count(*) over (partition by unit_level, period_code, is_rural) as unit_count
  from scores
),

-- Units of the other kind come last: they are compared only where a unit's own kind is too rare to fill the list.
compared as (
  select
    *,
    is_rural as peer_is_rural
  from kinds
  union all
  select
    *,
    not is_rural as peer_is_rural
  from kinds
  where unit_count <= {{ setting('peers_per_unit') }}
),

distances as (
  select
    units.unit_number,
    peers.unit_number as peer_number,
    peers.share_number,
    units.is_rural = peers.is_rural as is_same_kind,
    -- Rounded to whole millionths, so that the order of units does not change equal distances.
    floor(0.5 + 1000000 * sqrt(
      {% for measure in measures %}
      power(coalesce(units.score_{{ loop.index }} - peers.score_{{ loop.index }}, 0), 2) +
      {% endfor %}
      0
    )) as distance_millionths
  from compared as units
  inner join scores as peers
    on units.unit_level = peers.unit_level
    and units.period_code = peers.period_code
    and units.peer_is_rural = peers.is_rural
    and units.unit_number <> peers.unit_number
),

-- The units are dealt out into as many shares as a list has places. The nearest of each share are that many peers, and
-- nobody farther than these is in the list. Of a nation's pairs one in fifty is left to be put in order.
nearest as (
  select
    unit_number,
    share_number,
    min(distance_millionths) as distance_millionths
  from distances
  where is_same_kind
  group by unit_number, share_number
),

farthest as (
  select
    unit_number,
    max(distance_millionths) as distance_millionths
  from nearest
  group by unit_number
  having count(*) = {{ setting('peers_per_unit') }}
),

near as (
  select distances.*
  from distances
  left join farthest on distances.unit_number = farthest.unit_number
  where farthest.unit_number is null or distances.distance_millionths <= farthest.distance_millionths
),

ranked as (
  select
    *,
    row_number() over (
      partition by unit_number
      order by case when is_same_kind then 0 else 1 end, distance_millionths, peer_number
    ) as peer_rank
  from near
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
  {{ round_number('ranked.distance_millionths / 1000000', 6) }} as distance
from ranked
inner join scores as units on ranked.unit_number = units.unit_number
inner join scores as peers on ranked.peer_number = peers.unit_number
where ranked.peer_rank <= {{ setting('peers_per_unit') }}
order by units.year, units.unit_level, units.unit_code, ranked.peer_rank
