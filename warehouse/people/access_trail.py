"""The access trail: sign-ins, refusals, downloads, decisions and role changes, in a hash chain.

Events record actor and action, never a figure.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Row, Select, insert, select

from warehouse import clock
from warehouse.db.access_tables import access_event
from warehouse.db.connection import open_database, write
from warehouse.db.rows import record, take_turn
from warehouse.settings import Settings
from warehouse.text import say

# The hash that the first event follows.
BEGINNING = "0" * 64
MAX_PERSON = 200
MAX_TEXT = 300
# The network address in the row of failed sign-ins from more addresses than get rows of their own.
OTHER_ADDRESSES = "*"


class AccessKind(StrEnum):
    """Kinds of events on the access trail."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    REFUSED = "refused"
    DOWNLOADED = "downloaded"
    ORIGINAL_OPENED = "original_opened"
    REPORT_CHECKED = "report_checked"
    DECIDED = "decided"
    VIEW_CHANGED = "view_changed"
    ROLE_GRANTED = "role_granted"
    ROLE_ENDED = "role_ended"
    BREAK_GLASS_ISSUED = "break_glass_issued"
    BREAK_GLASS_USED = "break_glass_used"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - a kind of event
    TOKEN_WITHDRAWN = "token_withdrawn"  # noqa: S105
    TOKEN_USED = "token_used"  # noqa: S105
    DIGEST_ADDED = "digest_added"
    DIGEST_STOPPED = "digest_stopped"


# An event to be appended: its kind, person, and what it is about.
NewEvent: TypeAlias = tuple[AccessKind, str, Mapping[str, str]]


class AlreadyRecordedError(RuntimeError):
    """An event that may happen once is already recorded."""


@dataclass(frozen=True, slots=True)
class AccessEvent:
    """One event: actor, kind and sign-in session; `about` names the page, file, report or role."""

    event_id: int
    event_at: datetime
    person: str
    kind: str
    session: str
    about: Mapping[str, str]
    previous_hash: str
    hash: str

    def kind_in_words(self, lang: str) -> str:
        """Return the kind as a text in a language."""
        return say("people", f"kind_{self.kind}", lang)

    @property
    def computed_hash(self) -> str:
        """Return the hash that the event must have."""
        return _hash(self.previous_hash, self.event_at, self.person, self.kind, self.session, self.about)


class AccessTrail:
    """Reads and writes the trail in the registry's database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, settings: Settings | None = None) -> "AccessTrail":
        """Return the trail of `KPI_OPS_URL`, one per process and URL.

        Raises RegistryError, RegistryBusyError.
        """
        return _trail((settings or Settings.from_env()).ops_url)

    def record(
        self,
        kind: AccessKind,
        person: str,
        session: str = "",
        about: Mapping[str, str] | None = None,
        *,
        is_once: bool = False,
    ) -> AccessEvent:
        """Append an event to the chain.

        Raises RegistryBusyError, DiskFullError, and AlreadyRecordedError if the event `is_once` and the session has one
        of this kind.
        """
        row = _row(kind, person, session, about)

        def work(connection: Connection) -> Row[Any]:
            take_turn(connection)
            about_session = (access_event.c.kind == kind.value, access_event.c.session == session)
            if is_once and connection.scalar(select(access_event.c.event_id).where(*about_session).limit(1)):
                raise AlreadyRecordedError(session)
            return _append(connection, row)

        return record(AccessEvent, write(self.engine, work))

    def record_missing(
        self, kinds: Collection[AccessKind], missing: Callable[[Sequence[AccessEvent]], Iterable[NewEvent]]
    ) -> None:
        """Append the events that are `missing` after those of some kinds, oldest first; all of them or none.

        Of several processes that do so at once, one appends them. Raises RegistryBusyError, DiskFullError.
        """

        def work(connection: Connection) -> None:
            take_turn(connection)
            for kind, person, about in missing(_read(connection, _since(0, kinds))):
                _append(connection, _row(kind, person, "", about))

        write(self.engine, work)

    def newest(self, kinds: Collection[AccessKind] = (), limit: int = 100, person: str = "") -> list[AccessEvent]:
        """Return the newest events, newest first, optionally of some kinds or one person."""
        query = select(access_event).order_by(access_event.c.event_id.desc()).limit(limit)
        if kinds:
            query = query.where(access_event.c.kind.in_([kind.value for kind in kinds]))
        if person:
            query = query.where(access_event.c.person == person)
        with self.engine.connect() as connection:
            return _read(connection, query)

    def since(self, event_id: int, kinds: Collection[AccessKind]) -> list[AccessEvent]:
        """Return the events of some kinds after an event, oldest first."""
        with self.engine.connect() as connection:
            return _read(connection, _since(event_id, kinds))


def head(connection: Connection) -> str:
    """Return the hash of the last event.

    Stored elsewhere, it later proves that no event before it was changed or removed from the end.
    """
    last = select(access_event.c.hash).order_by(access_event.c.event_id.desc()).limit(1)
    return connection.scalar(last) or BEGINNING


def first_broken(connection: Connection) -> int | None:
    """Return the number of the first event that does not follow from its predecessor; None if the chain is intact."""
    previous = BEGINNING
    for row in connection.execute(select(access_event).order_by(access_event.c.event_id)):
        event = record(AccessEvent, row)
        if event.previous_hash != previous or event.hash != event.computed_hash:
            return event.event_id
        previous = event.hash
    return None


def _row(kind: AccessKind, person: str, session: str, about: Mapping[str, str] | None) -> dict[str, Any]:
    """Return an event's row, without what follows from those before it."""
    details = {name: text[:MAX_TEXT] for name, text in (about or {}).items() if text}
    return {"person": person[:MAX_PERSON], "kind": kind.value, "session": session, "about": details}


def _append(connection: Connection, row: Mapping[str, Any]) -> Row[Any]:
    """Append an event to the chain, within a transaction that has the turn."""
    previous, at = head(connection), clock.now()
    digest = _hash(previous, at, row["person"], row["kind"], row["session"], row["about"])
    chained = {**row, "event_at": at, "previous_hash": previous, "hash": digest}
    connection.execute(insert(access_event).values(chained))
    return connection.execute(select(access_event).where(access_event.c.hash == digest)).one()


def _since(event_id: int, kinds: Collection[AccessKind]) -> Select[Any]:
    of_kinds = access_event.c.kind.in_([kind.value for kind in kinds])
    return select(access_event).where(access_event.c.event_id > event_id, of_kinds).order_by(access_event.c.event_id)


def _read(connection: Connection, query: Select[Any]) -> list[AccessEvent]:
    return [record(AccessEvent, row) for row in connection.execute(query)]


def _hash(previous: str, at: datetime, person: str, kind: str, session: str, about: Mapping[str, str]) -> str:
    chained = [previous, at.isoformat(), person, kind, session, dict(sorted(about.items()))]
    return hashlib.sha256(json.dumps(chained, ensure_ascii=False).encode()).hexdigest()


@lru_cache(maxsize=8)
def _trail(url: str) -> AccessTrail:
    return AccessTrail(open_database(url))
