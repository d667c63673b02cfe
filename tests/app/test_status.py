"""A state looks and reads the same wherever it stands: one sign, one word, one colour on page, slide and file."""

import datetime as dt
import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from facts import progress
from pptx import Presentation
from test_palette import LEAST_TEXT, contrast

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import catalogue, words_in
from app.core.reader import Reader
from app.core.status import (
    JUDGED,
    LATE,
    OF_ACTIONS,
    OF_CHECKS,
    OF_QUESTIONS,
    OF_REPORTS,
    OF_TARGETS,
    OF_TASKS,
    STATUSES,
    certain_of,
    sign_of,
    tone_of,
)
from app.exports.letters.quarterly_tables import figure_cell
from app.figures.drawing import pptx_canvas
from app.figures.drawing.svg_document import status_mark
from app.queries.progress import level_progress
from app.records import UNSURE
from app.ui.palette import CELL_FILL, CELL_INK, INK, LIGHT, MUTED, PROJECTOR_CELL_FILL, PROJECTOR_FILL, STATUS_FILL
from app.web.page_renderer import draw
from tests.answered import respond
from warehouse.desk import Desk, Draft, ReviewDraft
from warehouse.publish.engines import Published, published
from warehouse.settings import Settings

KINDS = {
    "targets": OF_TARGETS,
    "tasks": OF_TASKS,
    "actions": OF_ACTIONS,
    "questions": OF_QUESTIONS,
    "reports": OF_REPORTS,
    "checks": OF_CHECKS,
}
STYLE_SHEET = Path(__file__).parents[2] / "app" / "component" / "css" / "_statuses.css"
CSS = STYLE_SHEET.read_text(encoding="utf-8")
# Tone, sign, word of a state as chips, marks on slides and counts show them.
Look = tuple[str, str, str]
CHIP = re.compile(r"class='(?:chip|state) (\w+)(?: pv)?'><i[^>]*>([^<]*)</i> ([^<]*)<")
KEY = re.compile(r"<[bs][^>]*class='[ck] (\w+)'[^>]*><i>([^<]*)</i></\w+>([^<]*?) ?<")
COUNT = re.compile(r"<li class='(\w+)'[^>]*><b class='n'>\d+</b><span><i>([^<]*)</i> ([^<]*)<")


def looks(code: str, lang: str) -> Look:
    """How a state is to look."""
    return tone_of(code), sign_of(code), words_in(lang).status(code)


def test_every_state_belongs_to_a_kind() -> None:
    assert {code for codes in KINDS.values() for code in codes} == set(STATUSES)


def test_an_unsure_state_weighs_as_the_certain_one_and_every_other_as_itself() -> None:
    certain = {unsure: status for status, unsure in UNSURE.items()}
    assert {code: certain_of(code) for code in STATUSES} == {code: certain.get(code, code) for code in STATUSES}


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_of_every_kind_has_a_sign_a_word_and_a_tone(kind: str) -> None:
    for code in KINDS[kind]:
        assert sign_of(code).strip()
        assert tone_of(code) in OF_TARGETS
        assert all(catalogue(lang)[f"status.{code}"] for lang in ("vi", "en"))


@pytest.mark.parametrize("kind", ["targets", "tasks", "actions", "checks"])
def test_no_two_states_of_a_kind_share_a_sign(kind: str) -> None:
    assert len({sign_of(code) for code in KINDS[kind]}) == len(KINDS[kind])


def test_a_target_without_a_figure_says_why() -> None:
    assert all(f"absence.{code}" in catalogue(lang) for code in OF_TARGETS for lang in ("vi", "en"))


@pytest.mark.parametrize("status", LATE)
def test_what_is_not_certainly_late_is_hollow_in_sign_and_ground_in_every_medium(status: str) -> None:
    unsure = UNSURE[status]
    assert sign_of(unsure) == sign_of(status).replace("▼", "▽")
    grounds = [re.search(rf"\.kpi \.{code}[ ,][^{{]*{{ background: var\(([^)]*)\)", CSS) for code in (status, unsure)]
    assert [found and found[1] for found in grounds] == [f"--{status.replace('_', '-')}", "--paper"]
    certain, hollow = (str(status_mark(code, 0, 0, 20, 20)) for code in (status, unsure))
    assert (certain.count("fill='none'"), hollow.count("fill='none'")) == (0, 1)
    assert (f"fill='{STATUS_FILL[status]}'" in certain, f"fill='{STATUS_FILL[status]}'" in hollow) == (True, False)
    assert f"stroke='{STATUS_FILL[status]}'" in hollow
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for code in (status, unsure):
        pptx_canvas.chip(slide, pptx_canvas.Box(1, 1, 2, 1), code, words_in("vi").status(code), "vi")
    assert [f"#{shape.fill.fore_color.rgb}".lower() for shape in slide.shapes] == [PROJECTOR_FILL[status], "#ffffff"]
    assert [f"#{shape.line.color.rgb}".lower() for shape in slide.shapes] == [PROJECTOR_FILL[status]] * 2
    rows = [progress(status=status, late_certainty=why) for why in ("certain", "chance")]
    cells = [figure_cell(row) for row in rows]
    assert [(cell.text.split()[0], cell.fill) for cell in cells] == [
        (sign_of(status), STATUS_FILL[status]),
        (sign_of(unsure), ""),
    ]


@pytest.mark.usefixtures("sample")
def test_the_grid_draws_solid_only_what_the_mart_calls_certain(warehouse: Published) -> None:
    rows = level_progress(Reader(BUILT_IN_VIEWER, warehouse), "district", "2024Q3", "ytd")
    late = {(row.unit_code, row.target_code): row.late_certainty == "certain" for row in rows if row.status in LATE}
    assert set(late.values()) == {True, False}
    html = draw("", {"lang": "vi", "period": "2024Q3"}, BUILT_IN_VIEWER).html
    cells = re.findall(r"/district\?unit=(\w+)&amp;target=(\w+)[^>]*><i>([▼▽]+)</i>", html)
    assert {(unit, target): "▼" in sign for unit, target, sign in cells} == late


@pytest.mark.parametrize("tone", sorted({status.tone for status in STATUSES.values()}))
def test_a_state_is_read_on_its_tone(tone: str) -> None:
    fill, ink = CELL_FILL.get(tone, LIGHT["paper"]), CELL_INK.get(tone, MUTED)
    assert contrast(fill, ink) >= LEAST_TEXT
    assert contrast(fill, CELL_INK.get(tone, INK)) >= LEAST_TEXT
    assert re.search(rf"\.kpi \.{tone}\b[^{{]*{{ background:", STYLE_SHEET.read_text(encoding="utf-8"))


DUE = ("overdue", "to_move", "to_close")
# A district that is no more; a target that the city meets.
ABOUT = {"to_move": ("773",), "to_close": ("79", "T14")}


@pytest.fixture
def busy_desk(tmp_path: Path, sample: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with an action in every state on the day of the sample."""
    monkeypatch.setenv("KPI_OPS_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    desk = Desk.open(Settings.from_env())
    given = dt.datetime(2025, 5, 8, 14)
    held = desk.hold_review(ReviewDraft("2025Q1", "ytd", published().version, given.date()), "Sở", at=given).review_id
    opened = {
        code: desk.open_action(
            Draft(
                code,
                "Sở",
                dt.date(2025 if code in DUE else 2027, 6, 15),
                "2025Q1",
                *ABOUT.get(code, ()),
                review_id=held,
            ),
            "Sở",
            at=given,
        ).action_id
        for code in OF_ACTIONS
    }
    desk.start(opened["under_way"], "Sở")
    desk.close(opened["done"], "Sở", "12/BC-UBND")
    desk.cancel(opened["cancelled"], "Sở", "12/BC-UBND")
    return desk


def shown(pattern: re.Pattern[str], parts: Iterable[object]) -> set[Look]:
    """The states in a piece of a page."""
    return {(tone, sign, word) for tone, sign, word in pattern.findall("".join(map(str, parts)))}


def page(name: str, lang: str, **asked: str) -> list[object]:
    """The parts of a page of the sample."""
    drawn = draw(name, {"lang": lang, "period": "2025Q2", **asked}, BUILT_IN_VIEWER)
    return [drawn.html]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_actions_look_alike_on_their_page_and_in_the_review(busy_desk: Desk, lang: str) -> None:
    expected = {looks(code, lang) for code in OF_ACTIONS}
    assert shown(CHIP, page("actions", lang)) == expected
    assert expected <= shown(CHIP, page("review", lang))
    file = Presentation(io.BytesIO(respond("deck.pptx", {"page": "review", "lang": lang, "period": "2025Q2"}).body))
    cells = {
        cell.text: cell
        for slide in file.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    }
    for tone, sign, word in expected:
        cell = cells[f"{sign} {word}"]
        if tone in PROJECTOR_CELL_FILL:
            assert f"#{cell.fill.fore_color.rgb}".lower() == PROJECTOR_CELL_FILL[tone]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_reports_look_alike_in_the_calendar_and_in_the_review(lang: str) -> None:
    legend = shown(KEY, page("reports", lang))
    counted = shown(COUNT, page("review", lang))
    assert {looks(code, lang) for code in ("on_time", "late", "missing")} <= counted <= legend


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_targets_look_alike_in_the_grid_and_in_the_review(lang: str) -> None:
    known = {looks(code, lang) for code in OF_TARGETS}
    assert {looks(code, lang) for code in JUDGED} <= shown(KEY, page("", lang)) & known
    slides = page("review", lang)
    assert {looks(code, lang) for code in JUDGED} <= shown(KEY, slides) <= known
    svg = respond("chart.svg", {"page": "", "chart": "grid", "lang": lang, "period": "2025Q2"})
    assert all(words_in(lang).status(code) in bytes(svg.body).decode() for code in JUDGED)
