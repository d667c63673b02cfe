"""Background builds: requested by any process, run one at a time, with a state that any process can read."""

import os
import subprocess
import sys
from datetime import datetime
from threading import Thread
from typing import Any

from warehouse.pipeline.lock import acquire, is_held, is_present, read_holder
from warehouse.pipeline.state import FAILED, IDLE, RUNNING, WAITING, BuildState, read_state
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.text import load_texts

LOG_FILE = "building.log"


def request_build(settings: Settings, by: str) -> None:
    """Start a detached process that builds as soon as no other build runs, unless one is waiting already.

    The requesting process takes the queue's lock and passes it on to the new process, so that no request is lost: a
    waiting process has not read the registry yet and will include what this request is about.
    """
    queue = acquire(settings.build_queue, by)
    if queue is None:
        return
    command = [sys.executable, "-m", "warehouse.pipeline.background_process", str(queue.lock), str(queue.marker)]
    try:
        with (settings.data_dir / LOG_FILE).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                command,
                cwd=PROJECT_ROOT,
                env={**os.environ, **settings.for_builds.as_env()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(queue.lock, queue.marker),
                start_new_session=True,
            )
    finally:
        queue.release()
    # An ended process stays a zombie until its parent waits for it.
    Thread(target=process.wait, daemon=True).start()


def build_state(settings: Settings) -> BuildState:
    """Return the state of the newest build; a killed build is failed, because the kernel released its lock."""
    stored = read_state(settings.build_state)
    if is_held(settings.build_lock):
        return _parse_state(stored) if stored and stored["state"] == RUNNING else BuildState(RUNNING)
    if is_held(settings.build_queue) or is_present(settings.build_presence):
        holder = read_holder(settings.build_queue)
        since = datetime.fromisoformat(holder["since"]) if holder else None
        return BuildState(WAITING, since=since, by=holder.get("by"))
    if stored is None:
        return BuildState(IDLE)
    if stored["state"] == RUNNING:
        why = [load_texts("builds")["interrupted"]]
        return _parse_state(stored | {"state": FAILED, "why": why, "is_interrupted": True})
    return _parse_state(stored)


def _parse_state(stored: dict[str, Any]) -> BuildState:
    values = stored | {"since": datetime.fromisoformat(stored["since"]), "why": tuple(stored.get("why", ()))}
    return BuildState(**values)
