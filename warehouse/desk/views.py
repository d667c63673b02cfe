"""Saved views of the exploring pages: an address with a name, versioned, private or shared with roles.

A view has no figures: its address shows what the rights of the viewer who opens it allow. Every read states its
audience, and the query itself leaves out the views that are not for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from warehouse import clock
from warehouse.db.desk_tables import saved_view, view_version
from warehouse.db.reads import logged
from warehouse.desk import fields, records, store
from warehouse.desk.fields import DeskProblem, DeskRefusal, Fields
from warehouse.desk.questions import Questions
from warehouse.desk.records import Audience, SavedView, ViewDraft
from warehouse.people import Role

# Between the roles of a view.
_BAR = "|"
_OF_A_VERSION = ("name", "note", "parameters", "shared_with", "made_on", "is_pinned", "is_archived")


class Views(Questions):
    """Saved views of the desk. Writes behave like those of actions; LookupError is raised also for a view that the
    audience may not see."""

    def save_view(self, page: str, draft: ViewDraft, audience: Audience, by: str) -> SavedView:
        """Save a new view of a page; it belongs to the person of the audience.

        If they saved the very same before, and no one changed it since, it was sent again because its answer was lost:
        that view is returned.
        """
        form = Fields()
        known = {"page": form.page("page", page), "owner": audience.person}
        content = _content(form, draft) | {"is_pinned": False, "is_archived": False}
        step = _step(form, records.VIEW_SAVED, by)
        form.done()

        def work(connection: Connection) -> SavedView:
            if made := _made_before(connection, audience, page, content | step):
                return made
            saved = known | {"saved_at": step["written_at"], "saved_by": step["written_by"]}
            view_id = int(store.add(connection, saved_view, saved).view_id)
            store.add(connection, view_version, {"view_id": view_id, "number": 1, **content, **step})
            return _newest(connection, view_id, audience)

        return self._write(work)

    def change_view(self, view_id: int, draft: ViewDraft, audience: Audience, by: str, *, seen: int) -> SavedView:
        """Write a new version of a view with this content.

        `seen` is the number of the version that the writer saw: refused if there is a newer one (`changed_meanwhile`)
        other than this very one, and for a viewer who may see the view but not change it (`not_yours`).
        """
        form = Fields()
        step = _content(form, draft) | _step(form, records.VIEW_CHANGED, by)
        form.done()
        return self._add_version(view_id, step, audience, seen)

    def mark_view(self, view_id: int, kind: str, audience: Audience, by: str, *, seen: int) -> SavedView:
        """Archive, restore, pin or unpin a view (`kind` is one of `VIEW_MARKS`); refused like a change.

        A pin is for others: a view that is archived (`view_archived`) or shared with no role (`not_shared`) has none.
        """
        form = Fields()
        step = _step(form, form.choice("kind", kind, records.VIEW_MARKS), by)
        form.done()
        return self._add_version(view_id, {**step, **records.VIEW_MARKS[kind]}, audience, seen)

    @logged
    def view(self, view_id: int, audience: Audience) -> SavedView:
        """Return the newest version of a view. Raises LookupError, also for one that is not for this audience."""
        with self.engine.connect() as connection:
            return _newest(connection, view_id, audience)

    @logged
    def views(self, audience: Audience) -> list[SavedView]:
        """Return the newest version of every view for an audience, archived views included, last written first."""
        query = _seen_by(audience).order_by(view_version.c.written_at.desc(), view_version.c.version_id.desc())
        with self.engine.connect() as connection:
            return [_record(row) for row in connection.execute(query)]

    @logged
    def view_history(self, view_id: int, audience: Audience) -> list[SavedView]:
        """Return every version of a view, oldest first. Raises LookupError like `view`."""
        query = _versions().where(view_version.c.view_id == view_id).order_by(view_version.c.number)
        with self.engine.connect() as connection:
            _newest(connection, view_id, audience)
            return [_record(row) for row in connection.execute(query)]

    def _add_version(self, view_id: int, step: Mapping[str, Any], audience: Audience, seen: int) -> SavedView:
        def work(connection: Connection) -> SavedView:
            now = _newest(connection, view_id, audience)
            if not may_change(now, audience):
                raise DeskRefusal(DeskProblem("view_id", "not_yours", {"by": now.saved_by}))
            if now.number == seen + 1 and _is_step(now, step):
                return now
            if now.number != seen:
                raise DeskRefusal(DeskProblem("view_id", "view_changed_meanwhile", {"by": now.written_by}))
            kept = {name: getattr(now, name) for name in _OF_A_VERSION} | {"shared_with": _joined(now.shared_with)}
            row = {"view_id": view_id, "number": now.number + 1, **kept, **step}
            if row["is_pinned"] and (row["is_archived"] or not row["shared_with"]):
                raise DeskRefusal(DeskProblem("view_id", "view_archived" if row["is_archived"] else "not_shared"))
            store.add(connection, view_version, row)
            # The writer may have ended the sharing with themselves.
            return _newest(connection, view_id, Audience(is_everyone=True))

        return self._write(work)


def may_change(view: SavedView, audience: Audience) -> bool:
    """Return whether an audience that sees a view may change it: its owner, or the department."""
    is_owner = bool(audience.person) and view.owner == audience.person
    return audience.is_everyone or audience.may_keep or is_owner


def _content(form: Fields, draft: ViewDraft) -> dict[str, Any]:
    roles = list(dict.fromkeys(form.choice("shared_with", role, [*Role]) for role in draft.shared_with))
    return {
        "name": form.line("name", draft.name, fields.MAX_NAME),
        "note": form.text("note", draft.note, fields.MAX_TEXT, is_required=False),
        "parameters": form.parameters("parameters", draft.parameters),
        "shared_with": _joined(roles),
        "made_on": form.version("made_on", draft.made_on),
    }


def _step(form: Fields, kind: str, by: str) -> dict[str, Any]:
    return {"kind": kind, "written_at": clock.now(), "written_by": form.writer("by", by)}


def _joined(roles: Sequence[str]) -> str:
    return "".join(f"{_BAR}{role}" for role in roles) + _BAR if roles else ""


def _versions() -> Select[Any]:
    return select(saved_view, view_version).join(view_version, saved_view.c.view_id == view_version.c.view_id)


def _seen_by(audience: Audience) -> Select[Any]:
    """Return the query for the newest versions of the views for an audience, and no other."""
    newest = select(view_version.c.view_id, func.max(view_version.c.number).label("number"))
    last = newest.group_by(view_version.c.view_id).subquery()
    query = _versions().join(
        last, (last.c.view_id == view_version.c.view_id) & (last.c.number == view_version.c.number)
    )
    if audience.is_everyone:
        return query
    # No one owns what was saved without sign-in.
    own = (saved_view.c.owner == audience.person) & (saved_view.c.owner != "")
    shared = [view_version.c.shared_with.contains(f"{_BAR}{role}{_BAR}", autoescape=True) for role in audience.roles]
    return query.where(or_(own, *shared))


def _newest(connection: Connection, view_id: int, audience: Audience) -> SavedView:
    row = connection.execute(_seen_by(audience).where(saved_view.c.view_id == view_id)).first()
    if row is None:
        raise LookupError(f"view {view_id}")
    return _record(row)


def _made_before(connection: Connection, audience: Audience, page: str, step: Mapping[str, Any]) -> SavedView | None:
    """Return the view of a page that an audience owns and whose only version is this step."""
    about = (page, audience.person, 1)
    views = map(_record, connection.execute(_seen_by(audience)))
    return next(
        (view for view in views if (view.page, view.owner, view.number) == about and _is_step(view, step)), None
    )


def _is_step(view: SavedView, step: Mapping[str, Any]) -> bool:
    """Return whether a version is the result of a step, whenever that was taken."""
    values = {name: getattr(view, name) for name in step} | {"shared_with": _joined(view.shared_with)}
    return all(values[name] == value for name, value in step.items() if name != "written_at")


def _record(row: Any) -> SavedView:
    values = {name: row._mapping[column] for name, column in _COLUMNS.items()}
    roles = tuple(role for role in values.pop("shared_with").split(_BAR) if role)
    return SavedView(**values, shared_with=roles)


_COLUMNS = {
    **{column.key: column for column in view_version.columns if column.key != "version_id"},
    **{column.key: column for column in saved_view.columns},
}
