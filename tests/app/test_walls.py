"""The app's inner walls: which room may import which, and where SQL, colours, Plotly and Streamlit may stand."""

import ast
import re
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
MODULES = sorted(path for path in APP.rglob("*.py") if path.name != "__init__.py")
SQL = re.compile(r"\bselect\b.+\bfrom\b", re.IGNORECASE | re.DOTALL)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(")
# From the ground up: a room imports itself and rooms that stand before it.
ROOMS = (
    *("records", "core", "queries", "analysis", "geo", "ui", "figures", "deck", "forms", "pages", "exports", "web"),
    "main.py",
)
# What a page may ask of the warehouse's package: the published marts, what people send and decide, and the one rule by
# which every file that leaves is kept from running as a formula. The rest of it builds.
OPEN_TO_THE_APP = {"publish.engines", "publish.csv_injection", "settings", "desk", "intake"}
OPEN = tuple(f"warehouse.{name}." for name in OPEN_TO_THE_APP)
LOOSE_MODULES = 3


def name_of(path: Path) -> str:
    """How a file is named in a failure."""
    return str(path.relative_to(APP))


def room_of(path: Path) -> str:
    """The folder of the app in which a file lies; its own name where it lies in none."""
    return path.relative_to(APP).parts[0]


def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever it does; of `from a import b` both a and a.b."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return modules


def packages(path: Path) -> set[str]:
    """The packages that a file imports."""
    return {name.split(".")[0] for name in imports(path)}


def rooms_imported(path: Path) -> set[str]:
    """The rooms of the app that a file imports from."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("app.")}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way_from_the_web_down_to_the_records(path: Path) -> None:
    allowed = set(ROOMS[: ROOMS.index(room_of(path)) + 1])
    assert rooms_imported(path) <= allowed


@pytest.mark.parametrize("path", sorted(APP.rglob("pages/*/*.py")), ids=name_of)
def test_a_page_takes_nothing_out_of_the_folder_of_another_page(path: Path) -> None:
    folders = {name.split(".")[2] for name in imports(path) if name.startswith("app.pages.")}
    assert folders <= {path.parent.name, "shared"}


def test_every_room_is_a_folder_and_hardly_a_module_lies_loose() -> None:
    folders = {path.name for path in APP.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders == {room for room in ROOMS if room != "main.py"}
    assert sum(path.parent == APP for path in MODULES) <= LOOSE_MODULES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_app_never_imports_what_builds_the_warehouse(path: Path) -> None:
    assert not packages(path) & {"great_expectations", "dbt", "duckdb", "expectations", "pandas"}
    ours = {name for name in imports(path) if name.startswith("warehouse.")}
    assert [name for name in ours if not f"{name}.".startswith(OPEN)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_streamlit_runs_the_script_and_draws_nothing_itself(path: Path) -> None:
    if room_of(path) in {"web", "main.py"} or path.name == "book.py":
        return
    assert "streamlit" not in packages(path)


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) != "queries"], ids=name_of)
def test_sql_stands_in_queries_only(path: Path) -> None:
    code = ast.parse(path.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(code) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if SQL.search(text) and "marts." in text] == []
    assert "sqlalchemy" not in packages(path)


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) in {"figures", "deck"}], ids=name_of)
def test_a_figure_asks_nothing_of_the_warehouse(path: Path) -> None:
    if path.name == "data.py":
        return
    assert not imports(path) & {"app.queries", "app.core.access", "sqlalchemy"}


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) == "pages"], ids=name_of)
def test_a_page_names_no_colour(path: Path) -> None:
    assert not COLOUR.search(path.read_text(encoding="utf-8"))


def test_plotly_is_loaded_by_the_figures_of_the_target_page_only() -> None:
    users = [
        name_of(path)
        for path in MODULES
        if any(
            isinstance(node, (ast.Import, ast.ImportFrom)) and "plotly'" in ast.dump(node).replace("plotly.", "plotly'")
            for node in ast.parse(path.read_text(encoding="utf-8")).body
        )
    ]
    assert users == ["figures/funnel/plotly.py", "figures/trend/plotly.py"]


def test_chart_data_of_a_slide_come_from_the_class_that_writes_no_formula() -> None:
    users = [name_of(path) for path in MODULES if "pptx.chart.data" in imports(path)]
    assert users == ["figures/drawing/pptx_chart_data.py"]
