"""Another province's plan, brought as a folder, is the plan on every page and in every file: no word of this city."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from visits import answer_of, running_app

from app.core import pages
from tests.conftest import copy_for_writing
from tests.plan_pack import AS_OF, PACK
from tests.printouts import text_of_file

pytestmark = [pytest.mark.browser, pytest.mark.build]

# What this city, its map, its plans and its quarters are called, in both languages.
FOREIGN = re.compile(
    r"Hồ Chí Minh|Ho Chi Minh|\bHCM|\bTP\b|thành phố|\bcity\b|\bcities\b|Thủ Đức|Thu Duc|Bình Dương|Binh Duong"
    r"|Vũng Tàu|Vung Tau|quận|phường|thị trấn|đặc khu|\bwards?\b|township|\bquý\b|\bquarter|2021[–-]2025|2026[–-]2030"
    r"|\d{4}Q\d|\bQ[1-4]\b|\b[IV]+/20\d\d",
    re.IGNORECASE,
)
PAGES = (
    *("/", "/target?target=D1", "/target?target=D2", "/district?unit=901", "/district?unit=902", "/ward?unit=90102"),
    *("/compare", "/compare?view=trend&target=D1", "/tasks", "/actions", "/quality", "/reports", "/submit?unit=901"),
    *("/downloads", "/methodology", "/origin?target=D2&unit=901", "/review", "/search?q=khe", "/report?unit=901"),
    *("/ledger?target=D2&unit=901", "/calls", "/changes", "/people", "/preview?report=all"),
)
FILES = ("quarter.docx", "calls.html", "memo.docx?unit=901", "deck.pptx", "quarter.html")


@pytest.fixture(scope="module")
def province(province_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on a copy of the province's published plan: it notes which files are taken."""
    own = copy_for_writing(province_data_dir, tmp_path_factory.mktemp("province") / "data", "landing", "cache")
    settings = {"KPI_PLAN_DIR": str(PACK), "KPI_AS_OF_DATE": AS_OF.isoformat()}
    with running_app(own, **settings) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab."""
    with browser.new_context(viewport={"width": 1280, "height": 720}) as context:
        yield context.new_page()


def at(province: str, path: str, lang: str) -> str:
    """The address of a page for the second half of 2023."""
    return f"{province}{path}{'&' if '?' in path else '?'}period=2023H2&lang={lang}"


def test_the_overview_shows_the_province_on_its_own_targets(province: str, page: Page) -> None:
    page.goto(at(province, "/", "vi"))
    # Targets that are only followed are folded.
    page.locator(".bullets summary").click()
    # 4 of 5 communes; 600 of 1,000 people; 9 of 12 talks; 13 of 16 violations; 2 of 5 communes.
    figures = ["80%", "600/1.000", "9/12", "81,3%", "40%"]
    for name, value in zip(("Xã nói chuyện", "Người nghe", "Số buổi", "Đã xử lý", "Lồng ghép"), figures, strict=True):
        expect(
            page.locator("#content a, #content li, #content article").filter(has_text=name).filter(has_text=value).first
        ).to_be_visible()
    expect(page.locator("table.grid")).to_contain_text("Đông Khê")
    expect(page.get_by_role("combobox").first).to_contain_text("Nửa cuối 2023")


def test_an_amount_is_held_against_what_was_assigned_and_never_split(province: str, page: Page) -> None:
    page.goto(at(province, "/target?target=D2", "vi"))
    expect(page.locator("#content")).to_contain_text("600/1.000")
    row = page.locator("table.figures tr").filter(has_text="Huyện Đông Khê")
    expect(row).to_contain_text("450")
    expect(row).to_contain_text("75")
    # Nothing was assigned to the other district.
    expect(page.locator("table.figures")).not_to_contain_text("Tây Khê")
    page.goto(at(province, "/target?target=D3", "en"))
    expect(page.locator("#content")).to_contain_text("9/12 talks held")
    expect(page.locator("table.figures tbody tr")).to_have_count(1)


def test_a_district_stands_beside_the_province_and_opens_to_its_communes(province: str, page: Page) -> None:
    page.goto(at(province, "/district?unit=901", "en"))
    expect(page.locator("h1")).to_have_text(
        "Dong Khe District: 2 of 3 judged targets met or on track; 1 of 3 targets clearly behind, and far behind."
    )
    # 7 of 8 violations.
    expect(page.locator("#content")).to_contain_text("87.5")
    expect(page.locator("#content")).to_contain_text("Doi Thong")


def test_the_review_is_held_by_half_year(province: str, page: Page) -> None:
    page.goto(at(province, "/review", "vi"))
    expect(page.locator(".deck")).to_contain_text("Họp giao ban Nửa cuối 2023")
    expect(page.locator(".deck")).to_contain_text("2/3 đơn vị đã có báo cáo")


def test_every_page_of_the_app_is_looked_at() -> None:
    assert {path.strip("/").partition("?")[0] for path in PAGES} == set(pages.PAGES)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_has_a_word_of_this_city(province: str, page: Page, lang: str) -> None:
    found = {}
    for path in PAGES:
        if words := FOREIGN.findall(answer_of(page.request, at(province, path, lang)).said):
            found[path] = words
    assert found == {}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_file_has_a_word_of_this_city(province: str, page: Page, lang: str) -> None:
    found = {}
    for path in FILES:
        text = text_of_file(page.request.get(at(province, f"/export/{path}", lang)).body())
        assert "2023" in text
        if words := FOREIGN.findall(text):
            found[path] = words
    assert found == {}
