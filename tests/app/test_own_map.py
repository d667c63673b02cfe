"""The operator's own map: drawn from any sound GeoJSON with unit codes, left out with a word in the log otherwise."""

import json
import logging
import math
import re
from pathlib import Path
from typing import Any

import pytest
from facts import absent, link, progress, target, unit

from app.core.i18n import words_in
from app.figures.map.boundaries_html import geo_map
from app.geo import boundaries
from app.geo.polygon_paths import MAX_PATH_CHARACTERS, panels
from warehouse.plan.boundaries import CODE_PROPERTIES, MAX_BYTES, UnusableMapError, read
from warehouse.settings import LANGUAGES
from warehouse.text import say

pytestmark = pytest.mark.language("en")

EN = words_in("en")
CODES = frozenset({"760", "761", "764", "765"})


def square(west: float, south: float, side: float) -> list[list[list[float]]]:
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(code: object, rings: list[list[list[float]]], name: str = "code", **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {name: code},
        "geometry": {"type": "Polygon", "coordinates": rings},
    } | more


def written(tmp_path: Path, *features: Any) -> Path:
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", [*CODE_PROPERTIES, "MA_HUYEN", "Code"])
@pytest.mark.parametrize("code", ["760", 760, " 760 "])
def test_a_unit_s_code_is_found_under_every_documented_name(tmp_path: Path, name: str, code: object) -> None:
    assert set(read(written(tmp_path, feature(code, square(106, 10, 1), name)), CODES)) == {"760"}


def test_a_feature_s_id_serves_where_no_property_has_the_code(tmp_path: Path) -> None:
    path = written(tmp_path, feature("Quận 1", square(106, 10, 1), "name", id=760))
    assert set(read(path, CODES)) == {"760"}


def test_the_documented_names_are_those_tried() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in documented for name in CODE_PROPERTIES)


def test_parts_of_a_unit_and_features_of_no_unit_are_put_right(tmp_path: Path) -> None:
    islands = {"type": "MultiPolygon", "coordinates": [square(106, 10, 1), square(107.5, 10, 0.2)]}
    path = written(tmp_path, feature("760", [], geometry=islands), feature("999", square(0, 0, 1)), "nonsense", None)
    shapes = read(path, CODES)
    assert {code: len(rings) for code, rings in shapes.items()} == {"760": 2}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not json", "map_no_json"),
        (b"\xff\xfe\x00", "map_no_json"),
        (b"[" * 100_000, "map_no_json"),
        (b"[]", "map_no_collection"),
        (b'{"type": "FeatureCollection", "features": []}', "map_no_unit"),
        (json.dumps({"features": [feature("760", square(685_000, 1_190_000, 9))]}).encode(), "map_not_on_earth"),
        (json.dumps({"features": [feature("760", [[["x", "y"]] * 5])]}).encode(), "map_no_numbers"),
        (json.dumps({"features": [feature("760", [], geometry={"type": "Point"})]}).encode(), "map_no_polygon"),
        (json.dumps({"features": [feature("760", [], geometry=None)]}).encode(), "map_no_polygon"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "map.geojson"
    path.write_bytes(content)
    with pytest.raises(UnusableMapError, match=why) as refused:
        read(path, CODES)
    told = {lang: say("doctor", refused.value.reason, lang, **refused.value.params) for lang in LANGUAGES}
    assert told["vi"] != told["en"]


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UnusableMapError, match="map_too_large"):
        read(path, CODES)


def test_a_missing_file_is_said_once_in_the_log_and_leaves_the_page_without_a_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KPI_GEOJSON", str(tmp_path / "none.geojson"))
    with caplog.at_level(logging.WARNING):
        assert boundaries.configured(("760",)) == ()
        assert boundaries.configured(("760",)) == ()
    assert [record.getMessage().count("KPI_GEOJSON") for record in caplog.records] == [1]


def test_without_the_setting_there_is_no_map_and_no_word_about_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("KPI_GEOJSON", raising=False)
    assert boundaries.configured(("760",)) == ()
    assert caplog.records == []


def test_north_is_up_and_a_degree_of_longitude_shrinks_with_the_latitude(tmp_path: Path) -> None:
    path = written(tmp_path, feature("760", square(106, 60, 1)), feature("761", square(106, 61, 1)))
    (panel,) = panels(read(path, CODES))
    assert panel.areas["761"].one_line.y < panel.areas["760"].one_line.y
    assert panel.width / panel.height == pytest.approx(0.5 / 2, rel=0.05)


def test_units_too_small_to_read_are_enlarged_and_each_unit_is_a_link_once(tmp_path: Path) -> None:
    small = [
        feature(code, square(106.5 + place * 0.01, 10.5, 0.01)) for place, code in enumerate(("761", "764", "765"))
    ]
    found = panels(read(written(tmp_path, feature("760", square(106, 10, 1)), *small), CODES))
    assert [panel.frame is not None for panel in found] == [True, False]
    units = {code: unit(code, f"D{code}") for code in sorted(CODES)}
    drawn = geo_map(found, [progress(unit_code=code) for code in units], target(), units, link)
    assert sorted(re.findall(r"href='/district\?unit=(\d+)", drawn)) == sorted(CODES)


@pytest.mark.slow
def test_a_heavy_outline_is_drawn_light_and_keeps_its_place(tmp_path: Path) -> None:
    # More points than the page could carry, each of at least eight characters: a round unit with a ragged edge.
    count = MAX_PATH_CHARACTERS // 8
    turns = [(2 * math.pi * step / count, 1 - 0.02 * (step % 2)) for step in range(count)]
    ring = [[106 + radius * math.cos(turn), 10 + radius * math.sin(turn)] for turn, radius in turns]
    (panel,) = panels(read(written(tmp_path, feature("760", [[*ring, ring[0]]])), CODES))
    assert 100 < len(panel.areas["760"].path) < MAX_PATH_CHARACTERS
    assert panel.areas["760"].one_line.room > 400


def test_the_map_explains_itself_like_every_picture_and_no_status_by_colour_alone(tmp_path: Path) -> None:
    west_to_east = [feature(code, square(106 + place, 10, 1)) for place, code in enumerate(sorted(CODES))]
    found = panels(read(written(tmp_path, *west_to_east), CODES))
    units = {code: unit(code, f"D{code}") for code in sorted(CODES)}
    rows = [progress(unit_code=code, status=status) for code, status in zip(units, ("met", "behind"), strict=False)]
    rows += [absent("not_reported", unit_code="764"), progress(unit_code="765", status="far_behind")]
    drawn = geo_map(found, rows, target(), units, link, "761")
    assert "aria-label='D760 · " in drawn
    assert "class='area behind marked'" in drawn
    assert {"✓ 60", "▼ 60", "▼▼ 60", "?"} <= set(re.findall(r"class='vl'>([^<]+)<", drawn))
    for status in ("behind", "far_behind", "not_reported"):
        assert f"id='hatch-{status}'" in drawn


def test_units_that_the_file_lacks_are_named(tmp_path: Path) -> None:
    found = panels(read(written(tmp_path, feature("760", square(106, 10, 1))), CODES))
    units = {"760": unit("760", "D1"), "761": unit("761", "D12")}
    drawn = geo_map(found, [progress(unit_code=code) for code in units], target(), units, link)
    assert EN("geo.lacking", units="D12") in drawn


def test_communes_lead_to_their_own_pages_and_their_picture_is_named_after_the_area(tmp_path: Path) -> None:
    found = panels(read(written(tmp_path, feature("26740", square(106, 10, 1))), frozenset({"26740"})))
    units = {"26740": unit("26740", "Sài Gòn", unit_level="ward")}
    drawn = geo_map(found, [progress(unit_code="26740", unit_level="ward")], target(), units, link)
    assert "href='/ward?unit=26740" in drawn
    assert EN("geo.area") in drawn


def test_a_file_without_communes_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KPI_GEOJSON", str(written(tmp_path, feature("760", square(106, 10, 1)))))
    assert boundaries.configured(("26740",), is_optional=True) == ()
    assert caplog.records == []
    assert boundaries.configured(("26740",)) == ()
    assert len(caplog.records) == 1


def test_without_panels_there_is_no_map() -> None:
    assert geo_map((), [progress()], target(), {"769": unit()}, link) == ""
