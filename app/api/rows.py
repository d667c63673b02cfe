"""Rows of a mart as JSON, CSV, Parquet or Arrow, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from app.api.answer import Answer
from app.api.operations import ROOT
from app.api.parameters import MEDIA_TYPES, RowRequest
from app.core.csv_manner import MANNERS
from app.core.i18n import words
from app.core.reader import Reader
from app.core.url_state import in_plan
from app.exports import csvw
from app.exports.shared.file import spare_path
from app.queries import mart_rows, plan

# Programs read one dialect, whatever the language: commas and a decimal point.
MANNER = MANNERS["en"]
Link = Callable[[str], str]


def row_answer(reader: Reader, request: RowRequest, link: Link) -> Answer:
    """Return a page of rows; `link` returns the address of the page with a cursor.

    Raises `AccessDeniedError`.
    """
    label = words("files.sample" if plan.publication(reader).is_sample else "files.reported")
    about = {"version": reader.warehouse.version, "label": label}
    content, count = _WRITERS[request.format](reader, request, about, link)
    headers = {"X-Total-Count": str(count), "X-Data-Version": about["version"], "X-Data-Label": quote(label)}
    links = (
        [f'<{link(request.cursor(about["version"]))}>; rel="next"'] if request.offset + request.limit < count else []
    )
    if request.format == "csv":
        described = in_plan(f"{ROOT}/marts/{request.selection.mart}/rows.csv{csvw.SUFFIX}")
        links.append(f'<{described}>; rel="describedby"; type="{csvw.MEDIA_TYPE}"')
    if links:
        headers["Link"] = ", ".join(links)
    return Answer(
        content,
        MEDIA_TYPES[request.format] + ("; charset=utf-8" if request.format == "csv" else ""),
        headers=headers,
        taken=f"{request.selection.mart} {about['version']} {request.format}",
    )


def _as_json(reader: Reader, request: RowRequest, about: Mapping[str, str], link: Link) -> tuple[bytes, int]:
    page = mart_rows.page(reader, request.selection, request.limit, request.offset)
    is_last = request.offset + request.limit >= page.total_count
    head = {
        "mart": request.selection.mart,
        **about,
        "total_count": page.total_count,
        "limit": request.limit,
        "next": None if is_last else link(request.cursor(about["version"])),
    }
    opened = json.dumps(head, ensure_ascii=False).removesuffix("}")
    return f'{opened}, "data": [{",".join(page.rows)}]}}'.encode(), page.total_count


def _as_csv(reader: Reader, request: RowRequest, about: Mapping[str, str], _: Link) -> tuple[bytes, int]:
    labels = {"data_version": about["version"], "data_label": about["label"]}
    with spare_path("csv") as out:
        count = mart_rows.write_csv(
            reader, request.selection, request.limit, request.offset, labels=labels, manner=MANNER, out=out
        )
        return out.read_bytes(), count


def _as_parquet(reader: Reader, request: RowRequest, about: Mapping[str, str], _: Link) -> tuple[bytes, int]:
    with spare_path("parquet") as out:
        count = mart_rows.write_parquet(
            reader, request.selection, request.limit, request.offset, metadata=dict(about), out=out
        )
        return out.read_bytes(), count


def _as_arrow(reader: Reader, request: RowRequest, about: Mapping[str, str], _: Link) -> tuple[bytes, int]:
    return mart_rows.arrow(reader, request.selection, request.limit, request.offset, dict(about))


_WRITERS: Mapping[str, Callable[[Reader, RowRequest, Mapping[str, str], Link], tuple[bytes, int]]] = {
    "json": _as_json,
    "csv": _as_csv,
    "parquet": _as_parquet,
    "arrow": _as_arrow,
}
