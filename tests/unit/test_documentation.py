"""The documents name every command and setting, and their links lead somewhere."""

import csv
import re
from pathlib import Path

from warehouse.cli import make_app

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted((*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")))
SETTING = re.compile(r'"(KPI_[A-Z_]+)"')
# The user guide is Vietnamese.
NOT_ENGLISH = {"huong-dan.md"}
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_command_is_in_the_list_of_commands() -> None:
    listed = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    names = [command.name for command in make_app().registered_commands]
    assert len(names) > 20
    assert [name for name in names if not re.search(rf"`{name}[ `]", listed)] == []


def test_every_setting_is_in_the_list_of_settings() -> None:
    listed = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    code = [path for package in ("app", "warehouse") for path in (PROJECT / package).rglob("*.py")]
    names = {name for path in code for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    assert "KPI_DATA_DIR" in names
    assert {name for name in names if f"`{name}`" not in listed} == set()


def test_every_link_between_documents_leads_to_a_file() -> None:
    broken = [
        f"{path.relative_to(PROJECT)}: {target}"
        for path in DOCUMENTS
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_documents_use_plain_words() -> None:
    checked = [path for path in DOCUMENTS if path.name not in NOT_ENGLISH]
    assert len(checked) == len(DOCUMENTS) - len(NOT_ENGLISH)
    with (PROJECT / "tests" / "plain_words.csv").open(encoding="utf-8") as file:
        words = {row["instead_of"]: row["write"] for row in csv.DictReader(file)}
    assert len(words) > 20
    found = [
        f"{path.relative_to(PROJECT)}:{number}: write {write!r} instead of {word!r}"
        for path in checked
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word, write in words.items()
        if re.search(rf"\b{word}\b", line, re.IGNORECASE)
    ]
    assert found == []
