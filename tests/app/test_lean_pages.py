"""A page is drawn without what it does not need, and an address cannot reach into a query."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.ui.page_style import GIVEN_BY_SCRIPT
from app.web.page_renderer import draw
from tests.pipeline.commands import PROJECT, environment

DRAW_PAGES = """
import sys
from app.core.access import BUILT_IN_VIEWER
from app.web.page_renderer import draw
PAGES = ("", "target", "compare", "tasks", "quality", "reports", "submit", "downloads")
for page, asked in (*((page, {}) for page in PAGES), ("district", {"unit": "769"}), ("ward", {"unit": "26803"})):
    assert "<h1>" in draw(page, {"period": "2021Q4", **asked}, BUILT_IN_VIEWER).html
assert "xlsxwriter" not in sys.modules, "a page loads what writes Excel"
from tests.answered import respond
for kind in ("csv", "xlsx", "parquet"):
    assert respond(f"mart.{kind}", {"page": "downloads", "table": "dim_period"}).status_code == 200
print([name for name in ("pandas", "numpy", "openpyxl", "plotly", "great_expectations", "dbt") if name in sys.modules])
"""


def test_pages_without_a_figure_load_neither_pandas_nor_plotly_nor_what_reads_and_builds(
    published_data_dir: Path,
) -> None:
    drawn = subprocess.run(
        [sys.executable, "-c", DRAW_PAGES],
        cwd=PROJECT,
        env=environment(published_data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert drawn.stdout.strip() == "[]", drawn.stdout + drawn.stderr


@pytest.mark.parametrize("code", ["769' or '1'='1", "7'; drop table marts.dim_unit; --", "a\\'b%s$1:x", "769\u0000"])
def test_a_code_that_tries_to_be_sql_is_an_unknown_unit(
    code: str, published_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    page = draw("district", {"unit": code, "period": "2021Q4", "lang": "en"}, BUILT_IN_VIEWER)
    assert "Thu Duc City:" not in page.html
    assert "run into trouble" not in page.html


def test_every_class_that_a_script_gives_has_its_rules_on_every_page() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "app" / "component").rglob("*.js"))
    given = re.findall(r"""(?:className = |classList\.(?:add|toggle)\(|statusLine\()"([\w-]+)\"""", scripts)
    names = (PROJECT / "app" / "web" / "who.html").read_text(encoding="utf-8")
    named = " ".join(re.findall(r"class='([^']*)'", names)).split()
    # What is drawn by the library for charts comes with the rules of all pages.
    assert {*given, *named} - {"explored", "leads"} == GIVEN_BY_SCRIPT
