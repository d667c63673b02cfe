"""`plan check`: a good pack with one mistake gets one sentence, with place and remedy. `plan new` and `plan show`."""

import csv
import json
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

import warehouse.packs
import warehouse.plan
from tests import two_tiers
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run, run_well
from tests.plan_pack import PACK, PROVINCE
from tests.workbooks import B1, B8
from warehouse.packs.check import check_plan
from warehouse.packs.draft import CALENDARS, draft_pack
from warehouse.packs.problems import PARTS, describe
from warehouse.packs.provinces import Nation, UnknownProvinceError, find_place, find_province, provinces
from warehouse.packs.show import describe_plan
from warehouse.packs.workbook import write_pack_workbook
from warehouse.pipeline.fingerprint import code_fingerprint, raw_fingerprint
from warehouse.plan.pack import read_pack
from warehouse.plan.schema import schema
from warehouse.plan.seeds import tables_of
from warehouse.settings import LANGUAGES, SEEDS_DIR
from warehouse.text import load_texts, say

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


def in_every_row(seed: str, header: str, text: str) -> Change:
    """Add a column."""

    def change(pack: Path) -> None:
        header_row, *rows = rows_of(pack, seed)
        write(pack, seed, [[*header_row, header], *([*row, text] for row in rows)])

    return change


def project(seed: str) -> Change:
    """Bring a seed of the project."""
    return lambda pack: shutil.copy(SEEDS_DIR / f"{seed}.csv", pack / "seeds" / f"{seed}.csv")


def both(*changes: Change) -> Change:
    """Make several changes that are one mistake."""
    return lambda pack: [change(pack) for change in changes]


def file(name: str, text: str | None) -> Change:
    """Write a file, or delete it."""
    return lambda pack: (pack / name).unlink() if text is None else (pack / name).write_text(text, encoding="utf-8")


def column(code: str = "cases_closed", **cells: str) -> Change:
    """Add a counted column to B6, with some cells of its own."""
    own = {
        "form_code": "B6", "column_code": code, "position": "8", "data_type": "count", "min_value": "0",
        "max_value": "10",
        "is_required": "false", "is_measure": "true", "window_rule": "sum", "is_sensitive": "false", "unit_vi": "vụ",
        "unit_en": "cases", "header_vi": "Vụ đã khép", "header_en": "Cases closed", "definition_vi": "Số vụ đã khép.",
        "definition_en": "Cases closed.",
    } | cells  # fmt: skip
    return added("form_columns", ",".join(own.get(name, "") for name in schema()["form_columns"].columns))


def form(of: str = "B9", filled: bool = True, **cells: str) -> Change:
    """Add a form with one counted column, with some cells of its own."""
    own = {
        "form_code": of, "display_order": "9", "table_name": "b9_tu_van", "sheet_name": "B9 Tư vấn", "row_key": "unit",
        "name_vi": "Tư vấn", "name_en": "Counselling", "guidance_vi": "Ghi số.", "guidance_en": "Write numbers.",
    } | cells  # fmt: skip
    changes = [added("forms", ",".join(own.get(name, "") for name in schema()["forms"].columns))]
    changes += [column("luot_tu_van", form_code=of), added("form_levels", f"{of},ward,2023H1,")] if filled else []
    return both(*changes)


def rows_of(pack: Path, seed: str) -> list[list[str]]:
    with (pack / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def write(pack: Path, seed: str, table: list[list[str]]) -> None:
    with (pack / "seeds" / f"{seed}.csv").open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(table)


def merged(ends: str, is_main: str = "true") -> Change:
    """End Xã Bến Gỗ, and let Xã Bến Đá begin in its place on the first day of 2024."""
    return both(
        cell("units", 6, "valid_to", ends),
        added("units", "90104,2024-01-01,,ward,xa,901,Xã Bến Đá,Ben Da Commune,Bến Đá,Ben Da,true,,,"),
        added("unit_successors", f"90102,2023-01-01,90104,2024-01-01,{is_main},true"),
    )


QUARTERS_OF_2024 = (
    ("2024-01-01", "2024-03-31", "2024-04-15"),
    ("2024-04-01", "2024-06-30", "2024-07-15"),
    ("2024-07-01", "2024-09-30", "2024-10-15"),
    ("2024-10-01", "2024-12-31", "2025-01-15"),
)
PATHS_OF_2023 = ((2, 1, 40), (2, 2, 100), (3, 1, 40), (3, 2, 100))
# What is changed; the rule, file, row and column of the one mistake; its sentence; words of what is expected and of how
# to correct it.
Case = tuple[Change, str, str, int | None, str, str, str, str]
CASES: list[Case] = [
    # Seeds and columns.
    (file("seeds/units.csv", None), "seed_missing", "", None, "", "Thiếu bảng units.", "unit_code", "ít nhất một dòng"),
    (
        *(without("periods", 2, 3, 4, 5), "seed_missing", "", None, ""),
        *("Thiếu bảng periods.", "period_code", "ít nhất một dòng"),
    ),
    (
        *(file("seeds/target_treshold.csv", "plan_code\n"), "seed_unknown", "target_treshold.csv", None, ""),
        *("Không có bảng nào tên “target_treshold”.", "plan_targets", "Sửa tên"),
    ),
    (
        *(added("settings", "small_count_treshold,10,x"), "value_unknown", "settings.csv", 2, "setting_code"),
        *(
            "“small_count_treshold” không có trong danh sách.",
            "small_count_threshold",
            "Có phải: small_count_threshold",
        ),
    ),
    (
        *(cell("units", 1, "is_rural", "is_rurall"), "column_unknown", "units.csv", 1, "is_rurall"),
        *("Không có cột nào tên “is_rurall”.", "tile_label", "Có phải: is_rural?"),
    ),
    (
        *(cell("units", 1, "unit_code", "Unit_Code"), "column_unknown", "units.csv", 1, "Unit_Code"),
        *("Không có cột nào tên “Unit_Code”.", "tile_label", "Có phải: unit_code?"),
    ),
    (
        *(cell("units", 1, "tile_label", ""), "column_missing", "units.csv", 1, "tile_label"),
        *("Thiếu cột tile_label.", "Chữ trong ô bản đồ", "có thể để trống"),
    ),
    (
        *(in_every_row("units", "name_vi", ""), "column_twice", "units.csv", 1, "name_vi"),
        *("Cột name_vi có hai lần.", "một lần", "Xóa một trong hai"),
    ),
    (
        *(added("form_levels", "B7,ward,2023H1,,x"), "cell_without_header", "form_levels.csv", 7, ""),
        *("Có ô nằm ngoài các cột.", "không nhiều hơn số cột", "dấu nháy kép"),
    ),
    (
        *(file("text/vi.toml", "[glossary]\nquý = kỳ\n"), "file_words", "vi.toml", 2, ""),
        *("Dòng này không đúng cách viết của tệp từ ngữ (TOML).", "[glossary]", "theo mẫu"),
    ),
    (
        *(lambda pack: (pack / "seeds" / "plans.csv").write_bytes("a,b\nthành,phố\n".encode("cp1258", "ignore")),),
        *(
            "file_encoding",
            "plans.csv",
            2,
            "",
            "Tệp không được lưu dạng UTF-8: có chữ không đọc được.",
            "mã hóa UTF-8",
            "CSV UTF-8",
        ),
    ),
    (
        *(file("seeds/tasks.csv", 'a,b\n1,2\n3,"4" x\n'), "file_quotes", "tasks.csv", 3, ""),
        *("Dấu nháy kép mở mà không đóng, hoặc đóng giữa ô, từ dòng này.", "bao cả ô", "Sửa dấu nháy"),
    ),
    (
        *(both(file("seeds/tasks.csv", None), lambda pack: (pack / "seeds" / "tasks.csv").mkdir()), "file_unreadable"),
        *("tasks.csv", None, "", "Không đọc được tệp: ", "Một tệp thường", "quyền đọc"),
    ),
    (
        *(file("text/vi.toml", "[glossary]\n'quý' = 5\n"), "word_no_text", "vi.toml", None, ""),
        *("“glossary.quý” (vi) không có lời.", "dấu nháy kép", "xóa dòng"),
    ),
    (
        *(file("text/vi.toml", "[district]\nsilent = '{place}: chưa có'\n"), "word_values", "vi.toml", None, ""),
        *(
            "Lời của “district.silent” (vi) có chỗ trong dấu ngoặc nhọn mà phần mềm không điền được.",
            "Chỉ các chỗ: {district}.",
            "như lời của phần mềm",
        ),
    ),
    (
        *(file("text/fr.toml", ""), "language_unknown", "fr.toml", None, ""),
        *("Không có ngôn ngữ này.", "vi, en", "text/vi.toml"),
    ),
    # Cells.
    (
        *(cell("units", 5, "unit_code", "Total"), "code_of_total", "units.csv", 5, "unit_code"),
        *(
            "Mã đơn vị “Total” là chữ của dòng cộng trong biểu: dòng của đơn vị này sẽ bị đọc thành dòng cộng.",
            "Mã chính thức",
            "mọi nơi dùng mã này",
        ),
    ),
    (
        *(cell("units", 5, "unit_code", "../x"), "code_in_addresses", "units.csv", 5, "unit_code"),
        *(
            "Mã “../x” có khoảng trống hoặc dấu không dùng được trong địa chỉ và tên tệp.",
            "Tối đa 20 chữ",
            "mọi nơi dùng mã này",
        ),
    ),
    (
        *(cell("target_amounts", 2, "assigned_count", "4.800"), "number_two_ways", "target_amounts.csv", 2),
        *("assigned_count", "“4.800” đọc được hai cách: 4800 hoặc 4,800.", "một cách", "Ghi 4800"),
    ),
    (
        *(cell("target_amounts", 2, "assigned_count", "1e999"), "not_decimal", "target_amounts.csv", 2),
        *("assigned_count", "“1e999” không phải số.", "Một số.", "Ghi số"),
    ),
    (
        *(cell("periods", 2, "due_date", "4/15/2023"), "not_date", "periods.csv", 2, "due_date"),
        *("“4/15/2023” không phải ngày.", "01/07/2026", "Ghi lại ngày."),
    ),
    (
        *(cell("target_paths", 2, "path_share_pct", "-5"), "path_range", "target_paths.csv", 2, "path_share_pct"),
        *("Mốc -5 thấp hơn 0.", "Từ 0 đến 100.", "Sửa mốc."),
    ),
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
        *(cell("target_paths", 2, "quarter", "²"), "not_integer", "target_paths.csv", 2, "quarter"),
        *("“²” không phải số nguyên.", "thứ tự của kỳ", "không có chữ"),
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
        *(
            "measure_code",
            "Không có mã “sessions_dirct” trong form_columns.csv.",
            "column_code",
            "Có phải: sessions_direct",
        ),
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
    (
        *(merged("2023-12-31"), "successor_day", "unit_successors.csv", 2, "new_valid_from"),
        "Xã Bến Gỗ (90102) hết hiệu lực ngày 2023-12-31 (valid_to ở units), "
        "còn đơn vị thay vào bắt đầu ngày 2024-01-01.",
        *("ngày đầu tiên không còn đơn vị cũ", "Sửa valid_to"),
    ),
    (
        *(merged(""), "successor_day", "unit_successors.csv", 2, "new_valid_from"),
        "Xã Bến Gỗ (90102) hết hiệu lực ngày – (valid_to ở units), còn đơn vị thay vào bắt đầu ngày 2024-01-01.",
        *("Cùng một ngày", "Sửa valid_to của đơn vị cũ"),
    ),
    (
        *(merged("2024-01-01", "false"), "successor_main", "unit_successors.csv", 2, "is_main"),
        *("Xã Bến Gỗ (90102) có 0 đơn vị thay vào chính.", "Đúng một dòng", "Ghi true"),
    ),
    (
        both(
            merged("2024-01-01"),
            added("units", "90105,2024-01-01,,ward,xa,901,Xã Đá Vàng,Da Vang Commune,Đá Vàng,Da Vang,true,,,"),
            added("unit_successors", "90102,2023-01-01,90105,2024-01-01,true,false"),
        ),
        *("successor_main", "unit_successors.csv", 3, "is_main"),
        *("Xã Bến Gỗ (90102) có 2 đơn vị thay vào chính.", "Đúng một dòng", "false ở các đơn vị khác"),
    ),
    # Periods and plans.
    (
        *(cell("periods", 4, "period_code", "2024-H1"), "period_code_shape", "periods.csv", 4, "period_code"),
        *("“2024-H1” không phải mã kỳ.", "2026H1", "Sửa mã kỳ."),
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
        both(cell("periods", 2, "due_date", "2023-06-30"), cell("periods", 2, "reminder_date", "2023-06-30")),
        *("due_early", "periods.csv", 2, "due_date"),
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
        both(cell("plans", 2, "first_period_code", "2024H2"), cell("plans", 2, "last_period_code", "2024H1")),
        *("plan_order", "plans.csv", 2, "last_period_code"),
        *("Kỳ cuối 2024H1 trước kỳ đầu 2024H2.", "không trước kỳ đầu", "Sửa một trong hai kỳ."),
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
        *(cell("target_levels", 2, "shown_levels", "district|ward"), "top_not_shown", "target_levels.csv", 2),
        *("shown_levels", "Chỉ tiêu D1 không hiện ở cấp trên cùng.", "city có trong shown_levels", "Thêm city"),
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
        *(cell("target_thresholds", 2, "threshold_pct", "0.8"), "threshold_fraction", "target_thresholds.csv", 2),
        *("threshold_pct", "Ngưỡng 0.8 nghĩa là 0.8 phần trăm; có phải 80%?", "như 80", "Ghi 80, không có dấu %"),
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
        *(added("target_amounts", "HD23,D2,2026,90,5"), "year_outside_plan", "target_amounts.csv", 7, "year"),
        *("Năm 2026 không thuộc kế hoạch.", "2023, 2024", "Sửa năm."),
    ),
    (
        *(without("target_amounts", 5, 6), "amount_missing", "plan_targets.csv", 4, "target_code"),
        *("Chỉ tiêu D3 chưa có số được giao cho năm 2023, 2024.", "đơn vị trên cùng (90)", "Thêm số được giao."),
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
        *("Năm không có kỳ thứ 3.", "các kỳ của năm: 1, 2.", "Xóa dòng"),
    ),
    (
        *(
            added("target_levels", "HD23,T02,2023H1,ward,,city|ward"),
            "code_unknown",
            "target_levels.csv",
            7,
            "target_code",
        ),
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
        both(
            *(cell("target_paths", row, "target_code", "D2") for row in (2, 3)),
            *(added("target_paths", f"HD23,D3,,{place},{share}") for place, share in ((1, 40), (2, 100))),
        ),
        *("path_missing", "plan_targets.csv", 2, "target_code"),
        *("Chỉ tiêu D1 chưa có mốc cho năm 2023, 2024.", "chỉ tiêu này hoặc cho default", "Thêm mốc cho default"),
    ),
    (
        # Half-years first, quarters then: by the shares of quarters 2023 would end at 50.
        both(
            without("periods", 4, 5),
            *(
                added("periods", f"2024Q{place},2024,{place},{first},{last},{first},{last},{due},{due}")
                for place, (first, last, due) in enumerate(QUARTERS_OF_2024, start=1)
            ),
            cell("plans", 2, "last_period_code", "2024Q4"),
            *(cell("target_paths", row, "path_share_pct", str(share)) for row, share in ((2, 25), (3, 50))),
            *(added("target_paths", f"HD23,default,,{place},{share}") for place, share in ((3, 75), (4, 100))),
            *(added("target_paths", f"HD23,D{target},2023,{place},{share}") for target, place, share in PATHS_OF_2023),
        ),
        *("path_of_other_periods", "plan_targets.csv", 2, "target_code"),
        "Năm 2023 chia kỳ khác các năm còn lại, nhưng mốc của D1 không ghi năm.",
        *("có ghi năm cho mỗi năm đó", "Thêm mốc có ghi năm cho default"),
    ),
    # Forms.
    (
        *(column(data_type="so"), "value_unknown", "form_columns.csv", 2, "data_type"),
        *("“so” không có trong danh sách.", "count, amount, percent", "Chọn một giá trị"),
    ),
    (
        *(both(column(), column()), "key_twice", "form_columns.csv", 3, "form_code"),
        "Dòng này trùng với dòng 2: form_code = B6, column_code = cases_closed.",
        *("column_code = cases_closed", "Xóa một dòng"),
    ),
    (
        *(column("Số vụ"), "name_shape", "form_columns.csv", 2, "column_code"),
        *("“Số vụ” không dùng làm tên trong kho số liệu được.", "chữ thường không dấu", "Sửa mã"),
    ),
    (
        *(column("a_column_with_a_name_too_long"), "name_shape", "form_columns.csv", 2, "column_code"),
        *("“a_column_with_a_name_too_long” không dùng làm tên trong kho số liệu được.", "tối đa 28", "Sửa mã"),
    ),
    (
        *(column("order"), "name_reserved", "form_columns.csv", 2, "column_code"),
        *("Tên “order” đã có nghĩa khác trong kho số liệu.", "không phải từ của SQL", "so_order"),
    ),
    (
        *(column("cases_open"), "name_reserved", "form_columns.csv", 2, "column_code"),
        *("Tên “cases_open” đã có nghĩa khác trong kho số liệu.", "không phải cột có sẵn", "so_cases_open"),
    ),
    (
        *(column("closed_ytd"), "name_reserved", "form_columns.csv", 2, "column_code"),
        *("Tên “closed_ytd” đã có nghĩa khác trong kho số liệu.", "không kết thúc bằng _ytd", "Thêm một chữ"),
    ),
    (
        *(column("sessions_print"), "measure_twice", "form_columns.csv", 2, "column_code"),
        *("Biểu B1 đã có cột sessions_print.", "không trùng", "Đặt mã khác."),
    ),
    (
        *(column(header_en=""), "text_one_language", "form_columns.csv", 2, "header_en"),
        *("Lời chỉ có ở một ngôn ngữ: header_en trống, header_vi có “Vụ đã khép”.", "Cùng một lời", "Điền header_en"),
    ),
    (
        *(column(is_sensitive=""), "required_empty", "form_columns.csv", 2, "is_sensitive"),
        *("Ô is_sensitive bắt buộc mà để trống.", "làm lộ một người", "Điền ô này."),
    ),
    (
        *(column(header_vi="Họ và tên"), "column_personal", "form_columns.csv", 2, "header_vi"),
        *("Tiêu đề “Họ và tên” hỏi thông tin cá nhân.", "Chỉ số đếm", "số lượng"),
    ),
    (
        *(column(max_value=""), "bound_missing", "form_columns.csv", 2, "max_value"),
        *("Cột số chưa có max_value.", "Giới hạn dưới và trên", "min_value"),
    ),
    (
        *(column(max_value="nhiều"), "not_decimal", "form_columns.csv", 2, "max_value"),
        *("“nhiều” không phải số.", "Một số.", "Ghi số"),
    ),
    (
        *(column(data_type="percent"), "measure_kind", "form_columns.csv", 2, "data_type"),
        *("Cột loại percent không cộng lại được mà is_measure = có.", "count, amount", "is_measure = không"),
    ),
    (
        column(data_type="code", code_list="task_status", min_value="", max_value=""),
        *("measure_answers", "form_columns.csv", 2, "code_list"),
        "Danh sách “task_status” không có hai mã yes và no, nên câu trả lời không tính được.",
        *("yes_no", "Dùng yes_no"),
    ),
    (
        *(column(required_when="cases_accepted=yes"), "condition_unknown", "form_columns.csv", 2, "required_when"),
        *("Điều kiện “cases_accepted=yes” không có nghĩa.", "cùng biểu", "Sửa điều kiện"),
    ),
    (
        column(dimension_code="channel", category_code="radio"),
        *("category_unknown", "form_columns.csv", 2, "category_code"),
        *("Mục “radio” không có trong danh sách channel.", "loudspeaker", "Sửa mục"),
    ),
    (
        column("violations_detected", data_type="amount", position="1"),
        *("own_row_changed", "form_columns.csv", 2, "data_type"),
        "Gói kế hoạch đổi data_type của biểu hay cột có sẵn trong phần mềm: “count” thành “amount”.",
        *("dựa vào đó", "Ghi lại count"),
    ),
    (
        *(added("form_parts", "B6,nowhere,violations_detected"), "code_unknown", "form_parts.csv", 2, "part_code"),
        *("Không có mã “nowhere” trong form_columns.csv.", "column_code", "Sửa mã"),
    ),
    (
        added("form_parts", "B6,sessions_direct,violations_detected"),
        *("part_not_in_form", "form_parts.csv", 2, "part_code"),
        *("Biểu B6 không có cột “sessions_direct”.", "cùng một biểu", "Sửa mã cột"),
    ),
    (
        *(added("form_parts", "B3,decision_number,member_count"), "part_no_number", "form_parts.csv", 2, "part_code"),
        *("Cột “decision_number” không phải số đếm.", "count hoặc amount", "xóa dòng"),
    ),
    (
        added("form_parts", "B6,violations_detected,violations_handled"),
        *("part_circle", "form_parts.csv", 2, "whole_code"),
        *("“violations_handled” lại là một phần của “violations_detected”.", "không đi vòng", "Đổi chỗ"),
    ),
    (
        added("target_breakdowns", "D1,ways,1,establishment_type,,,Theo loại,By type"),
        *("breakdown_of_nothing", "target_breakdowns.csv", 2, "measure_code"),
        *("Phân tổ theo establishment_type không có cột nào để chia.", "unit_establishment_type", "Ghi mã cột"),
    ),
    (
        added("target_breakdowns", "D1,ways,1,establishment_type,inspections,sessions_direct,Theo loại,By type"),
        *("breakdown_other_rows", "target_breakdowns.csv", 2, "base_measure_code"),
        *("Biểu của cột “sessions_direct” không chia dòng theo establishment_type.", "row_key", "Sửa mã cột"),
    ),
    (
        *(form("b9"), "form_code_shape", "forms.csv", 2, "form_code"),
        *("“b9” không dùng làm mã biểu được.", "chữ in hoa", "Sửa mã biểu"),
    ),
    (
        *(form(table_name="tu vấn"), "table_name_shape", "forms.csv", 2, "table_name"),
        *("“tu vấn” không dùng làm tên bảng được.", "b9_tu_van", "Sửa tên bảng."),
    ),
    (
        *(form(sheet_name="B9 Tư vấn: số người và số lượt"), "sheet_name_shape", "forms.csv", 2, "sheet_name"),
        *("“B9 Tư vấn: số người và số lượt” không dùng làm tên trang tính được.", "Tối đa 31 ký tự", "Sửa tên trang."),
    ),
    (
        *(form(sheet_name="B4 Tập huấn"), "form_name_twice", "forms.csv", 2, "sheet_name"),
        *("Biểu B4 đã có sheet_name = “B4 Tập huấn”.", "riêng", "Đặt tên khác."),
    ),
    (
        *(form(row_key="commune"), "row_key_unknown", "forms.csv", 2, "row_key"),
        *("“commune” không phải cách chia dòng của biểu.", "unit_establishment_type", "Sửa row_key."),
    ),
    (
        *(form(row_key="unit_kenh"), "row_list_unknown", "forms.csv", 2, "row_key"),
        *("Không có danh sách “kenh” để chia dòng của biểu.", "establishment_type", "Thêm các mục"),
    ),
    (
        *(form(row_key="unit_yes_no"), "row_list_unnamed", "forms.csv", 2, "row_key"),
        *("Danh sách “yes_no” chia dòng của biểu mà chưa có tên.", "dimensions", "Thêm dòng yes_no"),
    ),
    (
        *(form(row_key="task"), "task_form_twice", "forms.csv", 2, "row_key"),
        *("Đã có biểu nhiệm vụ: B8.", "Một biểu duy nhất", "row_key = unit"),
    ),
    (
        both(form(filled=False), added("form_levels", "B9,ward,2023H1,")),
        *("form_without_count", "forms.csv", 2, "form_code"),
        *("Biểu B9 không có cột nào được tính.", "is_measure = có", "Thêm cột"),
    ),
    (
        *(added("code_lists", "kenh,Trực tiếp,1,Trực tiếp,Face to face,,"), "code_shape", "code_lists.csv", 2, "code"),
        *("“Trực tiếp” không dùng làm mã được.", "không dấu", "label_vi"),
    ),
    (
        *(cell("target_terms", 2, "window_rule", "end"), "term_rule_differs", "target_terms.csv", 2, "window_rule"),
        *("Chỉ tiêu gộp các kỳ theo “end”, còn cột sessions_direct theo “sum”.", "base", "Sửa window_rule"),
    ),
    (
        both(cell("target_terms", 5, "measure_code", "cases_pending"), cell("target_terms", 5, "window_rule", "start")),
        *("term_numerator_rule", "target_terms.csv", 5, "window_rule"),
        *("Tử số của D4 có cột gộp các kỳ theo “start”.", "sum / end", "Chọn cột khác cho tử số"),
    ),
    (
        added("target_terms", "D5,numerator,sessions_direct,sum"),
        *("term_numerator_rule", "target_terms.csv", 8, "window_rule"),
        *("Tử số của D5 có cột gộp các kỳ theo “sum”.", "cùng một cách gộp: end.", "tách thành hai chỉ tiêu"),
    ),
    (
        added("target_terms", "D5,denominator,integrated_poverty,base"),
        *("term_base_alone", "target_terms.csv", 8, "window_rule"),
        *("Chỉ tiêu D5 so với số cuối năm trước (base) mà còn cách tính khác.", "mẫu số duy nhất", "Bỏ"),
    ),
    (
        both(cell("tasks", 2, "reporter_levels", "district|ward"), added("form_levels", "B8,ward,2023H1,")),
        *("task_form_in_report", "form_levels.csv", 7, "unit_level"),
        "Biểu nhiệm vụ do đơn vị báo cáo lập một lần, "
        "nhưng số liệu của Xã Đồi Thông nằm trong báo cáo của đơn vị khác.",
        *("tự nộp báo cáo", "Xóa dòng này"),
    ),
    (
        *(added("form_levels", "B8,ward,2023H1,"), "task_form_in_report", "form_levels.csv", 7, "unit_level"),
        "Biểu nhiệm vụ do đơn vị báo cáo lập một lần, "
        "nhưng số liệu của Xã Đồi Thông nằm trong báo cáo của đơn vị khác.",
        *("tự nộp báo cáo", "Xóa dòng này"),
    ),
    (
        *(cell("tasks", 2, "reporter_levels", "district|city"), "task_without_form", "tasks.csv", 2, "reporter_levels"),
        *("Cấp city không lập biểu B8, nơi báo cáo về nhiệm vụ này.", "biểu B8, cấp city", "bỏ city khỏi ô này"),
    ),
    (
        *(added("form_levels", "B7,ward,2024H2,2024H1"), "form_ends_early", "form_levels.csv", 7, "last_period_code"),
        *("Kỳ cuối 2024H1 trước kỳ đầu 2024H2.", "không trước 2024H2", "Sửa một trong hai kỳ."),
    ),
    (
        both(project("form_columns"), cell("form_columns", 12, "code_list", "")),
        *("list_missing", "form_columns.csv", 12, "code_list"),
        *("Cột loại code chưa có danh sách.", "Danh sách câu trả lời", "Ghi mã danh sách"),
    ),
    (
        both(project("form_columns"), cell("form_columns", 2, "code_list", "yes_no")),
        *("list_unused", "form_columns.csv", 2, "code_list"),
        *("Cột không thuộc loại code mà có danh sách “yes_no”.", "Ô trống.", "data_type = code"),
    ),
    (
        both(project("form_columns"), cell("form_columns", 2, "window_rule", "")),
        *("window_missing", "form_columns.csv", 2, "window_rule"),
        *("Cột có số liệu được tính mà chưa ghi cách gộp nhiều kỳ.", "sum, end hoặc start", "Ghi window_rule"),
    ),
    (
        both(project("form_columns"), cell("form_columns", 2, "min_value", "6000")),
        *("bounds_order", "form_columns.csv", 2, "max_value"),
        *("Giá trị lớn nhất 5000 nhỏ hơn giá trị nhỏ nhất 6000.", "không nhỏ hơn 6000", "Sửa một trong hai."),
    ),
    (
        *(added("size_measures", "people_supported"), "size_protected", "size_measures.csv", 2, "measure_code"),
        *(
            "Cột “people_supported” đếm người cần được bảo vệ mà lại dùng làm số đo quy mô.",
            "is_sensitive = không",
            "Chọn cột khác",
        ),
    ),
    # Levels.
    (
        both(project("unit_levels"), added("unit_levels", "Tỉnh,3,true,true,tỉnh,province,provinces")),
        *("level_code_shape", "unit_levels.csv", 7, "unit_level"),
        *("Mã cấp “Tỉnh” không đúng dạng.", "Chữ thường không dấu", "Sửa mã ở đây"),
    ),
    (
        both(project("unit_levels"), cell("unit_levels", 3, "rank", "1")),
        *("level_tops", "unit_levels.csv", 3, "rank"),
        *("Phải có đúng một cấp có thứ bậc 1; đang có: city, region.", "rank = 1", "Sửa cột rank."),
    ),
    (
        both(project("unit_levels"), cell("unit_levels", 2, "is_authority", "false")),
        *("level_top_silent", "unit_levels.csv", 2, "is_authority"),
        *("Cấp trên cùng lại không phải cấp chính quyền.", "is_authority = có", "Ghi có."),
    ),
    (
        both(project("unit_levels"), cell("unit_levels", 2, "is_reading_level", "true")),
        *("level_top_read", "unit_levels.csv", 2, "is_reading_level"),
        *("Cấp trên cùng lại là cấp để so sánh.", "chỉ có một đơn vị trên cùng", "Ghi không."),
    ),
    (
        both(project("unit_levels"), added("unit_levels", "hamlet,4,true,true,xóm,hamlet,hamlets")),
        *("level_bases", "unit_levels.csv", 7, "rank"),
        *("Có hai cấp thấp nhất: cấp này và ward.", "thứ bậc lớn nhất", "Sửa cột rank."),
    ),
    (
        both(project("unit_levels"), cell("unit_levels", 6, "is_reading_level", "false")),
        *("level_base_silent", "unit_levels.csv", 6, "is_reading_level"),
        *(
            "Cấp thấp nhất phải có báo cáo và là cấp để so sánh, mà ô này là không.",
            "is_authority và is_reading_level",
            "Ghi có",
        ),
    ),
    (
        both(
            project("unit_levels"),
            cell("unit_levels", 3, "is_reading_level", "true"),
            cell("units", 3, "unit_level", "region"),
            cell("units", 4, "parent_code", "901"),
        ),
        *("level_nested", "units.csv", 4, "parent_code"),
        *(
            "Đơn vị cấp district nằm trong một đơn vị cấp region, mà cả hai là cấp để so sánh.",
            "chỉ một cấp để so sánh",
            "is_reading_level = không",
        ),
    ),
    (
        both(
            project("unit_levels"),
            cell("unit_levels", 4, "is_reading_level", "false"),
            cell("unit_levels", 5, "rank", "4"),
            cell("unit_levels", 6, "rank", "5"),
            *(
                added("units", f"{code},2023-01-01,,{level},khu_vuc,{above},{code},{code},{code},{code},false,,,")
                for code, level, above in (("V1", "region", "90"), ("K1", "area", "V1"))
            ),
            cell("units", 4, "parent_code", "K1"),
            cell("units", 9, "parent_code", "901"),
        ),
        *("unit_too_deep", "units.csv", 8, "parent_code"),
        *("Phía trên đơn vị này có hơn 3 đơn vị.", "Nhiều nhất 3 đơn vị", "Bỏ bớt một cấp"),
    ),
]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of a good pack."""
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def test_there_are_forty_broken_packs_and_more() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{case[1]}-{case[2] or 'pack'}-{place}" for place, case in enumerate(CASES)]
)
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


PLAN_24 = "HD24,2024H1,2024H2,Kế hoạch,Plan,Kế hoạch,Plan,2024,2024,,,true,,"


@pytest.mark.parametrize(
    ("change", "rule", "place", "row", "what"),
    [
        (
            both(*(cell("units", row, "valid_from", "2023-07-01") for row in range(2, 10))),
            *("period_without_unit", "periods.csv", 2),
            "Cuối kỳ 2023H1 (2023-06-30) không có đơn vị trên cùng nào có hiệu lực (2023-07-01 – …).",
        ),
        (without("units", 2), "top_missing", "units.csv", None, "Không có đơn vị trên cùng."),
        (added("plans", PLAN_24), "period_two_plans", "periods.csv", 4, "Kỳ 2024H1 thuộc nhiều kế hoạch: HD23, HD24."),
        (added("plans", PLAN_24), "plan_without_target", "plans.csv", 3, "Kế hoạch HD24 không có chỉ tiêu nào."),
        (
            both(cell("plans", 2, "last_period_code", "2023H1"), added("plans", PLAN_24)),
            *("due_outside_plan", "tasks.csv", 2, "Hạn của nhiệm vụ (2023H2) nằm ngoài kế hoạch."),
        ),
        (
            both(cell("periods", 3, "period_code", "2023A2"), cell("tasks", 2, "due_period", "2023H1")),
            *("period_order", "periods.csv", 3, "Mã 2023A2 đứng trước 2023H1 theo thứ tự chữ, nhưng kỳ lại đến sau."),
        ),
        (
            cell("periods", 5, "period_code", "2024K2"),
            *("period_unnamed", "periods.csv", 5),
            "Kỳ 2024K2 chưa có tên: phần mềm chỉ đặt tên cho quý (Q), nửa năm (H) và tháng (M).",
        ),
    ],
)
def test_a_mistake_that_makes_others_is_among_them(
    change: Change, rule: str, place: str, row: int | None, what: str, pack: Path
) -> None:
    change(pack)
    said = [
        (problem.rule, problem.place, problem.row, problem.text("what", "vi")) for problem in check_plan(pack).mistakes
    ]
    assert (rule, place, row, what) in said


def test_the_good_pack_has_no_mistake_and_a_remark_on_what_is_assigned() -> None:
    checked = check_plan(PACK)
    assert checked.mistakes == ()
    assert [(remark.rule, remark.row) for remark in checked.remarks] == [("amount_sum", 2)]
    assert checked.remarks[0].text("what", "vi") == (
        "Năm 2023: số giao cho 1 đơn vị cấp district cộng lại là 600, khác 1000 của đơn vị trên cùng."
    )


def test_the_projects_own_seeds_pass() -> None:
    assert check_plan(None).problems == ()


def test_units_of_one_name_under_one_parent_are_remarked(pack: Path) -> None:
    cell("units", 6, "name_vi", "Xã Đồi Thông")(pack)
    remark = next(remark for remark in check_plan(pack).problems if remark.rule == "name_twice")
    assert (remark.is_remark, remark.place, remark.row) == (True, "units.csv", 6)


def test_a_merger_that_is_half_written_is_remarked(pack: Path) -> None:
    """Of the project's own units: one ward taken into another, without its successor and without the area."""
    for seed in ("units", "unit_successors", "unit_footprints"):
        project(seed)(pack)
    before = {(remark.rule, remark.row) for remark in check_plan(pack).remarks}
    table = rows_of(pack, "units")
    at = next(place for place, row in enumerate(table) if row[:2] == ["26743", "2025-07-01"])
    merged = [*table[at]]
    merged[1], table[at][2] = "2026-07-01", "2026-07-01"
    write(pack, "units", [*table[: at + 1], merged, *table[at + 1 :]])
    assert {(remark.rule, remark.row) for remark in check_plan(pack).remarks} - before >= {
        ("unit_without_successor", at + 1),
        ("unit_without_area", at + 2),
    }
    rules = {rule for rule, _ in before}
    assert not rules & {"unit_without_successor", "unit_without_area"}
    added("unit_successors", "26743,2025-07-01,26743,2026-07-01,true,true")(pack)
    added("unit_footprints", "26743,2026-07-01,760,2025-07-01,true")(pack)
    rules = {remark.rule for remark in check_plan(pack).remarks}
    assert not rules & {"unit_without_successor", "unit_without_area"}


def test_a_unit_that_pages_of_areas_would_leave_out_is_a_mistake(pack: Path) -> None:
    """Of the project's own units: the special zone Côn Đảo directly under the city, all other communes in areas."""
    for seed in ("units", "unit_successors", "unit_footprints"):
        project(seed)(pack)
    assert "unit_not_compared" not in {mistake.rule for mistake in check_plan(pack).mistakes}
    table = rows_of(pack, "units")
    at = next(place for place, row in enumerate(table) if row[:2] == ["26732", "2025-07-01"])
    table[at][table[0].index("parent_code")] = "79"
    write(pack, "units", table)
    (mistake,) = (one for one in check_plan(pack).mistakes if one.rule == "unit_not_compared")
    assert (mistake.place, mistake.row, mistake.column) == ("units.csv", at + 1, "parent_code")
    assert mistake.text("what", "en") == (
        "From 2025-07-01 units of this level lie in units of level area, which pages compare; this one does not "
        "(the unit above: 79), and those pages would leave it out."
    )


AREAS_OF_25760 = (("718", "true"), ("723", "false"))


def test_a_unit_that_counts_in_another_area_than_its_main_one_is_remarked(pack: Path) -> None:
    """Of the project's own units: 25760 lies in 718, in which it counts, and in 723."""
    for seed in ("units", "unit_successors", "unit_footprints"):
        project(seed)(pack)
    table = rows_of(pack, "unit_footprints")
    own, other = (table.index(["25760", "2025-07-01", area, "2025-07-01", main]) for area, main in AREAS_OF_25760)
    for is_main, areas, row in (("true", "718, 723", own + 1), ("false", "–", own + 1)):
        table[own][-1] = table[other][-1] = is_main
        write(pack, "unit_footprints", table)
        (remark,) = (one for one in check_plan(pack).remarks if one.rule == "area_not_parent")
        assert (remark.place, remark.row) == ("unit_footprints.csv", row)
        assert remark.text("what", "en") == (
            f"The unit counts in 718 (parent_code in units), while its main area here is {areas}."
        )
    table[other][-1] = "true"
    write(pack, "unit_footprints", table)
    (remark,) = (one for one in check_plan(pack).remarks if one.rule == "area_not_parent")
    assert (remark.row, remark.text("expected", "vi")) == (other + 1, "Đúng một khu vực chính: 718.")


def test_periods_with_a_day_that_cannot_be_read_are_not_missing_periods(pack: Path) -> None:
    """To delete the second half of each year from the path, as for a year without one, would harm."""
    for row in (3, 5):
        cell("periods", row, "due_date", "2023-06-31")(pack)
    mistakes = check_plan(pack).mistakes
    assert [(mistake.rule, mistake.place, mistake.row) for mistake in mistakes] == [
        ("not_date", "periods.csv", 3),
        ("not_date", "periods.csv", 5),
    ]


def test_two_targets_of_one_name_are_remarked(pack: Path) -> None:
    table = rows_of(pack, "plan_targets")
    cell("plan_targets", 3, "short_name_vi", table[1][table[0].index("short_name_vi")])(pack)
    checked = check_plan(pack)
    assert checked.mistakes == ()
    twice = [remark for remark in checked.remarks if remark.rule == "target_name_twice"]
    assert [(remark.place, remark.row, remark.column) for remark in twice] == [("plan_targets.csv", 3, "short_name_vi")]


def test_a_target_may_begin_with_a_new_form_within_the_plan_but_not_after_it(pack: Path) -> None:
    """With an earlier first period of the form, every report of the past would lack a form that no unit was sent."""
    cell("target_levels", 6, "first_period_code", "2023H2")(pack)
    cell("form_levels", 3, "first_period_code", "2023H2")(pack)
    checked = check_plan(pack)
    assert checked.mistakes == ()
    [late] = [remark for remark in checked.remarks if remark.rule == "level_late"]
    assert (late.place, late.row, late.column) == ("target_levels.csv", 6, "first_period_code")
    assert late.text("what", "en") == (
        "The target is counted only from 2023H2; the plan begins with 2023H1: earlier periods do not have the target."
    )
    cell("target_levels", 6, "first_period_code", "2025H1")(pack)
    assert "level_late" in {mistake.rule for mistake in check_plan(pack).mistakes}


def test_a_year_from_july_whose_periods_would_be_named_as_other_months_is_remarked(pack: Path) -> None:
    """“Nửa đầu 2023” would be July to December on pages, and “6 tháng đầu năm” in letters."""
    table = rows_of(pack, "periods")
    days = {"01-01": "07-01", "06-30": "12-31", "07-01": "01-01", "12-31": "06-30"}
    for row in table[1:]:
        for at in range(3, 7):
            year, _, rest = row[at].partition("-")
            row[at] = f"{int(year) + (row[2] == '2')}-{days[rest]}"
        row[7] = row[8] = f"{int(row[6][:4]) + (row[2] == '1')}-{'01' if row[2] == '1' else '07'}-15"
    write(pack, "periods", table)

    def named() -> list[tuple[int | None, str]]:
        remarks = [remark for remark in check_plan(pack).problems if remark.rule == "period_other_months"]
        assert all(remark.is_remark for remark in remarks)
        return [(remark.row, remark.text("what", "vi")) for remark in remarks]

    assert named() == [(2, "Kỳ 2023H1 hết ngày 2023-12-31, nhưng tên kỳ trên các trang là tên của tháng khác.")]
    words = """
[period]
name_h = "Kỳ {number} năm {year}"
short_h = "{number}/{year}"
[letterhead]
period_h = "kỳ {number} năm {year}"
[trend]
h = "{number}"
"""
    for lang in LANGUAGES:
        with (pack / "text" / f"{lang}.toml").open("a", encoding="utf-8") as file:
            file.write(words)
    assert named() == []


def test_titles_and_empty_rows_above_the_columns_are_passed_over_and_rows_keep_their_numbers(pack: Path) -> None:
    units = pack / "seeds" / "units.csv"
    units.write_text("\nDanh sách đơn vị,,\n" + units.read_text(encoding="utf-8"), encoding="utf-8")
    assert check_plan(pack).mistakes == ()
    text = units.read_text(encoding="utf-8").replace("unit_level", "level", 1)
    units.write_text(text, encoding="utf-8")
    assert [(mistake.rule, mistake.row) for mistake in check_plan(pack).mistakes] == [("column_unknown", 3)]


def test_a_short_name_longer_than_slides_have_room_for_is_remarked(pack: Path) -> None:
    cell("plan_targets", 2, "short_name_vi", "Số " * 14)(pack)
    cell("units", 6, "short_name_vi", "Đồi " * 7)(pack)
    checked = check_plan(pack)
    assert checked.mistakes == ()
    long = [remark for remark in checked.remarks if remark.rule == "short_name_long"]
    assert [(remark.place, remark.row, remark.params["count"]) for remark in long] == [
        *(("units.csv", 6, "27"), ("plan_targets.csv", 2, "41"))
    ]


def test_what_leaves_tables_empty_reports_incomplete_or_words_wrong_is_remarked(pack: Path) -> None:
    (pack / "text" / "vi.toml").unlink()
    table = rows_of(pack, "target_levels")
    shown = table[0].index("shown_levels")
    write(pack, "target_levels", [table[0], *([*row[:shown], "city|ward", *row[shown + 1 :]] for row in table[1:])])
    write(pack, "tasks", rows_of(pack, "tasks")[:1])
    without("target_amounts", 6)(pack)
    checked = check_plan(pack)
    assert checked.mistakes == ()
    assert "Kỳ 2023H1 không phải quý, nhưng các trang vẫn viết “quý” (vi)." in [
        remark.text("what", "vi") for remark in checked.remarks
    ]
    remarks = [(remark.rule, remark.row, remark.params.get("level")) for remark in checked.remarks]
    assert {("level_not_shown", 2, "district"), ("amount_not_yet", 4, None)} <= set(remarks)
    assert [level for rule, _, level in remarks if rule == "form_without_task"] == ["district"]


def test_an_empty_optional_column_and_a_year_as_a_name_are_fine(pack: Path) -> None:
    both(cell("units", 5, "name_vi", "2026"), cell("units", 5, "name_en", "2026"))(pack)
    assert check_plan(pack).mistakes == ()


def test_a_file_with_semicolons_is_read_like_one_with_commas(pack: Path) -> None:
    path = pack / "seeds" / "target_levels.csv"
    before = read_pack(pack)
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert check_plan(pack).mistakes == ()
    assert read_pack(pack).tables == before.tables


def test_every_mistake_is_reported_at_once_in_the_order_of_the_sheets(pack: Path) -> None:
    both(
        cell("target_paths", 3, "path_share_pct", "90"),
        cell("units", 5, "is_rural", "nửa"),
        cell("units", 6, "parent_code", "903"),
        cell("periods", 2, "reminder_date", "2023-07-16"),
    )(pack)
    places = [(problem.place, problem.row) for problem in check_plan(pack).mistakes]
    assert places == [("units.csv", 5), ("units.csv", 6), ("periods.csv", 2), ("target_paths.csv", 3)]


def test_of_many_mistakes_alike_every_row_is_named(pack: Path) -> None:
    both(*(cell("units", row, "unit_type", "") for row in range(3, 10)))(pack)
    lines = describe(check_plan(pack).mistakes, "en")
    assert len([line for line in lines if "is required and empty" in line]) == 3
    assert lines[-1].endswith("and 4 more like it, in rows 6, 7, 8, 9")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_states_the_same_in_both_languages(rule: str) -> None:
    for part in PARTS:
        names = [set(re.findall(r"{(\w+)}", RULES[rule][lang][part])) for lang in ("vi", "en")]
        assert names[0] == names[1], part
        assert all(RULES[rule][lang][part].strip() for lang in ("vi", "en"))


def test_every_rule_in_the_code_is_worded_and_every_wording_is_used() -> None:
    folders = [Path(package.__file__ or "").parent for package in (warehouse.packs, warehouse.plan)]
    sources = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py"))
    kinds = {f"not_{kind}" for kind in ("integer", "decimal", "boolean", "date")}
    assert {word for word in re.findall(r'"([a-z_]+)"', sources) if word in RULES} | kinds == set(RULES)


def test_the_commands_state_the_same_in_both_languages() -> None:
    texts = load_texts("plan")
    for key, text in [*texts.items(), *texts["show"].items(), *texts["types"].items()]:
        if key not in ("show", "types"):
            names = [set(re.findall(r"{(\w+)", text[lang])) for lang in ("vi", "en")]
            assert names[0] == names[1], key


# Workbooks.


def as_workbook(pack: Path, path: Path) -> Path:
    """Write the content of a folder as a workbook, as people would: days as days, numbers as numbers."""
    book = openpyxl.Workbook()
    book.active.title = "Hướng dẫn"
    for file_path in sorted((pack / "seeds").glob("*.csv")):
        sheet = book.create_sheet(file_path.stem)
        header, *rows = rows_of(pack, file_path.stem)
        sheet.append([None, "Dòng tiêu đề"])
        sheet.append(header)
        columns = schema()[file_path.stem].columns
        for row in rows:
            sheet.append([typed(columns[name].kind, text) for name, text in zip(header, row, strict=True)])
    words = book.create_sheet("words Từ ngữ")
    words.append(["#", "lang", "section", "key", "text"])
    words.append(["ví dụ", "vi", "glossary", "quý", "không được đọc"])
    for lang in ("vi", "en"):
        tree = tomllib.loads((pack / "text" / f"{lang}.toml").read_text(encoding="utf-8"))
        for section, texts in tree.items():
            for key, text in texts.items():
                words.append([None, lang, section, key, text])
    book.save(path)
    return path


def typed(kind: str, text: str) -> object:
    if not text:
        return None
    if kind == "date":
        return datetime.fromisoformat(text)
    if kind in ("integer", "decimal"):
        return float(text)
    return {"true": True, "false": False}.get(text, text)


def edited(path: Path, sheet: str, place: str, value: object) -> Path:
    """Type a value into a cell of a workbook."""
    book = openpyxl.load_workbook(path)
    book[sheet][place] = value
    book.save(path)
    return path


@pytest.fixture
def workbook(pack: Path, tmp_path: Path) -> Path:
    """The good pack as a workbook."""
    return as_workbook(pack, tmp_path / "pack.xlsx")


def test_a_workbook_gives_the_same_seeds_words_and_content_as_the_folder(pack: Path, workbook: Path) -> None:
    folder_pack, book_pack = read_pack(pack), read_pack(workbook)
    assert check_plan(workbook).mistakes == ()
    assert book_pack.texts == folder_pack.texts
    cells = [
        {seed: [row.cells for row in table.rows] for seed, table in tables_of(read).items()}
        for read in (folder_pack, book_pack)
    ]
    assert cells[0] == cells[1]


def test_the_fingerprint_of_a_version_is_that_of_the_content_whether_folder_or_workbook(
    pack: Path, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prints = []
    for path in (pack, workbook):
        monkeypatch.setenv("KPI_PLAN_DIR", str(path))
        prints.append((code_fingerprint(), raw_fingerprint()))
    assert prints[0] == prints[1]
    monkeypatch.setenv("KPI_PLAN_DIR", str(edited(workbook, "target_thresholds", "D3", 70)))
    assert (code_fingerprint(), raw_fingerprint()) != prints[0]


def test_a_mistake_in_a_workbook_names_sheet_row_and_column(workbook: Path) -> None:
    problem = check_plan(edited(workbook, "units", "F6", "903")).mistakes[0]
    assert problem.where("vi") == "trang “units”, dòng 6, cột parent_code"
    assert problem.where("en") == "sheet “units”, row 6, column parent_code"
    assert problem.value == "903"


def test_a_sheet_that_is_no_table_is_named_and_one_with_an_underscore_is_not_read(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    for name in ("Chỉ tiêu", "_ghi chú"):
        book.create_sheet(name).append(["gì đó"])
    book.save(workbook)
    assert [(problem.rule, problem.place) for problem in check_plan(workbook).mistakes] == [
        ("seed_unknown", "Chỉ tiêu")
    ]


def test_a_sheet_without_codes_of_columns_and_a_table_on_two_sheets_are_named(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    book.copy_worksheet(book["plans"]).title = "plans Bản sao"
    book["tasks"].delete_rows(2)
    book.save(workbook)
    rules = {(problem.rule, problem.place) for problem in check_plan(workbook).mistakes}
    assert rules == {("sheet_twice", "plans Bản sao"), ("header_missing", "tasks")}


@pytest.mark.parametrize("damage", [b"", b"no workbook", None])
def test_a_damaged_workbook_is_one_mistake(damage: bytes | None, workbook: Path) -> None:
    whole = workbook.read_bytes()
    workbook.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert [problem.rule for problem in check_plan(workbook).mistakes] == ["workbook_unreadable"]


def test_an_incomplete_row_of_words_is_named(workbook: Path) -> None:
    problem = check_plan(edited(workbook, "words Từ ngữ", "E3", None)).mistakes[0]
    assert (problem.rule, problem.place) == ("word_incomplete", "words Từ ngữ, 3")


def test_days_and_answers_are_read_as_people_type_them(workbook: Path) -> None:
    for sheet, place, value in (("units", "B6", "01/01/2023"), ("units", "K6", "có"), ("plans", "L3", "Không")):
        edited(workbook, sheet, place, value)
    checked = check_plan(workbook)
    assert checked.mistakes == ()
    row = checked.tables["units"].rows[3]
    assert (row.cells["valid_from"], row.cells["is_rural"]) == ("2023-01-01", "true")
    assert checked.tables["plans"].rows[0].cells["is_illustrative"] == "false"


# Codes with zeros.


@pytest.fixture
def zeros(tmp_path: Path) -> Path:
    """The workbook of a province whose codes begin with zeros; units from row 4 on."""
    path = tmp_path / "ha-noi.xlsx"
    province = find_province("Hà Nội")
    draft = draft_pack(replace(province, communes=province.communes[:4]), (2026, 2026), "quarter")
    write_pack_workbook(path, draft)
    return path


UNITS, PARENT, AMOUNTS = "units Đơn vị", "G", "target_amounts Số được giao"


@pytest.mark.parametrize("typed_code", [1, "1", "01", 1.0])
def test_a_number_means_the_one_code_that_has_it(zeros: Path, typed_code: object) -> None:
    checked = check_plan(edited(zeros, UNITS, f"{PARENT}5", typed_code))
    assert checked.mistakes == ()
    assert checked.tables["units"].rows[1].cells["parent_code"] == "01"


def test_a_number_that_may_be_two_codes_is_a_clear_mistake(zeros: Path) -> None:
    edited(zeros, UNITS, "B6", "001")
    edited(zeros, UNITS, "B7", "0001")
    problems = check_plan(edited(zeros, UNITS, f"{PARENT}5", "00001")).mistakes
    assert [(problem.rule, problem.row, problem.column) for problem in problems] == [
        ("code_ambiguous", 5, "parent_code")
    ]
    assert "0001, 001, 01" in problems[0].text("what", "en")


def test_a_code_defined_as_a_number_has_lost_its_zeros(zeros: Path) -> None:
    problem = check_plan(edited(zeros, UNITS, "B5", 4)).mistakes[0]
    assert (problem.rule, problem.row, problem.column, problem.value) == ("code_lost_zeros", 5, "unit_code", "4")
    assert "00004" in problem.text("mend", "vi")


# New packs.


@pytest.mark.parametrize(
    ("place", "vi", "en"),
    [
        ("Lai Châu", "của Tỉnh Lai Châu,", "Plan of Lai Chau Province on"),
        ("Huế,Hà Nội", "của cả nước,", "Plan of Viet Nam on"),
    ],
)
def test_a_new_plan_is_called_in_each_language_by_the_name_of_its_place(place: str, vi: str, en: str) -> None:
    [plan] = draft_pack(find_place(place), (2026, 2026), "quarter").tables["plans"]
    assert vi in plan["full_name_vi"]
    assert en in plan["full_name_en"]
    assert en.removeprefix("Plan of ").removesuffix(" on") in plan["note_en"]


@pytest.mark.parametrize(
    ("written", "communes", "calendar"),
    [("Hà Nội", 126, "quarter"), ("TP Huế", 40, "half"), ("lai chau", 38, "month"), ("79", 168, "quarter")],
)
def test_a_new_pack_of_a_real_province_passes_the_check(
    written: str, communes: int, calendar: str, tmp_path: Path
) -> None:
    path = tmp_path / "pack.xlsx"
    write_pack_workbook(path, draft_pack(find_province(written), (2026, 2030), calendar, mid_month=True))
    checked = check_plan(path)
    assert checked.problems == ()
    assert len(checked.tables["units"].rows) == communes + 1
    assert len(checked.tables["periods"].rows) == 5 * CALENDARS[calendar][1]
    first = checked.tables["periods"].rows[0].cells
    assert (first["covers_from"], first["covers_to"][-2:]) == ("2025-12-15", "14")


def test_a_new_pack_says_nothing_of_an_earlier_plan_or_of_districts(zeros: Path) -> None:
    targets = {row.cells["target_code"]: row.cells for row in read_pack(zeros).tables["plan_targets"].rows}
    texts = "\n".join(text for cells in targets.values() for text in cells.values())
    assert re.findall(r"(?i)kế hoạch trước|trước năm|quận|huyện|plan before|before 20|district", texts) == []
    assert targets["T11"]["definition_vi"] == "Mỗi quý ít nhất một lượt kiểm tra. Tính theo phường, xã, đặc khu và quý."
    # What pages say of a threshold that no decision of the place sets.
    said = {lang: read_pack(zeros).texts[lang]["basis"]["carried_over"] for lang in LANGUAGES}
    assert said == {"vi": "Ngưỡng {threshold}% chưa có quyết định", "en": "Threshold {threshold}%, without a decision"}


@pytest.mark.slow
def test_a_new_pack_of_each_of_the_34_provinces_passes_the_check(tmp_path: Path) -> None:
    assert len(provinces()) == 34
    assert sum(len(province.communes) for province in provinces()) == 3321
    for province in provinces():
        path = tmp_path / f"{province.code}.xlsx"
        write_pack_workbook(path, draft_pack(province, (2026, 2026), "quarter"))
        assert check_plan(path).mistakes == (), province.name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Hà Nội", "01"),
        ("ha noi", "01"),
        ("TP Hà Nội", "01"),
        ("HaNoi", "01"),
        ("01", "01"),
        ("1", "01"),
        ("TP.HCM", "79"),
    ],
)
def test_a_province_is_found_as_people_write_it(written: str, code: str) -> None:
    assert find_province(written).code == code


@pytest.mark.parametrize(("written", "suggested"), [("Hà Nộj", "Hà Nội"), ("Đắc Lắc", "Đắk Lắk"), ("99", "Cà Mau")])
def test_an_unknown_province_lists_suggestions(written: str, suggested: str) -> None:
    with pytest.raises(UnknownProvinceError) as unknown:
        find_province(written)
    assert suggested in unknown.value.suggestions


def test_several_provinces_have_the_country_above_them_and_report_for_their_communes(tmp_path: Path) -> None:
    place = find_place("Cần Thơ, ha noi,46")
    assert isinstance(place, Nation)
    assert [province.code for province in place.provinces] == ["01", "46", "92"]
    path = tmp_path / "ca-nuoc.xlsx"
    write_pack_workbook(path, draft_pack(place, (2026, 2026), "month"))
    checked = check_plan(path)
    assert checked.mistakes == ()
    rows = {name: [row.cells for row in checked.tables[name].rows] for name in ("units", "unit_levels", "form_levels")}
    assert [row["unit_level"] for row in rows["unit_levels"]] == ["country", "province", "commune"]
    parents = {row["unit_code"]: row["parent_code"] for row in rows["units"]}
    assert (parents["VN"], parents["01"], parents["00004"]) == ("", "VN", "01")
    filled = {(row["form_code"], row["unit_level"]) for row in rows["form_levels"]}
    # Tasks are reported once by each reporter; cases also by its own agencies.
    assert {level for form, level in filled if form == "B8"} == {"country", "province"}
    assert {level for form, level in filled if form == "B6"} == {"country", "province", "commune"}
    assert {level for form, level in filled if form == "B1"} == {"commune"}


def test_one_name_twice_is_one_province_and_an_unknown_one_among_several_is_named() -> None:
    assert find_place("Huế,46") == find_province("Huế")
    with pytest.raises(UnknownProvinceError, match="Hà Nộj"):
        find_place("Huế,Hà Nộj")


def test_the_pack_of_the_whole_country_passes_the_check(tmp_path: Path) -> None:
    path = tmp_path / "ca-nuoc.xlsx"
    write_pack_workbook(path, draft_pack(Nation(provinces()), (2026, 2026), "month"))
    checked = check_plan(path)
    assert checked.mistakes == ()
    assert len(checked.tables["units"].rows) == 1 + 34 + 3321


def test_the_workbook_keeps_zeros_explains_each_column_and_offers_lists(zeros: Path) -> None:
    book = openpyxl.load_workbook(zeros)
    units = book[UNITS]
    assert (units["B5"].value, units["B5"].number_format) == ("00004", "@")
    # Codes that are typed below keep their zeros too.
    assert units.column_dimensions["B"].number_format == "@"
    for sheet in book:
        if sheet.title not in ("Hướng dẫn", "_danh_sach"):
            codes = [head for head in sheet[3] if head.value]
            assert all(head.comment and head.comment.text.strip() for head in codes), sheet.title
            assert sheet.max_row > 3, sheet.title
    offered = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in units.data_validations.dataValidation}
    assert offered["L4"] == '"có,không"'
    assert offered["G4"] == "'units Đơn vị'!$B$4:$B$4000"
    assert "CẦN KIỂM TRA" in str(book["Hướng dẫn"]["B2"].value)
    assert book["target_amounts Số được giao"]["A4"].value == "ví dụ"


def test_the_plan_is_shown_as_people_read_it(zeros: Path) -> None:
    shown = "\n".join(describe_plan(check_plan(zeros).tables, "vi", date(2026, 5, 5)))
    assert "Đơn vị: Thành phố Hà Nội" in shown
    assert "4 phường, xã" in shown
    assert "T14 Vi phạm đã phát hiện được xử lý theo quy định — tính theo phường, xã; ngưỡng 80%" in shown
    assert "2026Q2: số liệu từ 01/04/2026 đến 30/06/2026, hạn gửi 15/07/2026" in shown
    amounts = "\n".join(describe_plan(check_plan(PACK).tables, "en", date(2023, 5, 5)))
    assert "D2 People who listened — counted over communes; assigned 2023: 1000, 2024: 1200" in amounts
    assert "D4 Violations dealt with — counted over provinces, districts; 2023: 75%, 2024: 90%" in amounts


# Commands.


def test_a_pack_of_one_target_is_counted_in_the_singular() -> None:
    counted = say("plan", "fine", "en", name="ke-hoach.xlsx", units=1, periods=20, targets=1)
    assert counted == "✓ ke-hoach.xlsx: no mistakes. 1 unit, 20 periods, 1 target."


@pytest.mark.build
def test_the_commands_write_check_and_show_a_pack(tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.xlsx"
    made = run(tmp_path / "data", "plan", "new", "--province", "Huế", "--out", path)
    assert made.returncode == 0, made.stderr
    assert "MUST BE CHECKED" in made.stdout
    assert run(tmp_path / "data", "plan", "new", "--province", "Huế", "--out", path).returncode == 2
    fine = run(tmp_path / "data", "plan", "check", path)
    assert (fine.returncode, fine.stdout.strip()) == (
        0,
        "✓ ke-hoach.xlsx: no mistakes. 41 units, 20 periods, 16 targets.",
    )
    assert "Units: Hue City" in run(tmp_path / "data", "plan", "show", path).stdout
    refused = run(tmp_path / "data", "plan", "check", edited(path, UNITS, "G5", "99"))
    assert refused.returncode == 3
    assert "sheet “units Đơn vị”, row 5, column parent_code: There is no code “99”" in refused.stderr
    unknown = run(tmp_path / "data", "plan", "new", "--province", "Hue Citi", "--out", tmp_path / "x.xlsx")
    assert (unknown.returncode, "Huế" in unknown.stderr) == (2, True)


@pytest.mark.build
def test_a_build_under_another_plan_than_that_of_the_reports_says_so(province_data_dir: Path, tmp_path: Path) -> None:
    data_dir = copy_for_writing(province_data_dir, tmp_path / "data", "landing")
    before = (data_dir / "published").readlink()
    for lang, said in (("vi", "kế hoạch đang dùng (SH26)"), ("en", "the plan in force (SH26)")):
        stopped = run(data_dir, "build", **two_tiers.surroundings() | {"KPI_LANG": lang})
        assert stopped.returncode == 1
        assert said in stopped.stderr
        assert "KPI_PLAN_DIR" in stopped.stderr
    assert (data_dir / "published").readlink() == before


@pytest.mark.build
def test_a_merger_entered_after_an_old_unit_reported_names_its_reports_and_what_to_do(
    waiting_data_dir: Path, pack: Path
) -> None:
    """Their numbers would be in no unit: not even where the new unit keeps the old one's code."""
    options = PROVINCE | {"KPI_PLAN_DIR": str(pack)}
    before = (waiting_data_dir / "published").readlink()
    both(
        cell("units", 4, "valid_to", "2023-07-01"),
        added("units", "902,2023-07-01,,district,huyen,90,Huyện Tây Khê,Tay Khe District,Tây Khê,Tay Khe,true,1,1,"),
        added("unit_successors", "902,2023-01-01,902,2023-07-01,true,true"),
    )(pack)
    stopped = run(waiting_data_dir, "build", **options)
    assert stopped.returncode == 1
    assert re.search(r"\(id \d+\): unit 902 \(valid_from 2023-01-01\), period 2023H2", stopped.stderr)
    assert "python -m warehouse return ID" in stopped.stderr
    assert "unit 901" not in stopped.stderr
    assert "period 2023H1" not in stopped.stderr
    assert (waiting_data_dir / "published").readlink() == before


@pytest.mark.build
def test_a_merger_within_a_unit_that_has_reported_names_the_report_and_the_row(
    province_data_dir: Path, pack: Path, tmp_path: Path
) -> None:
    """Two communes of a district merge in a period for which the district has stated both."""
    data_dir = copy_for_writing(province_data_dir, tmp_path / "data", "landing")
    options = PROVINCE | {"KPI_PLAN_DIR": str(pack)}
    before = (data_dir / "published").readlink()
    new = "90104,2023-10-01,,ward,xa,901,Xã Bến Đá,Ben Da Commune,Bến Đá,Ben Da,true,,,"
    both(
        cell("units", 6, "valid_to", "2023-10-01"),
        cell("units", 7, "valid_to", "2023-10-01"),
        added("units", new),
        added("unit_successors", "90102,2023-01-01,90104,2023-10-01,true,true"),
        added("unit_successors", "90103,2023-01-01,90104,2023-10-01,true,true"),
    )(pack)
    stopped = run(data_dir, "build", **options)
    assert stopped.returncode == 1
    row = r"“901_2023H2.xlsx” \(id (\d+)\).* has a row “Xã Bến Gỗ, 90102” in the sheet “(.*?)”"
    told = re.search(row, stopped.stderr)
    assert told, stopped.stderr
    assert told[2] == B1
    assert f"python -m warehouse return {told[1]} " in stopped.stderr
    assert (data_dir / "published").readlink() == before
    run_well(data_dir, "return", told[1], "--reason", "sáp nhập", **options)
    run_well(data_dir, "build", **options)
    assert (data_dir / "published").readlink() != before


@pytest.mark.build
def test_an_answer_that_was_reworded_after_it_was_given_names_the_cell_and_is_read_by_its_former_wording(
    province_data_dir: Path, pack: Path, tmp_path: Path
) -> None:
    data_dir = copy_for_writing(province_data_dir, tmp_path / "data", "landing")
    options = PROVINCE | {"KPI_PLAN_DIR": str(pack)}
    lists = pack / "seeds" / "code_lists.csv"
    known = (SEEDS_DIR / "code_lists.csv").read_text(encoding="utf-8")
    before = (data_dir / "published").readlink()
    own, former = "under_way,2,Đang thực hiện,Under way,", "under_way,2,Đang làm,In progress,"
    assert own in known
    lists.write_text(known.replace(own, former), encoding="utf-8")
    stopped = run(data_dir, "build", **options)
    assert stopped.returncode == 1
    assert f"has “Đang thực hiện” in {B8}!" in stopped.stderr
    assert "901_2023H1.xlsx" in stopped.stderr
    assert "former_labels" in stopped.stderr
    assert (data_dir / "published").readlink() == before
    lists.write_text(known.replace(own, f"{former}Đang thực hiện"), encoding="utf-8")
    run_well(data_dir, "build", **options)
    assert (data_dir / "published").readlink() != before


@pytest.mark.build
def test_a_build_stops_with_the_words_of_the_check_and_leaves_what_was_published(
    province_data_dir: Path, pack: Path, tmp_path: Path
) -> None:
    data_dir = copy_for_writing(province_data_dir, tmp_path / "data", "landing")
    before = (data_dir / "published").readlink()
    cell("target_paths", 3, "path_share_pct", "90")(pack)
    options = PROVINCE | {"KPI_PLAN_DIR": str(pack)}
    stopped = run(data_dir, "build", **options)
    assert stopped.returncode == 4
    problem = check_plan(pack).mistakes[0]
    for part in PARTS:
        assert problem.text(part, "en") in stopped.stderr
    assert "file target_paths.csv, row 3, column path_share_pct" in stopped.stderr
    assert (data_dir / "published").readlink() == before
    failed = json.loads((data_dir / "build-state.json").read_text(encoding="utf-8"))
    assert problem.text("what", "vi") in json.dumps(failed, ensure_ascii=False)
