"""A known hole in a pinned dependency fails CI, and so does not knowing, against a package index of the test's own."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.by_path import module_at
from tests.servers import answering

ROOT = Path(__file__).parents[2]
advisories = module_at(ROOT / ".ci" / "advisories.py")

HOLE = {"id": "PYSEC-0000-1", "aliases": ["CVE-0000-1"], "fixed_in": ["1.1"], "withdrawn": None}
Audit = Callable[..., tuple[int, str]]


class Index(BaseHTTPRequestHandler):
    """A package index with the pages that a test gives it, by path."""

    pages: dict[str, dict[str, Any]]

    def do_GET(self) -> None:
        """Answer with the page, or that there is none."""
        page = self.pages.get(self.path)
        content = json.dumps(page or {}).encode()
        self.send_response(404 if page is None else 200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    """The pages of the index that is asked."""
    pages: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(Index, "pages", pages, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    monkeypatch.setenv("ADVISORIES_URL", f"http://127.0.0.1:{server.server_port}/pypi")
    with answering(server):
        yield pages


def page(version: str, *holes: dict[str, Any]) -> dict[str, Any]:
    """A page of the index about one version."""
    return {"info": {"version": version}, "vulnerabilities": list(holes)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with pins of two packages, answers of today without any hole, and no exception."""
    (tmp_path / "pins.txt").write_text("one==1.0 \\\n    --hash=sha256:00\ntwo==2.0 ; python_version < '4'\n")
    (tmp_path / "exceptions.toml").write_text("")
    answered(tmp_path, date.today(), {"one 1.0": [], "two 2.0": []})
    return tmp_path


def answered(folder: Path, day: date, answers: dict[str, Any]) -> None:
    """Put answers of a day into the folder."""
    (folder / "answers.json").write_text(json.dumps({"asked_on": day.isoformat(), "answers": answers}))


def accept(
    folder: Path, advisory: str, until: date, pin: str = "one 1.0", reason: str = "never reached from here"
) -> None:
    """Put an exception into the folder."""
    line = f"[[exception]]\nadvisory = '{advisory}'\nuntil = {until}\nreason = '{reason}'\npins = ['{pin}']\n"
    (folder / "exceptions.toml").write_text(line)


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Audit:
    """Runs a command on the folder; gives its exit code and what it printed."""

    def run(command: str = "audit") -> tuple[int, str]:
        files = ("--pins", "pins.txt"), ("--answers", "answers.json"), ("--exceptions", "exceptions.toml")
        arguments = [word for option, name in files for word in (option, str(folder / name))]
        code = advisories.main([command, *arguments])
        return code, "".join(capsys.readouterr())

    return run


def test_a_hole_that_the_index_knows_fails_the_audit_with_its_name_and_the_version_that_mends_it(
    run: Audit, index: dict[str, dict[str, Any]]
) -> None:
    index |= {"/pypi/one/1.0/json": page("1.0", HOLE), "/pypi/two/2.0/json": page("2.0")}
    assert run("refresh")[0] == 0
    code, told = run()
    assert code == 1
    assert told == "one 1.0: known hole PYSEC-0000-1, CVE-0000-1; fixed in: 1.1.\n"


def test_dependencies_without_a_known_hole_pass_and_a_withdrawn_advisory_is_none(
    run: Audit, index: dict[str, dict[str, Any]]
) -> None:
    index |= {"/pypi/one/json": page("1.0", HOLE | {"withdrawn": "2026-01-01T00:00:00Z"}), "/pypi/two/json": page("2")}
    assert run("refresh")[0] == 0
    assert run() == (0, "2 pinned dependencies: no known hole but what is accepted.\n")


@pytest.mark.parametrize("about_one", [page("1.1"), {"info": {"version": "1.0"}}, None])
def test_an_index_that_does_not_answer_for_a_version_is_not_good_news(
    folder: Path, run: Audit, index: dict[str, dict[str, Any]], about_one: dict[str, Any] | None
) -> None:
    index |= {"/pypi/two/2.0/json": page("2.0")} | ({"/pypi/one/json": about_one} if about_one else {})
    assert run("refresh")[0] == 0
    code, told = run()
    assert code == 1
    assert "one 1.0: the index did not answer" in told
    accept(folder, "unanswered", date.today())
    assert run()[0] == 0


def test_an_index_that_cannot_be_asked_leaves_the_answers_as_they_are(
    folder: Path, run: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "answers.json").read_bytes()
    monkeypatch.setenv("ADVISORIES_URL", "http://127.0.0.1:9/pypi")
    code, told = run("refresh")
    assert code == 1
    assert "nothing was changed" in told
    assert (folder / "answers.json").read_bytes() == before


@pytest.mark.parametrize(("age", "code"), [(0, 0), (90, 0), (91, 1), (-1, 1)])
def test_answers_are_relied_upon_for_90_days(folder: Path, run: Audit, age: int, code: int) -> None:
    answered(folder, date.today() - timedelta(days=age), {"one 1.0": [], "two 2.0": []})
    found, told = run()
    assert found == code
    assert ("make advisories" in told) == bool(code)


@pytest.mark.parametrize("content", [None, "", "[]", '{"asked_on": "yesterday", "answers": {}}'])
def test_answers_that_are_missing_or_damaged_fail_with_words(folder: Path, run: Audit, content: str | None) -> None:
    (folder / "answers.json").unlink()
    if content is not None:
        (folder / "answers.json").write_text(content)
    code, told = run()
    assert code == 1
    assert "make advisories" in told


def test_a_pin_that_the_index_was_never_asked_about_fails(folder: Path, run: Audit) -> None:
    answered(folder, date.today(), {"one 0.9": [], "two 2.0": []})
    assert run() == (1, "one 1.0: pinned since the index was asked: run `make advisories`.\n")


def test_no_requirement_is_left_out_because_of_how_it_is_written(folder: Path, run: Audit) -> None:
    (folder / "pins.txt").write_text("one[extra]==1.0 \\\n    --hash=sha256:00\nthree==3.0\n")
    assert run() == (1, "three 3.0: pinned since the index was asked: run `make advisories`.\n")
    (folder / "pins.txt").write_text("one==1.0\nfour @ https://kpi.test/four.whl\n")
    code, told = run()
    assert code == 1
    assert "four @ https://kpi.test/four.whl" in told


@pytest.mark.parametrize("name", [HOLE["id"], HOLE["aliases"][0]])
def test_a_hole_that_is_accepted_with_a_reason_passes_until_its_day_and_is_named(
    folder: Path, run: Audit, name: str
) -> None:
    answered(folder, date.today(), {"one 1.0": [HOLE], "two 2.0": []})
    accept(folder, name, date.today())
    code, told = run()
    assert code == 0
    assert f"Accepted until {date.today()}: {name} (one 1.0)" in told
    accept(folder, name, date.today(), pin="two 2.0")
    assert run()[0] == 1


@pytest.mark.parametrize(
    ("days", "pin", "reason", "told"),
    [
        (-1, "one 1.0", "never reached", "the exception ended on"),
        (91, "one 1.0", "never reached", "90 days at most"),
        (9, "one 0.9", "never reached", "no longer pinned"),
        (9, "one 1.0", " ", "needs a day `until` and a reason"),
    ],
)
def test_an_exception_ends_has_a_reason_and_is_about_what_is_pinned(
    folder: Path, run: Audit, days: int, pin: str, reason: str, told: str
) -> None:
    accept(folder, "PYSEC-0000-9", date.today() + timedelta(days=days), pin, reason)
    code, printed = run()
    assert code == 1
    assert told in printed


def test_every_pin_of_the_project_was_asked_about_and_has_no_hole_but_what_is_accepted() -> None:
    asked_on = date.fromisoformat(json.loads(advisories.ANSWERS.read_text())["asked_on"])
    pins = advisories.read_pins(advisories.PINS)
    assert {pin.split()[0] for pin in pins} > {"starlette", "duckdb", "pytest"}
    assert advisories.audit(pins, advisories.ANSWERS, advisories.EXCEPTIONS, asked_on)


def test_ci_stops_where_the_audit_fails(tmp_path: Path) -> None:
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\n[ "$1" != audit ]\n')
    make.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    finished = subprocess.run(["bash", ROOT / ".ci" / "run"], env=environment, check=False)
    assert finished.returncode == 1
    assert (tmp_path / "called").read_text() == "audit\n"
