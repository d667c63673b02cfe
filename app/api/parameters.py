"""Parameters of requests for rows: filters, order, columns, page, format.

`column=value` keeps rows with that value (repeated: with any of them), `column.ge`, `.gt`, `.le` and `.lt` a range,
`column.null=true` or `false` rows without or with a value.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.api.errors import GONE, ApiError
from app.core.accepted import most_wanted_first
from app.records.mart_rows import Comparison, Condition, Order, Selection
from app.records.marts import MartColumn
from warehouse import clock
from warehouse.storage.literals import quoted

LIMIT, CURSOR, FORMAT, COLUMNS, ORDER, LANG, PLAN = "limit", "cursor", "format", "columns", "order", "lang", "plan"
RESERVED = (LIMIT, CURSOR, FORMAT, COLUMNS, ORDER, LANG, PLAN)
DEFAULT_LIMIT = 1_000
# JSON is five times as large as a file of the same rows.
MOST_ROWS = {"json": 10_000, "csv": 1_000_000, "parquet": 1_000_000, "arrow": 1_000_000}
FORMATS = tuple(MOST_ROWS)
RANGES = {"ge": Comparison.GE, "gt": Comparison.GT, "le": Comparison.LE, "lt": Comparison.LT}
NULL = "null"
_TRUTH = {"true": "true", "false": "false"}
_LARGEST = 1 << 62
_MOST_VALUES = 1_000
# Type in the warehouse → the type in OpenAPI and JSON schemas.
JSON_TYPES: Mapping[str, dict[str, str]] = {
    "VARCHAR": {"type": "string"},
    "DOUBLE": {"type": "number"},
    "BIGINT": {"type": "integer"},
    "INTEGER": {"type": "integer"},
    "BOOLEAN": {"type": "boolean"},
    "DATE": {"type": "string", "format": "date"},
    "TIMESTAMP": {"type": "string", "format": "date-time"},
}


@dataclass(frozen=True, slots=True)
class RowRequest:
    """A request for rows: the selection, its format, and the page; `version` is that of the page before, or empty."""

    selection: Selection
    format: str
    limit: int
    offset: int
    version: str

    @property
    def fingerprint(self) -> str:
        """Return a digest of the selection, the same for each of its pages."""
        return hashlib.sha256(repr(self.selection).encode()).hexdigest()[:12]

    def cursor(self, version: str) -> str:
        """Return the cursor of the page after this one."""
        return written_cursor(version, self.fingerprint, self.offset + self.limit)


def written_cursor(version: str, fingerprint: str, offset: int) -> str:
    """Return a cursor: version, selection and place of the next page."""
    return urlsafe_b64encode(json.dumps([version, fingerprint, offset]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[str, str, int]:
    """Return version, selection and place of a cursor. Raises ApiError."""
    try:
        version, fingerprint, offset = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, RecursionError) as error:
        raise ApiError("bad_cursor") from error
    is_read = isinstance(version, str) and isinstance(fingerprint, str) and type(offset) is int
    if not is_read or not 0 <= offset < _LARGEST:
        raise ApiError("bad_cursor")
    return version, fingerprint, offset


def version_of(parameters: Mapping[str, str]) -> str:
    """Return the version that a request's cursor names; empty without a cursor. Raises ApiError."""
    return read_cursor(parameters[CURSOR])[0] if parameters.get(CURSOR) else ""


def row_request(
    mart: str, columns: Sequence[MartColumn], pairs: Iterable[tuple[str, str]], accepted: str
) -> RowRequest:
    """Return the request in an address, for a mart with these columns. Raises ApiError."""
    known = {column.column_name: column for column in columns}
    single: dict[str, str] = {}
    filters: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in RESERVED:
            single[name] = value
        else:
            filters.setdefault(name, []).append(value)
    selection = Selection(
        mart,
        tuple(_condition(mart, known, name, values) for name, values in sorted(filters.items())),
        _order(mart, known, single.get(ORDER, "")),
        tuple(_named(mart, known, name) for name in _listed(single.get(COLUMNS, ""))),
    )
    chosen = format_of(single.get(FORMAT, ""), accepted)
    request = RowRequest(selection, chosen, _limit(single.get(LIMIT, ""), MOST_ROWS[chosen]), 0, "")
    if not single.get(CURSOR):
        return request
    version, fingerprint, offset = read_cursor(single[CURSOR])
    if fingerprint != request.fingerprint:
        raise ApiError("bad_cursor")
    return RowRequest(selection, chosen, request.limit, offset, version)


def format_of(named: str, accepted: str) -> str:
    """Return the format that a request names, else the one that its `Accept` header prefers, else JSON."""
    if named:
        if named not in FORMATS:
            raise ApiError("bad_format", value=named, known=", ".join(FORMATS))
        return named
    types = {kind: name for name, kind in MEDIA_TYPES.items()}
    return next((types[kind] for kind in most_wanted_first(accepted) if kind in types), "json")


MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}


def gone(version: str) -> ApiError:
    """Return the refusal of a cursor whose version is not stored any more."""
    return ApiError("version_gone", GONE, version=version)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _named(mart: str, known: Mapping[str, MartColumn], name: str) -> str:
    if name not in known:
        raise ApiError("unknown_column", mart=mart, column=name)
    return name


def _limit(text: str, most: int) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise ApiError("bad_limit", value=text, most=most)
    return int(text)


def _order(mart: str, known: Mapping[str, MartColumn], text: str) -> tuple[Order, ...]:
    return tuple(
        Order(_named(mart, known, name.removeprefix("-")), name.startswith("-"))
        for name in dict.fromkeys(_listed(text))
    )


def _condition(mart: str, known: Mapping[str, MartColumn], name: str, values: Sequence[str]) -> Condition:
    column_name, dot, how = name.partition(".")
    if column_name not in known:
        if dot:
            raise ApiError("unknown_column", mart=mart, column=column_name)
        raise ApiError("unknown_column", mart=mart, column=name)
    column = known[column_name]
    if dot and how == NULL:
        is_null = _literal(values[-1], column, _truth)
        return Condition(column_name, Comparison.NULL if is_null == "true" else Comparison.FILLED)
    if dot and how not in RANGES:
        raise ApiError("unknown_comparison", parameter=name)
    if len(values) > _MOST_VALUES:
        raise ApiError("too_many_values", parameter=name, most=_MOST_VALUES)
    read = _READERS.get(column.data_type, quoted)
    literals = tuple(dict.fromkeys(_literal(value, column, read) for value in (values[-1:] if dot else values)))
    return Condition(column_name, RANGES[how] if dot else Comparison.IN, literals)


def _literal(value: str, column: MartColumn, read: Callable[[str], str]) -> str:
    try:
        return read(value)
    except (ValueError, OverflowError) as error:
        kind = JSON_TYPES.get(column.data_type, {"type": "string"})
        named = "true, false" if read is _truth else kind.get("format", kind["type"])
        raise ApiError("bad_value", value=value, column=column.column_name, type=named) from error


def _truth(text: str) -> str:
    if text not in _TRUTH:
        raise ValueError(text)
    return _TRUTH[text]


def _number(text: str) -> str:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return repr(value)


def _integer(text: str) -> str:
    value = int(text) if len(text) <= 19 else _LARGEST
    if abs(value) >= _LARGEST:
        raise ValueError(text)
    return str(value)


def _date(text: str) -> str:
    return f"date '{dt.date.fromisoformat(text).isoformat()}'"


def _moment(text: str) -> str:
    return f"timestamp '{clock.to_office_time(dt.datetime.fromisoformat(text)).isoformat(sep=' ')}'"


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError(text)
    return quoted(text)


_READERS: Mapping[str, Callable[[str], str]] = {
    "VARCHAR": _text,
    "DOUBLE": _number,
    "BIGINT": _integer,
    "INTEGER": _integer,
    "BOOLEAN": _truth,
    "DATE": _date,
    "TIMESTAMP": _moment,
}
