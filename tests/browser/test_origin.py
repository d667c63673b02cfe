"""Where a figure comes from: a reader adds the page's own numbers up and gets the figure."""

import re

import pytest
from playwright.sync_api import Locator, expect
from visits import Visit

pytestmark = pytest.mark.browser
EQUATION = re.compile(r"([\d.]+) ÷ ([\d.]+) × 100 = ([\d.,]+)%")


def number(text: str) -> float:
    """A figure written the Vietnamese way; a dash is nothing."""
    return 0.0 if text.strip() in ("–", "") else float(text.replace(".", "").replace(",", "."))


def figure(visit: Visit) -> tuple[float, float, float]:
    """Numerator, denominator and value at the top of the page."""
    found = EQUATION.search(visit.page.locator("#content .figure").first.inner_text())
    assert found
    return number(found[1]), number(found[2]), number(found[3])


def column(rows: list[Locator], place: int) -> float:
    """The sum of a column of figures, done again."""
    return sum(number(row.locator("td").nth(place).inner_text()) for row in rows)


@pytest.mark.parametrize(
    "address",
    [
        "/origin?target=T09&period=2024Q4",
        "/origin?target=T15&period=2024Q2",
        "/origin?target=T10&unit=769&period=2024Q3",
        "/origin?target=T05&unit=769&period=2024Q4",
        "/origin?target=T13&period=2023Q4&window=quarter",
    ],
)
def test_the_units_add_up_to_the_figure(visit: Visit, address: str) -> None:
    visit.open(address)
    *parts, total = visit.page.locator("table.contributions tbody tr").all()
    numerator, denominator, value = figure(visit)
    assert len(parts) > 15
    assert (column(parts, 0), column(parts, 1)) == (numerator, denominator)
    assert (column([total], 0), column([total], 1)) == (numerator, denominator)
    assert value == pytest.approx(100 * numerator / denominator, abs=0.1)


def test_one_goes_down_from_the_city_to_the_cells_of_a_ward_s_form(visit: Visit) -> None:
    visit.open("/origin?target=T09&period=2024Q4")
    visit.page.locator("table.contributions tbody a", has_text="Thành phố Thủ Đức").click()
    expect(visit.page.locator("#content h1")).to_contain_text("Thành phố Thủ Đức")
    visit.page.locator("table.contributions tbody a", has_text="Phường Linh Trung").click()
    expect(visit.page.locator("#content h1")).to_contain_text("Phường Linh Trung")
    rows = visit.page.locator("table.inputs tbody tr")
    trained = rows.filter(has_text="Tử số").locator("td.n").all_inner_texts()
    officers = rows.filter(has_text="Mẫu số").locator("td.n").all_inner_texts()
    assert "B4 Tập huấn" in rows.first.inner_text()
    numerator, denominator, _ = figure(visit)
    assert sum(number(cell) for cell in trained) == numerator
    assert [number(cell) for cell in officers if cell != "–"] == [denominator]


def test_the_reports_behind_a_figure_carry_version_and_date_and_lead_to_the_district(visit: Visit) -> None:
    visit.open("/origin?target=T09&unit=769&period=2024Q4")
    sources = visit.page.locator("table.sources")
    assert re.fullmatch(r"Bản \d+, đến \d\d/\d\d/\d{4}", sources.locator("tbody td").first.inner_text())
    sources.locator("tbody a").first.click()
    expect(visit.page).to_have_url(re.compile(r"/district\?unit=769"))


def test_a_correction_that_changed_the_figure_is_shown_cell_by_cell(visit: Visit) -> None:
    # Bình Thạnh sent its second quarter of 2022 twice: whoever reads the figure sees old and new.
    visit.open("/origin?target=T09&unit=765&period=2022Q2")
    changed = visit.page.locator("#revisions tbody tr")
    assert changed.count() > 0
    for row in changed.all():
        old, new = (row.locator("td.n").nth(place).inner_text() for place in (0, 1))
        assert old != new
    visit.open("/origin?target=T09&unit=765&period=2022Q1")
    assert visit.page.locator("#revisions tbody tr").count() == 0


def test_the_checks_that_touched_the_figure_say_what_they_found(visit: Visit) -> None:
    visit.open("/origin?target=T09&unit=784&period=2024Q4")
    here = visit.page.locator("#checks > .scroll table.checks tbody tr")
    assert here.count() >= 1
    assert "ở đây cần xem" in here.first.inner_text()
    visit.page.locator("#checks summary").click()
    expect(visit.page.locator("#checks details table.checks tbody tr").first).to_be_visible()


def test_a_target_that_is_not_counted_there_says_so_and_shows_where_it_is(visit: Visit) -> None:
    visit.open("/origin?target=T08&unit=26803&period=2024Q4&lang=en")
    assert "not counted for" in visit.title()
    visit.page.locator("#content .message a").first.click()
    expect(visit.page.locator("#content .figure").first).to_be_visible()


def test_the_parts_can_be_taken_away_as_a_table(visit: Visit) -> None:
    visit.open("/origin?target=T09&unit=769&period=2024Q4")
    visit.page.locator("#parts .tools summary").click()
    with visit.page.expect_download() as started:
        visit.page.locator("#parts .tools a", has_text="CSV").click()
    assert started.value.suggested_filename.startswith("nguon-goc-T09-thanh-pho-thu-duc-769-phan-gop-")
