"""The OpenAPI file as a page, rendered here: nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from app.api.operations import OPENAPI, ROOT
from app.core.i18n import words
from app.core.url_state import LANGUAGES, in_plan
from app.ui.assets import ICON, STYLE, address, own_faces
from app.ui.fonts import font_files
from app.ui.templates import render

EXAMPLE = f"https://…{ROOT}/targets?columns=target_code,name_vi&format=csv"


def docs_page(document: Mapping[str, Any]) -> Markup:
    """Render an OpenAPI document as a complete page, without scripts."""
    operations = [
        {"method": method.upper(), "path": path, **_tables_of(operation), **operation}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    groups = [
        {
            "title": tag["description"],
            "id": tag["name"],
            "operations": [one for one in operations if tag["name"] in one["tags"]],
        }
        for tag in document["tags"]
    ]
    tables = [
        {"name": name, "title": schema["title"], "grain": schema["description"], "columns": _columns_of(schema)}
        for name, schema in document["components"]["schemas"].items()
        if "title" in schema and "properties" in schema
    ]
    return render(
        "api/docs.html",
        lang=words.lang,
        with_token=Markup(words("api.with_token")),  # noqa: S704 - a text of our own catalogue
        example=f'curl -H "Authorization: Bearer …" "{in_plan(EXAMPLE)}"',
        groups=groups,
        tables=tables,
        file=in_plan(f"{OPENAPI}?lang={words.lang}"),
        ways={lang: in_plan(f"?lang={lang}") for lang in LANGUAGES},
        icon=address(ICON),
        faces=own_faces(),
        style=address(STYLE),
        fonts=[address(name) for name in font_files()],
    )


def _tables_of(operation: Mapping[str, Any]) -> dict[str, object]:
    """Return the lines of an operation's tables: its parameters, its answers."""
    parameters = [(one["name"], _type_of(one["schema"]), one["description"]) for one in operation["parameters"]]
    answers = [(status, answer["description"]) for status, answer in operation["responses"].items()]
    return {"rows": parameters, "answers": answers}


def _columns_of(schema: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [(name, _type_of(cell), cell["description"]) for name, cell in schema["properties"].items()]


def _type_of(schema: Mapping[str, Any]) -> str:
    """Return the type of a value in brief."""
    kind = schema.get("type", "")
    named = kind if isinstance(kind, str) else next(iter(kind), "")
    options = [str(one) for one in schema.get("enum", ()) if one is not None]
    return " | ".join(options) if options else str(schema.get("format", named))
