"""A target's pictures say the same on its page, in the file, on the slide and in PowerPoint.

What is compared is read from the finished pictures: lengths of bars, places of lines, texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import pytest
from lxml import etree, html
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.slide import Slide

from app.core.access import BUILT_IN_VIEWER
from app.core.grouping import group_by
from app.core.i18n import words_in
from app.figures.ranking import svg as ranking_svg
from app.figures.small_multiples import svg as multiples_svg
from app.figures.sparkline import html as sparkline_html
from app.pages.registry import page_of
from tests.answered import page, respond

VI = words_in("vi")
# A quarter of which nearly all is known, the January of a year with new wards, the lockdown.
PERIODS = ("2025Q2", "2025Q1", "2021Q3")
TARGETS = tuple(f"T{number:02}" for number in range(1, 19))
RANKED_ON_SLIDES = {"T14", "T15"}
YES_OR_NO = {"T01", "T07"}
FOLLOWED = {"T03", "T12", "T13", "T17"}
# Lengths are written in tenths of a pixel.
NEAR = 0.002
SVG = "{http://www.w3.org/2000/svg}"
CASES = [("2025Q2", "ytd"), ("2025Q1", "quarter"), ("2021Q3", "ytd")]


@dataclass(frozen=True)
class Bar:
    """A bar as it is seen: lengths as shares of the scale, None for a unit without a figure."""

    name: str
    value: str
    length: float | None = None
    interval: tuple[float, float] | None = None
    threshold: float | None = None
    path: float | None = None


@dataclass(frozen=True)
class Names:
    """The units under one answer and status."""

    title: str
    status: str
    names: str


@dataclass(frozen=True)
class Course:
    """A small course: its figure, its pieces as (quarter, share of the scale), the share of its threshold."""

    name: str
    value: str
    pieces: tuple[tuple[tuple[int, float], ...], ...]
    threshold: float | None


def near(one: float | None, other: float | None) -> bool:
    """Whether two lengths look alike."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= NEAR


def alike(one: Bar, other: Bar) -> bool:
    """Whether two bars look alike."""
    ends = zip(one.interval or (None, None), other.interval or (None, None), strict=True)
    lengths = [(one.length, other.length), (one.threshold, other.threshold), (one.path, other.path), *ends]
    return (one.name, one.value) == (other.name, other.value) and all(near(*pair) for pair in lengths)


def assert_alike(ones: list[Bar], others: list[Bar]) -> None:
    """Both rankings show the same units in the same order, each with the same bar."""
    assert [one.name for one in ones] == [other.name for other in others]
    assert [(one, other) for one, other in zip(ones, others, strict=True) if not alike(one, other)] == []


def text_of(element: html.HtmlElement) -> str:
    """The text within an element, spaces put right."""
    return " ".join(element.text_content().split())


# The ranking on a page and on a slide ------------------------------------------------------------------------------


def bars_in_html(ranking: html.HtmlElement) -> list[Bar]:
    """The bars of `.ranking` or `.ranked-units`, those without a figure at the end."""
    bars = []
    for item in ranking.xpath(".//li[not(contains(@class, 'ends'))]"):
        names = item.xpath(".//span[@class='nm']") or item.xpath(".//p/a")
        if not item.xpath(".//circle"):
            bars += [Bar(text_of(name), "") for name in names]
            continue
        whisker = item.xpath(".//line[@class='ci'][@y1='50%']")
        bars.append(
            Bar(
                text_of(names[0]),
                text_of(item.xpath(".//span[contains(@class, 'vl')]")[0]),
                _percent(item.xpath(".//circle/@cx")[0]),
                (_percent(whisker[0].get("x1")), _percent(whisker[0].get("x2"))) if whisker else None,
                *(_first_percent(item, kind) for kind in ("th", "path")),
            )
        )
    return bars


def _percent(text: str) -> float:
    return float(text.rstrip("%")) / 100


def _first_percent(item: html.HtmlElement, kind: str) -> float | None:
    found = item.xpath(f".//line[@class='{kind}']/@x1")
    return _percent(found[0]) if found else None


def names_in_html(ranking: html.HtmlElement) -> list[Names]:
    """The lists of names on a page (links) or on a slide (a text)."""
    found = []
    for answer in ranking.xpath(".//div[@class='of-answer']"):
        title = text_of(answer.xpath(".//h3")[0])
        for status in answer.xpath("./p"):
            links = status.xpath("./following-sibling::ul[1]//a")
            names = ", ".join(map(text_of, links)) if links else text_of(status.xpath("./span")[-1])
            found.append(Names(title, text_of(status.xpath("./*")[0]), names))
    return found


# The ranking as a file ---------------------------------------------------------------------------------------------


def bars_in_svg(document: str) -> list[Bar]:
    """The bars of the file; threshold and milestone are lines across several bars."""
    root = etree.fromstring(document.encode())
    names = [(_number(one, "y"), one.text) for one in root.iter(f"{SVG}text") if one.get("class") == "name"]
    values = {_number(one, "y"): one.text for one in root.iter(f"{SVG}text") if one.get("class") == "value"}
    dots = {_number(one, "cy"): one for one in root.iter(f"{SVG}circle") if one.get("class") == "dot"}
    bars = []
    for y, name in names:
        if y not in values:
            bars.append(Bar(name, ""))
            continue
        middle = y - 4.8
        whiskers = [one.get("d") for one in root.iter(f"{SVG}path") if one.get("class") == "ci"]
        ends = [_ends(d) for d in whiskers if abs(_middle(d) - middle) < 1]
        bars.append(
            Bar(
                name,
                values[y],
                _share(_number(dots[round(middle, 1)], "cx")),
                ends[0] if ends else None,
                *(_crossing(root, kind, middle) for kind in ("threshold", "path")),
            )
        )
    return bars


def _number(element: etree._Element, name: str) -> float:
    return float(element.get(name, "nan"))


def _share(x: float) -> float:
    return (x - ranking_svg.LEFT) / ranking_svg.TRACK


def _middle(d: str) -> float:
    return float(d.split()[1].split("H", maxsplit=1)[0])


def _ends(d: str) -> tuple[float, float]:
    return _share(float(d[1:].split(maxsplit=1)[0])), _share(float(d.split("H")[1].split("M", maxsplit=1)[0]))


def _crossing(root: etree._Element, kind: str, y: float) -> float | None:
    for one in root.iter(f"{SVG}path"):
        if one.get("class") == kind:
            x, top, bottom = map(float, re.findall(r"[\d.]+", one.get("d", "")))
            if top < y < bottom:
                return _share(x)
    return None


def names_in_svg(document: str) -> str:
    """All names of the lists in the order drawn."""
    root = etree.fromstring(document.encode())
    return ", ".join(one.text for one in root.iter(f"{SVG}text") if one.get("class") == "name")


# The ranking in PowerPoint -----------------------------------------------------------------------------------------


def bars_in_pptx(slide: Slide, frame: object) -> list[Bar]:
    """The bars of a chart; threshold and milestone are lines drawn over it."""
    chart = frame.chart  # type: ignore[attr-defined]
    start, end = chart.category_axis.minimum_scale, chart.category_axis.maximum_scale
    layout = chart._chartSpace.find(f".//{qn('c:plotArea')}/{qn('c:layout')}/{qn('c:manualLayout')}")
    x, width = (float(layout.find(qn(f"c:{name}")).get("val")) for name in ("x", "w"))
    left = frame.left + frame.width * x  # type: ignore[attr-defined]
    row = frame.height / len(chart.plots[0].series)  # type: ignore[attr-defined]
    drawn = group_by(slide.shapes, lambda shape: shape.name)
    bars = []
    for index, series in enumerate(chart.plots[0].series):
        name = series.name.rsplit(" ", 1)[0]
        places = [float(one.text) for one in series._element.findall(f"{qn('c:xVal')}//{qn('c:v')}")]
        if len(places) == 1:
            bars.append(Bar(name, ""))
            continue
        middle = frame.top + row * (index + 0.5)  # type: ignore[attr-defined]
        crossing = {
            kind: next((line.left for line in drawn.get(kind, ()) if _covers(line, left, middle, frame)), None)
            for kind in ("threshold", "path")
        }
        shares = [None if at is None else (at - left) / (frame.width * width) for at in crossing.values()]  # type: ignore[attr-defined]
        lines = [line for line in drawn.get("interval", ()) if abs(line.top - middle) < row / 4]
        ends = [(line.left, line.left + line.width) for line in lines if _covers(line, left, line.top, frame)]
        interval = None
        if ends:
            first, last = ((at - left) / (frame.width * width) for at in ends[0])  # type: ignore[attr-defined]
            interval = (first, last)
        text = series.points[1].data_label.text_frame.text
        bars.append(Bar(name, text, (places[2] - start) / (end - start), interval, *shares))
    return bars


def _covers(line: object, left: float, middle: float, frame: object) -> bool:
    # Places of a chart are written in ten-thousandths of its width.
    blur = frame.width * NEAR  # type: ignore[attr-defined]
    is_within = left - blur <= line.left <= frame.left + frame.width + blur  # type: ignore[attr-defined]
    return is_within and line.top <= middle <= line.top + line.height  # type: ignore[attr-defined]


@cache
def decks(period: str, window: str) -> tuple[html.HtmlElement, list[Slide]]:
    """The slides of a review on the screen and in PowerPoint, made once for all that is compared on them."""
    asked = {"period": period, "window": window}
    answer = respond("deck.pptx", {"page": "review", "lang": "vi"} | asked)
    assert answer.status_code == 200
    return page("review", **asked)[1], list(Presentation(BytesIO(bytes(answer.body))).slides)


# Small courses -----------------------------------------------------------------------------------------------------


def courses_in_html(multiples: html.HtmlElement, count: int) -> list[Course]:
    """The small courses of a page over `count` quarters."""
    return [
        Course(
            text_of(link.xpath(".//span[@class='nm']")[0]),
            text_of(link.xpath(".//span[contains(@class, 'vl')]")[0]).partition(" ")[2],
            *spark(link.xpath(".//svg[@class='spark']")[-1], count),
        )
        for link in multiples.xpath("./a")
    ]


def spark(picture: html.HtmlElement, count: int) -> tuple[tuple[tuple[tuple[int, float], ...], ...], float | None]:
    """The pieces of a small course and its threshold."""
    margin = sparkline_html.MARGIN
    wide = sparkline_html.WIDTH - 2 * margin
    high = sparkline_html.HEIGHT - 2 * margin

    def share(y: float) -> float:
        return (sparkline_html.HEIGHT - margin - y) / high

    pieces = tuple(
        tuple((round((x - margin) / wide * max(1, count - 1)), share(y)) for x, y in _points(d))
        for d in picture.xpath(".//path[not(@class)]/@d")
    )
    threshold = picture.xpath(".//path[@class='th']/@d")
    return pieces, share(_points(threshold[0])[0][1]) if threshold else None


def _points(d: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", d)]


def courses_in_svg(document: str, count: int) -> list[Course]:
    """The small courses of the file over `count` quarters."""
    root = etree.fromstring(document.encode())
    body = root.find(f"{SVG}g")
    assert body is not None
    courses: list[Course] = []
    for group in _groups(body):
        name, value = group[0], group[1]
        left = _number(name, "x") + multiples_svg.EDGE_PX
        wide = multiples_svg.ROOM - 2 * multiples_svg.EDGE_PX
        base = _number(name, "y") - 16 + 24 + multiples_svg.COURSE_HEIGHT
        high = multiples_svg.COURSE_HEIGHT - 6
        pieces = tuple(
            tuple((round((x - left) / wide * max(1, count - 1)), (base - y) / high) for x, y in _points(one.get("d")))
            for one in group
            if one.get("class") == "course"
        )
        limits = [(base - _points(one.get("d"))[0][1]) / high for one in group if one.get("class") == "th"]
        courses.append(Course(name.text, value.text or "", pieces, limits[0] if limits else None))
    return courses


def _groups(body: etree._Element) -> Iterator[list[etree._Element]]:
    group: list[etree._Element] = []
    for one in body:
        if one.tag == f"{SVG}rect":
            break
        if one.tag == f"{SVG}text" and one.get("font-weight") == "600" and group:
            yield group
            group = []
        group.append(one)
    yield group


def assert_same_course(one: Course, other: Course) -> None:
    """Both courses have the same pieces at the same heights."""
    assert (one.name, one.value) == (other.name, other.value)
    assert [[at for at, _ in piece] for piece in one.pieces] == [[at for at, _ in piece] for piece in other.pieces]
    heights = [[share for piece in course.pieces for _, share in piece] for course in (one, other)]
    assert all(abs(a - b) < 0.01 for a, b in zip(*heights, strict=True)), one.name
    assert (one.threshold is None) == (other.threshold is None)
    assert one.threshold is None or abs(one.threshold - (other.threshold or 0.0)) < 0.01


# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("period", "window"), CASES)
def test_the_ranking_is_the_same_on_page_and_in_its_file(sample: None, period: str, window: str) -> None:
    for target in TARGETS:
        made, parts = page("target", target=target, period=period, window=window)
        document = made.charts["ranking"]()
        if target in YES_OR_NO:
            assert not parts.xpath("//div[contains(@class, 'ranking')]")
            assert names_in_svg(document) == ", ".join(one.names for one in names_in_html(parts))
            continue
        shown = bars_in_html(parts.xpath("//div[contains(@class, 'ranking')]")[0])
        assert_alike(shown, bars_in_svg(document))
        assert len(shown) == 22
        marks = parts.xpath("//div[@class='scale' or @class='scale crowded']//span[contains(@class, 'mark ')]/text()")
        assert marks == re.findall(r"class='mark \w+'>([^<]+)<", document)
        assert bool(marks) == (target not in FOLLOWED)
        ticks = parts.xpath("//div[@class='scale ticks']//span[contains(@class, 'mark ')]/text()")
        assert len(ticks) >= 2
        assert ticks == [label.removeprefix("≈ ") for label in re.findall(r"class='tick'>([^<]+)<", document)]


@pytest.mark.parametrize(("period", "window"), CASES)
def test_the_ranking_is_the_same_on_page_slide_and_in_powerpoint(sample: None, period: str, window: str) -> None:
    screen, slides = decks(period, window)
    for target in RANKED_ON_SLIDES:
        _, parts = page("target", target=target, period=period, window=window)
        shown = bars_in_html(parts.xpath("//div[contains(@class, 'ranking')]")[0])
        of_slides = [bars_in_html(ranking) for ranking in screen.xpath("//ol[@class='ranked-units']")]
        of_charts = [
            bars_in_pptx(slide, frame)
            for slide in slides
            for frame in slide.shapes
            # A strip of units is one series.
            if frame.has_chart
            and frame.chart._chartSpace.find(f".//{qn('c:manualLayout')}") is not None
            and len(frame.chart.plots[0].series) > 1
        ]
        order = sorted(RANKED_ON_SLIDES).index(target)
        assert_alike(shown, of_slides[order])
        assert_alike(shown, of_charts[order])


@pytest.mark.parametrize("period", PERIODS)
def test_who_did_it_and_who_did_not_is_the_same_on_page_slide_and_in_powerpoint(sample: None, period: str) -> None:
    screen, slides = decks(period, "ytd")
    # Where a slide has no room for the lists, dots stand for the units.
    lists = screen.xpath("//div[@class='answers']")
    on_slides = {answers.xpath("ancestor::article//h2")[0].text_content(): names_in_html(answers) for answers in lists}
    texts = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    assert on_slides
    for target in YES_OR_NO:
        context, made = page_of("target", {"lang": "vi", "target": target, "period": period}, BUILT_IN_VIEWER)
        of_page = names_in_html(html.fromstring(f"<main>{made.body}</main>"))
        shown = on_slides.pop(VI.of(context.targets[target], "short_name"), None)
        if shown is None:
            continue
        assert [(one.title, one.status) for one in of_page] == [(one.title, one.status) for one in shown]
        counts = [re.search(r"(\d+)/22$", one.title) for one in of_page]
        assert all(counts)
        for one, other in zip(of_page, shown, strict=True):
            # A narrow slide names the first of many.
            assert one.names.startswith(other.names.partition(" và ")[0])
            assert {other.title, other.names, other.status} <= set(texts)
    assert not on_slides


@pytest.mark.parametrize(("period", "window"), CASES)
def test_small_courses_are_the_same_on_page_and_in_their_file(sample: None, period: str, window: str) -> None:
    for target in TARGETS:
        made, parts = page("target", target=target, period=period, window=window)
        count = (int(period[:4]) - 2021) * 4 + int(period[-1])
        shown = courses_in_html(parts.xpath("//div[@class='multiples']")[0], count)
        drawn = courses_in_svg(made.charts["multiples"](), count)
        assert [course.name for course in shown] == [course.name for course in drawn]
        for one, other in zip(shown, drawn, strict=True):
            assert_same_course(one, other)


def test_no_line_of_figures_counted_over_the_year_leads_into_january(sample: None) -> None:
    """The quarters of the sample begin with 2021Q1: every fourth is a January."""
    period, count = "2025Q2", 18
    cumulated: dict[str, str] = {}
    for target in TARGETS:
        context, _ = page_of("target", {"target": target, "period": period, "lang": "vi"}, BUILT_IN_VIEWER)
        if context.targets[target].kind != "coverage":
            continue
        _, parts = page("target", target=target, period=period)
        cumulated[VI.of(context.targets[target], "short_name")] = VI.of(context.targets[target], "name")
        for course in courses_in_html(parts.xpath("//div[@class='multiples']")[0], count):
            assert breaks_in_january(course.pieces, 0), (target, course.name)
        assert VI("multiples.restart") in text_of(parts)
    assert len(cumulated) > 5
    _, district = page("district", unit="769", period=period)
    courses = courses_in_html(district.xpath("//div[@class='multiples own']")[0], count)
    assert {course.name for course in courses} >= set(cumulated)
    assert all(breaks_in_january(course.pieces, 0) for course in courses if course.name in cumulated)
    _, overview = page("", period=period)
    bullets = {
        text_of(bullet.xpath(".//span[@class='nm']")[0]): spark(bullet.xpath(".//svg[@class='spark']")[0], 8)[0]
        for bullet in overview.xpath("//a[@class='bullet']")
    }
    # The eight quarters of a bullet row begin with the third of a year.
    assert all(breaks_in_january(bullets[name], 2) for name in cumulated)
    _, ward = page("ward", unit="26734", period=period)
    lines = {
        text_of(row.xpath("./th//a")[0]): spark(row.xpath(".//svg[@class='spark']")[0], count)[0]
        for row in ward.xpath("//table[contains(@class, 'measures')]//tbody/tr")
    }
    known = [name for name in lines if name in cumulated.values()]
    assert known
    assert all(breaks_in_january(lines[name], 0) for name in known)


def breaks_in_january(pieces: tuple[tuple[tuple[int, float], ...], ...], before: int) -> bool:
    """Whether a January only begins pieces; `before` quarters of their year lie before the first one drawn."""
    return all((at + before) % 4 for piece in pieces for at, _ in piece[1:])
