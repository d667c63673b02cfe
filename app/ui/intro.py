"""How a page of units opens: what is shown and how to choose otherwise, the finding, the lines that support it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape


def opening(choice: Markup, title: str, lines: Iterable[Markup] = ()) -> Markup:
    """Choices above, the finding as the page's heading, its lines below."""
    body = "".join(f"<p>{line}</p>" for line in lines if line)
    return Markup(f"<section class='head'><div class='choose'>{choice}</div><h1>{escape(title)}</h1>{body}</section>")


def toggle(label: str, ways: Sequence[tuple[str, str, str, bool]]) -> Markup:
    """A choice between few pictures; `ways` are (identity, address, text, is chosen)."""
    links = "".join(
        f"<a id='{escape(identity)}' href='{escape(href)}'{' aria-current=true' if chosen else ''}>{escape(text)}</a>"
        for identity, href, text, chosen in ways
    )
    return Markup(f"<div class='toggle' role='group' aria-label='{escape(label)}'>{links}</div>")


def labelled(label: str, control: Markup) -> Markup:
    """A control with its name before it."""
    return Markup(f"<span class='labelled'><span aria-hidden='true'>{escape(label)}</span>{control}</span>")
