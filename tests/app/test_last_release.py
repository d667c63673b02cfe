"""Figures that the release before computed: pages, files and commands say that a build is needed."""

from pathlib import Path

import duckdb
import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.explore import registry
from app.web.export_routes import respond
from app.web.page_renderer import draw
from tests.app.explored import open_at, unopened
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run
from warehouse.commands.conventions import EXIT_FAILED
from warehouse.publish.engines import published
from warehouse.publish.layout import missing_columns
from warehouse.publish.versions import WAREHOUSE_FILE, complete, read_manifest

# What came with later releases: a column that every page reads, and tables of the pivot page.
LATER_COLUMN = "alter table marts.dim_period drop column is_opening"
LATER_TABLES = ("drop view marts.dim_unit_ancestor", "drop table marts.fct_form_unit")


@pytest.fixture(scope="module")
def published_before(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as the release before would have published it."""
    data_dir = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("before") / "data")
    change(data_dir, *LATER_TABLES, LATER_COLUMN)
    return data_dir


@pytest.fixture
def old_data_dir(published_before: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, from which pages are drawn."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_before))
    return published_before


def change(data_dir: Path, *statements: str) -> None:
    """Take from the published version what came later."""
    folder = (data_dir / "published").resolve()
    manifest = read_manifest(folder)
    assert manifest
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as held:
        for statement in statements:
            held.execute(statement)
    complete(folder, manifest)


def test_the_version_of_this_release_lacks_nothing(sample: None) -> None:
    assert missing_columns(published()) == ()


@pytest.mark.parametrize("page", ["", "target", "district", "calls", "reports", "review", "downloads"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_says_that_the_figures_have_to_be_computed_again(old_data_dir: Path, page: str, lang: str) -> None:
    drawn = draw(page, {"lang": lang}, BUILT_IN_VIEWER)
    assert drawn.status == 503
    assert words_in(lang)("message.layout_title") in drawn.html
    assert "python -m warehouse upgrade" in drawn.html


def test_a_file_says_so_too(old_data_dir: Path) -> None:
    answer = respond("deck.pptx", {"page": "review", "lang": "en"}, BUILT_IN_VIEWER)
    assert answer.status_code == 503
    assert bytes(answer.body).decode() == words_in("en")("message.layout_text")


def test_the_status_says_so_with_what_to_run(old_data_dir: Path) -> None:
    told = run(old_data_dir, "status")
    assert (told.returncode, told.stderr) == (0, "")
    assert "python -m warehouse upgrade" in told.stdout


def test_it_is_not_published_again_after_which_every_page_would_say_so(old_data_dir: Path) -> None:
    version = (old_data_dir / "published").resolve().name
    asked = run(old_data_dir, "rollback", version)
    assert (asked.returncode, "another release" in asked.stderr) == (EXIT_FAILED, True)


def test_an_exploring_page_whose_tables_came_later_says_so(
    spoilable_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(spoilable_data_dir))
    change(spoilable_data_dir, *LATER_TABLES)
    monkeypatch.setattr(registry, "PAGES", {"pivot": registry.PAGES["pivot"]})
    app = open_at(unopened(), {"lang": ["vi"]})
    assert [one.value for one in app.error] == [words_in("vi")("message.layout_text")]
    # The overview needs none of these tables.
    assert draw("", {"lang": "vi"}, BUILT_IN_VIEWER).status == 200
