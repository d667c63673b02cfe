"""What the review proposes to talk about: as the marts say, in the chair's order, with promises in both directions."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.analysis.agenda import Topics
from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.url_state import State
from app.deck.build import build_deck
from app.deck.data import ReviewData, gather_review
from app.deck.model import Deck, Slide, Subject, Table, Topic, cell_text
from app.forms import SentForm, carry_out
from app.queries.page_frame import context_of
from app.web.page_renderer import draw
from tests import nation, two_tiers
from warehouse.desk import CALL, SUPPORT, CallDraft, Desk, Draft, ReviewDraft
from warehouse.publish.engines import published

VI = words_in("vi")
PERIOD = "2026Q3"
TYPED = {"period_code": PERIOD, "window": "ytd", "by": "Thư ký"}


def gathered(period: str = PERIOD, viewer: Viewer = BUILT_IN_VIEWER, held: str | None = None) -> ReviewData:
    context = context_of(State("review", period, "ytd", "vi"), Reader(viewer, published()))
    return gather_review(context, held)


def deck(period: str = PERIOD, **more: Viewer | str) -> Deck:
    return build_deck(gathered(period, **more))  # type: ignore[arg-type]


def of_kind(made: Deck, kind: str) -> list[Slide]:
    return [slide for slide in made.slides if slide.kind == kind]


def rows_of(slide: Slide) -> list[tuple[str, ...]]:
    table = next(block for block in slide.blocks if isinstance(block, Table))
    return [tuple(cell_text(cell) for cell in row) for row in table.rows]


def subjects(slide: Slide) -> list[Subject]:
    table = next(block for block in slide.blocks if isinstance(block, Table))
    return [cell.subject for row in table.rows for cell in row if isinstance(cell, Topic)]


def asked(sql: str, **values: object) -> list[tuple[object, ...]]:
    """What the marts answer, without a query of the app's."""
    with published().engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql), values)]


def post(form: str, **values: str) -> str:
    """Send a form; the text of a refusal, empty where it was carried out."""
    result = carry_out(SentForm(form, TYPED | values, BUILT_IN_VIEWER))
    return "" if result.is_done else f"{result.problem} {result.fields}"


def order_form() -> Mapping[str, str]:
    """The hidden fields of the page's form for the order of topics."""
    html = draw("review", {"period": PERIOD, "lang": "vi"}, BUILT_IN_VIEWER).html
    form = re.search(r"<form id='order'.*?</form>", html, re.DOTALL)
    assert form
    return dict(re.findall(r"name='(\w+)' value='([^']*)'", form[0]))


def codes(data: ReviewData) -> list[str]:
    return [topic.code for topic in data.topics.kept]


def test_topics_are_the_certain_ones_of_the_marts_and_people_are_never_counted_on_a_wall(empty_desk: Desk) -> None:
    made = deck()
    slides = of_kind(made, "topic")
    assert len(slides) == len(rows_of(*of_kind(made, "agenda"))) == 5
    assert slides[0].topic == "T16", "about people in need of support"
    for slide in slides:
        calling = {
            str(code)
            for (code,) in asked(
                f"""select unit_code from marts.fct_target_progress where is_calling and unit_level = 'ward'
                and period_code = '{PERIOD}' and period_window = 'ytd' and target_code = :code""",
                code=slide.topic,
            )
        }
        assert {subject.unit_code for subject in subjects(slide)} <= calling
        assert re.search(rf"\b{len(calling)}/\d+ ", slide.title), slide.title
        assert len(rows_of(slide)) <= 3
    people = " ".join(text for row in rows_of(slides[0]) for text in row)
    assert re.findall(r"\d+", re.sub(r"/20\d\d|\d\d/\d\d", "", people)) == [], people


def test_who_is_invited_to_share_is_of_like_size_and_has_left_the_same_place(empty_desk: Desk) -> None:
    shown = [
        (cell.target_code, cell.unit_code, way) for cell, ways in gathered("2025Q2").ways_out.items() for way in ways
    ]
    assert shown
    for target, late, way in shown:
        ranks = asked(
            "select peer_rank from marts.dim_unit_peer where unit_code = :late and peer_code = :peer and year = 2025"
            " and is_same_kind",
            late=late,
            peer=way.unit.unit_code,
        )
        assert ranks
        assert all(rank <= (12,) for rank in ranks)
        since = asked(
            "select period_code, status, clear_move from marts.fct_target_progress where unit_code = :peer and"
            " target_code = :target and period_window = 'ytd' and period_code between :since and '2025Q2' order by 1",
            peer=way.unit.unit_code,
            target=target,
            since=way.after.period_code,
        )
        assert since[0][2] == "up"
        assert {status for _, status, _ in since} <= {"met", "on_track"}
        assert since[-1][0] == "2025Q2"


def test_recorded_work_is_named_and_a_promise_that_has_time_is_left_in_peace(empty_desk: Desk) -> None:
    data = gathered("2025Q2")
    cell, way = next((cell, ways[0]) for cell, ways in data.ways_out.items() if ways)
    due = dt.date(2025, 6, 15)
    work = Draft("Họp với ba hội", "UBND", due, "2025Q1", way.unit.unit_code, cell.target_code)
    empty_desk.close(empty_desk.open_action(work, "Sở", at=dt.datetime(2025, 5, 8)).action_id, "Sở", "12/BC")
    slide = next(slide for slide in of_kind(deck("2025Q2"), "topic") if slide.topic == cell.target_code)
    assert any("Họp với ba hội" in text for row in rows_of(slide) for text in row)
    # In time until the end of the sample's years.
    promise = Draft(
        "Ban hành văn bản", "UBND", dt.date(2029, 1, 1), "2025Q2", cell.unit_code, cell.target_code, origin=CALL
    )
    empty_desk.open_action(promise, "Sở", at=dt.datetime(2025, 7, 20))
    left = {(topic.code, one.row.unit_code) for topic in gathered("2025Q2").topics.kept for one in topic.concerns}
    assert (cell.target_code, cell.unit_code) not in left


def test_a_meeting_opens_with_what_units_promised_and_what_the_city_promised_them(empty_desk: Desk) -> None:
    assert {"promises", "support"}.isdisjoint(slide.kind for slide in deck().slides), "the first meeting has neither"
    made_on = dt.datetime(2026, 7, 22, 9)
    late = Draft("Mở lớp tập huấn", "UBND xã", dt.date(2026, 8, 31), "2026Q2", "26596", "T10", origin=CALL)
    helped = Draft("Cử giảng viên", "Sở Y tế", dt.date(2026, 8, 15), "2026Q2", "26596", "T10", origin=SUPPORT)
    call = CallDraft("26596", "2026Q2", "ytd", "promised", "T10")
    empty_desk.record_call(call, "Sở", promise=late, support=helped, at=made_on)
    made = deck()
    (promises,), (support,) = of_kind(made, "promises"), of_kind(made, "support")
    assert [slide.kind for slide in made.slides[1:5]] == ["followup", "promises", "support", "completeness"]
    helped_about = "Châu Đức · Tập huấn tình nguyện"
    # 3 of 19 volunteers by June, 7 of 19 by September.
    assert rows_of(promises) == [
        (VI.status("overdue"), "Mở lớp tập huấn", "UBND xã", "31/08/2026", "15,8% → 36,8%"),
    ]
    assert rows_of(support) == [
        (VI.status("overdue"), f"{helped_about}: Cử giảng viên", "Sở Y tế", "15/08/2026", "15,8% → 36,8%")
    ]
    concern = next(one for topic in gathered().topics.kept if topic.code == "T10" for one in topic.concerns)
    assert (concern.row.unit_code, concern.promise and concern.promise.what) == ("26596", "Mở lớp tập huấn")
    assert concern.support
    assert concern.support.what == "Cử giảng viên"
    # The city's promise is no reason to call the unit that waits for it.
    (call_to,) = [one for one in gathered().calls if one.unit_code == "26596"]
    assert call_to.broken_promise_count == 1


def test_the_chairs_order_is_kept_with_the_meeting_and_a_second_chair_is_told(empty_desk: Desk) -> None:
    proposed = codes(gathered())
    fields = order_form()
    assert fields["topics"].split() == proposed
    assert VI("topic.rule") in str(of_kind(deck(), "agenda")[0].blocks)
    assert post("order-topics", **fields, step=f"later {proposed[0]}") == ""
    assert codes(gathered())[:2] == [proposed[1], proposed[0]]
    assert VI("topic.rule_chair") in str(of_kind(deck(), "agenda")[0].blocks), "no longer the order of the rule"
    told = post("order-topics", **fields, step=f"drop {proposed[2]}")
    assert "Chủ trì cuộc họp" in told, "somebody else changed it meanwhile"
    assert post("order-topics", **order_form(), step=f"drop {proposed[2]}") == ""
    assert proposed[2] not in codes(gathered())
    assert of_kind(deck(), "agenda")[0].dropped[0][0] == proposed[2]
    for step in ("later T99", "sideways T05", ""):
        assert post("order-topics", **order_form(), step=step)
    arranged = codes(gathered())
    held = empty_desk.hold_review(ReviewDraft(PERIOD, "ytd", published().version, dt.date(2026, 11, 29)), "Thư ký")
    assert codes(gathered(held=str(held.review_id))) == arranged
    html = draw("review", {"period": PERIOD, "lang": "vi"}, BUILT_IN_VIEWER).html
    assert "id='order'" not in html, "what was held stays as it was"


def test_only_decisions_that_were_read_back_are_frozen(empty_desk: Desk) -> None:
    decision = {"what": "Mở lớp", "owner": "Sở Y tế", "due_date": "30/06/2027"}
    assert post("decide", **decision) == ""
    version = {"version": published().version, "present": "Sở Y tế"}
    assert "1 quyết định" in post("hold-review", **version), "the sender's page shows none"
    html = draw("review", {"period": PERIOD, "lang": "vi"}, BUILT_IN_VIEWER).html
    (read_back,) = re.findall(r"name='read_back' value='([^']*)'", html)
    assert post("decide", **decision | {"what": "Rà soát"}) == ""
    assert "2 quyết định" in post("hold-review", **version, read_back=read_back)
    assert empty_desk.reviews() == []
    assert post("hold-review", **version, read_back=f"{read_back} {empty_desk.actions()[-1].action_id}") == ""
    assert len(empty_desk.reviews()) == 1


def test_what_no_page_can_have_sent_is_refused_by_name_and_not_as_a_busy_system(empty_desk: Desk) -> None:
    for period in ("2099Q4", "2026M01", "20\u0662\u0663Q1"):
        for form, more in (
            ("decide", {"what": "Mở lớp", "owner": "Sở Y tế", "due_date": "30/06/2027"}),
            ("add-note", {"unit_code": "26740", "text": "Đã họp"}),
            ("record-call", {"outcome": "reached 26740"}),
        ):
            assert VI("desk.unknown_period") in post(form, **more | {"period_code": period})
    assert (empty_desk.actions(), empty_desk.notes("26740"), empty_desk.calls()) == ([], [], [])
    assert VI("desk.unknown_unit") in post("add-note", unit_code="026740", text="Đã họp")
    # Databases know no number of so many digits.
    for number in ("9" * 25, "9" * 5000):
        assert VI("desk.gone") in post("comment-action", action_id=number, text="Đã họp")
        assert VI("desk.no_review") in post("write-minutes", review_id=number)


def test_a_meeting_that_is_recorded_is_confirmed_when_its_form_is_sent_again(empty_desk: Desk) -> None:
    assert post("decide", what="Mở lớp", owner="Sở Y tế", due_date="30/06/2027") == ""
    read_back = str(empty_desk.actions()[0].action_id)
    form = {"version": published().version, "present": "Sở Y tế", "read_back": read_back, "once": "1"}
    assert post("hold-review", **form) == ""
    assert post("hold-review", **form) == "", "its answer was lost: the process ended before"
    assert len(empty_desk.reviews()) == 1
    assert VI("desk.already_held") in post("hold-review", **form | {"once": "2"})


def test_a_viewer_without_the_right_is_told_of_no_unit_late_for_people(empty_desk: Desk, uncleared: Viewer) -> None:
    assert "T16" in codes(gathered())
    guarded = gathered(viewer=uncleared)
    assert not uncleared.may(Right.SMALL_COUNTS)
    assert guarded.topics.kept
    assert not any(topic.target.is_sensitive for topic in guarded.topics.kept)


def test_without_topics_the_slide_says_whether_all_were_dropped_or_nothing_can_be_judged(empty_desk: Desk) -> None:
    while kept := codes(gathered()):
        assert post("order-topics", **order_form(), step=f"drop {kept[0]}") == ""
    (agenda,) = of_kind(deck(), "agenda")
    assert agenda.title == VI("title_agenda.none_left")
    (agenda,) = of_kind(deck("2026Q4"), "agenda")
    assert agenda.title == VI("title_agenda.none_judged")


def test_keys_of_topics_are_named_where_there_are_topics_and_as_many(empty_desk: Desk) -> None:
    count = len(gathered().topics.shown)
    some, none = (
        draw("review", {"period": period, "lang": "vi"}, BUILT_IN_VIEWER).html for period in (PERIOD, "2026Q4")
    )
    for keys in (VI("topic.keys"), VI("review.key_topics", count=count)):
        assert keys in some
        assert keys not in none
    assert "1–" not in re.search(r"Phím: .*", none)[0]  # type: ignore[index]


def test_where_a_few_units_alone_have_reported_the_slide_does_not_say_that_nothing_needs_time(empty_desk: Desk) -> None:
    data = gathered()
    unknown = {code: replace(row, status="not_reported") for code, row in data.city_rows.items()}
    (agenda,) = of_kind(build_deck(replace(data, topics=Topics(), city_rows=unknown)), "agenda")
    assert agenda.title == VI("title_agenda.none_judged")


def test_a_province_of_communes_and_a_nation_of_months_have_their_meetings_too(
    two_tiers_data_dir: Path, nation_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (data_dir, pack, period) in enumerate(
        ((two_tiers_data_dir, two_tiers.PACK, "2026Q2"), (nation_data_dir, nation.PACK, "2026M03"))
    ):
        monkeypatch.setenv("KPI_DATA_DIR", str(data_dir))
        monkeypatch.setenv("KPI_PLAN_DIR", str(pack))
        monkeypatch.setenv("KPI_OPS_URL", f"sqlite:///{tmp_path / f'{number}.sqlite'}")
        data = gathered(period)
        made = build_deck(data)
        (agenda,) = of_kind(made, "agenda")
        assert len(of_kind(made, "topic")) == len(data.topics.shown)
        assert (agenda.title == VI("title_agenda.none")) is (not data.topics.kept)
        target, unit = next(iter(data.context.targets)), data.units[0]
        decision = {"what": "Họp xã", "owner": "UBND xã", "due_date": "30/06/2027", "period_code": period}
        assert post("decide", **decision, unit_code=unit.unit_code, target_code=target) == ""
        assert post("order-topics", period_code=period, topics=target, dropped="", seen="", step=f"drop {target}") == ""
        (decided,) = gathered(period).new_actions
        frozen = {"version": published().version, "read_back": str(decided.action_id), "period_code": period}
        assert post("hold-review", **frozen) == ""
        assert (decided.unit_code, decided.target_code) == (unit.unit_code, target)
