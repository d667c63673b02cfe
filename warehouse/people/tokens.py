"""Tokens with which programs use the API: issued by a command, stored as a hash, withdrawn or expired."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from warehouse import clock
from warehouse.db.connection import write
from warehouse.db.rows import record
from warehouse.db.token_tables import api_token, api_token_withdrawal
from warehouse.people.access_trail import AccessKind, AccessTrail
from warehouse.people.roles import UNIT_ROLES, Grant, Role
from warehouse.reference import load_reference
from warehouse.text import say

# A beginning by which scanners of source code recognise a token that was published by mistake.
PREFIX = "kpi_"
_BYTES = 32
LONGEST_NAME = 200


class TokenError(ValueError):
    """Nothing was written; `code` names the reason's text, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def words(self, lang: str) -> str:
        """Return the reason as a text in a language."""
        return say("people", self.code, lang, **self.params)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token on record: its name, role and unit, until which day it is accepted, who issued and withdrew it."""

    token_id: int
    token_hash: str
    token_name: str
    role: str
    unit_code: str
    expires_on: date
    issued_at: datetime
    issued_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    reason: str | None

    @property
    def person(self) -> str:
        """Return how the access trail and audit events name the token; no provider's claim has this form."""
        return f"api: {self.token_id} {self.token_name}"

    @property
    def grant(self) -> Grant:
        """Return the token's role as a grant."""
        return Grant(self.person, Role(self.role), self.unit_code, name=self.token_name)

    def state(self, day: date) -> str:
        """Return accepted, expired or withdrawn on a day."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "expired" if self.expires_on <= day else "accepted"


class Tokens:
    """The tokens in the registry of a trail; whatever changes them is on the trail too."""

    def __init__(self, trail: AccessTrail) -> None:
        self._trail = trail

    def issue(self, name: str, role: Role, unit_code: str, expires_on: date, by: str) -> tuple[str, ApiToken]:
        """Return a new token, which can never be read again, and its record.

        Raises TokenError for a role without its unit or a unit with another role, a name that is empty or too long, a
        day that is over; RegistryBusyError, DiskFullError.
        """
        self._require(name, role, unit_code, expires_on)
        token = PREFIX + secrets.token_urlsafe(_BYTES)
        row = {
            "token_hash": token_hash(token),
            "token_name": name.strip(),
            "role": role.value,
            "unit_code": unit_code,
            "expires_on": expires_on,
            "issued_at": clock.now(),
            "issued_by": by,
        }

        def work(connection: Connection) -> int:
            number: int = connection.execute(insert(api_token).values(row)).inserted_primary_key[0]  # type: ignore[index]
            return number

        number = write(self._trail.engine, work)
        issued = next(one for one in self.all() if one.token_id == number)
        self._record(AccessKind.TOKEN_ISSUED, issued, by, {"until": expires_on.isoformat()})
        return token, issued

    def withdraw(self, token_id: int, by: str, reason: str) -> ApiToken:
        """Withdraw a token from now on; return its record. Raises TokenError for one that is unknown or withdrawn."""
        known = {one.token_id: one for one in self.all()}
        if token_id not in known:
            raise TokenError("token_unknown", number=token_id)
        if known[token_id].withdrawn_at is not None:
            raise TokenError("token_withdrawn", number=token_id)
        row = {"token_id": token_id, "withdrawn_at": clock.now(), "withdrawn_by": by, "reason": reason}
        write(self._trail.engine, lambda connection: connection.execute(insert(api_token_withdrawal).values(row)))
        self._record(AccessKind.TOKEN_WITHDRAWN, known[token_id], by, {"reason": reason})
        return next(one for one in self.all() if one.token_id == token_id)

    def all(self) -> list[ApiToken]:
        """Return every token that was ever issued, oldest first."""
        return list(self._read())

    def accepted(self, token: str) -> ApiToken | None:
        """Return the record of a token that is accepted today; None for any other text."""
        found = next(self._read(token_hash(token)), None)
        return found if found and found.state(clock.now().date()) == "accepted" else None

    def _read(self, digest: str = "") -> Iterator[ApiToken]:
        withdrawn = api_token_withdrawal.c
        query = (
            select(api_token, withdrawn.withdrawn_at, withdrawn.withdrawn_by, withdrawn.reason)
            .outerjoin(api_token_withdrawal)
            .order_by(api_token.c.token_id)
        )
        if digest:
            query = query.where(api_token.c.token_hash == digest)
        with self._trail.engine.connect() as connection:
            rows: list[Row[Any]] = list(connection.execute(query))
        return (record(ApiToken, row) for row in rows)

    def _record(self, kind: AccessKind, token: ApiToken, by: str, about: dict[str, str]) -> None:
        what = {"token": f"{token.token_id} {token.token_name}", "role": f"{token.role} {token.unit_code}".strip()}
        self._trail.record(kind, by, about=what | about)

    @staticmethod
    def _require(name: str, role: Role, unit_code: str, expires_on: date) -> None:
        if not 0 < len(name.strip()) <= LONGEST_NAME:
            raise TokenError("token_name", most=LONGEST_NAME)
        if role in UNIT_ROLES and not unit_code:
            raise TokenError("unit_needed", role=role.value)
        if role not in UNIT_ROLES and unit_code:
            raise TokenError("no_unit", role=role.value, unit=unit_code)
        if unit_code and unit_code not in {unit.unit_code for unit in load_reference().units}:
            raise TokenError("unit_unknown", unit=unit_code)
        if expires_on <= clock.now().date():
            raise TokenError("token_over", day=expires_on.isoformat())


def token_hash(token: str) -> str:
    """Return the hash that a token is stored as. A token is random, so that it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
