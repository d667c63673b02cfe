"""Words of a plan pack in place of the project's: a province's for a city's, half-years for quarters."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from warehouse.settings import LANGUAGES, Settings

GLOSSARY = "glossary"


def adapted(text: str, lang: str) -> str:
    """A text of the project with each word of the pack's glossary replaced, in the case in which it stood.

    Names of placeholders stay: of `{quarter|a quarter|quarters}` only what stands behind the bars is words.
    """
    pattern, words = _glossary(lang)
    if pattern is None:
        return text
    return pattern.sub(lambda found: _in_case_of(found[0], words[found[0].lower()]) if found[1] else found[0], text)


def adapted_tree(tree: Any, lang: str) -> Any:
    """A catalogue with every text adapted; a key `vi`, `en` or `…_vi`, `…_en` says the language of what is in it."""
    if isinstance(tree, str):
        return adapted(tree, lang)
    if isinstance(tree, list):
        return [adapted_tree(one, lang) for one in tree]
    if isinstance(tree, Mapping):
        return {key: adapted_tree(one, _language(key) or lang) for key, one in tree.items()}
    return tree


@cache
def own_texts(lang: str) -> Mapping[str, Any]:
    """The whole texts that the pack brings for the app's catalogue of a language, as a tree of sections."""
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


def _in_case_of(found: str, word: str) -> str:
    if found.isupper() and len(found) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if found[0].isupper() else word
