"""A folder of backups, one per moment: equal files are stored once, older backups are removed by day, week and month.

Each backup is complete and laid out as `backup` describes. Files that the one before it has with the same
content are hard links, so that they take neither space nor time; where the disk has no links they are copied.
"""

import re
import shutil
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse import clock
from warehouse.backup import backup as backups
from warehouse.backup.backup import BackupManifest, BackupRefusedError
from warehouse.backup.integrity import Kept
from warehouse.backup.scratch import scratch_folder
from warehouse.backup.state import FAILED, record_drill, record_outcome
from warehouse.publish.version_name import by_age, names_from
from warehouse.settings import BackupsKept, Settings
from warehouse.storage.disk import detect_full_disk, sync

_NAME = re.compile(r"(\d{8}T\d{6})(-\d+)?")
_REMOVED = ".removed-"
_LEFTOVER = re.compile(r"\.(removed-|\d{8}T\d{6}(-\d+)?\.partial-).*")
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class StoredBackup:
    """A new backup in a store: its folder, its contents, and the names of older backups that were removed."""

    path: Path
    manifest: BackupManifest
    kept: Kept
    removed: tuple[str, ...]


@detect_full_disk()
def back_up_into(settings: Settings, store: Path) -> StoredBackup:
    """Add a backup to a store, which is created if it does not exist, and remove those that are not kept any longer.

    After a backup with findings nothing is removed: an older one may be needed. Raises BackupRefusedError,
    DiskFullError, OSError.
    """
    store = store.absolute()
    existing = snapshots(store)
    if not existing and _has_other_content(store):
        raise BackupRefusedError("target_taken", path=store)
    is_new = not store.exists()
    goal = _new_folder(settings, store)
    try:
        manifest, kept = backups.back_up(settings, goal, existing[-1] if existing else None)
    except BaseException:
        for folder in (goal, store) if is_new else (goal,):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise
    removed = () if kept.findings else _remove_old(store, settings.backups_kept)
    return StoredBackup(goal, manifest, kept, removed)


def snapshots(store: Path) -> list[Path]:
    """Return the complete backups of a store, in the order in which they were made."""
    if not store.is_dir():
        return []
    folders = (path for path in store.iterdir() if _NAME.fullmatch(path.name))
    complete = (path for path in folders if (path / backups.MANIFEST_FILE).is_file())
    return sorted(complete, key=lambda path: by_age(path.name))


def newest_backup(folder: Path) -> Path:
    """Return the newest backup of a store; a folder that is a backup itself, or neither, is returned as it is."""
    if (folder / backups.MANIFEST_FILE).is_file():
        return folder
    existing = snapshots(folder)
    return existing[-1] if existing else folder


def drill(settings: Settings, folder: Path) -> tuple[Path, BackupManifest, Kept]:
    """Restore the newest backup of a store into a folder that is removed afterwards, and verify what came back.

    It is in the data folder: beside that, as in a container, there may be neither room nor the right to write. The
    outcome is recorded in the data folder. Raises BackupRefusedError, BackupChangedError, DiskFullError, OSError.
    """
    source = newest_backup(folder.absolute())
    try:
        with scratch_folder(settings.data_dir, ".drill-") as scratch:
            there = settings.in_folder(scratch / "data")
            manifest, kept = backups.restore(there, source)
            # What was read back is compared with what was counted when the backup was made.
            restored = backups.check_restored(there)
            if restored.rows != manifest.rows or restored.original_count != manifest.original_count:
                raise BackupRefusedError("drill_differs", path=source)
    except Exception:
        record_drill(settings, is_done=False)
        raise
    record_drill(settings, is_done=True)
    return source, manifest, kept


def kept_names(names: Iterable[str], kept: BackupsKept, now: datetime) -> set[str]:
    """Return which backups stay: all of the last day, and the newest of each of the last days, weeks and months.

    Only days, weeks and months with backups are counted, not those until today: neither a pause nor a wrong clock
    removes backups. Those of a moment that is still to come stay: the clock was ahead then, or is behind now.
    """
    newest_first = sorted(names, key=by_age, reverse=True)
    ordered = [name for name in newest_first if _moment(name) <= now]
    rules: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (kept.days, lambda at: at.date()),
        (kept.weeks, lambda at: at.isocalendar()[:2]),
        (kept.months, lambda at: (at.year, at.month)),
    )
    staying = {*newest_first}.difference(ordered)
    staying |= {name for name in ordered if _moment(name).date() == _moment(ordered[0]).date()}
    for count, span_of in rules:
        newest: dict[Hashable, str] = {}
        for name in ordered:
            newest.setdefault(span_of(_moment(name)), name)
        staying |= set(list(newest.values())[:count])
    return staying


def _remove_old(store: Path, kept: BackupsKept) -> tuple[str, ...]:
    names = [path.name for path in snapshots(store)]
    staying = kept_names(names, kept, clock.now())
    removed = tuple(name for name in names if name not in staying)
    for name in removed:
        # Renamed first: a backup is never visible in part.
        with suppress(FileNotFoundError):  # another backup at this moment removes the same
            (store / name).rename(store / f"{_REMOVED}{name}")
    for path in store.iterdir():
        if path.name.startswith(_REMOVED):
            shutil.rmtree(path, ignore_errors=True)
    sync(store)
    return removed


def _new_folder(settings: Settings, store: Path) -> Path:
    """Create the empty folder of a new backup, which no other backup of this second takes. Raises OSError."""
    stamp = f"{clock.now():{_STAMP}}"
    try:
        store.mkdir(parents=True, exist_ok=True)
        return next(store / name for name in names_from(stamp) if _made(store / name))
    except OSError:
        record_outcome(settings, FAILED, store / stamp)
        raise


def _made(folder: Path) -> bool:
    """Create a folder; return whether it did not exist."""
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    return True


def _has_other_content(store: Path) -> bool:
    """Return whether a path is a file, or a folder with anything but what killed backups leave."""
    if not store.exists():
        return False
    if not store.is_dir():
        return True
    return not all(_LEFTOVER.fullmatch(path.name) or _is_reserved(path) for path in store.iterdir())


def _is_reserved(path: Path) -> bool:
    """Return whether a folder is that of a backup of which nothing is there yet."""
    return bool(_NAME.fullmatch(path.name)) and path.is_dir() and not any(path.iterdir())


def _moment(name: str) -> datetime:
    match = _NAME.fullmatch(name)
    return datetime.strptime(match[1], _STAMP) if match else datetime.min
