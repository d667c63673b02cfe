"""Every page, form, file and route times every role: what may be used is what the reviewed table says, and no more.

`access_matrix.csv` is the table; `roles.py` says who asks about whom.
"""

import csv
import html
import io
import re
from contextlib import nullcontext
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import docx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from app.api import handlers
from app.api.errors import ApiError
from app.api.handlers import Call
from app.api.operations import OPERATIONS
from app.core import pages, permissions
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import in_language, words_in
from app.core.role_rights import RIGHTS
from app.explore.registry import PAGES as EXPLORING_PAGES
from app.forms import SentForm
from app.forms.registry import FORMS, carry_out
from app.pages.registry import PAGES
from app.web import api_routes, export_routes, observation, report_routes, sign_in, upload_answers, upload_routes
from app.web.export_routes import FILES
from app.web.page_renderer import draw
from app.web.upload_answers import Upload
from expectations.texts import check_texts
from tests.answered import awaited, in_its_language
from tests.app.roles import AREAS, COMMUNES, GRANTS, PERIOD, VIEWERS
from tests.conftest import copy_for_writing
from tests.workbooks import B5, B7, write_report
from warehouse.cli import make_app
from warehouse.intake import REJECTED, Intake
from warehouse.people import Role
from warehouse.reference import Reference
from warehouse.settings import Settings

TABLE = list(csv.DictReader((Path(__file__).parent / "access_matrix.csv").open(encoding="utf-8")))
CELLS = [(row["kind"], row["name"], row["unit"], who, row[who] == "yes") for row in TABLE for who in GRANTS]
# More people supported than wanted it, and more had one service than were supported: one error and two.
IMPOSSIBLE = {"own": {(B7, "D7"): 200}, "other": {(B7, "D7"): 200, (B7, "E7"): 300}}
# Nobody has reported for it.
OPEN_PERIOD = "2026Q4"
# A page that shows nothing without more in its address.
NEEDED = {"target": {"target": "T14"}, "origin": {"target": "T14"}, "search": {"q": "quan"}}


def cells(kind: str) -> list[Any]:
    """The cells of one kind, with names."""
    found = [cell[1:] for cell in CELLS if cell[0] == kind]
    return [pytest.param(*cell, id="-".join(filter(None, cell[:3]))) for cell in found]


def test_nothing_stands_outside_the_table() -> None:
    listed = {
        kind: {row["name"] for row in TABLE if row["kind"] == kind}
        for kind in ("page", "form", "file", "route", "explore", "api")
    }
    routes = {route.path.rpartition("/")[2] for route in upload_routes.ROUTES} | {report_routes.PAGE}
    assert listed["page"] == {page or "overview" for page in PAGES} == {page or "overview" for page in pages.PAGES}
    assert listed["form"] == {*FORMS} == {*permissions.FORMS}
    assert listed["file"] == {*FILES} == {*permissions.FILES}
    assert listed["route"] == routes == {*permissions.ROUTES}
    assert listed["explore"] == {*EXPLORING_PAGES} == {*permissions.EXPLORING}
    assert listed["api"] == {one.right for one in OPERATIONS} | {"openapi"} == {*permissions.API}


def test_every_route_of_the_app_is_one_of_those_that_ask_who_it_is() -> None:
    from app.main import app

    known = {"/export/{name}", "/assets/{name}", "/act/report", "/act/{form}", "/since", "/{name:page}"}
    known |= {"/digest/stop", "/who", "/sign-in", "/sign-in/start", "/sign-in/once", "/sign-out", "/oauth2callback"}
    known |= {
        "/version",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/explore/auth/{step}",
        "/explore/oauth2callback",
        "/explore/_stcore/metrics",
    }
    known |= {route.path for route in upload_routes.ROUTES}
    assert {route.path for route in app._user_routes if isinstance(route, Route)} == known
    # Monitors count each of them under a name of its own; pages have theirs.
    assert [path for path in known if observation.label_of(path) == observation.UNKNOWN] == ["/{name:page}"]
    mounted = [route for route in app._user_routes if isinstance(route, Mount)]
    assert mounted == api_routes.ROUTES
    assert {route.path.removeprefix("/v1") for mount in mounted for route in mount.routes} == {
        *(one.path for one in OPERATIONS),
        *("/openapi.json", "/docs", "", "/"),
    }


def test_every_command_is_in_the_table_and_no_role_s() -> None:
    # A command needs an account of the server, which no role is; the app imports none (`test_walls.py`).
    listed = {row["name"]: {row[who] for who in GRANTS} for row in TABLE if row["kind"] == "command"}
    assert {*listed} == {command.name for command in make_app().registered_commands}
    assert {cell for cells in listed.values() for cell in cells} == {"no"}


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("who", ["administrator", "stranger"])
def test_who_may_read_no_figures_has_no_quarter_window_or_search_above_a_page(who: str) -> None:
    shown = draw("people", address("people", ""), VIEWERS[who]).html
    assert "id='lang-en'" in shown
    assert not re.search(r"id='(q|window-ytd|earlier|later)'|<select", shown)
    assert "#q" not in shown


def test_every_role_has_its_rights_and_nobody_else_any() -> None:
    assert {*RIGHTS} == {*Role}
    assert VIEWERS["stranger"].rights == frozenset()


def address(page: str, unit: str) -> dict[str, str]:
    """The parameters of a page, about a unit."""
    named = {} if not unit else {"unit": (COMMUNES if page == "ward" else AREAS)[unit]}
    return {"period": PERIOD, "lang": "vi", **NEEDED.get(page, {}), **named}


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("name", "unit", "who", "is_allowed"), cells("page"))
def test_a_page(name: str, unit: str, who: str, is_allowed: bool) -> None:
    page = "" if name == "overview" else name
    drawn = draw(page, address(page, unit), VIEWERS[who])
    assert drawn.status == (200 if is_allowed else 403)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("name", "unit", "who", "is_allowed"), cells("form"))
def test_a_form(name: str, unit: str, who: str, is_allowed: bool) -> None:
    # Without what it needs nothing is written; whoever may send it is told that.
    outcome = carry_out(SentForm(name, {}, VIEWERS[who]))
    assert not outcome.is_done
    assert outcome.is_refused != is_allowed


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("name", "unit", "who", "is_allowed"), cells("file"))
def test_a_file(name: str, unit: str, who: str, is_allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is in it has tests of its own; making it takes seconds.
    monkeypatch.setitem(FILES, name, lambda *_: pytest.fail("made"))
    with pytest.raises(pytest.fail.Exception) if is_allowed else nullcontext():
        answer = export_routes.respond(name, {"page": "", "period": PERIOD}, VIEWERS[who])
        assert answer.status_code == 403


@pytest.mark.parametrize(("name", "unit", "who", "is_allowed"), cells("explore"))
def test_an_exploring_page(name: str, unit: str, who: str, is_allowed: bool) -> None:
    with nullcontext() if is_allowed else pytest.raises(AccessDeniedError):
        permissions.require(VIEWERS[who], permissions.EXPLORING, name)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("name", "unit", "who", "is_allowed"), cells("api"))
def test_a_request_of_a_program(name: str, unit: str, who: str, is_allowed: bool) -> None:
    viewer, say = VIEWERS[who], words_in("en")
    path = {"mart": "dim_unit", "form": "B1", "unit": COMMUNES.get(unit, ""), "period": PERIOD}
    pairs = (("period", PERIOD),) if name == "data-value-sets" else ()
    operation = next((one for one in OPERATIONS if one.right == name), None)
    with nullcontext() if is_allowed else pytest.raises(AccessDeniedError):
        if operation is None:
            permissions.require(viewer, permissions.API, name)
        elif operation.method == "POST":
            # Without a key nothing is read, and nothing kept.
            with pytest.raises(ApiError, match="no_key"), in_language(say.lang):
                handlers.answer(Call(operation, viewer, path, pairs, "", "", b"{}"))
        else:
            with in_language(say.lang):
                assert handlers.answer(Call(operation, viewer, path, pairs, "", "", b"")).status == HTTPStatus.OK


def answered(path: str, query: str, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> Response:
    """What a route answers somebody whose request has the marks of our own pages and no body."""
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: viewer)
    headers = [(b"x-report", b"a.xlsx"), (b"host", b"here"), (b"sec-fetch-site", b"same-origin")]
    query = urlencode({"at": f"/report?{query}"}) if path == "/act/report" else query
    scope = {"type": "http", "method": "POST", "path": path, "query_string": query.encode(), "headers": headers}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    endpoints = {route.path: route.endpoint for route in upload_routes.ROUTES} | {"/act/report": report_routes.report}
    return awaited(in_its_language(endpoints[path], Request(scope, receive)))


@pytest.fixture(scope="module")
def numbers(published_data_dir: Path) -> dict[str, int]:
    """A report of each of the two communes."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_DATA_DIR", str(published_data_dir))
        for unit, code in COMMUNES.items():
            found[unit] = Intake.open().ledger.submissions(code, PERIOD)[0].submission.submission_id
    return found


@pytest.fixture(scope="module")
def own_data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published sample: some routes put on record what was sent, refused or not."""
    return copy_for_writing(published_data_dir, tmp_path_factory.mktemp("matrix") / "data", "sample", "landing")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("name", "unit", "who", "is_allowed"), cells("route"))
def test_a_route(
    name: str, unit: str, who: str, is_allowed: bool, monkeypatch: pytest.MonkeyPatch, numbers: dict[str, int],
    own_data_dir: Path,
) -> None:  # fmt: skip
    monkeypatch.setenv("KPI_DATA_DIR", str(own_data_dir))
    if name == "submit" and unit:
        _test_sending(unit, VIEWERS[who], is_allowed, own_data_dir)
        return
    path = "/act/report" if name == "report" else f"/intake/{name}"
    query = f"period={PERIOD}&lang=vi"
    if unit:
        query += f"&unit={COMMUNES[unit]}&submission={numbers[unit]}"
    # An empty form of every unit takes half a minute.
    monkeypatch.setattr("app.web.bundle_answers.templates", lambda *_: ("", BytesIO()))
    status = answered(path, query, VIEWERS[who], monkeypatch).status_code
    assert (status != 403) == is_allowed


def _test_sending(unit: str, viewer: Viewer, is_allowed: bool, data_dir: Path) -> None:
    """A report that came before is known, and nothing of it is written."""
    report = next((data_dir / "sample" / PERIOD).glob(f"*_{COMMUNES[unit]}_*.xlsx"))
    upload = Upload(viewer, report.read_bytes(), report.name, "Phường", "")
    if is_allowed:
        assert upload_answers.submit(upload)
    else:
        with pytest.raises(AccessDeniedError):
            upload_answers.submit(upload)


def written(kind: str, unit: str) -> str:
    """What a sender or the department wrote about a unit's report."""
    return f"Về {kind} {COMMUNES[unit]}."


@pytest.fixture(scope="module")
def troubled_data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory, reference: Reference) -> Path:
    """A copy of the published sample in which both communes explained an unusual count of people, were sent back their
    report, and sent one with an impossible count of people that was refused."""
    data_dir = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("troubled") / "data", "landing")
    intake = Intake(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env"))
    for unit, code in COMMUNES.items():

        def report(edits: dict[tuple[str, str], int], code: str = code) -> bytes:
            path = data_dir / "report.xlsx"
            inspected_before = {(B5, f"E{row}"): 0 for row in range(7, 14)}
            edits = inspected_before | edits
            return write_report(path, reference, reporter=code, period=OPEN_PERIOD, edits=edits).read_bytes()

        unusual = intake.submit(report({(B7, "C7"): 120}), "a.xlsx", by="P", note=written("note", unit))
        assert unusual.submission
        intake.decisions.give_back(unusual.submission.submission_id, "Sở", written("reason", unit))
        refused = intake.submit(report({(B7, "C7"): 120, **IMPOSSIBLE[unit]}), "b.xlsx", by="P")
        assert refused.outcome == REJECTED
    intake.close()
    return data_dir


@pytest.mark.parametrize(("name", "unit", "who", "is_allowed"), cells("finding"))
def test_what_was_found_in_a_report_and_written_about_it(
    name: str, unit: str, who: str, is_allowed: bool, troubled_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(troubled_data_dir))
    say, rules = words_in("vi"), check_texts()
    signs = {
        "check": [
            rules["b7_support.people_wanting_support_plausible"].name_vi,
            rules["b7_support.people_supported_within_wanting"].name_vi,
        ],
        "count": [say("received.problems", count=len(IMPOSSIBLE[unit]))],
        "note": [written("note", unit)],
        "reason": [written("reason", unit)],
    }
    asked = {"period": OPEN_PERIOD, "lang": "vi", "unit": COMMUNES[unit]}
    pages = ("reports", "ward", "submit", "report", "district", "calls", "changes", "actions", "ledger", "search", "")
    drawn = [draw(page, asked | NEEDED.get(page, {}), VIEWERS[who]) for page in pages]
    told = html.unescape(" ".join(page.html for page in drawn if page.status == HTTPStatus.OK))
    assert [sign for sign in signs[name] if sign in told] == (signs[name] if is_allowed else [])


@pytest.mark.parametrize("name", ["quarter.html", "memo.docx", "calls.html", "table.csv"])
def test_no_file_holds_what_was_written_about_another_unit_s_report(
    name: str, troubled_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(troubled_data_dir))
    asked = {"page": "reports", "table": "owed", "period": OPEN_PERIOD, "lang": "vi", "unit": COMMUNES["other"]}
    # The whole quarter takes seconds: for the officer, who sees an own unit's.
    for who in ("officer",) if name == "quarter.html" else ("leader", "officer"):
        answer = export_routes.respond(name, asked, VIEWERS[who])
        assert answer.status_code == HTTPStatus.OK
        content = text_of(bytes(answer.body))
        assert not [kind for kind in ("note", "reason") if written(kind, "other") in content]
        assert words_in("vi")("received.problems", count=len(IMPOSSIBLE["other"])) not in content


def text_of(content: bytes) -> str:
    """The text of a file, of a Word document too."""
    if not content.startswith(b"PK"):
        return html.unescape(content.decode())
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


def test_only_a_few_queries_open_the_warehouse_and_all_of_them_are_known() -> None:
    # Every other query uses `fetch`, which requires the right to read and removes units that the viewer may not read.
    queries = Path(permissions.__file__).parents[1] / "queries"
    opening = {
        path.name
        for path in queries.glob("*.py")
        if re.search(r"\.(connect|reading)\(", path.read_text(encoding="utf-8"))
    }
    assert {path.name for path in queries.glob("*.py") if "(Attached)" in path.read_text("utf-8")} == {"mart_rows.py"}
    assert opening == {"fetch.py", "marts.py", "pivot.py", "progress.py", "sql_views.py", "target.py"}
