"""What a killed process left half-written is removed; what one writes that runs stays."""

import os
import subprocess
from pathlib import Path

import pytest

from warehouse.errors import RegistryDamagedError
from warehouse.intake import remove_partial_states
from warehouse.pipeline import pipeline
from warehouse.settings import Settings


@pytest.fixture
def half_written(settings: Settings) -> dict[str, Path]:
    """Half-written states of builds: of a process that is no more, of an earlier one with our number, of one that
    runs; and files that only look alike."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    settings.data_dir.mkdir(parents=True)
    names = {"ended": f".build-state.json.{ended.pid}", "earlier": f".build-state.json.{os.getpid()}"}
    names |= {"running": f".build-state.json.{os.getppid()}", "other": f".build-state.json.{ended.pid}.kept"}
    names |= {"whole": "build-state.json", "far": f".other.json.{ended.pid}", "huge": f".build-state.json.{10**30}"}
    paths = {what: settings.data_dir / name for what, name in names.items()}
    for path in paths.values():
        path.write_text("{}")
    return paths


def left(paths: dict[str, Path]) -> set[str]:
    """Which of the files are there."""
    return {what for what, path in paths.items() if path.exists()}


def test_at_the_start_only_what_no_running_process_writes_is_removed(
    settings: Settings, half_written: dict[str, Path]
) -> None:
    remove_partial_states(settings.build_state)
    assert left(half_written) == {"running", "other", "whole", "far"}


def test_a_build_begins_without_what_a_killed_one_left(settings: Settings, half_written: dict[str, Path]) -> None:
    (settings.data_dir / "registry.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(RegistryDamagedError):
        pipeline.build(settings, by="test")
    assert left(half_written) == {"running", "other", "whole", "far"}


def test_where_there_is_no_data_yet_there_is_nothing_to_remove(settings: Settings) -> None:
    remove_partial_states(settings.build_state)
    assert not settings.data_dir.exists()
