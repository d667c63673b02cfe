"""Words of a plan pack in place of the project's: a province's for a city's, half-years for quarters."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from warehouse.settings import LANGUAGES, Settings

GLOSSARY = "glossary"


def adapted(text: str, lang: str) -> str:
    """Replace each word of the pack's glossary in a text of the project, keeping its case.

    Names of placeholders stay: of `{quarter|a quarter|quarters}` only the parts behind the bars are words.
    """
    pattern, words = _glossary(lang)
    if pattern is None:
        return text
    return pattern.sub(lambda match: _in_case_of(match[0], words[match[0].lower()]) if match[1] else match[0], text)


def adapted_tree(tree: Any, lang: str) -> Any:
    """Return a catalogue with every text adapted; a key `vi`, `en`, `…_vi` or `…_en` sets its content's language."""
    if isinstance(tree, str):
        return adapted(tree, lang)
    if isinstance(tree, list):
        return [adapted_tree(node, lang) for node in tree]
    if isinstance(tree, Mapping):
        return {key: adapted_tree(node, _language(key) or lang) for key, node in tree.items()}
    return tree


@cache
def own_texts(lang: str) -> Mapping[str, Any]:
    """Return the pack's whole texts for the app's catalogue of a language, as a tree of sections."""
    return {section: texts for section, texts in _file(lang).items() if section != GLOSSARY}


def _language(key: str) -> str | None:
    end = key.rpartition("_")[2]
    return end if end in LANGUAGES else None


@cache
def _glossary(lang: str) -> tuple[re.Pattern[str] | None, Mapping[str, str]]:
    words = {word.lower(): own for word, own in _file(lang).get(GLOSSARY, {}).items()}
    if not words:
        return None, words
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\{{\w+|\b({either})\b", re.IGNORECASE), words


@cache
def _file(lang: str) -> Mapping[str, Any]:
    folder = Settings.from_env().plan_dir
    path = folder / "text" / f"{lang}.toml" if folder else None
    return tomllib.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else {}


def _in_case_of(original: str, word: str) -> str:
    if original.isupper() and len(original) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if original[0].isupper() else word
