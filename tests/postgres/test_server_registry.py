"""The registry on PostgreSQL: migrated with every row, codes of months fit, records cannot be changed, many write."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError

from tests.postgres.server import Server, make_first_schema
from tests.writers import Load, write_at_once, wrong
from warehouse.db import connection as databases
from warehouse.db.connection import RegistryBusyError, connect, open_database, writing
from warehouse.db.desk_tables import note
from warehouse.db.migration import migrate
from warehouse.db.schema_version import HEAD, schema_version
from warehouse.desk import Desk
from warehouse.errors import RegistryOutdatedError
from warehouse.people import AccessKind, AccessTrail

pytestmark = pytest.mark.build

NOTE = {"unit_code": "901", "text": "Đã gọi.", "written_at": datetime(2026, 1, 2), "written_by": "Sở"}


def test_a_registry_of_the_first_schema_is_migrated_and_then_takes_codes_of_months(server: Server) -> None:
    url = server.url(server.create_database("first_schema"))
    make_first_schema(url)
    engine = connect(url)
    with writing(engine) as connection:
        connection.execute(insert(note).values(period_code="2026Q1", **NOTE))
    with pytest.raises(RegistryOutdatedError):
        open_database(url)
    assert migrate(url) == "0001"
    opened = open_database(url)
    with writing(opened) as connection:
        assert schema_version(connection) == HEAD
        connection.execute(insert(note).values(period_code="2026M01", **NOTE))
        assert list(connection.scalars(select(note.c.period_code).order_by(note.c.note_id))) == ["2026Q1", "2026M01"]
    for statement in ("update note set note_text = ''", "delete from note", "truncate note"):
        with pytest.raises(ProgrammingError, match="append-only"), writing(opened) as connection:
            connection.execute(text(statement))
    new = open_database(server.url(server.create_database("new_schema")))
    described = text(
        "select table_name, column_name, data_type, character_maximum_length, is_nullable "
        "from information_schema.columns where table_schema = 'public' order by 1, 2"
    )
    with opened.connect() as migrated, new.connect() as fresh:
        assert migrated.execute(described).all() == fresh.execute(described).all()
    for opened_engine in (engine, opened, new):
        opened_engine.dispose()


def test_processes_that_open_an_empty_database_at_once_all_find_its_registry(server: Server) -> None:
    url = server.setting(server.create_database("empty"))
    together = Barrier(8)

    def open_with_the_others(_: int) -> None:
        together.wait()
        open_database(url).dispose()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_with_the_others, range(8)))


def test_a_writer_who_holds_the_registry_makes_others_wait_and_then_tells_them_that_it_is_busy(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.setting(server.create_database("held"))
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_S", 1)
    desk, trail = Desk(url), AccessTrail(open_database(url))
    with psycopg.connect(url.replace("+psycopg", "")) as held:
        held.execute("update desk_clock set ticks = ticks")
        with pytest.raises(RegistryBusyError):
            desk.add_note("760", "2024Q2", "Chưa ghi", "Lan")
        trail.record(AccessKind.DOWNLOADED, "Lan")
    assert desk.notes("760") == []
    assert desk.add_note("760", "2024Q2", "Đã ghi", "Lan") in desk.notes("760")


def test_twenty_who_write_at_once_lose_nothing_and_meet_no_error(server: Server, tmp_path: Path) -> None:
    url = server.setting(server.create_database("writers"))
    told = write_at_once(url, tmp_path / "landing", Load(processes=2, writes=10))
    assert (told.errors, len(told.times_ms)) == ([], 200)
    assert list(wrong(url, tmp_path / "landing", told)) == []
