"""The models make the same marts on PostgreSQL as on DuckDB: for the sample city and for plan packs of other shapes."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.postgres.marts import Marts, build_marts, differences
from tests.postgres.server import Server

pytestmark = pytest.mark.build

# Fewer would mean that models, tests or unit tests were left out.
LEAST_NODES = {"model": 60, "test": 120, "unit_test": 130, "seed": 28}
LEAST_MARTS = 30
PLACES = {
    "city": "published_data_dir",
    "province_of_three_tiers": "province_data_dir",
    "city_of_two_tiers": "two_tiers_data_dir",
}

Built = Callable[[str], Marts]


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Marts by place, built with all tests of dbt when first requested; a place that failed fails again."""

    @cache
    def build(place: str) -> tuple[Marts, CompletedProcess[str]]:
        data_dir: Path = request.getfixturevalue(PLACES[place])
        return build_marts(server, data_dir, tmp_path_factory.mktemp(place))

    def get(place: str) -> Marts:
        marts, finished = build(place)
        assert finished.returncode == 0, finished.stdout[-4000:]
        return marts

    return get


@pytest.mark.parametrize("place", PLACES)
def test_every_seed_model_test_and_unit_test_passes_on_postgresql(built: Built, place: str) -> None:
    target = built(place).work_dir / "target"
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    kinds = [result["unique_id"].split(".")[0] for result in results]
    assert {result["status"] for result in results} == {"success", "pass"}
    assert not {kind: least for kind, least in LEAST_NODES.items() if kinds.count(kind) < least}


@pytest.mark.parametrize("place", PLACES)
def test_every_mart_has_the_same_rows_on_both_engines(built: Built, place: str) -> None:
    marts = built(place)
    names = marts.names()
    assert len(names) >= LEAST_MARTS
    assert not {name: rows for name in names if (rows := differences(marts, name))}


def test_every_table_has_statistics_when_the_next_model_reads_it(built: Built) -> None:
    query = r"""
        select relname from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid
        where nspname like 'building\_%' and relkind = 'r' and reltuples < 0
    """
    assert built("city_of_two_tiers").rows(query) == []
