"""Whole marts leave the app as they are, said what they mean, and never more than the viewer may see."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine, text

from app.core.access import BUILT_IN_VIEWER, AccessDeniedError, Viewer
from app.core.csv_manner import MANNERS
from app.core.i18n import words_in
from app.core.mart_access import RULES, may_take, release
from app.core.reader import Reader
from app.exports import marts as files
from app.pages.registry import page_of
from app.queries import marts
from app.ui import mart_descriptions
from app.web.downloads import OpenFile
from app.web.page_renderer import draw
from tests import two_tiers
from tests.answered import respond
from tests.app.roles import VIEWERS
from warehouse.plan.levels import levels_in_use
from warehouse.publish.engines import Published

LARGE = {"fct_measure", "fct_target_contribution", "fct_target_progress"}
PEOPLE = {"numerator", "denominator", "value_count", "measure_value", "input_value", "old_value", "new_value"}
pytestmark = pytest.mark.usefixtures("sample")


@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Take a mart as a file: the path to which it is saved."""

    def do(kind: str, table: str, viewer: Viewer = BUILT_IN_VIEWER, **asked: str) -> Path:
        parameters = {"table": table, "period": "2021Q4"} | asked
        make = {"csv": files.csv_file, "xlsx": files.xlsx_file, "parquet": files.parquet_file}[kind]
        content = make(*page_of("downloads", parameters, viewer), parameters).content
        assert not isinstance(content, bytes)
        saved = tmp_path / f"{len(list(tmp_path.iterdir()))}.{kind}"
        with content, saved.open("wb") as goal:
            shutil.copyfileobj(content, goal)
        return saved

    return do


def ask(warehouse: Published, sql: str) -> list[tuple[Any, ...]]:
    """Rows straight from the warehouse."""
    with warehouse.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def lines(path: Path, lang: str = "vi") -> Iterator[Mapping[str, str]]:
    """The CSV as a program reads it."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        yield from csv.DictReader(opened, delimiter=";" if lang == "vi" else ",")


def different(path: Path, column: str) -> set[str]:
    """The values of a column of a file of a quarter of a million rows."""
    if path.suffix == ".parquet":
        return set(pq.read_table(path, columns=[column])[column].unique().to_pylist())
    return set(texts(path, column)[column].unique().to_pylist())


def texts(path: Path, *columns: str) -> pa.Table:
    """Columns of a CSV of a quarter of a million rows."""
    only = pa_csv.ConvertOptions(include_columns=columns, column_types=dict.fromkeys(columns, pa.string()))
    return pa_csv.read_csv(path, parse_options=pa_csv.ParseOptions(delimiter=";"), convert_options=only)


@pytest.mark.parametrize(("lang", "decimal"), [("vi", ","), ("en", ".")])
def test_half_a_million_numbers_leave_as_csv_without_losing_or_changing_one(
    take: Any, warehouse: Published, lang: str, decimal: str
) -> None:
    path = take("csv", "fct_measure", lang=lang)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    read = pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(delimiter=MANNERS[lang].separator),
        convert_options=pa_csv.ConvertOptions(
            decimal_point=decimal, include_columns=["measure_value", "data_version", "data_label"]
        ),
    )
    values = read["measure_value"]
    sql = "select count(*), sum(measure_value), count(*) - count(measure_value) from marts.fct_measure"
    assert (len(values), pytest.approx(pc.sum(values).as_py()), values.null_count) == ask(warehouse, sql)[0]
    assert read["data_version"].unique().to_pylist() == [warehouse.version]
    assert read["data_label"].unique().to_pylist() == [words_in(lang)("files.sample")]


def test_parquet_holds_every_row_with_version_label_and_meanings_in_its_schema(take: Any, warehouse: Published) -> None:
    path = take("parquet", "fct_target_progress", lang="vi")
    read, known = pq.read_table(path), pq.read_schema(path).metadata
    assert read.num_rows == ask(warehouse, "select count(*) from marts.fct_target_progress")[0][0]
    assert known[b"version"].decode() == warehouse.version
    assert known[b"label"].decode() == "Số liệu minh họa"
    assert set(json.loads(known[b"legend"])) == set(read.column_names)


@pytest.mark.language("en")
def test_a_large_mart_leaves_as_a_workbook_of_the_quarter_and_the_workbook_says_so(
    take: Any, warehouse: Published
) -> None:
    book = CalamineWorkbook.from_path(take("xlsx", "fct_target_progress", lang="en"))
    header, *rows = book.get_sheet_by_index(0).to_python()
    place = {name: number for number, name in enumerate(header)}
    sql = """select unit_code, unit_valid_from, target_code, period_window, value_pct, is_provisional
             from marts.fct_target_progress where period_code = '2021Q4'"""
    known = {tuple(row[:4]): row[4:] for row in ask(warehouse, sql)}
    assert len(rows) == len(known)
    for row in rows:
        key = (row[place["unit_code"]], row[place["unit_valid_from"]], row[place["target_code"]])
        value, is_provisional = known[*key, row[place["period_window"]]]
        assert row[place["value_pct"]] == (pytest.approx(value, rel=1e-14) if value is not None else "")
        assert row[place["is_provisional"]] is is_provisional
    legend = {row[0]: row[1] for row in book.get_sheet_by_index(1).to_python() if row[0]}
    say = words_in("en")
    assert legend[say("downloads.in_workbooks")] == say("downloads.one_quarter", period="Q4 2021")
    assert legend[say("files.nature")] == say("files.sample")
    assert set(header) <= set(legend)


def test_a_small_mart_leaves_whole_with_its_columns_explained_in_vietnamese(take: Any, warehouse: Published) -> None:
    book = openpyxl.load_workbook(take("xlsx", "fct_reporter_period", lang="vi"))
    assert book.worksheets[0].max_row - 1 == ask(warehouse, "select count(*) from marts.fct_reporter_period")[0][0]
    legend = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True) if row[0]}
    assert legend["due_date"] == "Ngày cuối cùng để nộp đúng hạn."


def test_every_mart_and_every_column_is_explained_in_vietnamese(warehouse: Published, cleared: Viewer) -> None:
    known = marts.marts(Reader(cleared, warehouse))
    assert [mart.table_name for mart in known if mart_descriptions.title(mart) == mart.table_name] == []
    assert [mart.table_name for mart in known if mart_descriptions.grain(mart) == mart.grain] == []
    unexplained = [
        f"{mart.table_name}.{column.column_name}"
        for mart in known
        for column in marts.columns(Reader(cleared, warehouse), mart.table_name)
        if mart_descriptions.meaning(mart.table_name, column) in ("", column.comment)
    ]
    assert unexplained == []


@pytest.mark.parametrize(
    ("lang", "levels"), [("vi", "city (thành phố), ward (phường, xã)"), ("en", "city, ward (commune)")]
)
def test_levels_are_described_by_those_of_which_the_plan_has_units(
    reader: Reader, lang: str, levels: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [column for mart in marts.marts(reader) for column in marts.columns(reader, mart.table_name)]
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    monkeypatch.setattr(mart_descriptions, "levels_in_use", levels_in_use.__wrapped__)  # type: ignore[attr-defined]
    say = words_in(lang)
    described = {
        mart_descriptions.meaning("", column)
        for column in columns
        if column.column_name in ("unit_level", "reporter_level")
    }
    assert described == {say("downloads.level", levels=levels)}


def test_a_text_in_a_mart_that_looks_like_a_formula_is_never_run(tmp_path: Path, cleared: Viewer) -> None:
    engine = create_engine(f"duckdb:///{tmp_path / 'w.duckdb'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("create schema marts")
        connection.exec_driver_sql("create table marts.t (note varchar, value double)")
        connection.exec_driver_sql(
            "insert into marts.t values ('=1+1', -2.5), ('@x', null), (chr(9) || 'y', 1), ('a', 2), ('b;=1,-2', 3)"
        )
    out = tmp_path / "t.csv"
    marts.write_csv(Reader(cleared, Published("v", engine)), "t", {"label": "m"}, MANNERS["vi"], out)
    read = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"), newline=""), delimiter=";"))
    assert read == [
        ["note", "value", "label"],
        ["'=1+1", "-2,5", "m"],
        ["'@x", "", "m"],
        ["'\ty", "1,0", "m"],
        ["a", "2,0", "m"],
        ["b;'=1,'-2", "3,0", "m"],
    ]


def test_a_mart_without_a_rule_stays_inside_for_whoever_may_not_see_small_counts(uncleared: Viewer) -> None:
    with pytest.raises(AccessDeniedError):
        release(uncleared, "fct_something_new")
    assert not may_take(uncleared, "fct_something_new")
    with pytest.raises(AccessDeniedError):
        release(Viewer(), "dim_period")


def test_no_mart_with_counts_leaves_whole_for_whoever_may_not_see_small_ones(
    warehouse: Published, cleared: Viewer, uncleared: Viewer
) -> None:
    known = {mart.table_name for mart in marts.marts(Reader(cleared, warehouse))}
    assert known == {*RULES, "fct_quality_result"}
    for table in RULES:
        names = {column.column_name for column in marts.columns(Reader(cleared, warehouse), table)}
        kinds = {
            column.data_type
            for column in marts.columns(Reader(cleared, warehouse), table)
            if column.column_name in PEOPLE
        }
        if names & PEOPLE and kinds != {"VARCHAR"}:
            assert not release(uncleared, table).is_whole, table


SENSITIVE = "select target_code from marts.dim_target where is_sensitive"
MEASURES = "select measure_code from marts.dim_measure where is_sensitive"


@pytest.mark.parametrize(
    ("table", "column", "sensitive"),
    [
        ("fct_target_progress", "target_code", SENSITIVE),
        ("fct_target_contribution", "target_code", SENSITIVE),
        ("fct_target_input", "target_code", SENSITIVE),
        ("fct_breakdown", "target_code", SENSITIVE),
        ("fct_measure", "measure_code", MEASURES),
        ("fct_revision", "measure_code", MEASURES),
    ],
)
def test_people_supported_or_rescued_are_in_no_file_without_the_right(
    take: Any, warehouse: Published, uncleared: Viewer, table: str, column: str, sensitive: str
) -> None:
    hidden = {row[0] for row in ask(warehouse, sensitive)}
    # The same rows are released to both kinds of file: the largest tables as Parquet.
    kind = "parquet" if table in LARGE else "csv"
    codes = different(take(kind, table, uncleared), column)
    assert codes
    assert not codes & hidden
    everything = {row[0] for row in ask(warehouse, f"select distinct {column} from marts.{table}")}
    assert different(take(kind, table), column) == everything


def test_an_officer_s_file_has_the_people_of_the_own_unit_and_of_no_other(
    take: Any, warehouse: Published, uncleared: Viewer
) -> None:
    officer = replace(uncleared, own_units=frozenset({"26740"}), home_unit="26740")
    hidden = {row[0] for row in ask(warehouse, MEASURES)}
    read = texts(take("csv", "fct_measure", officer), "measure_code", "unit_code")
    found = read["unit_code"].filter(pc.is_in(read["measure_code"], pa.array(hidden)))
    known = ask(
        warehouse, f"select count(*) from marts.fct_measure where measure_code in ({MEASURES}) and unit_code = '26740'"
    )
    assert found.unique().to_pylist() == ["26740"]
    assert len(found) == known[0][0]


def test_no_file_without_the_right_says_what_checks_found_nor_how_much(take: Any, uncleared: Viewer) -> None:
    with pytest.raises(AccessDeniedError):
        take("csv", "fct_quality_result", uncleared)
    assert not may_take(uncleared, "fct_quality_result")
    assert len({row["failing_units"] for row in lines(take("csv", "fct_quality_result"))}) > 1
    for table, columns in (
        ("publication", ("checks_passed_count", "checks_failed_count")),
        ("fct_submission", ("problem_count",)),
    ):
        hidden, shown = (list(lines(take("csv", table, *viewer))) for viewer in ((uncleared,), ()))
        for column in columns:
            assert {row[column] for row in hidden} == {""}
            assert {row[column] for row in shown} != {""}


@pytest.mark.parametrize("name", ["mart.csv", "mart.parquet", "mart.xlsx"])
def test_a_file_that_waits_to_be_taken_has_no_name_on_the_disk(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = respond(name, {"page": "downloads", "table": "dim_period", "lang": "en"})
    assert isinstance(answer, OpenFile)
    assert f"-sample.{name.partition('.')[2]}" in answer.headers["Content-Disposition"]
    assert int(answer.headers["Content-Length"]) > 1000
    assert list(tmp_path.iterdir()) == []
    answer.file.close()


def test_a_table_that_is_no_mart_is_not_found() -> None:
    for name in ("raw.b7_support", "dim_unit; drop table x", "'", "publication2"):
        assert respond("mart.csv", {"page": "downloads", "table": name}).status_code == 404


def test_how_many_rows_a_table_has_is_stated_to_those_only_who_may_take_them_all() -> None:
    def sizes(viewer: Viewer) -> dict[str, str]:
        html = draw("downloads", {"lang": "en"}, viewer).html
        return dict(re.findall(r"<li class='mart[^>]* id='(\w+)'>.*?<p class='size n'>(.*?)</p>", html, re.DOTALL))

    every, told = sizes(BUILT_IN_VIEWER), sizes(VIEWERS["leader"])
    assert all(size.endswith(("row", "rows")) for size in every.values())
    part = {name for name, size in told.items() if size != every[name]}
    assert {told[name] for name in part} == {"a part of its rows", ""}
    assert {"fct_measure", "fct_outlier", "fct_target_shortfall", "fct_quality_result"} <= part
    assert told["dim_unit"] == every["dim_unit"]
