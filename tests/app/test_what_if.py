"""What if: the city's sum with what is assumed of units, judged as any figure is, and never beyond what one sees."""

import re
from html import unescape

import pytest
from facts import absent, progress, target
from sqlalchemy import Engine, bindparam, text

from app.analysis.what_if import Assumed, Outcome, Refusal, Rule, assume, outcome
from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.status import JUDGED
from app.queries import methodology, plan
from app.queries import progress as figures
from app.records import Progress, Target
from app.web.page_renderer import draw
from tests.answered import respond
from warehouse.publish.engines import Published

EN = words_in("en")
MARGIN_PCT = 15.0
# Three units: 2 of 10, 6 of 10 and 9 of 20 officers are trained, 17 of 40 in the city; half were to be by now.
CITY = progress(
    unit_code="79", unit_level="city", status="behind", numerator=17.0, denominator=40.0, value_pct=42.5,
    missing_to_path_count=3, missing_to_threshold_count=23,
)  # fmt: skip
LATE = progress(unit_code="1", status="far_behind", numerator=2.0, denominator=10.0, missing_to_path_count=3)
GOOD = progress(unit_code="2", status="on_track", numerator=6.0, denominator=10.0, missing_to_path_count=0)
NEAR = progress(unit_code="3", status="behind", numerator=9.0, denominator=20.0, missing_to_path_count=1)
# Three communes: one did it, one did not, one is silent; of three, one or two will have done it.
ANSWERS = target(target_code="T05", kind="stock", counting_rule="units", has_interval=False)
ANSWER = {"target_code": "T05", "kind": "stock", "path_pct": None, "missing_to_path_count": None}
ANSWERED = progress(
    **ANSWER, unit_code="79", unit_level="city", status="far_behind", numerator=1.0, denominator=2.0, value_pct=50.0,
    bound_low_pct=100 / 3, bound_high_pct=200 / 3, missing_to_threshold_count=1,
)  # fmt: skip
NOT_DONE = progress(
    **ANSWER, unit_code="2", unit_level="ward", status="far_behind", numerator=0.0, denominator=1.0, value_pct=0.0,
    missing_to_threshold_count=1,
)  # fmt: skip
SILENT = absent("not_reported", **ANSWER, unit_code="3", unit_level="ward")


def assumed(row: Progress, value_pct: int | None = None, of: Target | None = None) -> Assumed:
    """What is assumed of a unit of which something can be."""
    made = assume(row, of or target(), value_pct)
    assert isinstance(made, Assumed)
    return made


def city_if(*made: Assumed) -> Outcome:
    """Where the city of three units would stand."""
    return outcome(Rule(CITY, target(), MARGIN_PCT), None, made)


def communes_if(*made: Assumed) -> Outcome:
    """Where the city of three communes would stand."""
    return outcome(Rule(ANSWERED, ANSWERS, MARGIN_PCT), 3.0, made)


def test_with_nothing_assumed_the_city_stands_where_it_does() -> None:
    assert city_if() == Outcome(17.0, 40.0, "behind")
    assert communes_if() == Outcome(1.0, 2.0, "far_behind")


def test_a_late_unit_that_had_met_what_was_asked_brings_the_city_exactly_to_its_milestone() -> None:
    found = city_if(assumed(LATE))
    assert (found.numerator, found.denominator, found.value_pct, found.status) == (20.0, 40.0, 50.0, "on_track")


def test_a_unit_that_met_what_was_asked_adds_nothing() -> None:
    assert assumed(GOOD).more == 0.0
    assert city_if(assumed(GOOD)) == city_if()


def test_what_several_units_add_is_added_up() -> None:
    assert city_if(assumed(LATE), assumed(NEAR)).numerator == 17 + 3 + 1


def test_a_value_is_set_in_whole_things_and_at_least_that_high() -> None:
    # 33 % of 10 officers are 3.3: four are at least that many.
    assert assumed(LATE, 33).numerator == 4.0
    assert assumed(NEAR, 100).numerator == 20.0
    assert city_if(assumed(NEAR, 100)) == Outcome(28.0, 40.0, "on_track")


def test_a_unit_may_also_be_assumed_to_fall_and_the_margin_is_the_published_one() -> None:
    # 14 of 40 is 35 %, just within 15 points of the milestone; 13 of 40 is not.
    assert city_if(assumed(GOOD, 30)) == Outcome(14.0, 40.0, "behind")
    assert city_if(assumed(GOOD, 20)) == Outcome(13.0, 40.0, "far_behind")


def test_all_officers_trained_is_met() -> None:
    assert city_if(*(assumed(row, 100) for row in (LATE, GOOD, NEAR))) == Outcome(40.0, 40.0, "met")


def test_met_is_not_said_while_a_silent_unit_could_undo_it() -> None:
    found = communes_if(assumed(NOT_DONE, of=ANSWERS))
    assert found == Outcome(2.0, 2.0, "on_track", is_withheld=True)


def test_a_silent_unit_that_answers_yes_or_no_may_be_assumed_to_have_done_it_and_counts_then() -> None:
    assert communes_if(assumed(SILENT, of=ANSWERS)) == Outcome(2.0, 3.0, "far_behind")
    assert communes_if(assumed(NOT_DONE, of=ANSWERS), assumed(SILENT, of=ANSWERS)) == Outcome(3.0, 3.0, "met")
    assert communes_if(assumed(SILENT, 0, of=ANSWERS)) == Outcome(1.0, 3.0, "far_behind")


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (absent("suppressed"), Refusal.HIDDEN),
        (absent("not_applicable"), Refusal.NOT_COUNTED),
        (absent("not_reported"), Refusal.UNKNOWN),
        (absent("not_reported", unit_level="ward"), Refusal.UNKNOWN),
        (absent("no_cases", numerator=0.0, denominator=0.0), Refusal.NO_CASES),
    ],
)
def test_nothing_is_assumed_of_a_unit_whose_row_does_not_say_enough(row: Progress, refusal: Refusal) -> None:
    assert assume(row, target(), None) is refusal
    assert assume(row, target(), 100) is refusal


def test_where_less_is_better_a_unit_that_met_what_was_asked_has_fewer() -> None:
    # 3 of 10 at a threshold of 20 % are one too many; the city's 6 of 20 become 5, a quarter: within 15 points.
    fewer = target(direction="down", kind="rate", threshold_pct=20.0)
    falling = {"kind": "rate", "threshold_pct": 20.0, "path_pct": None, "missing_to_path_count": None}
    unit = progress(**falling, numerator=3.0, denominator=10.0, missing_to_threshold_count=1)
    city = progress(**falling, unit_code="79", unit_level="city", numerator=6.0, denominator=20.0, value_pct=30.0)
    rule = Rule(city, fewer, MARGIN_PCT)
    assert outcome(rule, None, [assumed(unit, of=fewer)]) == Outcome(5.0, 20.0, "behind")
    assert outcome(rule, None, [assumed(unit, 0, of=fewer)]) == Outcome(3.0, 20.0, "met")


@pytest.mark.usefixtures("sample")
class TestOnThePage:
    """The part of the target page."""

    def page(self, viewer: Viewer = BUILT_IN_VIEWER, **asked: str) -> str:
        """The part, as it stands in the page."""
        drawn = draw("target", {"target": "T09", "period": "2026Q3", "lang": "en", **asked}, viewer)
        assert drawn.status == 200
        found = re.search(r"<details class='what-if'.*?</details>", drawn.html, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", " ", found[0])) if found else ""

    @pytest.mark.parametrize("period", ["2021Q4", "2025Q2", "2025Q4", "2026Q3"])
    @pytest.mark.parametrize("window", ["ytd", "quarter"])
    def test_with_nothing_assumed_the_rule_gives_the_published_status_of_every_figure(
        self, warehouse: Published, published_engine: Engine, period: str, window: str
    ) -> None:
        reader = Reader(BUILT_IN_VIEWER, warehouse)
        targets = {one.target_code: one for one in plan.targets(reader, period)}
        rules = methodology.rules(reader, period)
        sql = """
            select target_code, unit_code, bound_denominator from marts.fct_target_progress
            where period_code = :period and period_window = :window
        """
        with published_engine.connect() as connection:
            found = connection.execute(text(sql), {"period": period, "window": window})
            bounds = {(row.target_code, row.unit_code): row.bound_denominator for row in found}
        seen = set()
        for level in ("city", "district", "ward"):
            for row in figures.level_progress(reader, level, period, window):
                if row.status in JUDGED:
                    rule = Rule(row, targets[row.target_code], rules[row.target_code].behind_margin_pct or 0.0)
                    made = outcome(rule, bounds[row.target_code, row.unit_code], [])
                    assert made.status == row.status, row
                    seen.add(row.status)
        # In the last quarter the milestone is the threshold.
        assert seen >= set(JUDGED) - {"on_track"}

    def test_the_units_marked_add_what_they_lack_to_the_city_s_count(self, published_engine: Engine) -> None:
        sql = """
            select unit_code, numerator, denominator, missing_to_path_count from marts.fct_target_progress
            where target_code = 'T09' and period_code = '2026Q3' and period_window = 'ytd'
              and unit_level in ('city', 'area') and numerator is not null
            order by unit_level desc, missing_to_path_count desc
        """
        with published_engine.connect() as connection:
            city, first, second, *_ = connection.execute(text(sql)).all()
        assert first.missing_to_path_count > 0
        numerator = city.numerator + first.missing_to_path_count + second.missing_to_path_count
        shown = self.page(assume=f"{first.unit_code},{second.unit_code}")
        assert f"{EN.number(numerator)}/{EN.number(city.denominator)}, in place of" in shown
        assert EN("what_if.note") in shown

    def test_all_who_lack_most_are_assumed_at_once(self, published_engine: Engine) -> None:
        drawn = draw("target", {"target": "T09", "period": "2026Q3", "lang": "en"}, BUILT_IN_VIEWER)
        way = re.search(r"id='assume-area' href='[^']*assume=([\d,]+)", drawn.html)
        assert way
        codes = way[1].split(",")
        sql = """
            select sum(case when unit_level = 'city' then numerator else missing_to_path_count end)
            from marts.fct_target_progress
            where target_code = 'T09' and period_code = '2026Q3' and period_window = 'ytd'
              and (unit_level = 'city' or (unit_level = 'area' and unit_code in :codes))
        """
        statement = text(sql).bindparams(bindparam("codes", codes, expanding=True))
        with published_engine.connect() as connection:
            numerator = connection.execute(statement).scalar_one()
        assert len(codes) == 6
        assert f"{EN.number(numerator)}/" in self.page(assume=way[1])

    def test_a_commune_within_a_chosen_area_is_not_counted_twice(self, published_engine: Engine) -> None:
        sql = """
            select unit_code, parent_code from marts.fct_target_progress
            where target_code = 'T09' and period_code = '2026Q3' and period_window = 'ytd'
              and unit_level = 'ward' and missing_to_path_count > 0 limit 1
        """
        with published_engine.connect() as connection:
            commune, area = connection.execute(text(sql)).one()
        both, alone = self.page(assume=f"{area},{commune}"), self.page(assume=area)
        assert EN("what_if.refused_within") in both
        assert re.findall(r"\d+/\d+, in place of", both) == re.findall(r"\d+/\d+, in place of", alone)

    def test_a_unit_is_found_by_typing_without_accents(self) -> None:
        assert "Sai Gon Ward" in self.page(find="ben nghe")
        assert EN("compare.hits_none") in self.page(find="zzz")

    def test_a_unit_of_another_time_says_so_and_an_unknown_one_is_unknown(self) -> None:
        assert EN("what_if.refused_gone") in self.page(assume="26746")
        assert draw("target", {"target": "T09", "assume": "99999", "lang": "en"}, BUILT_IN_VIEWER).status == 404
        assert draw("target", {"target": "T09", "assume": "760;1", "lang": "en"}, BUILT_IN_VIEWER).status == 404

    def test_of_a_target_that_is_only_followed_nothing_is_asked_and_nothing_assumed(self) -> None:
        assert self.page(target="T13", assume="760") == ""

    def test_nothing_can_be_assumed_of_a_figure_that_is_told_approximately(self, uncleared: Viewer) -> None:
        for assumption in ("26740", "26740.0", "26740.100", "760"):
            assert self.page(uncleared, target="T16", assume=assumption) == ""

    def test_who_may_not_see_small_counts_is_offered_nobody_by_what_they_lack(self, uncleared: Viewer) -> None:
        shown = self.page(uncleared, target="T16")
        assert EN("what_if.offered_ward") not in shown

    def test_files_made_of_the_page_hold_figures_only(self) -> None:
        state = {"page": "target", "target": "T09", "period": "2026Q3", "lang": "en"}
        for name, part in (("table.csv", {"table": "figures"}), ("chart.svg", {"chart": "ranking"})):
            plain = respond(name, state | part)
            assert respond(name, state | part | {"assume": "760,785.100"}).body == plain.body
