"""The requests that the API answers: the one list from which routes, rights and the OpenAPI file are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.api.catalogue import COLLECTIONS

ROOT = "/api/v1"
OPENAPI, DOCS = f"{ROOT}/openapi.json", f"{ROOT}/docs"


class Scope(StrEnum):
    """What an answer depends on: the published version, or what is in the registry, or the program alone."""

    VERSION = "version"
    REGISTRY = "registry"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Operation:
    """A request: its path below `ROOT`, its method, the group of the documentation, its own query parameters.

    `answer` names the schema of its answer; `mart` the mart whose rows it returns, `*` for the one in its path.
    """

    name: str
    path: str
    tag: str
    answer: str = ""
    scope: Scope = Scope.VERSION
    method: str = "GET"
    parameters: tuple[str, ...] = ()
    mart: str = ""

    @property
    def right(self) -> str:
        """Return its row in `permissions.API`."""
        return "rows" if self.mart else self.name


OPERATIONS = (
    Operation("marts", "/marts", "data", "MartList"),
    Operation("mart", "/marts/{mart}", "data", "Mart"),
    Operation("rows", "/marts/{mart}/rows", "data", mart="*"),
    Operation("csvw", "/marts/{mart}/rows.csv-metadata.json", "data", "Csvw"),
    *(
        Operation(name, f"/{name}", "reports" if mart == "fct_reporter_period" else "definitions", mart=mart)
        for name, mart in COLLECTIONS.items()
    ),
    Operation("reports", "/reports", "reports", "ReportList", Scope.REGISTRY, parameters=("unit", "period")),
    Operation("report", "/reports/{unit}/{period}", "reports", "ReportList", Scope.REGISTRY),
    Operation("submit", "/reports/{unit}/{period}", "reports", "Receipt", Scope.REGISTRY, "POST"),
    Operation("schemas", "/schemas", "reports", "SchemaList", Scope.PROGRAM),
    Operation("schema", "/schemas/{form}", "reports", "Schema", Scope.PROGRAM),
    Operation("data-value-sets", "/dhis2/dataValueSets", "exchange", "DataValueSet", parameters=("period",)),
    Operation("metadata", "/dhis2/metadata", "exchange", "Metadata"),
)
BY_NAME: Mapping[str, Operation] = {one.name: one for one in OPERATIONS}
# Query parameters that an operation cannot do without.
REQUIRED = frozenset({("data-value-sets", "period")})
