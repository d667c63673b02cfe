"""CSV on the Web: metadata beside a CSV file, so that programs know its dialect, and the type and meaning of columns.

Follows the W3C recommendations "Metadata Vocabulary for Tabular Data" and "Model for Tabular Data" of 2015.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.csv_manner import Manner
from app.core.i18n import words
from app.core.sheet import Column, Kind
from app.records import Publication

MEDIA_TYPE = "application/csvm+json"
# What is added to the address of a CSV file for that of its metadata.
SUFFIX = "-metadata.json"
CONTEXT = "http://www.w3.org/ns/csvw"
_TYPES: Mapping[Kind, str] = {
    "text": "string",
    "count": "decimal",
    "percent": "decimal",
    "amount": "decimal",
    "date": "date",
    "moment": "datetime",
}
_DATE_FORMATS: Mapping[Kind, str] = {"date": "yyyy-MM-dd", "moment": "yyyy-MM-dd HH:mm:ss"}


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: title, description, columns, the terms under which it may be used, when its version was published."""

    title: str
    description: str
    columns: Sequence[Column]
    licence: str
    published_at: str
    lang: str


def table_of(publication: Publication, title: str, columns: Sequence[Column], description: str = "") -> Table:
    """Return a table of a published version as a CSV file."""
    return Table(
        title,
        description,
        columns,
        words("files.licence_sample" if publication.is_sample else "files.licence_reported"),
        publication.built_at.isoformat(),
        words.lang,
    )


def file_bytes(url: str, table: Table, manner: Manner) -> bytes:
    """Return `metadata` as a file."""
    return json.dumps(metadata(url, table, manner), ensure_ascii=False, indent=1).encode()


def metadata(url: str, table: Table, manner: Manner) -> dict[str, Any]:
    """Return the metadata of the CSV file at an address, written in a dialect."""
    return {
        "@context": [CONTEXT, {"@language": table.lang}],
        "url": url,
        "dc:title": table.title,
        **({"dc:description": table.description} if table.description else {}),
        "dc:license": {"@value": table.licence},
        "dc:issued": {"@value": table.published_at, "@type": "xsd:dateTime"},
        "dialect": {
            "delimiter": manner.separator,
            "encoding": "utf-8",
            "header": True,
            "lineTerminators": ["\r\n", "\n"],
            "quoteChar": '"',
            "doubleQuote": True,
        },
        "tableSchema": {"columns": [_column(one, number, manner) for number, one in enumerate(table.columns, start=1)]},
    }


def _column(column: Column, number: int, manner: Manner) -> dict[str, Any]:
    is_name = column.heading.isidentifier() and column.heading.isascii()
    return {
        "name": column.heading if is_name else f"column_{number}",
        "titles": column.heading,
        **({"dc:description": column.meaning} if column.meaning else {}),
        "datatype": _datatype(column.kind, manner),
        "null": "",
    }


def _datatype(kind: Kind, manner: Manner) -> str | dict[str, Any]:
    base = _TYPES[kind]
    if base == "decimal" and manner.decimal != ".":
        return {"base": base, "format": {"decimalChar": manner.decimal}}
    if kind in _DATE_FORMATS:
        return {"base": base, "format": _DATE_FORMATS[kind]}
    return base
