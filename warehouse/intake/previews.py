"""Previews of the figures with waiting reports accepted: found, or computed in the background."""

import time
from collections.abc import Sequence

from warehouse.pipeline.preview import find_preview, finished_previews, preview_error, start_preview
from warehouse.publish.engines import Published
from warehouse.settings import Settings

STEP_S = 0.05


class Previews:
    """Previews of one installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def find(self, version: str, submissions: Sequence[int]) -> Published | None:
        """Return a finished preview of a published version, read-only; None while there is none."""
        return find_preview(self._settings, version, submissions)

    def error(self, version: str, submissions: Sequence[int]) -> str:
        """Return why a preview could not be computed; empty where that is not known to have failed."""
        return preview_error(self._settings, version, submissions)

    def stamp(self, version: str) -> str:
        """Return a text that differs once another preview of a version is finished or has failed."""
        return " ".join(finished_previews(self._settings, version))

    def request(self, version: str, submissions: Sequence[int], wait_s: float) -> Published | None:
        """Return a preview, and compute it first where there is none; None where that takes longer than `wait_s`.

        One is computed at a time: while another one is, this one is only looked for.
        """
        process = None
        until = time.monotonic() + wait_s
        while True:
            made = self.find(version, submissions)
            if made or self.error(version, submissions) or time.monotonic() > until:
                return made
            if process is None or process.poll() is not None:
                process = start_preview(self._settings, version, submissions)
            time.sleep(STEP_S)
