"""The shortest comparison of both engines: a province of three tiers, whose figures nearly every model computes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plan_pack import PROVINCE
from tests.spark.builds import Place, assert_published_whole, assert_same_rows, build

pytestmark = pytest.mark.build


def test_a_province_of_three_tiers_has_the_same_rows(province_data_dir: Path, place_of: Callable[..., Place]) -> None:
    province = place_of(province_data_dir, **PROVINCE)
    build(province)
    assert_same_rows(province)
    assert_published_whole(province)
