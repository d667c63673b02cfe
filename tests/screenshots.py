"""The pictures of the README and the user guide, made anew from the published data.

Run by `make screenshots` or `python -m tests.screenshots`.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.bench.browser import chromium, load, visitor
from tests.bench.processes import PROJECT, StreamlitServer
from tests.browser.filled import B1, changed
from warehouse.settings import Settings

FOLDER = PROJECT / "docs" / "images"
LARGEST_BYTES = 200_000
COLOURS = 256
PICTURES = {
    "overview": "/?lang=vi",
    "target": "/target?target=T14&lang=vi",
    "district": "/district?unit=769&lang=vi",
    "origin": "/origin?target=T09&unit=769&lang=vi",
    "actions": "/actions?lang=vi",
    "review": "/review?slide=15&lang=vi",
    "submit": "/submit?unit=26740&lang=vi",
    "report": "/report?unit=26740&period=2026Q4&lang=vi",
    "reports": "/reports?unit=769&period=2025Q1&lang=vi",
}


def main() -> int:
    """Write each picture at 1280 × 720; exit code 1 when nothing is published or a picture would be too large."""
    if not Settings.from_env().published_link.exists():
        print("nothing is published: `make run` builds the sample first", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        StreamlitServer(PROJECT / "app" / "main.py", os.environ) as app,
        chromium() as browser,
        visitor(browser) as here,
    ):
        page = here.new_page()
        # A font that arrives late is first used by the next page.
        load(page, app.url + PICTURES["overview"])
        for name, address in PICTURES.items():
            load(page, app.url + address)
            if name == "submit":
                _check_a_report(page, Settings.from_env().data_dir)
            # Away from every cell, so that no explanation floats over the picture; and with the fonts that belong.
            page.mouse.move(0, 0)
            page.evaluate("() => document.fonts.ready.then(() => true)")
            picture = _with_a_palette(page.screenshot(animations="disabled"))
            if len(picture) > LARGEST_BYTES:
                print(f"{name}.png: {len(picture)} bytes, at most {LARGEST_BYTES}", file=sys.stderr)
                return 1
            (FOLDER / f"{name}.png").write_bytes(picture)
            print(f"{FOLDER / name}.png: {len(picture) // 1000} kB")
    return 0


def _check_a_report(page: Page, data_dir: Path) -> None:
    """Have the page check a sample report in which one cell says something in words."""
    sample = data_dir / "sample" / "2025Q2" / "bao-cao_760_2025Q2.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        report = changed(sample, Path(folder) / "Quận 1 quý II.xlsx", {(B1, "26734", "sessions_direct"): "mười hai"})
        page.set_input_files("#files", report)
        page.wait_for_selector("[data-file][data-state=refused]")
        page.fill("#by", "Phòng nghiệp vụ Quận 1")


def _with_a_palette(png: bytes) -> bytes:
    """The same picture in 256 colours of its own: a third of the size, and no difference that one could see."""
    smaller = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


if __name__ == "__main__":
    sys.exit(main())
