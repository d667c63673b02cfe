"""Search: any unit of today or of before, target, work content or page by its name, with the way to it."""

from __future__ import annotations

from app.core.page_context import Context, Page
from app.pages.search.data import gather
from app.pages.search.sections import help_text, hits, nothing


def page(context: Context) -> Page:
    """What is meant by what the address asks for; how to ask where that is nothing."""
    typed = (context.state.get("q") or "").strip()
    title = context.words("search.tab")
    if not typed:
        return Page(title, help_text(context))
    found = gather(context, typed)
    body = hits(context, typed, found) if found.count else nothing(context, typed, found.guessed)
    return Page(f"{typed} · {title}", body)
