"""Outcome of the newest backup, in a small file of the data folder that monitors, pages and commands read."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path

from warehouse import clock
from warehouse.settings import Settings
from warehouse.storage.disk import write_whole

STATE_FILE = "backup-state.json"
DONE, DAMAGED, FAILED = "done", "damaged", "failed"


@dataclass(frozen=True)
class BackupState:
    """Outcome of the newest backup: done | damaged (complete, but it contains earlier damage) | failed.

    `ended_at` is office time in ISO format, empty before the first; `done_at` and `done_path` are those of the newest
    that was completed, empty without one. `drilled_at` is when a restore was last tried out, `is_drill_done` whether
    that succeeded.
    """

    outcome: str
    ended_at: str
    done_at: str = ""
    done_path: str = ""
    drilled_at: str = ""
    is_drill_done: bool = True

    @property
    def done_moment(self) -> datetime | None:
        """Return when the newest completed backup ended."""
        return datetime.fromisoformat(self.done_at) if self.done_at else None


def read_backup_state(settings: Settings) -> BackupState | None:
    """Return the outcome of the newest backup; None before the first, or if the file cannot be read."""
    try:
        stored = json.loads((settings.data_dir / STATE_FILE).read_text(encoding="utf-8"))
        return BackupState(**{item.name: stored[item.name] for item in fields(BackupState) if item.name in stored})
    except (OSError, ValueError, TypeError):
        return None


def record_outcome(settings: Settings, outcome: str, path: Path) -> None:
    """Record that a backup to `path` ended now. A data folder that cannot be written to keeps the previous outcome."""
    now = clock.now().isoformat()
    state = replace(read_backup_state(settings) or BackupState(outcome, now), outcome=outcome, ended_at=now)
    if outcome != FAILED:
        state = replace(state, done_at=now, done_path=str(path))
    _write(settings, state)


def record_drill(settings: Settings, *, is_done: bool) -> None:
    """Record that restoring a backup was tried out now, and whether that succeeded."""
    state = read_backup_state(settings) or BackupState(DONE, "")
    _write(settings, replace(state, drilled_at=clock.now().isoformat(), is_drill_done=is_done))


def _write(settings: Settings, state: BackupState) -> None:
    with suppress(OSError):
        write_whole(settings.data_dir / STATE_FILE, json.dumps(asdict(state), ensure_ascii=False).encode())
