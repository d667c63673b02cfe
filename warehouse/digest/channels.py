"""Channels of apprise: webhooks, and robots of Zalo, Telegram and many others, each an address of one line.

Mails have a module of their own: apprise makes the text from the HTML, connects for each message, and reports neither
a refused address nor a server that is down. It is imported where it is needed: that takes a third of a second.
"""

import logging
from typing import TYPE_CHECKING

from warehouse.settings import PROJECT_NAME

if TYPE_CHECKING:
    from apprise import NotifyBase

# apprise's own mails; here, a mail address has no scheme.
_MAILS = frozenset({"mailto", "mailtos"})
# The channel's requests repeat this for the same message, so that a receiver can recognise it.
KEY_HEADER = "Idempotency-Key"


def channel_of(address: str) -> str | None:
    """Return the name of an address's channel; None for an address that apprise does not know."""
    channel = _channel(address)
    scheme = address.partition("://")[0].lower()
    return scheme if channel and scheme not in _MAILS else None


def send(address: str, title: str, text: str, key: str) -> bool:
    """Send a plain text to a channel, and return whether its server accepted it. The reason of a failure is not
    known, and logged nowhere: it would repeat the address."""
    from apprise import NotifyFormat  # noqa: PLC0415

    channel = _channel(address)
    if channel is None:
        return False
    headers = getattr(channel, "headers", None)
    if isinstance(headers, dict):
        headers[KEY_HEADER] = key
    return bool(channel.notify(body=text, title=title, body_format=NotifyFormat.TEXT))


def _channel(address: str) -> "NotifyBase | None":
    from apprise import Apprise, AppriseAsset, PersistentStoreMode  # noqa: PLC0415

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    asset = AppriseAsset(
        app_id=PROJECT_NAME, async_mode=False, secure_logging=True, storage_mode=PersistentStoreMode.MEMORY
    )
    channel = Apprise.instantiate(address, asset=asset)
    return channel if channel else None
