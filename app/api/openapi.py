"""The OpenAPI 3.1 file: made from the operations, the marts that the caller may see and the forms of the seeds."""

from __future__ import annotations

from collections.abc import Iterator

from app.api import catalogue
from app.api.operations import OPERATIONS, REQUIRED, ROOT, Operation
from app.api.parameters import DEFAULT_LIMIT, FORMATS, JSON_TYPES, MEDIA_TYPES, MOST_ROWS
from app.api.schemas import NUMBER, TEXT, Schema, row_schema, schemas
from app.core.i18n import words
from app.core.reader import Reader
from app.core.url_state import LANGUAGES, PLAN, plan_in_force
from app.exports import csvw
from app.queries import mart_rows
from app.records.marts import Mart, MartColumn
from app.ui import mart_descriptions
from warehouse.settings import PROJECT_NAME, RELEASE

REFUSALS = ("400", "401", "403", "404", "429", "500", "503")
SUBMIT_REFUSALS = (*REFUSALS, "408", "409", "413", "415", "422", "507")
# Every column is compared by these, too.
_RANGE = "^[a-z0-9_]+\\.(ge|gt|le|lt)$"
_NULL = "^[a-z0-9_]+\\.null$"


def openapi(reader: Reader) -> Schema:
    """Return the file for a caller, in a language."""
    marts = catalogue.offered(reader)
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        for path, made in _operations(reader, operation, marts):
            paths.setdefault(ROOT + path, {})[operation.method.lower()] = made
    tags = list(dict.fromkeys(operation.tag for operation in OPERATIONS))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{PROJECT_NAME} · {words('app.title')}",
            "version": RELEASE,
            "description": words("api.lead"),
        },
        "tags": [{"name": tag, "description": words(f"api.tag_{tag}")} for tag in tags],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas(), **{mart.table_name: row_schema(reader, mart) for mart in marts}},
        },
    }


def _operations(reader: Reader, operation: Operation, marts: list[Mart]) -> Iterator[tuple[str, Schema]]:
    """Yield path and description of an operation; of one about rows for each mart that the caller may see."""
    if not operation.mart:
        yield operation.path, _described(operation)
        return
    for mart in marts:
        if operation.mart in ("*", mart.table_name):
            yield operation.path.format(mart=mart.table_name), _described_rows(reader, operation, mart)


def _described(operation: Operation) -> Schema:
    names = [part.strip("{}") for part in operation.path.split("/") if part.startswith("{")]
    own = [_parameter(name, "path", TEXT, required=True) for name in names]
    own += [
        _parameter(name, "query", TEXT, required=(operation.name, name) in REQUIRED) for name in operation.parameters
    ]
    made: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": words(f"api_operation.{operation.name}"),
        "parameters": [*own, *_general()],
    }
    if operation.method == "POST":
        made["parameters"].append(_parameter("Idempotency-Key", "header", TEXT, "key", required=True))
        made["requestBody"] = {"required": True, "content": _content("Report")}
        answers = {status: _answer(status, "Receipt") for status in ("200", "201")}
        return made | {"responses": answers | _refusals(SUBMIT_REFUSALS)}
    made["parameters"].append(_parameter("If-None-Match", "header", TEXT, "if_none_match"))
    media = csvw.MEDIA_TYPE if operation.answer == "Csvw" else MEDIA_TYPES["json"]
    answers = {"200": _answer("200", operation.answer, media), "304": _empty("304")}
    return made | {"responses": answers | _refusals(REFUSALS)}


def _described_rows(reader: Reader, operation: Operation, mart: Mart) -> Schema:
    title = mart_descriptions.title(mart)
    columns = mart_rows.columns(reader, mart.table_name)
    names = ("X-Total-Count", "X-Data-Version", "X-Data-Label", "ETag")
    found = {
        "description": words("api_answer.200"),
        "content": _row_content(mart),
        "headers": {name: {"schema": TEXT} for name in names},
    }
    return {
        "operationId": f"{operation.name}-{mart.table_name}",
        "tags": [operation.tag],
        "summary": words("api_operation.rows", title=title),
        "description": mart_descriptions.grain(mart),
        "parameters": _row_parameters(columns),
        "responses": {"200": found, "304": _empty("304")} | _refusals((*REFUSALS, "410", "507")),
    }


def _row_content(mart: Mart) -> Schema:
    rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{mart.table_name}"}}
    page = {"allOf": [{"$ref": "#/components/schemas/Page"}, {"type": "object", "properties": {"data": rows}}]}
    binary = {"type": "string", "format": "binary"}
    kinds = {"json": page, "csv": TEXT, "parquet": binary, "arrow": binary}
    return {MEDIA_TYPES[name]: {"schema": schema} for name, schema in kinds.items()}


def _row_parameters(columns: list[MartColumn]) -> list[Schema]:
    limit = NUMBER | {"minimum": 1, "maximum": MOST_ROWS["csv"], "default": DEFAULT_LIMIT}
    return [
        _parameter("limit", "query", limit),
        _parameter("cursor", "query", TEXT),
        _parameter("format", "query", TEXT | {"enum": list(FORMATS)}),
        _parameter("columns", "query", TEXT),
        _parameter("order", "query", TEXT),
        _filters(columns),
        *_general(),
        _parameter("If-None-Match", "header", TEXT, "if_none_match"),
    ]


def _filters(columns: list[MartColumn]) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {one.column_name: JSON_TYPES[one.data_type] for one in columns},
        "patternProperties": {_RANGE: TEXT, _NULL: {"type": "boolean"}},
        "additionalProperties": False,
    }
    return _parameter("filters", "query", schema) | {"style": "form", "explode": True}


def _general() -> list[Schema]:
    lang = _parameter("lang", "query", TEXT | {"enum": list(LANGUAGES)})
    # The file is that of one programme: without its code, an address means the first one.
    code = plan_in_force()
    return [lang, *([_parameter(PLAN, "query", TEXT | {"enum": [code]}, required=True)] if code else [])]


def _parameter(name: str, place: str, schema: Schema, text: str = "", *, required: bool = False) -> Schema:
    described = {"name": name, "in": place, "schema": schema, "description": words(f"api_parameter.{text or name}")}
    return described | ({"required": True} if required else {})


def _content(name: str, media: str = MEDIA_TYPES["json"]) -> Schema:
    return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _answer(status: str, schema: str, media: str = MEDIA_TYPES["json"]) -> Schema:
    return {"description": words(f"api_answer.{status}"), "content": _content(schema, media)}


def _empty(status: str) -> Schema:
    return {"description": words(f"api_answer.{status}")}


def _refusals(statuses: tuple[str, ...]) -> Schema:
    return {status: _answer(status, "Refusal") for status in statuses}
