"""The models make the same marts on PostgreSQL as on DuckDB: for the sample city and for plan packs of other shapes."""

import json
from pathlib import Path

import pytest

from tests.postgres.marts import Marts, build_marts, differences
from tests.postgres.server import Server

pytestmark = pytest.mark.build

# Fewer would mean that models, tests or unit tests were left out.
LEAST_NODES = {"model": 60, "test": 120, "seed": 28}
LEAST_UNIT_TESTS = {"unit_test": 130}
LEAST_MARTS = 30
PLACES = {
    "city_of_two_tiers": "two_tiers_data_dir",
    "province_of_three_tiers": "province_data_dir",
    "city": "published_data_dir",
}
# A unit test brings its rows: it is the same in every place.
WITH_UNIT_TESTS = "city_of_two_tiers"


@pytest.fixture(scope="module")
def workshop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A database and a folder that places use in turn: so dbt finds the project that it parsed for the one before."""
    return server.create_database("marts"), tmp_path_factory.mktemp("marts")


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    """Each place in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def marts(request: pytest.FixtureRequest, server: Server, workshop: tuple[str, Path], place: str) -> Marts:
    """A place's marts, built with all tests of dbt."""
    left_out = ["exposure"] if place == WITH_UNIT_TESTS else ["exposure", "unit_test"]
    built, finished = build_marts(server, request.getfixturevalue(PLACES[place]), *workshop, left_out)
    assert finished.returncode == 0, finished.stdout[-4000:]
    return built


def test_every_seed_model_test_and_unit_test_passes_on_postgresql(marts: Marts, place: str) -> None:
    results = json.loads((marts.work_dir / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    kinds = [result["unique_id"].split(".")[0] for result in results]
    least = LEAST_NODES | (LEAST_UNIT_TESTS if place == WITH_UNIT_TESTS else {})
    assert {result["status"] for result in results} == {"success", "pass"}
    assert not {kind: number for kind, number in least.items() if kinds.count(kind) < number}


def test_every_mart_has_the_same_rows_on_both_engines(marts: Marts) -> None:
    names = marts.names()
    assert len(names) >= LEAST_MARTS
    assert not {name: rows for name in names if (rows := differences(marts, name))}


def test_every_table_has_statistics_when_the_next_model_reads_it(marts: Marts) -> None:
    query = r"""
        select relname from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid
        where nspname like 'building\_%' and relkind = 'r' and reltuples < 0
    """
    assert marts.rows(query) == []
