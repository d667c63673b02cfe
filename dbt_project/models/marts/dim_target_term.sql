select
  terms.target_code,
  terms.term,
  terms.measure_code,
  terms.window_rule,
  columns.form_code,
  forms.display_order as form_order,
  columns.position as column_position,
  forms.sheet_name,
  forms.name_vi as form_name_vi,
  forms.name_en as form_name_en,
  columns.header_vi,
  columns.header_en,
  columns.unit_vi,
  columns.unit_en,
  forms.table_name as raw_table,
  'stg_form_values' as staging_model
from {{ ref('target_terms') }} as terms
inner join {{ ref('form_columns') }} as columns on terms.measure_code = columns.column_code and columns.is_measure
inner join {{ ref('forms') }} as forms on columns.form_code = forms.form_code
