"""A file in HTML that is read and printed without the app: it holds its letters and rules, and asks for nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

from app.core.page_context import Context
from app.ui.assets import page_style
from app.ui.fonts import embedded_faces
from app.ui.print_header import running_rule
from app.ui.templates import render

FORBID_REQUESTS = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"


def document(context: Context, template: str, title: str, style: Path, **values: object) -> Markup:
    """The document that `template` fills, which extends `exports/shared/document.html`; `style` is a file of rules
    beside the pages' own, and its name is what the document is (the class of its body)."""
    return render(
        template,
        words=context.words,
        policy=FORBID_REQUESTS,
        title=title,
        kind=style.stem,
        style=_rules(style),
        running_rule=running_rule(context),
        is_sample=context.publication.is_sample,
        **values,
    )


@cache
def _rules(style: Path) -> str:
    """Letters and rules: the pages' own, then those of the file."""
    # Joined by a plain string: to add text to markup would escape it, and a style sheet has no entities.
    return "".join((embedded_faces(), page_style(), style.read_text(encoding="utf-8")))
