"""Imported last before the first fork: what exists by now is left out of every fork's search for cycles, which would
otherwise copy all of its memory, and they search as seldom as the app."""

from app.web.garbage import collect_rarely

collect_rarely()
