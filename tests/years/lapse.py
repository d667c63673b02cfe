"""The years of a small city as its office lives through them, quarter by quarter, with the commands of the program.

Each quarter the communes report, the department corrects, builds, holds the review and makes a backup. In between units
merge, a second plan is decided, staff changes, the program is upgraded, the server is lost and replaced, and moved.
"""

import csv
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.older_registries import DUMPS, made_as, number_of
from tests.pipeline.commands import environment, run
from tests.pipeline.forked import command, run_forked
from tests.two_tiers import CITY, OF_THE_CITY, communes, report_of, write_form
from tests.years.city import PLANS, REFORM, due, write_pack
from warehouse.backup.store import newest_backup
from warehouse.desk import Desk, Draft, ReviewDraft
from warehouse.plan.seeds import _combine
from warehouse.publish import publication
from warehouse.publish.engines import kept
from warehouse.publish.versions import MANIFEST_FILE, WAREHOUSE_FILE
from warehouse.reference import load_reference
from warehouse.settings import Settings

# Quarters after which other people have the roles.
STAFF_EACH = 8
NOTE = "Số liệu đã được kiểm tra."
# Pages that are timed, rendered for the first time: the overview, a target, a commune, the review's slides, reports.
PAGES = ("", "target", "ward", "review", "reports", "quality")


@dataclass(frozen=True)
class Timeline:
    """Which quarters are lived through, and when what happens, by the number of the quarter in `quarters`."""

    quarters: Sequence[str]
    upgrades: Sequence[int]
    disaster: int
    move: int
    # A report is corrected as many quarters later.
    corrected_after: int
    corrections: Sequence[int]
    # After which quarters sizes and pages are measured, and slides are kept as they were shown.
    measured: Sequence[int]
    # Before which quarter figures and registry move to a database server, and before which they come back.
    on_server: tuple[int, int] | None = None
    # One commune in so many is silent.
    silent_each: int = 13


@dataclass(frozen=True)
class Presented:
    """What a review showed: its number, version, a digest of all rows of figures, and the texts of its slides."""

    review_id: int
    version: str
    figures: tuple[int, str]
    slides: str


@dataclass
class City:
    """The installation: its data folder, its folder of backups, the day, and what was presented and measured so far."""

    root: Path
    data_dir: Path
    pack: Path
    today: date
    presented: list[Presented] = field(default_factory=list)
    measured: list[dict[str, Any]] = field(default_factory=list)
    sent_count: int = 0
    # Where figures and registry are while they are on a server; empty for the data folder.
    server_url: str = ""

    @property
    def store(self) -> Path:
        """The folder of backups, on another disk."""
        return self.root / "store"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of commands today."""
        plan = {"KPI_PLAN_DIR": str(self.pack), "KPI_BACKUP_KEEP": "7,5,24"}
        servers = {"KPI_WAREHOUSE_URL": self.server_url, "KPI_OPS_URL": self.server_url} if self.server_url else {}
        return environment(self.data_dir, self.today, **plan, **servers)

    @property
    def settings(self) -> Settings:
        """The settings as the program reads them."""
        return Settings.from_env(self.environment, self.root / "no.env")

    def do(self, *arguments: str | Path) -> dict[str, Any]:
        """Run a command to a good end; return its CPU seconds and what it says."""
        spent = self.root / "spent"
        ended = run_forked(timed, str(spent), *map(str, arguments), environment=self.environment)
        assert ended.returncode == 0, f"{self.today} {arguments}: {ended.stderr}{ended.stdout}"
        return {"cpu_s": float(spent.read_text("utf-8")), "said": ended.stdout}


def timed(spent: str, *arguments: str) -> int:
    """Run a command and write the CPU seconds of it and its children to the file `spent`; return the exit code."""
    code = command(*arguments)
    Path(spent).write_text(str(sum(os.times()[:4])), encoding="utf-8")
    return code


def live_through(root: Path, timeline: Timeline, database: str = "") -> City:
    """Live through the quarters of a timeline and return what became of the city.

    `database` is the address of an empty database, for a timeline that spends quarters on a server.
    """
    city = City(root, root / "data", root / "pack-1", due(timeline.quarters[0]))
    write_pack(city.pack, is_reformed=False, has_second_plan=False)
    for number, period in enumerate(timeline.quarters):
        city.today = due(period) + timedelta(days=10)
        _change_plan(city, period)
        _change_staff(city, number)
        forms = _forms(city, number, period, timeline.silent_each)
        spent = _report(city, period, forms)
        if number in timeline.corrections:
            forms.append(_correct(city, timeline, number))
        if number == timeline.disaster:
            _lose_and_restore(city, period, forms)
        if number == timeline.move:
            _move(city)
        if timeline.on_server and number in timeline.on_server:
            _change_engine(city, "" if city.server_url else database)
        built = city.do("build")
        _hold_review(city, number, period)
        city.do("lock", period, "--by", "Sở")
        if number in timeline.upgrades:
            _upgrade(city, DUMPS[-1 - timeline.upgrades.index(number) % 3])
        kept = city.do("backup", "--to", city.store)
        if number in timeline.measured:
            _measure(city, period, {"submit": spent, "build": built["cpu_s"], "backup": kept["cpu_s"]})
    return city


def _change_plan(city: City, period: str) -> None:
    """Take over the pack of a merger, or of the second plan, before the first quarter that it concerns is reported."""
    is_reformed, has_second = due(period) > REFORM, int(period[:4]) >= PLANS["SH21"]
    goal = city.root / f"pack-{1 + is_reformed + has_second}"
    if goal != city.pack:
        city.pack = write_pack(goal, is_reformed=is_reformed, has_second_plan=has_second)
        city.do("plan", "check", goal)


def _change_staff(city: City, number: int) -> None:
    """Every two years other people have the roles, who close the actions of those before."""
    generation = number // STAFF_EACH
    city.data_dir.mkdir(exist_ok=True)
    with (city.data_dir / "roles.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("person", "name", "role", "unit_code", "valid_from", "valid_to"))
        for role, unit in (("leader", ""), ("department", ""), ("unit_officer", "00004")):
            lines.writerow((f"{role}{generation}@so.example.vn", f"Người {generation}", role, unit, "2016-01-01", ""))


def _forms(city: City, number: int, period: str, silent_each: int) -> list[Path]:
    """Write the workbooks of a quarter."""
    reference = load_reference(_combine(city.pack, city.root / "cache"))
    numbers = {unit: at for at, unit in enumerate(communes(city.pack))}
    folder, forms = city.root / "sent" / period, []
    for reporter in reference.reporters(period):
        at = numbers.get(reporter.unit_code, -1)
        if at >= 0 and (at + number) % silent_each == 0:
            continue
        part = 1 if period.endswith("Q1") else 2
        sent = OF_THE_CITY if reporter.unit_code == CITY else report_of((at + number) % 12, reporter.unit_code, part)
        forms.append(write_form(folder, reference, reporter, period, sent))
    return forms


def _report(city: City, period: str, forms: Iterable[Path], *, is_new: bool = True) -> float:
    """Submit workbooks with the days on which they came; return the CPU seconds of one."""
    paths = list(forms)
    received = city.root / "received.csv"
    at = datetime.combine(due(period) - timedelta(days=3), clock_time(9)).isoformat()
    received.write_text("".join(["file_name,received_at\n", *(f"{path.name},{at}\n" for path in paths)]), "utf-8")
    done = city.do("submit", *paths, "--received", received, "--note", NOTE)
    city.sent_count += len(paths) * is_new
    return float(done["cpu_s"]) / len(paths)


def _correct(city: City, timeline: Timeline, number: int) -> Path:
    """A commune corrects a report of years ago, of a quarter that was reviewed and closed; return the workbook."""
    period = timeline.quarters[number - timeline.corrected_after]
    reference = load_reference(_combine(city.pack, city.root / "cache"))
    reporter = next(unit for unit in reference.reporters(period) if unit.unit_code == "00016")
    corrected = report_of(3 + number % 5, reporter.unit_code, 2)
    form = write_form(city.root / "corrected" / str(number), reference, reporter, period, corrected)
    city.do("submit", form, "--note", "Rà soát lại sổ sách.")
    city.sent_count += 1
    return form


def _hold_review(city: City, number: int, period: str) -> None:
    """Hold the review on the published figures: close the last action, give another, and keep what was shown."""
    settings = city.settings
    version = publication.current(settings)
    assert version
    desk = Desk.open(settings)
    at = datetime.combine(city.today, clock_time(14))
    review = desk.hold_review(ReviewDraft(period, "ytd", version.version, city.today), "Ban Chỉ đạo", at=at)
    for action in desk.actions():
        if action.is_unfinished:
            desk.close(action.action_id, f"Người {number // STAFF_EACH}", f"Văn bản {number}/UBND", at=at)
    draft = Draft("Rà soát danh sách cơ sở", "UBND", city.today + timedelta(days=30), period, unit_code="00004")
    desk.open_action(draft, "Sở", at=at)
    desk.add_note("00004", period, "Đã gọi điện nhắc.", "Sở", at=at)
    desk.engine.dispose()
    figures = digest_of_figures(settings, version.version)
    city.presented.append(Presented(review.review_id, version.version, figures, ""))


def digest_of_figures(settings: Settings, version: str) -> tuple[int, str]:
    """Number and digest of all rows of figures of a version, the same on every engine; no row where it is damaged."""
    stored = kept(version, settings)
    if stored is None:
        return 0, ""
    with stored.engine.connect() as connection:
        found = connection.execute(text("select * from marts.fct_target_progress"))
        order = sorted(range(len(found.keys())), key=list(found.keys()).__getitem__)
        rows = sorted(repr([_plain(row[at]) for at in order]) for row in found)
    stored.engine.dispose()
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _plain(value: object) -> object:
    """A value as every engine gives it: numbers without their type and without the last digits."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{float(value):.9g}"
    return value if value is None or isinstance(value, bool) else str(value)


def _upgrade(city: City, dump: Path) -> None:
    """Make registry and version those that an older release wrote, and upgrade: every row and figure stays."""
    settings = city.settings
    before = publication.current(settings)
    assert before
    figures = digest_of_figures(settings, before.version)
    made_as(dump, city.data_dir / "registry.sqlite")
    manifest = settings.runs_dir / before.version / MANIFEST_FILE
    manifest.write_text(
        json.dumps(json.loads(manifest.read_text("utf-8")) | {"release": f"0.{number_of(dump)}"}), "utf-8"
    )
    assert run(city.data_dir, "submit", "x.xlsx").returncode, "an older registry is not opened"
    city.do("upgrade", "--backup-to", city.root / f"before-{before.version}")
    after = publication.current(settings)
    assert after
    assert after.version > before.version
    assert digest_of_figures(settings, after.version) == figures, "an upgrade changes no figure"
    shutil.rmtree(city.root / f"before-{before.version}")


def _lose_and_restore(city: City, period: str, forms: Sequence[Path]) -> None:
    """The server's disk is lost after the reports came in: the newest backup comes back, and they are sent again."""
    shutil.rmtree(city.data_dir)
    city.do("restore", "--from", city.store)
    city.do("verify")
    _report(city, period, forms, is_new=False)


def _move(city: City) -> None:
    """Another server takes over: a backup restored onto another path; the old folder is put aside."""
    city.do("backup", "--to", city.store)
    old, city.data_dir = city.data_dir, city.root / "srv" / "kpi"
    city.do("restore", "--from", newest_backup(city.store))
    shutil.rmtree(old)


def _change_engine(city: City, url: str) -> None:
    """Figures and registry move to a database server, or back to the data folder, which is emptied of them before."""
    city.do("move", "--to", url or "duckdb")
    city.server_url = url
    if url:
        (city.data_dir / "registry.sqlite").unlink()
        (city.data_dir / "published").unlink()
        shutil.rmtree(city.data_dir / "runs")
    city.do("verify")


def _measure(city: City, period: str, spent: dict[str, float]) -> None:
    """Measure sizes and pages, and keep the slides of the reviews held since the last time."""
    held = [one.review_id for one in city.presented if not one.slides]
    drawn = draw_pages(city, period, held)
    city.presented = [
        one if one.slides else Presented(one.review_id, one.version, one.figures, drawn["slides"][str(one.review_id)])
        for one in city.presented
    ]
    runs = city.data_dir / "runs"
    published = (city.data_dir / "published").resolve()
    city.measured.append(
        {
            "year": period[:4],
            "period": period,
            "reports": city.sent_count,
            "cpu_s": spent,
            "pages_cpu_ms": drawn["cpu_ms"],
            "kb": {
                "registry": _kilobytes([city.data_dir / "registry.sqlite"]),
                "originals": _kilobytes((city.data_dir / "landing").rglob("*.xlsx")),
                "one version": _kilobytes(published.glob(WAREHOUSE_FILE)),
                "all versions": _kilobytes(runs.glob(f"*/{WAREHOUSE_FILE}")),
                "all backups": _kilobytes(city.store.rglob("*")),
            },
        }
    )


def draw_pages(city: City, period: str, held: Sequence[int]) -> dict[str, Any]:
    """Return the CPU milliseconds of pages that were never rendered, and the texts of the slides of reviews."""
    asked = city.root / "asked.json"
    asked.write_text(json.dumps({"period": period, "held": held}), "utf-8")
    ended = run_forked(draw_all, str(asked), environment=city.environment)
    assert ended.returncode == 0, ended.stderr
    drawn: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return drawn


def draw_all(asked: str) -> None:
    """Print what `draw_pages` returns, as JSON; runs in a fork."""
    from app.core.access import BUILT_IN_VIEWER
    from app.web.page_renderer import draw

    wanted = json.loads(Path(asked).read_text("utf-8"))

    def drawn(page: str, **more: str) -> str:
        answer = draw(page, {"period": wanted["period"], "lang": "en", **more}, BUILT_IN_VIEWER)
        assert answer.status == 200, f"{page} {more}: {answer.html}"
        return answer.html

    drawn("methodology")
    spent = {}
    for page in PAGES:
        began = time.process_time()
        drawn(page, **({"unit": "00006"} if page == "ward" else {"target": "S4"} if page == "target" else {}))
        spent[page or "overview"] = round((time.process_time() - began) * 1000)
    slides = {number: _text_of_slides(drawn("review", held=str(number))) for number in wanted["held"]}
    print(json.dumps({"cpu_ms": spent, "slides": slides}))


def _text_of_slides(html: str) -> str:
    # The list of all reviews grows.
    slides = re.sub(r"(?s)<div class='ways'.*?</div>", "", html[html.index("class='slide") :])
    return " ".join(re.sub(r"<[^>]*>", " ", slides).split())


def faults_of(city: City) -> list[str]:
    """Return what cannot be shown again of what was ever presented, and what else does not match."""
    settings = city.settings
    faults = [
        f"version {one.version}: damaged, or other figures"
        for one in city.presented
        if digest_of_figures(settings, one.version) != one.figures
    ]
    shown = {str(one.review_id): one.slides for one in city.presented if one.slides}
    again = draw_pages(city, city.measured[-1]["period"], [int(number) for number in shown])["slides"]
    faults += [f"slides of review {number}" for number in shown if again[number] != shown[number]]
    for words in (("verify",), ("verify", "--backup", str(city.store)), ("verify", "--against", str(city.store))):
        ended = run_forked(command, *words, environment=city.environment)
        faults += [ended.stderr or ended.stdout] if ended.returncode else []
    return faults


def _kilobytes(paths: Iterable[Path]) -> int:
    """Return the room that files take on the disk; one with several names counts once."""
    sizes = {stat.st_ino: stat.st_blocks for stat in (path.lstat() for path in paths)}
    return sum(sizes.values()) // 2
