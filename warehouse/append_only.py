"""Tables whose rows stay as they were written: the database itself refuses UPDATE and DELETE, whoever asks."""

from sqlalchemy import DDL, Table, event


def refuse_changes(table: Table, created_with: Table | None = None) -> None:
    """Have the database refuse changes of `table`'s rows from the moment at which it is created.

    A table that older registries have already gets its refusals when `created_with`, which they lack, is created.
    """
    name, moment = table.name, created_with if created_with is not None else table
    for verb in ("UPDATE", "DELETE"):
        refusal = DDL(
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        )
        event.listen(moment, "after_create", refusal.execute_if(dialect="sqlite"))
    for statement in (
        "CREATE OR REPLACE FUNCTION kpi_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$",
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
        "FOR EACH ROW EXECUTE FUNCTION kpi_append_only()",
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION kpi_append_only()",
    ):
        event.listen(moment, "after_create", DDL(statement).execute_if(dialect="postgresql"))
