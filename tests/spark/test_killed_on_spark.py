"""A build on Spark that is killed at any moment leaves no damage. One build copies its folder at each of them.

What a kill does beyond the files, and the rows of the next build on Spark, are in `test_spark_builds.py`.
"""

import signal
from pathlib import Path

import pytest

from tests.conftest import copy_for_writing
from tests.pipeline.commands import environment, run_json, run_python
from tests.pipeline.doomed_build import MOMENTS, ON_SPARK, Moment, copy_at, doomed_build
from tests.pipeline.forked import run_forked
from tests.plan_pack import PROVINCE
from tests.spark.builds import Place, assert_same_rows
from warehouse.publish.versions import WAREHOUSE_FILE

pytestmark = pytest.mark.build

PUBLISHED = ("publish", "end")


@pytest.fixture(scope="module")
def copies(province_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a province's data folder for each moment of a build on Spark, which was killed at the last one."""
    folder = tmp_path_factory.mktemp("killed")
    data_dir = copy_for_writing(province_data_dir, folder / "data", "landing", "cache")
    killed = run_python(data_dir, "-m", "tests.pipeline.doomed_build", folder / "copies", ON_SPARK, **PROVINCE)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    data_dir.rename(copy_at(folder / "copies", PUBLISHED))
    return folder / "copies"


@pytest.mark.parametrize("moment", MOMENTS, ids=" ".join)
def test_a_death_leaves_what_was_published_or_all_of_the_new_version_and_the_next_build_cleans_up(
    moment: Moment, copies: Path, province_data_dir: Path
) -> None:
    left = Place(copy_at(copies, moment), PROVINCE, province_data_dir / "published" / WAREHOUSE_FILE)
    before = (province_data_dir / "published").resolve().name
    assert run_json(left.data_dir, "verify", **PROVINCE)["findings"] == []
    if moment == PUBLISHED:
        assert left.published.name > before
        assert_same_rows(left)
        return
    assert left.published.name == before
    # The next build has removed what was left when it makes a folder of its own.
    runs = left.data_dir / "runs"
    ended = run_forked(doomed_build, "plan", "end", environment=environment(left.data_dir, **PROVINCE))
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    complete = {row["version"] for row in run_json(left.data_dir, "versions", **PROVINCE)}
    assert len({folder.name for folder in runs.iterdir()} - complete) == 1
