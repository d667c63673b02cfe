"""The plan pack: a folder (`KPI_PLAN_DIR`) with another city's own seeds and words.

The project holds one plan of one city in `dbt_project/seeds` and the text catalogues. A pack is stored beside the
project, so that a new release of the code never changes it:

  seeds/*.csv        its own seeds, in the columns of the project's seeds
  text/<lang>.toml   its words: `[glossary]` for words of the catalogues, whole texts under their keys
"""
