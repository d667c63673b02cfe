select
  columns.column_code as measure_code,
  columns.form_code,
  forms.name_vi as form_name_vi,
  forms.name_en as form_name_en,
  forms.display_order as form_order,
  columns.position,
  columns.data_type,
  columns.window_rule,
  columns.is_sensitive,
  columns.dimension_code,
  case when forms.row_key like 'unit!_%' escape '!' then substr(forms.row_key, 6) end as row_dimension_code,
  columns.category_code,
  columns.unit_vi,
  columns.unit_en,
  columns.header_vi as name_vi,
  columns.header_en as name_en,
  columns.definition_vi,
  columns.definition_en
from {{ ref('form_columns') }} as columns
inner join {{ ref('forms') }} as forms on columns.form_code = forms.form_code
where columns.is_measure
