"""A nation read by its provinces, month by month: levels and names are the plan's on every page and in every file."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from exploring import exploring_page
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation
from visits import answer_of, pages_that_scroll, running_app

from app.core import pages
from tests.conftest import copy_for_writing
from tests.nation import AS_OF, COUNTRY, HA_NOI, HUE, PACK
from tests.printouts import text_of_file
from tests.workbooks import B1, B6

pytestmark = [pytest.mark.browser, pytest.mark.build]

# The words of a city, its districts and its quarters, in both languages; names of units contain "Thành phố" and "City".
FOREIGN = re.compile(
    r"Hồ Chí Minh|Ho Chi Minh|\bHCM|\bTP\b|Thủ Đức|Thu Duc|\bquận\b|\bhuyện\b|thị trấn|township|\bdistricts?\b"
    r"|\bquý\b|\bquarter|2021[–-]2025|2026[–-]2030|\d{4}Q\d|\bQ[1-4]\b|\b[IV]+/20\d\d|toàn thành phố|whole city",
    re.IGNORECASE,
)
CAN_THO, HA_NOI_NAME = ("Cần Thơ", "Can Tho"), ("Hà Nội", "Ha Noi")
BA_DINH = ("Ba Đình", "Ba Dinh")
# What each page shows of the provinces and communes: a name, in both languages.
PAGES = {
    "/": CAN_THO,
    "/?level=province": CAN_THO,
    "/target?target=N1": CAN_THO,
    "/target?target=N2&unit=46": ("Huế", "Hue"),
    "/target?target=N3&level=province": CAN_THO,
    "/district": HA_NOI_NAME,
    "/district?unit=01&target=N3": BA_DINH,
    "/district?unit=92": CAN_THO,
    "/ward": ("Cái Khế", "Cai Khe"),
    "/ward?unit=00004&target=N3": HA_NOI_NAME,
    "/compare": HA_NOI_NAME,
    "/compare?units=01,46": HA_NOI_NAME,
    "/compare?units=00004,19768": BA_DINH,
    "/compare?view=trend&target=N2": HA_NOI_NAME,
    "/calls": CAN_THO,
    "/tasks": CAN_THO,
    "/actions?new=1&unit=01": HA_NOI_NAME,
    "/reports": CAN_THO,
    "/submit": HA_NOI_NAME,
    "/report?unit=01": ("Đơn vị này nộp bằng biểu Excel", "This unit sends the Excel form"),
    "/review": CAN_THO,
    "/origin?target=N3": HA_NOI_NAME,
    "/origin?target=N3&unit=01": BA_DINH,
    "/ledger?target=N3&unit=01": HA_NOI_NAME,
    "/methodology?target=N3&unit=01": HA_NOI_NAME,
    "/search?q=can tho": CAN_THO,
}
# Pages that name no unit of their own accord.
WITHOUT_UNITS = {"quality", "downloads", "changes", "people", "preview"}
EXPLORING = ("", "pivot", "relations", "tables", "sql", "views")


@pytest.fixture(scope="module")
def nation(nation_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on a copy of the nation's published plan: it notes which files are taken."""
    own = copy_for_writing(nation_data_dir, tmp_path_factory.mktemp("nation") / "data", "landing", "cache")
    settings = {"KPI_PLAN_DIR": str(PACK), "KPI_AS_OF_DATE": AS_OF.isoformat()}
    with running_app(own, **settings) as address:
        yield address


def at(nation: str, path: str, lang: str) -> str:
    """The address of a page for March, which is under review."""
    return f"{nation}{path}{'&' if '?' in path else '?'}period=2026M03&lang={lang}"


def test_every_page_is_looked_at() -> None:
    assert {path.strip("/").partition("?")[0] for path in PAGES} | WITHOUT_UNITS == set(pages.PAGES)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_shows_its_units_and_has_no_word_of_a_city(nation: str, laptop: Page, lang: str) -> None:
    wrong = {}
    for path, names in PAGES.items():
        answer = answer_of(laptop.request, at(nation, path, lang))
        words, is_named = FOREIGN.findall(answer.said), names[lang == "en"] in answer.content
        if answer.status != 200 or not is_named or words:
            wrong[path] = (answer.status, is_named, words)
    assert wrong == {}


def test_every_page_fits_the_screen(nation: str, laptop: Page) -> None:
    assert pages_that_scroll(laptop, [at(nation, path, "vi") for path in PAGES]) == {}


def test_every_exploring_page_opens_on_the_nation_and_offers_the_levels_of_the_plan(nation: str) -> None:
    for name in EXPLORING:
        sent = "".join(exploring_page(nation, name, "period=2026M03&lang=vi"))
        assert '"heading"' in sent, name
        assert '"exception"' not in sent, name
    parts = exploring_page(nation, "", "level=commune&period=2026M03&lang=vi")
    boxes = [json.loads(part)["newElement"]["selectbox"] for part in parts if '"selectbox"' in part]
    (level,) = [box for box in boxes if box["label"] == "Cấp"]
    assert level["options"] == ["Cả nước", "Tỉnh, thành phố", "Phường, xã"]
    assert level["rawValue"] == "Phường, xã"


def test_levels_in_the_address_are_those_of_the_plan(nation: str, laptop: Page) -> None:
    shown = laptop.goto(at(nation, "/?level=province", "vi"))
    assert shown is not None
    assert shown.status == 200
    for unknown in ("district", "ward", "city"):
        answered = laptop.goto(at(nation, f"/?level={unknown}", "vi"))
        assert answered is not None
        assert answered.status == 404
        expect(laptop.locator("#content")).to_contain_text(unknown)


def test_a_coverage_an_amount_and_a_rate_are_those_of_the_workbooks(
    nation: str, laptop: Page, nation_data_dir: Path
) -> None:
    """Added up here from the cells that were sent, at the level of the country, of provinces and of a commune."""
    talks, reached, handled, detected = added_up(nation_data_dir / "sent")
    # Ten communes, of which nine held a talk; two of Cần Thơ's three by February, its last report.
    held = {unit: count > 0 for unit, count in talks.items()}
    assert (len(held), sum(held.values())) == (10, 9)
    assert (sum(reached.values()), sum(handled.values()), sum(detected.values())) == (2160, 33, 46)
    laptop.goto(at(nation, "/", "en"))
    for name, figure in (("Talks: communes", "90%"), ("Listeners", "2,160/12,000"), ("Dealt with", "71.7%")):
        tile = laptop.locator("#content a, #content li").filter(has_text=name).filter(has_text=figure)
        expect(tile.first).to_be_visible()
    assert row_of(laptop, at(nation, "/target?target=N3", "en"), "Ha Noi City")[:3] == ["20", "25", "80"]
    assert row_of(laptop, at(nation, "/target?target=N3", "en"), "Hue City")[:3] == ["7", "10", "70"]
    assert row_of(laptop, at(nation, "/target?target=N3", "en"), "Viet Nam")[:3] == ["33", "46", "71.7"]
    assert row_of(laptop, at(nation, "/target?target=N2", "en"), "Ha Noi City")[:3] == ["1,500", "6,000", "25"]
    assert row_of(laptop, at(nation, "/target?target=N2", "en"), "Hue City")[:3] == ["480", "3,000", "16"]
    assert row_of(laptop, at(nation, "/target?target=N1", "en"), "Can Tho City")[:2] == ["2", "3"]
    assert (handled["00004"], detected["00004"]) == (5, 6)
    row = laptop.locator("table.measures tr").filter(has_text="Share of violations")
    laptop.goto(at(nation, "/ward?unit=00004", "en"))
    assert row.locator("td").all_text_contents()[:3] == ["5", "6", "83.3"]


def row_of(tab: Page, address: str, name: str) -> list[str]:
    """The figures of a unit in the table of a target's page: numerator, denominator, value and more."""
    tab.goto(address)
    return tab.locator("table.figures tr").filter(has_text=name).locator("td").all_text_contents()


def added_up(sent: Path) -> tuple[dict[str, int], dict[str, int], dict[str, int], dict[str, int]]:
    """The cells of the workbooks by unit, over the three months: talks, people reached, violations dealt with and
    detected."""
    sums: dict[str, dict[str, int]] = {}
    columns = {B1: ("sessions_direct", "reach_general"), B6: ("violations_handled", "violations_detected")}
    for form in sorted(sent.rglob("*.xlsx")):
        book = openpyxl.load_workbook(form, data_only=True)
        for name in columns.keys() & set(book.sheetnames):
            rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
            head = next(index for index, row in enumerate(rows) if "unit_code" in row)
            for row in rows[head + 1 :]:
                unit = row[rows[head].index("unit_code")]
                for code in columns[name] if unit else ():
                    count = row[rows[head].index(code)]
                    if count is not None:
                        known = sums.setdefault(code, {})
                        known[str(unit)] = known.get(str(unit), 0) + int(count)
    return sums["sessions_direct"], sums["reach_general"], sums["violations_handled"], sums["violations_detected"]


def test_a_province_opens_to_its_communes_and_a_commune_leads_back(nation: str, laptop: Page) -> None:
    laptop.goto(at(nation, f"/district?unit={HA_NOI}", "vi"))
    expect(laptop.locator("h1")).to_contain_text("Thành phố Hà Nội: đạt hoặc đúng tiến độ 3/3")
    laptop.get_by_role("link", name="Phường Ba Đình", exact=True).first.click()
    expect(laptop).to_have_url(re.compile(r"/ward\?unit=00004"))
    expect(laptop.locator("#content")).to_contain_text("Thành phố Hà Nội")


def test_provinces_without_places_of_their_own_stand_in_walls_by_type(nation: str, laptop: Page) -> None:
    laptop.goto(at(nation, "/target?target=N3", "vi"))
    expect(laptop.locator("#map .tilemap a")).to_have_count(3)
    expect(laptop.locator("#map")).to_contain_text("Thành phố trực thuộc trung ương")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_axis_and_the_values_of_an_amount_are_things_and_never_cut(
    nation: str, browser: Browser, width: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": 720}) as context:
        tab = context.new_page()
        tab.goto(at(nation, f"/target?target=N2&unit={HUE}", "vi"))
        ticks = tab.locator("#trend .plot .y").all_text_contents()
        # Two assigned numbers are beside each other: shares of them, said so.
        assert ticks[-1].endswith("% số giao")
        tab.goto(at(nation, "/target?target=N2", "vi"))
        assert tab.locator("#trend .plot .y").all_text_contents() == ["0", "5.000", "10.000"]
        boxes = tab.evaluate(
            """() => [...document.querySelectorAll('#ranking li > a')].map(link => {
                const [value, chip] = [link.querySelector('.vl'), link.querySelector('b.c')];
                if (!value || !chip) return 0;
                const range = document.createRange();
                range.selectNodeContents(value);
                return range.getBoundingClientRect().right - chip.getBoundingClientRect().left;
            })"""
        )
        assert max(boxes) <= 0


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_files_are_those_of_the_nation(nation: str, laptop: Page, lang: str) -> None:
    found = {}
    for path in ("quarter.docx", "calls.html", f"memo.docx?unit={HA_NOI}", "deck.pptx", "quarter.html"):
        answered = laptop.request.get(at(nation, f"/export/{path}", lang))
        assert answered.ok, path
        text = text_of_file(answered.body())
        assert HA_NOI_NAME[lang == "en"] in text or path.startswith("calls")
        if words := FOREIGN.findall(text):
            found[path] = words
    assert found == {}
    book = laptop.request.get(at(nation, "/export/quarter.html", lang)).text()
    assert {f"district-{code}" for code in ("01", "46", "92")} <= set(re.findall(r"id=['\"](district-\d\d)", book))


def test_the_chart_of_an_amount_in_powerpoint_has_things(nation: str, laptop: Page) -> None:
    content = laptop.request.get(at(nation, "/export/deck.pptx", "vi")).body()
    series = [
        list(plotted.values)
        for slide in Presentation(BytesIO(content)).slides
        for shape in slide.shapes
        if shape.has_chart
        for plotted in shape.chart.plots[0].series
    ]
    assert [800.0, 1350.0, 2160.0] in series
    assert [12000.0] * 3 in series


def test_the_country_reports_for_its_own_agencies(nation: str, laptop: Page) -> None:
    laptop.goto(at(nation, "/origin?target=N3", "vi"))
    expect(laptop.locator("#parts")).to_contain_text("cơ quan trung ương")
    assert COUNTRY in laptop.content()
