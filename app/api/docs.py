"""The OpenAPI file as a page, rendered here: nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from app.api.operations import OPENAPI
from app.core.i18n import Words
from app.ui.assets import ICON, STYLE, address
from app.ui.fonts import font_files
from app.ui.templates import render


def docs_page(document: Mapping[str, Any], say: Words) -> Markup:
    """Render an OpenAPI document as a complete page, without scripts."""
    groups = []
    for tag in document["tags"]:
        listed = [
            {"method": method.upper(), "path": path, **operation}
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
            if tag["name"] in operation["tags"]
        ]
        groups.append({"title": tag["description"], "id": tag["name"], "operations": listed})
    schemas = document["components"]["schemas"]
    tables = {name: schema for name, schema in schemas.items() if schema.get("title") and "properties" in schema}
    return render(
        "api/docs.html",
        lang=say.lang,
        words=say,
        with_token=Markup(say("api.with_token")),  # noqa: S704 - a text of our own catalogue
        groups=groups,
        tables=tables,
        file=f"{OPENAPI}?lang={say.lang}",
        type_of=_type_of,
        icon=address(ICON),
        style=address(STYLE),
        fonts=[address(name) for name in font_files()],
    )


def _type_of(schema: Mapping[str, Any]) -> str:
    """Return the type of a value in brief."""
    kind = schema.get("type", "")
    named = kind if isinstance(kind, str) else next(iter(kind), "")
    options = [str(one) for one in schema.get("enum", ()) if one is not None]
    return " | ".join(options) if options else str(schema.get("format", named))
