-- A target takes the periods of a year as its measures say; only a base, the stock of the year before, has its own.
select
  terms.target_code,
  terms.measure_code
from {{ ref('target_terms') }} as terms
inner join {{ ref('form_columns') }} as columns on terms.measure_code = columns.column_code
where terms.window_rule <> 'base' and terms.window_rule <> columns.window_rule
