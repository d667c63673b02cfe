"""What each operation answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.api import catalogue, dhis2, reports
from app.api.answer import Answer, json_answer
from app.api.errors import ApiError
from app.api.operations import REQUIRED, ROOT, Operation
from app.api.parameters import CURSOR, FORMAT, LANG, PLAN, RowRequest, gone, row_request, version_of
from app.api.rows import MANNER, row_answer
from app.core import permissions
from app.core.access import Viewer
from app.core.i18n import words
from app.core.reader import Reader
from app.core.sheet import Column
from app.core.url_state import in_plan
from app.exports import csvw
from app.exports.marts import view_heads
from app.queries import mart_rows, plan
from app.ui import mart_descriptions
from warehouse.publish.engines import Published, kept, published

GENERAL = frozenset({LANG, PLAN})


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a caller: operation, path and query parameters, headers, body, the language of texts."""

    operation: Operation
    viewer: Viewer
    path: Mapping[str, str]
    pairs: tuple[tuple[str, str], ...]
    accepted: str
    key: str
    body: bytes

    @property
    def parameters(self) -> Mapping[str, str]:
        """Return the query parameters, the last of each name."""
        return dict(self.pairs)

    def warehouse(self) -> Published:
        """Return the version that is read: that of the cursor, else the published one.

        Raises ApiError for a cursor of a version that is not stored any more, NothingPublished.
        """
        newest = published()
        version = version_of(self.parameters) if self.operation.mart else ""
        if not version or version == newest.version:
            return newest
        older = kept(version)
        if older is None:
            raise gone(version)
        return older

    def reader(self) -> Reader:
        """Return the caller and the version that is read. Raises like `warehouse`."""
        return Reader(self.viewer, self.warehouse())

    def address(self, cursor: str) -> str:
        """Return the address of this request's page with a cursor."""
        pairs = [(name, value) for name, value in self.pairs if name != CURSOR]
        return f"{ROOT}{self.operation.path.format(**self.path)}?{urlencode([*pairs, (CURSOR, cursor)])}"


def answer(call: Call) -> Answer:
    """Return the answer of a call. Raises ApiError, `AccessDeniedError`, NothingPublished, RegistryError."""
    permissions.require(call.viewer, permissions.API, call.operation.right)
    if call.operation.mart:
        return _rows(call)
    _require_known(call)
    return _HANDLERS[call.operation.name](call)


def _require_known(call: Call) -> None:
    known = GENERAL | frozenset(call.operation.parameters)
    for name in call.parameters:
        if name not in known:
            raise ApiError("unknown_parameter", parameter=name)
    for name in call.operation.parameters:
        if (call.operation.name, name) in REQUIRED and not call.parameters.get(name):
            raise ApiError("unknown_period", period="")


def _rows(call: Call) -> Answer:
    reader = call.reader()
    return row_answer(reader, _row_request(call, reader), call.address)


def _row_request(call: Call, reader: Reader) -> RowRequest:
    name = call.path.get("mart", "") if call.operation.mart == "*" else call.operation.mart
    mart = catalogue.mart_named(reader, name)
    return row_request(name, mart_rows.columns(reader, mart.table_name), call.pairs, call.accepted)


def _marts(call: Call) -> Answer:
    return json_answer(catalogue.mart_list(call.reader()))


def _mart(call: Call) -> Answer:
    reader = call.reader()
    return json_answer(catalogue.described(reader, catalogue.mart_named(reader, call.path["mart"])))


def _csvw(call: Call) -> Answer:
    reader = call.reader()
    mart = catalogue.mart_named(reader, call.path["mart"])
    columns = [*view_heads(reader, mart.table_name), *_labels()]
    title, grain = mart_descriptions.title(mart), mart_descriptions.grain(mart)
    about = csvw.table_of(plan.publication(reader), title, columns, grain)
    content = csvw.metadata(in_plan(f"{ROOT}/marts/{mart.table_name}/rows?{FORMAT}=csv"), about, MANNER)
    return json_answer(content, media_type=csvw.MEDIA_TYPE)


def _labels() -> list[Column]:
    """Return the columns that CSV has beside those of the mart."""
    meanings = {"data_version": words("files.code_meaning"), "data_label": words("files.nature_meaning")}
    return [Column(name, meaning=meaning) for name, meaning in meanings.items()]


def _reports(call: Call) -> Answer:
    named = call.parameters
    return json_answer(reports.report_list(call.reader(), named.get("unit", ""), named.get("period", "")))


def _report(call: Call) -> Answer:
    return json_answer(reports.report_states(call.reader(), call.path["unit"], call.path["period"]))


def _submit(call: Call) -> Answer:
    sent = reports.SentJson(call.viewer, call.path["unit"], call.path["period"], call.key, call.body)
    return reports.submit(sent)


def _data_value_sets(call: Call) -> Answer:
    period = call.parameters["period"]
    content = json_answer(dhis2.data_value_set(call.reader(), period))
    return Answer(content.content, taken=f"dataValueSets {period} {call.warehouse().version}")


_HANDLERS: Mapping[str, Callable[[Call], Answer]] = {
    "marts": _marts,
    "mart": _mart,
    "csvw": _csvw,
    "reports": _reports,
    "report": _report,
    "submit": _submit,
    "schemas": lambda call: json_answer(reports.schema_list()),
    "schema": lambda call: json_answer(reports.form_schema(call.path["form"])),
    "data-value-sets": _data_value_sets,
    "metadata": lambda call: json_answer(dhis2.metadata(call.reader())),
}
