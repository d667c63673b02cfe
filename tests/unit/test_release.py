"""The release is numbered in one place, and the changelog states how to upgrade to each."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
from packaging.version import Version

from warehouse.cli import main
from warehouse.publish.versions import MANIFEST_FILE, Manifest, read_manifest
from warehouse.settings import RELEASE

CHANGELOG = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
UNRELEASED = "Unreleased"
# Name of a release → its text.
SECTIONS = dict(
    re.findall(r"^## (Unreleased|\d+\.\d+\.\d+)(?: – \d{4}-\d\d-\d\d)?\n(.*?)(?=^## |\Z)", CHANGELOG, re.M | re.S)
)


def test_every_release_in_the_changelog_has_an_upgrade_note() -> None:
    assert len(SECTIONS) >= 2
    without = [name for name, text in SECTIONS.items() if not re.search(r"^### Upgrade\n\n- \S", text, re.M)]
    assert without == []


def test_the_program_is_the_newest_release_or_on_its_way_to_the_next() -> None:
    newest = max(map(Version, SECTIONS.keys() - {UNRELEASED}))
    release = Version(RELEASE)
    if UNRELEASED in SECTIONS:
        assert release.is_devrelease
        assert release > newest
    else:
        assert release == newest


def test_the_command_line_prints_its_release(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"plan-progress {RELEASE}\n"


def test_a_version_whose_manifest_a_later_release_extended_is_still_read(tmp_path: Path) -> None:
    built = Manifest("20261124T101500", "2026-11-24T10:15:00", "2026-11-24", "f", "r", 3, False, release="9.0.0")
    folder = tmp_path / built.version
    folder.mkdir()
    (folder / MANIFEST_FILE).write_text(json.dumps(asdict(built) | {"added_later": 1}), encoding="utf-8")
    assert read_manifest(folder) == built
