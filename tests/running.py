"""What runs now: a test that quick runs have, or what takes long. Pytest loads conftest.py under a second name."""

from collections.abc import Iterator
from contextlib import contextmanager


class Running:
    """The test that runs now, or what several share while it is made."""

    is_long = True
    is_quick = False


@contextmanager
def made_for_several() -> Iterator[None]:
    """What several tests share is that of none of them; a quick run has none that takes long."""
    is_long = Running.is_long
    Running.is_long = is_long or not Running.is_quick
    try:
        yield
    finally:
        Running.is_long = is_long
