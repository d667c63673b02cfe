"""Catalogues of visible words; code holds none."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.plan.words import adapted_tree

_FOLDER = Path(__file__).parent
TYPED = "reading"


@cache
def load_texts(name: str) -> dict[str, Any]:
    """The catalogue `name`.toml of this folder, read once per process, in the words of the plan pack if there is one.

    What people type is understood whatever the plan, so those words stay.
    """
    texts = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = texts if name == TYPED else adapted_tree(texts, "vi")
    return found


def say(catalogue: str, key: str, lang: str, **params: object) -> str:
    """A sentence of a catalogue in `lang`, its {placeholders} filled. Raises KeyError for an unknown key."""
    text: str = load_texts(catalogue)[key][lang]
    return text.format(**params)
