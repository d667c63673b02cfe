"""Taking the data home: as an analyst who knows neither the tables nor their columns."""

import io

import openpyxl
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, text
from visits import Visit

pytestmark = pytest.mark.browser


def count(engine: Engine, table: str) -> int:
    """Rows of a mart."""
    with engine.connect() as connection:
        return int(connection.execute(text(f"select count(*) from marts.{table}")).scalar_one())


def test_i_see_every_table_with_its_rows_and_open_the_meaning_of_its_columns(
    visit: Visit, published_engine: Engine
) -> None:
    visit.open("/downloads?period=2021Q4&lang=vi")
    rows = f"{count(published_engine, 'fct_measure'):,}".replace(",", ".")
    expect(visit.page.locator("#fct_measure .size")).to_have_text(f"{rows} dòng")
    visit.page.locator("#columns-fct_measure").click()
    line = visit.page.locator("#fct_measure .columns tr", has_text="measure_value")
    expect(line).to_contain_text("Số đã báo cáo; có là 1, không là 0; trống khi trả lời không áp dụng.")
    assert "mart=fct_measure" in visit.page.url
    visit.page.locator("#columns-fct_measure").click()
    expect(visit.page.locator("#fct_measure .columns")).to_have_count(0)


def test_half_a_million_rows_come_as_csv_while_the_link_says_that_it_works(
    visit: Visit, published_engine: Engine
) -> None:
    visit.open("/downloads?period=2021Q4&lang=vi")
    link = visit.page.locator("#fct_measure .files a").first
    with visit.page.expect_download() as taken:
        link.click()
        expect(link).to_have_text("Đang tạo tệp…")
        expect(link).to_have_attribute("aria-busy", "true")
    expect(link).to_have_text("CSV")
    with taken.value.path().open(encoding="utf-8-sig") as lines:
        assert sum(1 for _ in lines) == 1 + count(published_engine, "fct_measure")


def test_a_workbook_has_a_legend_and_parquet_every_row(visit: Visit, published_engine: Engine) -> None:
    visit.open("/downloads?period=2021Q4&lang=en")
    with visit.page.expect_download() as taken:
        visit.page.locator("#dim_target .files").get_by_text("Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    assert book.sheetnames == ["Data", "Legend"]
    assert book.worksheets[0].max_row == 1 + count(published_engine, "dim_target")
    assert "Sample data" in [cell.value for cell in book.worksheets[1]["B"]]
    with visit.page.expect_download() as taken:
        visit.page.locator("#fct_target_progress .files").get_by_text("Parquet").click()
    assert pq.read_table(taken.value.path()).num_rows == count(published_engine, "fct_target_progress")


def test_a_large_table_s_workbook_is_the_quarter_i_look_at(visit: Visit) -> None:
    visit.open("/downloads?period=2021Q4&lang=vi")
    with visit.page.expect_download() as taken:
        visit.page.locator("#fct_target_progress .files").get_by_text("Excel (Quý IV/2021)").click()
    assert taken.value.suggested_filename.startswith("fct_target_progress-2021Q4-")
