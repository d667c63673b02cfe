"""From an empty form to a counted figure in the browser: as an officer of a district and the department would."""

import re
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe import examine
from boxes import SIZES, measured
from filled import B1, B4, address, changed, comment, fill, value
from playwright.sync_api import Browser, Locator, expect
from visits import Visit, running_app

from tests.conftest import copy_for_writing

pytestmark = pytest.mark.browser
UNIT, PERIOD, WARD = "760", "2025Q2", "26734"
PAGE = f"/submit?unit={UNIT}&period={PERIOD}&lang=vi"
# On a server to which the city was just moved, every row is computed.
BUILD_TIMEOUT_MS = 400_000
# A file is read in a process of its own and held against what came before.
CHECK_TIMEOUT_MS = 30_000
# The figures are computed on a copy of the published version, one preview at a time.
PREVIEW_TIMEOUT_MS = 90_000


@pytest.fixture(scope="module")
def intake_data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample with its workbooks, into which these tests submit."""
    return copy_for_writing(published_data_dir, tmp_path_factory.mktemp("intake") / "data", "landing", "cache")


@pytest.fixture(scope="module")
def intake_address(intake_data_dir: Path) -> Iterator[str]:
    """The app on that copy."""
    with running_app(intake_data_dir) as address:
        yield address


@pytest.fixture
def sample_report(published_data_dir: Path) -> Path:
    """What Quận 1 sent for the newest quarter."""
    return published_data_dir / "sample" / PERIOD / f"bao-cao_{UNIT}_{PERIOD}.xlsx"


@pytest.fixture
def officer(browser: Browser, intake_address: str) -> Iterator[Visit]:
    """Somebody of a district at a desktop, who has never been here."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield Visit(context.new_page(), intake_address)
    context.close()


def card(officer: Visit, name: str) -> Locator:
    """The card of a file."""
    return officer.page.locator("[data-file]", has=officer.page.locator("h3", has_text=name))


def send(officer: Visit, *files: Path) -> None:
    """Choose files and wait until each was checked."""
    officer.page.set_input_files("#files", files)
    for file in files:
        checked(officer, file.name)


def checked(officer: Visit, name: str, state: str = "ready|refused|known|failed") -> None:
    """Wait until a file was checked."""
    expect(card(officer, name)).to_have_attribute("data-state", re.compile(state), timeout=CHECK_TIMEOUT_MS)


def submit(officer: Visit, name: str, note: str = "") -> None:
    """Say who submits, and submit."""
    officer.page.fill("#by", "Phòng nghiệp vụ Quận 1")
    field = card(officer, name).locator("[name=note]")
    if field.count():
        field.fill(note)
    card(officer, name).get_by_role("button", name="Nộp", exact=True).click()
    checked(officer, name, "landed")


def test_a_new_officer_comes_from_the_empty_form_to_the_counted_figure(
    officer: Visit, sample_report: Path, tmp_path: Path
) -> None:
    page = officer.page
    officer.open("/?period=2025Q2&lang=vi")
    page.get_by_role("link", name="Nộp báo cáo").click()
    expect(page.locator("#content h1")).to_have_text("Nộp báo cáo, Quý II/2025")
    page.select_option("#form-unit", label="Quận 1")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải biểu", exact=True).click()
    form = tmp_path / "Quận 1 quý II.xlsx"
    taken.value.save_as(form)

    # Everybody of the ward is trained by now: in the first quarter some were, now the rest.
    earlier = sample_report.parents[1] / "2025Q1" / sample_report.name.replace(PERIOD, "2025Q1")
    rest = value(sample_report, B4, WARD, "officers_total") - (value(earlier, B4, WARD, "officers_trained") or 0)
    report = tmp_path / "Quận 1 nộp.xlsx"
    edits = {(B4, WARD, "officers_trained"): rest, (B1, WARD, "sessions_direct"): "mười hai"}
    fill(form, sample_report, report, edits)
    send(officer, report)
    mine = card(officer, report.name)
    expect(mine.locator("[data-said]")).to_have_text("Đã kiểm tra: 1 chỗ phải sửa trước khi nộp.")
    row = mine.locator("table.problems tbody tr")
    expect(row).to_contain_text("mười hai")
    expect(row.locator("th")).to_have_text(address(report, B1, WARD, "sessions_direct"))
    expect(mine.get_by_role("button", name="Nộp", exact=True)).to_be_disabled()

    with page.expect_download() as marked:
        mine.get_by_role("button", name="Tải bản đánh dấu").click()
    copy = tmp_path / marked.value.suggested_filename
    marked.value.save_as(copy)
    assert "mười hai" in comment(copy, B1, WARD, "sessions_direct")
    checked(officer, report.name, "refused")

    fill(form, sample_report, report, edits | {(B1, WARD, "sessions_direct"): 12})
    with page.expect_file_chooser() as chooser:
        mine.get_by_role("button", name="Kiểm tra lại tệp đã sửa").click()
    chooser.value.set_files(report)
    checked(officer, report.name, "ready")
    expect(mine).to_contain_text("thay bản 1")
    expect(mine.locator("table.changes", has_text="Cán bộ được tập huấn")).to_contain_text("Phường Tân Định")
    submit(officer, report.name, "Đã đối chiếu với phường.")
    expect(mine).to_contain_text("Chờ Sở chấp nhận")

    before = figure(officer)
    officer.open(f"/reports?period={PERIOD}&lang=vi")
    waiting = page.locator("#waiting li", has_text="Quận 1")
    waiting.locator("summary", has_text="Chấp nhận").click()
    waiting.locator("form[data-send=accept-report] [name=by]").fill("Phòng chuyên môn Sở")
    waiting.get_by_role("button", name="Chấp nhận báo cáo này").click()
    strip = page.locator("[data-build]")
    version = strip.get_attribute("data-build") or ""
    expect(strip).to_contain_text("tính lại số liệu")
    expect(page.locator(f".calendar a[href*='unit={UNIT}&period={PERIOD}']")).to_contain_text("Chờ đưa vào tính")
    expect(strip).to_contain_text("/7")
    expect(strip).not_to_have_attribute("data-build", version, timeout=BUILD_TIMEOUT_MS)
    expect(page.locator(f".calendar a[href*='unit={UNIT}&period={PERIOD}']")).to_contain_text("b2")
    assert figure(officer) > before


def figure(officer: Visit) -> float:
    """Quận 1's officers trained, in per cent, on the district's page."""
    officer.open(f"/district?unit={UNIT}&target=T09&period={PERIOD}&lang=vi")
    head = officer.page.locator("#content .card").first.inner_text()
    found = re.search(r"(\d+(?:,\d+)?)\s*%", head)
    assert found is not None, head
    return float(found[1].replace(",", "."))


def test_several_files_are_checked_and_one_that_is_refused_does_not_stop_the_others(
    officer: Visit, sample_report: Path, intake_data_dir: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "anh.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 400)
    people = changed(
        sample_report, tmp_path / "nguoi.xlsx", {(B1, WARD, "sessions_direct"): "Nguyễn Thị Hoa, 0903123456"}
    )
    other = changed(sample_report, tmp_path / "tot nua.xlsx", {(B1, WARD, "sessions_direct"): 4})
    good = changed(sample_report, tmp_path / "tot.xlsx", {(B1, WARD, "sessions_direct"): 3})
    landed = sorted(path.name for path in (intake_data_dir / "landing").rglob("*") if path.is_file())
    officer.open(PAGE)
    send(officer, picture, people, good, other)
    expect(card(officer, "anh.xlsx")).to_contain_text("Cả tệp")
    expect(card(officer, "nguoi.xlsx")).to_contain_text("thông tin cá nhân")
    expect(card(officer, "nguoi.xlsx")).not_to_contain_text("0903123456")
    expect(card(officer, "tot.xlsx")).to_have_attribute("data-state", "ready")
    expect(officer.page.get_by_role("button", name="Nộp cả 2 báo cáo đã sẵn sàng")).to_be_visible()
    assert sorted(path.name for path in (intake_data_dir / "landing").rglob("*") if path.is_file()) == landed

    officer.page.locator("#lang-en").click()
    said = card(officer, "tot.xlsx").locator("[data-said]")
    expect(said).to_contain_text("Checked: it can be submitted", timeout=CHECK_TIMEOUT_MS)
    expect(card(officer, "anh.xlsx").get_by_role("button", name="Remove")).to_be_visible()
    card(officer, "anh.xlsx").get_by_role("button", name="Remove").click()
    expect(officer.page.locator("[data-file]")).to_have_count(3)


def test_a_zip_of_many_reports_is_submitted_together_but_for_what_only_its_sender_can_decide(
    officer: Visit, sample_report: Path, tmp_path: Path
) -> None:
    def report(name: str, unit: str, sessions: object) -> Path:
        theirs = sample_report.with_name(f"bao-cao_{unit}_{PERIOD}.xlsx")
        return changed(theirs, tmp_path / f"{name}.xlsx", {(B1, unit, "sessions_direct"): sessions})

    files = {
        "Quận 5/báo cáo.xlsx": report("q5", "774", 3),
        "Quận 6/báo cáo.xlsx": report("q6", "775", 3),
        "Quận 6/báo cáo sửa.xlsx": report("q6 again", "775", 4),
        "Quận 8.xlsx": report("q8", "776", "ba buổi"),
        "Quận 1.xlsx": sample_report,
    }
    bundle = tmp_path / "cả thành phố.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, path in files.items():
            packed.write(path, name)
        packed.writestr("công văn.pdf", b"%PDF")
    page = officer.page
    officer.open(PAGE)
    page.set_input_files("#files", bundle)
    for name in files:
        checked(officer, name)
    part = page.locator("[data-bundles]")
    expect(part).to_contain_text("5 báo cáo trong gói; 1 tệp không xét.")
    expect(part.locator("[data-standings]")).to_contain_text("1 phải sửa")
    expect(part.locator("[data-standings]")).to_contain_text("2 trùng đơn vị, kỳ")
    expect(part.locator("[data-standings]")).to_contain_text("1 đã nộp trước đó")
    expect(card(officer, "Quận 8.xlsx").locator("summary")).to_contain_text("Quận 8, Quý II/2025")
    expect(card(officer, "Quận 6/báo cáo.xlsx")).to_contain_text("Trong gói có tệp khác cũng của đơn vị, kỳ này")
    for name, (width, height, _) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert measured(officer) == [], name
    page.set_viewport_size({"width": 1280, "height": 720})
    assert examine(officer) == []

    page.fill("#by", "Phòng chuyên môn Sở")
    own = card(officer, "Quận 5/báo cáo.xlsx")
    if own.locator("[name=note]").count():
        page.fill("#note-all", "Đã đối chiếu.")
        part.get_by_role("button", name="Điền ghi chú này").click()
    own.get_by_role("button", name="Nộp", exact=True).click()
    checked(officer, "Quận 5/báo cáo.xlsx", "landed")
    checked(officer, "Quận 6/báo cáo.xlsx", "ready")
    card(officer, "Quận 6/báo cáo sửa.xlsx").locator("summary").first.click()
    submit(officer, "Quận 6/báo cáo sửa.xlsx", "Bản đúng.")


def test_a_file_changed_after_it_was_chosen_is_asked_for_again_not_sent_half_read(
    officer: Visit, sample_report: Path, tmp_path: Path
) -> None:
    report = changed(sample_report, tmp_path / "doi.xlsx", {(B1, WARD, "sessions_direct"): 4})
    officer.open(PAGE)
    send(officer, report)
    changed(sample_report, report, {(B1, WARD, "sessions_direct"): 55})
    officer.page.fill("#by", "Phòng nghiệp vụ Quận 1")
    field = card(officer, report.name).locator("[name=note]")
    if field.count():
        field.fill("Đúng.")
    card(officer, report.name).get_by_role("button", name="Nộp", exact=True).click()
    expect(card(officer, report.name).locator("[data-said]")).to_contain_text("đã được sửa sau khi chọn")
    expect(card(officer, report.name)).to_have_attribute("data-state", "failed")
    expect(card(officer, report.name).get_by_role("button", name="Kiểm tra lại tệp đã sửa")).to_be_focused()


def test_what_would_change_is_shown_and_nobody_submits_without_a_name_which_is_remembered(
    officer: Visit, sample_report: Path, tmp_path: Path
) -> None:
    report = changed(sample_report, tmp_path / "ten.xlsx", {(B1, WARD, "sessions_direct"): 6})
    officer.open(PAGE)
    send(officer, report)
    card(officer, report.name).get_by_role("button", name="Xem chỉ tiêu sẽ đổi").click()
    tried = card(officer, report.name).locator("[data-preview]")
    expect(tried).to_contain_text("nếu báo cáo này được chấp nhận", timeout=PREVIEW_TIMEOUT_MS)
    expect(tried).not_to_contain_text("Chưa tính thử được")
    card(officer, report.name).get_by_role("button", name="Nộp", exact=True).click()
    expect(officer.page.locator("#send .error")).to_have_text("Cần điền ô này.")
    expect(officer.page.locator("#by")).to_be_focused()
    submit(officer, report.name, "Đúng.")
    expect(officer.page.locator("#form")).to_contain_text("chờ Sở chấp nhận")
    expect(card(officer, report.name)).to_contain_text("Số biên nhận")
    officer.open(PAGE)
    expect(officer.page.locator("#by")).to_have_value("Phòng nghiệp vụ Quận 1")


def test_a_report_is_returned_with_a_reason_that_its_sender_reads(
    officer: Visit, published_data_dir: Path, tmp_path: Path
) -> None:
    theirs = published_data_dir / "sample" / PERIOD / f"bao-cao_770_{PERIOD}.xlsx"
    report = changed(theirs, tmp_path / "tra lai.xlsx", {(B1, "770", "sessions_direct"): 2})
    officer.open(f"/submit?unit=770&period={PERIOD}&lang=vi")
    send(officer, report)
    submit(officer, report.name, "Đúng.")
    officer.open(f"/reports?period={PERIOD}&unit=770&lang=vi")
    opened = officer.page.locator(".card")
    expect(opened.locator("table.changes")).to_contain_text("2")
    opened.locator("summary", has_text="Trả lại").click()
    back = opened.locator("form[data-send=return-report]")
    back.locator("[name=by]").fill("Phòng chuyên môn Sở")
    back.get_by_role("button").click()
    expect(back.locator(".error[data-for=reason]")).to_contain_text("Lý do")
    back.locator("[name=reason]").fill("Biểu B5 thiếu hai phường.")
    back.get_by_role("button").click()
    expect(officer.page.locator(".kpi-flash")).to_contain_text("Báo cáo này chưa từng đưa vào tính")
    expect(opened.locator(".versions")).to_contain_text("Lý do: Biểu B5 thiếu hai phường.")
    expect(opened.locator(".versions li").nth(1)).to_contain_text("Đang đưa vào tính")
    with officer.page.expect_download() as taken:
        opened.get_by_role("link", name="Tệp gốc").first.click()
    assert taken.value.path().read_bytes() == report.read_bytes()

    officer.open(f"/submit?unit=770&period={PERIOD}&lang=vi")
    send(officer, report)
    expect(card(officer, report.name)).to_contain_text("Biểu B5 thiếu hai phường.")


def test_once_a_quarter_is_locked_a_correction_needs_a_reason(
    officer: Visit, published_data_dir: Path, tmp_path: Path
) -> None:
    officer.open("/reports?period=2025Q1&lang=vi")
    officer.page.locator("#step-lock summary").click()
    officer.page.fill("#lock-by", "Phòng chuyên môn Sở")
    officer.page.get_by_role("button", name="Khóa quý").click()
    expect(officer.page.locator(".calendar thead th", has_text="Quý I/2025")).to_contain_text("đã khóa")
    theirs = published_data_dir / "sample" / "2025Q1" / "bao-cao_770_2025Q1.xlsx"
    report = changed(theirs, tmp_path / "khoa.xlsx", {(B1, "770", "sessions_direct"): 2})
    officer.open("/submit?unit=770&period=2025Q1&lang=vi")
    send(officer, report)
    mine = card(officer, report.name)
    expect(mine).to_contain_text("Quý này đã khóa")
    officer.page.fill("#by", "Phòng nghiệp vụ Quận 3")
    mine.get_by_role("button", name="Nộp", exact=True).click()
    expect(mine.locator(".error[data-for=note]")).to_have_text("Cần điền ô này.")
    submit(officer, report.name, "Phường báo sót một buổi.")
    officer.open("/reports?period=2025Q1&unit=770&lang=vi")
    expect(officer.page.locator(".card .versions")).to_contain_text("Phường báo sót một buổi.")


def test_by_keyboard_alone_a_file_can_be_chosen_and_taken_away(officer: Visit, sample_report: Path) -> None:
    # Listened to from the start: asked for right before the key, the browser may still show its own dialog.
    with officer.page.expect_file_chooser() as chooser:
        officer.open(PAGE)
        officer.page.focus("#by")
        officer.page.keyboard.press("Tab")
        expect(officer.page.locator("#files")).to_be_focused()
        assert officer.page.locator("label[for=files]").inner_text().startswith("Thả một hay nhiều tệp vào đây")
        officer.page.keyboard.press("Enter")
    chooser.value.set_files(sample_report)
    checked(officer, sample_report.name)
    mine = card(officer, sample_report.name)
    expect(mine.locator("[data-said]")).to_contain_text("đã được nộp trước đó")
    mine.get_by_role("button", name="Bỏ").focus()
    officer.page.keyboard.press("Enter")
    expect(mine).to_have_count(0)
    expect(officer.page.locator("#files")).to_be_focused()


def test_results_are_whole_on_every_screen_and_shut_nobody_out(
    officer: Visit, sample_report: Path, tmp_path: Path
) -> None:
    wrong = {(B1, WARD, "sessions_direct"): "mười hai buổi ở các phường", (B4, WARD, "officers_total"): -1}
    right = {(B1, WARD, "sessions_direct"): 8, (B1, WARD, "sessions_print"): 9}
    files = [changed(sample_report, tmp_path / ("ten-rat-dai" * 9 + ".xlsx"), wrong)]
    files.append(changed(sample_report, tmp_path / "tot.xlsx", right))
    officer.open(PAGE)
    send(officer, *files)
    assert examine(officer) == []
    found = {}
    for name, (width, height, _) in SIZES.items():
        officer.page.set_viewport_size({"width": width, "height": height})
        officer.page.wait_for_function(f"() => innerWidth === {width}")
        found[name] = measured(officer)
    assert found == {name: [] for name in SIZES}


@pytest.mark.parametrize(
    ("headers", "size", "status"),
    [
        ({}, 10, 403),
        ({"X-Report": "a.xlsx", "Origin": "http://elsewhere.example"}, 10, 403),
        ({"X-Report": "a.xlsx", "Sec-Fetch-Site": "cross-site"}, 10, 403),
        ({"X-Report": "a.xlsx", "Content-Length": "10000001"}, 0, 413),
        ({"X-Report": "a.xlsx"}, 10, 200),
        ({"X-Report": "%00" * 300 + "../../x.xlsx"}, 0, 200),
    ],
)
def test_what_no_page_of_ours_sent_or_is_too_large_is_refused(
    intake_address: str, headers: dict[str, str], size: int, status: int
) -> None:
    connection = HTTPConnection(urlsplit(intake_address).netloc, timeout=30)
    connection.putrequest("POST", "/intake/check?lang=vi")
    for name, text in ({"Content-Length": str(size)} | headers).items():
        connection.putheader(name, text)
    connection.endheaders(b"0" * size)
    answer = connection.getresponse()
    assert answer.status == status
    assert "Traceback" not in answer.read().decode()
    connection.close()
