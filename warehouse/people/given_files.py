"""Files that an installation gave out, recognised by their content under any name.

Every download is on the access trail with the SHA-256 of its content, so no file has to be kept to be recognised.
Formats with properties also carry a mark of the published version and its build: it distinguishes a file of this
installation that was changed from a file of another installation.
"""

import hashlib
import json
import mmap
import re
import zipfile
import zlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, select

from warehouse.db.access_tables import access_event
from warehouse.db.registry_tables import build_run
from warehouse.db.rows import record
from warehouse.people.access_trail import AccessEvent, AccessKind
from warehouse.storage.disk import digest_of

# The name of the digest in an event of the trail.
SHA256 = "sha256"
_GIVEN = (AccessKind.DOWNLOADED.value, AccessKind.ORIGINAL_OPENED.value)
_MARK = re.compile(rb"plan-progress:([\dT-]+)\.([0-9a-f]{12})")
# Parts of an Office file that hold its properties, and as much of each as is read.
_PROPERTIES, _MOST_BYTES = ("docProps/core.xml", "docProps/app.xml"), 1 << 20
_END_OF_PDF = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
_MOST_ENDS = 200


class Recognised(StrEnum):
    """What a file is: given out here; the same with something added at its end; given out here and changed; given out
    by another installation; none of these."""

    GIVEN = "given"
    EXTENDED = "extended"
    CHANGED = "changed"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What a file is, its SHA-256 and, as far as it has a mark, its version.

    `events` are the downloads of the file, or of what it was before `added_bytes` were added, oldest first.
    """

    recognised: Recognised
    sha256: str
    version: str = ""
    events: tuple[AccessEvent, ...] = ()
    added_bytes: int = 0


def file_mark(engine: Engine, version: str) -> str:
    """Return the mark for files of a published version; empty if the registry does not have its build."""
    build = _build(engine, version)
    return f"plan-progress:{version}.{_code(build)}" if build else ""


def recognise(engine: Engine, path: Path) -> FileFinding:
    """Return what a file is, according to the registry and trail of an installation. Raises OSError."""
    sha256 = digest_of(path)
    if events := _downloads(engine, [sha256]):
        return FileFinding(Recognised.GIVEN, sha256, events=events)
    if path.stat().st_size == 0:
        return FileFinding(Recognised.UNKNOWN, sha256)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        earlier = {hashlib.sha256(content[:end]).hexdigest(): end for end in _earlier_ends(content)}
        mark = _mark_in(path, content)
    if earlier and (events := _downloads(engine, earlier)):
        end = max(earlier[event.about[SHA256]] for event in events)
        same = tuple(event for event in events if earlier[event.about[SHA256]] == end)
        return FileFinding(Recognised.EXTENDED, sha256, events=same, added_bytes=path.stat().st_size - end)
    if mark is None:
        return FileFinding(Recognised.UNKNOWN, sha256)
    version, code = mark
    build = _build(engine, version)
    is_own = build is not None and _code(build) == code
    return FileFinding(Recognised.CHANGED if is_own else Recognised.FOREIGN, sha256, version)


def _build(engine: Engine, version: str) -> Row[Any] | None:
    with engine.connect() as connection:
        return connection.execute(
            select(build_run).where(build_run.c.version == version, build_run.c.finished_at.is_not(None))
        ).one_or_none()


def _code(build: Row[Any]) -> str:
    """Return what distinguishes a build from that of another installation that began in the same second."""
    facts = [build.version, build.started_at.isoformat(), build.finished_at.isoformat(), build.step_timings]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]


def _downloads(engine: Engine, digests: Collection[str]) -> tuple[AccessEvent, ...]:
    """Return the downloads of some contents, as far as their events are as they were written."""
    of_content = access_event.c.kind.in_(_GIVEN), access_event.c.about[SHA256].as_string().in_(digests)
    with engine.connect() as connection:
        rows = connection.execute(select(access_event).where(*of_content).order_by(access_event.c.event_id)).all()
    events = (record(AccessEvent, row) for row in rows)
    return tuple(event for event in events if event.hash == event.computed_hash)


def _earlier_ends(content: mmap.mmap) -> list[int]:
    """Return where a PDF ended before something was added to it, as a digital signature is.

    A file may end with or without a line break.
    """
    if content[:5] != b"%PDF-":
        return []
    ends = [end for match in _END_OF_PDF.finditer(content) for end in {match.end(), match.start() + len(b"%%EOF")}]
    return sorted(set(ends) - {len(content)}, reverse=True)[:_MOST_ENDS]


def _mark_in(path: Path, content: mmap.mmap) -> tuple[str, str] | None:
    """Return version and code of the mark in a file's properties; None without one, or where they cannot be read."""
    parts: list[bytes | mmap.mmap] = [*_properties(path)] if content[:2] == b"PK" else [content]
    mark = next((mark for part in parts if (mark := _MARK.search(part))), None)
    return (mark[1].decode(), mark[2].decode()) if mark else None


def _properties(path: Path) -> list[bytes]:
    """Return the parts of an Office file that hold its properties; none of a damaged file."""
    unreadable = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError)
    with suppress(*unreadable), zipfile.ZipFile(path) as office:
        return [office.open(name).read(_MOST_BYTES) for name in {*_PROPERTIES} & {*office.namelist()}]
    return []
