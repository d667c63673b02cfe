"""HTML of choices: everything that can be chosen is an address, and what is chosen now is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import Words
from app.core.url_state import Href, State
from app.records import Unit
from app.ui.page_header import link_to
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class Link:
    """A way to an address; `code` names what it leads to, `note` says something of that; an empty address leads
    nowhere."""

    href: str
    text: str
    is_current: bool = False
    code: str = ""
    note: str = ""


def links(
    href: Href, name: str, values: Iterable[tuple[str | None, str]], chosen: str | None, **others: str | None
) -> list[Link]:
    """A way to each of the `values` (code, text) that the parameter `name` of the address can take, None for going
    without it; `others` change along with it."""
    return [Link(href(**{name: code}, **others), text, code == chosen, code or "") for code, text in values]


def select(
    identity: str, label: str, options: Sequence[Link], ahead: Sequence[Link] = (), ahead_label: str = ""
) -> Markup:
    """A native choice; those `ahead` come first, under a label of their own."""
    return render(
        "ui/select.html", identity=identity, label=label, options=options, ahead=ahead, ahead_label=ahead_label
    )


def toggle(label: str, ways: Sequence[Link]) -> Markup:
    """A choice between few pictures."""
    return render("ui/toggle.html", label=label, links=ways)


def widen(state: State, narrowed_by: Iterable[str], text: str) -> Markup:
    """The way back to everything; nothing while the address has none of the parameters that narrow the page."""
    given = [name for name in narrowed_by if state.get(name)]
    return link_to(state.href(**dict.fromkeys(given)), text) if given else Markup("")


def unit_picker(
    identity: str,
    label: str,
    chosen: Sequence[Unit],
    offered: Sequence[Unit],
    most: int,
    way: Callable[[Sequence[str]], str],
    words: Words,
) -> Markup:
    """Chosen units as small tags that can be taken out, then a choice of those `offered` until `most` are chosen.

    `way(codes)` is the address with just those units chosen; empty where that is no choice.
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
        words=words,
    )
