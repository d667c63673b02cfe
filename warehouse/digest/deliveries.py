"""The record of deliveries: what was handed over to whom, what waits, and what was reported to each recipient.

A step is written before a message is handed over (`handing`) and after it (`delivered`, `delayed`, `refused`). A
process that ends in between leaves `handing`: whether the message left is not known, so it is never sent again, and
nothing of it counts as reported. Its content is in the recipient's digest of the next version.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, insert, select

from warehouse import clock
from warehouse.db.connection import write
from warehouse.db.digest_tables import digest_recipient, digest_step, digest_stop

# The channel of mails; the others are named by apprise.
MAIL = "mail"
HANDING, DELIVERED, DELAYED, REFUSED = "handing", "delivered", "delayed", "refused"
# What waited is no longer to be reported: nothing is left to act on, or the role has ended.
DROPPED = "dropped"
# After the first delay, and at most.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=4)
# Handing over takes seconds: a process that has not ended the step by then has ended itself.
HANDED_WITHIN = timedelta(minutes=10)


class TakenError(RuntimeError):
    """Another process carries out this delivery."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a delivery."""

    number: int
    at: datetime
    step: str
    detail: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of one version's digest to one recipient, step by step.

    `reported` are the keys of everything that was delivered to this recipient, of any version, in the order and with
    the moment in which each was delivered last. With `is_waiting`, the last message of any version was not delivered.
    """

    recipient_id: int
    version: str
    steps: tuple[Step, ...]
    reported: Mapping[str, datetime]
    is_waiting: bool = False

    @property
    def state(self) -> str:
        """Return the last step; empty before the first."""
        return self.steps[-1].step if self.steps else ""

    @property
    def due_at(self) -> datetime | None:
        """Return when a delayed delivery is tried again; the pause doubles with each delay. None for any other."""
        if self.state != DELAYED:
            return None
        count = sum(one.step == DELAYED for one in self.steps)
        return self.steps[-1].at + min(FIRST_PAUSE * (1 << min(count - 1, 10)), LONGEST_PAUSE)

    def is_due(self, *, at_once: bool) -> bool:
        """Return whether something may be sent now; `at_once` does not wait for the end of a pause."""
        due_at = self.due_at
        if due_at is None:
            return not self.steps
        # No pause is longer: a delay of a moment still to come is from before the clock was set back.
        return at_once or not timedelta() < due_at - clock.now() <= LONGEST_PAUSE


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """Numbers of recipients by what became of the newest digest for them, and since when the longest delay lasts."""

    recipients: int
    mail_recipients: int
    refused: int
    unknown: int
    delayed_since: datetime | None


class Deliveries:
    """The deliveries of one version."""

    def __init__(self, engine: Engine, version: str) -> None:
        self._engine = engine
        self._version = version
        steps: dict[int, list[Step]] = defaultdict(list)
        reported: dict[int, dict[str, datetime]] = defaultdict(dict)
        last: dict[int, str] = {}
        query = select(digest_step).order_by(digest_step.c.step_id)
        with engine.connect() as connection:
            for row in connection.execute(query):
                last[row.recipient_id] = row.step
                if row.step == DELIVERED:
                    known = reported[row.recipient_id]
                    for key in row.item_keys:
                        # In the order in which each was delivered last.
                        known.pop(key, None)
                        known[key] = row.step_at
                if row.version == version:
                    steps[row.recipient_id].append(Step(row.number, row.step_at, row.step, row.detail))
        self._steps, self._reported = steps, reported
        self._waiting = {number for number, step in last.items() if step in (HANDING, DELAYED)}

    def of(self, recipient_id: int) -> Delivery:
        """Return the delivery for a recipient as it was when this was read."""
        steps, reported = self._steps.get(recipient_id, ()), self._reported.get(recipient_id, {})
        is_waiting = recipient_id in self._waiting
        return Delivery(recipient_id, self._version, tuple(steps), reported, is_waiting)

    def hand(self, delivery: Delivery, keys: Collection[str]) -> Delivery:
        """Record that a message is about to be handed over; return the delivery with this step.

        Raises TakenError if another process has recorded a step meanwhile; RegistryBusyError, DiskFullError.
        """
        return self._add(delivery, HANDING, keys)

    def end(self, delivery: Delivery, step: str, keys: Collection[str], detail: str = "") -> Delivery:
        """Record what became of a message; return the delivery with this step. Raises TakenError."""
        return self._add(delivery, step, keys, detail)

    def _add(self, delivery: Delivery, step: str, keys: Collection[str], detail: str = "") -> Delivery:
        added = Step(len(delivery.steps) + 1, clock.now(), step, detail)
        row = {
            "recipient_id": delivery.recipient_id,
            "version": delivery.version,
            "number": added.number,
            "step_at": added.at,
            "step": step,
            "item_keys": sorted(keys),
            "detail": detail,
        }
        same = (digest_step.c.recipient_id == delivery.recipient_id, digest_step.c.version == delivery.version)

        def work(connection: Connection) -> None:
            # A conflict with another writer is tried again, and then seen here.
            if connection.scalar(select(func.count()).where(*same)) != len(delivery.steps):
                raise TakenError
            connection.execute(insert(digest_step).values(row))

        write(self._engine, work)
        return Delivery(delivery.recipient_id, delivery.version, (*delivery.steps, added), delivery.reported)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest step for a recipient, and since when its delivery is delayed; None where it is not."""

    step: str
    at: datetime
    detail: str
    delayed_since: datetime | None

    @property
    def is_unknown(self) -> bool:
        """Return whether the process that was handing it over has ended without recording it."""
        return self.step == HANDING and abs(clock.now() - self.at) > HANDED_WITHIN


def newest_steps(engine: Engine) -> dict[int, Newest]:
    """Return the newest step by recipient, for those that have any."""
    newest: dict[int, Newest] = {}
    columns = (digest_step.c.recipient_id, digest_step.c.step, digest_step.c.step_at, digest_step.c.detail)
    with engine.connect() as connection:
        for row in connection.execute(select(*columns).order_by(digest_step.c.step_id)):
            before = newest.get(row.recipient_id)
            since = before.delayed_since if before and row.step in (HANDING, DELAYED) else None
            if row.step == DELAYED:
                since = since or row.step_at
            newest[row.recipient_id] = Newest(row.step, row.step_at, row.detail, since)
    return newest


def count_deliveries(engine: Engine) -> DigestCounts:
    """Return what became of the newest digest of each active recipient."""
    with engine.connect() as connection:
        stopped: set[int] = set(connection.scalars(select(digest_stop.c.recipient_id)))
        recipients = connection.execute(select(digest_recipient.c.recipient_id, digest_recipient.c.channel))
        channels = {row.recipient_id: row.channel for row in recipients if row.recipient_id not in stopped}
    steps = [step for number, step in newest_steps(engine).items() if number in channels]
    return DigestCounts(
        recipients=len(channels),
        mail_recipients=sum(channel == MAIL for channel in channels.values()),
        refused=sum(step.step == REFUSED for step in steps),
        unknown=sum(step.is_unknown for step in steps),
        delayed_since=min((step.delayed_since for step in steps if step.delayed_since), default=None),
    )
