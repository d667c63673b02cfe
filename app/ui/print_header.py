"""HTML of the header of every printed page: period, window, version and whether the figures are a sample."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import Context
from app.core.programmes import with_programme


def label(context: Context) -> str:
    """Return the header line."""
    publication = context.publication
    text = words(
        "paper.label_sample" if publication.is_sample else "paper.label",
        period=words.period(context.state.period),
        window=words(f"window.{context.state.window}").lower(),
        version=words.version(publication.version),
    )
    return with_programme(text, words.lang)


def running_rule(context: Context) -> str:
    """Return the style rule that prints the line and the page number on every sheet."""
    quoted = label(context).replace("\\", "").replace('"', "").replace("<", "")
    return f'@page{{@top-left{{content:"{quoted}"}}@bottom-right{{content:counter(page) "/" counter(pages)}}}}'


def stamp(context: Context) -> Markup:
    """Render the rule, and the line itself, which the first sheet has instead; both are only printed.

    Browsers without running headers then also state it once.
    """
    # A style sheet is not text: entities are not decoded in it, so the rule itself leaves out anything that could end
    # it.
    rule = Markup("<style>@media print{{{}@page:first{{@top-left{{content:none}}}}}}</style>").format(
        Markup(running_rule(context))  # noqa: S704
    )
    return rule + Markup("<p class='on-paper stamp'>{}</p>").format(label(context))
