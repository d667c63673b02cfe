"""Recipients of the digest: added by a command, stopped by a command or by the link in each message."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from warehouse import clock
from warehouse.db.connection import write
from warehouse.db.digest_tables import digest_recipient, digest_stop
from warehouse.db.rows import record
from warehouse.digest.channels import channel_of
from warehouse.digest.deliveries import MAIL
from warehouse.people import AccessKind, AccessTrail, Grant, Role, Roles
from warehouse.settings import LANGUAGES
from warehouse.text import say

# Who must act on figures; the others look after the system.
ROLES = (Role.LEADER, Role.DEPARTMENT, Role.UNIT_OFFICER, Role.AREA_READER)
_KEY_BYTES = 32
_MAIL_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
# By whom a digest is stopped through the link in it.
_BY_LINK = ""


class RecipientError(ValueError):
    """Nothing was written; `code` names the reason's text, `params` fill it. It never holds an address."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def words(self, lang: str) -> str:
        """Return the reason as a text in a language."""
        return say("digest", self.code, lang, **self.params)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient on record: the person and role by whose rights the digest is composed, language, channel, and when it
    was stopped (by no one's name where the link did it). `address` may contain a token."""

    recipient_id: int
    person: str
    role: str
    unit_code: str
    lang: str
    channel: str
    address: str = field(repr=False)
    stop_key: str = field(repr=False)
    added_at: datetime
    added_by: str
    stopped_at: datetime | None
    stopped_by: str | None

    def grant(self, roles: Roles) -> Grant | None:
        """Return the role of the roles file by which the person gets the digest today; None if it was withdrawn."""
        held = roles.of(self.person, clock.now().date())
        return next((one for one in held if (one.role.value, one.unit_code) == (self.role, self.unit_code)), None)

    @property
    def masked_address(self) -> str:
        """Return the address for lists: of a mail its first letter and host, of a channel its name only."""
        if self.channel != MAIL:
            return f"{self.channel}://…"
        name, _, host = self.address.rpartition("@")
        return f"{name[:1]}…@{host}"

    @property
    def stop_code(self) -> str:
        """Return the signature of this recipient's link: no one else's key makes it, and it stops nothing else."""
        signed = f"stop digest {self.recipient_id}".encode()
        return hmac.new(self.stop_key.encode(), signed, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class StopLink:
    """The two values of a link with which a recipient stops the digest."""

    recipient: str
    code: str


class Recipients:
    """The recipients in the registry of a trail; who is added and stopped is on the trail too, without addresses."""

    def __init__(self, trail: AccessTrail) -> None:
        self._trail = trail

    def add(self, grant: Grant, lang: str, address: str, by: str) -> Recipient:
        """Add a recipient for a role that a person holds today, and return its record.

        Raises RecipientError for a role that gets no digest, an unknown language, an address of no known channel, or a
        recipient that is there already; RegistryBusyError, DiskFullError.
        """
        if grant.role not in ROLES:
            raise RecipientError("role_without_digest", role=grant.role.value, roles=", ".join(ROLES))
        if lang not in LANGUAGES:
            raise RecipientError("no_language", languages=", ".join(LANGUAGES))
        row = {
            "person": grant.person.casefold(),
            "role": grant.role.value,
            "unit_code": grant.unit_code,
            "lang": lang,
            "channel": _channel(address),
            "address": address,
            "stop_key": secrets.token_hex(_KEY_BYTES),
            "added_at": clock.now(),
            "added_by": by,
        }
        same = ("person", "role", "unit_code", "address")

        def work(connection: Connection) -> int:
            active = (one for one in _read(connection) if one.stopped_at is None)
            if known := next((one for one in active if all(getattr(one, name) == row[name] for name in same)), None):
                raise RecipientError("recipient_known", number=known.recipient_id)
            number: int = connection.execute(insert(digest_recipient).values(row)).inserted_primary_key[0]  # type: ignore[index]
            return number

        added = self._of(write(self._trail.engine, work))
        self._record(AccessKind.DIGEST_ADDED, added, by)
        return added

    def stop(self, recipient_id: int, by: str) -> Recipient:
        """Stop a recipient's digest from now on; return its record. Raises RecipientError for an unknown one, and for
        one that was stopped before."""
        row = {"recipient_id": recipient_id, "stopped_at": clock.now(), "stopped_by": by}
        self._of(recipient_id)

        def work(connection: Connection) -> None:
            if connection.scalar(select(digest_stop.c.stopped_at).where(digest_stop.c.recipient_id == recipient_id)):
                raise RecipientError("recipient_stopped", number=recipient_id)
            connection.execute(insert(digest_stop).values(row))

        write(self._trail.engine, work)
        stopped = self._of(recipient_id)
        self._record(AccessKind.DIGEST_STOPPED, stopped, by)
        return stopped

    def of_link(self, link: StopLink) -> Recipient | None:
        """Return the recipient whose link this is, stopped or not; None for any other values."""
        found = next((one for one in self.all() if str(one.recipient_id) == link.recipient), None)
        return found if found and hmac.compare_digest(found.stop_code.encode(), link.code.encode()) else None

    def stop_by_link(self, link: StopLink) -> Recipient | None:
        """Stop the digest of the recipient whose link this is; None for any other values, and nothing is stopped.

        Mail programs repeat the request: once stopped, nothing changes.
        """
        found = self.of_link(link)
        if found is None or found.stopped_at is not None:
            return found
        try:
            return self.stop(found.recipient_id, _BY_LINK)
        except RecipientError:
            return self._of(found.recipient_id)

    def all(self) -> list[Recipient]:
        """Return every recipient there ever was, oldest first."""
        with self._trail.engine.connect() as connection:
            return list(_read(connection))

    def active(self) -> list[Recipient]:
        """Return the recipients whose digest was not stopped, oldest first."""
        return [one for one in self.all() if one.stopped_at is None]

    def _of(self, recipient_id: int) -> Recipient:
        found = next((one for one in self.all() if one.recipient_id == recipient_id), None)
        if found is None:
            raise RecipientError("recipient_unknown", number=recipient_id)
        return found

    def _record(self, kind: AccessKind, recipient: Recipient, by: str) -> None:
        role = f"{recipient.role} {recipient.unit_code}".strip()
        about = {"recipient": str(recipient.recipient_id), "person": recipient.person, "role": role}
        self._trail.record(kind, by or recipient.person, about=about | {"channel": recipient.channel})


def grant_of(roles: Roles, person: str, role: Role | None, unit_code: str) -> Grant:
    """Return the role that a person holds today and that a digest is for: the one named, or the only one.

    Raises RecipientError without it, or where several are possible.
    """
    held = [one for one in roles.of(person, clock.now().date()) if one.role in ROLES]
    chosen = [one for one in held if role in (None, one.role) and (not unit_code or unit_code == one.unit_code)]
    if len(chosen) == 1:
        return chosen[0]
    named = ", ".join(f"{one.role.value} {one.unit_code}".strip() for one in held)
    raise RecipientError("which_role" if chosen else "no_role", person=person, roles=named or "–")


def _channel(address: str) -> str:
    if address.isascii() and _MAIL_ADDRESS.fullmatch(address):
        return MAIL
    channel = channel_of(address)
    if channel is None:
        raise RecipientError("no_channel")
    return channel


def _read(connection: Connection) -> Iterator[Recipient]:
    query = (
        select(digest_recipient, digest_stop.c.stopped_at, digest_stop.c.stopped_by)
        .outerjoin(digest_stop)
        .order_by(digest_recipient.c.recipient_id)
    )
    rows: list[Row[Any]] = list(connection.execute(query))
    return (record(Recipient, row) for row in rows)
