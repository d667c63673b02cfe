-- Targets with a sensitive measure: a viewer without the right to a number has none to what is computed from it.
select distinct terms.target_code
from {{ ref('target_terms') }} as terms
inner join {{ ref('form_columns') }} as columns on terms.measure_code = columns.column_code
where columns.is_measure and columns.is_sensitive
