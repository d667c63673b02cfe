"""Builds in the background: asked for by many, carried out one after the other, seen by all."""

import os
import subprocess
import sys
from datetime import datetime
from threading import Thread
from typing import Any

from warehouse.pipeline.lock import is_anyone_present, is_held, read_holder, take
from warehouse.pipeline.state import FAILED, IDLE, RUNNING, WAITING, BuildState, read_state
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.text import load_texts

LOG_FILE = "building.log"


def request_build(settings: Settings, by: str) -> None:
    """Start a detached process that builds as soon as no other build runs; join the one that waits already.

    Who asks holds the queue's lock and hands it over, so that there is no moment at which a request could be lost:
    the one that waits has not looked at the registry yet, and will find there what this request is about.
    """
    hold = take(settings.build_queue, by)
    if hold is None:
        return
    command = [sys.executable, "-m", "warehouse.pipeline.background_process", str(hold.lock), str(hold.mark)]
    try:
        with (settings.data_dir / LOG_FILE).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                command,
                cwd=PROJECT_ROOT,
                env={**os.environ, **settings.as_env()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(hold.lock, hold.mark),
                start_new_session=True,
            )
    finally:
        hold.release()
    # The kernel keeps an ended process until its parent asks how it ended.
    Thread(target=process.wait, daemon=True).start()


def build_state(settings: Settings) -> BuildState:
    """How the newest build stands. A build that was killed shows as failed, because its lock fell with it."""
    told = read_state(settings.build_state)
    if is_held(settings.build_lock):
        is_told = told is not None and told["state"] == RUNNING
        return _state(told) if told and is_told else BuildState(RUNNING)
    if is_held(settings.build_queue) or is_anyone_present(settings.build_presence):
        holder = read_holder(settings.build_queue)
        since = datetime.fromisoformat(holder["since"]) if holder else None
        return BuildState(WAITING, since=since, by=holder.get("by"))
    if told is None:
        return BuildState(IDLE)
    if told["state"] == RUNNING:
        return _state(told | {"state": FAILED, "why": [load_texts("builds")["interrupted"]]})
    return _state(told)


def _state(told: dict[str, Any]) -> BuildState:
    values = told | {"since": datetime.fromisoformat(told["since"]), "why": tuple(told.get("why", ()))}
    return BuildState(**values)
