"""The pivot page: sums are those of the published figures and of the forms, and what is not known is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from app.analysis.pivot_grid import BY_NAME, Order, grid
from app.analysis.pivot_question import axes, compared_periods
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.explore import registry
from app.explore.sql_runner import run
from app.queries import pivot, progress
from app.records.pivot import Cell, Key, Question
from tests import own_forms, two_tiers
from tests.app.explored import open_at, unopened
from tests.app.pivots import rows, unlike_figures, unlike_sums
from tests.app.roles import AREAS, COMMUNES, PERIOD, VIEWERS
from tests.plan_pack import PROVINCE

SAY = words_in("vi")
YEAR = ("2026Q1", "2026Q2", "2026Q3")
# Of targets, and of forms; `make bench-disclosure` compares a thousand of each.
RANDOM_PIVOTS = 60
HOSTILE = "x' or 1=1 --"


@pytest.fixture
def explored(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The exploring pages before an address is opened."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    # The first page is the one that opens.
    monkeypatch.setattr(registry, "PAGES", {"pivot": registry.PAGES["pivot"]})
    return unopened()


def opened(app: AppTest, address: str = "") -> AppTest:
    """The page of an address; nothing on it may have failed."""
    return open_at(app, parse_qs(address))


def table(app: AppTest) -> Any:
    """The rows of the page's table."""
    return app.dataframe[0].value


def answered(reader: Reader, **question: object) -> dict[Key, Cell]:
    """The cells of a question by their codes."""
    return {cell.key: cell for cell in pivot.cells(reader, Question(**question))}  # type: ignore[arg-type]


def test_every_pivot_of_a_target_equals_the_published_figures_that_it_coincides_with(reader: Reader) -> None:
    unlike, compared = unlike_figures(reader, RANDOM_PIVOTS)
    assert unlike == []
    assert compared > RANDOM_PIVOTS


def test_every_pivot_of_a_form_equals_the_sum_of_its_reported_numbers(reader: Reader) -> None:
    unlike, compared = unlike_sums(reader, RANDOM_PIVOTS)
    assert unlike == []
    assert compared > RANDOM_PIVOTS


def test_inspections_by_kind_of_establishment_in_a_former_district_over_six_quarters(reader: Reader) -> None:
    """District 8 of old is an area of the same code since July 2025: its wards until then and its communes since."""
    six = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2")
    found = answered(
        reader,
        periods=six,
        axes=("category", "period"),
        filters=(("unit_district", ("776",)),),
        measures=("inspections",),
    )
    expected = rows(
        reader,
        """select category_code, period_code, sum(measure_value) from marts.fct_measure
           where measure_code = 'inspections' and parent_code = '776' and period_code between '2025Q1' and '2026Q2'
           group by 1, 2""",
    )
    assert {(kind, period): total for kind, period, total in expected} == {
        key: cell.numerator for key, cell in found.items() if cell.known_count
    }
    assert len(expected) == 7 * 6


def test_a_ratio_is_one_of_sums_and_never_a_mean_of_ratios(reader: Reader) -> None:
    """By hand from both sums: 476 of 3,414 inspections in 2026Q3 found a violation, in the parts that gave both."""
    (cell,) = answered(
        reader, periods=("2026Q3",), measures=("inspections_with_violation",), per=("inspections",)
    ).values()
    ((violations, inspections, parts),) = rows(
        reader,
        """select sum(v.measure_value), sum(i.measure_value), count(*) from marts.fct_measure as v
           inner join marts.fct_measure as i using (unit_code, unit_valid_from, category_code, period_code)
           where v.measure_code = 'inspections_with_violation' and i.measure_code = 'inspections'
             and period_code = '2026Q3'""",
    )
    assert (cell.numerator, cell.denominator, cell.known_count) == (violations, inspections, parts)
    assert cell.value == 100 * violations / inspections  # type: ignore[operator]


def test_a_share_of_several_columns_counts_its_denominator_once(reader: Reader) -> None:
    """Four kinds of sanction per inspection: the total is of one number of inspections, not of four times as many."""
    sanctions = ("sanction_warning", "sanction_fine", "sanction_suspension", "sanction_licence_revoked")
    whole = answered(reader, periods=YEAR, measures=sanctions, per=("inspections",))[()]
    by_kind = answered(reader, periods=YEAR, axes=("column",), measures=sanctions, per=("inspections",))
    assert len(by_kind) == 4
    assert whole.numerator == pytest.approx(sum(cell.numerator or 0 for cell in by_kind.values()), rel=0.02)
    assert whole.denominator == pytest.approx(max(cell.denominator or 0 for cell in by_kind.values()), rel=0.02)


def test_a_situation_is_not_added_up_over_periods(reader: Reader) -> None:
    year = answered(reader, periods=YEAR, axes=("unit_region",), measures=("officers_total",))
    last = answered(reader, periods=("2026Q3",), axes=("unit_region",), measures=("officers_total",))
    assert year == last
    pending = answered(reader, periods=YEAR, axes=("unit_region",), measures=("cases_pending",))
    assert pending == answered(reader, periods=("2026Q1",), axes=("unit_region",), measures=("cases_pending",))


def test_a_total_over_missing_parts_says_how_many_are_known_and_why_others_are_not(reader: Reader) -> None:
    (cell,) = answered(reader, periods=("2026Q3",), measures=("officers_total",)).values()
    states = dict(
        rows(
            reader,
            """select form_state, count(*) from marts.fct_form_unit
               where form_code = 'B4' and period_code = '2026Q3' group by 1""",
        )
    )
    assert cell.part_count == sum(states.values())  # type: ignore[arg-type]
    reasons = dict(cell.reasons)
    assert (reasons["not_reported"], reasons["rejected"]) == (states["not_reported"], states["rejected"])
    assert cell.known_count == cell.part_count - sum(reasons.values())
    assert reasons.get("blank", 0) == states["received"] - cell.known_count  # type: ignore[operator]


def test_an_answer_not_applicable_is_no_part(reader: Reader) -> None:
    """Only rural units answer for the new-rural programme: "not applicable" of an urban ward is no part."""
    by_rural = answered(reader, periods=("2024Q4",), axes=("rural",), measures=("integrated_new_rural",))
    ((urban_parts,),) = rows(
        reader,
        """select count(*) from marts.fct_measure as f
           inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
           where f.measure_code = 'integrated_new_rural' and f.period_code = '2024Q4' and not u.is_rural
             and f.answer_code = 'not_applicable'""",
    )
    assert urban_parts > 0  # type: ignore[operator]
    assert by_rural[("urban",)].known_count == 0
    assert by_rural[("rural",)].known_count > 0


def test_a_period_that_nobody_has_reported_in_has_no_sum(reader: Reader) -> None:
    cells = answered(reader, periods=("2026Q4",), axes=("unit_district",), measures=("inspections",))
    assert cells
    assert {cell.numerator for cell in cells.values()} == {None}
    assert {cell.reason for cell in cells.values()} == {"not_due"}


@pytest.mark.parametrize("window", ["quarter", "ytd"])
@pytest.mark.parametrize("shown", ["change_previous", "change_year"])
def test_a_change_is_stated_where_the_published_figures_state_it(reader: Reader, window: str, shown: str) -> None:
    column = {"change_previous": "change_prev_quarter_pct", "change_year": "change_prev_year_pct"}[shown]
    published_changes = {
        (target, unit, period): change
        for target, unit, period, change in rows(
            reader,
            f"""select target_code, unit_code, period_code, {column} from marts.fct_target_progress
                where period_window = '{window}' and unit_level in ('district', 'area') and is_judged
                  and kind in ('rate', 'stock') and target_code <> 'T18'""",
        )
    }
    stated = 0
    for target in ("T05", "T13", "T14", "T15"):
        question = Question(
            ("2023Q2", "2024Q3", "2025Q3", "2026Q2"), ("unit_district", "period"), (), (), (), target, window
        )
        compared = compared_periods(reader, question, shown)
        for cell in pivot.cells(reader, question, compared):
            key = (target, *cell.key)
            if key in published_changes and cell.change is not None:
                stated += 1
                assert cell.change == pytest.approx(published_changes[key]), key
    assert stated > 20


def test_an_officer_sees_protected_numbers_of_the_own_unit_alone(reader: Reader) -> None:
    officer = Reader(VIEWERS["officer"], reader.warehouse)
    asked = {"periods": YEAR, "axes": ("unit",), "measures": ("people_wanting_support",)}
    whole, own = answered(reader, **asked), answered(officer, **asked)
    assert own[(COMMUNES["own"],)].numerator == whole[(COMMUNES["own"],)].numerator
    others = [cell for (unit,), cell in own.items() if unit != COMMUNES["own"]]
    assert {(cell.numerator, cell.known_count, cell.reason) for cell in others} == {(None, 0, "suppressed")}
    # Whether another unit has reported the number is not told either.
    assert {cell.reasons for cell in others} == {(("suppressed", 3),)}


@pytest.mark.parametrize(
    "place",
    [
        {"periods": (HOSTILE,)},
        {"filters": (("unit_district", (HOSTILE,)),)},
        {"filters": (("type", (HOSTILE,)),)},
        {"target": HOSTILE, "measures": ()},
        {"target": "T13", "measures": (), "window": HOSTILE},
    ],
)
def test_a_hostile_value_is_a_value_and_matches_nothing(reader: Reader, place: Mapping[str, object]) -> None:
    asked = {"periods": YEAR, "axes": ("unit_district",), "measures": ("inspections",)} | dict(place)
    assert answered(reader, **asked) == {}


@pytest.mark.parametrize("axis", [HOSTILE, f"unit_{HOSTILE}", "unit_district) --"])
def test_a_hostile_axis_is_refused(reader: Reader, axis: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        answered(reader, periods=YEAR, axes=(axis,), measures=("inspections",))


def test_who_may_see_no_small_counts_gets_none_added_up(reader: Reader) -> None:
    leader = Reader(VIEWERS["leader"], reader.warehouse)
    assert answered(leader, periods=YEAR, axes=("unit_district",), measures=("people_supported",)) == {}
    # A target of people: the published figures of districts, and no sum of some of them.
    assert (
        answered(leader, periods=YEAR, axes=("period",), filters=(("unit_district", ("760", "769")),), target="T16")
        == {}
    )
    shown = {
        row.unit_code: row
        for row in progress.level_progress(leader, "district", PERIOD, "ytd")
        if row.target_code == "T16"
    }
    found = answered(leader, periods=(PERIOD,), axes=("unit_district",), target="T16", window="ytd")
    assert {unit: cell.value for (unit,), cell in found.items()} == {unit: row.value_pct for unit, row in shown.items()}
    assert any(isinstance(cell.value, Approximate) for cell in found.values())


def test_who_reads_one_area_gets_sums_of_that_area_alone(reader: Reader) -> None:
    area = Reader(VIEWERS["area_reader"], reader.warehouse)
    asked = {"periods": YEAR, "axes": ("unit_district",), "measures": ("inspections",)}
    assert answered(area, **asked) == {
        key: cell for key, cell in answered(reader, **asked).items() if key == (AREAS["own"],)
    }


@pytest.mark.parametrize("picture", ["table", "bar", "line", "area", "heat", "scatter", "multiples", "tiles"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_picture_is_drawn_beside_its_table(explored: AppTest, picture: str, lang: str) -> None:
    app = opened(explored, f"of=inspections&picture={picture}&lang={lang}")
    assert len(table(app)) == 38 + 1
    assert len(app.get("plotly_chart")) == (picture != "table")


@pytest.mark.parametrize(
    "address",
    [
        "of=T99&rows=unit_moon&columns=nothing&split=unit_ward&since=1999Q1&until=2040Q4&shown=most&picture=film&part=-3",
        "of=T01&since=2026Q1&until=2026Q3",
        "of=T04&rows=rural&columns=type&split=period",
        "of=T16&rows=unit_district&shown=change_year",
        "of=B5.sanction&per=inspections&rows=column&columns=category&split=year&since=2021Q1",
        "of=officers_trained&per=officers_total&rows=unit_ward&columns=year",
        "of=inspections&only_unit_district=776&only_unit_district=nowhere&rows=unit_ward",
        "of=cases_accepted&rows=unit_ward&columns=none&sort=value&top=5",
        "of=T18&rows=unit_ward",
        "of=inspections&since=2026Q4&until=2026Q4&picture=bar",
        "of=fine_vnd_million&rows=year&columns=none&since=2021Q1&picture=line",
        "of=inspections&rows=unit_ward&columns=period&split=category&since=2021Q1&part=2",
    ],
)
def test_whatever_an_address_asks_is_answered_in_words(explored: AppTest, address: str) -> None:
    app = opened(explored, address)
    assert app.dataframe or app.info


def test_rows_by_name_follow_the_alphabet_without_marks(reader: Reader) -> None:
    names = axes(reader, "inspections", YEAR).codes["unit_ward"]
    question = Question(YEAR, axes=("unit_ward",), measures=("inspections",))
    ordered = grid(reader, question, (tuple(names),), tuple(names.values()), Order(BY_NAME), (), (False, False))
    initials = [names[code or ""].removeprefix("Phường ").removeprefix("Xã ")[0] for code in ordered.rows]
    assert "D" in initials
    assert initials.index("Đ") < initials.index("G")


def test_a_level_that_a_target_is_not_counted_at_is_explained(explored: AppTest) -> None:
    app = opened(explored, "of=T18&rows=unit_ward")
    assert any("Khu vực" in one.value for one in app.info)


@pytest.mark.parametrize(
    "asked",
    [
        {"axes": ("unit_district", "period"), "measures": ("inspections",)},
        {"axes": ("category",), "measures": ("inspections_with_violation",), "per": ("inspections",)},
        {"axes": ("type",), "target": "T13", "window": "ytd", "filters": (("unit_region", ("R79",)),)},
    ],
)
def test_the_statement_of_a_pivot_has_its_answer(reader: Reader, asked: Mapping[str, object]) -> None:
    question = Question(YEAR, **asked)  # type: ignore[arg-type]
    cells = {cell.key: (cell.numerator, cell.known_count) for cell in pivot.cells(reader, question) if cell.known_count}
    frame = run(reader, pivot.statement(reader, question)).frame
    frame = frame[frame["known_count"] > 0]
    places = [f"axis_{place}" for place in range(len(question.axes))]
    assert {tuple(row[places]): (row["numerator"], row["known_count"]) for _, row in frame.iterrows()} == cells
    assert cells


def test_a_ratio_of_a_sum_to_a_situation_over_periods_is_explained(explored: AppTest) -> None:
    app = opened(explored, "of=officers_trained&per=officers_total&columns=none")
    assert [one.value for one in app.info] == [SAY("explore.pivot_one_period")]
    opened(explored, "columns=period")
    assert not explored.info


def test_a_share_of_the_row_adds_up_to_all_of_it(explored: AppTest) -> None:
    app = opened(explored, "of=inspections&rows=unit_district&columns=category&shown=share_row&since=2026Q3")
    shares = table(app).drop(columns=[SAY("explore.pivot_total"), SAY("explore.pivot_missing")], errors="ignore")
    sums = shares.iloc[1:, 1:].astype(float).sum(axis=1)
    assert all(total == pytest.approx(100) for total in sums if total)


def test_the_largest_rows_are_kept_and_the_total_stays_of_all(explored: AppTest) -> None:
    every = table(opened(explored, "of=inspections&columns=none"))
    few = table(opened(explored, "of=inspections&columns=none&sort=value&top=5"))
    assert len(few) == 5 + 1
    assert few.iloc[0, 1] == every.iloc[0, 1]
    assert list(few.iloc[1:, 1]) == sorted(every.iloc[1:, 1], reverse=True)[:5]


def test_a_cell_without_a_number_says_why_in_its_row(explored: AppTest) -> None:
    app = opened(explored, "of=inspections&rows=unit_ward&since=2026Q1")
    notes = set(table(app)[SAY("explore.pivot_missing")])
    assert any(SAY("explore.reason_not_reported") in note for note in notes)
    assert any(SAY("explore.reason_rejected") in note for note in notes)


@pytest.mark.parametrize("role", ["leader", "area_reader", "officer", "auditor"])
def test_protected_numbers_stand_nowhere_on_the_page(
    reader: Reader, explored: AppTest, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody signed in: what they open would be on the trail of the sample, which all tests read.
    viewer = replace(VIEWERS[role], is_signed_in=False)
    monkeypatch.setattr("app.web.sign_in.viewer_of", lambda cookies: viewer)
    app = opened(explored, "of=T16&rows=unit_district&columns=period&picture=bar&window=ytd")
    if role in ("leader", "officer"):
        protected = {
            row.unit_code: row.value_pct
            for row in progress.level_progress(Reader(VIEWERS[role], reader.warehouse), "district", PERIOD, "ytd")
            if row.target_code == "T16" and isinstance(row.value_pct, Approximate)
        }
        shown = [value for value in table(app).select_dtypes("number").to_numpy().ravel() if not isnan(value)]
        assert protected
        assert all(float(value).is_integer() for value in shown)
    offered = app.selectbox(key="of").options
    is_offered = any(option.startswith("B7 Người có nhu cầu") for option in offered)
    assert is_offered is (role == "officer")


def test_another_places_plan_is_explored_by_its_own_levels_periods_and_measures(
    province_data_dir: Path, explored: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in PROVINCE.items():
        if name.startswith("KPI_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("KPI_DATA_DIR", str(province_data_dir))
    app = opened(
        explored,
        "of=B1.channel&rows=unit_ward&since=2023H1&until=2023H2",
    )
    shown = table(app)
    # Talks held, by hand in `tests/plan_pack.py`: 3 + 2, 0 + 1, 1 + 0 in the first district, 2 and 0 in the second.
    assert list(shown.iloc[0, 1:3]) == [6.0, 3.0]
    # Of an amount the things done, as its page counts them: no unit's number is the city's, and few have one.
    app = opened(explored, "of=D2&rows=unit_ward&columns=period&window=ytd")
    assert list(table(app).iloc[0, 1:3]) == [450.0, 600.0]
    assert words_in("vi")("explore.reason_no_cases") not in table(app).to_string()


@pytest.mark.parametrize(
    ("lang", "axis", "way"),
    [("vi", "Kênh tư vấn", "Trực tiếp"), ("en", "Way of counselling", "Face to face")],
)
def test_a_plans_own_form_is_counted_by_the_list_of_its_rows(
    own_forms_data_dir: Path, explored: AppTest, monkeypatch: pytest.MonkeyPatch, lang: str, axis: str, way: str
) -> None:
    monkeypatch.setenv("KPI_PLAN_DIR", str(own_forms.PACK))
    monkeypatch.setenv("KPI_DATA_DIR", str(own_forms_data_dir))
    period = own_forms.PERIOD
    address = f"lang={lang}&of=luot_tu_van&rows=unit_ward&columns=category&since={period}&until={period}"
    app = opened(explored, address)
    assert axis in app.selectbox(key="columns").options
    shown = table(app)
    # 20 + 5 + 40 + 3 face to face, by hand in `tests/own_forms.py`.
    (of_way,) = (column for column in shown.columns if way in str(column))
    assert 68.0 in list(shown[of_way])


@pytest.mark.parametrize("page", ["progress", "pivot", "relations", "views"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_city_without_districts_is_explored_by_its_communes(
    two_tiers_data_dir: Path, monkeypatch: pytest.MonkeyPatch, page: str, lang: str
) -> None:
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    monkeypatch.setenv("KPI_DATA_DIR", str(two_tiers_data_dir))
    monkeypatch.setattr(registry, "PAGES", {page: registry.PAGES[page]})
    app = opened(unopened(), f"lang={lang}")
    if page != "views":
        level = app.selectbox(key="rows" if page == "pivot" else "level").value
        assert level.removeprefix("unit_") == "ward"
        assert len(app.dataframe[0].value) >= 12
