"""Roles, sessions, tokens of the API and the access trail."""

from warehouse.people import break_glass
from warehouse.people.access_trail import (
    OTHER_ADDRESSES,
    AccessEvent,
    AccessKind,
    AccessTrail,
    AlreadyRecordedError,
)
from warehouse.people.given_files import SHA256, FileFinding, Recognised, file_mark, recognise
from warehouse.people.role_record import RolesOnRecord, record_changes
from warehouse.people.roles import (
    Grant,
    Role,
    RoleProblem,
    Roles,
    load_roles,
    top_unit,
    unit_name,
    units_above,
    units_under,
)
from warehouse.people.seen_pages import Seen, note_seen
from warehouse.people.sessions import Sessions
from warehouse.people.sign_in_secrets import missing_secrets
from warehouse.people.tokens import ApiToken, TokenError, Tokens, token_hash

__all__ = [
    "OTHER_ADDRESSES",
    "SHA256",
    "AccessEvent",
    "AccessKind",
    "AccessTrail",
    "AlreadyRecordedError",
    "ApiToken",
    "FileFinding",
    "Grant",
    "Recognised",
    "Role",
    "RoleProblem",
    "Roles",
    "RolesOnRecord",
    "Seen",
    "Sessions",
    "TokenError",
    "Tokens",
    "break_glass",
    "file_mark",
    "load_roles",
    "missing_secrets",
    "note_seen",
    "recognise",
    "record_changes",
    "token_hash",
    "top_unit",
    "unit_name",
    "units_above",
    "units_under",
]
