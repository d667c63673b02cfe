"""Personal data is recognised in headers and cells, and ordinary official language is left in peace."""

import pytest

from warehouse.forms.personal import sign_in_cell, sign_in_header
from warehouse.reference import load_reference
from warehouse.text import load_texts


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Họ và tên", "name"),
        ("HỌ TÊN", "name"),
        ("ho_ten", "name"),
        ("Tên", "name"),
        ("full_name", "name"),
        ("Số CCCD", "identity_number"),
        ("CMND/CCCD", "identity_number"),
        ("Căn cước công dân", "identity_number"),
        ("Hộ chiếu", "identity_number"),
        ("Số điện thoại", "phone"),
        ("SĐT", "phone"),
        ("Ngày sinh", "birth_date"),
        ("Năm sinh", "birth_date"),
        ("Ngày, tháng, năm sinh", "birth_date"),
        ("Địa chỉ", "address"),
        ("Nơi cư trú", "address"),
        ("E-mail", "email"),
    ],
)
def test_a_header_that_asks_for_a_person_is_recognised(header: str, kind: str) -> None:
    assert sign_in_header(header) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0909 123 456", "phone"),
        ("LH 0909123456", "phone"),
        ("+84909123456", "phone"),
        ("079085001234", "identity_number"),
        ("CCCD 079085", "identity_number"),
        ("024123456", "identity_number"),
        ("chị Nguyễn Thị B", "name"),
        ("Bà Trần Thị Hoa được vay vốn", "name"),
        ("Nguyễn Văn A", "name"),
        ("Họ tên: X", "name"),
        ("sinh năm 1990", "birth_date"),
        ("ngụ tại 12/3 khu phố 2", "address"),
        ("45 đường số 7", "address"),
        ("a.b@gmail.com", "email"),
    ],
)
def test_a_cell_that_tells_of_a_person_is_recognised(text: str, kind: str) -> None:
    assert sign_in_cell(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Số 1234/QĐ-UBND ngày 15/03/2021",
        "178/2004/NĐ-CP",
        "123/BC-PLĐTBXH",
        "Phối hợp với Hội Liên hiệp Phụ nữ",
        "Tổ chức tại xã Phạm Văn Hai",
        "Tại đường Nguyễn Văn Cừ",
        "Trường Nguyễn Thị Minh Khai",
        "Bà Rịa - Vũng Tàu",
        "Kinh phí 1.250.000 đồng",
        "2021-2025",
        "12",
    ],
)
def test_official_language_is_left_in_peace(text: str) -> None:
    assert sign_in_cell(text) is None


def test_the_forms_own_words_are_no_signs() -> None:
    reference = load_reference()
    for column in reference.form_columns:
        assert sign_in_header(column.header_vi) is None
        assert sign_in_header(column.column_code.replace("_", " ")) is None
    words = load_texts("workbook")
    own = [form.guidance_vi for form in reference.forms.values()] + words["guidance"]["lines"] + [words["title"]]
    own += [unit.name_vi for unit in reference.units] + [task.name_vi for task in reference.tasks.values()]
    assert [text for text in own if sign_in_cell(text)] == []
