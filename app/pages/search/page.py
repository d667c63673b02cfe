"""Search: any unit of today or of before, target, work content or page by its name, with the link to it."""

from __future__ import annotations

from app.core.i18n import words
from app.core.page_context import Context, Page
from app.pages.search.data import gather
from app.pages.search.sections import help_text, hits, nothing


def page(context: Context) -> Page:
    """Render the matches of the search in the address; help where there are none."""
    typed = (context.state.get("q") or "").strip()
    title = words("search.tab")
    if not typed:
        return Page(title, help_text(context))
    matches = gather(context, typed)
    body = hits(context, typed, matches) if matches.count else nothing(context, typed, matches.guessed)
    return Page(f"{typed} · {title}", body)
