"""Rows of marts as programs ask for them: what is asked is what comes, whatever the text in an address."""

from __future__ import annotations

import datetime as dt
import io
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import yaml

from app.api.dhis2 import data_value_set, dhis2_period
from app.api.errors import ApiError
from app.api.openapi import openapi
from app.api.parameters import RESERVED, read_cursor, row_request
from app.api.rows import row_answer
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language
from app.core.reader import Reader
from app.queries import mart_rows, marts
from app.records.mart_rows import Selection
from tests import nation, own_forms
from tests.app.roles import AREAS, COMMUNES, PERIOD, VIEWERS
from warehouse.people import units_above, units_under
from warehouse.publish.engines import Published, published

pytestmark = pytest.mark.language("en")

MODELS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
HOSTILE = ("'", "''", "x' or '1'='1", "x'; drop table marts.dim_unit; --", '"', "\\", "%", "{0}", ":p", "\u202e", "—")


def asked(reader: Reader, mart: str, *pairs: tuple[str, str]) -> list[dict[str, object]]:
    """The rows that an address asks for."""
    request = row_request(mart, mart_rows.columns(reader, mart), pairs, "")
    found = mart_rows.page(reader, request.selection, request.limit, request.offset)
    return [json.loads(text) for text in found.rows]


def test_every_mart_has_an_order_that_leaves_nothing_to_chance(reader: Reader) -> None:
    grains = {}
    for path in MODELS.glob("*.yml"):
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", ()):
            for test in model.get("data_tests", ()):
                if isinstance(test, dict) and "unique_grain" in test:
                    grains[model["name"]] = test["unique_grain"]["arguments"]["columns"]
    assert len(grains) > 25
    assert {mart: grain for mart, grain in grains.items() if not set(grain) <= set(mart_rows.KEYS)} == {}
    names = {column.column_name for mart in marts.marts(reader) for column in marts.columns(reader, mart.table_name)}
    assert names & set(RESERVED) == set()


@pytest.mark.parametrize("who", ["department", "leader"])
def test_the_pages_of_a_walk_are_the_whole_in_order_and_each_format_has_the_same_rows(
    warehouse: Published, who: str
) -> None:
    reader = Reader(VIEWERS[who], warehouse)
    for mart in ("fct_target_progress", "fct_target_contribution"):
        pairs = [("period_code", "2021Q4"), ("order", "-numerator"), ("limit", "2000")]
        columns = mart_rows.columns(reader, mart)
        rows, cursor, pages = [], "", 0
        while True:
            request = row_request(mart, columns, [*pairs, ("cursor", cursor)], "")
            content = json.loads(row_answer(reader, request, lambda cursor: cursor).content)
            rows += content["data"]
            pages += 1
            if not content["next"]:
                break
            cursor = content["next"]
        assert pages > 1
        assert len(rows) == content["total_count"]
        known = [row["numerator"] for row in rows if row["numerator"] is not None]
        assert all(first >= second for first, second in pairwise(known))
        assert len(known) > 100
        # What has no number comes last.
        assert all(row["numerator"] is None for row in rows[len(known) :])
        assert len({tuple(row.values()) for row in rows}) == len(rows)
        for name, read in FORMATS.items():
            request = row_request(mart, columns, [*pairs[:2], ("limit", "90000"), ("format", name)], "")
            frame = read(row_answer(reader, request, lambda cursor: cursor).content)
            assert len(frame) == len(rows), name
            assert [*frame["target_code"]] == [row["target_code"] for row in rows], name
            assert frame["numerator"].sum() == pytest.approx(sum(known)), name


FORMATS = {
    "csv": lambda content: pd.read_csv(io.BytesIO(content)),
    "parquet": lambda content: pd.read_parquet(io.BytesIO(content)),
    "arrow": lambda content: pa.ipc.open_stream(content).read_all().to_pandas(),
}


@pytest.mark.parametrize("who", ["department", "leader"])
def test_nothing_lies_below_the_empty_cells_of_an_arrow_stream(warehouse: Published, who: str) -> None:
    """DuckDB leaves there what its memory held before, which may be a count that the viewer may not see."""
    reader, empty = Reader(VIEWERS[who], warehouse), 0
    for mart in mart_rows.offered(reader):
        content, _ = mart_rows.arrow(reader, Selection(mart.table_name, (), (), ()), 10_000, 0, {})
        for column in pa.ipc.open_stream(content).read_all().itercolumns():
            for part in column.chunks:
                width = part.type.bit_width if pa.types.is_primitive(part.type) else 0
                if width < 8 or not part.null_count:
                    continue
                stored = np.frombuffer(part.buffers()[1], f"u{width // 8}")[: len(part)]
                assert not stored[part.is_null().to_numpy(zero_copy_only=False)].any(), mart.table_name
                empty += part.null_count
    assert empty > 1000


def test_filters_keep_what_they_say(reader: Reader) -> None:
    of_units = asked(reader, "dim_unit", ("unit_code", "760"), ("unit_code", "776"), ("columns", "unit_code,name_vi"))
    assert {row["unit_code"] for row in of_units} == {"760", "776"}
    assert all(row.keys() == {"unit_code", "name_vi"} for row in of_units)
    late = asked(reader, "fct_reporter_period", ("days_late.gt", "10"), ("period_code.ge", "2025Q1"))
    assert late
    assert all(row["days_late"] > 10 and row["period_code"] >= "2025Q1" for row in late)
    ended = asked(reader, "dim_unit", ("valid_to.le", "2025-07-01"), ("is_rural", "true"))
    assert ended
    assert all(row["valid_to"] <= "2025-07-01" and row["is_rural"] for row in ended)
    waiting = asked(reader, "fct_reporter_period", ("received_at.null", "true"), ("period_code", "2026Q4"))
    assert waiting
    assert all(row["received_at"] is None for row in waiting)
    # A moment is one of the office's clock, unless a program names the zone of its own.
    (newest,) = asked(reader, "fct_submission", ("order", "-received_at"), ("limit", "1"))
    received = dt.datetime.fromisoformat(str(newest["received_at"]))
    in_utc = received - dt.timedelta(hours=7)
    for moment, count in ((f"{received}", 1), (f"{in_utc}Z", 1), (f"{received}Z", 0)):
        found = asked(reader, "fct_submission", ("received_at.ge", moment))
        assert [row["submission_id"] for row in found] == [newest["submission_id"]] * count


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_a_value_that_no_row_has(reader: Reader, text: str) -> None:
    assert asked(reader, "dim_unit", ("unit_code", text)) == []
    assert asked(reader, "fct_measure", ("measure_code", text), ("period_code.lt", "2021Q1' or 1=1 --")) == []
    for pairs in ([(text, "1")], [("columns", text)], [("order", text)], [("valid_from.ge", text)]):
        with pytest.raises(ApiError) as refused:
            asked(reader, "dim_unit", *pairs)
        with in_language("vi"):
            assert refused.value.words()
        assert refused.value.words()


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("numerator.ge", "nan")], "bad_value"),
        ([("numerator", "1e999")], "bad_value"),
        ([("is_judged", "yes")], "bad_value"),
        ([("expected_count", "99999999999999999999")], "bad_value"),
        ([("numerator.between", "1")], "unknown_comparison"),
        ([("limit", "0")], "bad_limit"),
        ([("limit", "²")], "bad_limit"),
        ([("limit", "10001")], "bad_limit"),
        ([("format", "xml")], "bad_format"),
        ([("cursor", "x")], "bad_cursor"),
        ([("cursor", "WzEsMiwzXQ")], "bad_cursor"),
    ],
)
def test_a_wrong_parameter_is_refused_with_words(reader: Reader, pairs: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(ApiError) as refused:
        asked(reader, "fct_target_progress", *pairs)
    assert refused.value.code == code
    with in_language("vi"):
        assert refused.value.words()


def test_a_cursor_is_good_for_its_own_request_only(reader: Reader) -> None:
    columns = mart_rows.columns(reader, "dim_unit")
    cursor = row_request("dim_unit", columns, [("limit", "5")], "").cursor("v1")
    assert read_cursor(cursor)[::2] == ("v1", 5)
    assert row_request("dim_unit", columns, [("limit", "7"), ("cursor", cursor)], "").offset == 5
    with pytest.raises(ApiError, match="bad_cursor"):
        row_request("dim_unit", columns, [("is_rural", "true"), ("cursor", cursor)], "")


def test_whoever_reads_some_units_gets_rows_about_these_only(warehouse: Published) -> None:
    reader = Reader(VIEWERS["area_reader"], warehouse)
    own = units_under(AREAS["own"]) | units_above(AREAS["own"])
    seen = set()
    for mart in mart_rows.offered(reader):
        names = {column.column_name for column in mart_rows.columns(reader, mart.table_name)}
        for name in names & set(mart_rows.UNIT_COLUMNS):
            rows = mart_rows.values(reader, Selection(mart.table_name, columns=(name,)))
            assert {row[0] for row in rows} <= own, mart.table_name
            seen |= {row[0] for row in rows}
    assert COMMUNES["own"] in seen
    assert asked(reader, "fct_target_progress", ("unit_code", COMMUNES["other"]), ("period_code", PERIOD)) == []


@pytest.mark.build
@pytest.mark.parametrize("shape", ["nation", "own_forms"])
def test_another_plan_has_its_own_tables_forms_and_codes(
    shape: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nation, by months, has no band of people to publish; the province, by half-years, has forms of its own."""
    data_dir = request.getfixturevalue(f"{shape}_data_dir")
    surroundings = {"nation": nation.SURROUNDINGS, "own_forms": own_forms.SURROUNDINGS}[shape]
    monkeypatch.setenv("KPI_PLAN_DIR", surroundings["KPI_PLAN_DIR"])
    monkeypatch.setenv("KPI_DATA_DIR", str(data_dir))
    reader = Reader(VIEWERS["leader"], published())
    for mart in mart_rows.offered(reader):
        request_of_all = row_request(mart.table_name, mart_rows.columns(reader, mart.table_name), [], "")
        content = json.loads(row_answer(reader, request_of_all, str).content)
        assert len(content["data"]) == min(content["total_count"], 1000)
    with in_language("vi"):
        document = openapi(reader)
    forms = {name for name in document["components"]["schemas"] if name.startswith("form_")}
    assert ("form_B10" in forms) == (shape == "own_forms")
    period = next(row["period_code"] for row in asked(reader, "fct_measure"))
    pulled = data_value_set(reader, str(period))["dataValues"]
    assert pulled
    assert {value["period"] for value in pulled} == {dhis2_period(str(period))}
    assert all(isinstance(value["orgUnit"], str) and len(value["orgUnit"]) >= 2 for value in pulled)


def test_periods_are_written_as_dhis2_writes_them() -> None:
    written = {"2026Q3": "2026Q3", "2026H1": "2026S1", "2026M07": "202607", "2026M12": "202612"}
    assert {period: dhis2_period(period) for period in written} == written


def test_people_are_counted_in_bands_for_a_leader_and_as_they_are_for_their_own_officer(warehouse: Published) -> None:
    filters = (("target_code", "T16"), ("period_code", PERIOD), ("period_window", "quarter"))
    exact = {
        row["unit_code"]: row["numerator"]
        for row in asked(Reader(BUILT_IN_VIEWER, warehouse), "fct_target_progress", *filters)
    }
    shown = asked(Reader(VIEWERS["leader"], warehouse), "fct_target_progress", *filters)
    banded = [row for row in shown if row["numerator_low"] is not None and row["numerator_high"] > 0]
    assert len(banded) > 10
    assert all(row["numerator"] is None for row in shown)
    for row in banded:
        assert row["numerator_low"] <= exact[row["unit_code"]] <= row["numerator_high"]
        assert row["numerator_high"] - row["numerator_low"] >= 3
    # A filter on a protected number meets no protected row: it does not narrow the band.
    assert asked(Reader(VIEWERS["leader"], warehouse), "fct_target_progress", *filters, ("numerator.ge", "0")) == []
    # The page of tables asks for the first rows, and how many there are.
    leader = Reader(VIEWERS["leader"], warehouse)
    selection = row_request(
        "fct_target_progress", mart_rows.columns(leader, "fct_target_progress"), filters, ""
    ).selection
    first, count = mart_rows.first_rows(leader, selection, 3)
    names = [one.column_name for one in mart_rows.chosen(leader, selection)]
    read = [dict(zip(names, row, strict=True)) for row in first]
    ends = ("unit_code", "numerator", "numerator_low", "numerator_high")
    assert count == len(shown)
    assert [[row[name] for name in ends] for row in read] == [[row[name] for name in ends] for row in shown[:3]]
    of_own = asked(Reader(VIEWERS["officer"], warehouse), "fct_target_progress", *filters)
    numbers = {row["unit_code"]: row["numerator"] for row in of_own if row["numerator"] is not None}
    assert numbers == {COMMUNES["own"]: exact[COMMUNES["own"]]}
