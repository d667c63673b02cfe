"""Names of published versions: the moments at which their builds began. Backups are named in the same way."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count

from warehouse import clock
from warehouse.text import say

_CODE = re.compile(r"(\d{8}T\d{6})(?:-(\d+))?")
_FOLDER = re.compile(r"[\w-]{1,60}")


def is_version_code(text: str) -> bool:
    """Return whether a text may be the code of a version, which names a folder and is no path."""
    return _FOLDER.fullmatch(text) is not None


def names_from(stamp: str) -> Iterator[str]:
    """Yield the names that what begins at one moment may take: the stamp, and with numbers for what begins in the same
    second."""
    yield stamp
    for number in count(2):
        yield f"{stamp}-{number}"


def by_age(name: str) -> tuple[bool, str, int]:
    """Return the key by which versions, or backups, are sorted from the oldest to the newest.

    One whose moment is still to come was made while the clock was ahead: before all that have been made since.
    """
    match = _CODE.fullmatch(name)
    moment, number = (match[1], int(match[2] or 1)) if match else (name, 1)
    return moment <= f"{clock.now():%Y%m%dT%H%M%S}", moment, number


def version_moment(version: str) -> str:
    """Return `25/11/2026, 18:59` for the code `20261125T185932`.

    A further build of the same second adds its number; a code without a moment is returned as it is.
    """
    match = _CODE.fullmatch(version)
    if match is None:
        return version
    text = f"{datetime.strptime(match[1], '%Y%m%dT%H%M%S'):%d/%m/%Y, %H:%M}"
    return f"{text} ({match[2]})" if match[2] else text


def version_name(version: str, lang: str) -> str:
    """Return `bản công bố 25/11/2026, 18:59`, as part of a sentence."""
    return say("builds", "version_name", lang, at=version_moment(version))
