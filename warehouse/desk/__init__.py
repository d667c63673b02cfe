"""The desk: what people decide and write, kept beside the registry. Light enough for every page to import."""

from warehouse.database import RegistryBusyError
from warehouse.desk.desk import Desk
from warehouse.desk.fields import DeskProblem, DeskRefusal
from warehouse.desk.records import (
    CANCELLED,
    DONE,
    OPEN,
    STATUSES,
    UNDER_WAY,
    Action,
    ActionEvent,
    Draft,
    Note,
    Review,
)
from warehouse.disk import DiskFullError
from warehouse.errors import RegistryDamagedError

__all__ = [
    "CANCELLED",
    "DONE",
    "OPEN",
    "STATUSES",
    "UNDER_WAY",
    "Action",
    "ActionEvent",
    "Desk",
    "DeskProblem",
    "DeskRefusal",
    "DiskFullError",
    "Draft",
    "Note",
    "RegistryBusyError",
    "RegistryDamagedError",
    "Review",
]
