"""Catalogues of visible texts; code holds none."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.plan.words import adapted_tree, for_number
from warehouse.programmes import cached_by_programme

_FOLDER = Path(__file__).parent
TYPED = "reading"


@cached_by_programme()
def load_texts(name: str) -> dict[str, Any]:
    """Return the catalogue `name`.toml of this folder, in the words of the plan pack if there is one.

    Cached for each programme. Words that people type are recognised under every plan, so those stay.
    """
    texts = _project_texts(name)
    adapted: dict[str, Any] = texts if name == TYPED else adapted_tree(texts, "vi")
    return adapted


def say(catalogue: str, key: str, lang: str, **params: object) -> str:
    """Return a sentence of a catalogue in `lang`, filled. Raises KeyError for an unknown key."""
    return filled(load_texts(catalogue)[key][lang], params)


def say_without_plan(catalogue: str, key: str, lang: str, **params: object) -> str:
    """Return a sentence in the project's words, while settings do not tell which plan is in force."""
    return filled(_project_texts(catalogue)[key][lang], params)


def filled(text: str, params: Mapping[str, object]) -> str:
    """Return a text with its {placeholders} filled, and its {count|one thing|many things} chosen as in the app."""
    return for_number(text, params).format(**params)


@cache
def _project_texts(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
