"""The target page as its readers use it: who stands where, since when, what it is made of, and what is chance."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Route, expect
from sqlalchemy import Engine
from visits import Visit, mart_rows, running_app

from app.ui import palette

pytestmark = pytest.mark.browser
LAPTOP = {"width": 1280, "height": 720}
BELOW_THE_FOLD = 720
# The server loads Plotly for the first figure that is asked for.
FIRST_FIGURE_MS = 20_000
YEAR = ("Q1 2021", "Q2 2021", "Q3 2021", "Q4 2021")
# What Plotly drew: of every trace its name, its values and the explanations of its points.
DRAWN = """(figure) => figure.querySelector('.explored').data
    .map((trace) => ({ name: trace.name, y: trace.y, told: trace.hovertext }))"""

# Every colour that is seen in the explored figures' marks, lines and letters.
INKS = """() => [...new Set([...document.querySelectorAll('.js-plotly-plot .main-svg *')].flatMap((mark) => {
    const style = getComputedStyle(mark), seen = [];
    if (!mark.checkVisibility() || !mark.getAttribute('style') || mark.matches('.scrollbar')) return seen;
    if (style.fill.startsWith('rgb') && parseFloat(style.fillOpacity) > 0) seen.push(style.fill);
    if (parseFloat(style.strokeWidth) > 0 && parseFloat(style.strokeOpacity) > 0) seen.push(style.stroke);
    return seen.filter((colour) => colour.startsWith('rgb('));
}))].sort()"""


def hexadecimal(colour: str) -> str:
    """`rgb(1, 2, 3)` as the palette writes it."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour))


def explored(visit: Visit, kind: str) -> Locator:
    """The trend or the funnel, drawn by Plotly because somebody pressed its button."""
    figure = visit.page.locator(f"figure.{kind}")
    figure.locator(".explore").press("Enter")
    expect(figure).to_have_attribute("data-explored", "", timeout=FIRST_FIGURE_MS)
    return figure


def places(visit: Visit) -> list[tuple[float, ...]]:
    """Where the figures and everything below them stands."""
    boxes = visit.page.evaluate(
        """() => [...document.querySelectorAll('figure.chart, .split > div > *, main > *')]
            .filter((one) => one.checkVisibility()).map((one) => {
            const { x, y, width, height } = one.getBoundingClientRect();
            return [x, y + scrollY, width, height];
        })"""
    )
    return [tuple(box) for box in boxes]


def test_the_ranking_has_the_order_and_the_figures_of_the_mart(visit: Visit, published_engine: Engine) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    sql = """
        select u.short_name_en, round(f.value_pct, 1) from marts.fct_target_progress as f
        inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        where f.target_code = 'T14' and f.unit_level = 'district' and f.period_code = '2021Q4'
          and f.period_window = 'ytd' and f.value_pct is not null
    """
    wanted = {str(name): float(str(value)) for name, value in mart_rows(published_engine, sql)}
    shown = visit.page.locator(".ranking li:has(.track)").evaluate_all(
        "(lines) => lines.map((line) => [line.querySelector('.nm').textContent, line.querySelector('.vl').textContent])"
    )
    assert [float(value) for _, value in shown] == sorted(wanted.values(), reverse=True)
    assert {name: float(value) for name, value in shown} == wanted


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_numbers_above_the_ranking_stand_over_the_lines_that_they_name(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 720})
    visit.open("/target?target=T09&period=2025Q2&lang=vi")
    edges = """(boxes) => boxes.map((box) => [box.getBoundingClientRect().left, box.getBoundingClientRect().right])"""
    scales = visit.page.locator(".ranking .scale .marks").evaluate_all(edges)
    tracks = visit.page.locator(".ranking li .track").evaluate_all(edges)
    assert len(scales) == 2
    assert len(tracks) > 1
    assert [edge for scale in scales for edge in scale] == pytest.approx([*tracks[0], *tracks[0]], abs=0.5)


def test_head_ranking_and_trend_stand_above_the_fold_of_a_laptop(visit: Visit) -> None:
    visit.open("/target?target=T09&period=2021Q4&lang=vi")
    visit.page.evaluate("document.fonts.ready")
    # Each unit has the height of a finger.
    for part in (".ranking li:nth-child(16)", "figure.trend", ".now .big"):
        box = visit.page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= BELOW_THE_FOLD, part


def test_the_figures_take_the_colours_of_high_contrast_and_give_them_back(visit: Visit) -> None:
    visit.open("/target?target=T09&unit=769&period=2021Q4&lang=en")
    explored(visit, "trend")
    explored(visit, "funnel")
    before = visit.page.evaluate(INKS)
    assert {hexadecimal(one) for one in before} >= {palette.INK, palette.ACCENT, palette.STATUS_FILL["met"]}
    visit.page.get_by_role("button", name="High contrast").click()
    shown = {hexadecimal(one) for one in visit.page.evaluate(INKS)}
    known = {*palette.CONTRAST.values(), *palette.PROJECTOR_FILL.values(), *palette.PROJECTOR_INK.values()}
    assert shown <= known
    assert {palette.CONTRAST["accent"], palette.CONTRAST["series-4"], palette.PROJECTOR_FILL["met"]} <= shown
    visit.page.get_by_role("button", name="High contrast").click()
    assert visit.page.evaluate(INKS) == before


def test_districts_without_a_figure_stand_last_and_say_why(visit: Visit) -> None:
    visit.open("/target?target=T04&period=2021Q4&lang=en")
    last = visit.page.locator(".ranking li").last
    expect(last).to_contain_text("Not applicable (17)")
    expect(last.locator("a")).to_have_count(17)
    visit.open("/target?target=T13&period=2025Q2&window=quarter&lang=en")
    expect(visit.page.locator(".ranking li").last).to_contain_text("sent with errors, correction awaited")


def test_the_lockdown_is_marked_on_the_trend_and_explained_beside_it(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2022Q2&lang=en")
    trend = visit.page.locator("figure.trend")
    expect(trend.locator(".name", has_text="Lockdown")).to_be_visible()
    expect(trend.locator(".band")).to_have_count(1)
    trend.locator(".broken").click()
    expect(visit.page.locator("#trend-figures .breaks")).to_be_visible()
    expect(visit.page.locator("#trend-figures .breaks")).to_contain_text("lockdown from July to the end of September")
    expect(visit.page.locator("#trend-figures tbody tr")).to_have_count(6)
    expect(visit.page.locator("#trend-figures tbody")).to_contain_text("Q3 2021 · Lockdown")


def test_the_threshold_is_named_below_the_mark_of_a_first_quarter_that_just_met_it(visit: Visit) -> None:
    visit.page.set_viewport_size(LAPTOP)
    visit.open("/target?target=T18&period=2021Q3&lang=en")
    mark = visit.page.locator("figure.trend .pt").first.bounding_box()
    name = visit.page.locator("figure.trend .limit").bounding_box()
    assert mark is not None
    assert name is not None
    # Of three quarters, the first stands above the name.
    assert mark["x"] < name["x"] + name["width"]
    assert mark["y"] + mark["height"] <= name["y"] + 1


def test_a_quarter_is_named_below_a_point_on_the_axis(visit: Visit) -> None:
    visit.page.set_viewport_size(LAPTOP)
    visit.open("/target?target=T10&period=2026Q3&window=quarter&lang=vi")
    boxes = "all => all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])"
    points = visit.page.locator(".chart.trend .pt:not(.plain)").evaluate_all(boxes)
    names = visit.page.locator(".chart.trend .x").evaluate_all(boxes)
    assert max(bottom for _, bottom in points) <= min(top for top, _ in names) + 1


def test_a_chosen_district_is_marked_explained_and_drawn_beside_the_city(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    visit.page.select_option("#unit", label="District 5")
    expect(visit.page.locator(".card h2")).to_contain_text("District 5")
    assert "unit=774" in visit.page.url
    expect(visit.page.locator(".ranking .marked .nm")).to_have_text("D5")
    expect(visit.page.locator("figure.trend .keys li", has_text="District 5")).to_be_visible()
    assert visit.page.locator("figure.trend .pt.beside").count() == len(YEAR)
    expect(visit.page.locator(".card .ways a").first).to_have_text("Where does this figure come from?")


def test_a_line_of_the_trend_is_taken_out_by_its_name_in_the_legend(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&unit=774&lang=en")
    trend = explored(visit, "trend")
    item = trend.locator(".legend .traces", has_text="District 5")
    item.locator(".legendtoggle").click()
    expect(item).to_have_css("opacity", "0.5")


def test_a_target_page_draws_its_pictures_without_plotly(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&unit=774&lang=en")
    visit.page.wait_for_load_state("networkidle")
    expect(visit.page.locator("figure.chart .pt").first).to_be_visible()
    assert [url for url in visit.requests if "plotly" in url.lower() or "figure.json" in url] == []


@pytest.mark.parametrize("kind", ["trend", "funnel"])
def test_pointing_at_a_picture_lets_it_be_explored_and_moves_nothing(visit: Visit, kind: str) -> None:
    visit.open("/target?target=T14&period=2021Q4&unit=774&lang=en")
    visit.page.evaluate("document.fonts.ready")
    figure = visit.page.locator(f"figure.{kind}")
    before = places(visit)
    names = figure.locator(".keys li").all_inner_texts()
    points = figure.locator(".pt").evaluate_all("(all) => all.map((one) => one.ariaLabel)")
    first = figure.locator(".pt").first
    first.hover(force=True)
    expect(figure).to_have_attribute("data-explored", "", timeout=FIRST_FIGURE_MS)
    drawn = figure.evaluate(DRAWN)
    assert figure.locator(".legendtext").all_text_contents() == names
    told = [text for trace in drawn for text in trace["told"] or () if "Lockdown" not in text]
    assert sorted(told) == sorted(points)
    for box, now in zip(before, places(visit), strict=True):
        assert now == pytest.approx(box, abs=1)
    expect(visit.page.locator(".kpi-tip")).to_be_visible()
    expect(first).to_be_hidden()


def test_a_point_of_an_explored_picture_leads_where_it_led(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&unit=774&lang=en")
    point = visit.page.locator("figure.trend .pt.beside").nth(1)
    href = point.get_attribute("href") or ""
    box = point.bounding_box()
    assert box is not None
    explored(visit, "trend")
    # Plotly draws the same point in the same place.
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x - 3, y)
    visit.page.mouse.move(x, y)
    expect(visit.page.locator(".kpi-tip b")).to_contain_text("District 5, Q2 2021")
    visit.page.mouse.click(x, y)
    expect(visit.page).to_have_url(re.compile(re.escape(href)))


def test_the_keyboard_explores_a_picture_by_its_button_and_meets_nothing_twice(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    visit.page.locator("#trend summary").first.focus()
    visit.page.keyboard.press("Tab")
    button = visit.page.locator("figure.trend .explore")
    expect(button).to_be_focused()
    expect(button).to_have_text("Explore")
    visit.page.keyboard.press("Enter")
    figure = visit.page.locator("figure.trend")
    expect(figure).to_have_attribute("data-explored", "", timeout=FIRST_FIGURE_MS)
    expect(figure).to_be_focused()
    expect(button).to_be_hidden()
    assert figure.locator(".explored").get_attribute("aria-hidden") == "true"
    visit.page.keyboard.press("Tab")
    expect(visit.page.locator("#trend-figures summary")).to_be_focused()


def test_where_plotly_cannot_be_fetched_the_picture_stays_and_is_tried_again(visit: Visit) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.abort()

    visit.page.route("**/assets/plotly.js*", lose)
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    figure = visit.page.locator("figure.trend")
    with visit.page.expect_event("requestfailed"):
        figure.locator(".explore").press("Enter")
    expect(figure.locator(".pt").first).to_be_visible()
    expect(figure.locator(".explored")).to_have_count(0)
    assert lost
    visit.page.unroute("**/assets/plotly.js*")
    explored(visit, "trend")


def test_an_explored_picture_is_printed_as_it_was_drawn_first_and_goes_with_its_page(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    figure = explored(visit, "trend")
    visit.page.emulate_media(media="print")
    expect(figure.locator(".pt").first).to_be_visible()
    expect(figure.locator(".main-svg").first).to_be_hidden()
    expect(figure.locator(".explore")).to_be_hidden()
    visit.page.emulate_media(media="screen")
    visit.move("/target?target=T14&period=2021Q3&lang=en")
    expect(visit.page.locator(".js-plotly-plot")).to_have_count(0)
    expect(visit.page.locator("figure.trend .pt")).to_have_count(3)


def test_the_city_s_figure_leads_to_where_it_comes_from(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    way = visit.page.locator(".target-head .ways a", has_text="Where does this figure come from?")
    href = way.get_attribute("href") or ""
    assert href.startswith("/origin?")
    assert "unit=79" in href
    assert "target=T14" in href


def test_the_funnel_names_the_districts_outside_and_counts_those_inside(visit: Visit, published_engine: Engine) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    sql = """
        select u.short_name_en, f.funnel_position from marts.fct_target_progress as f
        inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        where f.target_code = 'T14' and f.unit_level = 'district' and f.period_code = '2021Q4'
          and f.period_window = 'ytd' and f.funnel_position is not null
    """
    positions = mart_rows(published_engine, sql)
    outside = {str(name) for name, position in positions if position != "inside"}
    assert outside
    named = visit.page.locator("figure.funnel .name").all_text_contents()
    assert set(named) <= outside
    said = visit.page.locator("#funnel .says")
    expect(said).to_contain_text(f"{len(positions) - len(outside)} of {len(positions)} units lie within")
    assert {name.split(" (")[0] for name in said.locator("a").all_inner_texts()} == outside
    visit.page.locator("details", has_text="Figures of the funnel").locator("summary").click()
    expect(visit.page.locator("table.funnel tbody tr")).to_have_count(len(positions))


def test_where_districts_are_alike_in_size_nothing_is_put_down_to_chance(visit: Visit) -> None:
    visit.open("/target?target=T11&period=2021Q4&window=quarter&lang=en")
    expect(visit.page.locator("figure.chart")).to_have_count(1)
    expect(visit.page.locator(".breakdown").first).to_be_visible()
    expect(visit.page.locator("#funnel")).to_have_count(0)


@pytest.mark.parametrize(
    ("target", "titles"),
    [
        ("T01", ["Sessions by channel", "People reached by audience"]),
        ("T13", ["Inspections with a violation by type", "Inspections by type", "Decisions by kind of sanction"]),
        ("T16", ["People who received each service"]),
    ],
)
def test_the_parts_of_what_is_counted_add_up_to_the_mart_s_totals(
    visit: Visit, published_engine: Engine, target: str, titles: list[str]
) -> None:
    visit.open(f"/target?target={target}&period=2021Q4&lang=en")
    sql = f"""
        select breakdown_code, sum(value_count) from marts.fct_breakdown
        where target_code = '{target}' and unit_code = '79' and period_code = '2021Q4' and period_window = 'ytd'
        group by breakdown_code
    """
    totals = sorted(float(str(total)) for _, total in mart_rows(published_engine, sql))
    parts = visit.page.locator(".breakdown")
    expect(parts).to_have_count(len(titles))
    for title, found in zip(titles, parts.locator("h3").all_inner_texts(), strict=True):
        assert found.startswith(title)
    sums = [
        sum(float(count.replace(",", "")) for count in part.locator("tbody td.n:nth-child(3)").all_inner_texts())
        for part in parts.all()
    ]
    assert sorted(sums) == totals


def test_the_parts_follow_the_chosen_district(visit: Visit) -> None:
    visit.open("/target?target=T01&period=2021Q4&lang=en&unit=769")
    expect(visit.page.locator(".breakdown .note").first).to_contain_text("Thu Duc City")


def test_a_target_whose_form_has_no_parts_shows_none(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    expect(visit.page.locator("#definition")).to_be_visible()
    expect(visit.page.locator(".breakdown")).to_have_count(0)


def test_the_definition_names_form_and_column_behind_the_figure(visit: Visit) -> None:
    visit.open("/target?target=T09&period=2021Q4&lang=en")
    visit.page.locator(".target-head .ways a", has_text="Formula, sources, caveats").click()
    meaning = visit.page.locator("#definition")
    expect(meaning).to_be_in_viewport()
    expect(meaning).to_contain_text("Form B4")
    expect(meaning).to_contain_text("÷")


def test_after_the_reform_the_city_s_course_goes_on_behind_its_break(visit: Visit) -> None:
    visit.open("/target?target=T02&period=2025Q3&lang=en")
    expect(visit.page.locator("figure.trend .name", has_text="No district tier")).to_be_visible()
    # 18 quarters of districts and the first of communes.
    expect(visit.page.locator("figure.trend .pt.main")).to_have_count(19)
    expect(visit.page.locator(".ranking li")).to_have_count(38)


def test_the_small_multiples_hold_every_district_on_one_scale(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    expect(visit.page.locator(".multiples a")).to_have_count(22)
    heights = visit.page.locator(".multiples .th").evaluate_all(
        "(lines) => lines.map((line) => line.getAttribute('d'))"
    )
    assert len(set(heights)) == 1


def test_without_a_configured_map_districts_are_tiles_only(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    expect(visit.page.locator(".tilemap a")).to_have_count(22)
    expect(visit.page.locator(".geo")).to_have_count(0)


@pytest.fixture(scope="module")
def mapped_address(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a map of three square districts."""
    path = tmp_path_factory.mktemp("map") / "squares.geojson"
    squares = [
        {
            "type": "Feature",
            "properties": {"ma": code},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 10], [x + 1, 10], [x + 1, 11], [x, 11], [x, 10]]]},
        }
        for code, x in ((760, 106), (769, 107), (774, 108))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": squares}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_GEOJSON", str(path))
        with running_app(published_data_dir) as address:
            yield address


def test_a_configured_map_shows_its_districts_as_links_that_explain_themselves(
    browser: Browser, mapped_address: str
) -> None:
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    visit = Visit(context.new_page(), mapped_address)
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.open("/target?target=T14&period=2021Q4&lang=en")
    areas = visit.page.locator(".geo a.area")
    expect(areas).to_have_count(3)
    expect(visit.page.locator("#boundaries")).to_contain_text("Not on the map: D3, D4")
    expect(visit.page.locator(".tilemap a")).to_have_count(22)
    areas.first.scroll_into_view_if_needed()
    areas.first.hover()
    expect(visit.page.locator(".kpi-tip")).to_contain_text("Violations handled")
    areas.first.locator("path").click(position={"x": 20, "y": 20})
    expect(visit.page).to_have_url(re.compile(r"/district\?unit=(760|769|774)&target=T14"))
    assert {url.split("/")[2] for url in visit.requests if url.startswith("http")} == {mapped_address.split("/")[2]}
    context.close()
