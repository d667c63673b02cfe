"""Names of units as people type them: what is certain is matched, what is not is only suggested."""

import unicodedata

import pytest

from warehouse.forms.unit_names import UnitIndex, name_key
from warehouse.reference import Reference, load_reference

REFERENCE = load_reference()
NBSP = "\u00a0"


def reporters() -> UnitIndex:
    return UnitIndex(REFERENCE.reporters("2024Q2"), REFERENCE.aliases)


def wards_of(code: str, period: str = "2024Q2") -> UnitIndex:
    district = next(unit for unit in REFERENCE.reporters(period) if unit.unit_code == code)
    return UnitIndex(REFERENCE.units_reported_by(district, period), REFERENCE.aliases)


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
    ],
)
def test_a_reporter_is_found_however_it_is_typed(typed: str, code: str) -> None:
    found = reporters().find(typed)
    assert found is not None
    assert found.unit_code == code


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


def test_quan_13_is_refused_but_its_neighbours_are_suggested() -> None:
    assert reporters().find("Quận 13") is None
    assert "Quận 1" in reporters().suggest("Quận 13")


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
