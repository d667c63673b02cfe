"""Faults around a PostgreSQL server: a move that is killed, and a server that goes away. Needs its packages."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from sqlalchemy import Connection, inspect

from tests.faults.kills import Operation, Outcome
from tests.faults.province import REGISTRY, Templates, copy, settings_of
from tests.pipeline.commands import run
from tests.plan_pack import PROVINCE
from tests.postgres.installation import Installation, moved
from tests.postgres.server import Server
from warehouse.db.carry import contents, has_rows
from warehouse.db.connection import connect
from warehouse.publish import publication
from warehouse.settings import Settings

MOVED = "moved"


@dataclass(frozen=True)
class Move(Operation):
    """A move to a new database of the server."""

    server: Server | None = None

    def prepare(self, scratch: Path) -> None:
        """Bring the scratch folder into the state before the move, with a database without anything in it."""
        super().prepare(scratch)
        assert self.server
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'drop database if exists "{MOVED}" with (force)'.encode())
        self.server.create_database(MOVED)


def move(templates: Templates, server: Server) -> Operation:
    """The move of the published province to the server."""
    url = server.setting(MOVED)

    def goal(scratch: Path) -> Settings:
        return replace(settings_of(scratch / "data"), warehouse_url=url, ops_url=url)

    def has_happened(_: Path) -> bool:
        return _rows(url) is not None

    def look(scratch: Path) -> Iterator[str]:
        """Yield what the server shows in half: rows but not all, a version that is listed and not whole."""
        there = goal(scratch)
        rows = _rows(url)
        if rows is not None and rows != _rows(f"sqlite:///{scratch / 'data' / REGISTRY}"):
            yield "rows of the registry on the server"
        with suppress(psycopg.Error):
            for manifest in publication.versions(there):
                if fault := publication.damage(there, manifest.version):
                    yield f"version {manifest.version} on the server: {fault}"

    words = ("move", "--to", url)
    return Move("move", templates.published, lambda _: words, has_happened, is_once=True, look=look, server=server)


def _rows(url: str) -> dict[str, tuple[int, str]] | None:
    """Return number and digest of the rows of each table of a registry; None without any."""
    engine = connect(url)
    try:
        with engine.connect() as connection:
            return contents(connection) if _is_filled(connection) else None
    finally:
        engine.dispose()


def _is_filled(connection: Connection) -> bool:
    return "submission" in inspect(connection).get_table_names() and has_rows(connection)


def server_away(templates: Templates, scratch: Path, server: Server) -> Outcome:
    """Commands while the server does not answer: each ends with a sentence, and works when it is back."""
    outcome = Outcome("PostgreSQL server away")
    folder = scratch / "trouble"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    there = moved(server, copy(templates.published, folder / "data"), "away")
    before = there.rows("select count(*) from submission")
    published = there.rows("select version from marts.publication")
    gone = Installation(there.data_dir, Server(folder / "nowhere"), there.database)
    submit = ("submit", str(templates.form), "--note", "chưa đủ cột")
    for words in (submit, ("build",), ("backup", "--to", str(folder / "store")), ("status",)):
        ended = run(there.data_dir, *words, **gone.environment)
        outcome.count += 1
        lines = [line for line in ended.stderr.splitlines() if line.strip()]
        if "Traceback" in ended.stderr or not (lines or ended.stdout):
            outcome.not_repaired.append(f"{words[0]}: no sentence: {ended.stderr[-1000:]}")
        elif lines:
            outcome.messages[lines[-1]] += 1
    if there.rows("select count(*) from submission") != before:
        outcome.half_visible.append("a report")
    if there.rows("select version from marts.publication") != published:
        outcome.half_visible.append("a version")
    for words in (submit, ("build",), ("verify",)):
        again = run(there.data_dir, *words, **PROVINCE | there.environment)
        if again.returncode:
            outcome.not_repaired.append(f"{words[0]} afterwards: {again.stderr.strip()}")
    shutil.rmtree(folder)
    return outcome
