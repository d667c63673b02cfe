"""Files that leave the app, as a reader gets them: pictures, documents, the whole quarter offline, a clean printout."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request
from visits import Visit

from tests.answered import respond
from tests.planned import TARGET_COUNT
from tests.printouts import Sheet, sheets

pytestmark = pytest.mark.browser
PORTRAIT, LANDSCAPE = (595, 842), (842, 595)
# The room that text has on an A4 sheet between the margins, in CSS pixels.
PORTRAIT_PX, LANDSCAPE_PX = 703, 1032
BOOK_BYTES = 5_000_000

# What a part of the page draws beyond the paper's right edge.
BEYOND = """(limit) => [...document.querySelectorAll('.kpi *')].filter((box) => {
    if (box.closest('.sr, svg') || !box.checkVisibility()) return false;
    return box.getBoundingClientRect().right > limit + 1;
}).map((box) => box.tagName + '.' + box.className + ': ' + box.textContent.slice(0, 40))"""

# Leaves so many chapters of each kind in the file of a quarter.
LEAVE_SOME = """(count) => {
    const seen = {};
    for (const chapter of document.querySelectorAll('article.chapter')) {
        const kind = chapter.className;
        seen[kind] = (seen[kind] ?? 0) + 1;
        if (seen[kind] > count) chapter.remove();
    }
}"""
PRINTED_OF_A_KIND = 4


def save(visit: Visit, summary: str, link: str) -> tuple[str, bytes]:
    """Open a menu of files, choose one, and return its name and content."""
    menu = visit.page.locator("details.tools", has=visit.page.locator(f"summary[aria-label*='{summary}']")).first
    menu.locator("summary").click()
    with visit.page.expect_download() as download:
        menu.get_by_role("link", name=link, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def close(words: str) -> str:
    """Words without spaces: where two fonts meet, a reader of PDF sees spaces that are none."""
    return "".join(words.split())


def printed(page: Page) -> list[Sheet]:
    """What Ctrl+P gives, without spaces."""
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    return [Sheet(size, close(text)) for size, text in sheets(pdf)]


def test_i_save_a_ranking_as_a_picture_for_my_slides(visit: Visit) -> None:
    visit.open("/target?target=T09&period=2021Q4&lang=vi")
    name, svg = save(visit, "Xếp hạng", "Hình SVG")
    assert name == "chi-tieu-T09-xep-hang-quy-iv-2021-luy-ke-nam-minh-hoa.svg"
    name, png = save(visit, "Xếp hạng", "Hình PNG")
    assert name == "chi-tieu-T09-xep-hang-quy-iv-2021-luy-ke-nam-minh-hoa.png"
    wide, tall = (float(value) for value in re.findall(r"(?:width|height)='([\d.]+)'", svg.decode())[:2])
    picture = Image.open(io.BytesIO(png)).convert("L")
    assert picture.size == (int(wide) * 2, int(tall) * 2)
    title = picture.crop((56, 56, 1500, 110))
    assert title.histogram()[0:80] != [0] * 80, "the title is drawn"


def test_the_picture_s_letters_are_the_file_s_own(visit: Visit, tmp_path: Path) -> None:
    visit.open("/target?target=T09&period=2021Q4&lang=vi")
    own = save(visit, "Xếp hạng", "Hình SVG")[1].decode()
    foreign = re.sub(r"@font-face\{.*?\}", "", own)
    assert own != foreign
    drawn = []
    for number, document in enumerate((own, foreign)):
        path = tmp_path / f"{number}.svg"
        path.write_text(document, encoding="utf-8")
        visit.page.goto(f"file://{path}")
        drawn.append(visit.page.screenshot())
    assert drawn[0] != drawn[1]


def test_i_take_the_memo_and_the_quarterly_report_along(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2021Q4&lang=vi")
    name, content = save(visit, "Mọi chỉ tiêu so với thành phố", "Thông báo một trang (Word)")
    assert name == "thong-bao-mot-trang-thanh-pho-thu-duc-769-quy-iv-2021-luy-ke-nam-minh-hoa.docx"
    assert content.startswith(b"PK")
    visit.open("/?period=2021Q4&lang=vi")
    name, content = save(visit, "Địa bàn theo chỉ tiêu", "Báo cáo quý (Word)")
    assert name == "bao-cao-quy-iv-2021-luy-ke-nam-minh-hoa.docx"
    assert content.startswith(b"PK")


@pytest.fixture(scope="module")
def book(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the whole quarter."""
    path = tmp_path_factory.mktemp("book") / "quarter.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_DATA_DIR", str(published_data_dir))
        answer = respond("quarter.html", {"page": "", "period": "2021Q4", "lang": "vi"})
    assert answer.status_code == 200
    path.write_bytes(bytes(answer.body))
    return path


def test_the_whole_quarter_opens_without_a_network_and_its_links_lead_on(browser: Browser, book: Path) -> None:
    assert book.stat().st_size < BOOK_BYTES
    context = browser.new_context(offline=True)
    page, said, asked = context.new_page(), [], []

    def ask(request: Request) -> None:
        if not request.url.startswith("data:"):
            asked.append(request.url)

    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.on("request", ask)
    page.goto(f"file://{book}")
    assert page.locator("article.chapter").count() == 2 + TARGET_COUNT + 1 + 22
    for chapter in page.locator("article.chapter > .top").all_inner_texts():
        assert re.search(r"SỐ LIỆU MINH HỌA.*Quý IV/2021", chapter)
        assert re.search(r"\d\d/\d\d/\d{4}, \d\d:\d\d", chapter)
    # Who reported: every reporter, with the quarters of the year among those shown.
    calendar = page.locator("#reports table.calendar")
    assert calendar.locator("tbody tr").count() == 23
    heads = " ".join(calendar.locator("thead th").all_inner_texts())
    assert all(f"Quý {one}/2021" in heads for one in ("I", "II", "III", "IV"))
    assert page.locator("#tasks table.works tbody tr").count() == 10
    dead = "[...document.querySelectorAll('a')].filter((a) => !document.getElementById(a.hash.slice(1))).length"
    assert page.evaluate(dead) == 0
    names = page.evaluate("[...document.querySelectorAll('[id]')].map((box) => box.id)")
    assert len(names) == len(set(names))
    page.locator("nav.contents a", has_text="T09").click()
    assert page.url.endswith("#target-T09")
    page.locator("#target-T09 .ranking a").first.click()
    assert "#district-" in page.url
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert said == []
    assert asked == [f"file://{book}"]
    context.close()


def test_the_whole_quarter_prints_with_nothing_cut(browser: Browser, book: Path) -> None:
    page = browser.new_page()
    page.goto(f"file://{book}")
    page.emulate_media(media="print")
    for wide, shown, hidden in (
        (PORTRAIT_PX, "main", ".chapter:is(.overview, .reports, .tasks)"),
        (LANDSCAPE_PX, "main", ".chapter:not(.overview, .reports, .tasks)"),
    ):
        page.set_viewport_size({"width": wide, "height": 900})
        style = page.add_style_tag(content=f"{hidden} {{ display: none }} {shown} {{ display: block }}")
        assert page.evaluate(BEYOND, wide) == []
        style.evaluate("one => one.remove()")
    # Of chapters that are alike some are put on paper.
    page.evaluate(LEAVE_SOME, PRINTED_OF_A_KIND)
    paper = printed(page)
    assert {sheet.size for sheet in paper} == {PORTRAIT, LANDSCAPE}
    assert all(close("SỐ LIỆU MINH HỌA") in text and close("Quý IV/2021") in text for _, text in paper)
    wide = [text for size, text in paper if size == LANDSCAPE]
    assert len(wide) >= 3
    grid, wide_chapters = wide[0], " ".join(wide)
    assert close("Thành phố Thủ Đức") in wide_chapters
    assert close("Rà soát văn bản pháp luật") in wide_chapters
    assert close("Nhà Bè") in grid
    assert close("Duy trì mô hình") in grid
    page.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_ctrl_p_on_the_overview_gives_one_sheet_with_the_whole_grid(visit: Visit, lang: str) -> None:
    visit.open(f"/?period=2021Q4&lang={lang}")
    [(size, text)] = printed(visit.page)
    assert size == LANDSCAPE
    for wanted in {
        "vi": ("Nhà Bè", "Duy trì mô hình", "SỐ LIỆU MINH HỌA", "Quý IV/2021"),
        "en": ("Nha Be", "Models kept up", "SAMPLE DATA", "Q4 2021"),
    }[lang]:
        assert close(wanted) in text
    for chrome in {"vi": ("So sánh", "Đã hiểu", "Riêng quý"), "en": ("Compare", "Got it")}[lang]:
        assert close(chrome) not in text


def test_an_overview_whose_filter_finds_no_cell_is_printed_as_wide_as_with_them(visit: Visit) -> None:
    visit.open("/?status=suppressed&period=2021Q4&lang=vi")
    [(size, _)] = printed(visit.page)
    assert size == LANDSCAPE


def test_no_small_picture_is_cut_between_two_sheets(visit: Visit) -> None:
    visit.open("/district?unit=777&period=2026Q3&lang=vi")
    for _, text in printed(visit.page):
        # The picture of a target without figures: its name on top, the reason at its foot.
        name, reason = text.find(close("Nông thôn mới")), text.find(close("Không áp dụng"))
        assert reason == -1 or -1 < name < reason


def test_on_paper_the_tile_map_names_every_commune_with_its_figure(visit: Visit) -> None:
    visit.open("/target?target=T09&level=ward&period=2026Q3&lang=en")
    paper = " ".join(sheet.text for sheet in printed(visit.page))
    # One of the many communes that the ranking folds away: 5 of its 8 officers.
    assert close("Hanh Thong ▽ 62.5") in paper


def test_a_long_report_begins_on_the_first_sheet_below_the_heading(visit: Visit) -> None:
    visit.open("/reports?unit=765&period=2022Q2&lang=en")
    first = printed(visit.page)[0].text
    assert close("Version 2") in first
    assert close("Reached: students") in first


@pytest.mark.parametrize(
    "path", ["/target?target=T09&", "/district?unit=785&", "/ward?unit=26803&", "/tasks?", "/compare?units=760,769&"]
)
def test_ctrl_p_gives_a_clean_printout_of_every_page(visit: Visit, path: str) -> None:
    visit.open(f"{path}period=2021Q4&lang=vi")
    if path.startswith("/target"):
        visit.page.wait_for_selector("figure.chart .pt")
        visit.page.wait_for_selector("table.figures")
    paper = printed(visit.page)
    [size] = {sheet.size for sheet in paper}
    assert size in (PORTRAIT, LANDSCAPE)
    texts = [sheet.text for sheet in paper]
    for text in texts:
        assert text.count(close("SỐ LIỆU MINH HỌA")) == 1
        assert close("Quý IV/2021") in text
    # The scale that the note of a comparison explains is not on paper; a folded part is named there.
    for left_out in ("Họp giao ban", "Viết ghi chú", "Trên thước"):
        assert close(left_out) not in " ".join(texts)
    assert (close("Các quý trước (") in " ".join(texts)) == path.startswith("/district")
    visit.page.emulate_media(media="print")
    wide = PORTRAIT_PX if size == PORTRAIT else LANDSCAPE_PX
    visit.page.set_viewport_size({"width": wide, "height": 900})
    assert visit.page.evaluate(BEYOND, wide) == []
