"""Old encodings are decoded by whole columns of words that become certain, and never by a cell alone."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.legacy import in_tcvn3, in_vni
from warehouse.forms.formats.book import Sheet
from warehouse.forms.formats.legacy_text import TCVN3, VNI, column_encoding, decode, shows_signs
from warehouse.forms.privacy.workbook_signs import personal_signs
from warehouse.forms.reading.unit_names import UnitIndex
from warehouse.reference import load_reference

REFERENCE = load_reference()
NAMES = sorted({unicodedata.normalize("NFC", unit.name_vi) for unit in REFERENCE.units})
ENCODINGS: list[tuple[str, Callable[[str], str]]] = [(TCVN3, in_tcvn3), (VNI, in_vni)]


@pytest.mark.parametrize(("encoding", "encode"), ENCODINGS)
def test_every_name_of_a_unit_comes_back_as_it_was_typed(encoding: str, encode: Callable[[str], str]) -> None:
    assert [decode(encode(name), encoding) for name in NAMES] == NAMES


@pytest.mark.parametrize(("encoding", "encode"), ENCODINGS)
def test_old_text_shows_its_signs_and_unicode_text_does_not(encoding: str, encode: Callable[[str], str]) -> None:
    own = [task.name_vi for task in REFERENCE.tasks] + NAMES
    own += [text for column in REFERENCE.form_columns for text in (column.header_vi, column.definition_vi)]
    own += ["Ngoáy tai, hoà khí, quý, thuở, khuỷu, xoèn xoẹt, loã lồ", "25 °C · 5 km² – “ghi chú”…", "Việc A×B ± 5 %"]
    composed = [unicodedata.normalize("NFC", text) for text in own]
    assert [text for text in composed if shows_signs(text)] == []
    assert [name for name in NAMES if not encode(name).isascii() and not shows_signs(encode(name))] == []


@pytest.mark.parametrize(("encoding", "encode"), ENCODINGS)
def test_a_column_is_decoded_when_all_of_it_becomes_certain(encoding: str, encode: Callable[[str], str]) -> None:
    index = UnitIndex(REFERENCE.units_at(REFERENCE.periods["2024Q2"].end_date))
    names = ["Quận Gò Vấp", "Huyện Củ Chi", "Quận 1"]

    def knows(text: str) -> bool:
        return bool(index.named(text))

    assert column_encoding([encode(name) for name in names], knows) == encoding
    assert column_encoding(names, knows) is None
    assert column_encoding([encode("Quận Gò Vấp"), "Huyện Củ Chi"], knows) is None
    assert column_encoding([encode("Quận Gò Vấp"), encode("Quận Không Có")], knows) is None


@pytest.mark.parametrize(("encoding", "encode"), ENCODINGS)
def test_no_unit_s_own_name_is_taken_for_a_person_s(encoding: str, encode: Callable[[str], str]) -> None:
    names = sorted({*NAMES, *(unicodedata.normalize("NFC", unit.short_name_vi) for unit in REFERENCE.units)})
    grid = [[encode(name)] for name in names]
    assert personal_signs([Sheet("B1", grid)], REFERENCE) == []
    person = encode("Nguyễn Thị Mai")
    assert [one.cell for one in personal_signs([Sheet("B1", [[person]])], REFERENCE)] == ["A1"]


def test_a_title_may_name_a_commune_that_is_named_after_several_people() -> None:
    name = "Phường Nguyễn Thị Minh Khai – Hoàng Văn Thụ"
    place = replace(REFERENCE, units=(replace(REFERENCE.units[0], name_vi=name),))
    titles = [[f"{name}, Quý II năm 2026"], [f"{name}: ông Trần Văn Minh"]]
    assert [one.cell for one in personal_signs([Sheet("B1", titles)], place)] == ["A2"]


def test_what_two_encodings_could_mean_is_not_decoded() -> None:
    assert column_encoding(["Aµ"], lambda text: True) is None
    assert column_encoding(["ó"], lambda text: text in ("ú", "ĩ")) is None


def test_text_with_a_letter_that_an_encoding_lacks_is_not_of_it() -> None:
    assert decode("Phường", TCVN3) is None
    assert decode("Phường", VNI) is None
    assert decode("Quan 1", VNI) == "Quan 1"
