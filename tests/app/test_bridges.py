"""Why a figure moved: the bars add up to the difference of any two published figures, and lead to what they sum."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation

from app.analysis.bridge import BridgeQuestion, bridge_between
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.core.reader import Reader
from app.queries import plan
from app.queries.fetch import quoted_statement
from app.records.bridge import Bridge
from app.web import export_routes, page_renderer
from app.web.page_renderer import draw
from tests import two_tiers
from tests.answered import respond
from tests.app.roles import AREAS, COMMUNES, VIEWERS
from warehouse.desk import Desk, ReviewDraft
from warehouse.publish.engines import Published, kept, published
from warehouse.settings import Settings

VI = words_in("vi")
PAIRS = 70


def held_version(published_data_dir: Path, no_env: Path) -> Published:
    """The version on which the sample's review of 2025Q1 was held."""
    settings = Settings.from_env({"KPI_DATA_DIR": str(published_data_dir)}, no_env)
    held = kept(Desk.open(settings).reviews()[0].version, settings)
    assert held
    return held


def random_bridges(reader: Reader, held: Reader | None, count: int) -> list[Bridge]:
    """Bridges between random published figures: units of all levels, all targets, windows, near and far periods."""
    dice = Random(41)  # noqa: S311 - the same pairs in every run
    periods = [period.period_code for period in plan.periods(reader) if period.has_begun]
    sql = """
        select distinct f.target_code, f.unit_code, f.period_window, f.unit_level = 'ward' as is_base
        from marts.fct_target_progress as f
        where f.period_code = :period and f.value_pct is not null
        order by all
    """
    bridges = []
    while len(bridges) < count:
        place = dice.randrange(len(periods))
        now = periods[place]
        before = dice.choice((periods[max(place - 1, 0)], periods[max(place - 4, 0)], dice.choice(periods)))
        # Of the quarter of the review some reports were corrected, and one came later.
        with_version = held if held and dice.random() < 0.3 else None
        before = "2025Q1" if with_version else before
        now = dice.choice(("2025Q1", "2025Q2", now)) if with_version else now
        targets = {target.target_code: target for target in plan.targets(reader, now)}
        with reader.warehouse.engine.connect() as connection:
            rows = connection.execute(quoted_statement(sql, {"period": now})).all()
        # Communes outnumber all other units.
        some = [row for row in rows if not row[3]] if dice.random() < 0.7 else rows
        for code, unit, window, _ in dice.sample(some, min(4, len(some))):
            named = frozenset(row.unit_code for row in plan.districts(reader, dt.date(2026, 9, 30)))
            question = BridgeQuestion(targets[code], unit, now, window, before, with_version, named)
            bridge = bridge_between(reader, question)
            if bridge and not bridge.reason and (before != now or with_version):
                bridges.append(bridge)
    return bridges


def test_the_bars_of_any_two_figures_add_up_to_their_difference(
    reader: Reader, published_data_dir: Path, tmp_path: Path
) -> None:
    held = Reader(reader.viewer, held_version(published_data_dir, tmp_path / "no.env"))
    causes: Counter[str] = Counter()
    for bridge in random_bridges(reader, held, PAIRS):
        then, now = bridge.then.figure, bridge.now.figure
        assert sum(effect.points for effect in bridge.effects) == pytest.approx(bridge.points, abs=1e-9), (then, now)
        causes.update(effect.cause for effect in bridge.effects)
    assert causes.keys() >= {"own", "silent", "ground", "corrected"}
    assert not causes["others"]


def test_in_a_city_of_two_tiers_they_add_up_too_and_amounts_are_split_in_things(
    two_tiers_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(two_tiers_data_dir))
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    reader = Reader(BUILT_IN_VIEWER, published())
    bridges = random_bridges(reader, None, 24)
    for bridge in bridges:
        assert sum(effect.points for effect in bridge.effects) == pytest.approx(bridge.points, abs=1e-9)
    amount = next(bridge for bridge in bridges if bridge.now.figure.kind == "amount")
    shown = draw("target", {"target": amount.target_code, "since": "quarter"}, BUILT_IN_VIEWER).html
    assert "+" in re.sub("<[^>]*>", " ", section(shown))
    assert "%" not in re.sub("<[^>]*>", " ", section(shown))
    # In the first period there is no quarter before it, and no link to one.
    first = draw("target", {"target": amount.target_code, "period": "2026Q1"}, BUILT_IN_VIEWER).html
    assert "since=" not in first


def test_what_came_or_was_corrected_since_a_review_is_told_apart_from_what_happened(sample: None) -> None:
    """Thủ Đức corrected what it had reported for the quarter of the review; then came the next quarter."""
    html = section(draw("target", {"target": "T09", "since": "review", "period": "2025Q2"}, BUILT_IN_VIEWER).html)
    names = re.findall(r"scope='row'>(?:<a [^>]*>)?([^<]*)", html.split("</table>")[0])
    order = [VI("bridge.corrected"), VI("bridge.late"), VI("bridge.middle"), "Thủ Đức"]
    assert [name for name in names if name in order] == order
    # A correction of one reporter leads to its report, a unit's own change to its cells.
    assert "/reports?unit=769&amp;period=2025Q1" in html or "/reports?unit=769&period=2025Q1" in html.replace(
        "&amp;", "&"
    )
    assert "/origin?target=T09&unit=769" in html.replace("&amp;", "&")
    # Bars and marks as written: 20.3 +0.5 −0.1 is 20.7, as the figure is known now.
    written = re.findall(r"class='n'>([^<]*)</td>\s*</tr>", html.split("</table>")[0])
    assert written[:4] == ["20,3%", "+0,5", "−0,1", "20,7%"]
    assert written[-1] == "45,5%"


@pytest.mark.parametrize(
    ("page", "own"),
    [
        ("target", {"target": "T14"}),
        ("target", {"target": "T09", "level": "ward"}),
        ("district", {"unit": AREAS["own"], "target": "T12"}),
        ("ward", {"unit": COMMUNES["own"], "target": "T13"}),
    ],
)
def test_each_page_of_a_figure_asks_and_answers_why_it_moved(sample: None, page: str, own: dict[str, str]) -> None:
    asking = draw(page, own, BUILT_IN_VIEWER).html
    link = re.search(r"href='([^']*)#bridge'>" + VI("bridge.way"), asking)
    assert link
    assert "since=" in link[1]
    assert not section(asking)
    for lang in ("vi", "en"):
        answered = draw(page, own | {"since": "2026Q1", "lang": lang}, BUILT_IN_VIEWER)
        html, titles = section(answered.html), words_in(lang)
        assert titles("bridge.note") in html
        # The file has every unit's part: together they are the whole difference.
        rows = file_rows(page, own | {"since": "2026Q1", "lang": lang})
        bars = list(re.findall(r"<tr class='(?:up|down|level)'>.*?</tr>", html, re.DOTALL))
        assert rows
        assert bars
        assert sum(points(row) for row in rows) == pytest.approx(sum(map(amount, bars)), abs=0.06)
    picture = bytes(respond("chart.svg", {"page": page, "chart": "bridge", "since": "2026Q1", **own}).body).decode()
    assert picture.count("<rect") > len(bars)


def file_rows(page: str, parameters: dict[str, str]) -> list[tuple[object, ...]]:
    """The rows of the file behind the picture."""
    content = bytes(respond("table.xlsx", {"page": page, "table": "bridge", **parameters}).body)
    rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if words_in(parameters["lang"])("bridge.cause") in row)
    return [row for row in rows[head + 1 :] if any(isinstance(cell, int | float) for cell in row)]


def points(row: tuple[object, ...]) -> float:
    """The last number of a row."""
    return next(float(cell) for cell in reversed(row) if isinstance(cell, int | float))


def amount(bar: str) -> float:
    """What a bar is written with."""
    text = re.findall(r"class='n'>([^<]*)<", bar)[-1]
    return float(text.replace("−", "-").replace("±", "").replace(",", "."))


@pytest.mark.parametrize(
    "role", [name for name in VIEWERS if name not in ("department", "auditor", "administrator", "stranger")]
)
def test_small_counts_are_not_split_for_whoever_may_not_see_them(sample: None, role: str) -> None:
    viewer = VIEWERS[role]
    unit = {"unit": AREAS["own"]} if role == "area_reader" else {}
    page = "district" if unit else "target"
    html = section(draw(page, {"target": "T16", "since": "quarter", **unit}, viewer).html)
    assert VI("bridge.why_protected") in html
    assert "<table" not in html
    # Neither do files, nor the pictures of any other moment.
    for since in ("year", "2026Q1"):
        answer = export_routes.respond(
            "table.csv", {"page": page, "table": "bridge", "target": "T16", "since": since, **unit}, viewer
        )
        assert answer.status_code == 404
    assert "<table" in section(draw(page, {"target": "T09", "since": "quarter", **unit}, viewer).html)


def test_the_officer_of_a_unit_sees_why_its_own_count_of_people_moved(sample: None) -> None:
    own, other = (
        section(draw("ward", {"unit": COMMUNES[whose], "target": "T16", "since": "quarter"}, VIEWERS["officer"]).html)
        for whose in ("own", "other")
    )
    assert "<table" in own
    assert "<table" not in other
    assert VI("bridge.why_protected") in other


@pytest.mark.parametrize(
    ("page", "own"), [("target", {"target": "T09"}), ("district", {"unit": "760", "target": "T09"})]
)
@pytest.mark.parametrize(("since", "period"), [("quarter", "2021Q1"), ("year", "2021Q3"), ("2021Q2", "2021Q2")])
def test_who_goes_to_a_period_without_the_moment_chosen_before_keeps_the_page_and_chooses_another(
    sample: None, page: str, own: dict[str, str], since: str, period: str
) -> None:
    answer = draw(page, own | {"since": since, "period": period, "lang": "vi"}, BUILT_IN_VIEWER)
    assert answer.status == 200
    assert VI("bridge.no_moment") in section(answer.html)
    assert VI("bridge.none") in section(answer.html) or period == "2021Q1"


def test_an_unknown_moment_and_one_without_a_figure_are_said_kindly(sample: None) -> None:
    assert "nonsense" in draw("target", {"target": "T14", "since": "nonsense"}, BUILT_IN_VIEWER).html
    # A reader of some units is not told what came from others, between versions.
    version = Desk.open().reviews()[0].version
    refused = draw("district", {"unit": AREAS["own"], "target": "T09", "since": version}, VIEWERS["area_reader"]).html
    assert not section(refused)
    first = section(draw("target", {"target": "T11", "period": "2026Q3", "since": "2021Q1"}, BUILT_IN_VIEWER).html)
    assert first
    assert "Traceback" not in first
    none = section(
        draw(
            "target", {"target": "T14", "since": "quarter", "period": "2026Q1", "window": "quarter"}, BUILT_IN_VIEWER
        ).html
    )
    assert none


def test_the_meeting_sees_why_the_figures_moved_that_moved_most(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slide, in the file and in the minutes, since the last review where it was held on the quarter before."""
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    page_renderer._kept.cache_clear()
    shown = draw("review", {"period": "2025Q2"}, BUILT_IN_VIEWER).html
    slides = re.findall(r"<section class='slide of-bridge'.*?</section>", shown, re.DOTALL)
    assert len(slides) == 2
    title = re.findall(r"<h1>([^<]*)", slides[0])[0]
    assert title == "Tập huấn cán bộ xã tăng 25,2 điểm: 20,3% → 45,5%"
    assert "Cuộc họp ngày 08/05/2025" in slides[0]
    names = re.findall(r"scope='row'>([^<]*)", slides[0])
    file = Presentation(io.BytesIO(bytes(respond("deck.pptx", {"page": "review", "period": "2025Q2"}).body)))
    slide = next(one for one in file.slides if one.shapes.title.text_frame.text == title)
    charts = [shape.chart for shape in slide.shapes if shape.has_chart]
    assert [str(name).split(":")[0] for name in charts[0].plots[0].categories] == names
    held = Desk.open().hold_review(
        ReviewDraft("2025Q2", "ytd", published().version, dt.date(2025, 8, 8), "Sở Y tế", ""), "Thư ký"
    )
    answer = respond("minutes.docx", {"page": "review", "held": str(held.review_id), "period": "2026Q3", "lang": "vi"})
    minutes = Document(io.BytesIO(bytes(answer.body)))
    cells = {cell.text for table in minutes.tables for row in table.rows for cell in row.cells}
    assert set(names) <= cells
    assert any("tăng 25,2 điểm so với cuộc họp" in paragraph.text for paragraph in minutes.paragraphs)


def test_cases_of_the_citys_own_agencies_are_named_and_have_no_code_for_a_name(sample: None) -> None:
    shown = draw("review", {"period": "2023Q3"}, BUILT_IN_VIEWER).html
    names = re.findall(r"scope='row'>([^<]*)", "".join(re.findall(r"slide of-bridge'.*?</section>", shown, re.DOTALL)))
    assert "TP.HCM (cơ quan cấp thành phố)" in names
    assert "79" not in names


def test_wards_of_one_name_are_told_apart_by_their_district(sample: None) -> None:
    """Until 2025 many districts had a ward 1; on the page of its district a ward needs none."""
    own = {"target": "T09", "since": "year", "period": "2024Q2"}
    city, district = (
        section(draw(page, own | unit, BUILT_IN_VIEWER).html)
        for page, unit in (("target", {}), ("district", {"unit": "770"}))
    )
    assert "Phường 4 (Q.3)" in city
    assert "Phường 4 (Q.10)" in city
    assert " (Q.3)" not in district
    # A ward with a bar of its own has its name there, not its code.
    assert re.findall(r"scope='row'><a [^>]*>([^<]*)", district.split("</table>")[0]) == ["P.12", "11 đơn vị còn lại"]


def section(html: str) -> str:
    """The part of a page that says why."""
    match = re.search(r"<section[^>]*id='bridge'.*?</section>", html, re.DOTALL)
    return match[0] if match else ""
