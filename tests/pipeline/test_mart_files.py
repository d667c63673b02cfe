"""A mart leaves the command line as a file that no spreadsheet runs anything of."""

import csv
import resource
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, create_engine

from tests.plan_pack import PACK
from warehouse.plan import words
from warehouse.publish.engines import Published
from warehouse.publish.mart_export import write
from warehouse.storage.disk import DiskFullError, detect_full_disk

TEXTS = ["=1+1", "+84", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "x;=cmd|' /C calc'!A0", "https://example.org"]
WRITTEN = ["'=1+1", "'+84", "'-2", "'@SUM(A1)", "'\tx", "'\rx", "'\nx", "'＝1", "x;'=cmd|' /C calc'!A0", TEXTS[-1]]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A warehouse with one mart, whose texts a district may have written."""
    engine = create_engine(f"duckdb:///{tmp_path / 'w.duckdb'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("create schema marts")
        connection.exec_driver_sql("create table marts.t (note varchar, value double)")
        connection.exec_driver_sql("comment on column marts.t.note is '=what it means'")
        connection.exec_driver_sql("create table marts.publication (version varchar, is_sample boolean)")
        connection.exec_driver_sql("insert into marts.publication values ('v', false)")
        for text in TEXTS:
            connection.exec_driver_sql("insert into marts.t values (?, -2.5)", (text,))
    return engine


def test_texts_that_look_like_formulas_are_texts_in_a_csv_and_numbers_stay_numbers(
    engine: Engine, tmp_path: Path
) -> None:
    write(Published("v", engine), "t", "csv", tmp_path / "t.csv", "vi")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [[text, "-2.5"] for text in WRITTEN]
    assert "'=what it means" in (tmp_path / "t.legend.csv").read_text(encoding="utf-8-sig")


def test_texts_that_look_like_formulas_or_links_are_texts_in_a_workbook(engine: Engine, tmp_path: Path) -> None:
    write(Published("v", engine), "t", "xlsx", tmp_path / "t.xlsx", "vi")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    rows = list(book["data"].iter_rows(min_row=2))
    assert {(note.data_type, value.data_type) for note, value in rows} == {("s", "n")}
    assert not [note for note, _ in rows if note.hyperlink]
    assert {cell.data_type for row in book["legend"].iter_rows() for cell in row} <= {"s", "n"}


def test_a_workbook_that_finds_no_room_ends_as_other_files_do_and_leaves_none(engine: Engine, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(DiskFullError), detect_full_disk():
            write(Published("v", engine), "t", "xlsx", tmp_path / "t.xlsx", "vi")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("w.duckdb")] == []


@pytest.fixture
def of_the_province(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The words of a province that reports by half-year, which a process reads once."""
    monkeypatch.setenv("KPI_PLAN_DIR", str(PACK))
    words._glossary.cache_clear()
    yield
    words._glossary.cache_clear()


@pytest.mark.usefixtures("of_the_province")
def test_the_meanings_of_columns_are_in_the_words_of_the_plan_in_force(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("comment on column marts.t.note is 'Quarter, by its code.'")
    write(Published("v", engine), "t", "csv", tmp_path / "t.csv", "en")
    assert "Half-year, by its code." in (tmp_path / "t.legend.csv").read_text(encoding="utf-8-sig")
