"""One early report of a newer quarter neither opens that quarter nor leads anybody in a circle."""

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from app.analysis.calls import calls_to_make
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.core.reader import Reader
from app.pages.registry import page_of
from app.pages.review.page import deck_of
from app.queries import progress
from app.records import Progress
from app.web.page_renderer import draw
from tests import two_tiers
from tests.answered import respond
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run, run_json, run_well
from warehouse.desk import SUPPORT, Desk, Draft
from warehouse.plan.seeds import _combine
from warehouse.publish.engines import published
from warehouse.reference import load_reference
from warehouse.settings import Settings

# One of twelve communes, and the period that is over and not yet due when it has reported.
EARLY, RECEIVING = "00006", "2026Q3"
AFTER_THE_QUARTER = dt.date(2026, 10, 4)
IN_OCTOBER = {"as_of": AFTER_THE_QUARTER, "KPI_PLAN_DIR": str(two_tiers.PACK)}


@pytest.fixture(scope="module")
def early_data_dir(two_tiers_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city of twelve communes, after one of them reported for the quarter that has just ended."""
    folder = tmp_path_factory.mktemp("early")
    data_dir = copy_for_writing(two_tiers_data_dir, folder / "data", "landing", "cache")
    reference = load_reference(_combine(two_tiers.PACK, folder / "cache"))
    reporter = next(one for one in reference.reporters(RECEIVING) if one.unit_code == EARLY)
    sent = two_tiers.report_of(1, EARLY, part=2)
    report = two_tiers.write_form(folder, reference, reporter, RECEIVING, sent)
    for command in (("submit", report, "--note", "chưa đủ cột"), ("build",)):
        run_well(data_dir, *command, **IN_OCTOBER)
    return data_dir


@pytest.fixture
def early(early_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are drawn from the city with its one early report."""
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    monkeypatch.setenv("KPI_DATA_DIR", str(early_data_dir))
    monkeypatch.setenv("KPI_AS_OF_DATE", AFTER_THE_QUARTER.isoformat())


def whole(page: str, **parameters: str) -> str:
    """All markup of a page."""
    return draw(page, parameters, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("page", ["", "target", "ward", "compare", "tasks", "review", "quality"])
def test_pages_open_on_the_quarter_under_review(page: str) -> None:
    assert draw(page, {}, BUILT_IN_VIEWER).state.period == "2026Q2"


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize(
    ("name", "page"), [("deck.pptx", "review"), ("memo.docx", "ward"), ("quarter.docx", ""), ("table.csv", "")]
)
def test_files_are_of_the_quarter_under_review(name: str, page: str) -> None:
    answer = respond(name, {"page": page, "table": "grid"})
    assert answer.status_code == 200
    assert "-quy-ii-2026-" in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize(
    ("lang", "state"),
    [
        ("vi", "Quý III/2026 đang nhận báo cáo: 1/13 đã gửi, hạn 15/10/2026"),
        ("en", "Q3 2026 is receiving reports: 1/13 are in, due 15/10/2026"),
    ],
)
@pytest.mark.parametrize("page", ["", "target", "ward", "compare", "calls", "tasks", "reports"])
def test_a_receiving_period_says_so_first_and_links_the_one_under_review(page: str, lang: str, state: str) -> None:
    first = whole(page, period=RECEIVING, lang=lang).split("<main id='content'>")[1].lstrip()
    said = first.partition("</p>")[0]
    assert said.startswith(f"<p class='period-state' role='note'><strong>{state}.</strong>")
    assert "period=2026Q2&amp;" in said


@pytest.mark.usefixtures("early")
def test_only_who_reported_is_judged_in_a_receiving_period_and_nobody_is_ranked_or_called() -> None:
    def rows(unit: str) -> list[Progress]:
        return progress.unit_progress(reader, unit, RECEIVING, "ytd")

    reader, desk = Reader(BUILT_IN_VIEWER, published(Settings.from_env())), Desk.open()
    late = AFTER_THE_QUARTER - dt.timedelta(days=1)
    opened_at = dt.datetime.combine(two_tiers.AS_OF, dt.time(9))
    promise = Draft("Tổ chức buổi nói chuyện", "UBND phường", late, "2026Q2", EARLY)
    desk.open_action(promise, "Chuyên viên", at=opened_at)
    overdue = [one for one in desk.actions() if one.is_overdue(AFTER_THE_QUARTER)]
    called = calls_to_make(reader, overdue, "2026Q2", "ytd", AFTER_THE_QUARTER)
    assert [call.broken_promise_count for call in called if call.unit_code == EARLY] == [1]
    # What the city owes a unit is no reason to call it.
    of_the_city = [replace(one, origin=SUPPORT) for one in overdue]
    called = calls_to_make(reader, of_the_city, "2026Q2", "ytd", AFTER_THE_QUARTER)
    assert not any(call.broken_promise_count for call in called)
    assert calls_to_make(reader, overdue, RECEIVING, "ytd", AFTER_THE_QUARTER) == []
    assert any(row.is_judged for row in rows(EARLY))
    assert not any(row.is_judged for row in (*rows(two_tiers.CITY), *rows("00010")))
    assert not any(row.rank for row in rows(EARLY))
    # Violations are dealt with by the city's agencies as well.
    for target, reporter_count in (("S1", 12), ("S4", 13)):
        drawn = whole("target", target=target, period=RECEIVING)
        assert words_in("vi")("so_far.not_ranked") in drawn
        assert f"Mới có 1/{reporter_count} báo cáo" in drawn


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_overview_announces_the_newer_quarter_in_a_line_that_leads_to_its_reports(lang: str) -> None:
    say = words_in(lang)
    line = say("brief.receiving", period=say.period(RECEIVING), reported="1", expected="13")
    assert re.search(f"<a href='/reports\\?period=2026Q3&amp;[^']*'>{line}</a>", whole("", lang=lang))
    assert f">{line}</a>" not in whole("", lang=lang, period=RECEIVING)
    assert line in whole("", lang=lang, period="2026Q1")


def test_status_tells_of_both_quarters(early_data_dir: Path) -> None:
    facts = run_json(early_data_dir, "status", **IN_OCTOBER)
    assert (facts["review_period_code"], facts["reported_count"], facts["reporter_count"]) == ("2026Q2", 12, 13)
    assert facts["receiving"] == [{"period": RECEIVING, "reported": 1, "expected": 13}]
    assert "2026Q3 is open for reports: 1 of 13 counted" in run(early_data_dir, "status", **IN_OCTOBER).stdout


@pytest.mark.language("en")
@pytest.mark.usefixtures("sample")
def test_no_change_is_stated_between_the_old_city_s_wards_and_the_few_new_communes() -> None:
    say = words_in("en")
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
    page = whole("", period=RECEIVING, window="quarter", lang="en")
    assert words_in("en")("headline.unjudged", count=11, units="communes") in page
    assert "1 of 1 commune on at least half of theirs" in page
