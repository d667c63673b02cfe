"""The state of the newest build, in a small file that any process may read; written by every build."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse import clock
from warehouse.errors import BuildError, RegistryDamagedError
from warehouse.settings import LANGUAGES
from warehouse.storage.leftovers import remove_of_ended
from warehouse.text import say

IDLE, WAITING, RUNNING, FAILED, PUBLISHED = "idle", "waiting", "running", "failed", "published"


@dataclass(frozen=True)
class BuildState:
    """How the newest build stands: idle | waiting | running | failed | published.

    `step` is the running step, the `number`-th `of` all; `since` is when the state began, `by` who asked; `version` is
    what was published. `why` tells of a failure, each reason in both languages.
    """

    state: str
    step: str | None = None
    number: int = 0
    of: int = 0
    since: datetime | None = None
    by: str | None = None
    version: str | None = None
    why: tuple[Mapping[str, str], ...] = ()

    def reasons(self, lang: str) -> list[str]:
        """Why a build failed."""
        return [reason[lang] for reason in self.why]


class StateFile:
    """Writes the state of one build that somebody asked for."""

    def __init__(self, path: Path, by: str) -> None:
        self.path, self.by = path, by
        self.since = clock.now().isoformat()

    def running(self, step: str, number: int, of: int) -> None:
        """The build is at the `number`-th `of` its steps."""
        self._write(state=RUNNING, since=self.since, step=step, number=number, of=of)

    def published(self, version: str) -> None:
        """What is published is up to date."""
        self._write(state=PUBLISHED, version=version)

    def failed(self, why: Sequence[dict[str, str]]) -> None:
        """Nothing new is published, for these reasons in both languages."""
        self._write(state=FAILED, why=list(why))

    def _write(self, **told: Any) -> None:
        state = {"by": self.by, "since": clock.now().isoformat()} | told
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        partial.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        partial.replace(self.path)


def remove_partial_states(path: Path) -> None:
    """Remove what builds that were killed while they wrote their state left beside it."""
    remove_of_ended(path.parent, re.compile(rf"\.{re.escape(path.name)}\.(\d+)"))


def read_state(path: Path) -> dict[str, Any] | None:
    """What the newest build wrote, None when there was none."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def error_in_words(error: BaseException) -> dict[str, str]:
    """Why a build could not be carried out."""
    return {lang: say("builds", "build_error", lang, error=_detail(error, lang)) for lang in LANGUAGES}


def _detail(error: BaseException, lang: str) -> str:
    if isinstance(error, BuildError | RegistryDamagedError):
        return error.words(lang)
    return str(error) or type(error).__name__
