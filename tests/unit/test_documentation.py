"""Documents name every command and setting and link to existing files; prose in documents and code is plain."""

import ast
import csv
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

from warehouse.cli import COMMANDS, make_app

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted((*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")))
SETTING = re.compile(r'"(KPI_[A-Z_]+)"')
# The user guide is Vietnamese.
NOT_ENGLISH = {"huong-dan.md"}
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# Packages whose docstrings and comments are checked.
PLAIN_PACKAGES = ("app", "expectations", "warehouse")
# A function's docstring begins with a verb: "Return the …", not "What …" or "The …".
NO_VERB = re.compile(
    r"(?:What|Who|Whose|Whom|Which|Where|When|Whether|How|Why|An?|The|Every|Each|All|One|Those|Of|At|In|By|No)\b"
)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_command_is_in_the_list_of_commands() -> None:
    listed = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    names = [name for name, _ in commands()]
    assert len(names) > 20
    assert "plan check" in names
    assert [name for name in names if not re.search(rf"`{name}[ `]", listed)] == []


def test_every_command_is_found_though_only_its_own_module_is_imported() -> None:
    names = {name.partition(" ")[0] for name, _ in commands()}
    assert names == set(COMMANDS)
    for name in names:
        app = make_app(name)
        registered = [*app.registered_commands, *app.registered_groups]
        assert name in {entry.name for entry in registered}
        assert len(registered) < len(names)


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
    lines = [
        (f"{path.relative_to(PROJECT)}:{number}", line)
        for path in checked
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    assert words_to_replace(lines, "documents") == []


def test_docstrings_and_comments_use_plain_words() -> None:
    # Docstrings of commands are texts for users, in two languages.
    help_texts = {docstring for _, docstring in commands()}
    paths = sorted(path for package in PLAIN_PACKAGES for path in (PROJECT / package).rglob("*.py"))
    assert len(paths) > 100
    lines: list[tuple[str, str]] = []
    without_verb = []
    for path in paths:
        name, source = path.relative_to(PROJECT), path.read_text(encoding="utf-8")
        for node, docstring in docstrings(source):
            if docstring in help_texts:
                continue
            start = node.body[0].lineno
            lines += [(f"{name}:{number}", line) for number, line in enumerate(docstring.splitlines(), start)]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and NO_VERB.match(docstring):
                without_verb.append(f"{name}:{start}: begin with a verb")
        lines += [(f"{name}:{number}", text) for number, text in comments(source)]
    assert words_to_replace(lines, "code") + without_verb == []


def commands() -> Iterator[tuple[str, str | None]]:
    """Yield name and docstring of each command, those of a group behind the group's name."""
    app = make_app()
    groups = [("", app), *((f"{group.name} ", group.typer_instance) for group in app.registered_groups)]
    for prefix, group in groups:
        for command in group.registered_commands if group else ():
            yield f"{prefix}{command.name}", command.callback.__doc__ if command.callback else None


def docstrings(source: str) -> Iterator[tuple[Documented, str]]:
    """Yield each module, class and function of a source file that has a docstring."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Documented):
            docstring = ast.get_docstring(node, clean=False)
            if docstring:
                yield node, docstring


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield line number and text of each comment of a source file."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def words_to_replace(lines: Iterable[tuple[str, str]], scope: str) -> list[str]:
    """Return every word of `tests/plain_words.csv` in (place, text) lines, with its replacement."""
    with (PROJECT / "tests" / "plain_words.csv").open(encoding="utf-8", newline="") as file:
        words = {row["instead_of"]: row["write"] for row in csv.DictReader(file) if row["scope"] in (scope, "both")}
    assert len(words) > 20
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b", re.IGNORECASE)
    return [
        f"{place}: write {words[match[0].lower()]!r} instead of {match[0]!r}"
        for place, line in lines
        for match in pattern.finditer(line)
    ]
