"""One early report of a newer quarter neither opens that quarter nor leads anybody in a circle."""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from app.analysis.calls import calls_to_make
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words
from app.core.reader import Reader
from app.pages.registry import page_of
from app.pages.review.page import deck_of
from app.queries import progress
from app.records import Progress
from app.web.page_renderer import draw
from tests.answered import respond
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run, run_json
from tests.workbooks import write_report
from warehouse.desk import Desk
from warehouse.publish.engines import published
from warehouse.reference import Reference
from warehouse.settings import Settings

EARLY = "25750"
NEW_YEAR = date(2027, 1, 4)


@pytest.fixture(scope="module")
def early_data_dir(published_data_dir: Path, reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample after one commune of 168 reported for the fourth quarter of 2026, which is over and not yet due."""
    folder = tmp_path_factory.mktemp("early")
    data_dir = copy_for_writing(published_data_dir, folder / "data", "landing", "cache")
    report = write_report(folder / "early.xlsx", reference, EARLY, "2026Q4", is_sample=True)
    for command in (("submit", report, "--note", "thử"), ("build",)):
        finished = run(data_dir, *command, as_of=NEW_YEAR)
        assert finished.returncode == 0, finished.stdout + finished.stderr
    return data_dir


@pytest.fixture
def early(early_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are drawn from the sample with its one early report."""
    monkeypatch.setenv("KPI_DATA_DIR", str(early_data_dir))


def whole(page: str, **parameters: str) -> str:
    """All markup of a page."""
    return draw(page, parameters, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("page", ["", "target", "district", "compare", "tasks", "review", "quality"])
def test_pages_open_on_the_quarter_under_review(page: str) -> None:
    assert draw(page, {}, BUILT_IN_VIEWER).state.period == "2026Q3"


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize(
    ("name", "page"), [("deck.pptx", "review"), ("memo.docx", "ward"), ("quarter.docx", ""), ("table.csv", "")]
)
def test_files_are_of_the_quarter_under_review(name: str, page: str) -> None:
    answer = respond(name, {"page": page, "table": "grid"})
    assert answer.status_code == 200
    assert "-quy-iii-2026-" in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize(
    ("lang", "state"),
    [
        ("vi", "Quý IV/2026 đang nhận báo cáo: 1/169 đã gửi, hạn 15/01/2027"),
        ("en", "Q4 2026 is receiving reports: 1/169 are in, due 15/01/2027"),
    ],
)
@pytest.mark.parametrize("page", ["", "target", "district", "compare", "calls", "tasks", "reports"])
def test_a_receiving_period_says_so_first_and_links_the_one_under_review(page: str, lang: str, state: str) -> None:
    first = whole(page, period="2026Q4", lang=lang).split("<main id='content'>")[1].lstrip()
    said = first.partition("</p>")[0]
    assert said.startswith(f"<p class='period-state' role='note'><strong>{state}.</strong>")
    assert "period=2026Q3&amp;" in said


@pytest.mark.usefixtures("early")
def test_only_who_reported_is_judged_in_a_receiving_period_and_nobody_is_ranked_or_called() -> None:
    def rows(unit: str) -> list[Progress]:
        return progress.unit_progress(reader, unit, "2026Q4", "ytd")

    reader = Reader(BUILT_IN_VIEWER, published(Settings.from_env()))
    overdue = [replace(one, unit_code=EARLY) for one in Desk.open().actions() if one.is_overdue(NEW_YEAR)]
    assert overdue
    assert calls_to_make(reader, overdue, "2026Q4", "ytd", NEW_YEAR) == []
    assert any(row.is_judged for row in rows(EARLY))
    assert not any(row.is_judged for row in (*rows("79"), *rows("26740")))
    assert not any(row.rank for row in rows(EARLY))
    drawn = whole("target", target="T02", period="2026Q4")
    assert words("vi")("so_far.not_ranked") in drawn
    assert "Mới có 1/168 báo cáo" in drawn


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_overview_announces_the_newer_quarter_in_a_line_that_leads_to_its_reports(lang: str) -> None:
    say = words(lang)
    line = say("brief.receiving", period=say.period("2026Q4"), reported="1", expected="169")
    assert re.search(f"<a href='/reports\\?period=2026Q4&amp;[^']*'>{line}</a>", whole("", lang=lang))
    assert f">{line}</a>" not in whole("", lang=lang, period="2026Q4")
    assert line in whole("", lang=lang, period="2025Q1")


def test_status_tells_of_both_quarters(early_data_dir: Path) -> None:
    facts = run_json(early_data_dir, "status", as_of=NEW_YEAR)
    assert (facts["review_period_code"], facts["reported_count"], facts["reporter_count"]) == ("2026Q3", 163, 169)
    assert facts["receiving"] == [{"period": "2026Q4", "reported": 1, "expected": 169}]
    assert "2026Q4 is open for reports: 1 of 169 counted" in run(early_data_dir, "status", as_of=NEW_YEAR).stdout


@pytest.mark.usefixtures("early")
def test_no_change_is_stated_between_the_old_city_s_wards_and_the_few_new_communes() -> None:
    say = words("en")
    change = re.compile(r"(up|down) [0-9.]+ points|'c(h|hange) n'>[+−]|[+−][0-9.]+ on year|unchanged|the same as", re.I)
    seen = {"period": "2025Q3", "lang": "en"}
    told = {page: draw(page, {"target": "T02", **seen}, BUILT_IN_VIEWER).html for page in ("", "target")}
    assert say("change.unlike_year") in told[""].lower()
    assert say("change.why_year", why=say("difference.boundary")) in told["target"]
    # Quarters of the old city, which the trend explains point by point, have their changes.
    told["target"] = re.sub(r"<a class='pt ((?!Q3 2025)[^<])*", "", told["target"])
    deck = deck_of(page_of("review", seen, BUILT_IN_VIEWER)[0])
    groups = [block for slide in deck.slides if slide.kind == "group" for block in slide.blocks]
    told["deck"] = "\n".join(line for block in groups for card in block.cards for line in card.lines)
    report = docx.Document(io.BytesIO(respond("quarter.docx", seen).body))
    told["report"] = "\n".join(one.text for one in report.paragraphs)
    assert say("change.unlike_year") in told["deck"].lower()
    assert say("change.unlike_year") in told["report"]
    assert {name: found[0] for name, text in told.items() if (found := change.search(text))} == {}


@pytest.mark.usefixtures("early")
def test_the_few_communes_that_reported_are_not_taken_for_the_whole_city() -> None:
    page = whole("", period="2026Q4", window="quarter", lang="en")
    assert words("en")("headline.unjudged", count=167, units="communes") in page
    assert "1 of 1 commune on at least half of theirs" in page
