"""Whether a published version has the tables and columns that this release reads."""

from functools import lru_cache

import yaml
from sqlalchemy import text

from warehouse.publish.catalog import columns_query
from warehouse.publish.engines import Published
from warehouse.settings import PROJECT_ROOT

MARTS_DIR = PROJECT_ROOT / "dbt_project" / "models" / "marts"


@lru_cache(maxsize=4)
def missing_columns(published: Published) -> tuple[str, ...]:
    """Return the columns of this release's marts, as `table.column`, that a version lacks.

    A version has every column unless another release built it: it can be read again after a build.
    """
    statement = text(f"select f.table_name || '.' || f.column_name from ({columns_query(published)}) as f")
    with published.engine.connect() as connection:
        present = frozenset(connection.scalars(statement))
    return tuple(sorted(_declared() - present))


@lru_cache(maxsize=1)
def _declared() -> frozenset[str]:
    found = set()
    for path in sorted(MARTS_DIR.glob("*.yml")):
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", ()):
            found |= {f"{model['name']}.{column['name']}" for column in model["columns"]}
    return frozenset(found)
