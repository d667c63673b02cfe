"""The app's inner walls: who may import what, and where SQL may stand."""

import ast
import re
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
MODULES = sorted(path for path in APP.rglob("*.py") if path.name != "__init__.py")
SQL = re.compile(r"\bselect\b.+\bfrom\b", re.IGNORECASE | re.DOTALL)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(")


def imports(path: Path) -> set[str]:
    """The modules that a file imports, by their first two names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def roots(path: Path) -> set[str]:
    """The packages that a file imports."""
    return {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(APP)))
def test_the_app_never_imports_what_builds_the_warehouse(path: Path) -> None:
    assert not roots(path) & {"great_expectations", "dbt", "duckdb", "expectations", "pandas"}
    ours = {name for name in imports(path) if name.startswith("warehouse.")}
    assert {name.split(".")[1] for name in ours} <= {"engines", "settings", "desk", "intake"}


@pytest.mark.parametrize("path", sorted(APP.glob("views/*.py")), ids=lambda path: path.stem)
def test_a_view_is_a_short_story_without_sql_colour_or_streamlit(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert not roots(path) & {"sqlalchemy", "duckdb", "streamlit"}
    assert not COLOUR.search(text)


OUTSIDE_QUERIES = [path for path in MODULES if path.parent.name != "queries"]


@pytest.mark.parametrize("path", OUTSIDE_QUERIES, ids=lambda path: str(path.relative_to(APP)))
def test_sql_stands_in_queries_only(path: Path) -> None:
    code = ast.parse(path.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(code) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if SQL.search(text) and "marts." in text] == []
    assert "sqlalchemy" not in roots(path)


@pytest.mark.parametrize("path", sorted(APP.glob("charts/*.py")), ids=lambda path: path.stem)
def test_charts_are_pure(path: Path) -> None:
    assert not roots(path) & {"streamlit", "sqlalchemy"}
    assert not imports(path) & {"app.queries", "app.access", "app.pages"}


def test_plotly_is_loaded_by_the_figures_of_the_target_page_only() -> None:
    users = [
        path.name
        for path in MODULES
        if any(
            isinstance(node, (ast.Import, ast.ImportFrom)) and "plotly" in ast.dump(node)
            for node in ast.parse(path.read_text(encoding="utf-8")).body
        )
    ]
    assert users == ["funnel.py", "trend.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(APP)))
def test_a_file_stays_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 300
