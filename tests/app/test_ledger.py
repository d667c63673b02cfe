"""What a meeting is told of one number: then, now, through which report, what was decided, whether it moved."""

import datetime as dt
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.web.page_renderer import draw
from warehouse.desk import Desk, Draft, ReviewDraft
from warehouse.publish.engines import published

VI, EN = words_in("vi"), words_in("en")
# Held in the sample on 8 May 2025 on the first quarter's figures; Thủ Đức corrected its report on 28 May.
THU_DUC, CITY = "769", "79"


def told(viewer: Viewer = BUILT_IN_VIEWER, lang: str = "vi", **asked: str) -> str:
    """The words of a ledger."""
    drawn = draw("ledger", {"lang": lang, "period": "2025Q2", **asked}, viewer)
    assert drawn.status == 200
    ledger = drawn.html[drawn.html.index("<section class='ledger'") :]
    return " ".join(re.sub(r"<[^>]+>", " ", ledger).split())


@pytest.mark.usefixtures("sample")
def test_the_figure_that_the_last_meeting_saw_stands_beside_the_one_of_today() -> None:
    text = told(unit=THU_DUC, target="T09")
    assert VI("ledger.then", date="08/05/2025") in text
    assert "Quý I/2025: 24/126" in text
    assert "Quý II/2025: 67/131" in text
    behind, on_track = (VI.status(code).lower() for code in ("behind", "on_track"))
    assert VI("ledger.status_moved", then=behind, now=on_track) in text
    # A sum of the year is told by its milestone, not by how much it grew since an earlier quarter.
    assert "Vượt mốc quý 1,9 điểm." in text
    assert VI("ledger.points_up", points="32,1") not in text


@pytest.mark.usefixtures("sample")
def test_any_other_figure_tells_by_how_many_points_it_moved() -> None:
    assert VI("ledger.points_up", points="0,8") in told(unit=CITY, target="T16")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("target", "figures"), [("T11", ("0/1", "7/9")), ("T14", ("5/5", "17/17"))])
def test_a_district_is_not_compared_with_the_area_in_its_place(target: str, figures: tuple[str, str]) -> None:
    text = told(unit="773", target=target, period="2026Q3")
    assert f"Quý I/2025: {figures[0]}" in text
    assert f"Quý III/2026: {figures[1]}" in text
    assert text.count(VI("change.between")) == 1
    # An arrow would say that one became the other.
    assert "≠" in text
    assert "→" not in text


@pytest.mark.usefixtures("sample")
def test_a_figure_that_was_corrected_names_the_report_that_did_it() -> None:
    text = told(unit=THU_DUC, target="T09", period="2025Q1")
    assert VI("ledger.corrected", then="19,0%", now="22,7%") in text
    by = VI("cause.correction", reporter="Thủ Đức", version=2, date="28/05/2025")
    since = VI("ledger.since", period="Quý I/2025", then="19,0%", now="22,7%", reports=by)
    assert since in text
    # Looked at a quarter later the correction of what was shown is still told of, of the city's figure too.
    assert since in told(unit=THU_DUC, target="T09")
    of_city = VI("ledger.since", period="Quý I/2025", then="20,3%", now="20,7%", reports=by)
    assert of_city in told(unit=CITY, target="T09")


@pytest.mark.usefixtures("sample")
def test_a_figure_that_no_report_changed_says_so() -> None:
    text = told(BUILT_IN_VIEWER, "en", unit="760", target="T09", period="2025Q1")
    assert EN("ledger.since_none") in text
    assert "Unchanged since the last meeting" in text


@pytest.mark.usefixtures("sample")
def test_what_was_decided_about_the_figure_or_its_unit_is_listed_and_nothing_else() -> None:
    text = told(unit=THU_DUC, target="T14")
    assert "gửi báo cáo đính chính nếu sai sót" in text
    assert VI("ledger.nothing_decided") in told(unit=THU_DUC, target="T09")


@pytest.mark.usefixtures("sample")
def test_a_unit_as_a_whole_is_told_of_by_its_report() -> None:
    text = told(unit=THU_DUC)
    assert VI("ledger.report_state", period="Quý II/2025", state=VI.status("on_time").lower()) in text


@pytest.mark.usefixtures("sample")
def test_a_count_on_a_slide_tells_who_is_counted_and_only_they(published_engine: Engine) -> None:
    sql = """
        select u.name_vi from marts.fct_target_progress as f
        inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        where f.target_code = 'T09' and f.period_code = '2025Q2' and f.period_window = 'ytd'
            and f.unit_level = 'district' and f.status = 'far_behind'
    """
    with published_engine.connect() as connection:
        names = set(connection.execute(text(sql)).scalars())
    assert names
    page = draw("ledger", {"period": "2025Q2", "target": "T09", "status": "far_behind", "lang": "vi"}, BUILT_IN_VIEWER)
    ledger = page.html[page.html.index("<section class='ledger'") :]
    assert set(re.findall(r"<a href='/district[^']*'>([^<]*)</a>", ledger)) == names
    assert f"{VI.status('far_behind')}: {len(names)} " in ledger


@pytest.mark.usefixtures("sample")
def test_every_count_of_units_on_a_slide_can_be_asked_who_is_counted() -> None:
    slides = draw("review", {"lang": "vi", "period": "2026Q3"}, BUILT_IN_VIEWER).html
    counts = re.findall(r"<li[^>]* data-of='(\w*),(\w*),(\w+)'[^>]*><b[^>]*>(?:<i>[^<]*</i> )?(\d+)", slides)
    assert {status for target, _, status, _ in counts if not target} >= {"on_time", "late", "missing"}
    assert any(target for target, *_ in counts)
    for target, _, status, count in counts:
        assert f": {count} " in told(period="2026Q3", status=status, **({"target": target} if target else {}))


def test_the_ledger_of_a_held_review_knows_nothing_that_came_later(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    desk = Desk.open()
    shown = ReviewDraft("2025Q2", "ytd", published().version, dt.date(2025, 8, 8))
    held = desk.hold_review(shown, "Thư ký", at=dt.datetime(2025, 8, 8, 14))
    draft = Draft("Giao sau cuộc họp", "Sở Y tế", dt.date(2027, 9, 1), "2025Q2", THU_DUC, "T09")
    desk.open_action(draft, "Thư ký")
    assert draft.what in told(unit=THU_DUC, target="T09")
    then = told(unit=THU_DUC, target="T09", held=str(held.review_id))
    assert draft.what not in then
    assert VI("ledger.then", date="08/05/2025") in then


@pytest.mark.usefixtures("sample")
def test_small_counts_stay_hidden_from_who_may_not_see_them(uncleared: Viewer) -> None:
    hidden = VI.status("suppressed")
    guarded = told(uncleared, unit="26740", target="T16", period="2026Q3")
    assert hidden in guarded
    assert not re.search(r"Quý III/2026: \d", guarded)


@pytest.mark.usefixtures("sample")
def test_a_number_that_nobody_knows_is_answered_kindly() -> None:
    for asked in ({"unit": "nobody", "target": "T09"}, {"unit": THU_DUC, "target": "T99"}, {"held": "99"}):
        assert draw("ledger", {"period": "2025Q2", **asked}, BUILT_IN_VIEWER).status == 404
