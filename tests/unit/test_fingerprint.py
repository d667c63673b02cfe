"""The fingerprint of a build covers all the code that it runs on."""

import re
import shutil
from pathlib import Path

import pytest

from warehouse.pipeline import fingerprint
from warehouse.settings import PROJECT_ROOT, SEEDS_DIR


@pytest.mark.parametrize("pattern", [*fingerprint._RULE_FILES, *fingerprint._READER_FILES])
def test_every_pattern_of_the_fingerprint_names_code_that_is_there(pattern: str) -> None:
    assert fingerprint._files(pattern)


def test_code_that_moves_away_cannot_leave_the_fingerprint_silently() -> None:
    with pytest.raises(FileNotFoundError, match="no file matches warehouse/build/"):
        fingerprint._files("warehouse/build/*.py")


@pytest.mark.parametrize(
    ("name", "before", "after", "is_same"),
    [
        ("forms.csv", "One row per unit.", "A row for each unit.", True),
        ("form_columns.csv", "Sessions face to face", "Talks", True),
        ("form_columns.csv", "B1,sessions_direct,1,count", "B1,talks_direct,1,count", False),
        ("form_columns.csv", "B1,sessions_direct,1,count", "B1,sessions_direct,99,count", False),
        ("forms.csv", "b1_communication", "b1_talks", False),
        ("forms.csv", "B2,2,", "B2,20,", False),
        ("size_measures.csv", "officers_total", "officers_in_duty", False),
    ],
)
def test_plans_share_compiled_sql_where_their_forms_differ_in_texts_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, before: str, after: str, is_same: bool
) -> None:
    seeds = Path(shutil.copytree(SEEDS_DIR, tmp_path / "seeds"))
    monkeypatch.setattr(fingerprint, "seeds_dir", lambda: seeds)
    content = (seeds / name).read_text(encoding="utf-8")
    assert before in content
    compiled = fingerprint.compiled_fingerprint()
    (seeds / name).write_text(content.replace(before, after), encoding="utf-8")
    assert (fingerprint.compiled_fingerprint() == compiled) is is_same


def test_compiled_sql_is_known_by_every_column_that_a_query_of_a_macro_reads_while_dbt_compiles() -> None:
    macros = [path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "dbt_project").glob("*/**/*.sql")]
    queries = re.findall(r"{% set query %}(.*?){% endset %}", "".join(macros), re.DOTALL)
    assert len(queries) == sum(macro.count("run_query(") for macro in macros)
    read = set()
    for query in queries:
        seeds = {alias: seed for seed, alias in re.findall(r"ref\('(\w+)'\) }} as (\w+)", query)}
        read |= {(f"{seeds[alias]}.csv", column) for alias, column in re.findall(r"\b(\w+)\.(\w+)", query)}
    assert read == {(name, column) for name, columns in fingerprint._COMPILED_COLUMNS.items() for column in columns}
