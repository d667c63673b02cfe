"""What changed on a page since its reader was last here: told by the report, never beyond what the reader may see."""

import json
import re
from html import unescape

import pytest
from sqlalchemy import Engine, text

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.web.since_routes import respond
from warehouse.desk import Desk
from warehouse.publish.engines import Published

pytestmark = [pytest.mark.usefixtures("sample"), pytest.mark.language("en")]
EN = words_in("en")
# Before the correction of 2025-05-28; the review of the sample froze that version.
QUARTER = {"period": "2025Q1", "window": "ytd", "lang": "en"}


@pytest.fixture
def seen() -> str:
    """The version that the reader saw."""
    return Desk.open().reviews()[-1].version


def told(version: str, viewer: Viewer = BUILT_IN_VIEWER, **state: str) -> tuple[str, dict[str, str]]:
    """What is said, as text, and the marks."""
    answer = respond({**QUARTER, "version": version, **state}, viewer)
    assert answer.status_code == 200
    found = json.loads(bytes(answer.body))
    return unescape(re.sub(r"<[^>]+>", " ", found["html"])), found["marks"]


def test_a_figure_that_a_correction_changed_is_told_then_and_now_with_the_report(
    seen: str, published_engine: Engine, warehouse: Published
) -> None:
    said, marks = told(seen, page="district", unit="769")
    assert seen != warehouse.version
    sql = text(
        "select value_pct, numerator from marts.fct_target_progress where target_code = 'T14' and unit_code = '769'"
        " and period_code = '2025Q1' and period_window = 'ytd'"
    )
    with published_engine.connect() as connection:
        now = connection.execute(sql).one()
    assert f"→ {EN.percent(now.value_pct)}% met" in said
    assert EN("cause.correction", reporter="Thu Duc", version=2, date="28/05/2025") in said
    assert marks["T14 769"] == EN("since.mark", then="66.7% maybe behind")
    assert all(key.startswith("T") for key in marks)


def test_a_page_tells_of_its_own_figures_only(seen: str) -> None:
    _, overview = told(seen, page="")
    assert {key.split(" ")[1] for key in overview} == {"", "769"}
    _, one_target = told(seen, page="target", target="T14")
    assert set(one_target) == {"T14 ", "T14 769"}
    assert respond({**QUARTER, "version": seen, "page": "district", "unit": "760"}, BUILT_IN_VIEWER).status_code == 204


def test_where_the_version_is_the_same_nothing_is_said(warehouse: Published) -> None:
    answer = respond({**QUARTER, "page": "", "version": warehouse.version}, BUILT_IN_VIEWER)
    assert answer.status_code == 204


@pytest.mark.parametrize("version", ["20200101T000000", "../../etc", ""])
def test_a_version_that_is_not_kept_is_told_plainly(version: str) -> None:
    said, marks = told(version, page="")
    assert "no longer kept" in said
    assert marks == {}


def test_small_counts_stay_protected_then_and_now(seen: str, uncleared: Viewer) -> None:
    for page, unit in (("", ""), ("district", "769")):
        _, cleared = told(seen, page=page, unit=unit)
        _, marks = told(seen, uncleared, page=page, unit=unit)
        assert set(marks) <= set(cleared)
        assert not any(EN.status("suppressed").lower() in mark for mark in marks.values())
        assert not [key for key in marks if key[:3] in ("T16", "T17") and key.split(" ")[1] not in ("", "769")]


def test_who_may_read_nothing_is_told_nothing(seen: str) -> None:
    assert respond({**QUARTER, "page": "", "version": seen}, Viewer()).status_code == 403


def test_a_page_without_figures_and_an_unknown_state_have_no_answer(seen: str) -> None:
    assert respond({**QUARTER, "page": "reports", "version": seen}, BUILT_IN_VIEWER).status_code == 404
    assert respond({**QUARTER, "page": "", "period": "1999Q1", "version": seen}, BUILT_IN_VIEWER).status_code == 404
