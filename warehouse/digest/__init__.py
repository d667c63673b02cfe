"""The digest: its recipients, the record of its deliveries, and the channels through which it is sent."""

from warehouse.digest.deliveries import (
    DELAYED,
    DELIVERED,
    DROPPED,
    HANDING,
    MAIL,
    REFUSED,
    Deliveries,
    Delivery,
    DigestCounts,
    Newest,
    TakenError,
    count_deliveries,
    newest_steps,
)
from warehouse.digest.recipients import ROLES, Recipient, RecipientError, Recipients, StopLink, grant_of
from warehouse.digest.request import request_digests
from warehouse.digest.watches import Watch, Watches

__all__ = [
    "DELAYED",
    "DELIVERED",
    "DROPPED",
    "HANDING",
    "MAIL",
    "REFUSED",
    "ROLES",
    "Deliveries",
    "Delivery",
    "DigestCounts",
    "Newest",
    "Recipient",
    "RecipientError",
    "Recipients",
    "StopLink",
    "TakenError",
    "Watch",
    "Watches",
    "count_deliveries",
    "grant_of",
    "newest_steps",
    "request_digests",
]
