"""The plan pack: a folder (`KPI_PLAN_DIR`) in which another city brings its own seeds and words.

The project is one plan of one city in `dbt_project/seeds` and the text catalogues. A pack stands beside the project, so
that a new release of the code never touches it:

    seeds/*.csv        what it has of its own, in the columns of the project's seeds
    text/<lang>.toml   its words: `[glossary]` for words of the catalogues, whole texts under their keys
"""
