"""The warehouse's rooms: which may import which, and that nothing lies loose."""

import ast
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.pipeline.forked import IMPORTED

PROJECT = Path(__file__).parents[2]
WAREHOUSE = PROJECT / "warehouse"
MODULES = sorted(WAREHOUSE.rglob("*.py"))
STARTED = re.compile(r'"-m", "((?:app|expectations|tests|warehouse)[\w.]*)"')
# From the ground up: a room imports itself and rooms that stand before it.
ROOMS = (
    *(
        "typed_csv",
        "programmes",
        "settings",
        "plan",
        "text",
        "clock",
        "errors",
        "reference",
        "storage",
        "db",
        "people",
        "digest",
        "forms",
        "packs",
        "desk",
        "registry",
        "publish",
    ),
    *("pipeline", "intake", "backup", "health", "upgrade", "sample", "commands", "cli"),
)
LOOSE_MODULES = 7
# Linters, packagers, editors and search tools leave folders of these names out, so what lies in one goes unchecked.
SKIPPED_BY_TOOLS = {"_build", "buck-out", "build", "dist", "env", "node_modules", "site-packages", "target", "venv"}


def room_of(path: Path) -> str:
    """The folder of the warehouse in which a file lies; its own name where it lies in none."""
    return path.relative_to(WAREHOUSE).parts[0].removesuffix(".py")


def rooms_imported(path: Path) -> set[str]:
    """The rooms of the warehouse that a file imports from, wherever in it that is."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {f"{node.module}.{name.name}" for name in node.names}
    return {name.split(".")[1] for name in modules if name.startswith("warehouse.")}


def rooms_allowed(path: Path) -> set[str]:
    """The rooms that a file may import from."""
    room = room_of(path)
    return set(ROOMS) if room.startswith("__") else set(ROOMS[: ROOMS.index(room) + 1])


def test_imports_go_one_way_from_the_commands_down_to_the_texts() -> None:
    wrong = {
        str(path.relative_to(WAREHOUSE)): beyond
        for path in MODULES
        if (beyond := rooms_imported(path) - rooms_allowed(path))
    }
    assert wrong == {}


def test_hardly_a_module_lies_loose() -> None:
    assert sum(path.parent == WAREHOUSE and path.name != "__init__.py" for path in MODULES) <= LOOSE_MODULES


def test_no_source_lies_in_a_folder_that_tools_skip() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert [name for name in tracked.splitlines() if SKIPPED_BY_TOOLS & set(Path(name).parent.parts)] == []


def test_every_module_that_is_started_or_imported_by_its_name_exists() -> None:
    code = [
        path.read_text(encoding="utf-8")
        for name in ("app", "tests", "warehouse")
        for path in (PROJECT / name).rglob("*.py")
    ]
    started = {module for text in code for module in STARTED.findall(text)}
    assert "warehouse.pipeline.background_process" in started
    preloaded = {name for name in IMPORTED if (PROJECT / name.split(".")[0]).is_dir()}
    assert [name for name in sorted(started | preloaded) if find_spec(name) is None] == []
