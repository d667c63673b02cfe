-- The categories by which form columns or form rows break a count down.
with dimensions as (
  select dimension_code from {{ ref('form_columns') }}
  where dimension_code is not null
  union
  select substr(row_key, 6) as dimension_code from {{ ref('forms') }}
  where row_key like 'unit!_%' escape '!'
)

select
  lists.list_code as dimension_code,
  lists.code as category_code,
  lists.display_order as category_order,
  lists.label_vi as name_vi,
  lists.label_en as name_en,
  names.name_vi as dimension_name_vi,
  names.name_en as dimension_name_en
from {{ ref('code_lists') }} as lists
inner join dimensions on lists.list_code = dimensions.dimension_code
left join {{ ref('dimensions') }} as names on lists.list_code = names.dimension_code
