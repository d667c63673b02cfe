"""Every CSV of the app is described beside it, and holds what its description says."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from app.core.access import Viewer
from app.web.export_routes import respond
from tests.app.roles import PERIOD, VIEWERS

# Of a file, so many rows are read.
MOST_ROWS = 2000
READERS: dict[str, Callable[[str], object]] = {
    "string": str,
    "decimal": float,
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
}


def answered(name: str, parameters: dict[str, str], viewer: Viewer) -> Any:
    """The answer to a request for a file."""
    answer = respond(name, {"period": PERIOD, "window": "quarter", **parameters}, viewer)
    assert answer.status_code == 200
    return answer


def content(answer: Any) -> bytes:
    """The content of a file."""
    return bytes(answer.body) if hasattr(answer, "body") and answer.body else answer.file.read()


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("name", "parameters", "lang"),
    [
        ("mart.csv", {"page": "", "table": "fct_reporter_period"}, "en"),
        ("mart.csv", {"page": "", "table": "fct_target_progress"}, "vi"),
        # Counts of people are approximate here.
        ("table.csv", {"page": "district", "unit": "760", "table": "figures"}, "vi"),
        ("table.csv", {"page": "district", "unit": "760", "table": "figures"}, "en"),
    ],
)
def test_a_csv_file_holds_what_its_description_says(name: str, parameters: dict[str, str], lang: str) -> None:
    parameters = parameters | {"lang": lang}
    answer = answered(name, parameters, VIEWERS["leader"])
    linked = re.fullmatch(r'</export/([^?]+)\?[^>]*>; rel="describedby"; type="(.+)"', answer.headers["link"])
    assert linked
    described = answered(linked[1], parameters, VIEWERS["leader"])
    assert described.headers["content-type"] == linked[2] == "application/csvm+json"
    about = json.loads(content(described))
    dialect, columns = about["dialect"], about["tableSchema"]["columns"]
    assert about["url"] in answer.headers["content-disposition"]
    text = io.StringIO(content(answer).decode("utf-8-sig"))
    head, *rows = islice(csv.reader(text, delimiter=dialect["delimiter"]), 1 + MOST_ROWS)
    assert [column["titles"] for column in columns] == head
    assert len({column["name"] for column in columns}) == len(columns)
    assert rows
    for place, column in enumerate(columns):
        kind = column["datatype"]
        decimal = kind["format"]["decimalChar"] if isinstance(kind, dict) and kind["base"] == "decimal" else "."
        read = READERS[kind["base"] if isinstance(kind, dict) else kind]
        for row in rows:
            if row[place] != column["null"]:
                read(row[place] if read is str else row[place].replace(decimal, "."))
