"""What the state of a build tells people who use pages, and its progress those who run it."""

import errno
import os
import sys

import duckdb
import pytest

from warehouse.errors import BuildError
from warehouse.pipeline.background import build_state
from warehouse.pipeline.progress import progress_for
from warehouse.pipeline.state import FAILED, StateFile, error_texts, texts_for_pages
from warehouse.settings import Settings


def test_pages_do_not_repeat_what_a_library_says_of_files_on_the_server() -> None:
    error = duckdb.IOException('Cannot open file "/srv/kpi/warehouse.duckdb": No such file or directory')
    for told in (error, BuildError(str(error))):
        assert "/srv/kpi" in error_texts(told)["vi"]
        assert not any("/srv/kpi" in text for text in texts_for_pages(told).values())
        assert "status --json" in texts_for_pages(told)["en"]


def test_pages_name_a_folder_that_cannot_be_written_to_without_its_place_on_the_server() -> None:
    error = PermissionError(errno.EACCES, "Permission denied", "/srv/kpi/runs")
    assert "/srv/kpi/runs" in error_texts(error)["vi"]
    for text in texts_for_pages(error).values():
        assert "/srv" not in text
        assert "runs" in text


def test_pages_tell_a_cause_that_the_catalogues_word() -> None:
    error = BuildError({"vi": "gói kế hoạch có 2 lỗi", "en": "the plan pack has 2 mistakes"})
    assert texts_for_pages(error) == error_texts(error)
    assert "2 mistakes" in texts_for_pages(error)["en"]


@pytest.mark.parametrize("left", [b"", b"\0" * 96, b'{"by": "S'])
def test_a_state_that_a_power_cut_left_in_part_is_that_of_an_interrupted_build(settings: Settings, left: bytes) -> None:
    settings.data_dir.mkdir(exist_ok=True)
    StateFile(settings.build_state, "Sở").running("dbt", 4, 7)
    begun = build_state(settings)
    settings.build_state.write_bytes(left)
    state = build_state(settings)
    assert (state.state, state.is_interrupted) == (FAILED, True)
    assert state.since
    assert begun.since
    assert abs(state.since - begun.since).total_seconds() < 60


def test_a_build_continues_when_nobody_reads_its_progress_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with `build 2>&1 | head`: it was stopped at its next line, and recorded as failed."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as lines:
        monkeypatch.setattr(sys, "stderr", lines)
        progress = progress_for("en")
        progress.begin("plan")
        progress.end("plan", 0.1)
