"""Options of a session on a database server."""

from sqlalchemy import URL


def session_options(url: URL, own: str) -> str:
    """Return the option `options` of a connection: those that its address has, such as a role, and then our own."""
    return " ".join([*url.normalized_query.get("options", ()), own])
