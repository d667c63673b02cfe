"""The control that saves an open exploring page as a view, and the messages above a page that a view opened."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.core import saved_views
from app.core.i18n import words
from app.core.saved_views import audience_of
from app.explore import choices
from app.explore.notes import escaped, note, small
from app.explore.visit import Visit, link
from app.forms import FormResult, SentForm, row_number
from app.web.act_routes import send
from warehouse.desk import Desk, SavedView, may_change
from warehouse.people import Role

# In the session: the name that its user types without sign-in.
BY = "writer's name"
# In the session: the open view with the number of the version that its user saw; the confirmation to show.
SEEN, SAVED_LINE = "seen view", "saved line"


def opened_view(visit: Visit) -> SavedView | None:
    """Return the view that the address names, if it is for this viewer."""
    number = row_number(st.query_params.get(saved_views.SAVED, ""))
    if number is None:
        return None
    try:
        return Desk.open().view(number, audience_of(visit.reader.viewer))
    except LookupError:
        st.warning(words("views.gone"))
        return None


def control(visit: Visit, page: str, opened: SavedView | None, above: DeltaGenerator) -> None:
    """Show the form that saves the address as a new view, or as a new version of the one that is open; confirm it
    `above`."""
    if SAVED_LINE in st.session_state:
        with above:
            done, address = st.session_state.pop(SAVED_LINE)
            st.success(done)
            st.markdown(link(address, words("views.to_list")), unsafe_allow_html=True)
    seen = seen_number(opened)
    key = f"{page} {opened.view_id} {seen}" if opened else page
    is_own = opened and not opened.is_archived and may_change(opened, audience_of(visit.reader.viewer))
    with st.popover(words("views.save_this")), st.form(f"save {key}", border=False):
        typed = fields(visit, opened, f"save {key}")
        note(words("views.save_about"))
        is_new = st.form_submit_button(words("views.save_new"), type="primary")
        changed = opened if opened and is_own else None
        is_version = changed is not None and st.form_submit_button(
            # Its name may change between the press and this run.
            words("views.save_version", name=changed.name),
            key=f"version {key}",
        )
        if not (is_new or is_version):
            return
        parameters = saved_views.written({name: st.query_params.get_all(name) for name in st.query_params})
        typed |= {"page": page, "parameters": parameters, "made_on": visit.publication.version}
        if changed and is_version:
            typed |= {"view_id": str(changed.view_id), "seen": str(seen)}
        result = sent(visit, "change-view" if is_version else "save-view", typed)
        if not result.is_done:
            report(result)
            return
        # From now on this view is the open one.
        st.session_state[SAVED_LINE] = (result.done, result.go)
        st.query_params[saved_views.SAVED] = saved_views.read(result.go)["view"]
        st.session_state.pop(SEEN, None)
        st.rerun()


def seen_number(view: SavedView | None) -> int:
    """Return the number of the version of a view that the user saw on opening it.

    A newer one must not take what was typed: the form is refused, and keeps it.
    """
    if view is None:
        st.session_state.pop(SEEN, None)
        return 0
    if st.session_state.get(SEEN, (0, 0))[0] != view.view_id:
        st.session_state[SEEN] = (view.view_id, view.number)
    return int(st.session_state[SEEN][1])


def fields(visit: Visit, view: SavedView | None, key: str) -> dict[str, str]:
    """Show the fields of a view; return the values of its form."""
    roles = [role.value for role in Role]
    values = {
        "name": st.text_input(words("views.name"), view.name if view else "", key=f"{key} name"),
        "note": st.text_area(words("views.note"), view.note if view else "", key=f"{key} note", height=80),
        "shared_with": " ".join(
            st.multiselect(
                words("views.shared_with"),
                roles,
                [role for role in view.shared_with if role in roles] if view else [],
                format_func=lambda role: words(f"role.{role}"),
                placeholder=words("views.private"),
                key=f"{key} roles",
            )
        ),
    }
    return values | by(visit, key)


def by(visit: Visit, key: str) -> dict[str, str]:
    """Show the field of the writer's name where the app runs without sign-in; return its value."""
    if visit.reader.viewer.is_signed_in:
        return {}
    name = st.text_input(words("form.by"), st.session_state.get(BY, ""), key=f"{key} by")
    st.session_state[BY] = name
    return {"by": name}


def sent(visit: Visit, form: str, values: Mapping[str, str]) -> FormResult:
    """Send a form of saved views for the viewer of a page."""
    return send(SentForm(form, values, visit.reader.viewer), "/explore")[0]


def report(result: FormResult) -> None:
    """Show why a form was refused."""
    for name, text in result.fields.items():
        st.error(f"{words(f'views.field_{name}')}: {text}")
    if not result.fields:
        st.error(result.problem)


def said_above(visit: Visit, view: SavedView | None) -> None:
    """Show which view is open, on which version, and which values of its address are unknown now."""
    if view:
        chosen = saved_views.written({name: st.query_params.get_all(name) for name in st.query_params})
        differs = saved_views.read(chosen) != view.parameters
        parts = [escaped(view.saved_by), escaped(view.note), words("views.differs") if differs else ""]
        title = f"{words('views.open_view')}: **{escaped(view.name)}**"
        small(" · ".join([title, *filter(None, parts)]))
    asked = st.query_params.get(saved_views.VERSION)
    if visit.is_older:
        st.warning(words("views.older", version=words.version(visit.publication.version)))
        here = {name: st.query_params.get_all(name) for name in st.query_params if name != saved_views.VERSION}
        newest = link(f"?{saved_views.encoded(here)}", words("views.to_newest"))
        st.markdown(newest, unsafe_allow_html=True)
    elif asked and asked != visit.newest:
        st.warning(words("views.version_gone", newest=words.version(visit.newest)))
    unknown = [f"{label}: {escaped(words.listed(values))}" for label, values in choices.unknown().items()]
    if unknown:
        st.warning(words("views.unknown_values", values="; ".join(unknown)))
