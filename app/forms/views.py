"""Handlers of the forms of saved views: save, change, archive, restore, pin, unpin, watch, watch no more."""

from __future__ import annotations

from app.analysis.watched_view import is_watchable, rows_of
from app.core import permissions, saved_views
from app.core.access import outside
from app.core.i18n import words
from app.core.reader import Reader
from app.core.saved_views import audience_of
from app.forms.actions import write_at_desk
from app.forms.form import FormResult, SentForm
from warehouse.desk import Desk, DeskProblem, DeskRefusal, SavedView, ViewDraft
from warehouse.digest import Recipients, Watches
from warehouse.people import AccessTrail
from warehouse.publish.engines import published

GONE = "views.gone"


def save_view(sent: SentForm) -> FormResult:
    """Save the address of an exploring page as a view of the sender, who must have the right to the page."""

    def write(desk: Desk) -> str:
        page = sent.text("page")
        if page == saved_views.PAGE or page not in permissions.EXPLORING:
            raise DeskRefusal(DeskProblem("page", "unknown"))
        permissions.require(sent.viewer, permissions.EXPLORING, page)
        return _address(desk.save_view(page, _draft(sent), audience_of(sent.viewer), sent.by))

    return write_at_desk(sent, "views.saved", write, GONE)


def change_view(sent: SentForm) -> FormResult:
    """Write a new version of a view that is the sender's, or is shared with them and theirs to keep in order."""

    def write(desk: Desk) -> str:
        key, seen = sent.key("view_id"), sent.key("seen")
        return _address(desk.change_view(key, _draft(sent), audience_of(sent.viewer), sent.by, seen=seen))

    return write_at_desk(sent, "views.changed", write, GONE)


def mark_view(kind: str, sent: SentForm) -> FormResult:
    """Archive, restore, pin or unpin a view."""

    def write(desk: Desk) -> str:
        key, seen = sent.key("view_id"), sent.key("seen")
        return _address(desk.mark_view(key, kind, audience_of(sent.viewer), sent.by, seen=seen))

    return write_at_desk(sent, f"views.{kind}", write, GONE)


def watch_view(sent: SentForm) -> FormResult:
    """Have changes of a view's rows reported in the sender's digest, from the rows that it has now."""

    def write(desk: Desk) -> str:
        view = desk.view(sent.key("view_id"), audience_of(sent.viewer))
        trail, person = AccessTrail.open(), sent.viewer.person
        if not any(one.person == person.casefold() for one in Recipients(trail).active()):
            raise DeskRefusal(DeskProblem("view_id", "no_digest"))
        rows = rows_of(view, Reader(outside(sent.viewer), published())) if is_watchable(view) else None
        if rows is None:
            raise DeskRefusal(DeskProblem("view_id", "not_watchable"))
        Watches(trail.engine).begin(person, view.view_id, rows.state_key)
        return _address(view)

    return write_at_desk(sent, "views.watched", write, GONE)


def unwatch_view(sent: SentForm) -> FormResult:
    """Report no more changes of a view to the sender."""

    def write(desk: Desk) -> str:
        view = desk.view(sent.key("view_id"), audience_of(sent.viewer))
        Watches(AccessTrail.open().engine).end(sent.viewer.person, view.view_id)
        return _address(view)

    return write_at_desk(sent, "views.unwatched", write, GONE)


def _draft(sent: SentForm) -> ViewDraft:
    return ViewDraft(
        name=sent.text("name"),
        note=sent.text("note"),
        parameters=saved_views.read(sent.text("parameters")),
        shared_with=sent.text("shared_with").split(),
        made_on=sent.text("made_on"),
    )


def _address(view: SavedView) -> str:
    return saved_views.list_address(view.view_id, words.lang)
