"""The browser's side of the pages, served as two files that a browser keeps: one script, one style sheet.

Handed over with the component they would travel with every page; as files they travel once for each release.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zlib import crc32

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.ui.palette import css_variables, figure_rules

_FOLDER = Path(__file__).parents[1] / "component"
_A_YEAR_S = 365 * 24 * 3600
SCRIPT, STYLE = "page.js", "page.css"


@cache
def files() -> dict[str, tuple[str, bytes]]:
    """Media type and content by name; all files of a kind are one, in the order of their names."""
    return {
        SCRIPT: ("text/javascript", _joined("js/*.js").encode()),
        STYLE: ("text/css", (css_variables() + figure_rules() + _joined("css/*.css")).encode()),
    }


def address(name: str) -> str:
    """Where a file is served; another content has another address, so that a kept file is never a stale one."""
    return f"/assets/{name}?v={crc32(files()[name][1]):x}"


async def asset(request: Request) -> Response:
    """A file by its name, to be kept for a year; 404 for any other name."""
    found = files().get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("", 404)
    media_type, content = found
    kept = {"Cache-Control": f"public, max-age={_A_YEAR_S}, immutable"}
    return Response(content, media_type=media_type, headers=kept)


def _joined(pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob(pattern)))
