"""Levels of units as seeds have them: the top, the base, reading levels between them, and what continues what."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.levels import unit_page
from tests.nation import PACK
from warehouse.plan.levels import read_levels
from warehouse.reference import load_reference
from warehouse.settings import SEEDS_DIR, SettingsError

OWN, NATION = read_levels(SEEDS_DIR), read_levels(PACK / "seeds")


def test_the_city_reads_districts_and_areas_between_the_top_and_wards() -> None:
    assert (OWN.top, OWN.middle, OWN.groupings, OWN.base) == ("city", ("area", "district"), ("region",), "ward")
    assert OWN.readable == ("area", "district", "ward")


def test_the_country_reads_provinces_and_communes() -> None:
    assert (NATION.top, NATION.middle, NATION.groupings, NATION.base) == ("country", ("province",), (), "commune")


def test_areas_are_read_in_the_place_of_districts_and_the_authority_stands_for_both() -> None:
    assert OWN.tier_of("district") == ("district", "area")
    assert OWN.tier_of("area") == ("area", "district")
    assert OWN.tier_of("region") == ("region",)
    assert OWN.tier_of("castle") == ("castle",)
    assert OWN.tiers == ("city", "region", "district", "ward")


def test_a_unit_has_the_page_of_its_level_and_the_top_and_groupings_none() -> None:
    assert (unit_page("ward"), unit_page("district"), unit_page("area")) == ("ward", "district", "district")
    assert {unit_page(level) for level in ("city", "region", "castle", None)} == {""}


@pytest.mark.parametrize(("lang", "noun"), [("vi", "tỉnh, thành phố"), ("en", "{count|province|provinces}")])
def test_a_level_has_a_noun_for_texts(lang: str, noun: str) -> None:
    assert NATION["province"].noun(lang) == noun


def test_a_bad_cell_is_located(tmp_path: Path) -> None:
    text = (SEEDS_DIR / "unit_levels.csv").read_text(encoding="utf-8").replace("region,2", "region,two")
    (tmp_path / "unit_levels.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"unit_levels\.csv line 3"):
        read_levels(tmp_path)


def test_a_unit_for_which_nobody_fills_a_form_is_not_expected_to_report() -> None:
    own = load_reference()
    below = tuple(row for row in own.form_levels if row.unit_level != OWN.top)
    wards = tuple(row for row in below if row.unit_level == OWN.base)
    for period in ("2025Q2", "2026Q3"):
        city, *others = own.reporters(period)
        assert city == own.top
        assert list(replace(own, form_levels=below).reporters(period)) == others
        # A district reports for its wards also where its own office fills no form.
        assert list(replace(own, form_levels=wards).reporters(period)) == others
        assert replace(own, form_levels=()).reporters(period) == ()
