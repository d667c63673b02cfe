"""Words of a plan pack in place of the project's: a province's for a city's, half-years for quarters."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from warehouse.plan.pack import read_pack
from warehouse.programmes import cached_by_programme
from warehouse.settings import LANGUAGES, PROJECT_ROOT, Settings

GLOSSARY = "glossary"
_CATALOGUES = PROJECT_ROOT / "app" / "text"
# In a text, `{name|one thing|many things}`: the second where the value is 1, else the third; both may hold values.
_CHOSEN = r"((?:[^|{}]|\{\w+\})*)"
CHOICE = re.compile(rf"\{{(\w+)\|{_CHOSEN}\|{_CHOSEN}\}}")
# Values of a text about one thing: lists state numbers in a language's style.
ONE = (1, "1")


@dataclass(frozen=True)
class Glossary:
    """Words of one language with what replaces them, in lower case; without words it changes nothing."""

    words: Mapping[str, str]

    def adapt(self, text: str) -> str:
        """Replace each word in a text of the project, keeping its case.

        Names of placeholders stay: of `{quarter|a quarter|quarters}` only the parts behind the bars are words.
        """
        if not self.words:
            return text
        pattern = _pattern(tuple(self.words))
        return pattern.sub(
            lambda match: _in_case_of(match[0], self.words[match[0].lower()]) if match[1] else match[0], text
        )


def glossary_of(texts: Mapping[str, Any]) -> Glossary:
    """Return the glossary of a pack's texts in one language."""
    words = texts.get(GLOSSARY, {})
    # What is no text is reported by the check of the pack.
    texts_only = words.items() if isinstance(words, Mapping) else ()
    return Glossary({word.lower(): own for word, own in texts_only if isinstance(own, str) and own})


def flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each text of a catalogue with the names of its sections and its key, joined by points."""
    for key, node in tree.items():
        if isinstance(node, Mapping):
            yield from flat(node, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", node


@cache
def project_texts(lang: str) -> Mapping[str, str]:
    """Return the app's texts of one language, read from one file per subject: `section.key` → template.

    Raises ValueError when two files have a section of the same name.
    """
    texts: dict[str, str] = {}
    for path in sorted((_CATALOGUES / lang).glob("*.toml")):
        section = dict(flat(tomllib.loads(path.read_text(encoding="utf-8"))))
        if twice := section.keys() & texts.keys():
            raise ValueError(f"{path.name}: {sorted(twice)} stand in another file too")
        texts |= section
    return texts


def for_number(text: str, values: Mapping[str, object]) -> str:
    """Return a text with the words for one thing or for many in place of each of its choices."""
    return CHOICE.sub(lambda match: match[2] if values[match[1]] in ONE else match[3], text)


def adapted(text: str, lang: str) -> str:
    """Replace each word of the glossary of the pack in force in a text of the project."""
    return _glossary(lang).adapt(text)


def adapted_tree(tree: Any, lang: str) -> Any:
    """Return a catalogue with every text adapted; a key `vi`, `en`, `…_vi` or `…_en` sets its content's language."""
    if isinstance(tree, str):
        return adapted(tree, lang)
    if isinstance(tree, list):
        return [adapted_tree(node, lang) for node in tree]
    if isinstance(tree, Mapping):
        return {key: adapted_tree(node, _language(key) or lang) for key, node in tree.items()}
    return tree


@cached_by_programme()
def own_texts(lang: str) -> Mapping[str, Any]:
    """Return the pack's whole texts for the app's catalogue of a language, as a tree of sections."""
    return {section: texts for section, texts in _texts(lang).items() if section != GLOSSARY}


def _language(key: str) -> str | None:
    end = key.rpartition("_")[2]
    return end if end in LANGUAGES else None


@cached_by_programme()
def _glossary(lang: str) -> Glossary:
    return glossary_of(_texts(lang))


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\{{\w+|\b({either})\b", re.IGNORECASE)


def _texts(lang: str) -> Mapping[str, Any]:
    """Return the texts of the pack in force; none of a pack that cannot be read, which its check reports."""
    path = Settings.from_env().plan_dir
    return read_pack(path).texts.get(lang, {}) if path else {}


def _in_case_of(original: str, word: str) -> str:
    if original.isupper() and len(original) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if original[0].isupper() else word
