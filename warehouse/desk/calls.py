"""Calls to units, and telephone numbers of their offices."""

from datetime import datetime

from sqlalchemy import Connection, select

from warehouse import clock
from warehouse.db.desk_tables import call_made, office_line
from warehouse.db.reads import logged
from warehouse.db.rows import record
from warehouse.desk import fields, records, store
from warehouse.desk.actions import Actions
from warehouse.desk.fields import Fields
from warehouse.desk.records import CallDraft, CallMade, Draft, OfficeLine


class Calls(Actions):
    """Calls of the desk; writes behave like those of actions."""

    def record_call(
        self,
        draft: CallDraft,
        by: str,
        *,
        promise: Draft | None = None,
        support: Draft | None = None,
        at: datetime | None = None,
        token: str | None = None,
    ) -> CallMade:
        """Record the outcome of a call, together with what was promised in it or not at all.

        `promise` is what the unit promised, `support` what the city promised the unit; problems with the latter are
        those of the fields `support` and `support_due`.
        """
        form = Fields()
        moment = at or clock.now()
        row: dict[str, object] = {
            "unit_code": form.code("unit_code", draft.unit_code, is_required=True),
            "target_code": form.code("target_code", draft.target_code),
            "period_code": form.period("period_code", draft.period_code),
            "period_window": form.choice("window", draft.period_window, fields.WINDOWS),
            "outcome": form.choice("outcome", draft.outcome, records.OUTCOMES),
            "called_by": form.writer("by", by),
        }
        openings = [self._opening(form, promise, by, moment)] if promise else []
        if support:
            openings.append(self._opening(form, support, by, moment, "support", "support_due"))
        form.done()

        def work(connection: Connection) -> CallMade:
            if made := store.made_before(connection, call_made, token):
                return record(CallMade, made)
            for opening in openings:
                self._add_opening(connection, opening)
            return record(CallMade, store.add(connection, call_made, {**row, "called_at": moment, "token": token}))

        return self._write(work)

    @logged
    def calls(self) -> list[CallMade]:
        """Return every call, last recorded first, whatever the clock showed."""
        query = select(call_made).order_by(call_made.c.call_id.desc())
        with self.engine.connect() as connection:
            return [record(CallMade, row) for row in connection.execute(query)]

    def keep_line(
        self, unit_code: str, telephone: str, by: str, *, at: datetime | None = None, token: str | None = None
    ) -> OfficeLine:
        """Set the telephone number of a unit's office, from now on."""
        form = Fields()
        row: dict[str, object] = {
            "unit_code": form.code("unit_code", unit_code, is_required=True),
            "telephone": form.telephone("telephone", telephone),
            "written_by": form.writer("by", by),
        }
        form.done()
        return self._add_once(OfficeLine, office_line, row | {"written_at": at or clock.now()}, token)

    @logged
    def lines(self) -> dict[str, OfficeLine]:
        """Return the current telephone number by unit: the last recorded one, whatever the clock showed."""
        query = select(office_line).order_by(office_line.c.line_id)
        with self.engine.connect() as connection:
            return {row.unit_code: record(OfficeLine, row) for row in connection.execute(query)}
