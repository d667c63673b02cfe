"""A visit of an exploring page: the viewer of the session cookie, the published version, the language."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from app.core import permissions, saved_views, url_state
from app.core.access import AccessDeniedError, Viewer
from app.core.i18n import set_language, words
from app.core.reader import Reader
from app.core.unreadable import why_unreadable
from app.core.url_state import PLAN, State, in_plan
from app.queries import plan
from app.queries.fetch import OtherLayoutError
from app.records import Publication
from app.ui import layout
from app.web import sign_in
from app.web.access_record import UNRECORDED, why_unrecorded
from app.web.page_renderer import why_refused
from warehouse import programmes
from warehouse.desk import RegistryError
from warehouse.people import AccessKind, AccessTrail
from warehouse.publish.engines import NothingPublished, Published, kept, published
from warehouse.settings import Settings

LANGUAGE = "lang"
# In the session: the programme of the address.
PROGRAMME = "programme"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """A viewer with the right to a page, at a published version: the newest, or the older one of the address."""

    reader: Reader
    publication: Publication
    newest: str

    @property
    def is_older(self) -> bool:
        """Return whether the address names an older version than the one that is published."""
        return self.publication.version != self.newest

    def record(self, what: str, query: str = "") -> None:
        """Put on the access trail, once a session, that rows were opened, by a `query` if there is one.

        They can be taken away from here.
        """
        if self.is_older:
            what += f"{'&' if '?' in what else '?'}{saved_views.VERSION}={self.publication.version}"
        _record(self.reader.viewer, AccessKind.DOWNLOADED, what, query)

    def links(self) -> str:
        """Return links to the reading pages and to this view in the other language, and that the data are a sample."""
        other = next(code for code in url_state.LANGUAGES if code != words.lang)
        view = {name: st.query_params.get_all(name) for name in st.query_params} | {LANGUAGE: [other]}
        links = [
            link(in_plan(f"/?lang={words.lang}"), words("explore.back")),
            link(f"?{urlencode(view, doseq=True)}", words(f"lang.{other}")),
            *self._programmes(),
        ]
        if self.publication.is_sample:
            links.append(Markup("<strong>{}</strong>").format(words("stamp.sample")))
        return Markup(" · ").join(links)

    def _programmes(self) -> list[Markup]:
        """Return the choice of a programme, at the exploring pages; empty where the viewer has only one."""
        state = State(lang=words.lang, hidden=permissions.hidden_programmes(self.reader.viewer))
        offered = layout.programme_links(state)
        if len(offered) < 2:
            return []
        parts = [
            Markup("<b>{}</b>").format(one.text) if one.is_current else link(f"/explore{one.href}", one.text)
            for one in offered
        ]
        return [Markup("{}: {}").format(words("programmes.title"), Markup(" / ").join(parts))]

    def here(self, **values: str) -> str:
        """Return the address of this page with other parameters, in the language and programme of the visit."""
        return in_plan(f"?{urlencode(values | {LANGUAGE: words.lang})}")


def link(href: str, text: str) -> Markup:
    """Return a link that opens in the same tab, for Markdown with HTML: Streamlit opens its own in a new one."""
    return Markup("<a href='{}' target='_self'>{}</a>").format(href, text)


def viewer_of_visit() -> Viewer:
    """Return the viewer; from now on this thread works for the programme of the address, in its language, else in that
    of the session.

    Streamlit drops the parameters of an address when a page is chosen from its navigation, and runs the script in a
    thread that knows nothing of the request. Stops the run for an address of an unknown programme.
    """
    is_known = _enter_programme()
    if LANGUAGE not in st.query_params and LANGUAGE in st.session_state:
        st.query_params[LANGUAGE] = st.session_state[LANGUAGE]
    lang = url_state.language_of(st.query_params.to_dict())
    st.session_state[LANGUAGE] = lang
    set_language(lang)
    if not is_known:
        st.error(words("programmes.unknown_title", code=st.query_params[PLAN]))
        st.stop()
    return sign_in.viewer_of(st.context.cookies)


def _enter_programme() -> bool:
    """Put the programme of the address in force for this thread; return whether it exists."""
    settings = Settings.from_env()
    if not settings.programmes:
        return True
    if PLAN not in st.query_params and st.session_state.get(PROGRAMME, settings.codes[0]) != settings.codes[0]:
        st.query_params[PLAN] = st.session_state[PROGRAMME]
    code = st.query_params.get(PLAN) or settings.codes[0]
    is_known = code in settings.codes
    programmes.enter(code if is_known else settings.codes[0])
    st.session_state[PROGRAMME] = code
    return is_known


def opened_visit(name: str) -> Visit | None:
    """Return the visit of an exploring page; None, after saying why, for a viewer without the right to it and while
    nothing is published."""
    viewer = viewer_of_visit()
    try:
        permissions.require(viewer, permissions.EXPLORING, name)
        newest = published()
        reader = Reader(viewer, _older(newest) or newest)
        return Visit(reader, plan.publication(reader), newest.version)
    except AccessDeniedError:
        refuse(viewer)
        return None
    except NothingPublished as nothing:
        st.info(why_unreadable(nothing))
        return None
    except RegistryError as damaged:
        st.error(why_unreadable(damaged))
        return None
    except OtherLayoutError:
        st.error(words("views.other_layout"))
        return None


def _older(newest: Published) -> Published | None:
    """Return the older version that the address names; None without, or for one that is not kept any more.

    A version that was withdrawn by going back to the one before it is not opened.
    """
    asked = st.query_params.get(saved_views.VERSION, "")
    return kept(asked) if asked and asked < newest.version else None


def refuse(viewer: Viewer) -> None:
    """Say that the viewer may not explore, or is signed in no longer; put it on the trail once a session."""
    _record(viewer, AccessKind.REFUSED, "/explore")
    st.error(why_refused(viewer) if viewer.is_signed_in else words("sign_in.ended"))


def _record(viewer: Viewer, kind: AccessKind, what: str, query: str = "") -> None:
    """Put it on the access trail, once a session. What cannot be is not shown: the run stops with the reason."""
    recorded = st.session_state.setdefault("recorded", set())
    if viewer.is_signed_in and (kind, what, query) not in recorded:
        about = {"what": what, "query": query} if query else {"what": what}
        try:
            AccessTrail.open().record(kind, viewer.person, viewer.session, about)
        except UNRECORDED as error:
            log.error("%s not done: %s", what.partition("?")[0], type(error).__name__)
            st.error(words(why_unrecorded(error)[0]))
            st.stop()
        recorded.add((kind, what, query))
