"""The published figures as they would be if waiting reports were accepted, in a file that is never published.

The published version is copied, the reports are added to its raw tables as accepted, and the build's own models compute
what they change. Everything else, such as the date as of which lateness is judged, stays that of the version.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import BuildError
from warehouse.pipeline.fingerprint import compiled_fingerprint, raw_fingerprint
from warehouse.pipeline.lock import acquire
from warehouse.publish.engines import Published, unpublished
from warehouse.publish.versions import WAREHOUSE_FILE, Manifest, read_manifest
from warehouse.registry.events import ACCEPTED
from warehouse.registry.store import Registry, Submission
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.storage.duckdb_connection import quiet

# Previews kept: of the reports that the department is deciding on.
KEPT_PREVIEWS = 4
FAILED_FILE = "failed"
# A preview that failed is not tried again sooner.
RETRY_S = 60.0
# What a preview shows. Other marts keep the rows of the version.
SHOWN_MARTS = frozenset({"fct_target_progress", "fct_measure"})
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
    is_recent = file.is_file() and time.time() - file.stat().st_mtime < RETRY_S
    return file.read_text(encoding="utf-8") if is_recent else ""


def finished_previews(settings: Settings, version: str) -> list[str]:
    """Return the names of the previews of a version that are finished or have failed, in order."""
    return sorted(path.name for path in _previews(settings).glob(f"{version}-*"))


def start_preview(settings: Settings, version: str, submissions: Sequence[int]) -> subprocess.Popen[bytes] | None:
    """Start the process that computes a preview, one at a time; None while another one runs."""
    lock = acquire(_previews(settings) / "lock", "preview")
    if lock is None:
        return None
    command = [sys.executable, "-m", "warehouse.pipeline.preview", version, *map(str, submissions)]
    try:
        return subprocess.Popen(  # noqa: S603
            command,
            cwd=PROJECT_ROOT,
            env={**os.environ, **settings.as_env()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # The process has the lock until it ends.
            pass_fds=(lock.lock, lock.marker),
            start_new_session=True,
        )
    finally:
        lock.release()


def make_preview(settings: Settings, version: str, submissions: Sequence[int]) -> Path:
    """Compute a preview and return its folder; nothing is visible before it is complete.

    Raises BuildError for a version of another release or other seeds, and for a missing original.
    """
    source = settings.runs_dir / version
    manifest = read_manifest(source)
    if manifest is None or not _is_current(manifest):
        raise BuildError(f"{version} was built by another release or from other seeds")
    goal = preview_folder(settings, version, submissions)
    partial = goal.with_name(f".{goal.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _compute(settings, partial, source, submissions)
        shutil.rmtree(goal, ignore_errors=True)
        partial.rename(goal)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _remove_old(settings, goal)
    return goal


def _is_current(manifest: Manifest) -> bool:
    hashes = manifest.raw_fingerprint, manifest.compiled_fingerprint
    return hashes == (raw_fingerprint(), compiled_fingerprint())


def _compute(settings: Settings, folder: Path, source: Path, submissions: Sequence[int]) -> None:
    # Imported here, because pages look for finished previews without these.
    from warehouse.pipeline.compiled_sql import read_nodes, run_compiled  # noqa: PLC0415
    from warehouse.pipeline.increment import NotSureError, refreshed  # noqa: PLC0415
    from warehouse.pipeline.raw import BuildContext, update_raw  # noqa: PLC0415

    warehouse = folder / WAREHOUSE_FILE
    shutil.copyfile(source / WAREHOUSE_FILE, warehouse)
    with quiet(duckdb.connect(str(warehouse))) as connection:
        known = dict(connection.execute("select submission_id, verdict from raw.submissions").fetchall())
        (built,) = connection.execute("select version, built_at, as_of_date from raw.build_context").fetchall()
    rows = _rows(settings, known, submissions)
    changed = update_raw(warehouse, rows, settings.landing_dir, BuildContext(*built), lambda done, total: None)
    try:
        with quiet(duckdb.connect(str(warehouse))) as connection:
            refreshed(connection, _needed(read_nodes(source)), [*changed.added, *changed.removed])
    except NotSureError:
        failures = run_compiled(folder, settings.compiled_sql(compiled_fingerprint()))
        if failures:
            raise BuildError("; ".join(failure.node for failure in failures)) from None


def _needed(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Return the nodes that a preview needs: the marts it shows, and everything that they are made of."""
    names: set[str] = set()
    waiting = [name for name, node in nodes.items() if node["resource_type"] == "model" and node["name"] in SHOWN_MARTS]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in names:
            names.add(name)
            waiting += nodes[name]["depends_on"].get("nodes", ())
    return {name: node for name, node in nodes.items() if name in names}


def _rows(settings: Settings, known: dict[int, str], submissions: Sequence[int]) -> list[Submission]:
    """Return the reports of the version as decided then, and waiting reports as accepted: no other decision since."""
    accepted = frozenset(submissions)
    rows = []
    for row in Registry(settings.ops_url).received():
        if row.submission_id in accepted:
            rows.append(replace(row, verdict=ACCEPTED))
        elif row.submission_id in known:
            rows.append(replace(row, verdict=known[row.submission_id]))
    return rows


def _previews(settings: Settings) -> Path:
    return settings.data_dir / "cache" / "previews"


def _remove_old(settings: Settings, newest: Path) -> None:
    """Remove all but the newest previews; a page that still reads one keeps its open file."""
    folders = [path for path in _previews(settings).iterdir() if path.is_dir() and path != newest]
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
    sys.exit(main(Settings.from_env(), sys.argv[1], [int(number) for number in sys.argv[2:]]))
