"""Rules on form B1, communication and legal education: sessions held and people reached."""

from expectations.rules import (
    Suite,
    at_most,
    cells_present,
    failing_rows,
    no_jump,
    no_silence,
    not_copied,
    rows_present,
    total,
)

_SESSIONS = (
    "sessions_direct",
    "sessions_social_network",
    "sessions_internet",
    "sessions_loudspeaker",
    "sessions_print",
)
_REACH = ("reach_students", "reach_unemployed", "reach_migrant_workers", "reach_establishment_staff", "reach_general")

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b1_communication",
    table_name="b1_communication",
    derived={"sessions": total(*_SESSIONS), "reach": total(*_REACH)},
    expectations=(
        failing_rows("reach_needs_sessions", "reach", "reach > 0 and sessions = 0", severity="warning", notes="People can only be reached by sessions."),
        no_silence("reach_not_silent", "reach", at_least=500, severity="warning", notes="Hundreds reached, then nobody: the cells were filled with zeros, or work stopped."),
        no_jump("reach_steady", "reach", factor=8, at_least=2000, severity="warning", notes="A district's reach moves with its sessions; eightfold is mostly a slip of the keyboard."),
        at_most("reach_establishment_staff", 10_000, severity="warning", notes="The whole city has about 22,000 workers in such establishments."),
        at_most("reach_general", 100_000, severity="warning", notes="A large ward has about 100,000 inhabitants."),
        at_most("reach_migrant_workers", 50_000, severity="warning", notes="More than the migrant workers of the largest ward."),
        at_most("reach_students", 50_000, severity="warning", notes="More than the pupils of the largest ward."),
        at_most("reach_unemployed", 10_000, severity="warning", notes="More than the people without work in the largest ward."),
        not_copied("sessions_not_copied", "sessions", (*_SESSIONS, *_REACH), by="unit_code", at_least=20, severity="warning", notes="Ten equal cells in a row are a form sent twice, not a quarter's work."),
        no_silence("sessions_not_silent", "sessions", at_least=20, severity="warning", notes="Work seldom stops everywhere at once; zeros often stand for 'not counted yet'."),
        no_jump("sessions_steady", "sessions", factor=6, at_least=100, severity="warning", notes="A district's number of sessions does not grow or shrink sixfold in a quarter."),
        failing_rows("sessions_direct_have_reach", "sessions_direct", "sessions_direct > 0 and reach = 0", severity="warning", notes="A session face to face has an audience."),
        at_most("sessions_direct", 300, severity="warning", notes="More than three sessions a day in one unit; people were perhaps counted."),
        at_most("sessions_internet", 1000, severity="warning", notes="Views were perhaps counted in place of sessions."),
        at_most("sessions_loudspeaker", 1000, severity="warning", notes="Over ten broadcasts a day in one unit."),
        at_most("sessions_print", 1000, severity="warning", notes="Leaflets were perhaps counted in place of sessions."),
        at_most("sessions_social_network", 1000, severity="warning", notes="Views or likes were perhaps counted in place of posts."),
        cells_present(95, severity="warning", notes="An empty cell is missing, not zero, and lowers what the figure can carry."),
        rows_present(90, severity="warning", notes="A ward whose row is blank has not reported, and makes the figure provisional."),
    ),
)
