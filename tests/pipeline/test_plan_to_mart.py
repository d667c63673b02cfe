"""A real province with communes directly below it, from `plan new` to the mart: codes keep their zeros throughout."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tests.pipeline.commands import run, run_json
from tests.sent_packs import fill
from tests.workbooks import B1, B2, B4, B6
from warehouse.packs.draft import draft_pack
from warehouse.packs.provinces import find_province
from warehouse.packs.workbook import write_pack_workbook

pytestmark = pytest.mark.build

COMMUNES = 6
PERIOD = "2026Q1"
# The first quarter is under review.
AS_OF = date(2026, 5, 5)
# Filled by hand: sessions, officers trained of officers, violations handled of violations detected.
SENT: dict[str, tuple[int, int, int, int, int]] = {"01273": (3, 2, 4, 3, 4), "01290": (0, 4, 4, 1, 2)}


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The surroundings of commands under a workbook of Cao Bằng, cut to its first communes."""
    province = find_province("Cao Bằng")
    path = tmp_path_factory.mktemp("pack") / "ke-hoach.xlsx"
    draft = draft_pack(replace(province, communes=province.communes[:COMMUNES]), (2026, 2026), "quarter")
    write_pack_workbook(path, draft)
    return {"as_of": AS_OF, "KPI_PLAN_DIR": str(path)}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, options: dict[str, Any]) -> Path:
    """A data folder in which two communes' reports are published."""
    folder = tmp_path_factory.mktemp("two-tiers")
    data_dir = folder / "data"
    forms = []
    for code, (sessions, trained, officers, handled, detected) in SENT.items():
        form = folder / f"{code}.xlsx"
        made = run(data_dir, "template", "--unit", code, "--period", PERIOD, "--out", form, **options)
        assert made.returncode == 0, made.stdout + made.stderr
        sheets = {
            B1: {code: {"sessions_direct": sessions}},
            B2: {code: {"integrated_poverty": "Có"}},
            B4: {code: {"officers_total": officers, "officers_trained": trained}},
            B6: {code: {"violations_detected": detected, "violations_handled": handled}},
        }
        fill(form, sheets)
        forms.append(form)
    # A spreadsheet program has made a number of the first one's code.
    book = openpyxl.load_workbook(forms[0])
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "01273":
                    cell.value = 1273
    book.save(forms[0])
    verdicts = run_json(data_dir, "submit", *forms, "--note", "chưa đủ cột", **options)
    assert [verdict["outcome"] for verdict in verdicts] == ["accepted", "accepted"], verdicts
    assert run_json(data_dir, "build", **options)["outcome"] == "published"
    return data_dir


def progress(published: Path, target: str) -> dict[str, tuple[int | None, int | None, str]]:
    """Numerator, denominator and status of a target by unit, in the year to date."""
    with duckdb.connect(str(published / "published" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select unit_code, numerator, denominator, status from marts.fct_target_progress "
            "where target_code = ? and period_code = ? and period_window = 'ytd'",
            [target, PERIOD],
        ).fetchall()
    return {code: (numerator, denominator, status) for code, numerator, denominator, status in rows}


def test_every_commune_has_a_row_under_its_official_code(published: Path) -> None:
    codes = {commune.code for commune in find_province("04").communes[:COMMUNES]}
    assert set(progress(published, "T02")) == {"04", *codes}


def test_what_was_reported_stands_under_the_code_though_a_spreadsheet_took_it_for_a_number(published: Path) -> None:
    with duckdb.connect(str(published / "published" / "warehouse.duckdb"), read_only=True) as connection:
        measured = connection.execute(
            "select unit_code, measure_value from marts.fct_measure where measure_code = 'sessions_direct' order by 1"
        ).fetchall()
        units = {code for (code,) in connection.execute("select unit_code from marts.dim_unit").fetchall()}
    assert [row for row in measured if row[1] is not None] == [(code, sent[0]) for code, sent in SENT.items()]
    assert units == {"04", *(commune.code for commune in find_province("04").communes[:COMMUNES])}


def test_figures_of_two_communes_add_up_to_the_provinces(published: Path) -> None:
    # Officers 2 of 4 and 4 of 4; violations 3 of 4 and 1 of 2; one of the two communes held a session.
    trained, handled, talks = (progress(published, target) for target in ("T09", "T14", "T02"))
    assert (trained["01273"][:2], trained["01290"][:2], trained["04"][:2]) == ((2, 4), (4, 4), (6, 8))
    assert (handled["01273"][:2], handled["01290"][:2], handled["04"][:2]) == ((3, 4), (1, 2), (4, 6))
    assert talks["04"][:2] == (1, 2)


def test_a_commune_that_sent_nothing_is_not_zero(published: Path) -> None:
    silent = set(progress(published, "T09")) - {"04", *SENT}
    assert {progress(published, "T09")[code][0] for code in silent} == {None}
    assert {progress(published, "T09")[code][2] for code in silent} == {"not_reported"}
