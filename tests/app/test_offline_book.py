"""The file of the whole quarter is drawn for reading without the app: its own links, nothing to press, all text."""

from collections import Counter
from pathlib import Path

import pytest
from lxml import html

from app.core.i18n import words_in
from app.exports.offline_html.chapter import KEPT_SHUT
from app.exports.offline_html.links import FileState
from tests import plan_pack
from tests.answered import respond
from tests.conftest import copy_for_writing
from tests.never_said import VERSION_CODE, never_said_in, text_of_page
from tests.planned import TARGET_COUNT
from warehouse import clock
from warehouse.desk import Desk, Draft

DISTRICT = "769"
CONTROLS = "//select | //form | //button | //input | //textarea | //script | //*[contains(@class, 'tools')]"
ANCHORS = frozenset({"overview", "reports", "tasks", "target-T09", f"district-{DISTRICT}"})


@pytest.fixture(scope="module")
def book(published_data_dir: Path) -> bytes:
    """The file of a quarter whose reports are all in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_DATA_DIR", str(published_data_dir))
        answer = respond("quarter.html", {"page": "", "period": "2021Q4", "lang": "vi"})
    assert answer.status_code == 200
    return bytes(answer.body)


@pytest.fixture(scope="module")
def page(book: bytes) -> html.HtmlElement:
    """The same, parsed."""
    return html.fromstring(book)


def test_it_says_nothing_that_is_never_said_nor_a_version_s_code(book: bytes) -> None:
    said = text_of_page(book.decode())
    assert never_said_in(said) == []
    assert VERSION_CODE.findall(said) == []


def test_every_link_leads_to_a_part_of_the_file_and_every_id_is_there_once(page: html.HtmlElement) -> None:
    links = page.xpath("//a/@href")
    ids = Counter(page.xpath("//@id"))
    assert len(links) > 1000
    assert {link for link in links if not link.startswith("#") or link[1:] not in ids} == set()
    assert [identity for identity, count in ids.items() if count > 1] == []
    # The way from the head of a target to its own definition, and not to another's.
    assert page.xpath("//article[@id='target-T09']//a[@href='#target-T09-definition']")


def test_nothing_is_offered_that_only_the_app_can_do(page: html.HtmlElement) -> None:
    assert page.xpath(CONTROLS) == []
    assert page.xpath("//@data-plotly") == []
    say = words_in("vi")
    told = page.text_content()
    for offer in ("district.give_work", "notes.write", "district.compare", "card.origin"):
        assert say(offer) not in told


def test_every_target_has_its_course_as_its_page_draws_it(page: html.HtmlElement) -> None:
    assert len(page.xpath("//figure[@class='chart trend']")) == TARGET_COUNT
    points = page.xpath("//article[@id='target-T09']//figure[@class='chart trend']//*[contains(@class, 'pt ')]")
    assert len(points) == 4
    assert all("\n" in point.get("title") for point in points)


def test_it_carries_its_letters_and_its_running_head(page: html.HtmlElement) -> None:
    style = page.xpath("string(//head/style)")
    assert "@font-face{font-family:'" in style
    assert '@page{@top-left{content:"' in style
    assert "&#" not in style


def test_what_is_folded_away_on_a_page_can_be_read(page: html.HtmlElement) -> None:
    shut = [one for one in page.xpath("//details[not(@open)]") if not KEPT_SHUT.intersection(one.classes)]
    assert shut == []


def test_a_link_knows_what_the_file_holds() -> None:
    here = FileState("target", "2021Q4", own=(("target", "T09"),), anchors=ANCHORS)
    assert here.href("district", unit=DISTRICT, target="T09") == f"#district-{DISTRICT}"
    assert here.href(unit=DISTRICT) == "#target-T09"
    assert here.href("reports", unit=DISTRICT) == f"#district-{DISTRICT}"
    assert here.href("reports") == "#reports"
    assert here.href("", status="behind") == "#overview"
    assert here.href("target", target="T10") == ""
    assert here.href(period="2021Q3") == ""
    assert here.href("ward", unit="26734") == ""


def test_work_given_about_a_district_is_named_though_its_page_is_not_in_the_file(
    province_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_PLAN_DIR", str(plan_pack.PACK))
    monkeypatch.setenv("KPI_DATA_DIR", str(copy_for_writing(province_data_dir, tmp_path / "data")))
    what = "Gọi <b>ngay</b> & hẹn họp"
    work = Draft(what, owner="Phòng LĐ-TBXH", due_date=clock.now().date(), period_code="2023H1", unit_code="901")
    Desk.open().open_action(work, "Tổ giúp việc")
    answer = respond("quarter.html", {"page": "", "period": "2023H1", "lang": "vi"})
    chapter = html.fromstring(bytes(answer.body)).get_element_by_id("district-901")
    assert what in chapter.text_content()
