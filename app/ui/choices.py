"""HTML of choices: every option is an address, and the current option is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.url_state import Href, State
from app.records import Unit
from app.ui.page_header import link_to
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class Link:
    """Link to an address.

    `code` identifies its destination, `note` is a remark on it. An empty address is not a link.
    """

    href: str
    text: str
    is_current: bool = False
    code: str = ""
    note: str = ""


def links(
    href: Href, name: str, values: Iterable[tuple[str | None, str]], chosen: str | None, **others: str | None
) -> list[Link]:
    """Return a link for each of the `values` (code, text) of the parameter `name`, None for removing it.

    `others` are changed at the same time.
    """
    return [Link(href(**{name: code}, **others), text, code == chosen, code or "") for code, text in values]


def select(
    identity: str, label: str, options: Sequence[Link], ahead: Sequence[Link] = (), ahead_label: str = ""
) -> Markup:
    """Render a native select; options `ahead` come first, in a labelled group."""
    return render(
        "ui/select.html", identity=identity, label=label, options=options, ahead=ahead, ahead_label=ahead_label
    )


def toggle(label: str, options: Sequence[Link]) -> Markup:
    """Render a choice between a few views."""
    return render("ui/toggle.html", label=label, links=options)


def widen(state: State, narrowed_by: Iterable[str], text: str) -> Markup:
    """Render a link that removes all filters; empty while the address has none of the parameters `narrowed_by`."""
    given = [name for name in narrowed_by if state.get(name)]
    return link_to(state.href(**dict.fromkeys(given)), text) if given else Markup("")


def unit_picker(
    identity: str,
    label: str,
    chosen: Sequence[Unit],
    offered: Sequence[Unit],
    most: int,
    way: Callable[[Sequence[str]], str],
) -> Markup:
    """Render selected units as removable tags, followed by a select of the `offered` units until `most` are selected.

    `way(codes)` returns the address with exactly those units selected; empty where that is not possible.
    """
    codes = [unit.unit_code for unit in chosen]
    tags = [Link(way([code for code in codes if code != unit.unit_code]), words.of(unit, "name")) for unit in chosen]
    further = [
        Link(way([*codes, unit.unit_code]), words.of(unit, "name")) for unit in offered if unit.unit_code not in codes
    ]
    return render(
        "ui/unit_picker.html",
        identity=identity,
        label=label,
        chosen=tags,
        further=further if len(codes) < most else [],
    )
