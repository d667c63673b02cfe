"""Checks of the machine: Python and dependencies, clock, rights of files, the disk of the backups."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from warehouse import clock
from warehouse.backup.state import read_backup_state
from warehouse.health.checks import current, moment
from warehouse.health.conditions import Condition
from warehouse.plan.boundaries import UnusableMapError, read
from warehouse.reference import load_reference
from warehouse.settings import PROJECT_ROOT, REQUIRES_PYTHON, Settings

REQUIREMENTS, WITH_TOOLS = PROJECT_ROOT / "requirements.txt", PROJECT_ROOT / "requirements-dev.txt"
CATALOGUE = "doctor"
# A clock that is set right differs by less.
CLOCK_LIMIT = timedelta(minutes=5)
_COMMAND_S = 1
_LISTED = 3
_OTHERS = 0o007


def check_python() -> list[Condition]:
    """Return whether this Python is one that the program supports."""
    running = ".".join(map(str, sys.version_info[:3]))
    if running in SpecifierSet(REQUIRES_PYTHON):
        return []
    return [Condition("python_unsupported", True, {"running": running, "needed": REQUIRES_PYTHON}, CATALOGUE)]


def check_dependencies() -> list[Condition]:
    """Return the dependencies that are missing or have another version than is locked."""
    differing = [f"{name} {locked} ≠ {installed}" for name, locked, installed in _differing()]
    if not differing:
        return []
    shown = ", ".join(differing[:_LISTED]) + (" …" if len(differing) > _LISTED else "")
    return [Condition("dependencies_differ", params={"count": len(differing), "names": shown}, catalogue=CATALOGUE)]


def check_clock(settings: Settings) -> list[Condition]:
    """Return whether the clock is behind what was built, or is not synchronised."""
    manifest = current(settings)
    if manifest and datetime.fromisoformat(manifest.built_at) > clock.now() + CLOCK_LIMIT:
        at = moment(datetime.fromisoformat(manifest.built_at))
        return [Condition("clock_behind_build", params={"at": at}, catalogue=CATALOGUE)]
    return [Condition("clock_not_synchronised", catalogue=CATALOGUE)] if _is_synchronised() is False else []


def check_readable(settings: Settings) -> list[Condition]:
    """Return whether this account may not look into the data folder."""
    folder = settings.data_dir
    if os.access(folder, os.R_OK | os.X_OK):
        return []
    try:
        folder.stat()
    except FileNotFoundError:
        return []
    except PermissionError:
        pass
    return [Condition("not_readable", True, {"path": folder}, CATALOGUE)]


def check_rights(settings: Settings) -> list[Condition]:
    """Return what the account of this process cannot write, and what other accounts of the machine can read."""
    folder = settings.data_dir
    if not folder.exists():
        return []
    files = [folder, *(path for path in folder.iterdir() if not path.is_symlink())]
    closed = [path for path in files if not _is_writable(path)]
    if closed:
        names = ", ".join(str(path) for path in closed[:_LISTED])
        return [Condition("not_writable", True, {"names": names}, CATALOGUE)]
    manifest = current(settings)
    if folder.stat().st_mode & _OTHERS and manifest and not manifest.is_sample:
        return [Condition("readable_by_others", params={"path": folder}, catalogue=CATALOGUE)]
    return []


def check_map(settings: Settings) -> list[Condition]:
    """Return whether the operator's own map cannot be used: pages then leave it out."""
    if settings.geojson is None:
        return []
    codes = frozenset(unit.unit_code for unit in load_reference().units)
    try:
        read(settings.geojson, codes)
    except UnusableMapError as error:
        why = Condition(error.reason, params=error.params, catalogue=CATALOGUE)
        return [Condition("map_unusable", params={"path": settings.geojson, "why": why}, catalogue=CATALOGUE)]
    return []


def check_backup_disk(settings: Settings) -> list[Condition]:
    """Return whether the newest backup is gone, or on the disk that it is to protect from."""
    state = read_backup_state(settings)
    if not (state and state.done_path):
        return []
    path = Path(state.done_path)
    if not path.exists():
        return [Condition("backup_gone", params={"path": path}, catalogue=CATALOGUE)]
    if path.stat().st_dev == settings.data_dir.stat().st_dev:
        return [Condition("backup_same_disk", params={"path": path.parent}, catalogue=CATALOGUE)]
    return []


def _differing() -> Iterator[tuple[str, str, str]]:
    """Yield name, locked and installed version of each dependency of this platform that differs.

    Where developers' tools are installed, some have the version that was locked together with those.
    """
    with_tools = _locked(WITH_TOOLS) if WITH_TOOLS.is_file() else {}
    for name, locked in _locked(REQUIREMENTS).items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "–"
        if installed not in (locked, with_tools.get(name)):
            yield name, locked, installed


def _locked(path: Path) -> dict[str, str]:
    """Return the locked versions of this platform by name."""
    locked = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith((" ", "#", "-")):
            continue
        needed = Requirement(line.rstrip("\\ "))
        if needed.marker is None or needed.marker.evaluate():
            locked[needed.name] = str(needed.specifier).removeprefix("==")
    return locked


def _is_synchronised() -> bool | None:
    """Return whether the system keeps the clock synchronised; None where it does not say."""
    command = shutil.which("timedatectl")
    if command is None:
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - a program of the system, without input
            [command, "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(answer.stdout.strip())


def _is_writable(path: Path) -> bool:
    """Return whether this process may write to a path, on a file system that allows it."""
    try:
        if path.is_dir():
            probe = path / ".doctor"
            probe.touch()
            probe.unlink()
        else:
            with path.open("ab"):
                pass
    except OSError:
        return False
    return True
