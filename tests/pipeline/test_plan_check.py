"""`plan check`: a good pack with one mistake gets one sentence, with sheet or file, row, column and how to correct it."""

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import copy_for_writing
from tests.pipeline.commands import run, run_json
from tests.plan_pack import PACK, PROVINCE
from warehouse.packs.check import check_plan
from warehouse.packs.draft import CALENDARS, draft_pack
from warehouse.packs.problems import PARTS, describe
from warehouse.packs.provinces import UnknownProvinceError, find_province, provinces
from warehouse.packs.show import describe_plan
from warehouse.packs.workbook import write_pack_workbook
from warehouse.plan.pack import content, read_pack
from warehouse.plan.schema import schema
from warehouse.plan.seeds import tables_of
from warehouse.text import load_texts

Change = Callable[[Path], object]
RULES = load_texts("plan_problems")["rules"]


def cell(seed: str, row: int, column: str, text: str) -> Change:
    """Write a cell; rows are counted as in a spreadsheet, the header is row 1."""

    def change(pack: Path) -> None:
        table = rows_of(pack, seed)
        table[row - 1][table[0].index(column)] = text
        write(pack, seed, table)

    return change


def without(seed: str, *rows: int) -> Change:
    """Delete rows."""
    return lambda pack: write(pack, seed, [line for at, line in enumerate(rows_of(pack, seed), 1) if at not in rows])


def added(seed: str, text: str) -> Change:
    """Write a row below the others; for a seed that the pack does not bring the file too."""

    def change(pack: Path) -> None:
        if not (pack / "seeds" / f"{seed}.csv").exists():
            write(pack, seed, [list(schema()[seed].columns)])
        with (pack / "seeds" / f"{seed}.csv").open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    return change


def both(*changes: Change) -> Change:
    """Make several changes that are one mistake."""
    return lambda pack: [change(pack) for change in changes]


def file(name: str, text: str | None) -> Change:
    """Write a file, or delete it."""
    return lambda pack: (pack / name).unlink() if text is None else (pack / name).write_text(text, encoding="utf-8")


def rows_of(pack: Path, seed: str) -> list[list[str]]:
    with (pack / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def write(pack: Path, seed: str, table: list[list[str]]) -> None:
    with (pack / "seeds" / f"{seed}.csv").open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(table)


# What is changed; the rule, file, row and column of the one mistake; its sentence; words of what is expected and of how
# to correct it.
Case = tuple[Change, str, str, int | None, str, str, str, str]
CASES: list[Case] = [
    # Seeds and columns.
    (file("seeds/units.csv", None), "seed_missing", "", None, "", "Thiếu bảng units.", "unit_code", "ít nhất một dòng"),
    (
        *(file("seeds/target_treshold.csv", "plan_code\n"), "seed_unknown", "target_treshold.csv", None, ""),
        *("Không có bảng nào tên “target_treshold”.", "plan_targets", "Sửa tên"),
    ),
    (
        *(cell("units", 1, "is_rural", "is_rurall"), "column_unknown", "units.csv", 1, "is_rurall"),
        *("Không có cột nào tên “is_rurall”.", "tile_label", "Có phải: is_rural?"),
    ),
    (
        *(cell("units", 1, "tile_label", ""), "column_missing", "units.csv", 1, "tile_label"),
        *("Thiếu cột tile_label.", "Chữ trong ô bản đồ", "có thể để trống"),
    ),
    (
        *(cell("units", 1, "tile_label", "name_vi"), "column_twice", "units.csv", 1, "name_vi"),
        *("Cột name_vi có hai lần.", "một lần", "Xóa một trong hai"),
    ),
    (
        *(added("form_levels", "B7,ward,2023H1,,x"), "cell_without_header", "form_levels.csv", 7, ""),
        *("Có ô nằm ngoài các cột.", "không nhiều hơn số cột", "dấu nháy kép"),
    ),
    (
        *(file("text/vi.toml", "[glossary]\nquý = kỳ\n"), "file_unreadable", "vi.toml", None, ""),
        *("Không đọc được tệp: ", "UTF-8", "Sửa chỗ được nêu"),
    ),
    (
        *(file("text/fr.toml", ""), "language_unknown", "fr.toml", None, ""),
        *("Không có ngôn ngữ này.", "vi, en", "text/vi.toml"),
    ),
    # Cells.
    (
        *(cell("units", 5, "unit_type", ""), "required_empty", "units.csv", 5, "unit_type"),
        *("Ô unit_type bắt buộc mà để trống.", "phuong, xa", "Điền ô này."),
    ),
    (
        *(cell("units", 5, "name_en", ""), "text_one_language", "units.csv", 5, "name_en"),
        *("Lời chỉ có ở một ngôn ngữ: name_en trống, name_vi có “Xã Đồi Thông”.", "tiếng Anh", "Điền name_en"),
    ),
    (
        *(cell("plans", 2, "note_vi", "Chờ duyệt"), "text_one_language", "plans.csv", 2, "note_en"),
        *("Lời chỉ có ở một ngôn ngữ: note_en trống, note_vi có “Chờ duyệt”.", "tiếng Việt", "để trống cả hai"),
    ),
    (
        *(cell("target_thresholds", 3, "year", "năm 2023"), "not_integer", "target_thresholds.csv", 3, "year"),
        *("“năm 2023” không phải số nguyên.", "Một số nguyên.", "không có chữ"),
    ),
    (
        *(cell("target_thresholds", 2, "threshold_pct", "80 %"), "not_decimal", "target_thresholds.csv", 2),
        *("threshold_pct", "“80 %” không phải số.", "0–100", "dấu %"),
    ),
    (
        *(cell("units", 5, "is_rural", "nửa"), "not_boolean", "units.csv", 5, "is_rural"),
        *("“nửa” không phải có hoặc không.", "true, false", "Chọn có hoặc không."),
    ),
    (
        *(cell("units", 5, "valid_from", "2023-02-30"), "not_date", "units.csv", 5, "valid_from"),
        *("“2023-02-30” không phải ngày.", "01/07/2026", "Ghi lại ngày."),
    ),
    (
        *(cell("tasks", 2, "task_code", "V" * 101), "too_long", "tasks.csv", 2, "task_code"),
        *("Lời quá dài: 101 ký tự.", "Tối đa 100 ký tự.", "Rút ngắn"),
    ),
    (
        *(cell("targets", 5, "direction", "upp"), "value_unknown", "targets.csv", 5, "direction"),
        *("“upp” không có trong danh sách.", "Một trong: up, down.", "Có phải: up?"),
    ),
    (
        *(cell("plan_targets", 5, "basis", "plann"), "value_unknown", "plan_targets.csv", 5, "basis"),
        *("“plann” không có trong danh sách.", "plan, derived, carried_over, monitor", "Có phải: plan?"),
    ),
    (
        *(cell("target_amounts", 3, "unit_code", "999"), "code_unknown", "target_amounts.csv", 3, "unit_code"),
        *("Không có mã “999” trong units.csv.", "unit_code: 90, 901, 90101", "thêm dòng có mã đó vào units.csv"),
    ),
    (
        *(cell("target_terms", 2, "measure_code", "sessions_dirct"), "code_unknown", "target_terms.csv", 2),
        *("measure_code", "Không có mã “sessions_dirct” trong form_columns.csv.", "column_code", "Có phải: sessions_direct"),
    ),
    (
        *(cell("target_levels", 2, "shown_levels", "city|distric|ward"), "code_unknown", "target_levels.csv", 2),
        *("shown_levels", "Không có mã “distric” trong unit_levels.csv.", "area, city, district", "Có phải: district?"),
    ),
    (
        *(cell("units", 9, "unit_code", "90201"), "key_twice", "units.csv", 9, "unit_code"),
        *("Dòng này trùng với dòng 8: unit_code = 90201, valid_from = 2023-01-01.", "Mỗi unit_code", "Xóa một dòng"),
    ),
    (
        *(added("target_thresholds", "HD23,D1,,70"), "key_twice", "target_thresholds.csv", 5, "plan_code"),
        *("Dòng này trùng với dòng 2: plan_code = HD23, target_code = D1, year = –.", "một dòng", "Xóa một dòng"),
    ),
    # Units and offices.
    (
        *(cell("units", 5, "parent_code", "903"), "code_unknown", "units.csv", 5, "parent_code"),
        *("Không có mã “903” trong units.csv.", "Mã đơn vị cấp trên", "Sửa mã"),
    ),
    (
        *(cell("units", 5, "parent_code", ""), "parent_empty", "units.csv", 5, "parent_code"),
        *("Đơn vị không có đơn vị cấp trên.", "chỉ đơn vị trên cùng để trống", "Ghi mã đơn vị cấp trên."),
    ),
    (
        *(cell("units", 3, "parent_code", "902"), "parent_not_above", "units.csv", 3, "parent_code"),
        *("Đơn vị cấp trên 902 ở cấp district, không cao hơn cấp district.", "cấp cao hơn district", "unit_level"),
    ),
    (
        *(both(cell("units", 3, "parent_code", "902"), cell("units", 4, "parent_code", "901")), "parent_cycle"),
        *("units.csv", 4, "parent_code", "Đơn vị cấp trên đi vòng: 902 → 901 → 902.", "đơn vị trên cùng", "trong vòng"),
    ),
    (
        *(cell("units", 5, "valid_from", "2022-07-01"), "parent_not_valid", "units.csv", 5, "parent_code"),
        "Đơn vị cấp trên 901 không tồn tại suốt thời gian của đơn vị này (chỉ 2023-01-01 – …).",
        *("trong cả thời gian đó", "ngày của một trong hai"),
    ),
    (
        *(cell("units", 5, "valid_to", "2023-01-01"), "validity_order", "units.csv", 5, "valid_to"),
        *("Hết hiệu lực (2023-01-01) không sau ngày đầu tiên (2023-01-01).", "sau 2023-01-01", "Sửa một"),
    ),
    (
        *(added("units", "90101,2024-01-01,,ward,xa,901,Xã Đồi,Doi Commune,Đồi,Doi,true,,,"), "validity_overlap"),
        *("units.csv", 10, "valid_from", "Thời gian hiệu lực của 90101 chồng lên dòng 5 (đến –)."),
        *("không trước ngày hết hiệu lực", "Sửa valid_to của dòng 5"),
    ),
    (
        both(
            cell("units", 5, "valid_to", "2023-06-01"),
            added("units", "90101,2024-01-01,,ward,xa,901,Xã Đồi,Doi Commune,Đồi,Doi,true,,,"),
        ),
        *("validity_gap", "units.csv", 10, "valid_from"),
        "Thời gian hiệu lực của 90101 bị hở: dòng 5 hết ngày 2023-06-01, dòng này mới bắt đầu 2024-01-01.",
        *("valid_from = 2023-06-01", "hai mã"),
    ),
    (
        *(added("offices", "district,2022-06-01,2022-12-01,Phòng Nội vụ,Home office,QĐ 1"), "validity_gap"),
        *("offices.csv", 3, "valid_from"),
        "Thời gian hiệu lực của district bị hở: dòng 4 hết ngày 2022-12-01, dòng này mới bắt đầu 2023-01-01.",
        *("valid_from = 2022-12-01", "Sửa một trong hai ngày"),
    ),
    (
        *(added("units", "91,2023-01-01,,city,tinh,,Tỉnh Khác,Other Province,Khác,Other,false,,,"), "top_twice"),
        *("units.csv", 10, "unit_level", "Có hai đơn vị trên cùng: dòng này và dòng 2.", "duy nhất", "Sửa unit_level"),
    ),
    (
        *(cell("units", 2, "parent_code", "901"), "top_with_parent", "units.csv", 2, "parent_code"),
        *("Đơn vị trên cùng lại có đơn vị cấp trên “901”.", "Ô trống.", "Xóa ô"),
    ),
    (
        *(added("unit_aliases", "90101,2024-01-01,Đồi"), "first_day_unknown", "unit_aliases.csv", 2, "valid_from"),
        *("Đơn vị 90101 không bắt đầu ngày 2024-01-01.", "2023-01-01", "Ghi đúng valid_from"),
    ),
    # Periods and plans.
    (
        *(cell("periods", 3, "period_code", "2023-H2"), "period_code_shape", "periods.csv", 3, "period_code"),
        *("“2023-H2” không phải mã kỳ.", "2026H1", "Sửa mã kỳ."),
    ),
    (
        *(cell("periods", 3, "year", "2024"), "period_year", "periods.csv", 3, "year"),
        *("Năm 2024 không khớp mã kỳ 2023H2.", "đứng đầu mã kỳ", "Sửa cột year"),
    ),
    (
        *(cell("periods", 3, "quarter", "1"), "period_number", "periods.csv", 3, "quarter"),
        *("Số thứ tự 1 không khớp mã kỳ 2023H2.", "ở cuối mã kỳ", "Sửa cột quarter"),
    ),
    (
        *(cell("periods", 3, "start_date", "2023-06-30"), "period_overlap", "periods.csv", 3, "start_date"),
        *("Kỳ này (từ 2023-06-30) chồng lên kỳ 2023H1 (đến 2023-06-30).", "Bắt đầu ngày 2023-07-01.", "hai kỳ"),
    ),
    (
        *(cell("periods", 3, "covers_from", "2023-07-02"), "period_gap", "periods.csv", 3, "covers_from"),
        *("Giữa kỳ 2023H1 (đến 2023-06-30) và kỳ này (từ 2023-07-02) bị hở: thiếu kỳ hoặc sai ngày.",),
        *("Bắt đầu ngày 2023-07-01.", "Thêm kỳ còn thiếu"),
    ),
    (
        *(cell("periods", 5, "end_date", "2024-06-30"), "period_ends_early", "periods.csv", 5, "end_date"),
        *("Ngày cuối (2024-06-30) trước ngày đầu (2024-07-01, cột start_date).", "không trước 2024-07-01", "Sửa một"),
    ),
    (
        *(cell("periods", 2, "due_date", "2023-06-30"), "due_early", "periods.csv", 2, "due_date"),
        *("Hạn gửi 2023-06-30 đến trước khi số liệu của kỳ kết thúc (2023-06-30).", "sau 2023-06-30", "due_date"),
    ),
    (
        *(cell("periods", 2, "reminder_date", "2023-07-16"), "reminder_late", "periods.csv", 2, "reminder_date"),
        *("Ngày nhắc 2023-07-16 sau hạn gửi 2023-07-15.", "không sau 2023-07-15", "reminder_date"),
    ),
    (
        *(cell("plans", 2, "last_period_code", "2024H1"), "period_no_plan", "periods.csv", 5, "period_code"),
        *("Kỳ 2024H2 không thuộc kế hoạch nào (HD23: 2023H1 – 2024H1).", "đúng một kế hoạch", "hoặc xóa kỳ"),
    ),
    (
        *(cell("plans", 2, "first_period_code", "2024H1"), "plan_order", "plans.csv", 2, "last_period_code"),
        *("", "", ""),
    ),
    # Targets.
    (
        *(without("target_terms", 6), "term_missing", "targets.csv", 5, "target_code"),
        *("Chỉ tiêu D4 chưa có denominator: không biết đếm gì.", "term = denominator", "Thêm dòng vào target_terms."),
    ),
    (
        *(without("target_terms", 2), "term_missing", "targets.csv", 2, "target_code"),
        *("Chỉ tiêu D1 chưa có numerator: không biết đếm gì.", "term = numerator", "Thêm dòng vào target_terms."),
    ),
    (
        *(without("target_levels", 6), "level_missing", "plan_targets.csv", 6, "target_code"),
        *("Chỉ tiêu D5 chưa có cấp nào để tính.", "target_levels cho kế hoạch HD23", "Thêm dòng"),
    ),
    (
        *(cell("target_levels", 6, "first_period_code", "2023H2"), "level_late", "target_levels.csv", 6),
        *("first_period_code", "Chỉ tiêu chỉ có cấp để tính từ kỳ 2023H2, kế hoạch bắt đầu từ 2023H1."),
        *("từ kỳ 2023H1", "Sửa first_period_code."),
    ),
    (
        *(cell("target_levels", 6, "counted_levels", "area"), "level_without_unit", "target_levels.csv", 6),
        *("counted_levels", "Không có đơn vị nào ở cấp area.", "có đơn vị trong units", "Sửa counted_levels"),
    ),
    (
        *(cell("target_levels", 6, "counted_levels", "district"), "level_without_form", "target_levels.csv", 6),
        *("counted_levels", "Cấp district không lập biểu B2, nơi có số liệu integrated_poverty của chỉ tiêu."),
        *("biểu B2, cấp district", "form_levels"),
    ),
    (
        *(cell("target_levels", 6, "rollup_level", "area"), "rollup_not_shown", "target_levels.csv", 6, "rollup_level"),
        *("Cấp gộp area không có trong shown_levels.", "để trống", "Thêm cấp"),
    ),
    (
        *(without("target_thresholds", 4), "threshold_missing", "plan_targets.csv", 5, "target_code"),
        *("Chỉ tiêu D4 chưa có ngưỡng cho năm 2024.", "để trống là mọi năm", "basis = monitor"),
    ),
    (
        *(cell("target_thresholds", 2, "threshold_pct", "800"), "threshold_range", "target_thresholds.csv", 2),
        *("threshold_pct", "Ngưỡng 800 nằm ngoài 0–100.", "từ 0 đến 100", "target_amounts"),
    ),
    (
        *(added("target_thresholds", "HD23,D5,,80"), "threshold_of_monitor", "target_thresholds.csv", 5, "target_code"),
        *("Chỉ tiêu D5 chỉ theo dõi (monitor) mà lại có ngưỡng.", "khác monitor", "Xóa dòng"),
    ),
    (
        *(added("target_thresholds", "HD23,D2,,80"), "threshold_of_amount", "target_thresholds.csv", 5, "target_code"),
        *("Chỉ tiêu D2 là số lượng, không có ngưỡng phần trăm.", "target_amounts", "ghi số được giao"),
    ),
    (
        *(cell("target_thresholds", 4, "year", "2026"), "", "", None, "", "", "", ""),
    ),
    (
        *(without("target_amounts", 6), "amount_missing", "plan_targets.csv", 4, "target_code"),
        *("Chỉ tiêu D3 chưa có số được giao cho năm 2024.", "đơn vị trên cùng (90)", "Thêm số được giao."),
    ),
    (
        *(cell("target_amounts", 3, "assigned_count", "0"), "amount_range", "target_amounts.csv", 3, "assigned_count"),
        *("Số được giao 0 không lớn hơn 0.", "lớn hơn 0", "xóa dòng nếu không giao"),
    ),
    (
        *(added("target_amounts", "HD23,D1,2023,90,5"), "amount_of_other_kind", "target_amounts.csv", 7, "target_code"),
        *("Chỉ tiêu D1 không phải loại amount mà có số được giao.", "loại amount", "target_thresholds"),
    ),
    (
        *(cell("target_paths", 3, "path_share_pct", "90"), "path_end", "target_paths.csv", 3, "path_share_pct"),
        *("Mốc cuối năm của default là 90, không phải 100.", "100 ở kỳ cuối năm", "Sửa mốc"),
    ),
    (
        *(cell("target_paths", 2, "path_share_pct", "120"), "path_falls", "target_paths.csv", 3, "path_share_pct"),
        *("Mốc giảm: 100 sau 120.", "không thấp hơn kỳ trước", "Sửa mốc."),
    ),
    (
        *(without("target_paths", 2), "path_step_missing", "target_paths.csv", 2, "quarter"),
        *("Mốc của default thiếu kỳ 1.", "mỗi kỳ trong năm", "target_paths"),
    ),
    (
        *(added("target_paths", "HD23,default,,3,100"), "path_step_unknown", "target_paths.csv", 4, "quarter"),
        *("Năm không có kỳ thứ 3.", "từ 1 đến 2", "Xóa dòng"),
    ),
    (
        *(added("target_levels", "HD23,T02,2023H1,ward,,city|ward"), "code_unknown", "target_levels.csv", 7, "target_code"),
        *("Không có mã “T02” trong targets.csv.", "D1, D2, D3", "thêm dòng có mã đó vào targets.csv"),
    ),
    (
        *(without("plan_targets", 6), "target_not_in_plan", "target_levels.csv", 6, "target_code"),
        *("Kế hoạch HD23 không có chỉ tiêu D5.", "plan_targets của kế hoạch", "hoặc xóa dòng này"),
    ),
    (
        *(cell("tasks", 2, "due_period", "2025H1"), "code_unknown", "tasks.csv", 2, "due_period"),
        *("Không có mã “2025H1” trong periods.csv.", "2023H1, 2023H2", "Sửa mã"),
    ),
    (
        *(cell("form_levels", 2, "last_period_code", "2023H1"), "", "", None, "", "", "", ""),
    ),
]
CASES = [case for case in CASES if case[1] and case[5]]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of a good pack."""
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def test_there_are_forty_broken_packs_and_more() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=[f"{case[1]}-{case[2] or 'pack'}-{place}" for place, case in enumerate(CASES)])
def test_one_mistake_gets_one_sentence_with_its_place(case: Case, pack: Path) -> None:
    change, rule, place, row, column, what, expected, mend = case
    change(pack)
    mistakes = check_plan(pack).mistakes
    said = [(problem.rule, problem.place, problem.row, problem.column) for problem in mistakes]
    assert said == [(rule, place, row, column)]
    text = {part: mistakes[0].text(part, "vi") for part in PARTS}
    assert text["what"] == what or (what.endswith(": ") and text["what"].startswith(what))
    assert expected in text["expected"]
    assert mend in text["mend"]
