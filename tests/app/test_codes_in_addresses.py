"""Codes of units in addresses: zeros at the start may be left out where only one unit is meant."""

from http import HTTPStatus
from pathlib import Path

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.web.page_renderer import draw
from tests import two_tiers


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
