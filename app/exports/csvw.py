"""CSV on the Web: metadata beside a CSV file, so that programs know its dialect, and the type and meaning of columns.

Follows the W3C recommendations "Metadata Vocabulary for Tabular Data" and "Model for Tabular Data" of 2015.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.csv_manner import Manner
from app.core.i18n import Words
from app.core.reader import Reader
from app.core.sheet import Column, Kind
from app.queries import plan
from app.records.marts import Mart
from app.ui import mart_descriptions

MEDIA_TYPE = "application/csvm+json"
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


def mart_table(reader: Reader, mart: Mart, columns: Iterable[Column], say: Words) -> Table:
    """Return a mart as a CSV file with the columns and, in every row, its version and label."""
    publication = plan.publication(reader)
    labels = (
        Column("data_version", meaning=say("files.code_meaning")),
        Column("data_label", meaning=say("files.nature_meaning")),
    )
    return Table(
        mart_descriptions.title(mart, say),
        mart_descriptions.grain(mart, say),
        (*columns, *labels),
        say("files.licence_sample" if publication.is_sample else "files.licence_reported"),
        publication.built_at.isoformat(),
        say.lang,
    )


def metadata(url: str, table: Table, manner: Manner) -> dict[str, Any]:
    """Return the metadata of the CSV file at an address, written in a dialect."""
    return {
        "@context": [CONTEXT, {"@language": table.lang}],
        "url": url,
        "dc:title": table.title,
        "dc:description": table.description,
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
