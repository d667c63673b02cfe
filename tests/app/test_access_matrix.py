"""Every page, form, file and route times every role: what may be used is what the reviewed table says, and no more.

`access_matrix.csv` is the table; `roles.py` says who asks about whom.
"""

import csv
import re
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.core import permissions
from app.core.access import AccessDeniedError, Viewer
from app.core.role_rights import RIGHTS
from app.forms.registry import FORMS, carry_out
from app.pages.registry import PAGES
from app.web import export_routes, report_routes, sign_in, upload_answers, upload_routes
from app.web.export_routes import FILES
from app.web.page_renderer import draw
from app.web.upload_answers import Upload
from tests.answered import awaited
from tests.app.roles import AREAS, COMMUNES, GRANTS, PERIOD, VIEWERS
from tests.conftest import copy_for_writing
from warehouse.cli import make_app
from warehouse.intake import Intake
from warehouse.people import Role

TABLE = list(csv.DictReader((Path(__file__).parent / "access_matrix.csv").open(encoding="utf-8")))
CELLS = [(row["kind"], row["name"], row["unit"], who, row[who] == "yes") for row in TABLE for who in GRANTS]
# A page that shows nothing without more in its address.
NEEDED = {"target": {"target": "T14"}, "origin": {"target": "T14"}, "search": {"q": "quan"}}


def cells(kind: str) -> list[Any]:
    """The cells of one kind, with names."""
    found = [cell[1:] for cell in CELLS if cell[0] == kind]
    return [pytest.param(*cell, id="-".join(filter(None, cell[:3]))) for cell in found]


def test_nothing_stands_outside_the_table() -> None:
    listed = {kind: {row["name"] for row in TABLE if row["kind"] == kind} for kind in ("page", "form", "file", "route")}
    routes = {route.path.rpartition("/")[2] for route in upload_routes.ROUTES} | {report_routes.PAGE}
    assert (
        listed["page"] == {page or "overview" for page in PAGES} == {page or "overview" for page in permissions.PAGES}
    )
    assert listed["form"] == {*FORMS} == {*permissions.FORMS}
    assert listed["file"] == {*FILES} == {*permissions.FILES}
    assert listed["route"] == routes == {*permissions.ROUTES}


def test_every_route_of_the_app_is_one_of_those_that_ask_who_it_is() -> None:
    from app.main import app

    known = {"/export/{name}", "/assets/{name}", "/report", "/since", "/{name:page}"}
    known |= {"/who", "/sign-in", "/sign-in/start", "/sign-in/once"} | {route.path for route in upload_routes.ROUTES}
    assert {route.path for route in app._user_routes if isinstance(route, Route)} == known


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
    outcome = carry_out({"form": name, "values": {}}, "", {}, VIEWERS[who])
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


def answered(path: str, query: str, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> Response:
    """What a route answers somebody whose request has the marks of our own pages and no body."""
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: viewer)
    headers = [(b"x-report", b"a.xlsx"), (b"host", b"here"), (b"sec-fetch-site", b"same-origin")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": query.encode(), "headers": headers}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    endpoints = {route.path: route.endpoint for route in upload_routes.ROUTES} | {"/report": report_routes.report}
    return awaited(endpoints[path](Request(scope, receive)))


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
    path = "/report" if name == "report" else f"/intake/{name}"
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
    upload = Upload(viewer, report.read_bytes(), report.name, "Phường", "", "vi")
    if is_allowed:
        assert upload_answers.submit(upload)
    else:
        with pytest.raises(AccessDeniedError):
            upload_answers.submit(upload)


def test_only_a_few_queries_open_the_warehouse_and_all_of_them_are_known() -> None:
    # Whatever else asks goes through `ask`, which needs a viewer who may read and leaves out what they may not.
    queries = Path(permissions.__file__).parents[1] / "queries"
    opening = {
        path.name for path in queries.glob("*.py") if re.search(r"\.connect\(", path.read_text(encoding="utf-8"))
    }
    assert opening == {"ask.py", "marts.py", "progress.py", "target.py"}
