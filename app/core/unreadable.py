"""Why the published figures or the registry cannot be read, as text."""

from __future__ import annotations

from app.core.i18n import words
from warehouse.desk import RegistryError
from warehouse.publish.engines import NothingPublished


def why_unreadable(error: NothingPublished | RegistryError) -> str:
    """Return the cause, and what to do; not the server's own message, which names its address and user."""
    if isinstance(error, RegistryError):
        is_away = error.kind == "unreachable"
        return words("message.registry_unreachable_text") if is_away else error.words(words.lang)
    return words(f"message.{error.kind}_text", version=words.version(error.damaged or error.stored))
