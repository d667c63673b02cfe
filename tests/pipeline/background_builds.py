"""The builds that a test has started in the background."""

import psutil


def background() -> list[psutil.Process]:
    """The builds that this process started in the background and that still run."""
    return [child for child in psutil.Process().children() if is_build(child)]


def is_build(child: psutil.Process) -> bool:
    """Whether a process builds in the background; one that has just ended does not."""
    try:
        # A process that is being started has no command line for a moment.
        while not (command := child.cmdline()):
            continue
        return "warehouse.pipeline.background_process" in command
    except psutil.NoSuchProcess:
        return False
