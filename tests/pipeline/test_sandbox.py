"""Whatever a file does to its reader, the service only learns that the file was refused, and reads the next one."""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.pipeline import misbehaving
from tests.pipeline.commands import PROJECT
from tests.workbooks import write_report
from warehouse.forms.formats.book import UnreadableFileError
from warehouse.forms.reading.reader import read_report
from warehouse.forms.sandbox import sandboxed_reader
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.reference import Reference

DAY = date(2024, 7, 10)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, reference: Reference) -> bytes:
    return write_report(tmp_path_factory.mktemp("report") / "a.xlsx", reference).read_bytes()


@pytest.fixture(scope="module")
def reader(reference: Reference) -> Reader:
    return Reader(reference)


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A child that may take one CPU second instead of eight, and two in all, so that the test is quick."""
    sandboxed_reader._drop()
    monkeypatch.setattr(sandboxed_reader, "CPU_S", 1)
    monkeypatch.setattr(sandboxed_reader, "WALL_CLOCK_S", 2)
    yield
    sandboxed_reader._drop()


def refusal(reader: Reader, function: Callable[[], object]) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        reader.call(function)
    return caught.value.problem.rule_code


@pytest.mark.slow
def test_the_reading_is_the_same_as_without_a_sandbox(reader: Reader, reference: Reference, report: bytes) -> None:
    assert reader.read(report, DAY) == read_report(report, reference, DAY)
    assert reader.call(misbehaving.send_a_reading).kind == "ods"


def test_one_process_reads_file_after_file(reader: Reader, report: bytes) -> None:
    first = reader.call(misbehaving.number)
    assert not reader.read(report, DAY).problems
    assert reader.call(misbehaving.number) == first


@pytest.mark.slow
@pytest.mark.usefixtures("one_second")
@pytest.mark.parametrize("function", [misbehaving.never_end, misbehaving.spin])
def test_a_reader_that_never_ends_is_stopped(reader: Reader, report: bytes, function: Callable[[], object]) -> None:
    assert refusal(reader, function) == "file_too_heavy"
    assert not reader.read(report, DAY).problems


@pytest.mark.usefixtures("one_second")
def test_a_file_is_not_refused_because_a_busy_machine_keeps_its_reader_waiting(reader: Reader) -> None:
    assert reader.call(misbehaving.wait_longer_than_it_works) == reader.call(misbehaving.number)


@pytest.mark.slow
@pytest.mark.usefixtures("one_second")
def test_a_reader_that_starts_slowly_on_a_busy_machine_refuses_no_file(
    reader: Reader, report: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "python"
    slow.write_text(f'#!/bin/sh\nsleep 3\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    assert not reader.read(report, DAY).problems


@pytest.mark.parametrize(
    ("function", "rule"),
    [
        (misbehaving.eat, "file_too_heavy"),
        (misbehaving.abort, "file_too_heavy"),
        (misbehaving.fall_over, "file_not_workbook"),
        (misbehaving.raise_with_content, "file_not_workbook"),
    ],
)
def test_a_reader_that_breaks_down_refuses_that_file_only(
    reader: Reader, report: bytes, function: Callable[[], object], rule: str
) -> None:
    assert refusal(reader, function) == rule
    assert not reader.read(report, DAY).problems


def test_memory_that_a_file_leaves_behind_is_given_back(reader: Reader, report: bytes) -> None:
    grown = reader.call(misbehaving.grow)
    assert not reader.read(report, DAY).problems
    assert reader.call(misbehaving.number) != grown


def test_a_failure_is_logged_without_the_content_of_the_file(reader: Reader, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        refusal(reader, misbehaving.raise_with_content)
    assert "raise_with_content" in caplog.text
    assert "Lan" not in caplog.text


def test_an_answer_builds_nothing_but_the_project_s_own_values(
    reader: Reader, report: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert refusal(reader, misbehaving.send_a_trap) == "file_not_workbook"
    assert "posix.system" in caplog.text
    assert not reader.read(report, DAY).problems


def test_the_reading_process_knows_no_setting_and_no_secret(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    sandboxed_reader._drop()
    monkeypatch.setenv("KPI_OPS_URL", "postgresql://user:secret@host/ops")
    assert not [name for name in reader.call(misbehaving.environment) if name.startswith("KPI")]


def test_threads_share_the_reader_and_each_gets_its_own_answer(reader: Reader, report: bytes) -> None:
    expected = reader.read(report, DAY)

    def read(number: int) -> bool:
        return reader.read(report if number % 2 else report[:-30], DAY).problems == expected.problems

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(8))) == [number % 2 == 1 for number in range(8)]


class Met:
    """A setting that calls a function when it is copied into a reading process, as another thread may meanwhile."""

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        self._function()
        return str, ("",)


def test_a_reader_is_made_while_another_thread_looks_up_what_nobody_has(reference: Reference) -> None:
    settings: dict[str, Any] = {"met": Met(lambda: shared.units_at(DAY) and shared.levels.base)}
    shared = replace(reference, levels=replace(reference.levels), settings=settings)
    assert Reader(shared).call(misbehaving.number)


@pytest.mark.slow
def test_the_reading_process_ends_with_its_parent(tmp_path: Path) -> None:
    program = (
        "from tests.pipeline import misbehaving\nfrom warehouse.forms.sandbox.sandboxed_reader import Reader\n"
        "from warehouse.reference import load_reference\n"
        "print(Reader(load_reference()).call(misbehaving.number), flush=True)\ninput()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.send_signal(signal.SIGKILL)
    child.wait(timeout=10)
