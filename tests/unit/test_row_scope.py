"""What a server's row security guards is what the rules of downloads withhold."""

from app.core.mart_access import RULES, Kept
from warehouse.publish.row_scope import EMPTIED, EVERY_ROW, FACTS, NO_ROWS, PEOPLE, Counting, RowScope

COUNTING = {Kept.OTHER_TARGETS: Counting.TARGET, Kept.OTHER_MEASURES: Counting.MEASURE, Kept.OTHER_ROWS: Counting.ROW}


def test_every_mart_that_may_be_taken_counts_people_by_the_same_rule() -> None:
    facts = {table: rule for table, rule in RULES.items() if table.startswith(FACTS)}
    assert facts.keys() == PEOPLE.keys()
    for table, rule in facts.items():
        assert (COUNTING[rule.kept] in PEOPLE[table]) if rule.kept in COUNTING else PEOPLE[table] == (), table
    assert {table: rule.emptied for table, rule in RULES.items() if rule.emptied} == EMPTIED


def test_rights_are_told_as_text_that_ends_nowhere_else_and_no_unit_is_taken_for_all() -> None:
    assert EVERY_ROW.settings == "set local kpi.units = '*'; set local kpi.people_units = '*'"
    assert NO_ROWS.settings == "set local kpi.units = ''; set local kpi.people_units = ''"
    odd = RowScope(frozenset({"760", "x'; reset all; '", "*"}), None)
    assert odd.settings == "set local kpi.units = '760|x''; reset all; '''; set local kpi.people_units = '*'"
