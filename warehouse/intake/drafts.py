"""Drafts of reports that are filled in on a page: kept as typed until sent, whoever types on whatever machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from warehouse import clock
from warehouse.db.connection import write
from warehouse.db.draft_tables import report_draft
from warehouse.db.rows import record
from warehouse.reference import Unit
from warehouse.registry.store import Registry


@dataclass(frozen=True)
class ReportDraft:
    """What is typed so far for a reporter's quarter: texts by field, and by field the version that changed it last.

    `follows` is the newest report of the quarter that its writers have seen, 0 for none.
    """

    follows: int
    version: int
    typed: Mapping[str, str]
    changed_in: Mapping[str, int]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True)
class Kept:
    """A draft after somebody's changes went in; but for `clashes`, fields that somebody else changed meanwhile: they
    stand as that other person left them."""

    draft: ReportDraft | None
    clashes: Mapping[str, str] = field(default_factory=dict)


class Drafts:
    """One draft a reporter and quarter, in the registry's database. Every method may raise RegistryBusyError or
    DiskFullError; then nothing was written.

    Drafts change nothing that pages show of reports, so unlike other writers these do not count.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def of(self, reporter: Unit, period_code: str) -> ReportDraft | None:
        """The draft of a reporter's quarter, if there is one."""
        with self._registry.engine.connect() as connection:
            return _read(connection, _key(reporter, period_code))

    def keep(
        self,
        reporter: Unit,
        period_code: str,
        changes: Mapping[str, str],
        *,
        start: Mapping[str, str],
        seen: int,
        follows: int,
        by: str,
    ) -> Kept:
        """Put texts into the draft, or into a new one that begins with what the form showed at its `start`.

        `seen` is the version that their writer had: a field that changed since keeps what it has and is told of.
        """
        key = {
            "reporter_code": reporter.unit_code,
            "reporter_valid_from": reporter.valid_from,
            "period_code": period_code,
        }

        def work(connection: Connection) -> Kept:
            found = _read(connection, _key(reporter, period_code))
            typed = dict(found.typed if found else start)
            changed_in = dict(found.changed_in if found else {})
            differing = {name: text for name, text in changes.items() if typed.get(name, "") != text}
            clashes = {name: typed.get(name, "") for name in differing if changed_in.get(name, 0) > seen}
            taken = {name: text for name, text in differing.items() if name not in clashes}
            if not taken:
                return Kept(found, clashes)
            version = (found.version if found else 0) + 1
            row = {
                "follows": follows,
                "version": version,
                "typed": typed | taken,
                "changed_in": changed_in | dict.fromkeys(taken, version),
                "saved_at": clock.now(),
                "saved_by": by,
            }
            if found:
                connection.execute(update(report_draft).where(_key(reporter, period_code)).values(row))
            else:
                connection.execute(insert(report_draft).values(key | row))
            return Kept(_read(connection, _key(reporter, period_code)), clashes)

        return write(self._registry.engine, work)

    def drop(self, reporter: Unit, period_code: str, version: int) -> None:
        """Forget a draft that was sent, unless somebody has changed it since this version: nothing of theirs was."""
        sent = _key(reporter, period_code) & (report_draft.c.version == version)
        write(self._registry.engine, lambda connection: connection.execute(delete(report_draft).where(sent)))


def _key(reporter: Unit, period_code: str) -> ColumnElement[bool]:
    return (
        (report_draft.c.reporter_code == reporter.unit_code)
        & (report_draft.c.reporter_valid_from == reporter.valid_from)
        & (report_draft.c.period_code == period_code)
    )


def _read(connection: Connection, key: ColumnElement[bool]) -> ReportDraft | None:
    row = connection.execute(select(report_draft).where(key)).first()
    return record(ReportDraft, row) if row else None
