"""HTML of how a page of units opens: the choice of what is shown, the finding, the lines that support it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.ui.layout import Link
from app.ui.templates import render


def opening(choice: Markup, title: str, lines: Iterable[Markup] = ()) -> Markup:
    """Choices above, the finding as the page's heading, its lines below."""
    return render("ui/intro.html", choice=choice, title=title, lines=[line for line in lines if line])


def toggle(label: str, ways: Sequence[tuple[str, str, str, bool]]) -> Markup:
    """A choice between few pictures; `ways` are (identity, address, text, is chosen)."""
    links = [Link(href, text, is_chosen, identity) for identity, href, text, is_chosen in ways]
    return render("ui/toggle.html", label=label, links=links)


def labelled(label: str, control: Markup) -> Markup:
    """A control with its name before it."""
    labelled = Markup("<span class='labelled'><span aria-hidden='true'>{}</span>{}</span>")
    return labelled.format(label, control)
