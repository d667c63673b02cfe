"""The doorway of files: who may send and take what, and what a failure tells to whom."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive

from app.core.access import Right, Viewer
from app.core.i18n import words_in
from app.web import act_routes, incoming, sign_in, upload_answers, upload_routes
from tests.answered import awaited, in_its_language
from tests.full_disk import LONG_NOTE, without_room
from tests.workbooks import write_report
from warehouse.errors import RegistryUnreachableError
from warehouse.intake import MAX_FILE_BYTES, Intake, RegistryBusyError
from warehouse.publish.engines import NothingPublished
from warehouse.reference import Reference
from warehouse.settings import Settings
from warehouse.storage.disk import SpareDiskFullError

SAY = words_in("vi")
OWN = {"x-report": "bao%20cao.xlsx", "sec-fetch-site": "same-origin", "host": "here"}
Route = Callable[[Request], Awaitable[Response]]


def asked(route: Route, headers: dict[str, str], parts: list[bytes], query: str = "lang=vi") -> Response:
    """What a route answers to a request whose body comes in parts."""
    return awaited(in_its_language(route, request(headers, receiving(parts), query)))


def receiving(parts: list[bytes]) -> Receive:
    """Return what gives a body in parts."""
    left: Iterator[bytes] = iter(parts)

    async def receive() -> dict[str, Any]:
        part = next(left, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    return receive


def request(headers: dict[str, str], receive: Receive, query: str = "lang=vi") -> Request:
    """A request whose body is what `receive` gives."""
    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/intake/check", "query_string": query.encode(), "headers": raw}
    return Request(scope, receive)


def working(work: Callable[[upload_answers.Upload], Any]) -> Route:
    return upload_routes.taking(work)


def test_a_file_comes_in_with_its_name_sender_and_note() -> None:
    seen = []
    headers = OWN | {"x-by": "Ph%C3%B2ng", "x-note": "V%C3%AC%0Asao"}
    answer = asked(working(lambda upload: seen.append(upload) or {"state": "ready"}), headers, [b"ab", b"c"])
    assert answer.status_code == 200
    assert (seen[0].data, seen[0].name, seen[0].by, seen[0].note) == (b"abc", "bao cao.xlsx", "Phòng", "Vì\nsao")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin", "host": "here"},
        OWN | {"sec-fetch-site": "cross-site"},
        OWN | {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_send_a_file(headers: dict[str, str]) -> None:
    answer = asked(working(lambda _: pytest.fail("was worked on")), headers, [b"a"])
    assert answer.status_code == 403
    assert json.loads(bytes(answer.body))["said"] == SAY("guard.foreign")


@pytest.mark.parametrize(
    ("headers", "body", "status", "key"),
    [
        ({}, "text=" + "x" * act_routes.MAX_FORM_BYTES, 413, "form.too_large"),
        ({}, "&".join(f"f{number}=1" for number in range(act_routes.MAX_FIELDS + 1)), 415, "form.unreadable"),
        ({"content-type": "application/json"}, "{}", 415, "form.unreadable"),
        ({"content-type": "multipart/form-data; boundary=x"}, "--x--", 415, "form.unreadable"),
        ({"sec-fetch-site": "cross-site"}, "text=x", 403, "guard.foreign"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_in_the_language_of_its_page_with_scripts_and_without(
    headers: dict[str, str], body: str, status: int, key: str
) -> None:
    own = {"origin": "http://here", "host": "here", "content-type": act_routes.FORM} | headers
    at = f"at={quote('/ward?unit=26740&lang=en')}"
    scripted = asked(act_routes.act, own | {"accept": "application/json"}, [body.encode()], at)
    assert (scripted.status_code, json.loads(bytes(scripted.body))["said"]) == (status, words_in("en")(key))
    plain = asked(act_routes.act, own | {"accept": "text/html"}, [body.encode()], at)
    assert (plain.status_code, bytes(plain.body).decode()) == (status, words_in("en")(key))


def test_of_too_much_on_its_way_at_once_the_longest_under_way_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "ARRIVING_BYTES", 5)

    async def both() -> tuple[Response, Response]:
        has_begun, never = asyncio.Event(), asyncio.Event()

        async def stall() -> dict[str, Any]:
            if has_begun.is_set():
                await never.wait()
            has_begun.set()
            return {"type": "http.request", "body": b"abc", "more_body": True}

        async def arrive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"abc", "more_body": False}

        route = working(lambda _: {"state": "ready"})
        stalled = asyncio.create_task(in_its_language(route, request(OWN, stall)))
        await has_begun.wait()
        return await route(request(OWN, arrive)), await stalled

    newer, stalled = awaited(both())
    assert newer.status_code == 200
    assert (stalled.status_code, json.loads(bytes(stalled.body))["said"]) == (408, SAY("upload.slow"))


def test_a_body_that_grows_too_large_is_stopped_on_its_way() -> None:
    part = b"0" * 1_000_000
    taken = []

    def parts() -> Iterator[bytes]:
        for number in range(600):
            taken.append(number)
            yield part

    answer = asked(working(lambda _: pytest.fail("was worked on")), OWN, parts())  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert len(taken) == MAX_FILE_BYTES // len(part) + 1
    assert "10 MB" in json.loads(bytes(answer.body))["said"]


def test_a_request_that_names_a_broken_address_is_answered_like_any_other() -> None:
    answer = asked(working(lambda _: {"state": "ready"}), OWN, [b"a"], "at=//[&lang=vi")
    assert answer.status_code == 200
    refused = asked(working(lambda _: {}), OWN | {"sec-fetch-site": "cross-site"}, [b"a"], "to=http://[")
    assert (refused.status_code, json.loads(bytes(refused.body))["said"]) == (403, SAY("guard.foreign"))


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (RegistryBusyError("x"), 503, "upload.busy"),
        (OSError(28, "No space left on device"), 507, "upload.disk"),
        (SpareDiskFullError("No space left on device"), 507, "tools.full"),
        (FileNotFoundError(2, "No such file or directory"), 500, "upload.lost"),
        (NothingPublished("x", is_unreachable=True), 503, "message.unreachable_text"),
        # Not what the server says of its address and user.
        (RegistryUnreachableError('10.0.0.5: no password for "kpi"'), 503, "message.registry_unreachable_text"),
    ],
)
def test_a_busy_registry_a_full_disk_and_a_lost_original_are_told(error: Exception, status: int, said: str) -> None:
    def fail(_: upload_answers.Upload) -> Any:
        raise error

    answer = asked(working(fail), OWN, [b"a"])
    assert (answer.status_code, json.loads(bytes(answer.body))["said"]) == (status, SAY(said))
    assert ("retry-after" in answer.headers) == (status == 503)


def test_a_form_whose_server_is_away_is_refused_with_that_cause_with_scripts_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KPI_WAREHOUSE_URL", f"postgresql+psycopg://kpi@/kpi?host={tmp_path}")
    form = {"unit_code": "769", "period_code": "2025Q2", "text": "Đã gọi.", "by": "Phòng"}
    own = {"origin": "http://here", "host": "here", "content-type": act_routes.FORM}
    said = []
    for accept in ("application/json", "text/html"):
        body = receiving([urlencode(form).encode()])
        sent = request(own | {"accept": accept}, body, f"at={quote('/district?unit=769')}")
        sent.scope["path_params"] = {"form": "add-note"}
        answer = awaited(in_its_language(act_routes.act, sent))
        assert answer.status_code == 503
        said.append(bytes(answer.body).decode())
    assert json.loads(said[0])["said"] == SAY("form.no_figures")
    assert said[1] == f"{SAY('form.no_figures')}\n\nĐã gọi."


def test_a_report_that_finds_the_disk_full_is_not_submitted_and_its_sender_told_why(
    settings: Settings, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    report = write_report(tmp_path / "report.xlsx", reference).read_bytes()
    headers = OWN | {"x-by": "Q1", "x-note": quote(LONG_NOTE)}
    submit = upload_routes.taking(upload_answers.submit)
    with without_room(Intake.open().registry.engine):
        answer = asked(submit, headers, [report])
    assert (answer.status_code, json.loads(bytes(answer.body))["said"]) == (507, SAY("upload.full"))
    assert Intake.open().ledger.submissions() == []
    assert json.loads(bytes(asked(submit, headers, [report]).body))["state"] == "landed"


def test_a_fault_is_told_by_a_code_and_nothing_of_the_file_reaches_answer_or_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(upload: upload_answers.Upload) -> Any:
        raise ValueError(upload.data.decode())

    with caplog.at_level(logging.DEBUG):
        answer = asked(working(fail), OWN, ["Nguyễn Thị Hoa".encode()])
    assert answer.status_code == 500
    code = json.loads(bytes(answer.body))["said"]
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name == incoming.__name__)
    assert "ValueError" in logged
    assert any(word.strip(".") in logged for word in code.split() if word.strip(".").isalnum())
    assert "Hoa" not in caplog.text
    assert "Hoa" not in code


def test_rights_are_asked_for_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: Viewer("uncleared", frozenset({Right.READ})))
    assert asked(working(lambda _: pytest.fail("was worked on")), OWN, [b"a"]).status_code == 403
    assert asked(upload_routes.original, {}, [], "submission=1&lang=vi").status_code == 403
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: Viewer())
    assert asked(upload_routes.template, {}, [], "unit=760&period=2025Q2").status_code == 403
    assert asked(upload_routes.building, {}, [], "lang=vi").status_code == 403


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("route", "query"),
    [
        (upload_routes.template, "unit=999&period=2025Q2"),
        (upload_routes.template, "unit=760&period=2099Q9"),
        (upload_routes.original, "submission=99999"),
        (upload_routes.original, "submission=abc"),
        (upload_routes.original, f"submission={'9' * 400}"),
    ],
)
def test_what_is_not_there_is_said_in_words(route: Route, query: str) -> None:
    answer = asked(route, {}, [], f"{query}&lang=vi")
    assert answer.status_code == 404
    assert len(json.loads(bytes(answer.body))["said"]) > 10


@pytest.mark.usefixtures("sample")
def test_the_form_of_a_unit_comes_under_its_own_name() -> None:
    answer = asked(upload_routes.template, {}, [], "unit=760&period=2025Q2&lang=vi")
    assert answer.status_code == 200
    assert bytes(answer.body).startswith(b"PK")
    assert "760" in answer.headers["content-disposition"]
