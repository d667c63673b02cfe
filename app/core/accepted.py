"""What a program prefers, by the headers of its request."""

from __future__ import annotations

from math import isfinite


def most_wanted_first(header: str) -> list[str]:
    """Return the values that a header as Accept or Accept-Language lists, in small letters, the most wanted first.

    Those that it refuses (`q=0`), or whose quality is no number, are left out. Source: RFC 9110, 12.4.2.
    """
    listed = []
    for part in header.lower().split(","):
        value, *parameters = (text.strip() for text in part.split(";"))
        quality = _quality(parameters)
        if value and quality > 0:
            listed.append((quality, value))
    # Values that are wanted alike stay in their order.
    return [value for _, value in sorted(listed, key=lambda pair: -pair[0])]


def _quality(parameters: list[str]) -> float:
    named = dict(parameter.replace(" ", "").partition("=")[::2] for parameter in parameters)
    try:
        quality = float(named.get("q", "1"))
    except ValueError:
        return 0
    return quality if isfinite(quality) else 0
