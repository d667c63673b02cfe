"""Roles, sessions, tokens of the API and the access trail."""

from warehouse.people import break_glass
from warehouse.people.access_trail import (
    OTHER_ADDRESSES,
    AccessEvent,
    AccessKind,
    AccessTrail,
    AlreadyRecordedError,
)
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
    "AccessEvent",
    "AccessKind",
    "AccessTrail",
    "AlreadyRecordedError",
    "ApiToken",
    "Grant",
    "Role",
    "RoleProblem",
    "Roles",
    "RolesOnRecord",
    "Seen",
    "Sessions",
    "TokenError",
    "Tokens",
    "break_glass",
    "load_roles",
    "missing_secrets",
    "note_seen",
    "record_changes",
    "token_hash",
    "top_unit",
    "unit_name",
    "units_above",
    "units_under",
]
