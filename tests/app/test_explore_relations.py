"""The exploring page of relations: dots are the figures of the pages, and nobody sees more of them than there."""

import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from app.analysis.pairs import Candidate, Pair, candidates, disclosed_value, since_last_break, stretches
from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.explore import registry, visit
from app.queries import peers, plan, progress
from app.queries.target import every_break
from app.records import Progress
from app.ui.relation_text import figure_text
from tests.app.explored import open_at, unopened
from tests.app.roles import AREAS, COMMUNES, PERIOD, VIEWERS

SAY = words_in("vi")
# Texts of the page in their order: links, units left out, coefficient, notes, named units.
LEFT_OUT, COEFFICIENT, NOTES, NAMED = range(1, 5)
SENSITIVE = "T16"
QUARTER_END = dt.date(2026, 9, 30)
Open = Callable[..., AppTest]


def own_texts(page: AppTest) -> list[str]:
    """The page's own texts, without the small ones beside its controls."""
    return [one.value.replace("\\", "") for one in page.markdown if not one.value.startswith(":small[")]


@pytest.fixture
def opened(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens an address as somebody; nothing on the page may have failed."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    # The first page is the one that opens.
    monkeypatch.setattr(registry, "PAGES", {"relations": registry.PAGES["relations"]})

    def at(address: str = "", viewer: Viewer = BUILT_IN_VIEWER, **values: str) -> AppTest:
        # Nobody signed in: what they open would be on the trail of the sample, which all tests read.
        unnamed = replace(viewer, is_signed_in=False)
        monkeypatch.setattr(visit.sign_in, "viewer_of", lambda _: unnamed)
        return open_at(unopened(), parse_qs(address or urlencode(values), keep_blank_values=True))

    return at


def spec(page: AppTest) -> dict[str, Any]:
    """The one chart of a page as Plotly is given it."""
    (chart,) = page.get("plotly_chart")
    return dict(json.loads(chart.proto.spec))


def numbers(values: Any) -> list[float]:
    """The numbers of an axis, which Plotly may be given packed."""
    if isinstance(values, dict):
        from base64 import b64decode

        import numpy as np

        return [float(one) for one in np.frombuffer(b64decode(values["bdata"]), dtype=values["dtype"])]
    return [float(one) for one in values]


def dots(page: AppTest) -> list[tuple[float, float, str]]:
    """Place and text of each dot."""
    traces = [one for one in spec(page)["data"] if one.get("hovertext")]
    return [dot for one in traces for dot in zip(numbers(one["x"]), numbers(one["y"]), one["hovertext"], strict=True)]


def texts(page: AppTest) -> str:
    """Every text of a page."""
    said = [one.value for kind in (page.markdown, page.caption, page.info) for one in kind]
    tables = [str(cell) for frame in (*page.dataframe, *page.table) for cell in frame.value.to_numpy().ravel()]
    return "\n".join([*said, *tables, *(one.proto.spec for one in page.get("plotly_chart"))])


def judged(reader: Reader, level: str, target: str, window: str = "ytd") -> dict[str, Progress]:
    """A target's judged figures by unit."""
    rows = progress.level_progress(reader, level, PERIOD, window)
    return {row.unit_code: row for row in rows if row.target_code == target and row.value_pct is not None}


def test_every_dot_is_a_unit_with_both_figures_and_says_what_the_pages_say(reader: Reader, opened: Open) -> None:
    x, y = judged(reader, "ward", "T09"), judged(reader, "ward", "T14")
    shown = dots(opened(level="ward", x="T09", y="T14"))
    both = x.keys() & y.keys()
    spots = {code: (disclosed_value(x[code]), disclosed_value(y[code])) for code in both}
    assert sorted((a, b) for a, b, _ in shown) == sorted(spots.values())
    units = {unit.unit_code: unit for unit in plan.every_unit(reader) if unit.exists_on(QUARTER_END)}
    for code in both:
        name = SAY.of(units[code], "short_name")
        (text,) = {text for a, b, text in shown if (a, b) == spots[code]}
        alone = f"{name}: T09 {figure_text(x[code])}; T14 {figure_text(y[code])}"
        # Of many dots at one spot the first few are listed.
        assert alone in text or "nữa cùng chỗ này" in text


def test_the_coefficient_is_that_of_the_figures_shown(reader: Reader, opened: Open) -> None:
    from scipy import stats

    x, y = judged(reader, "ward", "T09"), judged(reader, "ward", "T14")
    both = sorted(x.keys() & y.keys())
    pairs = [disclosed_value(x[code]) for code in both], [disclosed_value(y[code]) for code in both]
    for method, expected in (("rank", stats.spearmanr(*pairs)), ("linear", stats.pearsonr(*pairs))):
        page = opened(level="ward", x="T09", y="T14", method=method)
        assert f"= {SAY.number(expected.statistic, 2)}, khoảng tin cậy 95%" in own_texts(page)[COEFFICIENT]
        assert f"({len(both)} đơn vị)" in own_texts(page)[COEFFICIENT]


def test_who_is_left_out_is_counted_with_the_reason(reader: Reader, opened: Open) -> None:
    rows = [row for row in progress.level_progress(reader, "ward", PERIOD, "ytd") if row.target_code == "T14"]
    silent = sum(row.status == "no_cases" for row in rows)
    assert silent > 0
    page = opened(level="ward", x="T09", y="T14")
    assert own_texts(page)[LEFT_OUT] == (
        f"Vẽ {len(rows) - silent} trong {len(rows)} đơn vị. Không vẽ: {silent} "
        f"{SAY.status('no_cases').lower()}. Không có số không phải là 0."
    )
    listed = page.dataframe[0].value
    assert len(listed) == len(rows)
    assert (listed["left_out"] == SAY.status("no_cases").lower()).sum() == silent


def test_values_so_far_of_a_period_that_is_not_judged_are_no_dots(opened: Open) -> None:
    page = opened(period="2026Q4", level="ward")
    assert not page.get("plotly_chart")
    assert SAY("explore.pairs_none") in [one.value for one in page.info]
    assert own_texts(page)[LEFT_OUT].startswith("Vẽ 0 trong 168 đơn vị.")


def test_few_units_have_no_coefficient(opened: Open) -> None:
    page = opened(level="region", lang="en")
    assert own_texts(page)[COEFFICIENT] == words_in("en")("explore.correlation_few", count=3, least=5)
    assert len(dots(page)) == 3


def test_equal_values_have_no_coefficient(reader: Reader, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = progress.level_progress

    def everyone_done(*cell: Any) -> list[Progress]:
        rows = figures(*cell)
        return [replace(row, value_pct=100.0) if row.target_code == "T02" else row for row in rows]

    monkeypatch.setattr(progress, "level_progress", everyone_done)
    page = opened(level="district", x="T02", y="T09")
    target = next(one for one in plan.targets(reader, PERIOD) if one.target_code == "T02")
    assert own_texts(page)[COEFFICIENT] == SAY("explore.correlation_constant", target=SAY.of(target, "short_name"))
    assert len(dots(page)) == 38


def test_a_unit_is_found_with_its_peers_and_named_with_links_to_page_and_origin(reader: Reader, opened: Open) -> None:
    page = opened(level="ward", x="T09", y="T10", unit=COMMUNES["own"])
    units = {one.unit_code: one for one in plan.every_unit(reader) if one.exists_on(QUARTER_END)}
    unit = units[COMMUNES["own"]]
    alike = peers.peers(reader, unit, 2026)
    assert alike
    name = SAY.of(unit, "short_name")
    by_name = {one.get("name"): one for one in spec(page)["data"]}
    assert len(numbers(by_name[name]["x"])) == 1
    assert len(numbers(by_name[SAY("explore.ring_peer", unit=name)]["x"])) == len(alike)
    listed = own_texts(page)[NAMED].splitlines()[0]
    assert listed.startswith(f"- [{name}](/ward?unit={COMMUNES['own']}&period={PERIOD}")
    for target in ("T09", "T10"):
        assert f"(/origin?target={target}&unit={COMMUNES['own']}&period={PERIOD}" in listed


def test_a_region_has_no_page_to_lead_to(opened: Open) -> None:
    page = opened(level="region", x="T09", y="T10", unit="R77")
    assert page.dataframe[0].value["page"].isna().all()
    (line,) = own_texts(page)[NAMED].splitlines()
    assert "/district" not in line
    assert "(/origin?target=T09&unit=R77&" in line


def test_named_units_are_few_and_their_labels_are_those_of_the_list(opened: Open) -> None:
    page = opened(level="ward", x="T09", y="T14")
    listed = [line[3:].partition("]")[0] for line in own_texts(page)[NAMED].splitlines()]
    labels = {one["text"] for one in spec(page)["layout"]["annotations"]} - {SAY("explore.threshold")}
    assert 0 < len(listed) <= 5
    assert labels <= set(listed)


def test_the_line_is_only_drawn_for_the_coefficient_of_values(opened: Open) -> None:
    def lines(method: str) -> int:
        page = opened(level="district", x="T12", y="T13", method=method)
        return sum(one.get("name") == SAY("explore.fitted_line") for one in spec(page)["data"])

    assert (lines("rank"), lines("linear")) == (0, 1)


@pytest.mark.parametrize(
    "address", ["period=2099Q9&level=street&view=pie&window=day", "x=T99&y=&unit=1&size=q&colour=2&method=z"]
)
def test_unknown_values_of_an_address_read_as_none(opened: Open, address: str) -> None:
    assert dots(opened(address)) == dots(opened())


def test_an_address_gets_nothing_that_was_not_chosen_and_what_was(opened: Open) -> None:
    page = opened(level="ward")
    assert set(page.query_params) <= {"level", "lang"}
    page.selectbox(key="y").set_value("T14").run()
    page.selectbox(key="method").set_value("linear").run()
    assert (page.query_params["y"], page.query_params["method"]) == ("T14", "linear")


def test_one_target_on_both_axes_is_explained(opened: Open) -> None:
    page = opened(x="T09", y="T09")
    assert [one.value for one in page.info] == [SAY("explore.same_target")]
    assert not page.get("plotly_chart")


def test_a_target_without_figures_at_the_level_is_explained_with_the_levels_that_have_them(opened: Open) -> None:
    page = opened(level="ward", x="T18", y="T09")
    (said,) = [one.value for one in page.info]
    assert "T18" in said
    assert said.endswith("Có số ở cấp: Toàn thành phố, Vùng và Khu vực.")


def test_targets_that_use_the_same_column_of_a_form_are_told(opened: Open) -> None:
    said = SAY("explore.shared_terms", columns="|").partition("|")[0]
    assert said.partition("(")[0] in own_texts(opened(level="district", x="T11", y="T13"))[NOTES]
    assert said.partition("(")[0] not in own_texts(opened(level="district", x="T09", y="T14"))[NOTES]


def series(reader: Reader, unit: str, x: str, y: str, window: str) -> list[Candidate]:
    """A unit's figures of two targets, by period."""
    rows = progress.unit_trend(reader, unit, window, PERIOD)
    codes = [one.period_code for one in plan.periods(reader) if one.period_code <= PERIOD]
    return candidates(rows, x, y, codes, lambda row: row.period_code)


def test_a_path_is_interrupted_where_periods_cannot_be_compared(reader: Reader, opened: Open) -> None:
    page = opened(view="time", level="city", x="T14", y="T15", window="quarter")
    parts = [len(numbers(one["x"])) for one in spec(page)["data"]]
    # To the lockdown of 2021Q3, that quarter, to the merger of 2025Q1, to the reform of 2025Q3, and since.
    assert parts == [2, 1, 13, 2, 5]
    found = [one.pair for one in series(reader, "79", "T14", "T15", "quarter") if one.pair]
    assert sum(parts) == len(found) == 23


def test_a_sum_of_the_year_begins_a_new_path_in_january(reader: Reader) -> None:
    found = [one.pair for one in series(reader, COMMUNES["own"], "T09", "T10", "ytd") if one.pair]
    periods = [one.period_code for one in plan.periods(reader)]
    since = [part[0].x.period_code for part in stretches(found, every_break(reader), periods)]
    assert "2026Q1" in since


def test_over_time_the_coefficient_is_of_one_series_and_has_no_interval(reader: Reader, opened: Open) -> None:
    from scipy import stats

    said = own_texts(opened(view="time", level="city", x="T14", y="T15", window="quarter"))[COEFFICIENT]
    found: list[Pair] = [one.pair for one in series(reader, "79", "T14", "T15", "quarter") if one.pair]
    kept = since_last_break(found, every_break(reader))
    assert [pair.x.period_code for pair in kept] == ["2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    expected = stats.spearmanr(*zip(*(pair.spot for pair in kept), strict=True)).statistic
    assert f"= {SAY.number(expected, 2)} qua 5 kỳ" in said
    assert "khoảng tin cậy 95" not in said


def test_sums_of_the_year_are_not_correlated_over_time(opened: Open) -> None:
    page = opened(view="time", level="city", x="T09", y="T10", window="ytd")
    assert own_texts(page)[COEFFICIENT] == SAY("explore.correlation_sums")


@pytest.mark.parametrize("who", ["leader", "officer", "area_reader", "auditor"])
@pytest.mark.parametrize("level", ["region", "district", "ward"])
@pytest.mark.parametrize("size", ["", "x", "officers_total"])
def test_nobody_sees_a_protected_count_more_exactly_than_on_the_pages(
    reader: Reader, opened: Open, who: str, level: str, size: str
) -> None:
    viewer = VIEWERS[who]
    page = opened(level=level, x=SENSITIVE, y="T17", size=size, plain="1", viewer=viewer)
    # An auditor reads the city only, so that is the level that opens.
    level = "city" if who == "auditor" else level
    exact = judged(reader, level, SENSITIVE)
    seen = judged(Reader(viewer, reader.warehouse), level, SENSITIVE)
    hidden = [exact[code] for code in exact if code not in seen or isinstance(seen[code].value_pct, Approximate)]
    assert hidden
    said = texts(page)
    units = {unit.unit_code: unit for unit in plan.every_unit(reader) if unit.exists_on(QUARTER_END)}
    for row in hidden:
        if row.value_pct in (0.0, 100.0):
            continue
        assert f"{SAY.of(units[row.unit_code], 'short_name')}: {SENSITIVE} {figure_text(row)}" not in said
        assert row.value_pct == round(row.value_pct) or repr(row.value_pct) not in said
    drawn = dots(page) if page.get("plotly_chart") else []
    approximate = [dot for dot in drawn if f"{SENSITIVE} ~" in dot[2]]
    assert all(dot[0].is_integer() for dot in approximate)
    assert {dot[0] for dot in drawn} <= {disclosed_value(row) for row in seen.values()}


def test_approximate_figures_are_hollow_rounded_and_told(reader: Reader, opened: Open) -> None:
    page = opened(level="district", x=SENSITIVE, y="T09", size="x", viewer=VIEWERS["leader"])
    seen = judged(Reader(VIEWERS["leader"], reader.warehouse), "district", SENSITIVE)
    approximate = [row for row in seen.values() if isinstance(row.value_pct, Approximate)]
    assert SAY("explore.hollow_approximate", count=len(approximate)) in own_texts(page)[NOTES].replace("\\", "")
    (trace,) = [one for one in spec(page)["data"] if one.get("hovertext")]
    assert sum(symbol.endswith("-open") for symbol in trace["marker"]["symbol"]) >= len(approximate) > 0
    # The area is the denominator as it is disclosed, the largest of them too.
    largest = max(row.denominator or 0.0 for row in seen.values())
    expected = sorted(max(4.0, 34 * math.sqrt((row.denominator or 0.0) / largest)) for row in seen.values())
    assert sorted(numbers(trace["marker"]["size"])) == pytest.approx(expected)
    assert f"lớn nhất là {SAY.number(largest)}" in own_texts(page)[NOTES].replace("\\", "")


def test_a_leader_sees_no_unit_s_people_at_the_level_of_communes(opened: Open) -> None:
    page = opened(level="ward", x=SENSITIVE, y="T09", viewer=VIEWERS["leader"])
    assert not page.get("plotly_chart")
    assert SAY.status("suppressed").lower() in own_texts(page)[LEFT_OUT]


def test_a_reader_of_an_area_sees_own_units_only(opened: Open) -> None:
    page = opened(level="ward", x="T09", y="T10", viewer=VIEWERS["area_reader"])
    codes = {line.partition("unit=")[2][:5] for line in page.dataframe[0].value["page"]}
    own = VIEWERS["area_reader"].readable_units
    assert own
    assert codes
    assert codes <= own
    assert AREAS["other"] not in texts(page)


def test_what_was_opened_is_on_the_trail(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[str] = []
    monkeypatch.setattr(visit.Visit, "record", lambda _, what, query="": recorded.append(what))
    opened(level="ward", x="T09", y="T14")
    opened(view="time", level="city", x="T09", y="T14")
    assert recorded == [
        f"/explore/relations?x=T09&y=T14&period={PERIOD}&window=ytd&level=ward",
        f"/explore/relations?x=T09&y=T14&period={PERIOD}&window=ytd&unit=79",
    ]


@pytest.mark.parametrize(("view", "lang"), [("units", "en"), ("time", "vi")])
@pytest.mark.parametrize("period", ["2021Q1", "2021Q4", "2025Q2", "2025Q3", "2026Q3"])
@pytest.mark.parametrize("level", ["district", "ward"])
def test_every_view_of_every_reform_is_drawn(opened: Open, lang: str, view: str, period: str, level: str) -> None:
    page = opened(lang=lang, view=view, period=period, level=level, x="T09", y="T13", colour="type", method="linear")
    assert len(page.get("plotly_chart")) == 1
