"""The app's inner walls: which room may import which, and where SQL, colours, Plotly and Streamlit may stand."""

import ast
import re
from collections.abc import Callable, Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
WAREHOUSE = APP.with_name("warehouse")
MODULES = sorted(path for path in APP.rglob("*.py") if path != APP / "__init__.py")
SQL = re.compile(r"\bselect\b.+\bfrom\b", re.IGNORECASE | re.DOTALL)
STATEMENT = re.compile(r"\b(select|where|from marts|period_code =|unit_code in|f\.\w+ (=|in|<|>))", re.IGNORECASE)
CONSTANT = re.compile(r"_?[A-Z][A-Z_]*")
TAG = re.compile(r"</?[a-zA-Z]")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(")
# From the ground up: a room imports itself and rooms that stand before it.
ROOMS = (
    *(
        "records",
        "core",
        "queries",
        "analysis",
        "geo",
        "ui",
        "figures",
        "deck",
        "forms",
        "pages",
        "exports",
        "digest",
        "api",
        "web",
        "explore",
    ),
    "main.py",
)
# What a page may ask of the warehouse's package: the published marts and what they are called, what people send and
# decide, who they are, the office's clock, the condition of the installation, and the one rule by which every file that
# leaves is kept from running as a formula. The rest of it builds.
OPEN_TO_THE_APP = {
    *(
        "publish.attached",
        "publish.catalog",
        "publish.duckdb_rows",
        "publish.engines",
        "publish.layout",
        "publish.row_scope",
        "publish.version_name",
        "publish.csv_injection",
        "storage.duckdb_connection",
        "storage.literals",
        "settings",
        "desk",
        "intake",
        "plan.boundaries",
        "plan.codes",
        "plan.levels",
        "plan.names",
        "plan.words",
    ),
    *("clock", "people", "programmes", "health", "digest"),
}
OPEN = tuple(f"warehouse.{name}." for name in OPEN_TO_THE_APP)
COLUMN_LISTS = (("name", "names"), ("one", "columns"))
LOOSE_MODULES = 3
SCREEN_LINES = 50
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name_of(path: Path) -> str:
    """How a file is named in a failure."""
    return str(path.relative_to(APP.parent))


def room_of(path: Path) -> str:
    """The folder of the app in which a file lies; its own name where it lies in none."""
    return path.relative_to(APP).parts[0]


@cache
def code_of(path: Path) -> ast.Module:
    """What a file says, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    """The modules that a file imports, wherever it does; of `from a import b` both a and a.b."""
    modules: set[str] = set()
    for node in ast.walk(code_of(path)):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return frozenset(modules)


def packages(path: Path) -> set[str]:
    """The packages that a file imports."""
    return {name.split(".")[0] for name in imports(path)}


def breaking(paths: Iterable[Path], is_broken: Callable[[Path], object]) -> list[str]:
    """The files in which a wall is broken."""
    return [name_of(path) for path in paths if is_broken(path)]


def folder_of(module: str) -> str | None:
    """The folder that a module of the app lies in, as a package; a package is its own. None for what is no module."""
    place = APP.parent / Path(*module.split("."))
    if place.is_dir():
        return module
    return module.rpartition(".")[0] if place.with_suffix(".py").exists() else None


def test_imports_go_one_way_from_the_web_down_to_the_records() -> None:
    def climbs(path: Path) -> set[str]:
        rooms = {name.split(".")[1] for name in imports(path) if name.startswith("app.")}
        return rooms - set(ROOMS[: ROOMS.index(room_of(path)) + 1])

    assert breaking(MODULES, climbs) == []


def test_no_two_folders_need_each_other_not_even_by_way_of_a_third() -> None:
    needs: dict[str, set[str]] = {}
    for path in MODULES:
        own = ".".join(path.parent.relative_to(APP.parent).parts)
        used = {folder_of(name) for name in imports(path) if name.startswith("app.")}
        needs.setdefault(own, set()).update(folder for folder in used if folder not in (None, own))
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_a_page_takes_nothing_out_of_the_folder_of_another_page() -> None:
    def takes(path: Path) -> set[str]:
        folders = {name.split(".")[2] for name in imports(path) if name.startswith("app.pages.")}
        return folders - {path.parent.name, "shared"}

    assert breaking(APP.glob("pages/*/*.py"), takes) == []


def test_every_room_is_a_folder_and_hardly_a_module_lies_loose() -> None:
    folders = {path.name for path in APP.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders == {room for room in ROOMS if room != "main.py"}
    assert sum(path.parent == APP for path in MODULES) <= LOOSE_MODULES


def test_no_f_string_holds_a_tag() -> None:
    def tags(path: Path) -> list[str]:
        parts = [part for node in ast.walk(code_of(path)) if isinstance(node, ast.JoinedStr) for part in node.values]
        return [part.value for part in parts if isinstance(part, ast.Constant) and TAG.search(part.value)]

    assert breaking(MODULES, tags) == []


def test_a_function_fits_a_screen() -> None:
    def long(path: Path) -> list[str]:
        functions = [node for node in ast.walk(code_of(path)) if isinstance(node, FUNCTIONS)]
        return [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= SCREEN_LINES]

    assert breaking([*MODULES, *WAREHOUSE.rglob("*.py")], long) == []


def test_the_app_never_imports_what_builds_the_warehouse() -> None:
    def builds(path: Path) -> object:
        ours = {name for name in imports(path) if name.startswith("warehouse.")}
        closed = [name for name in ours if not f"{name}.".startswith(OPEN)]
        return closed or packages(path) & {"great_expectations", "dbt", "expectations"}

    assert breaking(MODULES, builds) == []


def test_only_the_exploring_pages_use_data_frames_and_their_sql_process_duckdb() -> None:
    reading = [path for path in MODULES if room_of(path) != "explore"]
    # Plotly's figures wait until pandas is loaded, though they hold no data frame.
    assert breaking(reading, lambda path: packages(path) & {"duckdb", "pandas"}) == ["app/exports/page_parts.py"]
    assert breaking(MODULES, lambda path: "duckdb" in packages(path)) == ["app/explore/sql_process.py"]


def test_only_the_exploring_pages_use_streamlit() -> None:
    # Its server is started in main.py, its secrets file is read in oidc.py, and the offline quarter takes a font of it.
    others = [path for path in MODULES if room_of(path) not in {"explore", "main.py"}]
    assert breaking(others, lambda path: "streamlit" in packages(path)) == ["app/web/oidc.py"]


def test_sql_stands_in_queries_only() -> None:
    def asks(path: Path) -> bool:
        constants = [node.value for node in ast.walk(code_of(path)) if isinstance(node, ast.Constant)]
        texts = [value for value in constants if isinstance(value, str)]
        return "sqlalchemy" in packages(path) or any(SQL.search(text) and "marts." in text for text in texts)

    assert breaking([path for path in MODULES if room_of(path) != "queries"], asks) == []


def test_no_value_is_written_into_a_statement() -> None:
    # What stands between a statement's own words: constants, and what was looked at here.
    looked_at = {
        ("fetch.py", "sql.replace('{columns}', 'f.*')"),
        ("progress.py", "where"),
        ("review.py", "is_open"),
        # Whole tables: names from the catalogue, values through `quoted`, conditions put together above.
        *(("marts.py", name) for name in ("cells", "code", "row.table_name", "_source(reader, table)", "table")),
        *(("marts.py", name) for name in ("where", "' or '.join(conditions)", "tables_query(warehouse)")),
        *(("marts.py", name) for name in ("columns_query(warehouse)", "columns_query(reader.warehouse)")),
        # Files of them: relations of the callers above, columns from the catalogue, values through `quoted`.
        *(("copies.py", name) for name in ("', '.join([*cells, *beside])", "rows", "quoted(str(out))", "options")),
        # The same, with the columns of `RANGES`, and the fields of a record.
        *(("sql_views.py", name) for name in ("cells", "ends", "every", "is_other", "name", "number", "same")),
        *(("sql_views.py", text) for text in ("ranges.condition", "f', f.{marts.ROW}' if added else ''")),
        *(("sql_views.py", f"', '.join((f'f.{{{name}}}' for {name} in {names}))") for name, names in COLUMN_LISTS),
    }
    found = set()
    # Statements of pivots and of the API are put together from parts: `test_explore_pivot.py` and `test_api_rows.py`
    # ask them with hostile values.
    for path in {*APP.glob("queries/*.py")} - {APP / "queries" / name for name in ("pivot.py", "mart_rows.py")}:
        for node in ast.walk(code_of(path)):
            if isinstance(node, ast.JoinedStr) and STATEMENT.search(ast.unparse(node)):
                values = [ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
                found |= {(path.name, value) for value in values if not CONSTANT.fullmatch(value)}
    assert found == looked_at


def test_rows_beyond_a_viewer_s_rights_are_read_only_where_they_are_protected_at_once() -> None:
    openers = {"fetch_to_protect", "fetch_across_units", "EVERY_ROW", "people_units"}
    reading = {
        f"{path.stem}.{function.name}"
        for path in MODULES
        for function in ast.walk(code_of(path))
        if isinstance(function, FUNCTIONS)
        for node in ast.walk(function)
        if {getattr(node, "id", ""), getattr(node, "arg", "")} & openers
    }
    assert reading == {
        # They give nothing but bands, or leave the columns of `disclosure.COLUMNS` empty.
        *("progress._figures", "progress.disclosed", "target.breakdown", "target.disclosed_breakdowns"),
        *("target._disclosed_categories", "sql_views._figures", "origin.contributions", "ground.recalculated"),
        # Which reports are behind a figure, and their corrections without those of people.
        *("origin.reports", "origin.corrections"),
        # Results of checks on people are left out, in the second findings.
        *("methodology.checks", "origin.checks"),
        # Which cells a form has, its numbers hidden; which forms are in use; which part of a year a figure covers; how
        # long a table is.
        *("ward._cells", "ward.reported_cells", "pivot.measures", "year_parts.year_parts", "marts._marts"),
        # Columns are emptied by the views, in the process of the query.
        "own_sql._scopes",
        *("fetch.fetch_to_protect", "fetch.fetch_across_units"),
    }


def test_a_figure_asks_nothing_of_the_warehouse() -> None:
    drawn = [path for path in MODULES if room_of(path) in {"figures", "deck"} and path.name != "data.py"]
    asked = {"app.queries", "app.core.access", "sqlalchemy"}
    assert breaking(drawn, lambda path: asked & imports(path)) == []


def test_a_page_names_no_colour() -> None:
    pages = [path for path in MODULES if room_of(path) == "pages"]
    assert breaking(pages, lambda path: COLOUR.search(path.read_text(encoding="utf-8"))) == []


def test_plotly_is_loaded_by_the_figures_of_the_target_page_and_the_exploring_pages_only() -> None:
    def loads(path: Path) -> bool:
        at_import = [node for node in code_of(path).body if isinstance(node, (ast.Import, ast.ImportFrom))]
        return any("plotly'" in ast.dump(node).replace("plotly.", "plotly'") for node in at_import)

    reading = [path for path in MODULES if room_of(path) != "explore"]
    assert breaking(reading, loads) == ["app/figures/funnel/plotly.py", "app/figures/trend/plotly.py"]


def test_chart_data_of_a_slide_are_made_where_no_formula_is_written() -> None:
    assert breaking(MODULES, lambda path: "CategoryChartData(" in path.read_text(encoding="utf-8")) == []
