"""A form that was refused comes back with what was typed, whatever that was."""

import pytest
from markupsafe import Markup

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.forms import FormResult, SentForm
from app.web.answered_form import with_answer


def test_a_refused_form_comes_back_also_with_signs_that_no_page_can_contain() -> None:
    body = Markup(
        "<form data-send='add-note'><textarea name='text'></textarea>"
        "<select name='target_code'><option value='T1' selected>T1</option></select></form>"
    )
    typed = {"text": "Chưa\x00 có\x07 số\ud800 <b>", "target_code": "\x00"}
    answer = with_answer(
        body, SentForm("add-note", typed, BUILT_IN_VIEWER), FormResult("add-note", problem="Chưa ghi được.")
    )
    assert "Chưa có số &lt;b&gt;</textarea>" in answer
    assert "Chưa ghi được." in answer
    assert "selected" in answer


def test_the_problem_of_a_field_that_no_page_shows_is_told_with_the_form_s_own() -> None:
    form = SentForm("add-note", {"text": "Đã họp"}, BUILT_IN_VIEWER)
    problems = {"by": "Có vẻ chứa số điện thoại.", "text": "Quá dài."}
    result = FormResult("add-note", problem="Chưa ghi được.", fields=problems)
    body = Markup(
        "<form data-send='add-note'><textarea name='text'></textarea><span class='error' data-for='text'></span>"
        "<input type='hidden' name='by' value='x'><span data-notice></span></form>"
    )
    answer = with_answer(body, form, result)
    assert answer.count("Chưa ghi được. Có vẻ chứa số điện thoại.<") == 2, "above the page and at the form"
    assert answer.count("Quá dài.") == 1
    assert "Chưa ghi được. Có vẻ chứa số điện thoại. Quá dài.<" in with_answer(Markup("<p>x</p>"), form, result)


def test_minutes_come_back_typed_although_a_decision_was_written_down_meanwhile() -> None:
    sent = {"present": "Các phường", "period_code": "2026Q3", "version": "1", "read_back": "", "review_id": ""}
    body = Markup(
        "<form data-send='hold-review'><input type='hidden' name='period_code' value='2026Q3'>"
        "<input type='hidden' name='version' value='2'><input type='hidden' name='read_back' value='8'>"
        "<textarea name='present'></textarea></form>"
    )
    result = FormResult("hold-review", problem="Đọc lại quyết định.")
    assert "Các phường</textarea>" in with_answer(body, SentForm("hold-review", sent, BUILT_IN_VIEWER), result)
    other_period = sent | {"period_code": "2026Q2"}
    answer = with_answer(body, SentForm("hold-review", other_period, BUILT_IN_VIEWER), result)
    assert "Các phường</textarea>" not in answer


def test_what_was_typed_is_shown_although_the_page_has_its_form_no_more() -> None:
    sent = SentForm("add-note", {"text": "Đã họp <b>\x00", "unit_code": "760"}, BUILT_IN_VIEWER)
    answer = with_answer(Markup("<p>x</p>"), sent, FormResult("add-note", problem="Chưa ghi được.", is_refused=True))
    assert answer.index("Chưa ghi được.") < answer.index("<blockquote>Đã họp &lt;b&gt;</blockquote>")
    assert "760" not in answer


@pytest.mark.language("en")
def test_what_somebody_else_wrote_into_the_same_field_is_named_beside_what_was_typed() -> None:
    body = Markup(
        "<form data-send='write-minutes'><input type='hidden' name='seen' value='8'>"
        "<textarea name='present'>Sở</textarea>"
        "<span class='error' data-for='present'></span><textarea name='discussed'></textarea></form>"
    )
    sent = SentForm("write-minutes", {"present": "Các phường", "discussed": "Lớp", "seen": "7"}, BUILT_IN_VIEWER)
    result = FormResult("write-minutes", problem="Hà has just changed this.", is_outdated=True)
    answer = with_answer(body, sent, result)
    assert "Các phường</textarea>" in answer
    assert words_in("en")("live.theirs", text="Sở") in answer
    assert answer.count(words_in("en")("live.theirs", text="")[:16]) == 1
