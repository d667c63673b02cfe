"""Who explores what: the viewer of the session cookie, the published version, the language of the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from app.core import permissions, url_state
from app.core.access import AccessDeniedError
from app.core.i18n import Words, words
from app.core.reader import Reader
from app.queries import plan
from app.records import Publication
from app.web import sign_in
from warehouse.desk import RegistryDamagedError
from warehouse.people import AccessKind, AccessTrail
from warehouse.publish.engines import NothingPublished, published


@dataclass(frozen=True, slots=True)
class Visit:
    """A viewer with the right to explore, at a published version."""

    reader: Reader
    words: Words
    publication: Publication

    def record(self, what: str) -> None:
        """Put on the access trail, once a session, that rows were opened: they can be taken away from here."""
        viewer, recorded = self.reader.viewer, st.session_state.setdefault("recorded", set())
        if viewer.is_signed_in and what not in recorded:
            AccessTrail.open().record(AccessKind.DOWNLOADED, viewer.person, viewer.session, {"what": what})
            recorded.add(what)


def opened_visit() -> Visit | None:
    """Return the visit of this session under its heading; None, after saying why, for a viewer without the right and
    while nothing is published."""
    say = words(url_state.language_of(st.query_params.to_dict()))
    viewer = sign_in.viewer_of(st.context.cookies)
    try:
        permissions.require(viewer, permissions.EXPLORING, "marts")
        reader = Reader(viewer, published())
    except AccessDeniedError:
        if viewer.is_signed_in:
            AccessTrail.open().record(AccessKind.REFUSED, viewer.person, viewer.session, {"what": "/explore"})
        st.error(say("message.denied_text") if viewer.is_signed_in else say("sign_in.ended"))
        return None
    except NothingPublished:
        st.info(say("message.empty_text"))
        return None
    except RegistryDamagedError as damaged:
        st.error(damaged.words(say.lang))
        return None
    visit = Visit(reader, say, plan.publication(reader))
    _heading(visit)
    return visit


def _heading(visit: Visit) -> None:
    """The links to the reading pages and the other language, and that the data are a sample where they are."""
    say = visit.words
    other = next(code for code in url_state.LANGUAGES if code != say.lang)
    # Streamlit opens links of its own Markdown in a new tab.
    link = Markup("<a href='{}' target='_self'>{}</a>")
    links = [link.format(f"/downloads?lang={say.lang}", say("explore.back"))]
    links.append(link.format(f"?lang={other}", say(f"lang.{other}")))
    st.markdown(Markup(" · ").join(links), unsafe_allow_html=True)
    if visit.publication.is_sample:
        st.warning(say("stamp.sample"))
