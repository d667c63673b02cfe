"""Forms that were opened before the data folder was restored from a backup."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html

from app.core import restored
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.web import page_renderer, report_routes
from app.web.act_routes import ROUTES
from app.web.page_renderer import draw
from tests.answered import awaited, in_its_language
from tests.app.test_intake_routes import asked, receiving, request
from tests.conftest import copy_for_writing
from warehouse.desk import Desk
from warehouse.settings import Settings

SAY = words_in("vi")
OWN = {"origin": "http://here", "sec-fetch-site": "same-origin", "host": "here"}
ACT = next(route.endpoint for route in ROUTES if route.path == "/act/{form}" and "POST" in (route.methods or ()))
NEW = {"new": "1", "period": "2026Q3", "lang": "vi"}
DRAFT = {"unit": "26740", "period": "2026Q4", "lang": "vi"}


@pytest.fixture(autouse=True)
def data_dir(published_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample that the app serves."""
    copied = copy_for_writing(published_data_dir, tmp_path / "data", "landing")
    monkeypatch.setenv("KPI_DATA_DIR", str(copied))
    return copied


def restore(data_dir: Path) -> None:
    """Leave what a restore leaves in the data folder, and start the app again."""
    (data_dir / "restored.json").write_text("{}", encoding="utf-8")
    restored._mark.cache_clear()
    page_renderer._kept.cache_clear()


def opened(page: str, parameters: dict[str, str], form: str) -> dict[str, str]:
    """The values of a form as its page shows it."""
    document = html.fromstring(draw(page, parameters, BUILT_IN_VIEWER).html)
    (found,) = document.xpath(form)
    return {str(key): str(value or "") for key, value in found.form_values()}


def sent(values: dict[str, str]) -> tuple[int, dict[str, object]]:
    """What the script of the page of new actions is answered."""
    query = urlencode({"at": f"/actions?{urlencode(NEW)}"})
    asking = request(OWN | {"accept": "application/json"}, receiving([urlencode(values).encode()]), query)
    asking.scope["path_params"] = {"form": "open-action"}
    answer = awaited(in_its_language(ACT, asking))
    return answer.status_code, json.loads(bytes(answer.body))


def test_a_form_from_before_a_restore_writes_nothing_and_one_opened_since_is_taken(data_dir: Path) -> None:
    typed = {"what": "Gọi lại cho phường", "owner": "Phòng VHXH", "due_date": "31/12/2027", "by": "Hà"}
    before = opened("actions", NEW, "//form[@data-send='open-action']")
    desk = Desk.open(Settings.from_env())
    count = len(desk.actions())
    restore(data_dir)
    status, answer = sent(before | typed)
    assert (status, answer["state"], answer["said"]) == (409, "failed", SAY("form.restored"))
    assert len(desk.actions()) == count
    status, answer = sent(opened("actions", NEW, "//form[@data-send='open-action']") | typed)
    assert (status, answer["state"]) == (200, "done")
    assert len(desk.actions()) == count + 1


def test_a_draft_from_before_a_restore_is_told_apart_with_and_without_scripts(data_dir: Path) -> None:
    before = opened("report", DRAFT, "//form[@data-draft]") | {"deed": "keep", "by": "Hà"}
    restore(data_dir)
    at, body = urlencode({"at": f"/report?{urlencode(DRAFT)}"}), [urlencode(before).encode()]
    scripted = asked(report_routes.report, OWN | {"x-report": "form"}, body, at)
    assert (scripted.status_code, json.loads(bytes(scripted.body))["said"]) == (409, SAY("form.restored"))
    plain = asked(report_routes.report, OWN, body, at)
    assert (plain.status_code, bytes(plain.body).decode()) == (409, SAY("form.restored"))
    since = opened("report", DRAFT, "//form[@data-draft]") | {"deed": "keep", "by": "Hà"}
    kept = asked(report_routes.report, OWN | {"x-report": "form"}, [urlencode(since).encode()], at)
    assert json.loads(bytes(kept.body))["state"] == "kept"
