"""Documents name every command, setting and limit and link to what exists; prose in documents and code is plain."""

import ast
import csv
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from app.api.parameters import DEFAULT_LIMIT, MOST_ROWS
from app.digest.items import DUE_SOON
from app.web.downloads import downloads
from app.web.failed_sign_ins import MOST_ADDRESSES
from app.web.page_renderer import KEPT_PAGES
from app.web.rates import LIMITS, Kind
from app.web.shutdown import ENDING_S
from warehouse.cli import COMMANDS, make_app
from warehouse.digest.deliveries import FIRST_PAUSE, LONGEST_PAUSE
from warehouse.forms.sandbox.sandboxed_reader import CPU_S, EXTRA_MEMORY_BYTES
from warehouse.health.checks import GIGABYTE, LOW_BYTES, LOW_VERSIONS, PENDING_LIMIT
from warehouse.people.break_glass import CODE_HOLDS, SESSION_HOLDS
from warehouse.plan.boundaries import MAX_BYTES, MAX_POINTS

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
LINK = re.compile(r"\]\(([^)#:]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
A_MINUTE = {kind: f"{limit.amount:,}" for kind, limit in LIMITS.items()}
MINUTE_S, HOUR_S = 60, 3600
TEN = {10: "ten"}
# What documents promise in words or with a unit, made of what the program keeps to.
PROMISED = (
    ("operations", f"{A_MINUTE[Kind.PAGE]} pages, {A_MINUTE[Kind.FILE]} files, {A_MINUTE[Kind.WRITE]} writes"),
    ("operations", f"a program's token: {A_MINUTE[Kind.PROGRAM]} requests"),
    ("operations", f"{A_MINUTE[Kind.ANONYMOUS]} requests, {A_MINUTE[Kind.SIGN_IN]} sign-in attempts"),
    ("operations", f"one user downloads more than {downloads.each} large ones"),
    ("operations", f"work in progress has {ENDING_S} seconds"),
    ("operations", f"rendered pages ({KEPT_PAGES} a programme)"),
    ("operations", f"at most {MAX_BYTES // 10**6} MB and {MAX_POINTS:,} points"),
    (
        "operations",
        f"after {FIRST_PAUSE.seconds // MINUTE_S}, {2 * FIRST_PAUSE.seconds // MINUTE_S}, "
        f"{4 * FIRST_PAUSE.seconds // MINUTE_S} … minutes, at most {LONGEST_PAUSE.seconds // HOUR_S} hours",
    ),
    ("operations", {7: "due within a week"}[DUE_SOON.days]),
    ("operations", {1: "took up within an hour"}[PENDING_LIMIT.seconds / HOUR_S]),
    ("operations", f"less than {LOW_BYTES // GIGABYTE} GB, or than {TEN[LOW_VERSIONS]} times the published"),
    ("operations", f"once within {TEN[CODE_HOLDS.seconds // MINUTE_S]} minutes"),
    ("operations", {1: "view for an hour"}[SESSION_HOLDS.seconds / HOUR_S]),
    ("security", f"At most {downloads.in_all} large files are being sent, {downloads.each} a person"),
    ("security", f"of at most {MOST_ADDRESSES} addresses a minute"),
    ("architecture", f"({EXTRA_MEMORY_BYTES // 10**6} MB, {CPU_S} CPU s, no settings"),
    ("api", f"({DEFAULT_LIMIT:,}; at most {MOST_ROWS['json']:,} as JSON, {MOST_ROWS['csv']:,} otherwise)"),
    ("api", f"A token has {A_MINUTE[Kind.PROGRAM]} requests a minute"),
)


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


def test_every_link_between_documents_leads_to_a_file_and_to_a_heading_there() -> None:
    broken = [
        f"{path.relative_to(PROJECT)}: {target}#{heading}"
        for path in DOCUMENTS
        for target, heading in LINK.findall(path.read_text(encoding="utf-8"))
        if not is_found(path.parent / target if target else path, heading)
    ]
    assert broken == []


def is_found(document: Path, heading: str) -> bool:
    """Return whether a document exists, with a heading that GitHub names so in addresses."""
    if not heading or not document.exists():
        return document.exists()
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return heading in {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize(("document", "promise"), PROMISED)
def test_documents_promise_the_limits_that_the_program_keeps_to(document: str, promise: str) -> None:
    text = (PROJECT / "docs" / f"{document}.md").read_text(encoding="utf-8")
    assert promise in " ".join(text.split())


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
