"""Drafts of reports that are filled in on a page: stored as typed until submitted, shared by all users and devices."""

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
    """Text typed so far for a reporter's quarter: texts by field, and by field the version that changed it last.

    `follows` is the newest report of the quarter that its authors have seen, 0 for none.
    """

    follows: int
    version: int
    typed: Mapping[str, str]
    changed_in: Mapping[str, int]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True)
class Kept:
    """A draft after a user's changes were applied, except `clashes`: fields that another user changed meanwhile.

    A clash maps the field to that other user's text, which stays.
    """

    draft: ReportDraft | None
    clashes: Mapping[str, str] = field(default_factory=dict)


class Drafts:
    """One draft per reporter and quarter, in the registry's database.

    Every method may raise RegistryBusyError or DiskFullError; then nothing was written. Drafts change nothing that
    pages show of reports, so unlike other writes these do not count.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def of(self, reporter: Unit, period_code: str) -> ReportDraft | None:
        """Return the draft of a reporter's quarter, if there is one."""
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
        """Apply texts to the draft, or to a new draft that begins with the form's content at `start`.

        `seen` is the version that their author saw: a field that changed since is left unchanged and returned as a
        clash.
        """
        key = {
            "reporter_code": reporter.unit_code,
            "reporter_valid_from": reporter.valid_from,
            "period_code": period_code,
        }

        def work(connection: Connection) -> Kept:
            draft = _read(connection, _key(reporter, period_code))
            typed = dict(draft.typed if draft else start)
            changed_in = dict(draft.changed_in if draft else {})
            differing = {name: text for name, text in changes.items() if typed.get(name, "") != text}
            clashes = {name: typed.get(name, "") for name in differing if changed_in.get(name, 0) > seen}
            applied = {name: text for name, text in differing.items() if name not in clashes}
            if not applied:
                return Kept(draft, clashes)
            version = (draft.version if draft else 0) + 1
            row = {
                "follows": follows,
                "version": version,
                "typed": typed | applied,
                "changed_in": changed_in | dict.fromkeys(applied, version),
                "saved_at": clock.now(),
                "saved_by": by,
            }
            if draft:
                connection.execute(update(report_draft).where(_key(reporter, period_code)).values(row))
            else:
                connection.execute(insert(report_draft).values(key | row))
            return Kept(_read(connection, _key(reporter, period_code)), clashes)

        return write(self._registry.engine, work)

    def drop(self, reporter: Unit, period_code: str, version: int) -> None:
        """Delete a draft that was submitted, unless it changed after this version: those changes were not submitted."""
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
