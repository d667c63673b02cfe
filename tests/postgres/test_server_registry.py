"""The registry on PostgreSQL: migrated with every row, codes of months fit, and records cannot be changed."""

from datetime import datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError

from tests.postgres.server import Server
from warehouse.db.connection import connect, open_database, writing
from warehouse.db.desk_tables import note
from warehouse.db.migration import SCRIPTS, migrate
from warehouse.db.schema_version import HEAD, schema_version
from warehouse.errors import RegistryOutdatedError

pytestmark = pytest.mark.build

NOTE = {"unit_code": "901", "text": "Đã gọi.", "written_at": datetime(2026, 1, 2), "written_by": "Sở"}


def test_a_registry_of_the_first_schema_is_migrated_and_then_takes_codes_of_months(server: Server) -> None:
    url = server.url(server.create_database("first_schema"))
    engine = connect(url)
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
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
