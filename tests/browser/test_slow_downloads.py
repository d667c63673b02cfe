"""Who takes a large file slowly holds no file by name, keeps nobody else waiting, and cannot hold ever more."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asking import ask
from visits import running_fork

from app.core.i18n import words_in
from app.web.downloads import downloads
from tests.conftest import copy_for_writing

# Requests within which a server notices anything.
ENOUGH = 500
LARGE = "/export/mart.csv?page=downloads&table=fct_measure&lang=en"
SMALL = "/export/mart.csv?page=downloads&table=dim_period&lang=en"


@contextmanager
def taking_slowly(address: str, path: str, network: str) -> Iterator[bytes]:
    """Ask for a file and take no more than the beginning of the answer."""
    with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=120) as connection:
        asked = f"GET {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\nX-Forwarded-For: {network}\r\n\r\n"
        connection.sendall(asked.encode())
        yield connection.recv(100)


def named(folder: Path) -> list[str]:
    """The files of downloads that have a name."""
    return [path.name for path in folder.glob("plan-progress-*")]


def opened(process: int, folder: Path) -> int:
    """How many files without a name a process holds open that lay in a folder."""
    count = 0
    for handle in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = os.readlink(handle)
        except FileNotFoundError:
            continue
        count += target.startswith(str(folder / "plan-progress-")) and target.endswith("(deleted)")
    return count


@pytest.fixture
def ended_process() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_slow_downloads_hold_no_file_by_name_and_no_more_than_so_many(
    published_data_dir: Path, tmp_path: Path, ended_process: int
) -> None:
    spare = tmp_path / "spare"
    spare.mkdir()
    (spare / f"plan-progress-{ended_process}-left.csv").write_text("left by a process that was killed")
    ours = spare / f"plan-progress-{os.getpid()}-made.csv"
    ours.write_text("being made by a process that runs")
    one, other = "10.3.0.1", "10.3.0.2"
    with (
        running_fork(copy_for_writing(published_data_dir, tmp_path / "data"), TMPDIR=str(spare)) as (server, address),
        ExitStack() as slow,
    ):
        assert named(spare) == [ours.name]
        for number in range(downloads.each):
            answer = slow.enter_context(taking_slowly(address, LARGE, one))
            assert b"200 OK" in answer
            assert named(spare) == [ours.name]
            assert opened(server.pid or 0, spare) == number + 1
        refused = ask(address, SMALL, x_forwarded_for=one)
        assert (refused.status, refused.text) == (503, words_in("en")("guard.crowded"))
        assert int(refused.headers["retry-after"]) > 0
        assert ask(address, SMALL, x_forwarded_for=other).status == 200
        slow.close()
        # What they held is given back as the server notices that they are gone.
        answers = (ask(address, SMALL, x_forwarded_for=one).status for _ in range(ENOUGH))
        assert 200 in answers
        assert any(
            ask(address, "/health/live").status == 200 and not opened(server.pid or 0, spare) for _ in range(ENOUGH)
        )
