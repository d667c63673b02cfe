"""Areas directly under the city, as in a province without regions: no grid, annex or slide leaves them out."""

import re
from pathlib import Path

import duckdb
import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language
from app.core.page_context import Context
from app.core.reader import Reader
from app.core.url_state import State
from app.deck.build import build_deck
from app.deck.data import gather_review
from app.deck.model import Matrix
from app.exports.letters.quarterly_tables import annexes
from app.queries.page_frame import context_of
from app.web.page_renderer import draw
from tests.conftest import copy_for_writing
from warehouse.publish.engines import published
from warehouse.publish.versions import WAREHOUSE_FILE, complete, read_manifest

PERIOD = "2026Q3"
AREAS = 38
AREA_ROW = re.compile(r"<tr><th scope='row'><a class='turn' id='turn-(\d+)'")


@pytest.fixture(scope="module")
def own_data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, its regions left out and their areas directly under the city."""
    data_dir = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("regions") / "data")
    folder = (data_dir / "published").resolve()
    manifest = read_manifest(folder)
    assert manifest
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as held:
        held.execute("delete from marts.dim_unit where unit_level = 'region'")
        held.execute("update marts.dim_unit set parent_code = '79' where unit_level = 'area'")
    complete(folder, manifest)
    return data_dir


@pytest.fixture(autouse=True)
def without_regions(own_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are drawn from it."""
    monkeypatch.setenv("KPI_DATA_DIR", str(own_data_dir))


@pytest.mark.parametrize("page", ["", "tasks"])
def test_the_grid_lists_every_area_and_no_empty_heading(page: str) -> None:
    html = draw(page, {"period": PERIOD, "lang": "en"}, BUILT_IN_VIEWER).html
    assert len(set(AREA_ROW.findall(html))) == AREAS
    assert "<tr class='region'>" not in html


def context() -> Context:
    """What the review and the quarterly report are given."""
    return context_of(State("review", PERIOD, "ytd", "en"), Reader(BUILT_IN_VIEWER, published()))


def test_the_quarterly_report_has_an_annex_with_every_area() -> None:
    with in_language("en"):
        ((_, units),) = annexes(context())
    assert len(units) == AREAS


def test_the_meeting_sees_every_area_on_slides_of_signs() -> None:
    with in_language("en"):
        deck = build_deck(gather_review(context(), None))
    matrices = [block for slide in deck.slides for block in slide.blocks if isinstance(block, Matrix)]
    assert len({code for matrix in matrices for code in matrix.unit_codes}) == AREAS
