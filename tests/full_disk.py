"""Full disks: a registry that has no room to grow, which SQLite itself refuses, and small disks of a process's own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

# More than a page of the registry holds, in letters of three bytes.
LONG_NOTE = "Ổ ẩn " * 20 + "ộẩểữ " * 370
MOST_PAGES = 1 << 30
# A command after it may mount disks that no other process sees.
OWN_MOUNTS = ("unshare", "--user", "--map-root-user", "--mount")


def may_mount() -> bool:
    """Whether this machine lets a process mount a small disk for itself."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0


@contextmanager
def without_room(engine: Engine) -> Iterator[None]:
    """SQLite may not make the file of the registry behind `engine` any larger."""

    def limit(connection: Any, *_: object) -> None:
        (pages,) = connection.execute("pragma page_count").fetchone()
        connection.execute(f"pragma max_page_count = {pages}")

    def lift(connection: Any, *_: object) -> None:
        connection.execute(f"pragma max_page_count = {MOST_PAGES}")

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        event.listen(engine, "checkout", lift)
