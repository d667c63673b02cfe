"""Files named after the process that writes them, left behind when that process was killed."""

import os
import re
from contextlib import suppress
from pathlib import Path


def remove_of_ended(folder: Path, name: re.Pattern[str]) -> None:
    """Remove files in a folder whose whole name matches `name` and whose process, its first group, has ended.

    Files with this process's own number belong to an earlier process, so call this before writing any.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        match = name.fullmatch(path.name)
        if match and (int(match[1]) == os.getpid() or not is_running(int(match[1]))):
            # Owned by another user.
            with suppress(PermissionError):
                path.unlink(missing_ok=True)


def is_running(process: int) -> bool:
    """Return whether a process with this number exists."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
