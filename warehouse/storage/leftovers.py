"""Files with the number of the process that writes them in their name: what is left when that process was killed."""

import os
import re
from contextlib import suppress
from pathlib import Path


def remove_of_ended(folder: Path, name: re.Pattern[str]) -> None:
    """Remove the files in a folder whose whole `name` matches and whose process, its first group, is no more.

    What bears this process's own number is of an earlier one, so call before writing any.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        found = name.fullmatch(path.name)
        if found and (int(found[1]) == os.getpid() or not _is_running(int(found[1]))):
            # Of another user: not ours to remove.
            with suppress(PermissionError):
                path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
