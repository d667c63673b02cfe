"""The page on which a commune fills in its report: what it shows, to whom, and how it answers what is sent."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html
from starlette.responses import Response

from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words_in
from app.web import report_routes, sign_in
from app.web.page_renderer import draw
from tests.app.test_intake_routes import asked
from tests.conftest import copy_for_writing
from tests.full_disk import LONG_NOTE, without_room
from warehouse.intake import Intake
from warehouse.settings import SEEDS_DIR

SAY = words_in("vi")
UNIT, PERIOD = "26740", "2026Q4"
PAGE = {"unit": UNIT, "period": PERIOD, "lang": "vi"}
OWN = {"origin": "http://here", "sec-fetch-site": "same-origin", "host": "here"}
SCRIPT = OWN | {"x-report": "form"}
BY = "Phòng Văn hóa - Xã hội"


@pytest.fixture(scope="module")
def filled_data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample with its originals, so that last quarter's values stand beside."""
    return copy_for_writing(published_data_dir, tmp_path_factory.mktemp("filled") / "data", "landing")


@pytest.fixture(autouse=True)
def at_the_copy(filled_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are drawn from the copy, in which nobody has written a draft yet."""
    monkeypatch.setenv("KPI_DATA_DIR", str(filled_data_dir))
    with closing(sqlite3.connect(filled_data_dir / "registry.sqlite")) as connection:
        connection.execute("delete from report_draft") if _has_drafts(connection) else None
        connection.commit()


def _has_drafts(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("select 1 from sqlite_master where name = 'report_draft'").fetchone())


def post(values: dict[str, str], headers: dict[str, str] = OWN, query: dict[str, str] = PAGE) -> Response:
    """What is answered to the form, sent to its page."""
    body = urlencode({"seen": "0", "follows": "0", "by": BY} | values).encode()
    return asked(report_routes.report, headers, [body], urlencode({"at": f"/report?{urlencode(query)}"}))


def told(values: dict[str, str]) -> dict[str, object]:
    """What the page's script is answered."""
    answer = post(values, SCRIPT)
    assert answer.status_code == HTTPStatus.OK
    return dict(json.loads(bytes(answer.body)))


def tree(text: str) -> html.HtmlElement:
    """A page's HTML, parsed."""
    return html.fragment_fromstring(text, create_parent="div")


def form(parameters: dict[str, str] = PAGE, viewer: Viewer = BUILT_IN_VIEWER) -> html.HtmlElement:
    """The page as it is drawn."""
    return tree(draw("report", parameters, viewer).html)


def drafts(page: html.HtmlElement) -> list[html.FormElement]:
    """The forms of reports on a page: none where nothing may be filled in, else one."""
    return [one for one in page.forms if "data-draft" in one.attrib]


def whole(page: html.HtmlElement) -> dict[str, str]:
    """Everything that a browser would send of the form as it stands."""
    (filled_in,) = drafts(page)
    return {name: text or "" for name, text in filled_in.fields.items()}


def test_the_form_has_a_labelled_field_for_every_cell_with_last_quarters_value_beside() -> None:
    page = form()
    sheets = Intake.open().web_forms.open(UNIT, PERIOD).sections
    assert [section.form.form_code for section in sheets] == [f"B{number}" for number in range(1, 9)]
    for section in sheets:
        for name in section.names:
            (field,) = page.xpath(f"//*[@id='{name}']")
            assert page.xpath(f"//label[@for='{name}']"), name
            for described in field.get("aria-describedby").split():
                assert page.xpath(f"//*[@id='{described}']"), described
            assert page.xpath(f"//*[@id='{name}-before']/b")[0].text
    assert page.get_element_by_id("B1-sessions_direct").get("inputmode") == "numeric"
    assert page.get_element_by_id("B5-lodging-fine_vnd_million").get("inputmode") == "decimal"
    previous = Intake.open().forms.previous_values(Intake.open().forms.reporter(UNIT, PERIOD), PERIOD)
    before = previous["B5"][UNIT, "lodging"]["establishments_total"]
    assert page.xpath("//*[@id='B5-lodging-establishments_total-before']/b")[0].text == str(before)


def test_without_a_script_the_answer_is_the_page_with_each_problem_at_its_field_and_what_was_typed() -> None:
    answer = post({"deed": "check", "B1-sessions_direct": "mười", "note": "Đã gọi."})
    assert answer.status_code == HTTPStatus.OK
    page = tree(bytes(answer.body).decode())
    field = page.get_element_by_id("B1-sessions_direct")
    assert (field.value, field.get("aria-invalid")) == ("mười", "true")
    assert "không phải số đếm" in page.get_element_by_id("B1-sessions_direct-said").text
    assert page.xpath("//section[@id='found']//a[@href='#B1-sessions_direct']")
    assert page.get_element_by_id("note").text == "Đã gọi."
    again = form()
    assert again.get_element_by_id("B1-sessions_direct").value == "mười", "the draft is kept for whoever comes next"
    assert BY in again.xpath("//*[@data-notice]")[0].text_content()


def test_a_form_that_is_sent_ends_at_its_receipt_once_and_begins_anew_with_what_was_sent() -> None:
    parameters = PAGE | {"unit": "26743"}
    typed = whole(form(parameters)) | {"deed": "send", "by": BY, "B1-sessions_direct": "12", "note": "Chưa đủ số."}
    first, again = (post(typed, query=parameters) for _ in range(2))
    assert [answer.status_code for answer in (first, again)] == [HTTPStatus.SEE_OTHER] * 2
    assert first.headers["location"] == again.headers["location"]
    (number,) = re.findall(r"sent=(\d+)", first.headers["location"])
    came = Intake.open().ledger.submissions("26743", PERIOD)
    assert [(one.submission.submission_id, one.submission.version) for one in came] == [(int(number), 1)]
    receipt = draw("report", parameters | {"sent": number}, BUILT_IN_VIEWER).html
    for address in (f"/intake/original?submission={number}", "/ward?unit=26743", "/reports?unit=26743"):
        assert address in receipt
    anew = form(parameters)
    assert anew.get_element_by_id("B1-sessions_direct").value == "12"
    assert anew.xpath("//input[@name='follows']")[0].value == number


def test_while_somebody_types_they_are_told_of_cells_and_only_when_asked_of_what_is_missing() -> None:
    typed = {"B1-sessions_direct": "mười", "B5-lodging-inspections": "1.234"}
    kept = told({"deed": "keep"} | typed)
    fields = dict(kept["fields"])  # type: ignore[call-overload]
    assert fields["B1-sessions_direct"]["kind"] == "wrong"
    assert "1234" in fields["B5-lodging-inspections"]["text"]
    assert (kept["state"], kept["html"], kept["unkept"]) == ("kept", "", [])
    assert kept["counts"]["B1"] == "1/10"  # type: ignore[index]
    checked = told({"deed": "check", "seen": str(kept["seen"])} | typed)
    assert "#form-B2" in str(checked["html"])
    assert "#form-B2" not in json.dumps(kept)


def test_a_draft_is_drawn_for_the_next_who_opens_it_and_leaves_every_other_page_as_it_was() -> None:
    overview = draw("", {"lang": "vi"}, BUILT_IN_VIEWER)
    assert form().get_element_by_id("B1-sessions_direct").value == ""
    told({"deed": "keep", "B1-sessions_direct": "5"})
    assert form().get_element_by_id("B1-sessions_direct").value == "5"
    assert draw("", {"lang": "vi"}, BUILT_IN_VIEWER) is overview


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "here"},
        SCRIPT | {"sec-fetch-site": "cross-site"},
        OWN | {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_that_no_page_of_this_app_sent_is_refused(headers: dict[str, str]) -> None:
    assert post({"deed": "keep", "B1-sessions_direct": "66"}, headers).status_code == HTTPStatus.FORBIDDEN
    assert Intake.open().web_forms.open(UNIT, PERIOD).draft is None


@pytest.mark.parametrize(
    "fields",
    [
        {"B8-N01-note": "a" * report_routes.MAX_FORM_BYTES},
        {f"f{number}": "1" for number in range(report_routes.MAX_FIELDS)},
    ],
    ids=["bytes", "fields"],
)
def test_too_long_a_form_is_refused_in_words(fields: dict[str, str]) -> None:
    answer = post({"deed": "keep", **fields}, SCRIPT)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert json.loads(bytes(answer.body))["said"] == SAY("report_form.too_large")


def test_whoever_may_not_see_small_counts_sees_no_draft_sends_none_and_finds_no_way_there(
    uncleared: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told({"deed": "keep", "B7-people_supported": "4321"})
    writer = Viewer("writer", frozenset({Right.READ, Right.SUBMIT}))
    for viewer, said in ((uncleared, "message.denied_title"), (writer, "report_form.denied_title")):
        drawn = draw("report", PAGE, viewer).html
        assert SAY(said) in drawn
        assert "4321" not in drawn
        assert "/report?" not in draw("ward", PAGE, viewer).html
        monkeypatch.setattr(sign_in, "viewer_of", lambda *_, viewer=viewer, **__: viewer)
        assert post({"deed": "keep", "B1-sessions_direct": "66"}).status_code == HTTPStatus.FORBIDDEN
    assert Intake.open().web_forms.open(UNIT, PERIOD).typed["B7-people_supported"] == "4321"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"unit": "760", "period": "2025Q2"}, "report_form.workbook_text"),
        ({"unit": "79", "period": PERIOD}, "report_form.workbook_text"),
        ({"period": "2025Q2"}, "report_form.workbook_text"),
        ({"period": PERIOD}, "report_form.choose_note"),
        ({"unit": "999", "period": PERIOD}, "message.unknown_text"),
    ],
)
def test_an_address_without_a_form_says_who_fills_in_where(parameters: dict[str, str], said: str) -> None:
    page = form(parameters | {"lang": "vi"})
    assert SAY(said) in page.text_content()
    assert drafts(page) == []


def test_a_quarter_that_has_not_begun_says_when_it_does() -> None:
    page = form(PAGE | {"period": "2030Q4"})
    assert SAY("report_form.early_text", start="01/10/2030") in page.text_content()
    assert drafts(page) == []


def test_a_browser_without_scripts_is_told_why_its_form_was_not_taken() -> None:
    early = post({"deed": "send", "B1-sessions_direct": "8"}, query=PAGE | {"period": "2030Q4"})
    assert (early.status_code, "01/10/2030" in bytes(early.body).decode()) == (HTTPStatus.NOT_FOUND, True)
    long = post({"deed": "keep", "B8-N01-note": "a" * report_routes.MAX_FORM_BYTES})
    assert bytes(long.body).decode() == SAY("report_form.too_large")


def test_without_a_script_what_was_typed_is_still_there_when_the_disk_is_full_and_is_kept_once_there_is_room() -> None:
    # A unit of its own: another test's draft, of the same second, would have the same stamp.
    own = PAGE | {"unit": "26758"}
    typed = whole(form(own)) | {"by": BY, "B1-sessions_direct": "8", "note": LONG_NOTE[:1900].strip()}
    keep = {"deed": "keep"}
    with without_room(Intake.open().registry.engine):
        refused = post(typed | keep, query=own)
    assert refused.status_code == HTTPStatus.INSUFFICIENT_STORAGE
    page = tree(bytes(refused.body).decode())
    assert page.xpath("//*[@role='alert']")[0].text == SAY("upload.full")
    assert (whole(page), whole(form(own))["B1-sessions_direct"]) == (typed, "")
    assert post(whole(page) | keep, query=own).status_code == HTTPStatus.OK
    assert whole(form(own))["B1-sessions_direct"] == "8"


def test_a_closed_quarter_says_so_and_asks_for_the_reason_of_a_correction() -> None:
    parameters = PAGE | {"unit": "26758", "period": "2026Q3"}
    if "2026Q3" not in Intake.open().ledger.locks():
        Intake.open().decisions.lock("2026Q3", "Sở", "Chốt số liệu")
    page = form(parameters)
    assert "Sở" in page.xpath("//section[@class='head']")[0].text_content()
    typed = whole(page) | {"deed": "send", "by": BY, "B1-sessions_direct": "8"}
    refused = tree(bytes(post(typed, query=parameters).body).decode())
    assert refused.get_element_by_id("note-said").text == SAY("submit.required")
    sent = post(typed | {"note": "Cộng sót một buổi."}, query=parameters)
    assert sent.status_code == HTTPStatus.SEE_OTHER


def test_the_form_is_reached_from_where_one_submits_from_the_commune_and_from_who_owes() -> None:
    for page in ("submit", "ward", "reports"):
        assert f"/report?unit={UNIT}&amp;period={PERIOD}" in draw(page, PAGE, BUILT_IN_VIEWER).html
    assert "/report?" not in draw("submit", {"unit": "760", "period": "2025Q2"}, BUILT_IN_VIEWER).html


def test_a_unit_that_a_new_plan_no_longer_has_is_told_so_until_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SEEDS_DIR, tmp_path / "pack" / "seeds")
    units = tmp_path / "pack" / "seeds" / "units.csv"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace(f"\n{UNIT},2025-07-01,,", f"\n{UNIT},2025-07-01,2026-10-01,"), encoding="utf-8")
    monkeypatch.setenv("KPI_PLAN_DIR", str(tmp_path / "pack"))
    page = form()
    assert SAY("report_form.replanned_title") in page.text_content()
    assert SAY("report_form.way_workbook") not in page.text_content()
    assert post({"deed": "check"}, SCRIPT).status_code == HTTPStatus.NOT_FOUND
