"""Conditional requests: whether the caller has the content that a tag names."""

from starlette.requests import Request


def has_content(request: Request, tag: str) -> bool:
    """Return whether `If-None-Match` names a tag; strong and weak tags are compared alike (RFC 9110, 13.1.2)."""
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return not known.isdisjoint((tag.removeprefix("W/"), "*"))
