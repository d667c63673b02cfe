"""The minutes of a review and the list for each office: laid out as the decree asks, true to what was shown."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.table import Table as DocxTable

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.deck.data import gather_review
from app.forms import SentForm, carry_out
from app.pages.registry import page_of
from tests.answered import respond
from warehouse import clock
from warehouse.desk import Action, Desk, Draft, Review, ReviewDraft
from warehouse.publish.engines import published

VI = words_in("vi")
PRESENT, SAID = "Sở Y tế; Công an Thành phố", "Thiếu giảng viên cấp xã."
HELD_AT = dt.datetime(2025, 8, 8, 16, 30)
DRAFT = Draft("Mở lớp tập huấn theo cụm", "Sở Y tế", dt.date(2025, 9, 30), "2025Q2", target_code="T09")
Hold = Callable[..., Review]


@pytest.fixture
def hold(desk: Desk) -> Hold:
    """Holds the review of 2025Q2 after it decided one thing."""

    def held(present: str = PRESENT, discussed: str = SAID) -> Review:
        desk.open_action(DRAFT, "Thư ký", at=HELD_AT - dt.timedelta(minutes=20))
        shown = ReviewDraft("2025Q2", "ytd", published().version, HELD_AT.date(), present, discussed)
        return desk.hold_review(shown, "Thư ký", at=HELD_AT)

    return held


def document(name: str, review: Review, lang: str = "vi") -> Opened:
    """A file of a held review, opened."""
    answer = respond(name, {"page": "review", "held": str(review.review_id), "period": "2026Q3", "lang": lang})
    assert answer.status_code == 200
    return Document(io.BytesIO(bytes(answer.body)))


def everything(opened: Opened) -> list[str]:
    """The words of the body, tables included."""
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in opened.paragraphs), *cells]


def test_minutes_are_headed_and_signed_as_the_decree_asks(hold: Hold) -> None:
    made = document("minutes.docx", hold())
    head, foot = made.tables[0], made.tables[-1]
    assert VI("letterhead.nation") in head.cell(0, 1).text
    assert VI("letterhead.number", symbol="BB") in head.cell(1, 0).text
    # Minutes tell their day in their first line, not beside the number.
    assert head.cell(1, 1).text == ""
    assert VI("minutes.begin", date="08/08/2025") in everything(made)
    assert foot.cell(0, 0).text.startswith(VI("minutes.secretary"))
    assert foot.cell(0, 1).text.startswith(VI("minutes.chairman"))
    assert foot.cell(1, 0).text.startswith(VI("letterhead.recipients"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_minutes_say_who_was_present_what_was_shown_said_and_decided(hold: Hold, lang: str) -> None:
    text = everything(document("minutes.docx", hold(), lang))
    assert [f"- {one}" for one in ("Sở Y tế", "Công an Thành phố", SAID)] == [
        line for line in text if line in ("- Sở Y tế", "- Công an Thành phố", f"- {SAID}")
    ]
    # The city's figure on training in communes, as the slides had it.
    assert words_in(lang).percent(487 / 1070 * 100, 50.0) in text
    assert f"{words_in(lang).number(487)}/{words_in(lang).number(1070)}" in text
    decided = next(place for place, line in enumerate(text) if DRAFT.what in line)
    assert text[decided + 1 : decided + 3] == ["Sở Y tế", "30/09/2025"]


def test_a_topic_s_question_stands_before_the_units_that_it_is_put_to(hold: Hold) -> None:
    question, unit = VI("topic.question", work="@").split("@")[0], VI("topic.unit")
    read = [
        part.rows[0].cells[0].text if isinstance(part, DocxTable) else part.text[: len(question)]
        for part in document("minutes.docx", hold()).iter_inner_content()
    ]
    topics = [text for text in read if text in (question, unit)]
    assert topics
    assert topics == [question, unit] * (len(topics) // 2)


def test_minutes_stay_as_they_were_when_more_is_decided_later(hold: Hold, desk: Desk) -> None:
    held = hold()
    before = everything(document("minutes.docx", held))
    desk.open_action(DRAFT, "Chuyên viên", at=HELD_AT + dt.timedelta(days=3))
    desk.close(max(one.action_id for one in desk.actions()) - 1, "Sở Y tế", "12/BC", at=HELD_AT + dt.timedelta(days=4))
    assert everything(document("minutes.docx", held)) == before


def test_what_nobody_typed_is_left_to_be_filled_in_by_hand(hold: Hold) -> None:
    text = everything(document("minutes.docx", hold("", "")))
    place = text.index(VI("minutes.present"))
    assert set(text[place + 1]) == {"…"}


def test_each_office_has_a_page_of_its_own_with_all_that_it_is_to_do(hold: Hold, desk: Desk) -> None:
    made = document("offices.docx", hold())
    titles = [paragraph for paragraph in made.paragraphs if paragraph.text.startswith("VIỆC ")]
    # The offices of districts that are no more have no page of their own.
    assert [one.text for one in titles] == [VI("minutes.office_kind", owner="Sở Y tế"), VI("minutes.office_to_move")]
    assert [bool(one.paragraph_format.page_break_before) for one in titles] == [False, True]
    listed = "\n".join(everything(made))
    for action in desk.actions():
        assert (action.what in listed) == action.is_unfinished
    assert VI.status("to_move") in listed
    assert VI.status("overdue") not in listed


def section(opened: Opened, title: str) -> str:
    """The text of a document from a heading on, to the next of its kind, tables included."""
    blocks = [
        block.text if hasattr(block, "text") else "\n".join(_cells(block)) for block in opened.iter_inner_content()
    ]
    start = next(place for place, text in enumerate(blocks) if title in text)
    return "\n".join(blocks[start : start + 3])


def _cells(table: DocxTable) -> list[str]:
    return [cell.text for row in table.rows for cell in row.cells]


@pytest.fixture
def promised(desk: Desk) -> Action:
    """What a commune promised by telephone about 2026Q3, recorded with the call."""
    call = {"outcome": "promised 26740 T09", "period_code": "2026Q3", "window": "ytd", "by": "Sở"}
    said = {"what": "Gửi danh sách lớp", "due_date": "30/06/2027"}
    assert carry_out(SentForm("record-call", call | said, BUILT_IN_VIEWER)).is_done
    return max(desk.actions(), key=lambda action: action.action_id)


def decide(what: str, form: str = "decide", **more: str) -> None:
    """Write a decision down in the meeting on 2026Q3, or give work from another page."""
    values = {"what": what, "owner": "Sở Y tế", "due_date": "30/06/2027", "period_code": "2026Q3", "by": "Thư ký"}
    assert carry_out(SentForm(form, values | more, BUILT_IN_VIEWER)).is_done


def decided_in(asked: dict[str, str]) -> list[str]:
    """What the slide of new decisions lists."""
    context, _ = page_of("review", asked, BUILT_IN_VIEWER)
    data = gather_review(context, asked.get("held"))
    return [action.what for action in data.new_actions]


def test_minutes_and_slide_have_the_decisions_of_that_meeting_only(desk: Desk, promised: Action) -> None:
    decide("Mở lớp tập huấn")
    decide("Rà soát số liệu", "open-action")
    assert decided_in({"period": "2026Q3"}) == ["Mở lớp tập huấn"]
    shown = ReviewDraft("2026Q3", "ytd", published().version, dt.date(2026, 11, 25))
    first = desk.hold_review(shown, "Thư ký")
    decide("Kiểm tra lại", review_id=str(first.review_id))
    assert decided_in({"period": "2026Q3"}) == ["Mở lớp tập huấn", "Kiểm tra lại"]
    made = document("minutes.docx", first)
    decisions = section(made, VI("minutes.decided"))
    assert "Mở lớp tập huấn" in decisions
    assert "Kiểm tra lại" in decisions
    for other in ("Gửi danh sách lớp", "Rà soát số liệu"):
        assert other not in decisions
    assert promised.origin == "call"
    promises = section(made, VI("review.agenda_promises"))
    assert "Gửi danh sách lớp" in promises
    assert "Mở lớp tập huấn" not in promises
    assert "Rà soát số liệu" in section(made, VI("review.agenda_followup"))


def test_a_second_meeting_on_the_same_quarter_begins_without_the_decisions_of_the_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide("Mở lớp tập huấn")
    older = next(one.version for one in desk.reviews())
    first = desk.hold_review(ReviewDraft("2026Q3", "ytd", older, dt.date(2026, 11, 25)), "Thư ký")
    assert decided_in({"period": "2026Q3"}) == []
    # The registry keeps time to the second.
    later = first.held_at + dt.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    decide("Kiểm tra lại")
    assert decided_in({"period": "2026Q3"}) == ["Kiểm tra lại"]


def test_the_list_for_offices_names_the_meeting_that_gave_each_action(hold: Hold, promised: Action) -> None:
    listed = "\n".join(everything(document("offices.docx", hold())))
    assert VI("actions.given_meeting", period=VI.period("2025Q1"), day="08/05/2025") in listed
    assert promised.what not in listed


def test_decisions_belong_to_the_meeting_that_was_recorded_after_them(desk: Desk) -> None:
    """In the list for offices, and where actions are filtered by meeting or opened."""
    decide("Mở lớp tập huấn")
    decide("Rà soát số liệu", "open-action")
    held = desk.hold_review(ReviewDraft("2026Q3", "ytd", published().version, dt.date(2026, 11, 25)), "Thư ký")
    listed = everything(document("offices.docx", held))
    day = f"{held.held_at:%d/%m/%Y}"
    assert f"Mở lớp tập huấn\nGiao tại cuộc họp Quý III/2026, ngày {day}" in listed
    assert f"Rà soát số liệu\nGiao ngoài cuộc họp, ngày {day}" in listed
    body = page_of("actions", {"period": "2026Q3", "review": str(held.review_id)}, BUILT_IN_VIEWER)[1].body
    assert "Mở lớp tập huấn" in body
    assert "Rà soát số liệu" not in body
    decided = next(action for action in desk.actions() if action.what == "Mở lớp tập huấn")
    opened = page_of("actions", {"period": "2026Q3", "action": str(decided.action_id)}, BUILT_IN_VIEWER)[1].body
    assert VI("action.review_line", period="Quý III/2026", day=day) in opened


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("name", ["minutes.docx", "offices.docx"])
def test_a_review_that_was_not_held_has_no_minutes(name: str) -> None:
    assert respond(name, {"page": "review", "period": "2025Q2"}).status_code == 404


def test_minutes_of_a_meeting_on_a_running_period_say_first_that_it_is_not_judged(desk: Desk) -> None:
    day = dt.date(2026, 11, 25)
    shown = ReviewDraft("2026Q4", "ytd", published().version, day, PRESENT, SAID)
    review = desk.hold_review(shown, "Thư ký", at=dt.datetime.combine(day, dt.time(16, 30)))
    assert "Quý IV/2026 chưa đến hạn: 0/169 đã gửi." in everything(document("minutes.docx", review))
