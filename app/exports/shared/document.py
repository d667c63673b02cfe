"""Self-contained HTML files with embedded fonts and rules, read and printed without the app."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import Context
from app.core.programmes import with_programme
from app.exports.shared.origin import origin_of
from app.ui.assets import page_style
from app.ui.fonts import embedded_faces
from app.ui.print_header import running_rule
from app.ui.templates import render

FORBID_REQUESTS = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"


def document(context: Context, template: str, title: str, style: Path, **values: object) -> Markup:
    """Render the document from `template`, which extends `exports/shared/document.html`.

    `style` is a file of rules in addition to the pages' own; its name is the class of the document's body.
    """
    return render(
        template,
        policy=FORBID_REQUESTS,
        title=with_programme(title, words.lang),
        kind=style.stem,
        style=_rules(style),
        running_rule=running_rule(context),
        is_sample=context.publication.is_sample,
        mark=origin_of(context.publication).mark,
        **values,
    )


@cache
def _rules(style: Path) -> str:
    """Return fonts and rules: the pages' own, then those of the file."""
    # Joined as plain strings: adding text to markup would escape it, and a style sheet has no entities.
    return "".join((embedded_faces(), page_style(), style.read_text(encoding="utf-8")))
