"""A light choice of several units: what is chosen can be taken out, what is not can be added; all are addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.core.i18n import Words


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen unit: its mark in the pictures, its name, the address without it (empty = it has to stay)."""

    mark: str
    name: str
    without: str = ""


def picker(
    identity: str, label: str, chosen: Sequence[Pick], further: Sequence[tuple[str, str]], words: Words
) -> Markup:
    """Chosen units as small tags, then a choice of `further` ones as (address, name); none further = it is full."""
    tags = "".join(_tag(pick, place, words) for place, pick in enumerate(chosen))
    if further:
        options = "".join(f"<option value='{escape(href)}'>{escape(name)}</option>" for href, name in further)
        add = (
            f"<select id='{escape(identity)}' data-go aria-label='{escape(words('picker.add'))}'>"
            f"<option value=''>{escape(words('picker.add'))}</option>{options}</select>"
        )
    else:
        add = f"<span class='note'>{escape(words('picker.full', count=len(chosen)))}</span>"
    listed = f"<ul>{tags}</ul>" if tags else ""
    return Markup(f"<div class='picker' role='group' aria-label='{escape(label)}'>{listed}{add}</div>")


def _tag(pick: Pick, place: int, words: Words) -> str:
    mark = f"<b class='mk s{place + 1}'>{escape(pick.mark)}</b> " if pick.mark else ""
    out = ""
    if pick.without:
        name = escape(words("picker.remove", name=pick.name))
        out = f" <a href='{escape(pick.without)}' title='{name}'><span class='sr'>{name}</span><i>×</i></a>"
    return f"<li>{mark}{escape(pick.name)}{out}</li>"
