"""The state of the newest build, in a small file that every build writes and any process can read."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse import clock
from warehouse.db.connection import is_busy
from warehouse.errors import BuildError, ModelError, RegistryError
from warehouse.settings import LANGUAGES
from warehouse.storage.disk import NOT_WRITABLE, is_out_of_space
from warehouse.storage.leftovers import remove_of_ended
from warehouse.text import say

IDLE, WAITING, RUNNING, FAILED, PUBLISHED = "idle", "waiting", "running", "failed", "published"


@dataclass(frozen=True)
class BuildState:
    """State of the newest build: idle | waiting | running | failed | published.

    `step` is the running step, number `number` of `of`; `since` is when the state began; `by` requested the build;
    `version` was published. `why` lists the reasons of a failure, each as text by language; `is_interrupted` is whether
    its process ended without a reason.
    """

    state: str
    step: str | None = None
    number: int = 0
    of: int = 0
    since: datetime | None = None
    by: str | None = None
    version: str | None = None
    why: tuple[Mapping[str, str], ...] = ()
    is_interrupted: bool = False

    def reasons(self, lang: str) -> list[str]:
        """Return the reasons of a failure in one language."""
        return [reason[lang] for reason in self.why]


class StateFile:
    """Writer of the state of one build, requested by `by`."""

    def __init__(self, path: Path, by: str) -> None:
        self.path, self.by = path, by
        self.since = clock.now().isoformat()

    def running(self, step: str, number: int, of: int) -> None:
        """Write that step number `number` of `of` runs."""
        self._write(state=RUNNING, since=self.since, step=step, number=number, of=of)

    def published(self, version: str) -> None:
        """Write that the published version is up to date."""
        self._write(state=PUBLISHED, version=version)

    def failed(self, why: Sequence[dict[str, str]]) -> None:
        """Write that nothing was published, with the reasons as texts by language."""
        self._write(state=FAILED, why=list(why))

    def _write(self, **fields: Any) -> None:
        state = {"by": self.by, "since": clock.now().isoformat()} | fields
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        partial.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        partial.replace(self.path)


def remove_partial_states(path: Path) -> None:
    """Remove the partial files of builds that were killed while writing their state."""
    remove_of_ended(path.parent, re.compile(rf"\.{re.escape(path.name)}\.(\d+)"))


def read_state(path: Path) -> dict[str, Any] | None:
    """Return the fields that the newest build wrote; None before the first build.

    A file that a power cut emptied is that of a build that was interrupted.
    """
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except ValueError:
        written = datetime.fromtimestamp(path.stat().st_mtime, clock.OFFICE_ZONE)
        return {"state": RUNNING, "since": clock.to_office_time(written).isoformat(timespec="seconds")}


def error_texts(error: BaseException) -> dict[str, str]:
    """Return why a build could not be carried out, by language."""
    return {lang: say("builds", "build_error", lang, error=reason_of(error, lang)) for lang in LANGUAGES}


def texts_for_pages(error: BaseException) -> dict[str, str]:
    """Return why a build could not be carried out, by language, without the words of other programs and folders.

    These may name files of the server; `status --json` has them.
    """

    def reason(lang: str) -> str:
        return _own_words(error, lang, is_for_pages=True) or say("builds", "see_status", lang)

    return {lang: say("builds", "build_error", lang, error=reason(lang)) for lang in LANGUAGES}


def reason_of(error: BaseException, lang: str) -> str:
    """Return why a build could not be carried out, as a part of a sentence in a language."""
    return _own_words(error, lang) or str(error) or type(error).__name__


def _own_words(error: BaseException, lang: str, *, is_for_pages: bool = False) -> str:
    """Return the reason of an error that a catalogue words in each language; "" for others.

    Pages name a file without its folder.
    """
    if isinstance(error, BuildError):
        is_of_others = isinstance(error.reason, str) or (is_for_pages and isinstance(error, ModelError))
        return "" if is_of_others else error.words(lang)
    if isinstance(error, RegistryError):
        return error.words(lang)
    if is_busy(error):
        return say("builds", "registry_busy", lang)
    if is_out_of_space(error):
        return say("builds", "disk_full", lang)
    if isinstance(error, OSError) and error.errno in NOT_WRITABLE:
        path = Path(error.filename or "").name if is_for_pages else error.filename
        return say("builds", "not_writable", lang, path=path)
    return ""
