"""Failed sign-ins are on record with how many there were, and no more rows than anyone can read."""

import html
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from lxml.html import document_fromstring
from starlette.requests import HTTPConnection

from app.core.i18n import in_language, words_in
from app.pages.people.page import _about
from app.web import failed_sign_ins, sign_in_routes
from app.web.failed_sign_ins import MOST_ADDRESSES, FailedSignIns, writing_each_minute
from tests.answered import awaited
from warehouse import clock
from warehouse.people import OTHER_ADDRESSES, AccessTrail, Grant, Role, Roles, Tokens, break_glass
from warehouse.people.role_record import record_changes
from warehouse.settings import Settings

BEGIN = datetime(2026, 11, 25, 8, 30, 10)


class Clock:
    """The office's clock, which a test sets."""

    now = BEGIN


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock, at half past eight."""
    moment = Clock()
    monkeypatch.setattr(clock, "now", lambda: moment.now)
    return moment


@pytest.fixture
def trail(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccessTrail]:
    """The trail to which failed attempts are written."""
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("KPI_OPS_URL", raising=False)
    opened = AccessTrail.open(settings)
    yield opened
    opened.engine.dispose()


def rows(trail: AccessTrail) -> list[tuple[str, str, str, str]]:
    """Minute, address, count and reasons of each row, oldest first."""
    names = ("minute", "address", "count", "why")
    return [tuple(event.about[name] for name in names) for event in reversed(trail.newest())]  # type: ignore[misc]


def test_a_minute_is_written_when_it_is_over_and_the_running_one_goes_on(at: Clock, trail: AccessTrail) -> None:
    attempts = FailedSignIns()
    for why in ("failed", "expired", "failed"):
        attempts.count("10.0.0.1", why)
    attempts.count("10.0.0.2", "failed")
    attempts.write_finished()
    assert rows(trail) == []
    at.now += timedelta(minutes=1)
    attempts.count("10.0.0.1", "failed")
    attempts.write_finished()
    first = [("2026-11-25T08:30", "10.0.0.1", "3", "expired, failed"), ("2026-11-25T08:30", "10.0.0.2", "1", "failed")]
    assert rows(trail) == first
    attempts.write_all()
    attempts.write_all()
    assert rows(trail) == [*first, ("2026-11-25T08:31", "10.0.0.1", "1", "failed")]


def test_a_minute_that_is_over_does_not_wait_for_a_clock_that_was_set_back(at: Clock, trail: AccessTrail) -> None:
    attempts = FailedSignIns()
    attempts.count("10.0.0.1", "failed")
    at.now -= timedelta(hours=1)
    attempts.count("10.0.0.1", "expired")
    attempts.write_finished()
    assert rows(trail) == [("2026-11-25T08:30", "10.0.0.1", "1", "failed")]


def test_from_however_many_addresses_they_come_rows_and_memory_have_an_end(at: Clock, trail: AccessTrail) -> None:
    attempts = FailedSignIns()
    many = 3 * MOST_ADDRESSES
    for number in range(many):
        attempts.count(f"10.0.{number // 256}.{number % 256}", "failed")
    assert len(attempts._waiting) == MOST_ADDRESSES + 1
    attempts.write_all()
    written = [(event.about["address"], int(event.about["count"])) for event in trail.newest(limit=many)]
    assert sum(count for _, count in written) == many
    assert dict(written)[OTHER_ADDRESSES] == many - MOST_ADDRESSES


def test_what_cannot_be_written_waits_and_is_written_once(
    at: Clock, trail: AccessTrail, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    attempts = FailedSignIns()
    attempts.count("10.0.0.1", "failed")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "registry.sqlite").write_bytes(b"not a database" * 1000)
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "torn"))
    failed_sign_ins.write_before_exit(attempts)
    attempts.count("10.0.0.1", "failed")
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    failed_sign_ins.write_before_exit(attempts)
    assert rows(trail) == [("2026-11-25T08:30", "10.0.0.1", "2", "failed")]


def test_while_the_app_runs_each_minute_is_written_and_at_its_end_the_rest(at: Clock, trail: AccessTrail) -> None:
    attempts = FailedSignIns()
    seen: list[int] = []

    async def run() -> None:
        over = anyio.Event()

        async def next_minute() -> None:
            seen.append(len(rows(trail)))
            if len(seen) > 2:
                over.set()
                await anyio.sleep_forever()
            at.now += timedelta(minutes=1)

        async with writing_each_minute(attempts, next_minute):
            attempts.count("10.0.0.1", "failed")
            await over.wait()
            attempts.count("10.0.0.1", "failed")

    awaited(run())
    assert seen == [0, 1, 1]
    assert [row[0] for row in rows(trail)] == ["2026-11-25T08:30", "2026-11-25T08:32"]


def test_the_page_of_people_says_how_many_when_and_from_where(at: Clock, trail: AccessTrail) -> None:
    attempts = FailedSignIns()
    attempts.count("10.0.0.1", "failed")
    attempts.count("10.0.0.1", "failed")
    attempts.write_all()
    (event,) = trail.newest()
    assert _about(event) == "2 lần trong phút 25/11/2026 08:30, từ 10.0.0.1"
    with in_language("en"):
        assert _about(event) == "2 times in the minute 25/11/2026 08:30, from 10.0.0.1"


def test_the_page_of_people_names_roles_units_and_days_as_people_read_them(at: Clock, trail: AccessTrail) -> None:
    held = Grant("phuong@kpi.test", Role.UNIT_OFFICER, "26740", date(2021, 1, 1), date(2026, 1, 1))
    record_changes(trail, Roles({held.person: (held,)}))
    Tokens(trail).issue("Cổng dữ liệu", Role.UNIT_OFFICER, "26740", date(2027, 6, 30), "so@kpi.test")
    break_glass.issue(trail, "so@kpi.test", "SSO ngừng")
    shown = [_about(event) for event in trail.newest()]
    assert shown == [
        "SSO ngừng; đến trước 25/11/2026 08:40",
        "1 Cổng dữ liệu; Cán bộ đơn vị: Phường Sài Gòn; đến trước 30/06/2027",
        "Cán bộ đơn vị; Phường Sài Gòn; từ 01/01/2021; đến trước 01/01/2026",
    ]


@pytest.mark.language("en")
@pytest.mark.parametrize(
    ("method", "typed", "key"),
    [
        ("POST", [("text", "1 < 2\r\n'Quận'"), ("text", "")], "sign_in.unsent"),
        ("POST", [], "sign_in.lost"),
        ("GET", [], "sign_in.text"),
    ],
)
def test_whoever_sent_a_form_after_the_session_had_ended_finds_there_what_was_typed(
    method: str, typed: list[tuple[str, str]], key: str
) -> None:
    scope = {
        "type": "http",
        "method": method,
        "path": "/act/add-note",
        "query_string": b"at=%2Fward%3Funit%3D26740%26lang%3Den",
        "headers": [(b"accept", b"text/html"), (b"host", b"here")],
    }
    page = bytes(sign_in_routes._not_signed_in(HTTPConnection(scope), typed).body).decode()
    assert words_in("en")(key) in html.unescape(page)
    forms = document_fromstring(page).forms
    assert [form.action for form in forms] == ["/act/add-note?at=%2Fward%3Funit%3D26740%26lang%3Den"] * bool(typed)
    # The parser of pages writes the end of a line in one way; browsers send it as it was.
    kept = [
        (field.name, (field.value or "").replace("\n", "\r\n")) for form in forms for field in form.inputs if field.name
    ]
    assert kept == typed
