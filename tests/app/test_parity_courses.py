"""Page, explored figure, file, slide and PowerPoint show one course: its values, where it breaks, where its axis ends,
its threshold; page, explored figure and file one funnel.

Everything is read back from what a person gets: HTML, Plotly's JSON, SVG, and the charts inside the PowerPoint file.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import etree, html

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.core.page_context import Context, Page
from app.pages.registry import page_of
from app.web.page_renderer import draw
from tests.answered import respond

pytestmark = pytest.mark.usefixtures("sample")
EN = words_in("en")
SVG = "{http://www.w3.org/2000/svg}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# The lockdown, a January, and the quarter before the districts went.
QUARTERS = ("2021Q3", "2025Q1", "2025Q2")
WINDOWS = ("ytd", "quarter")
# The newest of them in both windows.
IN_TURN = [("2021Q3", "ytd"), ("2025Q1", "quarter"), ("2025Q2", "ytd"), ("2025Q2", "quarter")]
# Room that the page leaves above its scale for the marks of breaks.
PAGE_HEADROOM = 1.18
# A tenth of a pixel of a small picture, as a share of its scale.
BLUR = 0.003


@dataclass(frozen=True)
class Shown:
    """A course as a picture shows it: values by quarter (from 0), pairs of quarters that a line joins, axis, limit."""

    values: Mapping[int, float]
    joined: frozenset[tuple[int, int]]
    start: float
    end: float
    threshold: float | None

    def last(self, count: int, of: int) -> "Shown":
        """Its last quarters alone, counted from 0 again."""
        first = of - count
        values = {index - first: value for index, value in self.values.items() if index >= first}
        joined = frozenset((one - first, two - first) for one, two in self.joined if one >= first)
        return Shown(values, joined, self.start, self.end, self.threshold)

    def assert_like(self, other: "Shown", name: str) -> None:
        """Both show the same, but for what pixels blur."""
        assert other.start == pytest.approx(self.start, abs=BLUR * self.end), name
        assert other.end == pytest.approx(self.end, rel=BLUR), name
        assert other.values == pytest.approx(self.values, abs=BLUR * self.end), name
        assert other.joined == self.joined, name
        assert (other.threshold is None) == (self.threshold is None), name
        if self.threshold is not None:
            assert other.threshold == pytest.approx(self.threshold, abs=BLUR * self.end), name


@dataclass(frozen=True)
class Linear:
    """What a coordinate stands for, from two places whose values are written."""

    first: tuple[float, float]
    second: tuple[float, float]

    def __call__(self, at: float) -> float:
        (place, value), (other, worth) = self.first, self.second
        return value + (at - place) * (worth - value) / (other - place)


def joined(pieces: Iterable[Sequence[int]]) -> frozenset[tuple[int, int]]:
    return frozenset(pair for piece in pieces for pair in pairwise(piece))


def pieces_of(d: str) -> list[list[tuple[float, float]]]:
    """The points of a path's pieces; the dot that a piece begins with is no line."""
    drawn = []
    for piece in re.findall(r"M([^M]+)", d.replace("h.01", "")):
        drawn.append([(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", piece)])
    return drawn


def number(text: str) -> float:
    """A number as English writes it."""
    return float(text.removeprefix("≈ ").strip("%").replace(",", ""))


def figures(page: Page) -> dict[str, dict[str, Any]]:
    """The figures of a page that can be explored, as the browser gets them."""
    return {name: json.loads(make().to_json()) for name, make in page.figures.items()}


@dataclass(frozen=True)
class Picture:
    """A picture with two axes as it stands on a page: its element, and what percentages of its plot stand for."""

    root: etree._Element
    across: Linear
    up: Linear

    @classmethod
    def of(cls, page: Page, kind: str) -> "Picture":
        """The trend or the funnel. Quarters are counted from 0, sizes are written at the axis."""
        root = html.fragment_fromstring(page.body, create_parent="div").find(f".//figure[@class='chart {kind}']")
        across = [(place(span, "left"), span.text) for span in root.find_class("x")]
        up = [(place(span, "top"), number(span.text)) for span in root.iterfind(".//span[@class='y n']")]
        first, last = across[0][0], across[-1][0]
        if kind == "funnel":
            return cls(
                root, Linear(*((at, number(text)) for at, text in (across[0], across[-1]))), Linear(up[0], up[-1])
            )
        return cls(root, Linear((first, 0.0), (last, len(across) - 1.0)), Linear(up[0], up[-1]))

    def points(self, kind: str = "pt") -> dict[str, tuple[float, float]]:
        """Where the points of a kind stand, by their explanations."""
        links = [link for link in self.root.iter("a") if set(kind.split()) <= set(link.classes)]
        return {
            link.get("aria-label"): (self.across(place(link, "left")), self.up(place(link, "top"))) for link in links
        }

    def lines(self, kind: str) -> list[list[list[tuple[float, float]]]]:
        """The pieces of every line of a kind in the plot."""
        paths = self.root.iterfind(f".//div[@class='plot']/svg/path[@class='{kind}']")
        return [
            [[(self.across(x), self.up(y)) for x, y in piece] for piece in pieces_of(path.get("d"))] for path in paths
        ]

    def texts(self, kind: str) -> list[str]:
        """What stands in the elements of a kind."""
        return [one.text_content() for one in self.root.find_class(kind)]


def place(element: etree._Element, side: str) -> float:
    """Where an element stands, in percent."""
    return float(re.search(rf"{side}:([\d.]+)%", element.get("style"))[1])


def on_page(page: Page) -> Shown:
    """The city's course in the picture of the page."""
    picture = Picture.of(page, "trend")
    values = {round(x): y for x, y in picture.points("pt main").values()}
    [course] = picture.lines("line main") or [[]]
    assert {round(x): y for piece in course for x, y in piece} == pytest.approx(values)
    limit = re.search(r" ([\d.]+)H", "".join(path.get("d") for path in picture.root.iterfind(".//path[@class='th']")))
    pieces = [[round(x) for x, _ in piece] for piece in course]
    start = picture.up(100.0)
    end = start + (picture.up(0.0) - start) / PAGE_HEADROOM
    return Shown(values, joined(pieces), start, end, picture.up(float(limit[1])) if limit else None)


def explored(figure: dict[str, Any]) -> Shown:
    """The city's course as Plotly draws it."""
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    city = next(trace for trace in lines if "legendgroup" in trace)
    pieces: list[list[int]] = [[]]
    values = {}
    for x, y in zip(city["x"], city["y"], strict=True):
        if y is None:
            pieces.append([])
        else:
            pieces[-1].append(x)
            values[x] = y
    marked = next(trace for trace in figure["data"] if trace["mode"] == "markers+text")
    assert dict(zip(marked["x"], marked["y"], strict=True)) == values
    limit = next((trace["y"][0] for trace in lines if trace.get("name") == EN("trend.threshold")), None)
    start, top = figure["layout"]["yaxis"]["range"]
    return Shown(values, joined(pieces), start, start + (top - start) / PAGE_HEADROOM, limit)


def scale_of(root: ElementTree.Element) -> Linear:
    """What heights of an SVG file mean, from the values beside its axis."""
    ticks = [
        (float(element.attrib["y"]) - 4.4, number(element.text or ""))
        for element in root.iter(f"{SVG}text")
        if element.attrib.get("text-anchor") == "end" and re.fullmatch(r"(≈ )?[\d.]+%?", element.text or "")
    ]
    return Linear(ticks[0], ticks[-1])


def in_file(document: str, count: int) -> Shown:
    """The city's course in an SVG file over so many quarters; its rules run from 74 to the right edge of the plot."""
    root = ElementTree.fromstring(document)  # noqa: S314 - our own file
    value = scale_of(root)
    paths = [element.attrib for element in root.iter(f"{SVG}path") if element.attrib.get("fill") == "none"]
    right = max(float(found[1]) for path in paths if (found := re.fullmatch(r"M74.0 [\d.]+H([\d.]+)", path["d"])))
    step = (right - 74 - 60) / max(1, count - 1)

    def index(x: float) -> int:
        return round((x - 104) / step)

    circles = [
        element.attrib
        for element in root.iter(f"{SVG}circle")
        if element.attrib.get("r") in ("10", "3.6") and "cx" in element.attrib
    ]
    line = next((path["d"] for path in paths if path["stroke-width"] == "2.5"), "")
    dashed = next((path["d"] for path in paths if path.get("stroke-dasharray") == "6 4"), "")
    rules = [float(found[1]) for path in paths if (found := re.fullmatch(r"M74.0 ([\d.]+)H[\d.]+", path["d"]))]
    assert min(rules) >= 53.9
    return Shown(
        {index(float(circle["cx"])): value(float(circle["cy"])) for circle in circles},
        joined([index(x) for x, _ in piece] for piece in pieces_of(line)),
        value(max(rules)),
        value(54.0),
        value(float(dashed.split()[1].split("H")[0])) if dashed else None,
    )


def on_slides(address: Mapping[str, str]) -> dict[str, etree._Element]:
    """The small courses of the review's slides by the name of their target."""
    tree = html.fromstring(draw("review", address, BUILT_IN_VIEWER).html)
    return {
        goal.find(".//h2").text: goal.find(".//svg")
        for goal in tree.iter("article")
        if goal.find(".//div[@class='deck-course']") is not None
    }


def on_slide(svg: etree._Element, expected: Shown, count: int) -> Shown:
    """A course on a slide, which writes no values: read as if its axis ended where that of `expected` does. If it
    does not, every value is another."""
    paths = [path for path in svg.iter("path") if not path.get("class")]
    pieces = [piece for path in paths for piece in pieces_of(path.get("d"))]
    points = {round((x - 3) / 94 * (count - 1)): 37 - y for piece in pieces for x, y in piece}
    start, end = expected.start, expected.end
    dashed = [path.get("d") for path in svg.iter("path") if path.get("class") == "th"]
    return Shown(
        {index: start + height * (end - start) / 34 for index, height in points.items()},
        joined([round((x - 3) / 94 * (count - 1)) for x, _ in piece] for piece in pieces),
        start,
        end,
        start + (37 - float(dashed[0].split()[1].split("H")[0])) * (end - start) / 34 if dashed else None,
    )


def in_powerpoint(address: Mapping[str, str]) -> dict[str, tuple[Shown, int]]:
    """The line charts of the review's file by the name of their target, and over how many quarters each goes."""
    content = respond("deck.pptx", {"page": "review", **address}).body
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"ppt/charts/chart\d+\.xml", name)]
        charts = [etree.fromstring(archive.read(name)) for name in names]
    found = {}
    for chart in charts:
        plot = next(chart.iter(f"{C}lineChart"), None)
        if plot is not None:
            assert next(chart.iter(f"{C}dispBlanksAs")).get("val") == "gap"
            name, shown, count = in_chart(
                plot, *(float(next(chart.iter(f"{C}{end}")).get("val")) for end in ("min", "max"))
            )
            found[name] = (shown, count)
    return found


def in_chart(plot: etree._Element, start: float, end: float) -> tuple[str, Shown, int]:
    threshold = None
    values: dict[int, float] = {}
    pieces = []
    count = 0
    name = ""
    for series in plot.iter(f"{C}ser"):
        called = series.findtext(f"{C}tx//{C}v")
        cache = series.find(f"{C}val//{C}numCache")
        points = {int(point.get("idx")): float(point.findtext(f"{C}v")) for point in cache.iter(f"{C}pt")}
        count = int(cache.find(f"{C}ptCount").get("val"))
        if called == EN("trend.threshold"):
            threshold = points[0]
            continue
        name = called
        values |= points
        runs: list[list[int]] = []
        for index in sorted(points):
            if not runs or index != runs[-1][-1] + 1:
                runs.append([])
            runs[-1].append(index)
        pieces += runs
    return name, Shown(values, joined(pieces), start, end, threshold), count


@cache
def target_page(quarter: str, window: str, code: str) -> tuple[Page, dict[str, dict[str, Any]]]:
    """A target's page and its figures, made once for all that is compared on it."""
    asked = {"target": code, "period": quarter, "window": window, "lang": "en"}
    _, page = page_of("target", asked, BUILT_IN_VIEWER)
    return page, figures(page)


@pytest.mark.language("en")
@pytest.mark.parametrize(("quarter", "window"), IN_TURN)
def test_a_target_s_course_is_one_on_page_file_slide_and_powerpoint(quarter: str, window: str) -> None:
    address = {"period": quarter, "window": window, "lang": "en"}
    slides = on_slides(address)
    charts = in_powerpoint(address)
    assert slides.keys() == charts.keys()
    assert slides
    compared = 0
    for code, target in context(quarter, window).targets.items():
        page, drawn = target_page(quarter, window, code)
        figure = drawn["trend"]
        named = len(figure["layout"]["xaxis"]["tickvals"])
        begun = quarters_until(quarter)
        assert named - begun in (0, 4 - int(quarter[-1]))
        shown = on_page(page)
        shown.assert_like(explored(figure), f"{code} explored")
        shown.assert_like(in_file(page.charts["trend"](), named), f"{code} file")
        name = target.short_name_en
        if name not in charts:
            continue
        chart, quarters = charts[name]
        recent = shown.last(quarters, begun)
        recent.assert_like(chart, f"{code} powerpoint")
        recent.assert_like(on_slide(slides[name], recent, quarters), f"{code} slide")
        compared += 1
    assert compared == len(charts)


def quarters_until(quarter: str) -> int:
    """How many quarters there are from the first to this one."""
    return 4 * (int(quarter[:4]) - 2021) + int(quarter[-1])


@cache
def context(quarter: str, window: str) -> Context:
    return page_of("review", {"period": quarter, "window": window, "lang": "en"}, BUILT_IN_VIEWER)[0]


def test_a_year_s_figures_break_in_january_and_no_others_do() -> None:
    for window, breaks in (("ytd", True), ("quarter", False)):
        _, page = page_of("target", {"target": "T09", "period": "2025Q2", "window": window}, BUILT_IN_VIEWER)
        shown = on_page(page)
        januaries = [(index - 1, index) for index in range(4, 18, 4)]
        assert [pair in shown.joined for pair in januaries] == [not breaks] * len(januaries)


@pytest.mark.language("en")
@pytest.mark.parametrize("quarter", ["2025Q1", "2025Q3"])
def test_a_picture_that_is_explored_says_what_it_said_before(quarter: str) -> None:
    for code in context(quarter, "ytd").targets:
        asked = {"target": code, "period": quarter, "lang": "en"}
        _, page = page_of("target", asked if quarter == "2025Q3" else {**asked, "unit": "760"}, BUILT_IN_VIEWER)
        for kind, figure in figures(page).items():
            picture = Picture.of(page, kind)
            traces = figure["data"]
            named = [trace["name"] for trace in traces if trace.get("showlegend") is not False]
            assert [key.text_content() for key in picture.root.iterfind(".//ul[@class='keys']/li")] == named, code
            told = {text: point for trace in traces for text, point in points_of(trace)}
            drawn = picture.points() | picture.points("broken")
            assert drawn.keys() == told.keys(), code
            blur = (BLUR * figure["layout"]["xaxis"]["range"][1], BLUR * figure["layout"]["yaxis"]["range"][1])
            for text, (x, y) in drawn.items():
                assert x == pytest.approx(told[text][0], abs=blur[0]), (code, text)
                assert y == pytest.approx(told[text][1], abs=blur[1]), (code, text)
            notes = [note["text"] for note in figure["layout"].get("annotations", ())]
            written = (
                picture.texts("name")
                + picture.texts("absent")
                + [f"<b>{text}</b>" for text in picture.texts("last") + picture.texts("limit")]
            )
            assert sorted(written) == sorted(notes), code
            assert len(picture.lines("band")) + len(picture.lines("break")) == len(figure["layout"].get("shapes", ()))


def points_of(trace: Mapping[str, Any]) -> list[tuple[str, tuple[float, float]]]:
    """The points of a trace by their explanations."""
    texts = trace.get("hovertext") or ()
    return [(text, (x, y)) for text, x, y in zip(texts, trace["x"], trace["y"], strict=False)]


@pytest.mark.parametrize("window", WINDOWS)
def test_districts_beside_each_other_have_one_course_on_page_and_in_file(window: str) -> None:
    address = {"view": "trend", "units": "760,769", "period": "2025Q2", "window": window, "lang": "en"}
    for code in context("2025Q2", window).targets:
        _, page = page_of("compare", {**address, "target": code}, BUILT_IN_VIEWER)
        tree = html.fromstring(page.body)
        figure = tree.find(".//figure[@class='courses']")
        if figure is None:
            continue
        ticks = [
            (float(span.get("style").strip("top:%")), number(span.text))
            for span in figure.find("div[@class='scale-y n']")
        ]
        value = Linear(ticks[0], ticks[-1])
        drawn = [path for path in figure.iter("path") if (path.get("class") or "").startswith("line ")]
        rows = float((figure.get("style") or "--rows:0").removeprefix("--rows:"))
        on_paper = courses_in_file(page.charts["courses"](), rows)
        assert len(drawn) == len(on_paper), code
        for path, (pieces, in_words, top) in zip(drawn, on_paper, strict=True):
            assert top == pytest.approx(value(0.0), rel=BLUR), code
            shown = pieces_of(path.get("d"))
            assert [len(piece) for piece in shown] == [len(piece) for piece in pieces], code
            ours = [value(y) for piece in shown for _, y in piece]
            theirs = [in_words(y) for piece in pieces for _, y in piece]
            assert theirs == pytest.approx(ours, abs=BLUR * top), code


def courses_in_file(document: str, rows: float) -> list[tuple[list[list[tuple[float, float]]], Linear, float]]:
    """The lines of an SVG file in the order drawn, what its heights mean, and where its axis ends: below the rows of
    names of breaks, each 15 high."""
    root = ElementTree.fromstring(document)  # noqa: S314 - our own file
    value = scale_of(root)
    lines = [
        element.attrib["d"]
        for element in root.iter(f"{SVG}path")
        if element.attrib.get("stroke-width") in ("1.8", "2.5")
    ]
    return [(pieces_of(d), value, value(24.0 + 15.0 * rows)) for d in lines]


@pytest.mark.language("en")
@pytest.mark.parametrize(("quarter", "window"), IN_TURN)
def test_a_funnel_is_one_on_page_and_in_file(quarter: str, window: str) -> None:
    compared = 0
    for code in context(quarter, window).targets:
        page, drawn = target_page(quarter, window, code)
        assert ("funnel" in page.charts) == ("funnel" in drawn), code
        if "funnel" in page.charts:
            figure = drawn["funnel"]
            assert_one_funnel(figure, page.charts["funnel"](), code)
            assert_limits_on_page(figure, Picture.of(page, "funnel"), code)
            compared += 1
    assert compared


def assert_one_funnel(figure: dict[str, Any], document: str, name: str) -> None:
    layout = figure["layout"]
    root = ElementTree.fromstring(document)  # noqa: S314 - our own file
    value = scale_of(root)
    low, high = layout["yaxis"]["range"]
    blur = BLUR * (high - low)
    assert value(14.0) == pytest.approx(high, abs=blur), name
    assert value(418.0) == pytest.approx(low, abs=blur), name
    widest = layout["xaxis"]["range"][1]

    def size(x: float) -> float:
        return (x - 74) / 776 * widest

    circles = [element.attrib for element in root.iter(f"{SVG}circle") if element.attrib.get("r") in ("9", "11")]
    theirs = sorted((size(float(one["cx"])), value(float(one["cy"]))) for one in circles)
    marks = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    ours = sorted(point for trace in marks for point in zip(trace["x"], trace["y"], strict=True))
    assert len(ours) == len(theirs), name
    for (our_size, our_value), (their_size, their_value) in zip(ours, theirs, strict=True):
        assert their_size == pytest.approx(our_size, abs=BLUR * widest), name
        assert their_value == pytest.approx(our_value, abs=blur), name
    for dash in ("6 4", "1.5 3"):
        ours_dash = ",".join(f"{length}px" for length in dash.split())
        lines = [trace["y"] for trace in figure["data"] if trace.get("line", {}).get("dash") == ours_dash]
        drawn = [
            [value(y) for piece in pieces_of(element.attrib["d"]) for _, y in piece]
            for element in root.iter(f"{SVG}path")
            if element.attrib.get("stroke-dasharray") == dash
        ]
        assert len(drawn) == len(lines) == 2, name
        for line, path in zip(lines, drawn, strict=True):
            assert path == pytest.approx([min(max(bound, low), high) for bound in line], abs=blur), name
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert set(layout["xaxis"]["ticktext"]) <= set(texts), name


def assert_limits_on_page(figure: dict[str, Any], picture: Picture, name: str) -> None:
    low, high = figure["layout"]["yaxis"]["range"]
    assert picture.up(0.0) == pytest.approx(high, abs=BLUR * (high - low)), name
    assert picture.up(100.0) == pytest.approx(low, abs=BLUR * (high - low)), name
    traces = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    drawn = [piece for kind in ("outer", "inner") for line in picture.lines(kind) for piece in line]
    assert len(drawn) == 4, name
    for piece, trace in zip(drawn, traces, strict=False):
        assert [x for x, _ in piece] == pytest.approx(trace["x"], abs=BLUR * figure["layout"]["xaxis"]["range"][1]), (
            name
        )
        assert [y for _, y in piece] == pytest.approx(trace["y"], abs=BLUR * (high - low)), name
