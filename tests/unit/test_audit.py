"""A known hole in a dependency is found, against a register of the test's own."""

import json
import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOLE = "PYSEC-0000-1"


class Register(BaseHTTPRequestHandler):
    """Knows of one hole, in whatever version of one package is asked about."""

    holed = "jinja2"

    def do_POST(self) -> None:
        """Answer what is known of a package."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        package, version = asked["package"]["name"], asked["version"]
        affected = {"package": {"name": package, "ecosystem": "PyPI"}, "versions": [version]}
        known = [{"id": HOLE, "summary": "a hole", "modified": "2026-01-01T00:00:00Z", "affected": [affected]}]
        answer = json.dumps({"vulns": known} if package == self.holed else {}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def register() -> Iterator[str]:
    """The address of a register of known holes."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Register) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def audit(pins: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What `make check` says of the dependencies pinned in a file."""
    command = ["bash", ROOT / ".ci" / "audit", ROOT / pins]
    return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)


def test_a_dependency_with_a_known_hole_fails_the_check_and_is_named(register: str) -> None:
    found = audit("requirements.txt", AUDIT_URL=register)
    assert found.returncode == 1
    assert Register.holed in found.stdout
    assert HOLE in found.stdout


def test_dependencies_without_a_known_hole_pass(register: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Register, "holed", "")
    passed = audit("requirements.txt", AUDIT_URL=register)
    assert (passed.returncode, passed.stdout) == (0, "No known hole in any pinned dependency.\n")


@pytest.mark.parametrize(("required", "code"), [("0", 0), ("1", 1)])
def test_a_register_that_cannot_be_asked_is_never_taken_for_good_news(required: str, code: int) -> None:
    silent = audit("requirements.txt", AUDIT_URL="http://127.0.0.1:9/v1/query", AUDIT_REQUIRED=required)
    assert silent.returncode == code
    assert silent.stdout == ""
    assert "NOT AUDITED" in silent.stderr
