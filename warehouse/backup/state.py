"""Outcome of the newest backup, in a small file of the data folder that monitors, pages and commands read."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from warehouse import clock
from warehouse.settings import Settings

STATE_FILE = "backup-state.json"
DONE, DAMAGED, FAILED = "done", "damaged", "failed"


@dataclass(frozen=True)
class BackupState:
    """Outcome of the newest backup: done | damaged (complete, but it contains earlier damage) | failed.

    `ended_at` is office time in ISO format; `done_at` and `done_path` are those of the newest that was completed:
    empty without one.
    """

    outcome: str
    ended_at: str
    done_at: str = ""
    done_path: str = ""

    @property
    def done_moment(self) -> datetime | None:
        """Return when the newest completed backup ended."""
        return datetime.fromisoformat(self.done_at) if self.done_at else None


def read_backup_state(settings: Settings) -> BackupState | None:
    """Return the outcome of the newest backup; None before the first, or if the file cannot be read."""
    try:
        return BackupState(**json.loads((settings.data_dir / STATE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def record_outcome(settings: Settings, outcome: str, path: Path) -> None:
    """Record that a backup to `path` ended now. A data folder that cannot be written to keeps the previous outcome."""
    now = clock.now().isoformat()
    before = read_backup_state(settings)
    is_complete = outcome != FAILED
    state = BackupState(
        outcome=outcome,
        ended_at=now,
        done_at=now if is_complete else before.done_at if before else "",
        done_path=str(path) if is_complete else before.done_path if before else "",
    )
    partial = settings.data_dir / f".{STATE_FILE}.{os.getpid()}"
    with suppress(OSError):
        partial.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")
        partial.replace(settings.data_dir / STATE_FILE)
