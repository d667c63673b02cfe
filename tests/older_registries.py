"""Registries as earlier releases wrote them: one of every schema that was, and newer ones without their number."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

# Dumps of registries that the code of a commit made and filled; their names begin with a number in order of time. The
# first nine are from before schemas had numbers; the name of a later one ends with its schema's number.
DUMPS = sorted(
    (Path(__file__).parent / "pipeline" / "fixtures" / "registries").glob("*.sql"),
    key=lambda path: int(path.stem.partition("-")[0]),
)
WITHOUT_NUMBER = 9


def number_of(dump: Path) -> str:
    """The schema version of a dump; empty for one from before schemas had numbers."""
    order, _, name = dump.stem.partition("-")
    return name if int(order) > WITHOUT_NUMBER else ""


def write_registry(dump: Path, path: Path) -> Path:
    """Make the registry of a dump at `path`, which is returned, as the old program left it: with a write-ahead log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as registry:
        registry.execute("pragma journal_mode = wal")
        registry.executescript(dump.read_text(encoding="utf-8"))
    return path


# Tables that no registry without a number has, those that name others first.
OF_NUMBERED = ("api_token_withdrawal", "api_token", "report_key")
OF_NUMBERED += ("digest_stop", "digest_step", "digest_recipient", "digest_watch", "agenda")
OF_NUMBERED += ("question_event", "question")


def without_number(path: Path, dropped_tables: Iterable[str] = (), *statements: str) -> None:
    """Make a registry one from before schemas had numbers, without some tables that came later."""
    with closing(sqlite3.connect(path)) as registry:
        for table in ("alembic_version", *OF_NUMBERED, *dropped_tables):
            registry.execute(f"drop table {table}")
        for statement in statements:
            registry.execute(statement)
        registry.commit()


def made_as(dump: Path, path: Path) -> None:
    """Make a registry one that the release of a dump wrote, which has no table that came later; they must be empty."""
    with closing(sqlite3.connect(":memory:")) as older:
        older.executescript(dump.read_text(encoding="utf-8"))
        names = {name for (name,) in older.execute("select name from sqlite_master where type = 'table'")}
    with closing(sqlite3.connect(path)) as registry:
        present = {name for (name,) in registry.execute("select name from sqlite_master where type = 'table'")}
        for table in sorted(present - names):
            assert registry.execute(f"select count(*) from {table}").fetchone() == (0,), table
            registry.execute(f"drop table {table}")
        registry.execute("update alembic_version set version_num = ?", (number_of(dump),))
        registry.commit()


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, by table."""
    with closing(sqlite3.connect(path)) as registry:
        names = registry.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
        return {name: sorted(registry.execute(f"select * from {name}"), key=repr) for (name,) in names}


def schema(path: Path) -> list[str]:
    """The statements that make the tables, indexes and triggers."""
    statement = "select sql from sqlite_master where sql is not null and name not like 'sqlite_%'"
    with closing(sqlite3.connect(path)) as registry:
        return sorted(" ".join(sql.split()) for (sql,) in registry.execute(statement))
