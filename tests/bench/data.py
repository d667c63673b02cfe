"""The data that is measured: a copy of what is published here, or the sample, built anew; never the original."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.processes import PROJECT, Cost, run_measured
from tests.pipeline.commands import environment
from warehouse.settings import Settings

APP = PROJECT / "app" / "main.py"
COPIED_FOLDERS = ("landing", "cache", "runs")


@dataclass(frozen=True)
class Bench:
    """A data folder of the benchmark's own, a folder for anything else, and how much to measure."""

    data_dir: Path
    scratch: Path
    is_quick: bool = False
    # Further settings of every program.
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def env(self) -> Mapping[str, str]:
        """The environment of every program measured: this data, a fixed date on which lateness is judged; no page is
        rendered ahead."""
        return environment(self.data_dir) | {"KPI_DRAW_AHEAD": "no"} | self.more

    @property
    def settings(self) -> Settings:
        """The settings under which the programs measured run."""
        return Settings.from_env(self.env)

    def samples(self, usual: int, quick: int) -> int:
        """How many samples to take."""
        return quick if self.is_quick else usual

    def warehouse(self, *arguments: str, allowed: Collection[int] = (0,), **settings: str) -> Cost:
        """Run `python -m warehouse …` on this data and return what it cost; more settings by name.

        Raises BenchError when it ends with another exit code than `allowed` ones.
        """
        return run_measured([sys.executable, "-m", "warehouse", *arguments], PROJECT, {**self.env, **settings}, allowed)

    def blank_script(self) -> Path:
        """The blank app in a folder of its own."""
        folder = self.scratch / "blank"
        folder.mkdir(exist_ok=True)
        return Path(shutil.copy(Path(__file__).with_name("blank_app.py"), folder))


def prepare(scratch: Path, is_quick: bool) -> Bench:
    """Copy the published data (the settings' data folder) or make the sample; bring it up to date with the code."""
    bench = Bench(scratch / "data", scratch, is_quick)
    source = Settings.from_env()
    if source.published_link.exists() and (source.data_dir / "registry.sqlite").is_file():
        _copy(source, bench.data_dir)
    else:
        bench.warehouse("sample", "--out", str(scratch / "sample"), "--review")
    bench.warehouse("build")
    return bench


def _copy(source: Settings, goal: Path) -> None:
    goal.mkdir(parents=True)
    for registry in source.data_dir.glob("registry.sqlite*"):
        shutil.copy2(registry, goal)
    for name in COPIED_FOLDERS:
        if (source.data_dir / name).is_dir():
            shutil.copytree(source.data_dir / name, goal / name)
    (goal / "published").symlink_to(Path("runs") / source.published_link.resolve().name)
