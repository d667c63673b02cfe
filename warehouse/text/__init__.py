"""Catalogues of visible words; code holds none."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def load_texts(name: str) -> dict[str, Any]:
    """The catalogue `name`.toml of this folder, read once per process."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def say(catalogue: str, key: str, lang: str, **params: object) -> str:
    """A sentence of a catalogue in `lang`, its {placeholders} filled. Raises KeyError for an unknown key."""
    text: str = load_texts(catalogue)[key][lang]
    return text.format(**params)
