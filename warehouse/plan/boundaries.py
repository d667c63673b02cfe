"""The operator's own map: a GeoJSON file with unit codes.

`KPI_GEOJSON` names a FeatureCollection of (multi)polygons in longitude and latitude. A feature's unit code is read from
its properties, in the order of `CODE_PROPERTIES`, then from its `id`.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Ring = list[tuple[float, float]]
CODE_PROPERTIES = ("unit_code", "code", "ma", "ma_dvhc", "ma_huyen", "ma_xa", "gso_code")
MAX_BYTES = 20_000_000
MAX_POINTS = 400_000
MIN_RING = 4


class UnusableMapError(ValueError):
    """The configured file cannot be rendered: `reason` names a text in the catalogue of `doctor`, `params` fill it."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


class NoUnitError(UnusableMapError):
    """The file contains none of the requested units."""


def read(path: Path, codes: frozenset[str]) -> dict[str, list[Ring]]:
    """Return the rings of each of these units, in longitude and latitude. Raises `UnusableMapError`."""
    collection = _collection(path)
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise UnusableMapError("map_no_collection")
    shapes: dict[str, list[Ring]] = {}
    for feature in features:
        code = _code(feature)
        if code in codes:
            shapes.setdefault(code, []).extend(_rings(feature.get("geometry"), code))
    if not any(shapes.values()):
        raise NoUnitError("map_no_unit", properties=", ".join((*CODE_PROPERTIES, "id")))
    if sum(len(ring) for rings in shapes.values() for ring in rings) > MAX_POINTS:
        raise UnusableMapError("map_many_points", limit=MAX_POINTS)
    return {code: rings for code, rings in shapes.items() if rings}


def _collection(path: Path) -> Any:
    try:
        is_too_large = path.stat().st_size > MAX_BYTES
        content = b"" if is_too_large else path.read_bytes()
    except OSError as error:
        raise UnusableMapError("map_unreadable", detail=error.strerror) from error
    if is_too_large:
        raise UnusableMapError("map_too_large", limit=MAX_BYTES // 1_000_000)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnusableMapError("map_no_json") from error


def _code(feature: Any) -> str:
    if not isinstance(feature, dict):
        return ""
    properties = feature.get("properties")
    held = properties if isinstance(properties, Mapping) else {}
    plain = {str(name).lower(): value for name, value in held.items()}
    for value in (*(plain.get(name) for name in CODE_PROPERTIES), feature.get("id")):
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def _rings(geometry: Any, code: str) -> list[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise UnusableMapError("map_no_polygon", code=code)
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    try:
        rings = [[(float(point[0]), float(point[1])) for point in ring] for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise UnusableMapError("map_no_numbers", code=code) from error
    if any(not _is_on_earth(x, y) for ring in rings for x, y in ring):
        raise UnusableMapError("map_not_on_earth", code=code)
    return [ring for ring in rings if len(ring) >= MIN_RING]


def _is_on_earth(longitude: float, latitude: float) -> bool:
    return math.isfinite(longitude) and math.isfinite(latitude) and abs(longitude) <= 180 and abs(latitude) <= 90
