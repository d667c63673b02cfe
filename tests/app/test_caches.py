"""No cache of the process gives one programme what belongs to another, or one language the texts of another.

Read from the sources: a cached function that can reach the settings (and so seeds, texts or figures of the programme in
force) is cached for each programme, or has an argument that belongs to one programme; one that can reach texts is
cached for each language, or has an argument that names it.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import html
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.core.i18n import words_in
from app.web.explore_shell import SpokenShell
from app.web.language_in_force import LanguageInForce

PROJECT = Path(__file__).parents[2]
PACKAGES = ("app", "warehouse")
BY_PROGRAMME = "cached_by_programme"
BY_LANGUAGE = "cached_by_language"
FOREVER = {"cache", "lru_cache", "cached", BY_LANGUAGE}
# What has texts of the language in force, and the argument that names a language.
TEXTS = {"app.core.i18n.words", "app.ui.templates.render"}
NAMING_A_LANGUAGE = "State"
# Objects of one programme: a version or registry of its data folder, its seeds, its settings.
OF_ONE_PROGRAMME = {"Reader", "Published", "Desk", "Intake", "Reference", "Settings"}
# Reach the settings, but keep nothing that differs between programmes under the same key.
SAME_FOR_ALL = {
    "warehouse.desk.service._desk": "the address of a registry, which is one programme's",
    "warehouse.people.access_trail._trail": "the address of a registry, which is one programme's",
    "warehouse.people.seen_pages._engine": "the address of a registry, which is one programme's",
    "warehouse.forms.reading.columns._ordinal_headers": "words that people type, recognised under every plan",
    "warehouse.forms.reading.numbers.measure_words": "words that people type, recognised under every plan",
    "warehouse.forms.reading.rows._total_words": "words that people type, recognised under every plan",
    "app.web.sign_in.settings": "the settings of the first programme, whose registry keeps the sign-ins",
    "app.web.sign_in.sessions": "the sign-ins of the installation",
}
# Values that outlive a request, beside cached functions; what keeps them apart.
GLOBALS = {
    "app.web.act_routes._written": "the code in force is part of the key",
    "app.web.act_routes._last": "the code in force is part of the key",
    "app.core.i18n._in_force": "put in force with the programme, or found in the plan of the one in force",
    "app.web.confirmations._texts": "the code in force is part of the key",
    "app.web.access_record._told": "the code in force is part of the key",
    "app.web.access_record._given": "the address of a registry, which is one programme's, is part of the key",
    "app.web.rates._addresses": "limits are those of the installation",
    "app.web.rates._counted": "limits are those of the installation",
    "app.web.failed_sign_ins.failed_sign_ins": "sign-ins of the installation",
    "app.web.incoming.arrivals": "bodies that arrive, by request",
    "app.web.downloads.downloads": "limits are those of the installation",
    "app.web.upload_routes.uploads": "limits are those of the installation",
    "app.web.upload_routes.form_sets": "limits are those of the installation",
    "app.web.upload_routes.previews": "limits are those of the installation",
    "app.web.report_routes.reports": "limits are those of the installation",
    "app.web.export_routes.large": "limits are those of the installation",
    "app.web.export_routes.small": "limits are those of the installation",
    "app.web.api_routes.reading": "limits are those of the installation",
    "app.web.api_routes.sending": "limits are those of the installation",
    "app.web.api_routes._kept": "the tag of an answer has the code in force",
    "app.web.bearer._known": "the code in force is part of the key",
    "app.web.bearer._recorded": "the code in force is part of the key",
    "app.web.request_id._current": "the request itself",
    "warehouse.db.reads._log": "what one page reads while it is rendered",
    "warehouse.db.torn_pages._checked": "the path of a registry, which is one programme's",
    "warehouse.forms.sandbox.sandboxed_reader._children": "by plan pack; seeds are sent with a hash of their content",
    "warehouse.programmes.in_force._code": "the programme in force itself",
}
# What a module keeps for its whole life, and changes.
KEEPERS = {
    *("TTLCache", "LRUCache", "_Addresses", "SlidingWindowCounterRateLimiter", "WorkQueue", "Downloads", "Arrivals"),
    *("FailedSignIns", "ContextVar"),
}
COLLECTIONS = {"dict", "list", "set", "defaultdict", "Counter", "deque"}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the app and the warehouse by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported_names(module: ast.Module) -> dict[str, str]:
    """What each imported name of a module stands for, wherever in it that is imported."""
    names = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    return names


def referred(node: ast.AST, names: dict[str, str], module: str) -> Iterator[str]:
    """The dotted names that a function or class refers to."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield names.get(part.id, f"{module}.{part.id}")
        elif isinstance(part, ast.Attribute):
            below = part.value
            yield f"{names.get(below.id, below.id)}.{part.attr}" if isinstance(below, ast.Name) else part.attr


@cache
def references() -> dict[str, frozenset[str]]:
    """What each function and class at the top of a module refers to; re-exported names lead to their module."""
    found = {}
    for name, module in modules().items():
        names = imported_names(module)
        found |= {f"{name}.{own}": frozenset({meant}) for own, meant in names.items()}
        for node in module.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found[f"{name}.{node.name}"] = frozenset(referred(node, names, name))
    return found


def reach(start: str) -> set[str]:
    """Everything that a function can reach by calling what it refers to."""
    seen, todo = set(), [start]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += references().get(name, ())
    return seen


def decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names of a function's decorators."""
    called = [part.func if isinstance(part, ast.Call) else part for part in node.decorator_list]
    return {part.id for part in called if isinstance(part, ast.Name)}


def cached_functions() -> Iterator[tuple[str, ast.FunctionDef, set[str]]]:
    """Every function at the top of a module that a decorator caches, with its decorators."""
    for name, module in modules().items():
        for node in module.body:
            if isinstance(node, ast.FunctionDef) and decorators(node) & {*FOREVER, BY_PROGRAMME}:
                yield f"{name}.{node.name}", node, decorators(node)


def test_cached_functions_that_reach_the_settings_are_cached_by_programme() -> None:
    shared = set()
    for name, node, decorated in cached_functions():
        arguments = {getattr(argument.annotation, "id", "") for argument in node.args.args}
        kept_apart = decorated & {BY_PROGRAMME, BY_LANGUAGE} or arguments & OF_ONE_PROGRAMME
        if not kept_apart and reaches_settings(name):
            shared.add(name)
    assert shared == set(SAME_FOR_ALL)


def reaches_settings(name: str) -> bool:
    """Whether a function can reach the settings of the programme in force."""
    return "warehouse.settings.Settings.from_env" in reach(name)


def test_cached_functions_that_reach_texts_are_cached_by_language() -> None:
    shared = set()
    for name, node, decorated in cached_functions():
        arguments = {getattr(argument.annotation, "id", "") for argument in node.args.args}
        if BY_LANGUAGE not in decorated and NAMING_A_LANGUAGE not in arguments and reach(name) & TEXTS:
            shared.add(name)
    assert shared == set()
    assert reach("app.explore.figures_table.figures_table") & TEXTS
    assert not reach("app.core.formatting.number") & TEXTS


def test_the_frame_of_an_exploring_page_is_kept_for_each_language() -> None:
    async def beyond(_: Scope, __: Receive, ___: Send) -> None:
        pytest.fail("passed on")

    browser = TestClient(LanguageInForce(SpokenShell(beyond)))
    asked = ("?lang=en", "?at=%2F%3Flang%3Den", "", "?lang=vi")
    said = [html.fromstring(browser.get(f"/explore/{query}").content) for query in asked]
    assert [page.get("lang") for page in said] == ["en", "en", "vi", "vi"]
    assert [page.findtext(".//title") for page in said] == [
        words_in(page.get("lang"))("explore.title") for page in said
    ]


def test_the_walk_finds_what_reaches_the_settings_and_what_does_not() -> None:
    assert reaches_settings("app.core.i18n.texts_of")
    assert reaches_settings("warehouse.people.roles.units_under")
    assert reaches_settings("warehouse.forms.template.column_rules._words")
    assert not reaches_settings("app.core.formatting.number")
    assert len(list(cached_functions())) > 60


def test_no_method_is_cached_for_all_its_objects() -> None:
    inner = {
        f"{name}.{part.name}.{node.name}"
        for name, module in modules().items()
        for part in ast.walk(module)
        if isinstance(part, ast.ClassDef)
        for node in part.body
        if isinstance(node, ast.FunctionDef) and decorators(node) & FOREVER
    }
    assert inner == set()


def test_every_value_that_outlives_a_request_is_kept_apart() -> None:
    found = set()
    for name, module in modules().items():
        changed = {word for node in ast.walk(module) if isinstance(node, ast.Global) for word in node.names}
        for node in module.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                own = {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
                if is_keeper(node.value) or own & changed:
                    found |= {f"{name}.{word}" for word in own}
    assert found == set(GLOBALS)


def is_keeper(value: ast.expr) -> bool:
    """Whether a value is one of the `KEEPERS`, or an empty collection, which something will fill."""
    if isinstance(value, ast.Tuple):
        return any(is_keeper(part) for part in value.elts)
    if isinstance(value, ast.Call):
        name = getattr(value.func, "id", "")
        return name in KEEPERS or (name in COLLECTIONS and not value.args)
    return isinstance(value, ast.Dict | ast.List) and ast.unparse(value) in ("{}", "[]")


def test_streamlit_caches_nothing_for_all_sessions() -> None:
    words = {part.attr for module in modules().values() for part in ast.walk(module) if isinstance(part, ast.Attribute)}
    assert not words & {"cache_data", "cache_resource"}
