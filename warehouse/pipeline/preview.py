"""The published figures as they would be if waiting reports were accepted, in a file that is never published.

A report that was only checked is a draft; its preview is removed once it was read.

The published version is copied, the reports are added to its raw tables as accepted, and the build's own models compute
what they change. Everything else, such as the date as of which lateness is judged, stays that of the version.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb

from warehouse.errors import BuildError
from warehouse.pipeline.fingerprint import compiled_fingerprint, raw_fingerprint
from warehouse.pipeline.lock import HeldLock, acquire
from warehouse.publish import publication
from warehouse.publish.engines import Published, opened_once, unpublished
from warehouse.publish.versions import WAREHOUSE_FILE, Manifest
from warehouse.registry.events import ACCEPTED
from warehouse.registry.store import Registry, Submission
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.storage.duckdb_connection import leave_out_pandas, quiet
from warehouse.storage.landing import land

if TYPE_CHECKING:
    from warehouse.pipeline.raw import RawChange

# Previews kept: of the reports that the department is deciding on.
KEPT_PREVIEWS = 4
FAILED_FILE = "failed"
# A preview that failed is not tried again sooner.
RETRY_S = 60.0
# What a preview shows. Other marts keep the rows of the version.
SHOWN_MARTS = frozenset({"fct_target_progress", "fct_measure", "fct_target_contribution", "fct_target_input"})
DRAFT, DRAFT_FILE = "draft", "draft.json"
# A draft's folder is removed at the end of its block; one that is older was left by a process that was killed.
DRAFT_KEPT_S = 600.0
STEP_S = 0.05
Node = dict[str, Any]


def preview_folder(settings: Settings, version: str, submissions: Sequence[int]) -> Path:
    """Return the folder of a preview: of one published version, with these reports accepted."""
    key = hashlib.sha256(",".join(map(str, sorted(submissions))).encode()).hexdigest()[:12]
    return _previews(settings) / f"{version}-{key}"


def find_preview(settings: Settings, version: str, submissions: Sequence[int]) -> Published | None:
    """Return a finished preview, read-only; None while there is none."""
    file = preview_folder(settings, version, submissions) / WAREHOUSE_FILE
    return unpublished(file) if file.is_file() else None


def preview_error(settings: Settings, version: str, submissions: Sequence[int]) -> str:
    """Return why a preview could not be computed within the last minute; empty where it may be tried."""
    file = preview_folder(settings, version, submissions) / FAILED_FILE
    # A moment still to come is from before the clock was set back.
    is_recent = file.is_file() and 0 <= time.time() - file.stat().st_mtime < RETRY_S
    return file.read_text(encoding="utf-8") if is_recent else ""


def finished_previews(settings: Settings, version: str) -> list[str]:
    """Return the names of the previews of a version that are finished or have failed, in order."""
    return sorted(path.name for path in _previews(settings).glob(f"{version}-*"))


def start_preview(settings: Settings, version: str, submissions: Sequence[int]) -> subprocess.Popen[bytes] | None:
    """Start the process that computes a preview, one at a time; None while another one runs."""
    lock = _acquired(settings)
    return _started(settings, lock, [version, *map(str, submissions)]) if lock else None


@contextmanager
def draft_preview(
    settings: Settings, version: str, report: Submission, data: bytes, kind: str, wait_s: float
) -> Iterator[Published | None]:
    """Open the figures of a published version with a report that was not submitted, as if it were accepted.

    `report` is the row that the registry would have of it, `data` its file, of the kind `kind`. Both are in a folder
    that is removed at the end of the block. None where the figures are not computed within `wait_s`, or cannot be.
    """
    _remove_left_drafts(settings)
    until = time.monotonic() + wait_s
    folder = _previews(settings) / f".{DRAFT}-{uuid4().hex}"
    folder.mkdir(parents=True, mode=0o700)
    try:
        land(folder, data, kind)
        (folder / DRAFT_FILE).write_text(json.dumps(asdict(report), default=str), encoding="utf-8")
        if _computed(settings, [DRAFT, version, folder.name], until):
            with opened_once(folder / WAREHOUSE_FILE) as opened:
                yield opened
        else:
            yield None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _computed(settings: Settings, arguments: Sequence[str], until: float) -> bool:
    """Run the process that computes a preview once no other one runs; return whether it succeeded in time."""
    while (lock := _acquired(settings)) is None:
        if time.monotonic() > until:
            return False
        time.sleep(STEP_S)
    process = _started(settings, lock, arguments)
    try:
        return process.wait(max(0.0, until - time.monotonic())) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def _acquired(settings: Settings) -> HeldLock | None:
    return acquire(_previews(settings) / "lock", "preview")


def _started(settings: Settings, lock: HeldLock, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that has the lock until it ends."""
    try:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "warehouse.pipeline.preview", *arguments],
            cwd=PROJECT_ROOT,
            env={**os.environ, **settings.for_builds.as_env()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(lock.lock, lock.marker),
            start_new_session=True,
        )
    finally:
        lock.release()


def make_preview(settings: Settings, version: str, submissions: Sequence[int]) -> Path:
    """Compute a preview and return its folder; nothing is visible before it is complete.

    Raises BuildError for a version of another release or other seeds, and for a missing original.
    """
    source = _source(settings, version)
    goal = preview_folder(settings, version, submissions)
    partial = goal.with_name(f".{goal.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _compute(settings, partial, source, _accepted(settings, submissions), settings.landing_dir)
        shutil.rmtree(goal, ignore_errors=True)
        partial.rename(goal)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _remove_old(settings, goal)
    return goal


def make_draft_preview(settings: Settings, version: str, folder: Path) -> None:
    """Compute the preview of the draft in a folder, which has its row and its file. Raises like `make_preview`."""
    row = json.loads((folder / DRAFT_FILE).read_text(encoding="utf-8"))
    moments = {name: datetime.fromisoformat(row[name]) for name in ("received_at", "landed_at")}
    report = Submission(**row | moments | {"reporter_valid_from": date.fromisoformat(row["reporter_valid_from"])})
    _compute(settings, folder, _source(settings, version), [report], folder)


def _source(settings: Settings, version: str) -> Path:
    """Return the folder of a version, of one on a server that of its mirror.

    Raises BuildError for a version of another release or other seeds, or that was built on another machine.
    """
    source, manifest = settings.version_folder(version), publication.manifest_of(settings, version)
    if manifest is None or not _is_current(manifest):
        raise BuildError(f"{version} was built by another release or from other seeds")
    if not (source / WAREHOUSE_FILE).is_file():
        raise BuildError(f"{version} was built on another machine")
    return source


def _is_current(manifest: Manifest) -> bool:
    hashes = manifest.raw_fingerprint, manifest.compiled_fingerprint
    return hashes == (raw_fingerprint(), compiled_fingerprint())


def _compute(settings: Settings, folder: Path, source: Path, added: Sequence[Submission], landing_dir: Path) -> None:
    """Compute the figures in `folder` with the reports `added`, whose files are in `landing_dir`."""
    # Imported here, because pages look for finished previews without these.
    from warehouse.pipeline.raw import BuildContext, update_raw  # noqa: PLC0415

    warehouse = folder / WAREHOUSE_FILE
    shutil.copyfile(source / WAREHOUSE_FILE, warehouse)
    with quiet(duckdb.connect(str(warehouse))) as connection:
        known = dict(connection.execute("select submission_id, verdict from raw.submissions").fetchall())
        (built,) = connection.execute("select version, built_at, as_of_date from raw.build_context").fetchall()
    rows = [*_rows(settings, known), *added]
    changed = update_raw(warehouse, rows, landing_dir, BuildContext(*built), lambda done, total: None)
    if settings.is_embedded:
        _compute_in_file(settings, folder, source, changed)
    else:
        _compute_on_server(settings, folder, source, changed)


def _compute_in_file(settings: Settings, folder: Path, source: Path, changed: "RawChange") -> None:
    from warehouse.pipeline.build_file import incrementing, keep  # noqa: PLC0415
    from warehouse.pipeline.compiled_sql import read_nodes, run_compiled  # noqa: PLC0415
    from warehouse.pipeline.increment import NotSureError, refreshed  # noqa: PLC0415

    try:
        with incrementing(folder) as (connection, database):
            # A period that has not begun has no figures.
            refreshed(database, _needed(read_nodes(source)), changed, begun_only=True)
            keep(connection)
    except NotSureError:
        failures = run_compiled(folder, settings.compiled_sql(compiled_fingerprint()))
        if failures:
            raise BuildError("; ".join(failure.node for failure in failures)) from None


def _compute_on_server(settings: Settings, folder: Path, source: Path, changed: "RawChange") -> None:
    """Compute what the reports change on the server. Raises BuildError where that would be every row."""
    from warehouse.pipeline.increment import NotSureError  # noqa: PLC0415
    from warehouse.pipeline.server_increment import run_preview  # noqa: PLC0415

    try:
        run_preview(settings.warehouse_url, folder, source, _needed, changed)
    except NotSureError as error:
        raise BuildError(str(error)) from error


def _needed(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Return the nodes that a preview needs: the marts it shows, and everything that they are made of."""
    from warehouse.pipeline.compiled_sql import upstream  # noqa: PLC0415

    shown = [name for name, node in nodes.items() if node["resource_type"] == "model" and node["name"] in SHOWN_MARTS]
    names = upstream(nodes, shown)
    return {name: node for name, node in nodes.items() if name in names}


def _accepted(settings: Settings, submissions: Sequence[int]) -> list[Submission]:
    """Return waiting reports as accepted."""
    chosen = frozenset(submissions)
    rows = Registry(settings.ops_url).received()
    return [replace(row, verdict=ACCEPTED) for row in rows if row.submission_id in chosen]


def _rows(settings: Settings, known: Mapping[int, str]) -> list[Submission]:
    """Return the reports of the version as decided then: no other decision since."""
    rows = Registry(settings.ops_url).received()
    return [replace(row, verdict=known[row.submission_id]) for row in rows if row.submission_id in known]


def _previews(settings: Settings) -> Path:
    return settings.cache_dir / "previews"


def _remove_left_drafts(settings: Settings) -> None:
    """Remove the folders of drafts that processes left when they were killed."""
    for folder in _previews(settings).glob(f".{DRAFT}-*"):
        if time.time() - folder.stat().st_mtime > DRAFT_KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_old(settings: Settings, newest: Path) -> None:
    """Remove all but the newest previews; a page that still reads one keeps its open file."""
    others = (path for path in _previews(settings).iterdir() if path.is_dir() and path != newest)
    folders = [path for path in others if not path.name.startswith(f".{DRAFT}-")]
    by_age = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in by_age[KEPT_PREVIEWS - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)


def main(settings: Settings, version: str, submissions: Sequence[int]) -> int:
    """Compute a preview; return 1 and leave the reason in its folder if that failed."""
    try:
        make_preview(settings, version, submissions)
    except (BuildError, OSError, duckdb.Error) as error:
        folder = preview_folder(settings, version, submissions)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FAILED_FILE).write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    leave_out_pandas()
    if sys.argv[1] == DRAFT:
        chosen = Settings.from_env()
        make_draft_preview(chosen, sys.argv[2], _previews(chosen) / sys.argv[3])
    else:
        sys.exit(main(Settings.from_env(), sys.argv[1], [int(number) for number in sys.argv[2:]]))
