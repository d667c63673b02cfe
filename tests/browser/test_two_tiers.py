"""A city whose communes are under it directly: every page shows them, few or many, and amounts are read in things."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from visits import answer_of, pages_that_scroll, running_app

from app.core import pages
from tests.conftest import copy_for_writing
from tests.two_tiers import AS_OF, PACK

pytestmark = [pytest.mark.browser, pytest.mark.build]

# What each page shows of the communes: a name, in both languages.
CAU_MAY, LO_GACH, AN_THUONG = ("Cầu Mây", "Cau May"), ("Lò Gạch", "Lo Gach"), ("An Thượng", "An Thuong")
PAGES = {
    "/": CAU_MAY,
    "/target?target=S1": AN_THUONG,
    "/target?target=S2": CAU_MAY,
    "/target?target=S3&unit=00006": CAU_MAY,
    "/target?target=S4": AN_THUONG,
    "/target?target=S5": AN_THUONG,
    "/district": ("Bến Đá", "Ben Da"),
    "/district?unit=00006": CAU_MAY,
    "/ward?unit=00006&target=S4": CAU_MAY,
    "/ward": ("Bến Đá", "Ben Da"),
    "/compare": ("Phường", "Ward"),
    "/compare?units=00006,00103": CAU_MAY,
    "/compare?view=trend&target=S4": ("Phường", "Ward"),
    "/calls": LO_GACH,
    "/tasks": CAU_MAY,
    "/actions?new=1&unit=00006": CAU_MAY,
    "/reports": LO_GACH,
    "/submit": LO_GACH,
    "/report?unit=00006": CAU_MAY,
    "/review": LO_GACH,
    "/origin?target=S4": AN_THUONG,
    "/ledger?target=S4&unit=00006": CAU_MAY,
    "/methodology?target=S4&unit=00006": CAU_MAY,
    "/search?q=cau": CAU_MAY,
}
FILE_TIMEOUT_MS = 180_000
# Pages that name no unit of their own accord.
WITHOUT_UNITS = {"quality", "downloads", "changes", "people", "preview"}


@pytest.fixture(scope="module")
def city(two_tiers_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on a copy of the city of twelve communes: it notes which files are taken."""
    own = copy_for_writing(two_tiers_data_dir, tmp_path_factory.mktemp("city") / "data", "landing", "cache")
    settings = {"KPI_PLAN_DIR": str(PACK), "KPI_AS_OF_DATE": AS_OF.isoformat()}
    with running_app(own, **settings) as address:
        yield address


@pytest.fixture(scope="module")
def large_city(many_communes: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on a copy of the city of 60 communes."""
    pack, data_dir = many_communes
    own = copy_for_writing(data_dir, tmp_path_factory.mktemp("large") / "data", "landing", "cache")
    with running_app(own, KPI_PLAN_DIR=str(pack), KPI_AS_OF_DATE=AS_OF.isoformat()) as address:
        yield address


def at(city: str, path: str, lang: str) -> str:
    """The address of a page for the quarter under review."""
    return f"{city}{path}{'&' if '?' in path else '?'}period=2026Q2&lang={lang}"


def test_every_page_is_looked_at() -> None:
    assert {path.strip("/").partition("?")[0] for path in PAGES} | WITHOUT_UNITS == set(pages.PAGES)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_shows_its_communes(city: str, laptop: Page, lang: str) -> None:
    wrong = {}
    for path, names in PAGES.items():
        answer = answer_of(laptop.request, at(city, path, lang))
        if answer.status != 200 or names[lang == "en"] not in answer.content:
            wrong[path] = answer.status
    assert wrong == {}


def test_every_page_fits_the_screen(city: str, laptop: Page) -> None:
    assert pages_that_scroll(laptop, [at(city, path, "vi") for path in PAGES]) == {}


def test_the_overview_puts_what_is_late_first_and_folds_the_rest(city: str, laptop: Page) -> None:
    laptop.goto(at(city, "/", "vi"))
    grid = laptop.locator("table.grid")
    # Talks, and 225 of 600 listeners where 300 are due; Bến Đá has 180 of 500.
    expect(grid.locator("tbody").nth(1).locator("tr th[scope=row]")).to_have_text(
        ["Phường Cầu Mây", "Phường Bến Đá", "Phường Ngã Ba"]
    )
    fold = grid.get_by_text("4 phường, xã không có chỉ tiêu chậm rõ").first
    fold.click()
    expect(grid).to_contain_text("Phường Hàng Tre")
    laptop.go_back()
    expect(grid).not_to_contain_text("Phường Hàng Tre")
    grid.get_by_role("link", name="Phường Cầu Mây", exact=True).click()
    expect(laptop).to_have_url(re.compile(r"/ward\?unit=00006"))


def test_an_amount_is_read_in_things_beside_what_was_assigned(city: str, laptop: Page) -> None:
    # 115 + 5 of the first quarter, 103 + 5 of the second.
    laptop.goto(at(city, "/target?target=S3", "vi"))
    head = laptop.locator(".target-head")
    expect(head).to_contain_text("228/100 vụ, vượt 128")
    expect(head).not_to_contain_text("228%")
    expect(laptop.locator("#ranking")).to_contain_text("16/10")
    expect(laptop.locator("#ranking")).to_contain_text("không được giao số riêng")
    # 1,230 and 2,190 people of 4,800: 2,400 are due by now, 690 are needed in each of two quarters.
    laptop.goto(at(city, "/target?target=S2", "en"))
    expect(head).to_contain_text("3,420/4,800 attendances")
    expect(head).to_contain_text("1,020 attendances above the quarter’s milestone")
    expect(head).to_contain_text("690 attendances more are needed each quarter")
    laptop.goto(at(city, "/review", "en"))
    expect(laptop.locator(".deck .slide", has_text="3,420/4,800")).not_to_have_count(0)


def test_many_communes_are_ranked_by_both_ends(large_city: str, laptop: Page) -> None:
    laptop.goto(at(large_city, "/target?target=S4", "vi"))
    ranking = laptop.locator("#ranking")
    expect(ranking).to_contain_text("50/60 phường, xã đạt hoặc đúng tiến độ.")
    expect(ranking.locator(".together summary").first).to_have_text("30 đơn vị cùng 100%")
    assert ranking.locator("li > a").count() < 30
    expect(laptop.locator("#map .tilemap a")).to_have_count(60)
    expect(laptop.locator("#courses").get_by_text("Xem tất cả 60")).to_be_visible()


def test_many_communes_are_found_by_name_and_by_status(large_city: str, laptop: Page) -> None:
    laptop.goto(at(large_city, "/?find=binh", "vi"))
    names = laptop.locator("table.grid tbody:not(.city) th[scope=row]").all_text_contents()
    assert names
    assert all("Bình" in name for name in names)
    laptop.goto(at(large_city, "/?status=far_behind", "vi"))
    expect(laptop.locator("table.grid .rest")).to_have_count(0)
    expect(laptop.locator("table.grid tbody:not(.city) tr:has(.far_behind)").first).to_be_visible()


def test_the_slide_of_many_communes_names_those_most_behind(large_city: str, laptop: Page) -> None:
    laptop.goto(at(large_city, "/review", "en"))
    expect(laptop.locator(".deck .slide h1", has_text="14 of 60 communes, most clearly behind")).to_have_count(1)


def test_the_files_of_many_communes_hold_them_all(large_city: str, laptop: Page) -> None:
    # The whole quarter of 60 communes takes a busy machine long.
    book = laptop.request.get(at(large_city, "/export/quarter.html", "vi"), timeout=FILE_TIMEOUT_MS).text()
    assert len(set(re.findall(r"id='(ward-\d{5})'", book) or re.findall(r'id="(ward-\d{5})"', book))) == 60
    for name, lang in (("quarter.docx", "en"), ("deck.pptx", "vi"), ("calls.html", "en")):
        assert laptop.request.get(at(large_city, f"/export/{name}", lang), timeout=FILE_TIMEOUT_MS).ok, name
