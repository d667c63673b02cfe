"""Methodology: a reader works a figure out again from the page's own numbers, and reads how it came about."""

import re

import pytest
from playwright.sync_api import expect
from visits import Visit

from tests.planned import TARGET_COUNT

pytestmark = pytest.mark.browser
VALUE = re.compile(r"([\d.]+) ÷ ([\d.]+) × 100 = ([\d.,]+)%")
COMPARISON = re.compile(r"([\d.,]+) ([<≥]) ([\d.,]+)$")
MARGIN = re.compile(r"([\d.,]+) − ([\d.,]+) = ([\d.,]+) điểm, ([≤>]) ([\d.,]+) điểm")


def number(text: str) -> float:
    """A figure written the Vietnamese way."""
    return float(text.replace(".", "").replace(",", "."))


@pytest.mark.parametrize("unit", ["79", "769", "783", "784"])
@pytest.mark.parametrize("target", ["T02", "T09", "T14", "T18"])
def test_the_steps_on_the_page_lead_to_the_figure_and_its_status(visit: Visit, target: str, unit: str) -> None:
    visit.open(f"/methodology?target={target}&unit={unit}&period=2024Q3")
    steps = visit.page.locator(".steps").first.locator("li").all_inner_texts()
    found = VALUE.search(steps[0])
    assert found, steps
    value = number(found[3])
    assert value == pytest.approx(100 * number(found[1]) / number(found[2]), abs=0.1)
    for step in steps:
        if compared := COMPARISON.search(step):
            assert number(compared[1]) == value
            assert (value >= number(compared[3])) == (compared[2] == "≥"), step
        if missing := MARGIN.search(step):
            gap = number(missing[1]) - number(missing[2])
            assert gap == pytest.approx(number(missing[3]), abs=0.11)
            assert (number(missing[3]) <= number(missing[5])) == (missing[4] == "≤")
    status = visit.page.locator(".figure .chip").inner_text().strip()
    assert status in steps[-1]


def test_every_target_is_one_click_away(visit: Visit) -> None:
    visit.open("/methodology?target=T09&period=2025Q2&lang=en")
    targets = visit.page.locator(".targets a")
    assert targets.count() == TARGET_COUNT
    targets.filter(has_text="T14").click()
    expect(visit.page.locator(".targets a[aria-current]")).to_contain_text("T14")
    assert "target=T14" in visit.page.url


def test_the_way_of_a_figure_begins_in_a_sheet_and_ends_on_pages(visit: Visit) -> None:
    visit.open("/methodology?target=T09")
    boxes = visit.page.locator(".lineage > li").all_inner_texts()
    assert "B4 Tập huấn" in boxes[0]
    assert "Số cán bộ phụ trách" in boxes[0]
    names = " ".join(boxes)
    order = ["b4_training", "stg_form_values", "int_form_values", "int_target_rows", "fct_target_progress"]
    places = [names.index(name) for name in order]
    assert places == sorted(places)
    assert "Tổng quan" in boxes[-1]


def test_changes_of_method_and_boundaries_are_told(visit: Visit) -> None:
    visit.open("/methodology?target=T18&lang=en")
    told = visit.page.locator(".breaks").inner_text()
    assert "New base" in told
    assert "Wards merged" in told
    visit.open("/methodology?target=T09&lang=en")
    assert "New base" not in visit.page.locator(".breaks").inner_text()


def test_every_status_is_explained_with_its_sign(visit: Visit) -> None:
    visit.open("/methodology?lang=en")
    rows = visit.page.locator("table.statuses tbody tr")
    assert rows.count() == 13
    assert "at most 15 points" in rows.filter(has_text="▼ Behind").first.inner_text()


def test_from_the_method_one_reaches_where_the_figure_comes_from(visit: Visit) -> None:
    visit.open("/methodology?target=T09&unit=769&period=2024Q4")
    visit.page.get_by_role("link", name="Con số này từ đâu?").click()
    expect(visit.page).to_have_url(re.compile(r"/origin\?target=T09&unit=769&period=2024Q4"))
