"""Sending of the digests of the published version: something new is reported once; what fails is tried again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime

from app.analysis.watched_view import ViewChange, change_since, is_watchable, prefix, rows_of
from app.core.i18n import in_language, words_in
from app.core.page_context import Context
from app.core.reader import Reader
from app.core.url_state import State
from app.digest.items import Item, every_item, items_of, units_of, viewer_of
from app.digest.letter import letter_of
from app.queries.page_frame import context_of, frame_of
from warehouse import clock
from warehouse.desk import Audience, Desk
from warehouse.digest import (
    DELAYED,
    DELIVERED,
    DROPPED,
    HANDING,
    MAIL,
    Deliveries,
    Delivery,
    Recipient,
    Recipients,
    TakenError,
    Watches,
    channels,
)
from warehouse.digest.mail import Letter, MailServerDownError, MailSession, mail_of
from warehouse.people import AccessTrail, Grant, load_roles
from warehouse.publish.engines import Published, published
from warehouse.settings import Settings

# A recipient who has nothing new to act on.
NOTHING = "nothing"
# Why a mail waits without a server, and why a channel's message does: its server's reason is not known.
NO_SERVER, CHANNEL_FAILED = "mail_not_set", "channel"


@dataclass(frozen=True, slots=True)
class Digest:
    """A message to a recipient, and the keys of what it reports."""

    letter: Letter
    keys: tuple[str, ...]


class Composer:
    """Composes the digests of one version; recipients with the same rights share what is read of it."""

    def __init__(self, settings: Settings, warehouse: Published) -> None:
        self._app_url = settings.app_url
        self._warehouse = warehouse
        self._roles = load_roles(settings.roles_file)
        self._watches = Watches(AccessTrail.open(settings).engine)
        self._contexts: dict[tuple[Reader, str], Context] = {}
        self._items: dict[Reader, list[Item]] = {}

    def digest(self, recipient: Recipient, reported: Mapping[str, datetime]) -> Digest | None:
        """Return what was not reported to a recipient yet; None for nothing, and for a role that has ended."""
        grant = recipient.grant(self._roles)
        if grant is None:
            return None
        with in_language(recipient.lang):
            return self._composed(grant, recipient, reported)

    def _composed(self, grant: Grant, recipient: Recipient, reported: Mapping[str, datetime]) -> Digest | None:
        context = self._context(Reader(viewer_of(grant), self._warehouse), recipient.lang)
        new = [item for item in items_of(self._every(context), units_of(grant)) if item.key not in reported]
        changes = self._changes(context.reader, recipient, reported)
        if not (new or changes):
            return None
        letter = letter_of(context, recipient, new, changes, self._app_url)
        return Digest(letter, (*(item.key for item in new), *(change.now.state_key for change in changes)))

    def _changes(self, reader: Reader, recipient: Recipient, reported: Mapping[str, datetime]) -> list[ViewChange]:
        """Return what changed in the views that the person watches, and may still see, since it was last reported."""
        found = []
        for watch in self._watches.of(recipient.person):
            with suppress(LookupError):
                view = Desk.open().view(watch.view_id, Audience(recipient.person, frozenset({recipient.role})))
                begins = prefix(view.view_id)
                later = [key for key, at in reported.items() if key.startswith(begins) and at >= watch.watched_at]
                before = [watch.state_key, *later][-1]
                rows = rows_of(view, reader) if is_watchable(view) else None
                if rows and (change := change_since(rows, before)):
                    found.append(change)
        return found

    def _context(self, reader: Reader, lang: str) -> Context:
        if (reader, lang) not in self._contexts:
            state = State("", frame_of(reader).opening, lang=lang)
            self._contexts[reader, lang] = context_of(state, reader)
        return self._contexts[reader, lang]

    def _every(self, context: Context) -> list[Item]:
        if context.reader not in self._items:
            self._items[context.reader] = every_item(context)
        return self._items[context.reader]


class Sender:
    """Sends messages, mails over one connection; a mail server that is down is not tried again in this run."""

    def __init__(self, settings: Settings, session: MailSession | None) -> None:
        self._sender = settings.mail_from
        self._session = session
        self._down = "" if session and self._sender else NO_SERVER

    def prepare(self, recipient: Recipient) -> str:
        """Return why nothing can be sent to a recipient now; empty where it can. Nothing is handed over."""
        if recipient.channel != MAIL or self._down or self._session is None:
            return self._down if recipient.channel == MAIL else ""
        try:
            self._session.connect()
        except MailServerDownError as error:
            self._down = error.code
        return self._down

    def send(self, recipient: Recipient, letter: Letter, version: str) -> tuple[str, str]:
        """Hand a message over; return what became of it and the code of a failure."""
        name = hashlib.sha256(f"{recipient.stop_key} {version}".encode()).hexdigest()[:32]
        if recipient.channel != MAIL or self._session is None:
            is_sent = channels.send(recipient.address, letter.subject, letter.text, name)
            return (DELIVERED, "") if is_sent else (DELAYED, CHANNEL_FAILED)
        sender = (words_in(recipient.lang)("app.title"), self._sender)
        message_id = f"<{name}@{self._sender.rpartition('@')[2]}>"
        mail = mail_of(letter, sender, recipient.address, message_id, clock.now())
        return self._session.send(mail, self._sender, recipient.address)


def send_digests(settings: Settings, *, at_once: bool) -> tuple[str, Counter[str]]:
    """Send what is due of the published version; return it, and how many recipients had each outcome.

    `at_once` does not wait for the pauses between attempts. Raises NothingPublished, RegistryError, RegistryBusyError,
    DiskFullError.
    """
    warehouse, trail = published(settings), AccessTrail.open(settings)
    composer, deliveries = Composer(settings, warehouse), Deliveries(trail.engine, warehouse.version)
    outcomes: Counter[str] = Counter()
    server = settings.mail_server
    with MailSession(server) if server else nullcontext() as session:
        sender = Sender(settings, session)
        for recipient in Recipients(trail).active():
            delivery = deliveries.of(recipient.recipient_id)
            if not delivery.is_due(at_once=at_once):
                continue
            digest = composer.digest(recipient, delivery.reported)
            try:
                if digest:
                    outcomes[_deliver(deliveries, delivery, recipient, digest, sender)] += 1
                    continue
                outcomes[NOTHING] += 1
                if delivery.is_waiting:
                    deliveries.end(delivery, DROPPED, ())
            except TakenError:
                continue
    return warehouse.version, outcomes


def _deliver(deliveries: Deliveries, delivery: Delivery, recipient: Recipient, digest: Digest, sender: Sender) -> str:
    """Carry out one delivery, with a record before and after; return what became of it. Raises TakenError."""
    if reason := sender.prepare(recipient):
        return deliveries.end(delivery, DELAYED, (), reason).state
    begun = deliveries.hand(delivery, digest.keys)
    outcome, detail = sender.send(recipient, digest.letter, delivery.version)
    # Whether the server accepted it is not known: as if this process had ended here.
    return outcome if outcome == HANDING else deliveries.end(begun, outcome, digest.keys, detail).state
