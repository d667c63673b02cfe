"""HTML of the choice of several units: what is chosen can be taken out, what is not can be added; all are addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import Words
from app.ui.templates import render


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
    return render("ui/unit_picker.html", identity=identity, label=label, chosen=chosen, further=further, words=words)
