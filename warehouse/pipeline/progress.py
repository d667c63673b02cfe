"""Progress of a build on standard error: a bar on a terminal, one line per step in a log."""

import os
import sys

from warehouse.pipeline import pipeline
from warehouse.text import say


def progress_for(lang: str) -> pipeline.Progress:
    """Return a progress bar when standard error is a terminal, else progress lines."""
    if not sys.stderr.isatty():
        return _Lines(lang)
    # Imported here, because it takes a tenth of the time of a build that finds nothing new.
    from warehouse.pipeline.progress_bar import Bar  # noqa: PLC0415

    return Bar(lang)


class _Lines(pipeline.Progress):
    def __init__(self, lang: str) -> None:
        self.lang = lang

    def begin(self, step: str) -> None:
        number = pipeline.STEPS.index(step) + 1
        _print(f"[{number}/{len(pipeline.STEPS)}] {step}: {say('builds', f'step_{step}', self.lang)} …")

    def end(self, step: str, seconds: float) -> None:
        _print(f"      {seconds:.2f} s")


def _print(line: str) -> None:
    try:
        print(line, file=sys.stderr, flush=True)
    except BrokenPipeError:
        # The reader of the lines has left, as `| head` does. The build continues without them.
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stderr.fileno())
