"""Names of units as people type them: what is certain is matched, what is not is only suggested."""

import unicodedata

import pytest

from warehouse.forms.reading.unit_history import history_at
from warehouse.forms.reading.unit_names import UnitIndex, meant_code, name_key
from warehouse.reference import Reference, load_reference

REFERENCE = load_reference()
NBSP = "\u00a0"


def reporters() -> UnitIndex:
    units = REFERENCE.reporters("2024Q2")
    return UnitIndex(units, REFERENCE.aliases, units)


def wards_of(code: str, period: str = "2024Q2") -> UnitIndex:
    district = next(unit for unit in REFERENCE.reporters(period) if unit.unit_code == code)
    return UnitIndex(REFERENCE.units_reported_by(district, period), REFERENCE.aliases, (district,))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Quận 1", "760"),
        ("quận 1", "760"),
        ("QUẬN 1", "760"),
        ("Quan 1", "760"),
        ("Q1", "760"),
        ("Q.1", "760"),
        ("Q. 1", "760"),
        ("Q 1", "760"),
        ("Quận 01", "760"),
        ("Q.01", "760"),
        (" Quận  1 ", "760"),
        (f"Quận{NBSP}1", "760"),
        (unicodedata.normalize("NFD", "Quận 1"), "760"),
        ("District 1", "760"),
        ("Quận 12", "761"),
        ("Gò Vấp", "764"),
        ("Quận Gò Vấp", "764"),
        ("Q. Gò Vấp", "764"),
        ("Q.Gò Vấp", "764"),
        (unicodedata.normalize("NFD", "Gò Vấp"), "764"),
        ("go vap", "764"),
        ("TP Thủ Đức", "769"),
        ("TP. Thủ Đức", "769"),
        ("Tp.Thủ Đức", "769"),
        ("Thành phố Thủ Đức", "769"),
        ("H. Củ Chi", "783"),
        ("Huyện Hóc Môn", "784"),
        ("hoc mon", "784"),
        ("TP.HCM", "79"),
        ("Thành phố Hồ Chí Minh", "79"),
        ("T.P. Thủ Đức", "769"),
        ("Quận số 1", "760"),
        ("Q\u200b1", "760"),
        ("Quận\u20091", "760"),
        ("Qu\u00adận 1", "760"),
        ("1. Quận 1", "760"),
        ("- Quận 1", "760"),
        ("Quận 1, TP.HCM", "760"),
        ("Quận 1 (760)", "760"),
        ("Quận Bình Thạnh", "765"),
        ("Q.Bình Thạnh", "765"),
        ("Ðống Ða", None),  # the Icelandic letter for Đ; no such unit here
    ],
)
def test_a_reporter_is_found_however_it_is_typed(typed: str, code: str | None) -> None:
    found = reporters().find(typed)
    assert (found.unit_code if found else None) == code


@pytest.mark.parametrize(
    ("district", "typed", "name"),
    [
        ("764", "P5", "Phường 5"),
        ("764", "P.5", "Phường 5"),
        ("764", "P. 05", "Phường 5"),
        ("764", "Phường 05", "Phường 5"),
        ("764", "phuong 5", "Phường 5"),
        ("785", "TT. Tân Túc", "Thị trấn Tân Túc"),
        ("785", "TT Tân Túc", "Thị trấn Tân Túc"),
        ("785", "Tân Túc", "Thị trấn Tân Túc"),
        ("785", "X. Vĩnh Lộc A", "Xã Vĩnh Lộc A"),
        ("785", "xã vĩnh lộc B", "Xã Vĩnh Lộc B"),
        ("783", "TT. Củ Chi", "Thị trấn Củ Chi"),
        ("783", "Huyện Củ Chi", "Huyện Củ Chi"),
        ("777", "P. Bình Hưng Hòa A", "Phường Bình Hưng Hoà A"),
        ("777", "Bình Hưng Hoà A", "Phường Bình Hưng Hoà A"),
        ("777", unicodedata.normalize("NFD", "Phường Bình Hưng Hòa A"), "Phường Bình Hưng Hoà A"),
        ("764", "F5", "Phường 5"),
        ("764", "F. 5", "Phường 5"),
        ("764", "Ph.5", "Phường 5"),
        ("764", "Phường số 5", "Phường 5"),
        ("764", "P.005", "Phường 5"),
        ("764", "PHƯỜNG  05", "Phường 5"),
        ("764", f"Phường{NBSP}05", "Phường 5"),
        ("764", "P\u200b5", "Phường 5"),
        ("764", "Phư\u00adờng 5", "Phường 5"),
        ("764", "Ward 5", "Phường 5"),
        ("764", "Phường 5, Quận Gò Vấp", "Phường 5"),
        ("764", "P5 - Gò Vấp", "Phường 5"),
        ("764", "P.5 (Q. Gò Vấp)", "Phường 5"),
        ("764", "3) Phường 5", "Phường 5"),
        ("769", "Phường Hiệp Phú (Quận 9 cũ)", "Phường Hiệp Phú"),
        ("769", "P. Hiệp Phú (Q9 cũ)", "Phường Hiệp Phú"),
        ("769", "P. Hiệp Phú (thuộc Q.9 cũ)", "Phường Hiệp Phú"),
        ("769", "Thảo Điền (Q.2 cũ)", "Phường Thảo Điền"),
        ("769", "Linh Tây (Thủ Đức cũ)", "Phường Linh Tây"),
        ("769", "P. An Khánh, TP Thủ Đức", "Phường An Khánh"),
        ("760", "Ða Kao", "Phường Đa Kao"),
        ("760", "DA KAO", "Phường Đa Kao"),
        ("760", "P.Nguyễn Thái Bình", "Phường Nguyễn Thái Bình"),
        ("783", "TT Củ Chi", "Thị trấn Củ Chi"),
        ("783", "Xã Trung Lập Thượng", "Xã Trung Lập Thượng"),
    ],
)
def test_a_ward_is_found_however_it_is_typed(district: str, typed: str, name: str) -> None:
    found = wards_of(district).find(typed)
    assert found is not None
    assert found.name_vi == name


@pytest.mark.parametrize(
    "typed", ["Quận 13", "Quận 2", "Quận 9", "13", "1", "", "Quận", "Thủ Đứcc", "Bình", "Quận 1 và 3"]
)
def test_an_uncertain_name_is_no_unit(typed: str) -> None:
    assert reporters().find(typed) is None


@pytest.mark.parametrize(
    ("district", "typed"),
    [
        ("764", "5"),
        ("764", "Phường 2"),
        ("764", "Phường 5A"),
        ("764", "Phường 5.0"),
        ("764", "Phường 5 và 6"),
        ("764", "Phường năm"),
        ("764", "Phường V"),
        ("764", "Xã 5"),
        ("764", "Phường 5 (cũ)"),
        ("764", "Phường 5 (nay là Phường 6)"),
        ("764", "Phường 5 (Quận 1)"),
        ("764", "Phường 5, Quận 3"),
        ("764", "Phường 5 (26902)"),
        ("764", "Р5"),  # a Cyrillic letter
        ("769", "Phường Hiệp Phú (Quận 2 cũ)"),
        ("769", "Quận 9 cũ"),
        ("769", "Quận 9"),
        ("769", "(Quận 9 cũ)"),
        ("785", "Xã Tân Túc"),
        ("777", "Bình Hưng Hoà"),
        ("760", "Bến Nghé Bến Thành"),
    ],
)
def test_an_uncertain_ward_is_no_unit(district: str, typed: str) -> None:
    found = wards_of(district).find(typed)
    # "Bình Hưng Hòa" is a ward of its own beside A and B.
    assert found is None or found.name_vi == "Phường Bình Hưng Hòa"


def test_a_note_in_brackets_must_be_true_of_the_unit() -> None:
    index = wards_of("769")
    for unit in index.units[1:]:
        truths = [old for old in ("Quận 2", "Quận 9", "Quận Thủ Đức") if index.find(f"{unit.name_vi} ({old} cũ)")]
        assert len(truths) == 1, unit.name_vi


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (760, "760"),
        (760.0, "760"),
        ("760.0", "760"),
        (" 760 ", "760"),
        ("0760", "760"),
        ("'760", "760"),
        ("26.734", "26734"),
        ("26 734", "26734"),
        (26734.0, "26734"),
        ("Quận 1", "Quận 1"),
        ("", ""),
    ],
)
def test_a_code_is_the_same_however_its_cell_is_formatted(raw: object, key: str) -> None:
    assert meant_code(raw, {"760", "26734", "00006", "01"}) == key


@pytest.mark.parametrize(
    ("raw", "codes", "meant"),
    [
        # Zeros at the start belong to official codes; a spreadsheet drops them.
        ("00006", {"00006", "00007"}, "00006"),
        (6, {"00006", "00007"}, "00006"),
        (6.0, {"00006", "00007"}, "00006"),
        ("'00006", {"00006", "00007"}, "00006"),
        ("1", {"01", "00001"}, "1"),
        ("01", {"01", "00001"}, "01"),
        ("6", {"6", "06"}, "6"),
        ("007", {"00006"}, "007"),
    ],
)
def test_zeros_at_the_start_of_a_code_count_where_they_distinguish_units(
    raw: object, codes: set[str], meant: str
) -> None:
    assert meant_code(raw, codes) == meant


def test_a_code_of_another_time_is_recognized_too() -> None:
    assert meant_code("0760", {"26740"}, {"760", "26740"}) == "760"


def test_the_next_number_is_suggested_first() -> None:
    assert reporters().suggest("Quận 13")[0] == "Quận 12"
    assert wards_of("764").suggest("P. 18")[0] == "Phường 17"


def test_quan_13_is_refused_but_its_neighbours_are_suggested() -> None:
    assert reporters().find("Quận 13") is None
    assert "Quận 1" in reporters().suggest("Quận 13")


@pytest.mark.parametrize(
    ("name", "code", "period", "former", "successors"),
    [
        ("Quận 9", "", "2024Q2", "Quận 9", "Thành phố Thủ Đức (769)"),
        ("", "763", "2024Q2", "Quận 9", "Thành phố Thủ Đức (769)"),
        # Its own part of TP Thủ Đức, which is no more either.
        ("Q.2", "", "2025Q3", "Quận 2", "Phường An Khánh (27094), Phường Bình Trưng (27097), Phường Cát Lái (27112)"),
        ("Phường 13, Quận Gò Vấp", "", "2025Q3", "Phường 13", "Phường An Hội Tây (26882), Phường An Hội Đông (26878)"),
    ],
)
def test_a_unit_that_is_no_more_is_told_where_it_went(
    name: str, code: str, period: str, former: str, successors: str
) -> None:
    history = history_at(REFERENCE, REFERENCE.periods[period].end_date)
    params = history.message_params(name, code, REFERENCE.reporters(period))
    assert (params["former"], params["successors"]) == (former, successors)


def test_of_a_name_that_went_different_ways_each_is_told_and_of_one_that_never_was_nothing() -> None:
    history = history_at(REFERENCE, REFERENCE.periods["2025Q3"].end_date)
    params = history.message_params("Phường 13", "", REFERENCE.reporters("2025Q3"))
    assert set(params) == {"several"}
    assert "Phường 13 (Quận 5) → Phường Chợ Lớn (27343)" in params["several"]
    assert history.message_params("Quận 13", "", REFERENCE.reporters("2025Q3")) == {}


def test_a_name_that_two_units_share_finds_neither() -> None:
    # Huyện Củ Chi and its Thị trấn Củ Chi stand in one workbook.
    assert wards_of("783").find("Củ Chi") is None


def test_the_same_code_means_another_ward_after_the_merger() -> None:
    before = wards_of("764", "2024Q4").find("Phường 13")
    after = wards_of("764", "2025Q1").find("Phường 15")
    assert before is not None
    assert after is not None
    assert before.unit_code == after.unit_code == "26872"
    assert wards_of("764", "2025Q1").find("Phường 13") is None


def test_every_official_name_finds_its_own_unit_in_every_quarter() -> None:
    reference: Reference = REFERENCE
    for period in reference.periods:
        for reporter in reference.reporters(period):
            units = reference.units_reported_by(reporter, period)
            index = UnitIndex(units, reference.aliases)
            assert [index.find(unit.name_vi) for unit in units] == list(units)


def test_a_key_drops_leading_zeros_but_no_number() -> None:
    assert name_key("P. 05") == name_key("Phường 5") == "phuong 5"
    assert name_key("Phường 10") == "phuong 10"
