"""The roles file, the access trail and the ways in: nothing is allowed that the file does not say, nothing is lost."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests import two_tiers
from tests.pipeline.commands import run
from warehouse import cli, clock
from warehouse.people import (
    AccessKind,
    AccessTrail,
    AlreadyRecordedError,
    Role,
    RolesOnRecord,
    Sessions,
    TokenError,
    Tokens,
    break_glass,
    load_roles,
    units_under,
)
from warehouse.people.access_trail import first_broken, head
from warehouse.people.break_glass import BreakGlassError
from warehouse.settings import Settings

HEAD = "person,name,role,unit_code,valid_from,valid_to\n"
TODAY = date(2026, 11, 26)


@pytest.fixture
def trail(settings: Settings) -> AccessTrail:
    """An empty trail."""
    return AccessTrail.open(settings)


def written(path: Path, *lines: str) -> Path:
    """A roles file of these lines."""
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_person_holds_the_roles_that_the_file_gives_them_that_day_however_their_name_is_written(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path / "roles.csv",
        "An@kpi.test,,leader,,2026-11-26,",
        "an@kpi.test,,unit_officer,26740,2026-01-01,2026-12-01",
        "an@kpi.test,,auditor,,2027-01-01,",
        "an@kpi.test,,administrator,,2025-01-01,2026-11-26",
    )
    roles = load_roles(path)
    assert [grant.role for grant in roles.of("AN@kpi.test", TODAY)] == [Role.LEADER, Role.UNIT_OFFICER]
    assert roles.of("other@kpi.test", TODAY) == ()


@pytest.mark.parametrize("typed", ["00006", "6"])
def test_a_code_keeps_its_right_when_a_spreadsheet_program_dropped_its_zeros(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    roles = load_roles(written(tmp_path / "roles.csv", f"an@kpi.test,,unit_officer,{typed},2026-01-01,"))
    assert [grant.unit_code for grant in roles.of("an@kpi.test", TODAY)] == ["00006"]


def test_a_roles_file_that_a_vietnamese_spreadsheet_program_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "roles.csv"
    lines = ["an@kpi.test;An, Sở Y tế;unit_officer;26740;01/07/2026;31/12/2026", "binh@kpi.test;;leader;;2026-01-01;"]
    path.write_text("\r\n".join([HEAD.strip().replace(",", ";"), *lines, ""]), encoding="utf-8-sig", newline="")
    roles = load_roles(path)
    assert roles.problems == ()
    (grant,) = roles.of("an@kpi.test", TODAY)
    assert (grant.name, grant.unit_code) == ("An, Sở Y tế", "26740")
    assert (grant.valid_from, grant.valid_to) == (date(2026, 7, 1), date(2026, 12, 31))
    assert [grant.role for grant in roles.of("binh@kpi.test", TODAY)] == [Role.LEADER]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",,leader,,2026-01-01,", "no_person"),
        ("a,,boss,,2026-01-01,", "unknown_role"),
        ("a,,unit_officer,,2026-01-01,", "unit_needed"),
        ("a,,unit_officer,99999,2026-01-01,", "unit_unknown"),
        ("a,,leader,26740,2026-01-01,", "no_unit"),
        ("a,,leader,,1/1/2026,", "not_a_day"),
        ("a,,leader,,01/13/2026,", "not_a_day"),
        ("a,,leader,,,", "days"),
        ("a,,leader,,2026-02-01,2026-01-01", "days"),
    ],
)
def test_a_line_with_a_mistake_grants_nothing_is_named_and_leaves_the_others(
    tmp_path: Path, line: str, code: str
) -> None:
    roles = load_roles(written(tmp_path / "roles.csv", "b,,leader,,2026-01-01,", line))
    assert [(problem.line, problem.code) for problem in roles.problems] == [(3, code)]
    assert roles.of("a", TODAY) == ()
    assert roles.of("b", TODAY) != ()


@pytest.mark.parametrize("content", [None, b"person;role\n", b"\xff\xfe\x00"])
def test_without_a_file_that_can_be_read_nobody_has_any_role(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "roles.csv"
    if content is not None:
        path.write_bytes(content)
    roles = load_roles(path)
    assert not list(roles)
    assert roles.problems


def test_a_change_of_the_file_holds_at_once_and_is_on_record(tmp_path: Path, trail: AccessTrail) -> None:
    path = written(tmp_path / "roles.csv", "a,,leader,,2026-01-01,")
    roles = RolesOnRecord(path, trail)
    assert roles.current().of("a", TODAY)
    written(path, "a,,department,,2026-01-01,", "b,,auditor,,2026-01-01,")
    assert [grant.role for grant in roles.current().of("a", TODAY)] == [Role.DEPARTMENT]
    roles.current()
    told = [(event.person, event.kind, event.about["role"]) for event in reversed(trail.newest())]
    assert told[:2] == [("a", "role_granted", "leader"), ("a", "role_ended", "leader")]
    assert set(told[2:]) == {("a", "role_granted", "department"), ("b", "role_granted", "auditor")}
    RolesOnRecord(path, trail).current()
    assert len(trail.newest()) == len(told)


def test_of_processes_that_read_a_changed_file_at_once_one_records_the_change(
    trail: AccessTrail, tmp_path: Path
) -> None:
    path = tmp_path / "roles.csv"
    written(path, *(f"p{number},,leader,,2026-01-01," for number in range(40)))
    at_once = Barrier(3)

    def process() -> None:
        roles = RolesOnRecord(path, trail)
        at_once.wait()
        roles.current()

    with ThreadPoolExecutor(at_once.parties) as pool:
        for ended in [pool.submit(process) for _ in range(at_once.parties)]:
            ended.result()
    granted = Counter(event.person for event in trail.since(0, [AccessKind.ROLE_GRANTED]))
    assert granted == {f"p{number}": 1 for number in range(40)}
    with trail.engine.connect() as connection:
        assert first_broken(connection) is None


def test_whoever_answers_for_a_unit_answers_for_what_lies_under_it_and_nothing_else() -> None:
    assert "26740" in units_under("760")
    assert "27004" not in units_under("760")
    assert units_under("26740") == {"26740"}


def test_the_trail_refuses_changes_and_a_change_behind_its_back_is_found(
    settings: Settings, trail: AccessTrail
) -> None:
    for number in range(4):
        trail.record(AccessKind.DOWNLOADED, "a", "s", {"what": f"/export/{number}"})
    with pytest.raises(DatabaseError, match="append-only"), trail.engine.begin() as connection:
        connection.execute(text("update access_event set person = 'b'"))
    with trail.engine.connect() as connection:
        assert first_broken(connection) is None
    with trail.engine.begin() as connection:
        connection.execute(text("drop trigger access_event_no_update"))
        connection.execute(text('update access_event set about = \'{"what": "nothing"}\' where event_id = 2'))
    with trail.engine.connect() as connection:
        assert first_broken(connection) == 2
    with trail.engine.begin() as connection:
        connection.execute(text("drop trigger access_event_no_delete"))
        connection.execute(text("delete from access_event where event_id = 2"))
    with trail.engine.connect() as connection:
        assert first_broken(connection) == 3


def test_a_mistake_of_the_whole_roles_file_names_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KPI_LANG", "vi")
    assert cli.main(["roles"]) == 1
    assert capsys.readouterr().err.startswith(f"✗ Không có tệp vai trò {tmp_path}")
    written(tmp_path / "roles.csv", "an@kpi.test,,leader,,,")
    assert cli.main(["roles"]) == 1
    assert capsys.readouterr().err.startswith("✗ dòng 2: ")


@pytest.mark.slow
def test_verify_says_that_the_trail_is_whole_and_from_where_it_is_not(settings: Settings, trail: AccessTrail) -> None:
    trail.record(AccessKind.SIGNED_OUT, "a", "s")
    trail.record(AccessKind.SIGNED_OUT, "b", "s")
    assert run(settings.data_dir, "verify").returncode == 0
    with trail.engine.begin() as connection:
        trigger = connection.scalar(text("select sql from sqlite_master where name = 'access_event_no_update'"))
        connection.execute(text("drop trigger access_event_no_update"))
        connection.execute(text("update access_event set person = 'c' where event_id = 1"))
        connection.execute(text(trigger or ""))
    told = run(settings.data_dir, "verify", "--json")
    assert told.returncode == 6
    assert json.loads(told.stdout)["findings"] == [{"code": "access_trail_broken", "number": "1"}]


def test_taking_the_last_event_off_changes_the_head(trail: AccessTrail) -> None:
    trail.record(AccessKind.SIGNED_OUT, "a", "s")
    last = trail.record(AccessKind.SIGNED_OUT, "b", "s")
    with trail.engine.begin() as connection:
        assert head(connection) == last.hash
        connection.execute(text("drop trigger access_event_no_delete"))
        connection.execute(text("delete from access_event where event_id = 2"))
        assert head(connection) == last.previous_hash


def test_a_session_holds_until_its_person_signs_out_and_others_go_on(trail: AccessTrail) -> None:
    sessions = Sessions(trail, idle_s=3600)
    for person, session in (("a", "1"), ("a", "2"), ("b", "3")):
        trail.record(AccessKind.SIGNED_IN, person, session)
        assert sessions.holds(session, is_use=True)
    trail.record(AccessKind.SIGNED_OUT, "a", "1")
    sessions.look()
    assert [sessions.holds(session, is_use=True) for session in "1234"] == [False, False, True, False]
    assert [Sessions(trail, 3600).holds(session, is_use=True) for session in "123"] == [False, False, True]
    trail.record(AccessKind.SIGNED_IN, "a", "5")
    assert sessions.holds("5", is_use=True)


def test_a_session_that_nobody_uses_ends_though_its_pages_go_on_asking(
    trail: AccessTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("warehouse.people.sessions.time.monotonic", lambda: now)
    sessions = Sessions(trail, idle_s=1800)
    trail.record(AccessKind.SIGNED_IN, "a", "1")
    assert sessions.holds("1", is_use=True)
    now += 1700
    assert sessions.holds("1", is_use=True)
    now += 1700
    assert sessions.holds("1", is_use=False)
    now += 101
    assert not sessions.holds("1", is_use=True)


def test_a_session_in_use_goes_on_where_its_process_ended_and_another_one_answers(
    trail: AccessTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("warehouse.people.sessions.time.monotonic", lambda: now)
    first, second = Sessions(trail, idle_s=1800), Sessions(trail, idle_s=1800)
    for session in ("1", "2"):
        trail.record(AccessKind.SIGNED_IN, session, session)
    # Each person keeps to a process, and each process reads every sign-in.
    for _ in range(3):
        assert first.holds("1", is_use=True)
        assert second.holds("2", is_use=True)
        now += 1700
    assert second.holds("1", is_use=True)
    now += 1801
    assert not second.holds("1", is_use=True)


def test_a_sign_in_is_recorded_once(trail: AccessTrail) -> None:
    trail.record(AccessKind.SIGNED_IN, "a", "1", is_once=True)
    with pytest.raises(AlreadyRecordedError):
        trail.record(AccessKind.SIGNED_IN, "a", "1", is_once=True)


def test_a_code_opens_once_and_not_for_long_and_is_not_on_the_trail_itself(
    trail: AccessTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = break_glass.issue(trail, "Quản trị", "Hệ thống tài khoản ngừng")
    assert break_glass.redeem(trail, code).person == "Quản trị"
    late = break_glass.issue(trail, "Quản trị", "Thử")
    told = json.dumps([[event.about, event.session] for event in trail.newest()], default=str)
    assert code not in told
    assert "Hệ thống tài khoản ngừng" in {event.about.get("reason") for event in trail.newest()}
    for again in (code, "", "guess"):
        with pytest.raises(BreakGlassError):
            break_glass.redeem(trail, again)
    issued = clock.now()
    # Afterwards, and where the clock was a year ahead and has been set right.
    for then in (issued + break_glass.CODE_HOLDS + timedelta(seconds=2), issued - timedelta(days=365)):
        monkeypatch.setattr("warehouse.people.break_glass.clock.now", lambda: then)  # noqa: B023
        with pytest.raises(BreakGlassError):
            break_glass.redeem(trail, late)


@pytest.mark.parametrize(
    ("name", "role", "unit", "days", "code"),
    [
        (" ", Role.LEADER, "", 30, "token_name"),
        ("x" * 201, Role.LEADER, "", 30, "token_name"),
        ("Cổng", Role.UNIT_OFFICER, "", 30, "unit_needed"),
        ("Cổng", Role.LEADER, "26740", 30, "no_unit"),
        ("Cổng", Role.AREA_READER, "99999", 30, "unit_unknown"),
        ("Cổng", Role.LEADER, "", 0, "token_over"),
    ],
)
def test_a_token_without_name_unit_or_days_left_is_not_issued(
    trail: AccessTrail, name: str, role: Role, unit: str, days: int, code: str
) -> None:
    with pytest.raises(TokenError) as refused:
        Tokens(trail).issue(name, role, unit, clock.now().date() + timedelta(days=days), "Sở")
    assert refused.value.code == code
    assert refused.value.words("vi") != refused.value.words("en")
    assert Tokens(trail).all() == []
    assert trail.newest() == []


def test_a_token_opens_what_its_role_may_until_its_day_and_is_withdrawn_once(
    trail: AccessTrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, tomorrow = Tokens(trail), clock.now() + timedelta(days=1)
    (first, withdrawn), (second, ended) = (
        tokens.issue(name, Role.UNIT_OFFICER, "26740", tomorrow.date(), "Sở") for name in ("Cổng", "x" * 200)
    )
    assert [tokens.accepted(text) for text in (first, second, "kpi_guess", "")] == [withdrawn, ended, None, None]
    assert (withdrawn.grant.role, withdrawn.grant.unit_code) == (Role.UNIT_OFFICER, "26740")
    assert tokens.withdraw(withdrawn.token_id, "Sở", "Thôi dùng").reason == "Thôi dùng"
    assert [tokens.accepted(text) for text in (first, second)] == [None, ended]
    for number, code in ((withdrawn.token_id, "token_withdrawn"), (99, "token_unknown")):
        with pytest.raises(TokenError) as refused:
            tokens.withdraw(number, "Sở", "Thôi dùng")
        assert refused.value.code == code
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert tokens.accepted(second) is None


@pytest.mark.slow
def test_the_command_line_lists_roles_and_their_mistakes_the_trail_and_gives_a_code(
    settings: Settings, trail: AccessTrail
) -> None:
    written(settings.data_dir / "roles.csv", "a,,leader,,2026-01-01,", "b,,boss,,2026-01-01,")
    listed = run(settings.data_dir, "roles")
    assert listed.returncode == 1
    assert "leader" in listed.stdout
    assert "line 3" in listed.stderr
    assert run(settings.data_dir, "break-glass", "--reason", " ").returncode == 2
    given = run(settings.data_dir, "break-glass", "--reason", "Thử", "--by", "Quản trị")
    assert "/sign-in/once?code=" in given.stdout
    told = json.loads(run(settings.data_dir, "access", "--json").stdout)
    assert [event["kind"] for event in told] == ["break_glass_issued"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("access", "--person", "ai@so.example.vn"), "nothing of ai@so.example.vn"),
        (("token", "list"), "No token"),
        (("digest", "list"), "no recipients"),
        (("audit",), "No report was changed"),
    ],
)
def test_a_list_of_nothing_says_so(settings: Settings, trail: AccessTrail, command: tuple[str, ...], said: str) -> None:
    listed = run(settings.data_dir, *command)
    assert (listed.returncode, said in listed.stdout) == (0, True), listed


@pytest.mark.slow
def test_events_of_a_period_that_the_calendar_does_not_have_are_not_looked_for(
    settings: Settings, trail: AccessTrail
) -> None:
    asked = run(settings.data_dir, "audit", "--period", "2031Q9")
    assert (asked.returncode, "There is no quarter 2031Q9" in asked.stderr) == (2, True)
