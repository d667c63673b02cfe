"""What people call a published version: by the moment at which its build began, never by its code."""

import re
from datetime import datetime

from warehouse.text import say

_CODE = re.compile(r"(\d{8}T\d{6})(?:-(\d+))?")


def version_moment(version: str) -> str:
    """`25/11/2026, 18:59` for the code `20261125T185932`, with a number behind it for a further build of that second;
    a code that tells no moment stays as it is."""
    found = _CODE.fullmatch(version)
    if found is None:
        return version
    text = f"{datetime.strptime(found[1], '%Y%m%dT%H%M%S'):%d/%m/%Y, %H:%M}"
    return f"{text} ({found[2]})" if found[2] else text


def version_name(version: str, lang: str) -> str:
    """`bản công bố 25/11/2026, 18:59`, as part of a sentence."""
    return say("builds", "version_name", lang, at=version_moment(version))
