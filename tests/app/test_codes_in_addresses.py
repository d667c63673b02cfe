"""Codes of units in addresses: every code that a plan pack may contain, and zeros at the start may be left out where
only one unit is meant."""

from http import HTTPStatus
from pathlib import Path

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.pages import PAGES
from app.pages.target_detail.assumptions import points_by_unit
from app.web.page_renderer import draw
from tests import two_tiers
from warehouse.desk.fields import Fields
from warehouse.plan.codes import CODE, PERIOD_CODE


@pytest.fixture(autouse=True)
def _city(two_tiers_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city of communes whose codes begin with zeros."""
    monkeypatch.setenv("KPI_DATA_DIR", str(two_tiers_data_dir))
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))


@pytest.mark.parametrize("page", ["ward", "district", "origin"])
def test_a_number_without_its_zeros_means_the_one_unit_with_it(page: str) -> None:
    asked = (
        {"period": "2026Q2", "lang": "en", "target": "S3"} if page == "origin" else {"period": "2026Q2", "lang": "en"}
    )
    whole, short = (draw(page, asked | {"unit": code}, BUILT_IN_VIEWER) for code in ("00006", "6"))
    assert whole.status == short.status == HTTPStatus.OK
    assert short.html == whole.html


@pytest.mark.parametrize("code", ["5", "99999", "00006x", "-6", "६"])
def test_a_number_that_no_unit_has_is_unknown(code: str) -> None:
    assert draw("ward", {"unit": code, "lang": "en"}, BUILT_IN_VIEWER).status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("code", ["79.001", "a_b", "00-7B", "Ω9", "xa", "C" * 20])
def test_a_code_that_a_plan_pack_may_contain_is_taken_by_addresses_and_forms(code: str) -> None:
    assert CODE.fullmatch(code)
    named = {"unit", "target", "task", "units", "peers", "open", "fold", "assume", "group"}
    parameters = {one.name: one for page in PAGES.values() for one in page.parameters if one.name in named}
    assert parameters.keys() == named
    assert {name: one.check(code) for name, one in parameters.items()} == dict.fromkeys(named, code)
    form = Fields()
    assert (form.code("unit_code", code), form.problems) == (code, [])


@pytest.mark.parametrize("code", ["", "a b", "a,b", "a/b", 'a"b', "C" * 21])
def test_what_a_plan_pack_may_not_contain_is_no_code_in_an_address(code: str) -> None:
    assert CODE.fullmatch(code) is None
    form = Fields()
    form.code("unit_code", code, is_required=True)
    assert form.problems


def test_a_period_of_a_calendar_of_the_packs_own_is_taken_by_forms() -> None:
    form = Fields()
    codes = ["2026T3", "2026K5", "2027M12"]
    assert all(map(PERIOD_CODE.fullmatch, codes))
    assert ([form.period("period_code", code) for code in codes], form.problems) == (codes, [])


def test_a_code_with_a_point_is_told_from_a_code_with_an_assumed_value() -> None:
    known = {"01", "01.003", "a.b"}
    assert points_by_unit("01.003,01.60,a.b,a.b.5", known) == {"01.003": None, "01": 60, "a.b": 5}
