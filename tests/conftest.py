"""Fixtures that tests of several folders need."""

import fcntl
import hashlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine
from xdist.scheduler import LoadFileScheduling

from app.core.i18n import in_language
from app.core.url_state import DEFAULT_LANGUAGE
from app.web.garbage import collect_rarely
from tests import nation, own_forms, sent_packs, two_tiers
from tests.files_of_kinds import OFFICE
from tests.pipeline.commands import PROJECT, run_cold
from tests.pipeline.forked import FORK_EVENT
from tests.plan_pack import PACK, publish
from tests.running import Running, made_for_several
from warehouse.intake import Intake
from warehouse.publish.engines import published
from warehouse.reference import Reference, load_reference
from warehouse.settings import Settings

# What the published sample is made of.
SOURCES = ("warehouse", "dbt_project", "expectations")
SOURCE_SUFFIXES = {".py", ".sql", ".yml", ".csv", ".toml"}
# What dbt writes beside its sources when a developer runs it there.
GENERATED = (PROJECT / "dbt_project" / "target", PROJECT / "dbt_project" / "logs")
KEPT_S = 24 * 3600
# In the published sample's folder: what the command said that loaded the sample.
SAMPLE_TOLD = "told.txt"

# Their files take minutes: begun first, they leave both workers busy to the end.
LONG_FOLDERS = ("pipeline", "browser", "golden")
# Takes minutes to make, on one processor.
SLOWEST_FIXTURE = "published_data_dir"
# What no quick test has, and the words in a command that show it started one of these all the same.
LONG_MARKS = ("browser", "build", "office", "slow")
LONG_FIXTURES = {
    *("browser", "good_warehouse", "many_communes", "province_data_dir", "published_data_dir", "sample_workbooks"),
    *("nation_data_dir", "own_forms_data_dir", "two_tiers_data_dir"),
}
LONG_COMMANDS = {"soffice", "build", "dbt.cli.main", "run-driver"}
# Of a hundred examples that Hypothesis could try; `make bench-damage` tries all of them.
QUICK_EXAMPLES, EXAMPLES = 25, 40
# On a busy machine, inputs are made slowly: that is no fault of what is tested.
OF_MACHINES = (hypothesis.HealthCheck.too_slow,)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Give pytest the options of `make quick` and of `make test-postgres`."""
    parser.addoption("--quick", action="store_true", help="leave out what needs a browser, LibreOffice or a build")
    parser.addoption("--on-postgres", action="store_true", help="have the app of browser tests read and write there")


def pytest_configure(config: pytest.Config) -> None:
    """Have every start of something long fail a test that a quick run has, however deep it happens."""
    sys.addaudithook(_refuse_long)
    Running.is_quick = config.getoption("quick")
    if Running.is_quick:
        hypothesis.settings.register_profile("quick", max_examples=QUICK_EXAMPLES, suppress_health_check=OF_MACHINES)
        hypothesis.settings.load_profile("quick")
    elif not config.getoption("--hypothesis-profile"):
        hypothesis.settings.register_profile("suite", max_examples=EXAMPLES, suppress_health_check=OF_MACHINES)
        hypothesis.settings.load_profile("suite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the folders with long tests first, or in a quick run leave long tests out; else, order stays.

    While one worker makes the published sample, the other has files that do without.
    """
    long = [item for item in items if item.path.parent.name in LONG_FOLDERS]
    waiting = list(dict.fromkeys(item.path for item in long if SLOWEST_FIXTURE in getattr(item, "fixturenames", ())))
    items.sort(key=lambda item: _turn(item.path, waiting))
    if config.getoption("quick"):
        config.hook.pytest_deselected(items=[item for item in items if _is_long(item)])
        items[:] = [item for item in items if not _is_long(item)]


def pytest_collection_finish() -> None:
    """Have Python look for cycles as seldom as the app's own processes do: every test's modules are in memory."""
    collect_rarely()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Give the tests of one file, and all golden ones, to one process, which makes what they share once."""
    return _Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


class _Scheduling(LoadFileScheduling):
    """Files to processes, and the files of the second calculation to one."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/golden" if nodeid.startswith("tests/golden/") else super()._split_scope(nodeid)


def _turn(path: Path, waiting: list[Path]) -> int:
    """When a file's turn comes: one that `waiting` names, the long ones that do not wait, others, the short ones."""
    if path.parent.name not in LONG_FOLDERS:
        return 3
    # Golden files go to one process, together.
    if path not in waiting and path.parent.name != "golden":
        return 1
    return 0 if path == waiting[0] else 2


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs LibreOffice where there is none; note whether quick runs have this test."""
    Running.is_long = _is_long(item)
    if item.get_closest_marker("office") and OFFICE is None:
        pytest.skip("LibreOffice is not installed")


def pytest_runtest_teardown() -> None:
    """The end of what several tests share is that of none of them."""
    Running.is_long = True


def _is_long(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return not LONG_FIXTURES.isdisjoint(fixtures) or any(map(item.get_closest_marker, LONG_MARKS))


def _refuse_long(event: str, arguments: tuple[Any, ...]) -> None:
    if not Running.is_long and (
        event == FORK_EVENT
        or (event == "subprocess.Popen" and not LONG_COMMANDS.isdisjoint(Path(str(word)).name for word in arguments[1]))
    ):
        pytest.fail(f"a quick test starts what takes long: mark it as one of {', '.join(LONG_MARKS)}")


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The project's seeds."""
    return load_reference()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose data folder is the test's own."""
    return Settings.from_env({"KPI_DATA_DIR": str(tmp_path / "data")}, tmp_path / "no.env")


@pytest.fixture
def intake(settings: Settings) -> Iterator[Intake]:
    """The intake over an empty registry and landing zone."""
    opened = Intake(settings)
    yield opened
    opened.close()


def _made_once(root: Path, name: str, make: Callable[[], object]) -> None:
    """Call `make` in the first process that asks; every other waits for it, and finds it done."""
    done = root / f"{name}.done"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            with made_for_several():
                make()
            done.touch()


@pytest.fixture(scope="session")
def shared_root(pytestconfig: pytest.Config) -> Path:
    """A folder for what takes long to make: every process of this run shares it, and the next run finds it again.

    It is named after a hash of all that goes into it, so a changed model, seed or reader is built anew.
    """
    built = Path(pytestconfig.rootpath) / ".pytest_cache" / "built"
    root = built / _sources_hash()
    for other in built.glob("*"):
        if other != root and time.time() - other.stat().st_mtime > KEPT_S:
            shutil.rmtree(other, ignore_errors=True)
    root.mkdir(parents=True, exist_ok=True)
    return root


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and not any(map(path.is_relative_to, GENERATED)):
                digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    digest.update((PROJECT / "requirements.txt").read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def published_data_dir(request: pytest.FixtureRequest, shared_root: Path) -> Path:
    """A data folder whose sample is published as of 2026-11-25: 2026Q3 is the quarter to review, 2026Q4 is open.

    A review of 2025Q1 was held in it, on the figures of 2025-05-08. Only to be read: what a test changes it changes
    in a copy.
    """
    data_dir = shared_root / "published-data"

    def make() -> None:
        told = _run_well(data_dir, "sample", "--out", data_dir / "sample", "--review")
        (data_dir / SAMPLE_TOLD).write_text(told, encoding="utf-8")
        # While the sample was loaded, another process may have had dbt compile the models.
        request.getfixturevalue("compiled")
        _run_well(data_dir, "build")

    _made_once(shared_root, "published", make)
    return data_dir


@pytest.fixture(autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language in force: the parameter `lang` of a test, else that of its mark, else Vietnamese."""
    mark = request.node.get_closest_marker("language")
    marked = mark.args[0] if mark else DEFAULT_LANGUAGE
    call = getattr(request.node, "callspec", None)
    lang = call.params.get("lang", marked) if call else marked
    with in_language(lang):
        yield lang


@pytest.fixture(scope="session")
def province_data_dir(shared_root: Path) -> Path:
    """A data folder in which a small province's plan is published, for what a big city's would only make slow.

    Only to be read: what a test changes it changes in a copy.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(PACK.rglob("*.*")))).hexdigest()
    data_dir = shared_root / f"plan-pack-{digest[:8]}"
    _made_once(shared_root, data_dir.name, lambda: publish(data_dir))
    return data_dir


@pytest.fixture(scope="session")
def compiled(province_data_dir: Path) -> None:
    """dbt has compiled the models once, in the province's build: builds of other plans at the same moment would each
    run it, for as long as several of them take with its SQL."""


@pytest.fixture(scope="session")
def two_tiers_data_dir(shared_root: Path, compiled: None) -> Path:
    """A data folder in which the plan of a city of twelve communes is published. Only to be read."""
    data_dir = shared_root / f"two-tiers-{_fixture_hash()}"
    _made_once(shared_root, data_dir.name, lambda: two_tiers.publish(data_dir))
    return data_dir


@pytest.fixture(scope="session")
def own_forms_data_dir(shared_root: Path) -> Path:
    """A data folder in which the plan of a province with forms of its own is published. Only to be read."""
    data_dir = shared_root / f"own-forms-{_hash_of(own_forms.PACK, own_forms.__file__)}"
    _made_once(shared_root, data_dir.name, lambda: own_forms.publish(data_dir))
    return data_dir


@pytest.fixture(scope="session")
def nation_data_dir(shared_root: Path, compiled: None) -> Path:
    """A data folder in which the plan of a nation of three provinces is published. Only to be read."""
    data_dir = shared_root / f"nation-{_hash_of(nation.PACK, nation.__file__)}"
    _made_once(shared_root, data_dir.name, lambda: nation.publish(data_dir))
    return data_dir


@pytest.fixture(scope="session")
def many_communes(shared_root: Path, compiled: None) -> tuple[Path, Path]:
    """A plan pack of a city of 60 communes, and the data folder in which it is published. Only to be read."""
    root = shared_root / f"many-communes-{_fixture_hash()}"
    pack, data_dir = root / "pack", root / "data"

    def make() -> None:
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        two_tiers.publish(data_dir, two_tiers.write_large(pack))

    _made_once(shared_root, root.name, make)
    return pack, data_dir


def _fixture_hash() -> str:
    """A hash of what the cities of two tiers are made of."""
    return _hash_of(two_tiers.PACK, two_tiers.__file__)


def _hash_of(pack: Path, module: str) -> str:
    """A hash of what a fixture is made of: its pack and the modules that publish it."""
    files = [*sorted(pack.rglob("*.*")), Path(module), Path(sent_packs.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


@pytest.fixture(scope="session")
def sample_workbooks(published_data_dir: Path) -> Path:
    """The folder of the sample's workbooks and its `received.csv`, those that were published. Only to be read."""
    return published_data_dir / "sample"


@pytest.fixture(scope="session")
def versions_of_desks(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's versions as every `desk_data_dir` of this process has them: what was read of them is read once."""
    return Path(shutil.copytree(published_data_dir / "runs", tmp_path_factory.mktemp("versions") / "runs"))


@pytest.fixture
def desk_data_dir(published_data_dir: Path, versions_of_desks: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the published sample in which a test may decide and write; it holds no workbooks. Its versions are
    those of other tests: what changes or removes one, as a build does, takes `spoilable_data_dir`."""
    desk = copy_for_writing(published_data_dir, tmp_path / "desk", without=("runs",))
    (desk / "runs").mkdir()
    for version in versions_of_desks.iterdir():
        (desk / "runs" / version.name).symlink_to(version)
    before = _stamps(versions_of_desks)
    yield desk
    assert _stamps(versions_of_desks) == before, "other tests read this version: take spoilable_data_dir"


def _stamps(versions: Path) -> dict[Path, tuple[int, int]]:
    """Size and time of the last change of the files that versions consist of."""
    stats = {path: path.stat() for path in versions.glob("*/*")}
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in stats.items()}


@pytest.fixture
def spoilable_data_dir(published_data_dir: Path, tmp_path: Path) -> Path:
    """A copy of the published sample in which a test may damage even the versions; it holds no workbooks."""
    return copy_for_writing(published_data_dir, tmp_path / "spoilable")


def copy_for_writing(data_dir: Path, goal: Path, *more: str, without: tuple[str, ...] = ()) -> Path:
    """Copy a data folder's registry and versions to `goal`, which is returned; `more` names folders to copy too:
    landing (the workbooks), cache (what makes the next build a short one); `without` those to leave out."""
    copied = copy_data_dir(data_dir, goal, *{"sample", "landing", "cache"} - set(more), *without, "build.*")
    (copied / "landing").mkdir(exist_ok=True)
    return copied


def copy_data_dir(data_dir: Path, goal: Path, *left_out: str) -> Path:
    """Copy a data folder but names of the patterns `left_out` to `goal`, which is returned. Other processes may read
    the folder meanwhile."""
    ignore = shutil.ignore_patterns(*left_out)
    return Path(shutil.copytree(data_dir, goal, symlinks=True, ignore=ignore, copy_function=_copy_file))


def _copy_file(source: str, goal: str) -> None:
    try:
        shutil.copy2(source, goal)
    except FileNotFoundError:
        # SQLite removes these when the last reader closes the registry.
        if not source.endswith(("-shm", "-wal")):
            raise


def _run_well(data_dir: Path, *arguments: str | Path) -> str:
    finished = run_cold(data_dir, *arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture(scope="session")
def published_engine(published_data_dir: Path) -> Engine:
    """The published sample as pages read it: one process may hold a DuckDB file in one way only."""
    return published(Settings.from_env({"KPI_DATA_DIR": str(published_data_dir)}, published_data_dir / "no.env")).engine
