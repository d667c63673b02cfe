"""Catalogues of visible texts; code holds none."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.plan.words import adapted_tree

_FOLDER = Path(__file__).parent
TYPED = "reading"


@cache
def load_texts(name: str) -> dict[str, Any]:
    """Return the catalogue `name`.toml of this folder, in the words of the plan pack if there is one.

    Cached per process. Words that people type are recognised under every plan, so those stay.
    """
    texts = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    adapted: dict[str, Any] = texts if name == TYPED else adapted_tree(texts, "vi")
    return adapted


def say(catalogue: str, key: str, lang: str, **params: object) -> str:
    """Return a sentence of a catalogue in `lang` with its {placeholders} filled. Raises KeyError for an unknown key."""
    text: str = load_texts(catalogue)[key][lang]
    return text.format(**params)
