"""Three calendars under a small plan: half-years, months, and quarters with figures from the 15th to the 14th.

Due dates, windows, carried figures and changes are worked out by hand; pages and files name the periods. Quarters of
the calendar are those of the sample.

Three communes reported for the first two periods of two years; the third is silent in the newest, the second late:

                      first year                            second year
                      period 1           period 2           period 1           period 2
    talks held        1   0   0          0   2   0          1   0   1          0   1   –
    people reached    100 0   50         200 100 0          100 200 100        300 20  –
    dealt with        2/4 3/4 5/8 10/16  4/8 2/4 2/8 8/20   3/4 3/4 4/8 10/16  6/8 1/4 –  7/12
"""

import csv
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.pipeline.commands import environment, run, run_json
from tests.pipeline.forked import preload, run_forked
from tests.printouts import text_of_file
from warehouse.forms.layout import workbook_layout
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.packs.draft import draft_pack
from warehouse.packs.provinces import find_province
from warehouse.plan.schema import schema
from warehouse.plan.seeds import _combine
from warehouse.reference import load_reference

pytestmark = pytest.mark.build
preload("app.web.export_routes", "app.web.page_renderer")

# Talks, people reached, violations dealt with and detected, by commune; what was never sent is missing at the end.
SENT = (
    ((1, 100, 2, 4), (0, 0, 3, 4), (0, 50, 5, 8)),
    ((0, 200, 4, 8), (2, 100, 2, 4), (0, 0, 2, 8)),
    ((1, 100, 3, 4), (0, 200, 3, 4), (1, 100, 4, 8)),
    ((0, 300, 6, 8), (1, 20, 1, 4)),
)
ASSIGNED = (("2024", "top", "1000"), ("2025", "top", "2000"), ("2025", "first", "800"))


@dataclass(frozen=True)
class Calendar:
    """A calendar: how `plan new` makes it, its first two periods of 2024 and 2025, the days on which reports came, and
    what is expected of the newest period, which is under review on `as_of`."""

    name: str
    calendar: str
    mid_month: bool
    periods: tuple[str, str, str, str]
    received: tuple[str, str, str, str]
    late: str
    as_of: date
    covers: tuple[date, date]
    due: date
    # The share of what was assigned that is due by then, and the status of 720 of 2,000.
    path_pct: float
    amount_status: str
    # The state of the period after it; None where the plan ends.
    next_state: tuple[str, str] | None
    vietnamese: str
    english: str
    foreign: tuple[str, ...]


CALENDARS = (
    Calendar(
        *("fifteenth", "quarter", True, ("2024Q1", "2024Q2", "2025Q1", "2025Q2")),
        # Figures end on 14 June: a report may come before the quarter is over.
        *(("2024-03-20", "2024-06-20", "2025-03-20", "2025-06-18"), "2025-07-16", date(2025, 7, 20)),
        *((date(2025, 3, 15), date(2025, 6, 14)), date(2025, 7, 15), 50.0, "behind", ("2025Q3", "running")),
        *("Quý II/2025", "Q2 2025", ("nửa năm", "half-year", "Tháng 2/2025", "February")),
    ),
    Calendar(
        *("half-years", "half", False, ("2024H1", "2024H2", "2025H1", "2025H2")),
        *(("2024-07-10", "2025-01-10", "2025-07-10", "2026-01-10"), "2026-01-16", date(2026, 1, 20)),
        *((date(2025, 7, 1), date(2025, 12, 31)), date(2026, 1, 15), 100.0, "far_behind", None),
        *("Nửa cuối 2025", "H2 2025", ("quý", "quarter", "Q2 2025")),
    ),
    Calendar(
        *("months", "month", False, ("2024M01", "2024M02", "2025M01", "2025M02")),
        *(("2024-02-10", "2024-03-10", "2025-02-10", "2025-03-10"), "2025-03-16", date(2025, 3, 20)),
        *((date(2025, 2, 1), date(2025, 2, 28)), date(2025, 3, 15), 16.6666, "on_track", ("2025M03", "running")),
        *("Tháng 2/2025", "February 2025", ("quý", "quarter", "nửa năm", "Q2 2025")),
    ),
)
TEXTS = {
    f"{kind}_{lang}": "–" for kind in ("definition", "numerator", "denominator", "caveat") for lang in ("vi", "en")
}
NAMES = {"C": ("Nơi nói chuyện", "Talks held"), "A": ("Người nghe", "Listeners"), "R": ("Tỷ lệ xử lý", "Dealt with")}


@dataclass(frozen=True)
class Published:
    """A published plan: its calendar, its data folder, the code of its top unit and those of its communes."""

    calendar: Calendar
    data_dir: Path
    options: dict[str, Any]
    top: str
    communes: tuple[str, str, str]

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The published version, opened once for all that is asked of it."""
        return duckdb.connect(str(self.data_dir / "published" / "warehouse.duckdb"), read_only=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query of the published version."""
        return self.connection.execute(sql).fetchall()

    def figure(self, target: str, period: int, window: str, columns: str, unit: str = "") -> tuple[Any, ...]:
        """Columns of a figure of one of the four periods, of the top unit by default."""
        (row,) = self.rows(
            f"select {columns} from marts.fct_target_progress where target_code = '{target}' "
            f"and unit_code = '{unit or self.top}' and period_code = '{self.calendar.periods[period]}' "
            f"and period_window = '{window}'"
        )
        return row


@pytest.fixture(scope="module", params=CALENDARS, ids=lambda calendar: calendar.name)
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The plan under a calendar, its reports sent and built."""
    calendar: Calendar = request.param
    folder = tmp_path_factory.mktemp(calendar.name)
    province = find_province("Cao Bằng")
    province = replace(province, communes=province.communes[:3])
    first, second, third = (commune.code for commune in province.communes)
    pack = write_pack(folder / "pack", calendar, province.code, first)
    options = {"as_of": calendar.as_of, "KPI_PLAN_DIR": str(pack)}
    result = Published(calendar, folder / "data", options, province.code, (first, second, third))
    files = write_reports(folder, pack, result)
    sent = run(
        result.data_dir, "submit", *files, "--received", folder / "received.csv", "--note", "chưa đủ cột", **options
    )
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert run_json(result.data_dir, "build", **options)["outcome"] == "published"
    return result


def write_pack(goal: Path, calendar: Calendar, top: str, first: str) -> Path:
    """Write the pack of three communes under a calendar, with a coverage, an amount and a rate."""
    province = find_province(top)
    province = replace(province, communes=province.communes[:3])
    draft = draft_pack(province, (2024, 2025), calendar.calendar, mid_month=calendar.mid_month)
    tables = {name: draft.tables[name] for name in ("periods", "plans", "target_paths")}
    tables["units"] = [row | {"valid_from": "2024-01-01"} for row in draft.tables["units"]]
    (plan,) = draft.tables["plans"]
    own = {"plan_code": plan["plan_code"]}
    begin = {"first_period_code": plan["first_period_code"]}
    names = {
        code: {
            f"{kind}_{lang}": name
            for kind in ("name", "short_name")
            for lang, name in zip(("vi", "en"), both, strict=True)
        }
        for code, both in NAMES.items()
    }
    tables["plan_targets"] = [
        own
        | TEXTS
        | names[code]
        | {"target_code": code, "group_code": "1", "display_order": str(place), "basis": "plan"}
        for place, code in enumerate(NAMES, start=1)
    ]
    kinds = {"C": ("coverage", "units"), "A": ("amount", "amounts"), "R": ("rate", "amounts")}
    tables["targets"] = [
        {
            **{"target_code": code, "kind": kind, "direction": "up", "counting_rule": rule, "rural_only": "false"},
            **{"has_interval": "true" if code == "R" else "false", "counted_vi": "việc", "counted_en": "thing|things"},
        }
        for code, (kind, rule) in kinds.items()
    ]
    measures = (("C", "numerator", "sessions_direct"), ("A", "numerator", "reach_general"))
    measures += (("R", "numerator", "violations_handled"), ("R", "denominator", "violations_detected"))
    tables["target_terms"] = [
        {"target_code": code, "term": term, "measure_code": measure, "window_rule": "sum"}
        for code, term, measure in measures
    ]
    levels = {"counted_levels": "ward", "shown_levels": "city|ward"}
    tables["target_levels"] = [own | begin | levels | {"target_code": code} for code in NAMES]
    tables["target_thresholds"] = [
        own | {"target_code": "C", "threshold_pct": "100"},
        own | {"target_code": "R", "threshold_pct": "80"},
    ]
    codes = {"top": top, "first": first}
    tables["target_amounts"] = [
        own | {"target_code": "A", "year": year, "unit_code": codes[unit], "assigned_count": count}
        for year, unit, count in ASSIGNED
    ]
    tables["form_levels"] = [begin | {"form_code": form, "unit_level": "ward"} for form in ("B1", "B6")]
    (goal / "seeds").mkdir(parents=True)
    (goal / "text").mkdir()
    for name, rows in tables.items():
        columns = list(schema()[name].columns)
        with (goal / "seeds" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([row.get(column, "") for column in columns] for row in rows)
    for lang, sections in draft.texts.items():
        words = (
            f"[{section}]\n" + "".join(f'"{k}" = "{v}"\n' for k, v in own.items()) for section, own in sections.items()
        )
        (goal / "text" / f"{lang}.toml").write_text("\n".join(words), encoding="utf-8")
    return goal


def write_reports(folder: Path, pack: Path, plan: Published) -> list[Path]:
    """Write what the communes sent, and `received.csv` with the days on which it came."""
    reference = load_reference(_combine(pack, folder / "cache"))
    calendar, files, received = plan.calendar, [], ["file_name,received_at"]
    for period, day, counts in zip(calendar.periods, calendar.received, SENT, strict=True):
        for place, (unit, (held, reached, handled, detected)) in enumerate(zip(plan.communes, counts, strict=False)):
            reporter = next(one for one in reference.reporters(period) if one.unit_code == unit)
            key = (unit, None)
            values = {
                "B1": {key: {"sessions_direct": held, "reach_general": reached}},
                "B6": {key: {"violations_handled": handled, "violations_detected": detected}},
            }
            path = folder / f"{unit}_{period}.xlsx"
            write_workbook(path, reference, workbook_layout(reference, reporter, period), Content(values))
            is_late = period == calendar.periods[-1] and place == 1
            received.append(f"{path.name},{calendar.late if is_late else day}T09:00")
            files.append(path)
    (folder / "received.csv").write_text("\n".join(received) + "\n", encoding="utf-8")
    return files


def draw_all(out: str, period: str) -> None:
    """Write pages and files of a published plan: what pages and slides say of its newest period."""
    from app.core.access import BUILT_IN_VIEWER
    from app.web.export_routes import respond
    from app.web.page_renderer import draw

    for lang in ("vi", "en"):
        of_target = [("target", {"target": code}) for code in "AR"]
        for page, more in (("", {}), *of_target, ("reports", {}), ("review", {})):
            shown = draw(page, {"period": period, "lang": lang, **more}, BUILT_IN_VIEWER)
            assert shown.status == 200, (page, shown.status)
            Path(out, f"{page}{more.get('target', '')}-{lang}.html").write_text(shown.html, encoding="utf-8")
        for name in ("deck.pptx", "quarter.docx", "quarter.html"):
            answered = respond(name, {"page": "", "period": period, "lang": lang}, BUILT_IN_VIEWER)
            assert answered.status_code == 200, (name, answered.status_code)
            Path(out, f"{lang}-{name}").write_bytes(bytes(answered.body))


def test_a_period_covers_the_days_of_its_calendar_and_is_due_and_judged_then(published: Published) -> None:
    calendar = published.calendar
    code = calendar.periods[-1]
    columns = "covers_from, covers_to, due_date, period_state, is_opening"
    (row,) = published.rows(f"select {columns} from marts.dim_period where period_code = '{code}'")
    assert row == (*calendar.covers, calendar.due, "under_review", True)
    if calendar.next_state:
        assert calendar.next_state in published.rows("select period_code, period_state from marts.dim_period")


def test_reports_are_on_time_until_the_due_date_of_the_calendar(published: Published) -> None:
    states = published.rows(
        "select reporter_code, state from marts.fct_reporting "
        f"where form_code = 'B1' and period_code = '{published.calendar.periods[-1]}' order by 1"
    )
    assert [state for _, state in states] == ["on_time", "late", "missing"]


def test_the_period_alone_counts_what_was_reported_in_it(published: Published) -> None:
    assert published.figure("R", 3, "quarter", "numerator, denominator") == (7, 12)
    # Two communes are known, and one of them held a talk.
    assert published.figure("C", 3, "quarter", "numerator, denominator") == (1, 2)
    assert published.figure("A", 3, "quarter", "numerator, denominator") == (320, 2000)


def test_the_year_to_date_adds_up_from_january_and_keeps_what_is_known_of_the_silent(published: Published) -> None:
    # 9/12, 4/8, and 4/8 of the silent commune's first period.
    assert published.figure("R", 3, "ytd", "numerator, denominator, is_provisional") == (17, 28, True)
    silent = published.communes[2]
    assert published.figure("R", 3, "ytd", "numerator, denominator, is_provisional", silent) == (4, 8, True)
    assert published.figure("C", 3, "ytd", "numerator, denominator") == (3, 3)
    assert published.figure("A", 3, "ytd", "numerator, denominator") == (720, 2000)
    assert published.figure("A", 3, "ytd", "numerator, denominator", published.communes[0]) == (400, 800)
    # The year before ended where the new one began.
    assert published.figure("A", 1, "ytd", "numerator, denominator") == (450, 1000)
    assert published.figure("A", 2, "ytd", "numerator, denominator") == (400, 2000)


def test_an_amount_is_judged_on_the_path_of_the_calendar(published: Published) -> None:
    path_pct, status = published.figure("A", 3, "ytd", "common_path_pct, status")
    assert path_pct == pytest.approx(published.calendar.path_pct, abs=1e-4)
    assert status == published.calendar.amount_status


def test_changes_are_since_the_period_before_and_the_same_period_a_year_ago(published: Published) -> None:
    columns = "change_prev_quarter_pct, change_prev_year_pct"
    # 7/12 after 10/16, and 8/20 a year ago; to date 17/28 after 10/16, and 18/36 a year ago.
    assert published.figure("R", 3, "quarter", columns) == pytest.approx((-4.1667, 18.3333), abs=1e-4)
    assert published.figure("R", 3, "ytd", columns) == pytest.approx((-1.7857, 10.7143), abs=1e-4)
    # Three of three communes after two of three; of 2,000 and of 1,000 people assigned.
    assert published.figure("C", 3, "ytd", columns) == pytest.approx((33.3333, 33.3333), abs=1e-4)
    assert published.figure("A", 3, "ytd", columns) == pytest.approx((16.0, -9.0), abs=1e-4)


def test_pages_slides_and_files_name_the_period_and_the_day_until_which_it_reports(
    published: Published, tmp_path: Path
) -> None:
    calendar = published.calendar
    surroundings = environment(published.data_dir, **published.options)
    drawn = run_forked(draw_all, str(tmp_path), calendar.periods[-1], environment=surroundings)
    assert drawn.returncode == 0, drawn.stderr
    until = f"{calendar.covers[1]:%d/%m/%Y}"
    for lang, period in (("vi", calendar.vietnamese), ("en", calendar.english)):
        said = {
            path.name: text_of_file(path.read_bytes()) for path in tmp_path.iterdir() if lang in path.stem.split("-")
        }
        assert {name for name, text in said.items() if period not in text and not name.endswith(".docx")} == set()
        # Letters name it as one writes it within a sentence.
        assert "2025" in said[f"{lang}-quarter.docx"]
        assert until in said[f"-{lang}.html"]
        assert until in said[f"{lang}-deck.pptx"]
        assert until in said[f"{lang}-quarter.html"]
        assert {(name, word) for name, text in said.items() for word in calendar.foreign if word in text} == set()
        assert ("720/2.000" if lang == "vi" else "720/2,000") in said[f"targetA-{lang}.html"]
