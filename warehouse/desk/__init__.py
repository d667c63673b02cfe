"""The desk: records of decisions and notes, stored in the registry's database. Cheap to import for every page."""

from warehouse.db.connection import RegistryBusyError
from warehouse.desk.fields import DeskProblem, DeskRefusal
from warehouse.desk.records import (
    BETWEEN,
    CALL,
    CANCELLED,
    DONE,
    MEETING,
    NOT_REACHED,
    OPEN,
    OUTCOMES,
    PROMISED,
    REACHED,
    STATUSES,
    UNDER_WAY,
    Action,
    ActionEvent,
    CallDraft,
    CallMade,
    Draft,
    Handover,
    Minutes,
    Note,
    OfficeLine,
    Review,
    ReviewDraft,
)
from warehouse.desk.service import Desk
from warehouse.errors import RegistryDamagedError
from warehouse.storage.disk import DiskFullError

__all__ = [
    "BETWEEN",
    "CALL",
    "CANCELLED",
    "DONE",
    "MEETING",
    "NOT_REACHED",
    "OPEN",
    "OUTCOMES",
    "PROMISED",
    "REACHED",
    "STATUSES",
    "UNDER_WAY",
    "Action",
    "ActionEvent",
    "CallDraft",
    "CallMade",
    "Desk",
    "DeskProblem",
    "DeskRefusal",
    "DiskFullError",
    "Draft",
    "Handover",
    "Minutes",
    "Note",
    "OfficeLine",
    "RegistryBusyError",
    "RegistryDamagedError",
    "Review",
    "ReviewDraft",
]
