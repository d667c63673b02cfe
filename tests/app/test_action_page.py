"""Actions: what the list puts first, what forms do and refuse, and what a reader is told."""

import re
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from markupsafe import Markup

from app.analysis.action_state import ActionStates, action_states
from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.forms import FormResult, SentForm, carry_out
from app.pages.actions.listing import headline
from app.pages.registry import page_of
from app.pages.shared.followup import Names, grouped, notes_block
from app.web import act_routes
from app.web.page_renderer import draw
from tests.answered import respond
from tests.conftest import copy_for_writing
from tests.never_said import text_of_office_file
from tests.workbooks import B5, write_report
from warehouse import clock
from warehouse.desk import Action, Desk, DeskRefusal, Draft, Handover
from warehouse.intake import Intake
from warehouse.publish.engines import Published
from warehouse.reference import Reference

BY = "Chuyên viên"
NEXT = date.today().replace(day=1).replace(year=date.today().year + 1)


def noted_on(desk: Desk, period: str) -> Markup:
    """The notes on a district as its page shows them."""
    context, _ = page_of("district", {"unit": "769", "period": period}, BUILT_IN_VIEWER)
    return notes_block(context, desk.notes("769"), "769", [])


def send(form: str, viewer: Viewer = BUILT_IN_VIEWER, **values: str) -> FormResult:
    """What comes of a form sent from the actions page."""
    return carry_out(SentForm(form, {"by": BY, **values}, viewer))


def new_action(**changes: str) -> FormResult:
    given = {"what": "Mở lớp tập huấn", "owner": "UBND phường", "due_date": f"{NEXT:%d/%m/%Y}", "period_code": "2025Q2"}
    return send("open-action", **given | {"unit_code": "26740", "target_code": "T09", "window": "ytd"} | changes)


def test_work_is_given_and_the_reader_is_led_to_it(desk: Desk) -> None:
    before = len(desk.actions())
    outcome = new_action()
    assert (outcome.is_done, outcome.done) == (True, "Đã giao việc.")
    made = max(desk.actions(), key=lambda action: action.action_id)
    assert len(desk.actions()) == before + 1
    assert (made.what, made.unit_code, made.target_code, made.due_date) == ("Mở lớp tập huấn", "26740", "T09", NEXT)
    assert outcome.go == f"/actions?action={made.action_id}&period=2025Q2&window=ytd&lang=vi"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"what": ""}, "what", "Cần điền ô này."),
        ({"what": "Gọi 0903 123 456"}, "what", "số điện thoại"),
        ({"owner": "Bà Trần Thị Lan"}, "owner", "tên người"),
        ({"due_date": "31/02/2027"}, "due_date", "Chưa phải một ngày"),
        ({"due_date": "01/01/2021"}, "due_date", "Hạn phải từ ngày giao việc"),
        ({"due_date": ""}, "due_date", "Cần điền ô này."),
        ({"unit_code": "999"}, "unit_code", "không có trong hệ thống"),
        ({"target_code": "T99"}, "target_code", "không có trong hệ thống"),
        ({"by": " "}, "by", "Cần điền ô này."),
    ],
)
def test_what_cannot_be_given_is_told_at_its_field_and_nothing_is_written(
    desk: Desk, changes: dict[str, str], field: str, message: str
) -> None:
    stamp = desk.stamp()
    outcome = new_action(**changes)
    assert not outcome.is_done
    assert message in outcome.fields[field]
    assert desk.stamp() == stamp


@pytest.mark.usefixtures("desk")
def test_a_day_that_is_none_is_told_together_with_the_other_mistakes() -> None:
    assert set(new_action(due_date="31/02/2027", what="", owner="").fields) == {"due_date", "what", "owner"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_problem_has_words_in_both_languages(desk: Desk, lang: str) -> None:
    key = str(next(action.action_id for action in desk.actions() if action.evidence))
    again = send("close-action", action_id=key, evidence="12/BC")
    assert words_in(lang).status("done") in again.problem
    gone = send("comment-action", action_id="999", text="Có ai không?")
    assert gone.problem == words_in(lang)("desk.gone")
    assert send("comment-action", action_id=key, text="x" * 2001).fields["text"]


def test_an_action_is_started_commented_closed_and_reopened_by_forms(desk: Desk) -> None:
    new_action()
    key = max(action.action_id for action in desk.actions())
    for form, more in (
        ("start-action", {}),
        ("comment-action", {"text": "Đang làm."}),
        ("close-action", {"evidence": "12/BC-UBND"}),
        ("reopen-action", {"text": "Thiếu phụ lục."}),
        ("cancel-action", {"text": "Gộp."}),
    ):
        assert send(form, action_id=str(key), **more).is_done, form
    kinds = [event.kind for event in desk.history(key)]
    assert kinds == ["opened", "started", "commented", "closed", "reopened", "cancelled"]


def test_a_change_made_on_an_old_form_does_not_undo_a_newer_one(desk: Desk) -> None:
    new_action()
    made = max(desk.actions(), key=lambda action: action.action_id)
    form = {"action_id": str(made.action_id), "seen": str(made.last_event_id), "what": made.what, "owner": made.owner}
    form |= {"due_date": f"{NEXT:%d/%m/%Y}", "unit_code": "26740", "target_code": "T09"}
    assert send("change-action", **form | {"owner": "Phòng Nội vụ"}).is_done
    assert send("change-action", **form | {"what": "Mở hai lớp"}).is_done
    assert desk.action(made.action_id).owner == "Phòng Nội vụ"
    late = send("change-action", **form | {"owner": "Công an quận"})
    assert "vừa sửa chỗ này" in late.fields["owner"]
    assert late.is_outdated


def test_who_may_only_read_writes_nothing(desk: Desk) -> None:
    stamp = desk.stamp()
    onlooker = Viewer("onlooker", frozenset({Right.READ, Right.SMALL_COUNTS}))
    assert not send("comment-action", viewer=onlooker, action_id="1", text="Tôi ghi được không?").is_done
    assert desk.stamp() == stamp


def met_action(desk: Desk) -> Action:
    """An action past its day about the city's violations, which are handled as the plan asks."""
    draft = Draft("Giữ mức xử lý vi phạm", "Sở", date(2025, 6, 1), "2025Q1", "79", "T14")
    return desk.open_action(draft, BY, at=datetime(2025, 5, 8))


def test_overdue_actions_stand_first_and_finished_ones_are_folded(desk: Desk) -> None:
    new_action()
    met_action(desk)
    desk.open_action(Draft("Việc chung", "Sở", date(2025, 6, 1), "2025Q1"), BY, at=datetime(2025, 5, 8))
    drawn = draw("actions", {}, BUILT_IN_VIEWER).html
    groups = ("overdue", "to_move", "to_close", "in_time", "done", "cancelled")
    places = [drawn.index(f"id='group-{group}'") for group in groups]
    assert places == sorted(places)
    assert "<details class='finished' id='group-done'>" in drawn


def test_the_headline_counts_what_is_overdue_and_what_is_in_time(desk: Desk) -> None:
    def told(day: date) -> str:
        names = Names({}, {}, ActionStates(day))
        return headline(grouped(desk.actions(), names))

    assert told(date(2025, 7, 15)) == "Việc đã giao: 2 việc quá hạn, 1 việc trong hạn"
    assert told(date(2025, 5, 9)) == "Việc đã giao: không việc nào quá hạn, 3 việc trong hạn"


def test_the_headline_counts_nothing_in_time_where_all_that_is_open_waits(desk: Desk) -> None:
    html = draw("actions", {"lang": "vi", "period": "2026Q3"}, BUILT_IN_VIEWER).html
    assert "<h1>Việc đã giao: không việc nào quá hạn; 3 việc chờ chuyển vì đơn vị không còn</h1>" in html


def test_the_list_is_narrowed_by_what_stands_in_the_address(desk: Desk) -> None:
    met_action(desk)
    one = draw("actions", {"unit": "769"}, BUILT_IN_VIEWER).html
    assert one.count("class='what'") == 1
    to_move = draw("actions", {"status": "to_move"}, BUILT_IN_VIEWER).html
    assert to_move.count("class='what'") == 3
    # Overdue for nobody: no unit that exists is late by so many days.
    assert re.search(r"quá \d+ ngày", to_move) is None
    assert draw("actions", {"status": "to_close"}, BUILT_IN_VIEWER).html.count("class='what'") == 1
    assert draw("actions", {"status": "done", "review": "1"}, BUILT_IN_VIEWER).html.count("class='what'") == 4
    assert words_in("vi")("actions.none_found") in draw("actions", {"unit": "760"}, BUILT_IN_VIEWER).html


def test_an_action_of_a_review_shows_the_figure_as_shown_then_beside_todays(desk: Desk) -> None:
    corrected = next(action for action in desk.actions(unit="769"))
    asked = {"action": str(corrected.action_id), "period": "2025Q1", "lang": "vi"}
    drawn = draw("actions", asked, BUILT_IN_VIEWER).html
    then, now = drawn.split("<div class='thennow'>")[1].split("aria-hidden='true'>→</i>", 1)
    assert "theo số liệu tại cuộc họp 08/05/2025" in then
    assert words_in("vi")("status.behind_unsure") in then
    assert words_in("vi")("status.met") in now.split("</div></div>")[0]


def test_work_about_a_unit_that_ended_is_offered_to_those_in_its_place(desk: Desk) -> None:
    asked = {"new": "1", "unit": "760", "target": "T09", "period": "2025Q2", "lang": "en"}
    drawn = draw("actions", asked, BUILT_IN_VIEWER).html
    told = drawn[: drawn.index("data-send='open-action'")]
    assert "District 1 ended on 01/07/2025." in told
    heirs = re.findall(r"/actions\?new=1&amp;unit=(\d+)&amp;target=T09&amp;period=2026Q3[^']*'>([^<]*)</a>", told)
    assert ("26740", "Sai Gon Ward") in heirs
    assert len(heirs) == 4
    units = drawn[drawn.index("id='unit_code'") :].split("</select>")[0]
    offered = re.findall(r"<option value='(\d+)'", units)
    # The 168 communes of the day until which work is given, and the unit that was asked for.
    assert len(offered) == 169
    assert "District 1 (until 01/07/2025)</option>" in units
    assert "id='owner' name='owner' type='text' value=''" in drawn
    lasting = draw("actions", asked | {"unit": "26740", "period": "2026Q3"}, BUILT_IN_VIEWER).html
    assert "ended on" not in lasting


def test_the_form_shows_what_is_still_to_be_done_about_the_same_figure(desk: Desk) -> None:
    asked = {"new": "1", "unit": "776", "target": "T09"}
    assert "Mở lớp tập huấn cho cán bộ" in draw("actions", asked, BUILT_IN_VIEWER).html
    assert "id='related'" not in draw("actions", asked | {"target": "T14"}, BUILT_IN_VIEWER).html


def test_after_years_of_actions_the_page_stays_small_and_names_how_many_are_left_out(desk: Desk) -> None:
    for number in range(100):
        desk.open_action(Draft(f"Việc {number}", "Sở", date(2025, 6, 1), "2025Q1"), BY, at=datetime(2025, 5, 8))
    drawn = draw("actions", {"lang": "en"}, BUILT_IN_VIEWER).html
    assert len(drawn.encode()) < 120_000
    assert "40 more" in drawn


def test_the_list_leaves_as_a_file_with_the_filters_of_the_page(desk: Desk) -> None:
    asked = {"page": "actions", "table": "actions", "status": "to_move", "lang": "vi"}
    lines = bytes(respond("table.csv", asked).body).decode("utf-8-sig").splitlines()
    assert len([line for line in lines if "Chờ chuyển" in line and "không còn từ 01/07/2025" in line]) == 3
    assert any("Kết nối dịch vụ" in line and "2025-06-15" in line for line in lines)
    assert bytes(respond("table.xlsx", asked).body)[:2] == b"PK"


def test_an_unknown_action_gives_a_friendly_page(desk: Desk) -> None:
    assert "Không có việc số 999" in draw("actions", {"action": "999"}, BUILT_IN_VIEWER).html


def test_before_the_first_action_the_page_says_how_work_is_given(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    monkeypatch.setenv("KPI_OPS_URL", f"sqlite:///{desk_data_dir / 'new.sqlite'}")
    drawn = draw("actions", {"lang": "en"}, BUILT_IN_VIEWER).html
    assert words_in("en")("actions.head_none") in drawn
    assert words_in("en")("actions.empty_way") in drawn


@pytest.mark.parametrize(
    ("unit", "lang", "what"),
    [
        ("25942", "vi", "Gửi báo cáo Quý III/2026"),
        ("25942", "en", "Send the report of Q3 2026"),
        ("27457", "vi", "Sửa và gửi lại báo cáo Quý III/2026"),
        ("26740", "vi", ""),
    ],
    ids=["silent", "silent-en", "with errors", "reported"],
)
def test_work_for_a_unit_whose_report_is_in_no_figure_is_that_report(
    desk: Desk, unit: str, lang: str, what: str
) -> None:
    assert what_is_filled_in(unit=unit, lang=lang) == what


def what_is_filled_in(**asked: str) -> str:
    """What the form for new work says is to be done about a silent commune's third quarter of 2026."""
    drawn = draw("actions", {"new": "1", "unit": "25942", "period": "2026Q3", **asked}, BUILT_IN_VIEWER).html
    (filled,) = re.findall(r"<textarea id='what'[^>]*>([^<]*)</textarea>", drawn)
    return filled


def test_a_report_that_came_after_the_figures_is_not_asked_for_again(
    published_data_dir: Path, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = copy_for_writing(published_data_dir, tmp_path / "own", "landing")
    monkeypatch.setenv("KPI_DATA_DIR", str(own))
    figure = {"target": "T14", "window": "quarter"}
    assert what_is_filled_in() == what_is_filled_in(**figure) == "Gửi báo cáo Quý III/2026"
    # The plain report's first inspections would be more than the establishments that the commune reported before.
    report = write_report(tmp_path / "report.xlsx", reference, "25942", "2026Q3", edits={(B5, "E8"): 0}).read_bytes()
    with closing(Intake.open()) as intake:
        receipt = intake.submit(report, "report.xlsx", by="UBND phường", note="Đúng.")
    assert receipt.outcome == "received", receipt.assessment.problems
    assert what_is_filled_in() == what_is_filled_in(**figure) == ""


def test_a_page_is_drawn_anew_when_something_was_written(desk: Desk) -> None:
    first = draw("actions", {}, BUILT_IN_VIEWER)
    assert draw("actions", {}, BUILT_IN_VIEWER) is first
    new_action(what="Việc vừa giao")
    assert "Việc vừa giao" in draw("actions", {}, BUILT_IN_VIEWER).html


def test_what_was_typed_is_text_and_never_markup(desk: Desk) -> None:
    moment = datetime(2025, 5, 8)
    made = desk.open_action(
        Draft("<b>đậm</b>", "UBND <i>", date(2025, 6, 1), "2025Q1", unit_code="769"), "A<script>", at=moment
    )
    desk.comment(made.action_id, BY, "<img src=x>")
    desk.add_note("769", "2025Q1", "<u>ghi</u>", BY)
    drawn = draw("actions", {"action": str(made.action_id)}, BUILT_IN_VIEWER)
    listed = draw("actions", {}, BUILT_IN_VIEWER).html
    noted = noted_on(desk, "2025Q1")
    for html in (drawn.html, listed, noted):
        assert [tag for tag in ("<b>đậm", "UBND <i>", "<script>", "<img", "<u>") if tag in html] == []


def test_a_note_is_written_on_a_unit(desk: Desk) -> None:
    outcome = send("add-note", unit_code="769", period_code="2025Q2", target_code="T14", text="Đã gọi.")
    assert (outcome.is_done, outcome.done) == (True, "Đã ghi chú.")
    assert desk.notes("769")[0].text == "Đã gọi."
    assert not send("add-note", unit_code="999", period_code="2025Q2", text="Đã gọi.").is_done
    shown = noted_on(desk, "2025Q2")
    assert shown.index("Đã gọi.") < shown.index("Đã nhận báo cáo đính chính")


def test_a_second_press_without_scripts_writes_nothing_though_somebody_else_wrote_in_between(desk: Desk) -> None:
    texts = {"unit_code": "769", "period_code": "2025Q2"}
    mine, of_another = ({**texts, "by": by, "text": f"Ghi chú của {by}"} for by in ("Văn phòng", "Phòng"))
    for values in (mine, of_another, mine):
        assert act_routes.send(SentForm("add-note", values, BUILT_IN_VIEWER), "/district")[0].is_done
    assert [note.text for note in desk.notes("769") if note.text == mine["text"]] == [mine["text"]]


DISSOLVED = ("776", "772", "786")


def action_on(desk: Desk, unit: str) -> Action:
    """The sample review's action on a district that is no more."""
    return desk.actions(unit=unit)[0]


def test_work_of_a_unit_that_ended_is_overdue_for_nobody(desk: Desk) -> None:
    lang = "vi"
    assert all(action_on(desk, unit).is_overdue(date(2026, 11, 25)) for unit in DISSOLVED)
    asked = {"lang": lang, "period": "2026Q3"}
    say = words_in(lang)
    for name in ("", "review"):
        assert say("headline.actions", count=3) not in draw(name, asked, BUILT_IN_VIEWER).html
    made = {
        name: text_of_office_file(bytes(respond(name, {"page": page, **more, "lang": lang}).body))
        for name, page, more in (
            ("quarter.docx", "", {"period": "2026Q3"}),
            ("deck.pptx", "review", {"period": "2026Q3"}),
            ("offices.docx", "review", {"held": "1", "period": "2025Q1"}),
            ("memo.docx", "district", {"unit": "776", "period": "2025Q1"}),
        )
    }
    assert say("quarterly.actions_open", count=3, overdue=0) in made["quarter.docx"]
    assert say("title_followup.overdue", overdue=3) not in made["deck.pptx"]
    overdue = say("memo.action_overdue", what="@", owner="@", due="@").split("@")[-1].strip(" .)")
    assert overdue not in made["memo.docx"]
    assert say("status.to_move") in made["deck.pptx"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_paper_is_addressed_to_a_unit_that_ended(desk: Desk, lang: str) -> None:
    asked = {"page": "district", "unit": "776", "period": "2025Q1", "lang": lang}
    memo = text_of_office_file(bytes(respond("memo.docx", asked).body))
    name = {"vi": "Quận 8", "en": "District 8"}[lang]
    assert words_in(lang)("memo.to", district=name) not in memo
    assert {"vi": "Phường Chánh Hưng", "en": "Chanh Hung Ward"}[lang] in memo
    asked = {"page": "review", "held": "1", "period": "2025Q1", "lang": lang}
    offices = text_of_office_file(bytes(respond("offices.docx", asked).body))
    assert words_in(lang)("minutes.office_kind", owner="UBND Quận 8") not in offices
    assert words_in(lang)("minutes.office_to_move") in offices


def test_work_of_a_unit_that_ended_is_moved_in_one_press_and_stays_on_record(desk: Desk) -> None:
    action = action_on(desk, "776")
    asked = {"action": str(action.action_id), "lang": "vi"}
    page = draw("actions", asked, BUILT_IN_VIEWER).html
    assert "Quận 8 không còn từ 01/07/2025" in page
    form = page[page.index("data-send='move-action'") :].split("</form>")[0]
    heirs = re.findall(r"<button type='submit' name='unit_code' value='(\d+)'", form)
    assert len(heirs) == 3
    (due,) = re.findall(r"name='due_date' type='text' value='([^']*)'", form)
    # The page's day follows the data's; what is sent, the clock.
    suggested = datetime.strptime(due, "%d/%m/%Y").date()
    assert suggested >= action.due_date
    due = f"{max(suggested, clock.now().date()):%d/%m/%Y}"
    sent = {"action_id": str(action.action_id), "due_date": due, "seen": str(action.last_event_id)}
    assert "không phải nơi thay vào" in send("move-action", **sent, unit_code="26740").fields["unit_code"]
    assert desk.action(action.action_id) == action
    outcome = send("move-action", **sent, unit_code=heirs[0])
    assert (outcome.is_done, outcome.done) == (True, words_in("vi")("action_done.moved"))
    moved = desk.action(action.action_id)
    assert (moved.unit_code, moved.status, moved.is_overdue(clock.now().date())) == (heirs[0], action.status, False)
    event = desk.history(action.action_id)[-1]
    assert (event.kind, event.before["unit_code"], event.before["owner"]) == ("moved", "776", "UBND Quận 8")
    after = draw("actions", asked, BUILT_IN_VIEWER).html
    assert "data-send='move-action'" not in after
    assert "Quận 8 → " in after
    # Pressed again, on a page of before.
    assert "không cần chuyển" in send("move-action", **sent, unit_code=heirs[1]).problem


def test_of_two_who_move_an_action_at_once_the_later_one_is_told(desk: Desk) -> None:
    action = action_on(desk, "776")
    to = Handover("27427", "Phòng Văn hóa – Xã hội", NEXT)
    desk.move(action.action_id, "A", to, seen=action.last_event_id)
    with pytest.raises(DeskRefusal) as refusal:
        desk.move(action.action_id, "B", to, seen=action.last_event_id)
    assert [(one.field, one.code) for one in refusal.value.problems] == [("unit_code", "changed_meanwhile")]
    desk.close(action.action_id, "A", "12/BC")
    with pytest.raises(DeskRefusal) as refusal:
        desk.move(action.action_id, "B", to)
    assert [one.code for one in refusal.value.problems] == ["not_moved"]


@pytest.mark.parametrize(
    ("unit", "state", "heirs"),
    [
        # Mostly one new ward, in part another.
        ("26752", "to_move", ["26743", "26758"]),
        # The same code, and another ward by now.
        ("26758", "to_move", ["26758"]),
        # The ward went on under its code and name.
        ("26743", "overdue", []),
        (None, "overdue", []),
    ],
    ids=["two successors", "code used again", "goes on", "whole city"],
)
def test_what_became_of_a_ward_decides_whose_work_is(
    desk: Desk, warehouse: Published, unit: str | None, state: str, heirs: list[str]
) -> None:
    given = Draft("Mở lớp", "UBND phường", date(2025, 6, 20), "2025Q1", unit_code=unit)
    action = desk.open_action(given, BY, at=datetime(2025, 5, 8))
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    states = action_states(reader, [action], date(2026, 11, 25))
    assert states.of(action) == state
    assert [heir.unit_code for heir in states.heirs.get(action.action_id, ())] == heirs
    assert action_states(reader, [action], date(2025, 6, 21)).of(action) == "overdue"
    if heirs:
        moved = desk.move(action.action_id, BY, Handover(heirs[-1], "UBND phường", NEXT))
        assert action_states(reader, [moved], date(2026, 11, 25)).of(moved) == "open"


def test_an_action_whose_figure_is_met_asks_for_its_closing_note(desk: Desk) -> None:
    action = met_action(desk)
    page = draw("actions", {"action": str(action.action_id), "lang": "vi"}, BUILT_IN_VIEWER).html
    assert "Chỉ tiêu đã đạt" in page
    assert "<details class='step' id='step-close' open>" in page
    assert words_in("vi")("actions.head_to_close", count=1) in draw("actions", {"lang": "vi"}, BUILT_IN_VIEWER).html
    assert send("close-action", action_id=str(action.action_id), evidence="12/BC-UBND").is_done
    assert "head_to_close" not in draw("actions", {"lang": "vi"}, BUILT_IN_VIEWER).html


def test_the_server_refuses_work_for_a_unit_that_has_ended_and_names_those_in_its_place(desk: Desk) -> None:
    stamp = desk.stamp()
    for form in ("open-action", "decide"):
        sent = {"what": "Mở lớp", "owner": "UBND", "due_date": f"{NEXT:%d/%m/%Y}", "period_code": "2025Q2"}
        told = send(form, **sent, unit_code="776").fields["unit_code"]
        assert "không còn từ ngày 01/07/2025" in told
        assert "Phường Chánh Hưng" in told
    assert desk.stamp() == stamp
    action = action_on(desk, "776")
    form = {
        "action_id": str(action.action_id),
        "owner": action.owner,
        "due_date": f"{NEXT:%d/%m/%Y}",
        "target_code": "",
    }
    assert send("change-action", **form, unit_code="776", what="Mở hai lớp").is_done
    assert "không còn" in send("change-action", **form, unit_code="772", what="Mở hai lớp").fields["unit_code"]
