"""Append-only tables: the database itself refuses UPDATE and DELETE."""

from collections.abc import Collection, Iterator

from sqlalchemy import DDL, Connection, Table, event, text

_GUARDED = "is_append_only"
_PRESENT = {
    "sqlite": "select name, tbl_name from sqlite_master where type = 'trigger'",
    "postgresql": "select tgname, relname from pg_trigger join pg_class on pg_class.oid = tgrelid "
    "where not tgisinternal and tgenabled <> 'D'",
}


def refuse_changes(table: Table, created_with: Table | None = None) -> None:
    """Create triggers that refuse changes of `table`'s rows when the table is created.

    With `created_with`, a table that older registries lack, the triggers are created together with that table instead.
    """
    moment = created_with if created_with is not None else table
    table.info[_GUARDED] = moment.name
    for dialect, statements in guard_statements(table.name).items():
        for statement in statements:
            event.listen(moment, "after_create", DDL(statement).execute_if(dialect=dialect))


def missing_triggers(connection: Connection, tables: Collection[Table]) -> Iterator[str]:
    """Yield the names of append-only triggers that these tables should have and lack.

    A table that is protected from the creation of another one needs its triggers only where that one is among `tables`.
    Only SQLite and PostgreSQL are supported; other dialects yield nothing.
    """
    dialect = connection.dialect.name
    if dialect not in _PRESENT:
        return
    present = {tuple(row) for row in connection.execute(text(_PRESENT[dialect]))}
    names_of_tables = {table.name for table in tables}
    for table in tables:
        if table.info.get(_GUARDED) in names_of_tables:
            words_of = (statement.split() for statement in guard_statements(table.name)[dialect])
            names = [words[2] for words in words_of if words[1] == "TRIGGER"]
            yield from (name for name in names if (name, table.name) not in present)


def guard_statements(name: str) -> dict[str, list[str]]:
    """Return by dialect the statements that make a table append-only. Migrations use them: only ever add to them."""
    return {
        "sqlite": [
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ],
        "postgresql": [
            "CREATE OR REPLACE FUNCTION kpi_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$",
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION kpi_append_only()",
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kpi_append_only()",
        ],
    }
