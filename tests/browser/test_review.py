"""The quarterly meeting, as the room and the presenter see it."""

import re
from collections.abc import Iterator
from itertools import combinations, cycle
from pathlib import Path

import pytest
from meetings import SHOWN, TEXTS, contrast, count, distance, lightness, parse, picture, pixel, slides, spilled, title
from playwright.sync_api import Browser, Page, Route, expect
from visits import LIVE, Visit, running_app

from tests.conftest import copy_data_dir

pytestmark = pytest.mark.browser
SMALLEST_PX, LEAST_CONTRAST = 24, 7.0
# The page asks for the version once in so long, and says that the server is gone when two answers are missing.
ASK_MS, MISSES = 60_000, 2
# The line that says so is there.
LOST = "() => document.querySelector('.kpi-line')"
STATUSES = ("met", "on_track", "behind", "far_behind")
# A projector in daylight: nearly half of what reaches the wall is the room's own light.
DAYLIGHT = "rgba(211, 211, 211, 0.45)"
LEAST_DISTANCE, LEAST_WASHED_CONTRAST = 25.0, 3.0
# Quarters whose slides hold most: of districts, of communes whose first reports are missing, after a figure that was
# shown has changed, and at the end of the districts' plan.
QUARTERS = ["2022Q4", "2025Q3", "2026Q1", "2025Q2"]
# Alone: of three targets of communication, all districts but one answer one, beside a figure that was shown; the rows
# with most sentences.
QUARTERS_ALONE = ["2025Q2", "2026Q3"]


def open_slide(visit: Visit, query: str = "period=2025Q2") -> Page:
    """The review at an address."""
    visit.page.goto(f"{visit.address}/review?{query}")
    visit.page.wait_for_selector(f"{SHOWN} h1")
    visit.page.wait_for_function(LIVE)
    visit.page.evaluate("document.fonts.ready")
    return visit.page


def number(page: Page) -> int:
    """The slide's number in the address."""
    # Asked of the page: what Playwright keeps as `page.url` follows it with a delay.
    found = re.search(r"[?&]slide=(\d+)", page.evaluate("location.href"))
    assert found
    return int(found[1])


def test_keys_and_a_clicker_turn_the_slides_and_the_address_follows(visit: Visit) -> None:
    page = open_slide(visit)
    last = count(page)
    for key, place in (
        ("ArrowRight", 2),
        ("PageDown", 3),
        ("Space", 4),
        ("ArrowLeft", 3),
        ("PageUp", 2),
        ("End", last),
        ("ArrowRight", last),
        ("Home", 1),
        ("ArrowLeft", 1),
    ):
        page.keyboard.press(key)
        assert number(page) == place, key
    assert len(page.evaluate("[...document.querySelectorAll('.deck .slide:not([hidden])')]")) == 1


def test_reloading_and_sharing_come_back_to_the_same_slide(visit: Visit) -> None:
    page = open_slide(visit, "period=2025Q2&slide=5")
    said = title(page)
    page.reload()
    page.wait_for_selector(f"{SHOWN} h1")
    assert (title(page), number(page)) == (said, 5)


def test_a_slide_that_does_not_exist_gives_the_nearest(visit: Visit) -> None:
    page = open_slide(visit, "period=2025Q2&slide=999")
    assert number(page) == count(page)
    page = open_slide(visit, "period=2025Q2&slide=first")
    assert number(page) == 1


def test_the_screen_goes_black_and_comes_back(visit: Visit) -> None:
    page = open_slide(visit)
    page.keyboard.press("b")
    assert pixel(picture(page), (640, 360)) == (0, 0, 0)
    page.keyboard.press("b")
    assert pixel(picture(page), (1270, 10)) == (255, 255, 255)


def test_f_fills_the_screen(visit: Visit) -> None:
    page = open_slide(visit)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")


def test_a_swipe_turns_on_a_touch_screen(browser: Browser, app_address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, has_touch=True)
    page = context.new_page()
    page.goto(f"{app_address}/review?period=2025Q2")
    page.wait_for_selector(f"{SHOWN} h1")
    page.evaluate("""() => {
        const deck = document.querySelector('.deck');
        const at = (x) => new Touch({ identifier: 1, target: deck, clientX: x, clientY: 300 });
        const send = (name, x, touches) => deck.dispatchEvent(
            new TouchEvent(name, { bubbles: true, touches, changedTouches: [at(x)] }));
        send('touchstart', 900, [at(900)]);
        send('touchend', 300, []);
    }""")
    assert number(page) == 2
    context.close()


def test_slides_turn_by_themselves_when_asked(visit: Visit) -> None:
    page = open_slide(visit, "period=2025Q2&auto=3")
    expect(page).to_have_url(re.compile(r"[?&]slide=2(&|$)"))


def test_there_is_no_chrome_and_turning_asks_nothing_of_the_server(visit: Visit) -> None:
    page = open_slide(visit)
    assert page.locator(".kpi .bar").count() == 0
    visit.requests.clear()
    for _ in range(count(page)):
        page.keyboard.press("ArrowRight")
    assert visit.requests == []


@pytest.fixture
def own_data(published_data_dir: Path, tmp_path: Path) -> Path:
    """A copy of the published sample that a meeting may write to."""
    return copy_data_dir(published_data_dir, tmp_path / "data", "landing", "sample", "cache")


@pytest.fixture
def room(browser: Browser) -> Iterator[Page]:
    """The projector's browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def test_the_meeting_goes_on_when_the_server_is_gone(room: Page, own_data: Path) -> None:
    room.clock.install()
    with running_app(own_data) as address:
        room.goto(f"{address}/review?period=2025Q2")
        room.wait_for_function(LIVE)
        room.wait_for_selector(f"{SHOWN} h1")
    for _ in range(MISSES):
        with room.expect_event("requestfailed"):
            room.clock.fast_forward(ASK_MS)
    room.wait_for_function(LOST)
    # Nothing about it may stand on the wall.
    expect(room.locator(".kpi-line")).to_be_hidden()
    room.keyboard.press("End")
    assert number(room) == count(room)
    room.get_by_role("button", name="Trang trước").click()
    assert number(room) == count(room) - 1


def test_the_slide_is_turned_by_mouse_too(visit: Visit) -> None:
    page = open_slide(visit)
    page.get_by_role("button", name="Trang sau").click()
    page.get_by_role("button", name="Trang sau").click()
    assert number(page) == 3
    page.get_by_role("button", name="Trang trước").click()
    assert number(page) == 2


def turn_to(page: Page, kind: str) -> None:
    """Turn with a clicker until a slide of a kind is shown."""
    while page.locator(f"{SHOWN}.of-{kind}").count() == 0:
        page.keyboard.press("PageDown")


def open_room(room: Page, address: str) -> None:
    """The review of 2026Q3 on the projector."""
    room.goto(f"{address}/review?period=2026Q3")
    room.wait_for_function(LIVE)
    room.wait_for_selector(f"{SHOWN} h1")


def decide_on_the_first_district(room: Page) -> None:
    """On the slide of districts a decision is about the one that is stepped to, and is refused without its writer."""
    keys = room.keyboard
    turn_to(room, "districts")
    keys.press("Tab")
    district = room.evaluate("document.activeElement.cells[0].textContent")
    keys.press("g")
    assert district == room.evaluate("document.querySelector('#decide-unit_code').selectedOptions[0].textContent")
    what = room.get_by_label("Việc cần làm")
    what.fill("Gọi địa bàn, thống nhất ngày nộp lại")
    keys.press("Tab")
    keys.type("30/12")
    before = number(room)
    keys.press("Enter")
    expect(room.locator("dialog[open] .error:not(:empty)")).to_have_count(1)
    assert what.input_value() == "Gọi địa bàn, thống nhất ngày nộp lại"
    # The field that lacks has the focus.
    keys.type("Thư ký")
    keys.press("Enter")
    keys.press("PageDown")
    assert number(room) == before + 1, "after Enter the clicker turns at once"
    expect(room.locator(".kpi-flash")).to_have_text("Đã giao việc.")
    keys.press("PageUp")
    expect(room.locator(f"{SHOWN} .rows")).to_contain_text(f"{district}: 1 việc mới")
    turn_to(room, "decisions")
    expect(room.locator(f"{SHOWN} .rows")).to_contain_text("Gọi địa bàn, thống nhất ngày nộp lại")
    expect(room.locator(f"{SHOWN} .rows")).to_contain_text("hạn 30/12/")


def hold_and_fetch_the_minutes(room: Page) -> None:
    """The last slide asks who was present and gives the documents."""
    keys = room.keyboard
    keys.press("End")
    keys.press("Tab")
    keys.type("Sở Y tế; Công an Thành phố")
    keys.press("Tab")
    keys.type("Thiếu giảng viên cấp xã.")
    keys.press("Tab")
    assert room.evaluate("document.activeElement.value") == "Thư ký"
    keys.press("Enter")
    expect(room.locator(f"{SHOWN} h1")).to_contain_text("Đã ghi nhận cuộc họp")
    expect(room.locator(f"{SHOWN} textarea").first).to_have_value("Sở Y tế; Công an Thành phố")
    expect(room.locator(f"{SHOWN} h1")).to_be_focused()
    for file in (r"bien-ban-hop-.*\.docx", r"bien-ban-hop-.*\.pdf", r"viec-tung-noi-.*\.docx"):
        keys.press("Tab")
        with room.expect_download() as download:
            keys.press("Enter")
        assert re.fullmatch(file, download.value.suggested_filename)


def test_a_meeting_goes_from_its_first_slide_to_its_minutes_by_clicker_and_keyboard(room: Page, own_data: Path) -> None:
    with running_app(own_data) as address:
        open_room(room, address)
        turn_to(room, "followup")
        expect(room.locator(f"{SHOWN} .rows")).to_contain_text("→")
        # On a slide of targets the decision is about the city's, so its owner is the city's office.
        turn_to(room, "group")
        room.keyboard.press("g")
        expect(room.get_by_label("Nơi phụ trách")).to_have_value("Sở Y tế")
        room.keyboard.press("Escape")
        expect(room.locator("dialog[open]")).to_have_count(0)
        before = number(room)
        room.keyboard.press("PageDown")
        assert number(room) == before + 1, "after Escape the clicker turns at once"
        decide_on_the_first_district(room)
        hold_and_fetch_the_minutes(room)
        open_room(room, address)
        room.get_by_role("link", name="Quý III/2026").click()
        expect(room.locator(f"{SHOWN} footer .past")).to_be_visible()
        room.keyboard.press("End")
        assert room.locator(f"{SHOWN} form").count() == 0
        # As Word, and as PDF for signature.
        assert room.get_by_role("link", name="biên bản").count() == 2
        room.keyboard.press("g")
        assert room.locator("dialog[open]").count() == 0


class Fingers:
    """Somebody at the keyboard, whose presses are counted; what is typed into a field is none."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1


def topics_in_order(page: Page) -> list[str]:
    """The topics of the meeting, as its slide of them has them, without their numbers."""
    cells = page.locator(".deck .of-agenda .rows tbody td:first-child").all_text_contents()
    return [cell.partition(". ")[2] for cell in cells]


def decide_about_the_topic(room: Page, fingers: Fingers) -> None:
    """Write down what the topic's unit is to do: the words are suggested, the day is typed."""
    fingers.press("g")
    expect(room.get_by_label("Việc cần làm")).not_to_have_value("")
    fingers.press("Tab")
    room.keyboard.type("30/12")
    fingers.press("Enter")
    expect(room.locator(".kpi-flash")).to_have_text("Đã giao việc.")


def test_a_meeting_of_twenty_minutes_takes_twenty_keys_to_its_frozen_minutes(room: Page, own_data: Path) -> None:
    with running_app(own_data) as address:
        room.clock.install()
        open_room(room, address)
        # Typed once on this computer, as by whoever called the units.
        room.evaluate("localStorage.setItem('kpi-by', 'Thư ký')")
        room.reload()
        room.wait_for_function(LIVE)
        fingers = Fingers(room)
        fingers.press("ArrowRight", "a")
        proposed = topics_in_order(room)
        assert title(room).startswith("Nên dành thời gian")
        fingers.press("ArrowRight")
        decide_about_the_topic(room, fingers)
        # The second topic is not for today; the third moves before the first.
        fingers.press("2", "x")
        expect(room.locator(".deck .of-agenda .order-steps button")).to_have_text(f"Đưa lại: {proposed[1]}")
        assert title(room).startswith(proposed[2]), "the meeting goes on with the next one"
        fingers.press("u")
        expect(room.locator(".deck .of-agenda .rows tbody td").first).to_have_text(f"1. {proposed[2]}")
        assert topics_in_order(room)[:2] == [proposed[2], proposed[0]]
        decide_about_the_topic(room, fingers)
        room.clock.fast_forward(7 * 60_000)
        expect(room.locator(f"{SHOWN} .clock")).to_have_text("7/20 phút")
        fingers.press("k")
        assert title(room) == "Đọc lại trước khi ghi: 2 quyết định"
        fingers.press("ArrowRight", "Tab")
        room.keyboard.type("Sở Y tế; Công an Thành phố")
        fingers.press("Tab", "Tab", "Enter")
        expect(room.locator(f"{SHOWN} h1")).to_contain_text("Đã ghi nhận cuộc họp")
        assert fingers.presses <= 20
        room.reload()
        room.wait_for_function(LIVE)
        assert topics_in_order(room)[:2] == [proposed[2], proposed[0]], "the order is kept with the meeting"
        room.keyboard.press("u")
        assert room.locator("#order").count() == 0


def test_a_number_of_a_target_whose_code_has_a_point_is_asked_about_as_any_other(visit: Visit) -> None:
    def with_point(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("T09", "T.9"))

    visit.page.route("**/review?*", with_point)
    page = open_slide(visit)
    turn_to(page, "grid")
    page.locator(f"{SHOWN} [data-target='T.9'] [data-of]").first.focus()
    with page.expect_request(re.compile("/ledger")) as asked:
        page.keyboard.press("l")
    assert re.findall(r"&(unit|target)=([^&]*)", asked.value.url) == [("unit", "760"), ("target", "T.9")]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_any_number_tells_its_history_at_one_key_and_lets_go_at_one(visit: Visit, lang: str) -> None:
    page = open_slide(visit, f"period=2025Q2&lang={lang}")
    ledger = page.locator("dialog[open] .thennow")
    turn_to(page, "grid")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    stepped = page.evaluate("document.activeElement.dataset.of")
    cells = (
        "[...document.querySelectorAll('.deck .slide:not([hidden]) .matrix tbody tr')].map(r => r.cells[2]?.dataset.of)"
    )
    assert page.evaluate(cells)[1] == stepped, "one down, one to the right"
    before = number(page)
    visit.requests.clear()
    page.keyboard.press("l")
    expect(ledger).to_be_visible()
    assert ["/ledger?" in one for one in visit.requests if "/page.css" not in one] == [True]
    texts = page.evaluate(TEXTS.replace(".deck .slide:not([hidden])", ".deck dialog[open]"))
    assert [one for one in texts if one["size"] < SMALLEST_PX] == []
    weak = [one for one in texts if contrast(parse(one["ink"]), parse(one["ground"])) < LEAST_CONTRAST]
    assert weak == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Enter")
    assert number(page) == before + 1, "every key of a clicker turns at once"
    # A clicker that knows only its two buttons leaves the ledger, too.
    page.keyboard.press("l")
    expect(ledger).to_be_visible()
    page.keyboard.press("PageDown")
    assert (number(page), page.locator("dialog[open]").count()) == (before + 2, 0)


def test_a_number_that_is_pointed_at_is_asked_about_by_the_same_key_or_a_click(visit: Visit) -> None:
    page = open_slide(visit)
    turn_to(page, "group")
    figure = page.locator(f"{SHOWN} .big").first
    figure.hover()
    page.keyboard.press("l")
    expect(page.locator("dialog[open] h2")).to_contain_text("Thành phố Hồ Chí Minh")
    page.keyboard.press("Escape")
    figure.click()
    expect(page.locator("dialog[open] .thennow")).to_be_visible()
    page.mouse.click(5, 5)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_day_is_picked_in_a_calendar_and_an_owner_follows_its_unit(visit: Visit) -> None:
    page = open_slide(visit)
    page.keyboard.press("g")
    page.get_by_label("Địa bàn").select_option(label="Bình Chánh")
    expect(page.get_by_label("Nơi phụ trách")).to_have_value("Phòng Văn hóa – Xã hội (Xã Bình Chánh)")
    page.get_by_label("Nơi phụ trách").fill("Tổ công tác")
    page.get_by_label("Địa bàn").select_option(label="Cần Giờ")
    expect(page.get_by_label("Nơi phụ trách")).to_have_value("Tổ công tác")
    page.get_by_role("button", name="Chọn ngày trên lịch").click()
    calendar = page.locator("dialog[open] input[type=date]")
    calendar.evaluate("field => { field.value = '2027-09-30'; field.dispatchEvent(new Event('change')); }")
    expect(page.locator("#decide-due_date")).to_have_value("30/09/2027")


def unreadable(page: Page) -> list[str]:
    """Texts of the slide that is shown that are too small or too pale for the last row of a meeting room."""
    texts = page.evaluate(TEXTS)
    assert texts
    return [
        f"{text['text']}: {text['size']} px, {text['ink']} on {text['ground']}"
        for text in texts
        if text["size"] < SMALLEST_PX or contrast(parse(text["ink"]), parse(text["ground"])) < LEAST_CONTRAST
    ]


@pytest.mark.parametrize(
    ("period", "window", "lang"),
    [
        *((period, "ytd", lang) for period, lang in zip(QUARTERS, cycle(("vi", "en")), strict=False)),
        *((period, "quarter", lang) for period, lang in zip(QUARTERS_ALONE, cycle(("vi", "en")), strict=False)),
    ],
)
def test_everything_reads_from_six_metres_and_nothing_leaves_its_slide(
    visit: Visit, period: str, window: str, lang: str
) -> None:
    page = open_slide(visit, f"period={period}&window={window}&lang={lang}")
    found = {slide: lines for slide in slides(page) if (lines := [*unreadable(page), *spilled(page)])}
    assert found == {}
    page.set_viewport_size({"width": 1920, "height": 1080})
    found = {slide: lines for slide in slides(page) if (lines := spilled(page))}
    assert found == {}


def open_grid(visit: Visit) -> tuple[Page, dict[str, tuple[int, int]]]:
    """The grid's slide, and for each status a point on its key beside its sign."""
    page = open_slide(visit, "period=2025Q2")
    while page.locator(f"{SHOWN} .matrix").count() == 0:
        page.keyboard.press("ArrowRight")
    points = {}
    for status in STATUSES:
        box = page.locator(f"{SHOWN} .k.{status}").bounding_box()
        assert box
        points[status] = (int(box["x"] + 3), int(box["y"] + 4))
    return page, points


def test_statuses_stay_apart_on_a_washed_out_wall(visit: Visit) -> None:
    page, points = open_grid(visit)
    page.evaluate(
        """(light) => {
            const veil = document.createElement('div');
            veil.style.cssText = `position:fixed;inset:0;z-index:99999;background:${light}`;
            document.body.append(veil);
        }""",
        DAYLIGHT,
    )
    seen = picture(page)
    colours = {status: pixel(seen, point) for status, point in points.items()}
    for one, other in combinations(STATUSES, 2):
        # Both are fine: a sign tells them apart.
        if {one, other} == {"met", "on_track"}:
            continue
        assert distance(colours[one], colours[other]) > LEAST_DISTANCE, (one, other)
    assert contrast(colours["far_behind"], pixel(seen, (1275, 5))) > LEAST_WASHED_CONTRAST


def test_statuses_read_without_colour(visit: Visit) -> None:
    page, points = open_grid(visit)
    page.add_style_tag(content="html { filter: grayscale(1); }")
    grey = picture(page)
    light = {status: lightness(pixel(grey, point)) for status, point in points.items()}
    # What is fine is lighter than what is late; signs tell every two apart.
    signs = {status: page.locator(f"{SHOWN} .k.{status}").inner_text().strip() for status in STATUSES}
    assert len(set(signs.values())) == len(STATUSES)
    assert min(light["met"], light["on_track"]) - light["behind"] > 5
    assert light["behind"] - light["far_behind"] > 20


def test_every_slide_is_a_page_on_paper(visit: Visit) -> None:
    page = open_slide(visit, "period=2025Q2&slide=3")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == count(page)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_on_a_phone_slides_flow_and_nothing_leaves_the_screen_sideways(visit: Visit, lang: str) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    page = open_slide(visit, f"period=2025Q2&lang={lang}")
    for _ in range(count(page)):
        assert page.evaluate("document.querySelector('.deck').scrollWidth") <= 360, title(page)
        page.keyboard.press("ArrowRight")


def test_the_file_for_powerpoint_is_one_click_away(visit: Visit) -> None:
    page = open_slide(visit)
    with page.expect_download() as download:
        page.get_by_role("link", name="PowerPoint").click()
    assert download.value.suggested_filename.endswith(".pptx")
