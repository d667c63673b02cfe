"""Saved views: one's own and those shared with one's roles, to open, change, duplicate, archive and pin."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from app.analysis.selection import selection_of, statement_of
from app.analysis.watched_view import is_watchable
from app.core import formatting, permissions, saved_views
from app.core.i18n import words
from app.core.saved_views import audience_of, may_open, view_address
from app.explore import choices, copies, saving, tables
from app.explore.notes import escaped, note, small
from app.explore.visit import Visit, link
from app.queries import views
from warehouse.desk import SavedView, may_change
from warehouse.digest import Watches
from warehouse.people import AccessTrail
from warehouse.publish.engines import kept

# In the session: what was done before the page was shown again.
DONE = "done"


def page(visit: Visit) -> None:
    """Render the list of views, and the view that is chosen with everything that can be done with it."""
    if done := st.session_state.pop(DONE, ""):
        st.success(done)
    every = views.saved_views(visit.reader)
    note(words("views.about" if visit.reader.viewer.is_signed_in else "views.about_installation"))
    archived = sum(view.is_archived for view in every)
    shows_archived = bool(archived) and choices.whether("archived", words("views.show_archived", count=archived))
    listed = [view for view in every if shows_archived or not view.is_archived]
    if not every:
        st.info(words("views.none"))
        return
    codes = ["", *(str(view.view_id) for view in every)]
    names = {str(view.view_id): view.name for view in every}
    number = choices.one("view", words("views.choose"), codes, lambda code: names.get(code, words("views.all")), "")
    chosen = next((view for view in every if str(view.view_id) == number), None)
    if choices.unknown():
        st.warning(words("views.gone"))
    if chosen:
        _details(visit, chosen)
        return
    saving.seen_number(None)
    for view in listed:
        with st.container(border=True):
            st.markdown(_title(view))
            small(_facts(view))
            st.markdown(Markup(" · ").join(_links(visit, view)), unsafe_allow_html=True)


def _title(view: SavedView) -> str:
    marks = [words(f"views.is_{mark}") for mark in ("pinned", "archived") if getattr(view, f"is_{mark}")]
    note = f"  \n{escaped(view.note)}" if view.note else ""
    return " · ".join([f"**{escaped(view.name)}**", *marks]) + note


def _facts(view: SavedView) -> str:
    """Return page, owner, count of versions, last change and sharing in a line."""
    shared = words.listed([words.first(f"role.{role}", "views.unknown_role", role=role) for role in view.shared_with])
    return " · ".join(
        [
            words.first(f"explore.{view.page}", "views.unknown_page"),
            escaped(view.saved_by),
            words("views.versions", count=view.number),
            words("views.written", at=formatting.moment(view.written_at), by=escaped(view.written_by)),
            words("views.shared", roles=shared) if shared else words("views.is_private"),
        ]
    )


def _links(visit: Visit, view: SavedView) -> list[Markup]:
    """Return the links that open a view, or why there are none: the viewer's rights, a version that is not kept."""
    details = link(visit.here(view=str(view.view_id)), words("views.details"))
    if not may_open(visit.reader.viewer, view):
        return [Markup("<em>{}</em>").format(words("views.no_right")), details]
    newest = link(view_address(view, words.lang), words("views.open_newest"))
    made_on = words.version(view.made_on)
    if view.made_on == visit.newest:
        frozen = Markup("{}").format(words("views.made_on_newest"))
    elif view.made_on < visit.newest and kept(view.made_on):
        frozen = link(view_address(view, words.lang, view.made_on), words("views.open_made_on", version=made_on))
    else:
        frozen = Markup("<em>{}</em>").format(words("views.made_on_gone", version=made_on))
    return [newest, frozen, details]


def _details(visit: Visit, view: SavedView) -> None:
    """Show a view with its copies, history and, for who may change it, its form."""
    seen = saving.seen_number(view)
    with st.container(border=True):
        st.markdown(_title(view))
        small(_facts(view))
        st.markdown(Markup(" · ").join(_links(visit, view)[:-1]), unsafe_allow_html=True)
        _buttons(visit, view, seen)
        if may_open(visit.reader.viewer, view):
            with st.popover(words("views.copy")):
                copies.address(view_address(view, words.lang))
                copies.statement(visit, _statement(visit, view))
                copies.program(visit, _rows(view))
    if may_change(view, audience_of(visit.reader.viewer)) and not view.is_archived:
        _form(visit, view, seen)
    _history(views.view_history(visit.reader, view.view_id))


def _statement(visit: Visit, view: SavedView) -> str:
    """Return the statement that a view's rows are selected by; empty for a page without."""
    if view.page == "sql":
        return "".join(view.parameters.get("q", ())[:1])
    selection = selection_of(view.parameters, visit.reader) if view.page == "progress" else None
    return statement_of(selection) if selection else ""


def _rows(view: SavedView) -> str:
    """Return the address of a view's rows over the API; empty for a page other than that of tables."""
    if view.page != "tables":
        return ""
    period = next(iter(view.parameters.get("period", ())), None)
    return copies.rows_address(next(iter(view.parameters.get("mart", ())), tables.FIRST), period)


def _buttons(visit: Visit, view: SavedView, seen: int) -> None:
    """Show what can be done with a view as buttons, and carry out the one that was pressed."""
    viewer = visit.reader.viewer
    offered = {"save-view": words("views.duplicate")}
    if may_change(view, audience_of(viewer)):
        form = "restore-view" if view.is_archived else "archive-view"
        offered[form] = words(f"views.do_{form.replace('-', '_')}")
        pin = "unpin-view" if view.is_pinned else "pin-view"
        if permissions.FORMS[pin].is_met_by(viewer) and not view.is_archived:
            offered[pin] = words(f"views.do_{pin.replace('-', '_')}")
    if viewer.is_signed_in and is_watchable(view):
        watched = {one.view_id for one in Watches(AccessTrail.open().engine).of(viewer.person)}
        watch = "unwatch-view" if view.view_id in watched else "watch-view"
        offered[watch] = words(f"views.do_{watch.replace('-', '_')}")
    key = f"{view.view_id} {seen}"
    typed = saving.by(visit, f"do {key}")
    pressed = ""
    with st.container(horizontal=True):
        for form, label in offered.items():
            if st.button(label, key=f"{form} {key}"):
                pressed = form
    if not pressed:
        return
    if pressed == "save-view":
        typed |= _content(view) | {"name": words("views.copy_of", name=view.name), "shared_with": ""}
    _carry_out(visit, pressed, typed | {"view_id": str(view.view_id), "seen": str(seen)})


def _content(view: SavedView) -> dict[str, str]:
    parameters = saved_views.written(view.parameters)
    return {"page": view.page, "note": view.note, "parameters": parameters, "made_on": view.made_on}


def _form(visit: Visit, view: SavedView, seen: int) -> None:
    """Show the form of a view: every save is a new version."""
    key = f"change {view.view_id} {seen}"
    with st.expander(words("views.change")), st.form(key, border=False):
        typed = saving.fields(visit, view, key)
        parameters = saved_views.written(view.parameters)
        typed["parameters"] = st.text_area(
            words("views.field_parameters"), parameters, key=f"{key} parameters", help=words("views.parameters_help")
        )
        if not st.form_submit_button(words("views.save_changes"), type="primary"):
            return
        _carry_out(visit, "change-view", _content(view) | typed | {"view_id": str(view.view_id), "seen": str(seen)})


def _carry_out(visit: Visit, form: str, typed: dict[str, str]) -> None:
    """Send a form; show why it was refused, or the page as it is now."""
    result = saving.sent(visit, form, typed)
    if not result.is_done:
        saving.report(result)
        return
    saving.seen_number(None)
    st.session_state[DONE] = result.done
    new = saved_views.read(result.go).get("view", [""])[0]
    st.query_params["view"] = new
    st.rerun()


def _history(versions: Sequence[SavedView]) -> None:
    """Show every step of a view, newest first, with the address of each version."""
    title = words("views.history", count=len(versions))
    with st.expander(title):
        rows = [
            {
                words("views.number"): str(one.number),
                words("views.step"): words(f"views.step_{one.kind}"),
                words("views.when"): formatting.moment(one.written_at),
                words("views.who"): one.written_by,
                words("views.name"): one.name,
                words("views.note"): one.note,
                words("views.shared_with"): words.listed(
                    [words.first(f"role.{role}", "views.unknown_role", role=role) for role in one.shared_with]
                ),
                words("views.field_parameters"): saved_views.written(one.parameters),
            }
            for one in reversed(versions)
        ]
        st.dataframe(rows, hide_index=True, alt=title)
