"""Descriptions of the published tables are true under every plan: they name no code that one plan has."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
MARTS = sorted((PROJECT / "dbt_project" / "models" / "marts").glob("*.yml"))
# Targets, tasks, forms, plans and periods of the project's own plans.
OWN_CODES = re.compile(r"\b(T\d\d|N\d\d|B[1-8]|P20\d\d|20\d\dQ\d)\b")


def described(path: Path) -> Iterator[str]:
    """The descriptions of the models of a file and of their columns."""
    for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", ()):
        yield model.get("description", "")
        yield from (column.get("description", "") for column in model.get("columns", ()))


@pytest.mark.parametrize("path", MARTS, ids=lambda path: path.stem)
def test_no_description_of_a_table_names_a_code_of_one_plan(path: Path) -> None:
    assert [text for text in described(path) if OWN_CODES.search(text)] == []


def test_no_vietnamese_description_names_a_code_of_one_plan() -> None:
    texts = tomllib.loads((PROJECT / "app" / "text" / "marts.toml").read_text(encoding="utf-8"))
    named = [text for section in texts.values() for text in section.values() if OWN_CODES.search(text)]
    assert named == []
