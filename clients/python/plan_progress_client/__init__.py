"""Client of the API of plan-progress.

Rows are dictionaries by column name; missing values are None. Figures that are protected from the token's role are
None, and the ends of the range that is published are in columns that end with `_low` and `_high`.
"""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ApiError", "Client"]
ROOT = "/api/v1"
Value = str | int | float | bool
Row = dict[str, Any]
_TOO_MANY, _UNAVAILABLE = 429, 503
# How often a request that got no answer, or was asked to wait, is repeated.
_TRIES = 4
_PAUSE_S = 1.0
_LONGEST_WAIT_S = 60.0


class ApiError(Exception):
    """A refusal: `status` of the answer, `code` for programs, the sentence as message, `problems` of a refused report.

    A problem has `pointer` (its place in the report), `what`, `expected` and `mend`.
    """

    def __init__(self, status: int, code: str, said: str, problems: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(said)
        self.status = status
        self.code = code
        self.problems = list(problems)


class Client:
    """Connection to one installation: its address, a token, the language of texts, and the programme if it has several.

    Raises ApiError for every refusal, `httpx.TransportError` when no answer comes.
    """

    def __init__(
        self,
        address: str,
        token: str = "",
        *,
        lang: str = "en",
        plan: str = "",
        timeout_s: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._general = {"lang": lang, **({"plan": plan} if plan else {})}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=timeout_s, transport=transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def marts(self) -> list[Row]:
        """Return the tables that the token may see: name, title, grain, `is_whole`."""
        return self._data("/marts")

    def columns(self, mart: str) -> list[Row]:
        """Return the columns of a table: name, type, unit, meaning."""
        columns: list[Row] = self._json("GET", f"/marts/{mart}")["columns"]
        return columns

    def rows(
        self,
        mart: str,
        *,
        columns: Sequence[str] = (),
        order: Sequence[str] = (),
        page_size: int = 1000,
        **filters: Value | Sequence[Value],
    ) -> Iterator[Row]:
        """Yield the rows of a table, a page at a time, all of one published version."""
        pairs = _pairs(columns, order, filters) | {"limit": str(page_size)}
        page = self._request("GET", f"{ROOT}/marts/{mart}/rows", pairs).json()
        yield from page["data"]
        while page["next"]:
            # Its address has every parameter.
            page = self._request("GET", page["next"], None).json()
            yield from page["data"]

    def frame(
        self,
        mart: str,
        *,
        columns: Sequence[str] = (),
        order: Sequence[str] = (),
        **filters: Value | Sequence[Value],
    ) -> pd.DataFrame:
        """Return the rows of a table as a data frame.

        Its `attrs` have the `mart`, the `version`, and the `label` that says so if the figures are a sample.
        """
        import pandas as pd  # noqa: PLC0415 - optional

        pairs: dict[str, str | list[str]] = _pairs(columns, order, filters) | {"limit": "1000000", "format": "parquet"}
        answer = self._request("GET", f"{ROOT}/marts/{mart}/rows", pairs)
        pages: list[pd.DataFrame] = [pd.read_parquet(io.BytesIO(answer.content))]
        while address := answer.links.get("next", {}).get("url"):
            answer = self._request("GET", address, None)
            pages.append(pd.read_parquet(io.BytesIO(answer.content)))
        frame = pd.concat(pages, ignore_index=True) if len(pages) > 1 else pages[0]
        label = unquote(answer.headers["x-data-label"])
        frame.attrs = {"mart": mart, "version": answer.headers["x-data-version"], "label": label}
        return frame

    def reports(self, unit: str = "", period: str = "") -> list[Row]:
        """Return the reports that were received, newest first, of a unit and a period if they are named."""
        named = {"unit": unit, "period": period}
        return self._data("/reports", {name: value for name, value in named.items() if value})

    def schema(self, form: str) -> Row:
        """Return the JSON schema of a form's rows."""
        return self._json("GET", f"/schemas/{form}")

    def send_report(
        self, unit: str, period: str, forms: Mapping[str, Sequence[Mapping[str, Any]]], *, note: str = "", key: str = ""
    ) -> Row:
        """Send a unit's report; return its receipt. `forms` are rows by code of form.

        Without an answer it is sent again with the same `key`, so that it is never received twice. Pass the key of an
        earlier call to repeat that one, as with the `note` that a refusal asks for.
        """
        body = {"forms": forms, **({"note": note} if note else {})}
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        answer = self._request("POST", f"{ROOT}/reports/{unit}/{period}", {}, json=body, headers=headers)
        receipt: Row = answer.json()
        return receipt

    def _data(self, path: str, params: Mapping[str, str] | None = None) -> list[Row]:
        data: list[Row] = self._json("GET", path, params)["data"]
        return data

    def _json(self, method: str, path: str, params: Mapping[str, str] | None = None) -> Row:
        content: Row = self._request(method, ROOT + path, params or {}).json()
        return content

    def _request(
        self, method: str, address: str, params: Mapping[str, str | list[str]] | None, **options: Any
    ) -> httpx.Response:
        """Return an answer; `params` of None leave those of the address."""
        if params is not None:
            options["params"] = {**self._general, **params}
        for attempt in range(_TRIES):
            is_last = attempt == _TRIES - 1
            try:
                answer = self._http.request(method, address, **options)
            except httpx.TransportError:
                if is_last:
                    raise
                time.sleep(_PAUSE_S * (attempt + 1))
                continue
            if answer.status_code not in (_TOO_MANY, _UNAVAILABLE) or is_last:
                break
            time.sleep(_wait_s(answer))
        if answer.is_success:
            return answer
        raise _refusal(answer)


def _wait_s(answer: httpx.Response) -> float:
    """Return the seconds that an answer asks to wait; a proxy may name a moment instead."""
    seconds = answer.headers.get("retry-after", "")
    return min(float(seconds), _LONGEST_WAIT_S) if seconds.isdecimal() else _PAUSE_S


def _pairs(
    columns: Sequence[str], order: Sequence[str], filters: Mapping[str, Value | Sequence[Value]]
) -> dict[str, str | list[str]]:
    """Return the parameters of a request for rows."""
    pairs: dict[str, str | list[str]] = {}
    if columns:
        pairs["columns"] = ",".join(columns)
    if order:
        pairs["order"] = ",".join(order)
    for name, value in filters.items():
        column, _, how = name.partition("__")
        values = [value] if isinstance(value, str | int | float | bool) else list(value)
        pairs[f"{column}.{how}" if how else column] = [_text(one) for one in values]
    return pairs


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        content = answer.json()
    except ValueError:
        content = {}
    said = content.get("said") or answer.text[:300] or f"HTTP {answer.status_code}"
    return ApiError(answer.status_code, content.get("code", ""), said, content.get("problems", ()))
