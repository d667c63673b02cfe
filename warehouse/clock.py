"""The office's clock: Ho Chi Minh City time without a zone, as the registry and the marts store it."""

from datetime import UTC, datetime, timedelta, timezone

# Viet Nam keeps UTC+7 the whole year, so a fixed offset needs no zone database.
OFFICE_ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Return the current office time, naive, to the second."""
    return datetime.now(OFFICE_ZONE).replace(tzinfo=None, microsecond=0)


def to_office_time(moment: datetime) -> datetime:
    """Convert `moment` to naive office time; a naive moment already is office time."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(OFFICE_ZONE).replace(tzinfo=None)
    return moment


def to_utc(moment: datetime) -> datetime:
    """Convert `moment`, naive office time, to naive UTC, in which files state when they were made."""
    return moment.replace(tzinfo=OFFICE_ZONE).astimezone(UTC).replace(tzinfo=None)
