"""Where the disk of temporary files is full, the app starts, shows its pages, and says why it makes no large file."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.core.i18n import words_in
from tests.full_disk import OWN_MOUNTS, may_mount
from tests.pipeline.commands import PROJECT, environment

SAY = words_in("vi")
# The folder for temporary files is full, and no other one in which Python makes them can be written to. The project may
# be in one of these.
FULL = """
mount --bind "$1" /mnt && shift
for folder in /tmp /var/tmp "$PWD"; do
  mount --rbind "$folder" "$folder" && mount -o remount,bind,ro,nosuid,nodev "$folder"
done
mount -t tmpfs -o size=64k none "$TMPDIR" && ! head -c 1m /dev/zero > "$TMPDIR/other" 2> /dev/null
exec "$@"
"""
# What runs at the start; then a page, its mart as files, and rows of it for a program.
ASKED = """
from starlette.applications import Starlette
from starlette.testclient import TestClient
from app.core.access import BUILT_IN_VIEWER
from app.exports.shared.file import remove_spare_files
from app.web import api_routes, export_routes, guard
from app.web.page_renderer import draw
from warehouse.settings import Settings

remove_spare_files()
print(draw("downloads", {"lang": "vi"}, BUILT_IN_VIEWER).status)
for name in ("mart.csv", "mart.parquet"):
    answer = export_routes.respond(name, {"page": "downloads", "table": "dim_unit", "lang": "vi"}, BUILT_IN_VIEWER)
    print(answer.status_code, bytes(answer.body).decode())
app = Starlette(routes=api_routes.ROUTES, middleware=guard.middleware(Settings.from_env()))
answer = TestClient(app, "http://localhost").get("/api/v1/marts/dim_unit/rows?format=csv&lang=vi")
print(answer.status_code, answer.text)
"""


@pytest.mark.skipif(not may_mount(), reason="a small disk cannot be mounted here")
def test_with_a_full_disk_of_temporary_files_the_app_starts_and_names_it_where_a_file_needs_room(
    published_data_dir: Path, tmp_path: Path
) -> None:
    own = environment(Path("/mnt")) | {"TMPDIR": str(tmp_path)}
    tried = subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", FULL, "sh", str(published_data_dir), sys.executable, "-c", ASKED],
        cwd=PROJECT,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )
    page, *files, rows = tried.stdout.splitlines() or [tried.stderr]
    assert (page, files) == ("200", [f"507 {SAY('tools.full')}"] * 2), tried.stderr
    assert rows.startswith("507 "), tried.stderr
    assert SAY("tools.full") in rows
