"""Personal data is recognised in headers and cells, and ordinary official language is left in peace."""

import pytest

from warehouse.forms.privacy.personal_data import sign_in_cell, sign_in_header
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
        ("０７９０８５００１２３４", "identity_number"),
        ("079 085 001 234", "identity_number"),
        ("079.085.001.234", "identity_number"),
        ("079-085-001-234", "identity_number"),
        ("0790\u200b8500\u200b1234", "identity_number"),
        ("079o85oo1234", "identity_number"),
        ("079a085b001234", "identity_number"),
        ("hộ chiếu số B123", "identity_number"),
        ("B1234567", "identity_number"),
        ("(+84) 909 123 456", "phone"),
        ("0909.123.456", "phone"),
        ("0 9 0 9 1 2 3 4 5 6", "phone"),
        ("ĐT: 028 3829", "phone"),
        ("NGUYỄN VĂN A", "name"),
        ("NGUYỄN THỊ HOA", "name"),
        ("Nguyen Van A", "name"),
        ("nguyễn văn a", "name"),
        ("Nguye\u0302\u0303n Va\u0306n A", "name"),
        ("Huỳnh Ngọc Ánh Tuyết", "name"),
        ("chị Lan được vay vốn", "name"),
        ("em H. đã học nghề", "name"),
        ("đ/c Nguyễn Văn B", "name"),
        ("Sinh 12/3/1990", "birth_date"),
        ("N.T.H (1990)", "birth_date"),
        ("hộ khẩu tại xã khác", "address"),
        ("tạm trú phường 5", "address"),
        ("45/12 Lê Văn Sỹ", "name"),
        ("12 Nguyễn Trãi", "address"),
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
        "Kinh phí 1.250.000.000 đồng",
        "giai đoạn 2021-2025 200 người",
        "từ 15/03/2021 đến 20/03/2021",
        "45/KH-UBND, 46/KH-UBND ngày 5.3.2024",
        "1234/2024/QĐ-UBND",
        "Đường Nguyễn Văn Linh",
        "Phường Nguyễn Thái Bình",
        "phường Phan Văn Trị",
        "P. Nguyễn Cư Trinh",
        "các tuyến đường Trần Hưng Đạo, Nguyễn Thái Học",
        "Công viên Lê Văn Tám",
        "3 cơ sở lưu trú tại Quận 1",
        "xã Bà Điểm",
        "Chợ Bà Chiểu",
        "Cầu Ông Lãnh",
        "Đoàn Thanh niên Cộng sản Hồ Chí Minh",
        "anh chị em công nhân",
        "sinh viên 200 người",
        "phường 1, 2, 3, 4, 5, 6, 7, 8, 9",
        "BÁO CÁO KẾT QUẢ QUÝ II NĂM 2024",
        "Tổ chức 12 buổi, 1.250 lượt người",
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
    own += [unit.name_vi for unit in reference.units] + [task.name_vi for task in reference.tasks]
    assert [text for text in own if sign_in_cell(text)] == []
