"""A build that kills itself with SIGKILL at an exact moment: `doomed_build`, or in a process that has imported nothing
`python -m tests.pipeline.doomed_build STEP MOMENT`.

MOMENT is `begin`, `part` or `end` of the step, or one of Python's audit events (`os.rename`, `import module`): the
build dies just before the first such event of the step. No clock outside could hit the middle of a rename.
"""

import os
import signal
import sys
from typing import Any

from warehouse.pipeline.pipeline import Progress, build
from warehouse.settings import Settings


class Doom(Progress):
    """Watches the build's progress and ends its process, without any farewell, when the moment has come."""

    def __init__(self, step: str, moment: str) -> None:
        self.step, self.moment = step, moment
        self.is_in_step = False
        sys.addaudithook(self._hear)

    def begin(self, step: str) -> None:
        """A step begins."""
        self.is_in_step = step == self.step
        self._reach("begin")

    def part(self, done: int, total: int) -> None:
        """A part of a step is through."""
        self._reach("part")

    def end(self, step: str, seconds: float) -> None:
        """A step is over."""
        self._reach("end")
        self.is_in_step = False

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_in_step:
            self._reach(f"import {arguments[0]}" if event == "import" else event)

    def _reach(self, moment: str) -> None:
        if self.is_in_step and moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


def doomed_build(step: str, moment: str) -> None:
    """Build, and die at the moment; return if the moment never comes."""
    build(Settings.from_env(), by="doomed", progress=Doom(step, moment))


if __name__ == "__main__":
    build(Settings.from_env(), by="doomed", progress=Doom(*sys.argv[1:]))
