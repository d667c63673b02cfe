"""Originals that a build rests on: it stops rather than leave out one that is missing or not what was accepted."""

from collections.abc import Sequence
from pathlib import Path

from warehouse.errors import BuildError
from warehouse.registry.events import ACCEPTED
from warehouse.registry.records import Submission
from warehouse.settings import LANGUAGES
from warehouse.storage.landing import landed_path, verify
from warehouse.text import say


def original_error(key: str, submission: Submission, path: Path) -> BuildError:
    """Why a report's original stops a build: `original_missing` or `original_damaged`."""
    about = {"file": submission.file_name, "id": submission.submission_id, "path": path}
    return BuildError({lang: say("builds", key, lang, **about) for lang in LANGUAGES})


def refuse_damaged(submissions: Sequence[Submission], landing_dir: Path) -> None:
    """Raise BuildError naming an original that is no longer what was accepted.

    One that is out of reach stops the build only where it has to be read.
    """
    for submission in submissions:
        path = landed_path(landing_dir, submission.sha256)
        if submission.verdict == ACCEPTED and path.exists() and not verify(landing_dir, submission.sha256):
            raise original_error("original_damaged", submission, path)
