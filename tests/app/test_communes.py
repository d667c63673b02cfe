"""From 01/07/2025 communes report straight to the city: the target page ranks them, or says why it cannot."""

import re
from pathlib import Path

import duckdb
import pytest

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words
from app.pages.registry import page_of
from warehouse.publish.versions import complete, read_manifest

EN = words("en")
FIGURES = {"25747": 90.0, "25750": 35.0}
NUMBER = re.compile(r"class='vl n[^']*'>([\d.]+)<")


def shown(viewer: Viewer, target: str, period: str = "2025Q3") -> str:
    """The target page in English."""
    return page_of("target", {"target": target, "period": period, "lang": "en"}, viewer)[1].body


@pytest.fixture
def reported(desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample as it would be had two communes reported for the third quarter of 2025."""
    sql = """update marts.fct_target_progress
        set status = 'monitor', numerator = ?, denominator = 100, value_pct = ?
        where unit_code = ? and period_code = '2025Q3' and target_code in ('T09', 'T16')"""
    with duckdb.connect(str(desk_data_dir / "published" / "warehouse.duckdb")) as connection:
        for code, value in FIGURES.items():
            connection.execute(sql, [value, value, code])
    published = (desk_data_dir / "published").resolve()
    manifest = read_manifest(published)
    assert manifest is not None
    complete(published, manifest)
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))


def test_where_no_commune_has_reported_one_sentence_says_so_and_no_hole_is_left(sample: None) -> None:
    page = shown(BUILT_IN_VIEWER, "T09")
    assert EN("communes.none", period=EN.period("2025Q3")) in page
    assert EN("communes.no_map") in page
    assert "class='ranking" not in page
    assert "class='tilemap" not in page


def test_a_quarter_that_is_still_open_is_not_called_unreported(sample: None) -> None:
    page = shown(BUILT_IN_VIEWER, "T09", "2025Q4")
    assert EN("communes.not_due", period=EN.period("2025Q4")) in page


def test_a_target_that_communes_are_not_counted_on_says_so(sample: None) -> None:
    assert EN("communes.not_counted") in shown(BUILT_IN_VIEWER, "T14")


def test_communes_that_reported_are_ranked_and_the_others_say_why_they_are_not(reported: None) -> None:
    page = shown(BUILT_IN_VIEWER, "T09")
    assert NUMBER.findall(page) == ["90", "35"]
    assert "/ward?unit=25747&amp;target=T09" in page
    assert "/district?unit=25747" not in page
    together = EN("ranking.together", status=EN.status("not_reported"), count=166, reason=EN("absence.not_reported"))
    assert together in page
    assert EN("communes.no_map") in page


def test_the_ranking_of_communes_can_be_taken_along(reported: None) -> None:
    context, page = page_of("target", {"target": "T09", "period": "2025Q3", "lang": "en"}, BUILT_IN_VIEWER)
    finding = EN("communes.finding", target=EN.of(context.targets["T09"], "short_name"), count=2, of=168)
    assert finding in page.charts["ranking"]()
    assert len(page.tables["communes"]().rows) == 168


def test_whoever_may_not_see_small_counts_sees_no_commune_s_number(reported: None, uncleared: Viewer) -> None:
    assert NUMBER.findall(shown(BUILT_IN_VIEWER, "T16")) == ["90", "35"]
    page = shown(uncleared, "T16")
    assert NUMBER.findall(page) == []
    assert EN("absence.suppressed") in page
