-- Whoever may not see a number may not see what is made of it.
select distinct terms.target_code
from {{ ref('target_terms') }} as terms
inner join {{ ref('form_columns') }} as columns on terms.measure_code = columns.column_code
where columns.is_measure and columns.is_sensitive
