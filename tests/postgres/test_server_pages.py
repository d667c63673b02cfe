"""Pages, files and queries of the sample city read from PostgreSQL are those read from the DuckDB file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.csv_manner import MANNERS
from app.core.reader import Reader
from app.queries import marts, own_sql
from app.web.page_renderer import draw
from tests.app.roles import VIEWERS as OFFICES
from tests.app.test_kept_pages import ADDRESSES, PERIOD, VIEWERS
from tests.pipeline.commands import run_python
from tests.postgres.server import Server
from warehouse.publish.engines import published

pytestmark = pytest.mark.build

MORE = (
    ("methodology", {}),
    ("downloads", {}),
    ("search", {"q": "quận 1"}),
    ("submit", {}),
    ("target", {"target": "T16"}),
    ("origin", {"target": "T16", "unit": "769"}),
)
# Each page once in each language with small counts and without, and for an office and an area.
DRAWN = {
    **{(f"{number}", lang): viewer for number, viewer in enumerate(VIEWERS) for lang in ("vi", "en")},
    ("officer", "vi"): OFFICES["officer"],
    ("area reader", "en"): OFFICES["area_reader"],
}
QUERY = """
    select u.unit_level, count(*) as n, sum(p.numerator) as total, min(p.numerator_low) as low
    from fct_target_progress as p
    inner join dim_unit as u on p.unit_code = u.unit_code and p.unit_valid_from = u.valid_from
    group by u.unit_level order by u.unit_level
"""
# Half a million rows as files take seconds: the marts that are written, one with views of every type.
WRITTEN = ("dim_period", "fct_unit_call", "fct_submission", "dim_unit_ancestor")


@pytest.fixture
def city(moved_city: tuple[Path, str], server: Server) -> tuple[Path, str]:
    """The data folder, and the address of the database for the app's role, which gets the rows of its viewer only."""
    data_dir, database = moved_city
    return data_dir, server.setting(database, "kpi_writer")


@pytest.fixture
def engines(city: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Have the settings name the DuckDB file first, then the server."""
    data_dir, url = city
    monkeypatch.setenv("KPI_DATA_DIR", str(data_dir))

    def both() -> Iterator[str]:
        yield "duckdb"
        monkeypatch.setenv("KPI_WAREHOUSE_URL", url)
        monkeypatch.setenv("KPI_OPS_URL", url)
        yield "postgresql"

    return both()


def test_every_page_is_the_same_to_the_byte_for_viewers_of_every_right(engines: Iterator[str]) -> None:
    seen = [
        {
            (who, lang, page, *own.values()): draw(page, {"period": PERIOD, "lang": lang, **own}, viewer).html
            for (who, lang), viewer in DRAWN.items()
            for page, own in (*ADDRESSES, *MORE)
        }
        for _ in engines
    ]
    here, there = seen
    assert len(here) == len(DRAWN) * (len(ADDRESSES) + len(MORE))
    assert [address for address, html in here.items() if html != there[address]] == []


def test_whole_marts_and_queries_of_ones_own_are_the_same(engines: Iterator[str], tmp_path: Path) -> None:
    files, answers, described = {}, {}, {}
    for engine in engines:
        for number, viewer in enumerate(VIEWERS):
            reader = Reader(viewer, published())
            described[engine, number] = marts.marts(reader)
            answers[engine, number] = own_sql.first_rows(reader, QUERY, 10)
            for table in WRITTEN:
                path = tmp_path / f"{engine}-{number}-{table}.csv"
                marts.write_csv(reader, table, {"data_label": "số liệu"}, MANNERS["vi"], path)
                files[engine, number, table] = sorted(path.read_text(encoding="utf-8").splitlines())
    for number in range(len(VIEWERS)):
        assert [mart.table_name for mart in described["duckdb", number]] == [
            mart.table_name for mart in described["postgresql", number]
        ]
        assert answers["duckdb", number] == answers["postgresql", number]
        for table in WRITTEN:
            assert len(files["duckdb", number, table]) > 1
            assert files["duckdb", number, table] == files["postgresql", number, table], table


def test_the_command_writes_the_same_file(city: tuple[Path, str], tmp_path: Path) -> None:
    data_dir, url = city
    for name, settings in (("here", {}), ("there", {"KPI_WAREHOUSE_URL": url})):
        arguments = ("-m", "warehouse", "export", "--table", "fct_unit_call", "--out", tmp_path / f"{name}.csv")
        finished = run_python(data_dir, *arguments, **settings)
        assert finished.returncode == 0, finished.stderr
    here, there = (sorted((tmp_path / f"{name}.csv").read_bytes().splitlines()) for name in ("here", "there"))
    assert here == there
