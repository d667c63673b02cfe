"""Whoever compares the overview, the review, its slides and the official report finds the same counts and names."""

import io
import re
from dataclasses import replace
from functools import cache
from itertools import cycle
from xml.etree import ElementTree

import docx
import pytest
from docx.document import Document
from pptx import Presentation

from app.analysis.calls import call_rule
from app.analysis.lateness import late_rows
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language, words, words_in
from app.core.page_context import Context
from app.core.url_state import WINDOWS
from app.deck.model import Cards, Deck, Lines, Table
from app.exports.pptx.write import presentation
from app.pages.registry import page_of
from app.pages.review.page import deck_of
from app.queries import progress
from app.records import Progress
from app.web.page_renderer import draw
from tests.answered import respond

pytestmark = pytest.mark.usefixtures("sample")
# The first quarter, ends of years, the quarters about the reform and about the change of plan, the one that opens.
PERIODS = ("2021Q1", "2022Q4", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q3")
# In the quarter alone one district has no figure.
QUARTER = {"window": "quarter", "period": "2025Q2"}
SENTENCE = {
    "vi": "18/21 quận, huyện tốt ở ít nhất nửa số chỉ tiêu của mình",
    "en": "18 of 21 districts on at least half of theirs",
}
CITY = {
    "vi": "Đang tốt: 6/14 chỉ tiêu",
    "en": "Going well: 6 of 14 targets",
}
FIRST = {
    "vi": ["Huyện Bình Chánh", "Huyện Nhà Bè", "Quận 10"],
    "en": ["Binh Chanh District", "Nha Be District", "District 10"],
}


def overview(lang: str) -> str:
    return draw("", {"lang": lang, **QUARTER}, BUILT_IN_VIEWER).html


def slides(lang: str) -> Deck:
    return deck_of(page_of("review", {"lang": lang, **QUARTER}, BUILT_IN_VIEWER)[0])


@cache
def quarterly(**asked: str) -> bytes:
    """The quarterly report of the sample, made once for all that is compared with it."""
    return bytes(respond("quarter.docx", asked).body)


def report(lang: str) -> Document:
    return docx.Document(io.BytesIO(quarterly(lang=lang, **QUARTER)))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_how_many_districts_and_targets_do_well_is_one_count_with_one_denominator(lang: str) -> None:
    cover = slides(lang).slides[0]
    shown = [overview(lang), cover.title + str(cover.blocks), "\n".join(one.text for one in report(lang).paragraphs)]
    first = Presentation(io.BytesIO(respond("deck.pptx", {"page": "review", "lang": lang, **QUARTER}).body)).slides[0]
    shown.append("\n".join(shape.text_frame.text for shape in first.shapes if shape.has_text_frame))
    for text in shown:
        assert SENTENCE[lang] in text
        assert CITY[lang] in text
        assert words_in(lang)("headline.unjudged", count=1, units=words_in(lang)("unit_noun.district", count=1)) in text


@pytest.mark.parametrize(("period", "window"), list(zip(PERIODS, cycle(WINDOWS), strict=False)))
def test_the_headline_names_the_same_totals_on_page_picture_slide_and_in_the_documents(
    period: str, window: str
) -> None:
    asked = {"lang": "vi", "period": period, "window": window}
    context, page = page_of("", asked, BUILT_IN_VIEWER)
    title = re.search("<h1>(.*?)</h1>", page.body)
    assert title
    headline = title[1]
    counts = set(re.findall(r"\d+/\d+", headline))
    deck = deck_of(page_of("review", asked, BUILT_IN_VIEWER)[0])
    with in_language(context.state.lang):
        file = Presentation(io.BytesIO(presentation(replace(deck, slides=deck.slides[:1]), "")))
    slide = "\n".join(shape.text_frame.text for shape in file.slides[0].shapes if shape.has_text_frame)
    assert headline.startswith(deck.slides[0].title)
    assert counts <= set(re.findall(r"\d+/\d+", f"{deck.slides[0].title} {deck.slides[0].blocks[0]}"))
    assert counts <= set(re.findall(r"\d+/\d+", slide))
    document = docx.Document(io.BytesIO(quarterly(**asked)))
    assert f"{headline}." in [one.text for one in document.paragraphs]
    if "grid" in page.charts:
        picture = ElementTree.fromstring(page.charts["grid"]())  # noqa: S314 - our own
        assert picture.findtext("{http://www.w3.org/2000/svg}title") == headline


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_first_districts_to_talk_with_are_the_same_and_the_rule_of_their_order_is_said(lang: str) -> None:
    rule, first = call_rule(), FIRST[lang]
    page = overview(lang)
    # The overview's line and the report's sentence name two.
    places = [page.index(f">{name}</a>: ") for name in first[:2]]
    assert places == sorted(places)
    assert rule in page

    slide = next(one for one in slides(lang).slides if one.kind == "districts")
    table = next(block for block in slide.blocks if isinstance(block, Table))
    names = [name.removeprefix("Huyện ").replace("Quận ", "Q.").replace(" District", "") for name in first]
    assert [row[0].text for row in table.rows[:3]] == [name.replace("District ", "D") for name in names]
    assert Lines((rule,)) in slide.blocks

    document = report(lang)
    told = next(one.text for one in document.paragraphs if first[0] in one.text and rule in one.text)
    assert told.index(first[0]) < told.index(first[1])
    support = next(one for one in document.tables if one.cell(0, 1).text == words_in(lang)("quarterly.head_district"))
    assert [row.cells[1].text for row in support.rows[1:4]] == first


ORDER_PERIOD = "2024Q3"


def short_names(context: Context, rows: list[Progress]) -> list[str]:
    return [words.of(context.targets[row.target_code], "short_name") for row in rows]


def test_what_is_worst_in_a_unit_has_one_order_on_its_page_and_in_its_memo() -> None:
    for code in ("770", "774", "786"):
        asked = {"lang": "vi", "period": ORDER_PERIOD, "unit": code}
        context, page = page_of("district", asked, BUILT_IN_VIEWER)
        rows = progress.unit_progress(context.reader, code, ORDER_PERIOD, "ytd")
        certain = short_names(
            context, [row for row in late_rows(rows, context.targets) if row.late_certainty == "certain"]
        )
        needs = re.search("Cần hỗ trợ ở: (.*?)</p>", page.body)
        assert needs
        assert [name for name in re.findall(">([^<]*)</a> [(]", needs[1]) if name] == certain[:3]
        memo = docx.Document(io.BytesIO(respond("memo.docx", asked | {"page": "district"}).body))
        table = next(one for one in memo.tables if one.cell(0, 0).text == words_in("vi")("memo.target"))
        named = [row.cells[0].text.split(" ", 1)[1] for row in table.rows[1:]]
        assert named == certain[: len(named)]
        assert named


def test_the_worst_units_of_a_target_have_one_order_on_the_slide_and_in_the_report() -> None:
    asked = {"lang": "vi", "period": ORDER_PERIOD}
    context, _ = page_of("review", asked, BUILT_IN_VIEWER)
    deck = deck_of(context)
    report = [one.text for one in docx.Document(io.BytesIO(quarterly(**asked))).paragraphs]
    rows = progress.reporter_progress(context.reader, ORDER_PERIOD, "ytd")
    cards = [
        card for slide in deck.slides for block in slide.blocks if isinstance(block, Cards) for card in block.cards
    ]
    compared = 0
    for card in cards:
        target = context.targets[card.subject.target_code]
        own = late_rows([row for row in rows if row.target_code == target.target_code], context.targets)
        far = [row.unit_code for row in own if row.shown_status == "far_behind"]
        for tally in card.tallies:
            if tally.status == "far_behind":
                assert list(tally.names) == [words.of(context.reporter(code), "short_name") for code in far]
        told = next((text for text in report if text.startswith(f"- {words.of(target, 'name')}:")), "")
        if far and (names := re.search(r"rất chậm, trước hết: ([^.;]*?)(?: và \d+ đơn vị khác)?[.]", told)):
            compared += 1
            assert names[1].split(", ") == [context.unit_name(code) for code in far[:5]]
    assert compared > 3


@pytest.mark.parametrize("period", ["2025Q2", "2026Q3"])
def test_what_got_worse_is_counted_of_the_same_units_on_the_page_and_in_the_report(period: str) -> None:
    asked = {"lang": "vi", "period": period}
    page = re.sub("<[^>]*>", "", draw("", asked, BUILT_IN_VIEWER).html)
    report = "\n".join(one.text for one in docx.Document(io.BytesIO(quarterly(**asked))).paragraphs)
    told = re.search(r"So với quý trước: (\d+) lượt .* chuyển sang chậm rõ, (\d+) lượt hết chậm", report)
    assert told is not None
    assert f"↑ {told[2]} lượt hết chậm" in page
    assert f"↓ {told[1]} lượt chuyển sang chậm rõ" in page


@pytest.mark.parametrize(
    ("lang", "gap"),
    [
        ("vi", "đã thiếu 1 đơn vị có truyền thông so với mốc quý"),
        ("en", "was short of the milestone by 1 unit that held a session"),
    ],
)
def test_wards_reached_in_district_5_are_one_short_of_the_milestone_wherever_the_figure_stands(
    lang: str, gap: str
) -> None:
    cell = {"unit": "774", "target": "T02", "lang": lang}
    pages = [
        draw("", {"lang": lang, "period": "2025Q2"}, BUILT_IN_VIEWER),
        *(draw(page, cell | {"period": "2025Q2"}, BUILT_IN_VIEWER) for page in ("target", "district")),
    ]
    for page in pages:
        told = [label for label in re.findall("aria-label='([^']*)'", page.html) if gap in label]
        assert told, page.state
