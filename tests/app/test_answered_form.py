"""A form that was refused comes back with what was typed, whatever that was."""

from markupsafe import Markup

from app.core.access import BUILT_IN_VIEWER
from app.forms import FormResult, SentForm
from app.web.answered_form import with_answer


def test_a_refused_form_comes_back_also_with_signs_that_no_page_can_contain() -> None:
    body = Markup(
        "<form data-send='add-note'><textarea name='text'></textarea>"
        "<select name='target_code'><option value='T1' selected>T1</option></select></form>"
    )
    typed = {"text": "Chưa\x00 có\x07 số\ud800 <b>", "target_code": "\x00"}
    answer = with_answer(
        body, SentForm("add-note", typed, "vi", BUILT_IN_VIEWER), FormResult("add-note", problem="Chưa ghi được.")
    )
    assert "Chưa có số &lt;b&gt;</textarea>" in answer
    assert "Chưa ghi được." in answer
    assert "selected" in answer
