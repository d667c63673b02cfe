"""What each seed holds, from dbt's own files: types from `dbt_project.yml`, everything else from `seeds/seeds.yml`.

A column's `description` is its English text. Its `config.meta` holds the Vietnamese text (`vi`), whether it is
`required`, the column that it `references` (seed.column), a value that it takes `also`, its `values`, whether it
`is_list` of them, separated by |, and whether a pack may leave it out (`may_be_absent`). The columns of `unique_grain`
are the seed's key. A seed's `config.meta` holds the title of its sheet (`title_vi`), its purpose (`vi`) and, where a
pack adds to the project's rows, the columns by which rows replace each other (`adds_by`, separated by |).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from warehouse.settings import SEEDS_DIR

TEXT, INTEGER, DECIMAL, BOOLEAN, DATE = "text", "integer", "decimal", "boolean", "date"
# The sheet with the pack's words; a folder has them in `text/<language>.toml`.
WORDS = "words"
LIST_SEPARATOR = "|"
_TYPE = re.compile(r"(\w+)(?:\((\d+))?")
_KINDS = {"varchar": TEXT, "integer": INTEGER, "decimal": DECIMAL, "boolean": BOOLEAN, "date": DATE}
_SENTENCE = re.compile(r"^.*?\.(?= |$)")
_WORD_COLUMNS = {
    "lang": ("vi or en.", "vi hoặc en."),
    "section": (
        "glossary for a word, else the section of the text catalogue.",
        "glossary cho một từ; hoặc mục của danh mục lời trong phần mềm.",
    ),
    "key": ("The project's word, or the key of a text.", "Từ của phần mềm, hoặc khóa của lời cần thay."),
    "text": ("The pack's word or text in its place.", "Từ hoặc lời của nơi mình, thay vào đó."),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a seed: its kind of value, what is allowed in it, and its meaning by language.

    `references` is (seed, column) of the values that it may have, `also` one more; `values` are all that are allowed. A
    column that `may_be_absent` was added after packs had been written, which need not bring it.
    """

    name: str
    kind: str
    texts: Mapping[str, str]
    max_length: int | None = None
    is_required: bool = False
    is_list: bool = False
    references: tuple[str, str] | None = None
    also: str = ""
    values: tuple[str, ...] = ()
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed: its columns in the order of the project's file, and the columns whose values identify a row.

    Of a seed with `adds_by` the project's rows stay unless a pack brings rows with the same values in these columns.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    title: str
    texts: Mapping[str, str]
    adds_by: tuple[str, ...] = ()


@cache
def schema() -> Mapping[str, Seed]:
    """Return every seed by its name, and the sheet of words."""
    described = _load(SEEDS_DIR / "seeds.yml")["seeds"]
    project = _load(SEEDS_DIR.parent / "dbt_project.yml")["seeds"]["plan_progress"]
    seeds = {seed["name"]: _seed(seed, project[seed["name"]]["+column_types"]) for seed in described}
    return seeds | {WORDS: _words()}


def _load(path: Any) -> Any:
    # Imported here, because commands that read no plan pack take longer for it than for their own part.
    import yaml  # noqa: PLC0415

    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def _seed(described: Mapping[str, Any], types: Mapping[str, str]) -> Seed:
    meta = described["config"]["meta"]
    columns = {column["name"]: _column(column, types[column["name"]]) for column in described["columns"]}
    grains = [test["unique_grain"]["arguments"] for test in described.get("data_tests", ()) if "unique_grain" in test]
    unique = [column["name"] for column in described["columns"] if "unique" in column.get("data_tests", ())]
    key = tuple(grains[0]["columns"]) if grains else tuple(unique[:1] or columns)
    sentence = _SENTENCE.match(" ".join(described["description"].split()))
    english = sentence[0] if sentence else described["description"]
    texts = {"vi": meta["vi"], "en": english}
    adds_by = tuple(filter(None, meta.get("adds_by", "").split(LIST_SEPARATOR)))
    return Seed(described["name"], columns, key, meta["title_vi"], texts, adds_by)


def _column(described: Mapping[str, Any], declared: str) -> Column:
    meta = described["config"]["meta"]
    match = _TYPE.match(declared)
    if match is None or match[1] not in _KINDS:
        raise ValueError(f"{described['name']}: type {declared!r} is not known")
    kind = _KINDS[match[1]]
    seed, _, column = meta.get("references", "").partition(".")
    return Column(
        name=described["name"],
        kind=kind,
        texts={"vi": meta["vi"], "en": described["description"]},
        max_length=int(match[2]) if kind == TEXT and match[2] else None,
        is_required=meta.get("required", False),
        is_list=meta.get("is_list", False),
        references=(seed, column) if seed else None,
        also=meta.get("also", ""),
        values=tuple(meta.get("values", ())) or _accepted(described.get("data_tests", ())),
        may_be_absent=meta.get("may_be_absent", False),
    )


def _accepted(tests: Any) -> tuple[str, ...]:
    lists = [test["accepted_values"]["arguments"]["values"] for test in tests if "accepted_values" in test]
    return tuple(lists[0]) if lists else ()


def _words() -> Seed:
    columns = {
        name: Column(name, TEXT, {"vi": vietnamese, "en": english}, is_required=True)
        for name, (english, vietnamese) in _WORD_COLUMNS.items()
    }
    texts = {
        "vi": "Từ và lời của nơi mình, thay cho từ và lời của phần mềm.",
        "en": "One row per word or text of the place.",
    }
    return Seed(WORDS, columns, ("lang", "section", "key"), "Từ ngữ", texts)
