with breakdowns as (
  select * from {{ ref('target_breakdowns') }}
),

form_columns as (
  select * from {{ ref('form_columns') }}
  where is_measure
),

categories as (
  select
    breakdowns.target_code,
    breakdowns.breakdown_code,
    code_lists.code as category_code,
    code_lists.display_order as category_order,
    code_lists.label_vi as category_vi,
    code_lists.label_en as category_en,
    coalesce(breakdowns.measure_code, own_columns.column_code) as measure_code,
    case when breakdowns.measure_code is not null then code_lists.code end as measure_category_code
  from breakdowns
  inner join {{ ref('code_lists') }} as code_lists on breakdowns.dimension_code = code_lists.list_code
  left join form_columns as own_columns
    on breakdowns.measure_code is null
    and code_lists.list_code = own_columns.dimension_code
    and code_lists.code = own_columns.category_code
)

select
  breakdowns.target_code,
  breakdowns.breakdown_code,
  breakdowns.display_order,
  breakdowns.dimension_code,
  breakdowns.title_vi,
  breakdowns.title_en,
  categories.category_code,
  categories.category_order,
  categories.category_vi,
  categories.category_en,
  categories.measure_code,
  categories.measure_category_code,
  breakdowns.base_measure_code,
  form_columns.unit_vi,
  form_columns.unit_en,
  form_columns.is_sensitive or coalesce(base_columns.is_sensitive, false) as is_sensitive
from breakdowns
inner join categories
  on breakdowns.target_code = categories.target_code and breakdowns.breakdown_code = categories.breakdown_code
inner join form_columns on categories.measure_code = form_columns.column_code
left join form_columns as base_columns on breakdowns.base_measure_code = base_columns.column_code
