"""Who asks in a loop is told when to come again, and nobody else waits for it."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html
from starlette.requests import HTTPConnection, Request
from starlette.types import Message, Receive, Scope, Send

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.web import act_routes, rates, sign_in, sign_in_routes
from app.web.language_in_force import LanguageInForce
from app.web.rates import LIMITS, MOST_ADDRESSES, Kind, address_of, kind_of, wait_of_address_s, wait_s
from app.web.sign_in_routes import SignedInOnly
from tests.answered import awaited, in_its_language

EXPORT = "/export/table.csv"


def person(name: str) -> Viewer:
    """Somebody who signed in."""
    return Viewer(name, is_signed_in=True, person=name)


def scope_of(path: str, method: str = "GET", accept: str = "text/html") -> Scope:
    """A request as the server passes it on."""
    headers = [(b"accept", accept.encode()), (b"host", b"here")]
    return {"type": "http", "method": method, "path": path, "query_string": b"lang=en", "headers": headers}


def ask_until_refused(who: Viewer, kind: Kind) -> tuple[int, int]:
    """How often somebody was answered, and for how many seconds they are then sent away."""
    for count in range(LIMITS[kind].amount + 1):
        if seconds := wait_s(who, kind):
            return count, seconds
    pytest.fail("answered without end")


@pytest.mark.parametrize("kind", Kind)
def test_each_person_has_so_many_a_minute_and_then_waits_less_than_one(kind: Kind) -> None:
    count, seconds = ask_until_refused(person(f"one {kind}"), kind)
    assert count == LIMITS[kind].amount
    assert 0 < seconds <= 60
    assert wait_s(person(f"other {kind}"), kind) == 0


def test_what_costs_other_work_is_counted_apart() -> None:
    who = person("apart")
    ask_until_refused(who, Kind.FILE)
    assert wait_s(who, Kind.PAGE) == wait_s(who, Kind.WRITE) == 0


def test_without_sign_in_nobody_is_counted() -> None:
    assert {wait_s(BUILT_IN_VIEWER, Kind.FILE) for _ in range(LIMITS[Kind.FILE].amount * 2)} == {0}


@pytest.mark.parametrize(
    ("path", "method", "kind"),
    [
        ("/district", "GET", Kind.PAGE),
        (EXPORT, "GET", Kind.FILE),
        ("/intake/original", "GET", Kind.FILE),
        ("/intake/submit", "POST", Kind.WRITE),
        ("/act/report", "POST", Kind.WRITE),
        ("/assets/app.js", "GET", None),
        ("/explore/_stcore/stream", "GET", None),
    ],
)
def test_a_request_counts_as_what_it_costs(path: str, method: str, kind: Kind | None) -> None:
    assert kind_of(HTTPConnection(scope_of(path, method))) is kind


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("10.0.0.1", 1), "10.0.0.1"),
        (("::ffff:10.0.0.1", 1), "10.0.0.1"),
        (("2001:db8:0:1:2:3:4:5", 1), "2001:db8:0:1::/64"),
        (("x" * 1000, 1), "x" * 64),
        (None, ""),
    ],
)
def test_who_has_not_signed_in_is_known_by_the_network_address(client: tuple[str, int] | None, address: str) -> None:
    assert address_of(HTTPConnection(scope_of("/") | {"client": client})) == address


def test_of_however_many_addresses_the_memory_has_an_end_and_the_latest_are_counted() -> None:
    for _ in range(LIMITS[Kind.SIGN_IN].amount):
        assert wait_of_address_s("last", Kind.SIGN_IN) == 0
    assert wait_of_address_s("last", Kind.SIGN_IN) > 0
    kept = len(rates._counted.storage.storage)  # type: ignore[attr-defined]
    for number in range(MOST_ADDRESSES * 2):
        wait_of_address_s(f"other {number}", Kind.ANONYMOUS)
    assert len(rates._counted.storage.storage) < kept + 2 * MOST_ADDRESSES  # type: ignore[attr-defined]
    assert wait_of_address_s("last", Kind.SIGN_IN) == 0, "it was silent the longest"
    for _ in range(LIMITS[Kind.SIGN_IN].amount):
        wait_of_address_s("last", Kind.SIGN_IN)
    assert wait_of_address_s("last", Kind.SIGN_IN) > 0


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_refusal_says_in_words_and_to_programs_when_to_come_again(
    accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = person(f"hasty {accept}")
    monkeypatch.setenv("KPI_AUTH", "oidc")
    sign_in.settings.cache_clear()
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: who)
    ask_until_refused(who, Kind.FILE)
    sent: list[Message] = []

    async def beyond(_: Scope, __: Receive, ___: Send) -> None:
        pytest.fail("passed on")

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    awaited(LanguageInForce(SignedInOnly(beyond))(scope_of(EXPORT, accept=accept), receive, send))
    sign_in.settings.cache_clear()
    seconds = int(dict(sent[0]["headers"])[b"retry-after"])
    assert sent[0]["status"] == 429
    assert words_in("en")("guard.too_often", seconds=seconds) in sent[1]["body"].decode()


def test_every_post_of_a_signed_in_person_is_counted_once_forms_where_they_keep_what_was_typed() -> None:
    who, limit = person("posting"), LIMITS[Kind.WRITE].amount
    form = HTTPConnection(scope_of("/act/add-note", "POST"))
    assert {sign_in_routes._wait_s(form, who) for _ in range(limit * 2)} == {0}
    for path in ("/act/report", "/intake/check"):
        who = person(f"posting {path}")
        post = HTTPConnection(scope_of(path, "POST"))
        assert {sign_in_routes._wait_s(post, who) for _ in range(limit)} == {0}
        assert sign_in_routes._wait_s(post, who) > 0


def test_a_form_that_is_sent_too_often_is_answered_with_its_page_and_what_was_typed(
    published_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    who = Viewer("hasty writer", BUILT_IN_VIEWER.rights, is_signed_in=True, person="hasty writer")
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: who)
    ask_until_refused(who, Kind.WRITE)
    values = {"unit_code": "26740", "period_code": "2026Q3", "text": "Ghi chú gõ dở"}
    at = "/ward?unit=26740&period=2026Q3&lang=vi"
    headers = [(b"origin", b"http://here"), (b"host", b"here"), (b"accept", b"text/html")]
    scope = scope_of("/act/add-note", "POST") | {
        "headers": headers,
        "query_string": urlencode({"at": at}).encode(),
        "path_params": {"form": "add-note"},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": urlencode(values).encode(), "more_body": False}

    answer = awaited(in_its_language(act_routes.act, Request(scope, receive)))
    assert (answer.status_code, answer.headers["cache-control"]) == (429, "no-store")
    assert 0 < int(answer.headers["retry-after"]) <= 60
    page = html.document_fromstring(bytes(answer.body).decode())
    assert page.xpath("string(//form[@data-send='add-note']//textarea)") == "Ghi chú gõ dở"
    assert "Hãy thử lại sau" in page.xpath("string(//p[@role='alert'])")
