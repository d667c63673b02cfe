"""A plan pack: what it may bring, what stays the project's, and whose words are said."""

import csv
import re
import shutil
import typing
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from tests.plan_pack import PACK
from warehouse import reference
from warehouse.cli import EXIT_USAGE, main
from warehouse.forms.layout import period_words, workbook_layout
from warehouse.forms.reading.quarters import quarter_of
from warehouse.forms.reading.reader import read_report
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.pipeline.fingerprint import code_fingerprint, raw_fingerprint
from warehouse.plan import levels, seeds, words
from warehouse.plan.schema import schema
from warehouse.reference import load_reference
from warehouse.settings import SEEDS_DIR, SettingsError

DBT_PROJECT = SEEDS_DIR.parent / "dbt_project.yml"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the pack, in force during the test."""
    copy = Path(shutil.copytree(PACK, tmp_path / "pack"))
    monkeypatch.setenv("KPI_PLAN_DIR", str(copy))
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "data"))
    _forget()
    yield copy
    _forget()


def _forget() -> None:
    for kept in (words._glossary, words.own_texts, seeds._combine, levels.levels):
        kept.cache_clear()


def rows_of(seed: str) -> list[dict[str, str]]:
    """The rows of a seed in force."""
    with (seeds.seeds_dir() / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_of_places_and_plans_there_is_only_what_the_pack_brings(pack: Path) -> None:
    assert [row["unit_code"] for row in rows_of("units")][:3] == ["90", "901", "902"]
    assert rows_of("unit_successors") == rows_of("series_breaks") == rows_of("target_breakdowns") == []
    assert [unit.unit_code for unit in load_reference().reporters("2023H2")] == ["90", "901", "902"]


def test_forms_stay_the_projects_in_the_words_of_the_pack(pack: Path) -> None:
    column = next(row for row in rows_of("form_columns") if row["column_code"] == "sessions_direct")
    assert column["definition_vi"] == "Số buổi truyền thông, giáo dục pháp luật trực tiếp trong nửa năm."
    assert column["definition_en"].endswith("in the half-year.")
    assert [row["name_vi"] for row in rows_of("unit_levels")] == ["tỉnh", "vùng", "khu vực", "huyện", "xã"]


def test_a_pack_without_units_is_refused_by_name(pack: Path) -> None:
    (pack / "seeds" / "units.csv").unlink()
    with pytest.raises(SettingsError, match="units missing"):
        seeds.seeds_dir()


def test_a_command_describes_what_a_pack_lacks_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KPI_PLAN_DIR", str(tmp_path))
    monkeypatch.setenv("KPI_LANG", "vi")
    assert main(["template", "--unit", "760", "--period", "2025Q2", "--out", str(tmp_path / "x.xlsx")]) == EXIT_USAGE
    said = capsys.readouterr().err
    assert "KPI_PLAN_DIR" in said
    assert "không có tệp nào trong seeds" in said
    assert "folder_without_seeds" not in said


def test_a_file_that_is_no_seed_is_refused_rather_than_passed_over(pack: Path) -> None:
    (pack / "seeds" / "target_treshold.csv").write_text("plan_code\n")
    with pytest.raises(SettingsError, match="target_treshold"):
        seeds.seeds_dir()


def test_a_word_is_replaced_in_its_case_and_a_placeholder_never(pack: Path) -> None:
    assert words.adapted("Quý trước, {quý} và mỗi quý", "vi") == "Nửa năm trước, {quý} và mỗi nửa năm"
    assert words.adapted("EACH QUARTER: {count} {quarter|ward|wards}", "en") == (
        "EACH HALF-YEAR: {count} {quarter|commune|communes}"
    )


def test_what_a_pack_says_goes_into_what_a_version_is_made_from(pack: Path) -> None:
    before = code_fingerprint(), raw_fingerprint()
    (pack / "text" / "vi.toml").write_text('[glossary]\n"quý" = "kỳ"\n', encoding="utf-8")
    after = code_fingerprint(), raw_fingerprint()
    assert before[0] != after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize("written", ["2023H1", "2023 h1", "6 tháng đầu năm 2023"])
def test_a_half_year_is_read_as_people_write_it(written: str) -> None:
    assert quarter_of(written) == "2023H1"


def test_a_half_year_is_named_on_the_form(pack: Path) -> None:
    assert period_words(load_reference().periods["2023H2"]) == "6 tháng cuối năm 2023"
    assert load_reference().period_before("2024H1") == "2023H2"


@pytest.mark.parametrize("written", [None, "2023y1", "NAM 2023"])
def test_a_form_of_a_calendar_of_the_pack_s_own_is_read(pack: Path, tmp_path: Path, written: str | None) -> None:
    """As the program wrote it, and as people write over it."""
    for name in ("periods", "plans", "form_levels", "target_levels", "tasks"):
        path = pack / "seeds" / f"{name}.csv"
        path.write_text(re.sub(r"(202\d)H\d", r"\1Y1", path.read_text(encoding="utf-8")), encoding="utf-8")
    header, *rows = (pack / "seeds" / "periods.csv").read_text(encoding="utf-8").splitlines()
    (pack / "seeds" / "periods.csv").write_text("\n".join([header, *rows[::2]]) + "\n", encoding="utf-8")
    with (pack / "text" / "vi.toml").open("a", encoding="utf-8") as file:
        file.write('period_y1 = "Năm {year}"\n')
    _forget()
    known = load_reference()
    form = tmp_path / "form.xlsx"
    reporter = known.reporters("2023Y1")[1]
    write_workbook(form, known, workbook_layout(known, reporter, "2023Y1"), Content())
    if written:
        book = openpyxl.load_workbook(form)
        (place,) = (cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "2023Y1")
        place.value = written
        book.save(form)
    reading = read_report(form.read_bytes(), known, date(2024, 2, 1))
    assert reading.period == known.periods["2023Y1"]


def test_every_column_of_every_seed_has_a_declared_type() -> None:
    # A type taken from content would make a number of the name "2026", and of an empty column.
    types = yaml.safe_load(DBT_PROJECT.read_text(encoding="utf-8"))["seeds"]["plan_progress"]
    for path in SEEDS_DIR.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            columns = set(next(csv.reader(file)))
        assert set(types[path.stem]["+column_types"]) == columns, path.stem


def test_every_column_of_every_seed_is_described_in_the_order_of_its_file() -> None:
    for path in SEEDS_DIR.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        seed = schema()[path.stem]
        assert list(seed.columns) == header, path.stem
        assert all(column.texts[lang].strip() for column in seed.columns.values() for lang in ("vi", "en")), path.stem
        assert set(seed.key) <= set(header)
        referred = [column.references for column in seed.columns.values() if column.references]
        assert all(name in schema()[other].columns for other, name in referred), path.stem


READ_AS = {
    "unit_levels": levels.UnitLevel,
    "units": reference.Unit,
    "unit_successors": reference.UnitSuccessor,
    "unit_aliases": reference.UnitAlias,
    "former_units": reference.FormerUnit,
    "periods": reference.Period,
    "plans": reference.Plan,
    "forms": reference.Form,
    "form_levels": reference.FormLevel,
    "form_columns": reference.FormColumn,
    "form_parts": reference.FormPart,
    "code_lists": reference.Code,
    "tasks": reference.Task,
}


@pytest.mark.parametrize("name", READ_AS)
def test_what_a_reader_of_seeds_needs_is_required_of_a_pack(name: str) -> None:
    hints = typing.get_type_hints(READ_AS[name])
    needed = {column for column, hint in hints.items() if hint in (str, int, bool, date)}
    assert {column for column in needed if not schema()[name].columns[column].is_required} == set()
