"""Two versions of one city that differ in nothing but protected counts.

Whoever is told the same of both cannot know which of them is true. Counts of people in wards and communes, which no
page discloses, are others throughout, and between some districts a person has moved within the bands of both. The
officer's own unit stays as it is.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import duckdb
from sqlalchemy import create_engine

from app.core.disclosure import COLUMNS, OF_OTHERS
from app.core.small_counts import SMALL_COUNT, is_final
from tests.app.roles import COMMUNES
from warehouse.publish.engines import Published

# Districts between which somebody has moved.
MOVES = 40
_SENSITIVE = {
    "target_code": "(select target_code from marts.dim_target where is_sensitive)",
    "measure_code": "(select measure_code from marts.dim_measure where is_sensitive)",
}
_NUMBERS = ("DOUBLE", "INTEGER", "BIGINT", "DECIMAL(18,3)")


def twins(file: Path, folder: Path) -> tuple[Published, Published]:
    """A published version, and its twin, both in a folder."""
    made = []
    for name in ("one", "other"):
        path = folder / name / "warehouse.duckdb"
        path.parent.mkdir(parents=True)
        shutil.copy(file, path)
        made.append(path)
    with duckdb.connect(str(made[1])) as connection:
        _change_wards(connection)
        _move_within_bands(connection)
    one, other = (
        Published(path.parent.name, create_engine(f"duckdb:///{path}", connect_args={"read_only": True}))
        for path in made
    )
    return one, other


def _change_wards(connection: duckdb.DuckDBPyConnection) -> None:
    for table, columns in COLUMNS.items():
        found = dict(
            connection.execute(
                "select column_name, data_type from duckdb_columns() where schema_name = 'marts' and table_name = ?",
                [table],
            ).fetchall()
        )
        is_table = connection.execute(
            "select count(*) from duckdb_tables() where schema_name = 'marts' and table_name = ?", [table]
        ).fetchall() != [(0,)]
        codes = next((code for code in _SENSITIVE if code in found), None)
        if not is_table or codes is None or "unit_code" not in found:
            continue
        numbers = [name for name in sorted(columns.protected) if found.get(name) in _NUMBERS]
        level = " and unit_level = 'ward'" if "unit_level" in found else ""
        for name in numbers:
            # The officer's own rank tells of other communes.
            own = "" if name in OF_OTHERS else f" and unit_code <> '{COMMUNES['own']}'"
            connection.execute(
                f"update marts.{table} set {name} = {name} + 1 where {codes} in {_SENSITIVE[codes]}{level}{own}"
            )
    # Whether a unit is called because of people, and its place among those that lack most of them, depend on others.
    of_people = f"target_code in {_SENSITIVE['target_code']}"
    connection.execute(f"update marts.fct_target_progress set is_calling = not is_calling where {of_people}")
    connection.execute("update marts.fct_unit_call set calling_people_target_count = 3 where is_sensitive")
    connection.execute(f"update marts.fct_target_shortfall set shortfall_rank = shortfall_rank + 1 where {of_people}")
    # What the views of contributions and inputs show.
    for table in ("int_target_unit_windows", "int_target_inputs"):
        for name in ("numerator", "denominator") if table == "int_target_unit_windows" else ("input_value",):
            connection.execute(
                f"update intermediate.{table} set {name} = {name} + 1"
                f" where target_code in {_SENSITIVE['target_code']} and unit_code <> '{COMMUNES['own']}'"
            )


def _move_within_bands(connection: duckdb.DuckDBPyConnection) -> None:
    """Have one person more reached in a district, one fewer in another of the same region, and nobody else.

    Either both counts may still change or neither: a total's band is that of the counts which may not.
    """
    found = connection.execute(
        f"""select target_code, parent_code, period_code, unit_code, numerator, provisional_reason, source_versions
            from marts.fct_target_progress
            where target_code in {_SENSITIVE["target_code"]} and unit_level in ('district', 'area')
              and period_window = 'quarter' and numerator > 1
            order by target_code, unit_code, period_code"""
    ).fetchall()
    rows = [
        ((target, parent, period, is_final(*state)), unit, reached)
        for target, parent, period, unit, reached, *state in found
    ]
    dice = Random(4)  # noqa: S311 - the same twins in every run
    dice.shuffle(rows)
    moved: set[tuple[str, str]] = set()
    for group, unit, numerator in rows:
        target, _, period, _ = group
        if len(moved) >= 2 * MOVES:
            break
        other = next(
            (
                beside
                for its_group, beside, reached in rows
                if its_group == group
                and beside != unit
                and reached % SMALL_COUNT not in (0, 1)
                and (beside, period[:4]) not in moved
            ),
            None,
        )
        if other is None or numerator % SMALL_COUNT == SMALL_COUNT - 1 or (unit, period[:4]) in moved:
            continue
        moved |= {(unit, period[:4]), (other, period[:4])}
        for code, step in ((unit, 1), (other, -1)):
            connection.execute(
                f"""update marts.fct_target_progress
                    set numerator = numerator + {step}, denominator = denominator + {step}
                    where target_code = ? and unit_code = ? and numerator is not null
                      and ((period_window = 'quarter' and period_code = ?)
                        or (period_window = 'ytd' and period_code >= ? and period_code < ?))""",
                [target, code, period, period, f"{int(period[:4]) + 1}"],
            )
    assert moved
