"""Every query times every role: what it answers whom is what the reviewed table says, and no answer tells more.

`query_matrix.csv` is the table; `roles.py` says who asks about whom. A cell is `whole` where the role is answered what
the department is, `part` where something is left out or protected, `nothing` where no fact is told, and `refused`;
`empty` where there is nothing to be told to anybody.
"""

import csv
import datetime as dt
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from app import queries
from app.core.access import BUILT_IN_VIEWER, AccessDeniedError, Right, Viewer
from app.core.csv_manner import MANNERS
from app.core.disclosure import COLUMNS
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.core.url_state import State
from app.queries import followup, plan, progress, quality
from app.records.mart_rows import Selection
from app.records.pivot import Question
from tests.app.roles import AREAS, COMMUNES, PERIOD, VIEWERS
from tests.conftest import copy_for_writing
from warehouse.backup.state import FAILED, record_outcome
from warehouse.desk import CORRECTED, Audience, Desk, QuestionDraft, QuestionStep, ViewDraft
from warehouse.intake import REJECTED, Intake
from warehouse.people import AccessKind, AccessTrail, top_unit
from warehouse.publish.engines import Published, published
from warehouse.settings import Settings

TABLE = {
    (row["query"], row["unit"]): row
    for row in csv.DictReader((Path(__file__).parent / "query_matrix.csv").open(encoding="utf-8"))
}
# What asks for no viewer, and why it may: each answers the same to everybody.
WITHOUT_A_VIEWER = {
    "people.roles_file": "where the file lies, no word of it",
    "people.unit_name": "a unit's name from the seeds",
    "people.stamp": "changes with the file of roles",
    "progress.disclosed": "what protects the counts: made before anybody asks",
    "target.disclosed_breakdowns": "what is disclosed of the city to a viewer that is given; `sql_views` asks",
    "sql_views.range_of": "a column's name, no row",
    "progress.continued": "which target of a plan goes on in the next",
    "copies.csv_copy": "a text, not run here; whoever runs it is asked",
    "copies.named": "a part of a text, not run here",
    "copies.parquet_copy": "a text, not run here; whoever runs it is asked",
    "fetch.row_scope": "the rights of a viewer that is given, no row",
    "fetch.quoted_statement": "a text, not run here; whoever runs it is asked",
    "statements.among": "a condition of a text, not run here",
    "statements.progress_statement": "a text, not run here; whoever runs it is asked",
    "statements.table_statement": "a text, not run here; whoever runs it is asked",
    "review.last_shown": "chooses among reviews that it is given",
    "review.reports_behind": "chooses among reports that it is given",
}
# Is given to other queries, which are in the table, `test_explore_sql.py`, `test_api_rows.py`, `test_outlier_list.py`
# or `test_previews.py`: a statement or a selection of one's own, a version beside the reader's, the statements that
# show what the reader may download, or what a page says of a question; or needs a report that waits.
GIVEN_QUERIES = {
    "fetch.fetch",
    "fetch.fetch_across_units",
    "fetch.fetch_to_protect",
    "mart_rows.arrow",
    "mart_rows.chosen",
    "mart_rows.first_rows",
    "mart_rows.page",
    "mart_rows.write_csv",
    "mart_rows.write_parquet",
    "marts.is_stored",
    "marts.source",
    "preview.draft_preview",
    "preview.has_failed",
    "preview.preview",
    "preview.stamp",
    "preview.waiting",
    "pivot.is_hidden",
    "pivot.is_of_published_rows",
    "pivot.needs_one_period",
    "pivot.statement",
    "own_sql.arrow",
    "own_sql.first_rows",
    "quality.outlier_answers",
    "review.changed_between",
    "sql_views.disclosed_ranges",
    "sql_views.is_emptied",
    "sql_views.view",
    "sql_views.view_columns",
    "sql_views.views",
}
OF_AREAS = {"shortfall.shortfalls", "target.breakdown"}
RECALCULATED = "27301"
# A period in which there is something to be told.
PERIODS = {"year_parts.year_parts": "2025Q3", "quality.outliers": "2023Q4"}
SENSITIVE_TARGET, CORRECTED_TARGET = "T16", "T09"
CHECK = "b1_communication.rows_present"
QUARTER_END = dt.date(2026, 9, 30)
# Zero is told, and with it that a ratio is nothing or all.
TOLD = {False: (0,), True: (0, 100)}
FIGURES = frozenset().union(*(columns.protected for columns in COLUMNS.values()))


def found_queries() -> dict[str, Callable[..., Any]]:
    """Every public function of the app's queries by name."""
    found = {}
    for module in pkgutil.iter_modules(queries.__path__):
        names = vars(importlib.import_module(f"app.queries.{module.name}"))
        for name, query in names.items():
            is_own = getattr(query, "__module__", "") == f"app.queries.{module.name}"
            if callable(query) and is_own and not inspect.isclass(query) and not name.startswith("_"):
                found[f"{module.name}.{name}"] = query
    return found


QUERIES = found_queries()
ASKED = {name: query for name, query in QUERIES.items() if name not in {*WITHOUT_A_VIEWER, *GIVEN_QUERIES}}


def matters(name: str, warehouse: Published, settings: Settings, unit: str) -> Mapping[str, object]:
    """What a query is asked about, by the name and type of a parameter; `unit` is own or other."""
    # A unit, target or report of which there is something to be told.
    code = AREAS[unit] if name in OF_AREAS else RECALCULATED if name == "ground.recalculated" else COMMUNES[unit]
    target = CORRECTED_TARGET if name == "origin.corrections" else SENSITIVE_TARGET
    known = matters_of(code, target, name == "registry.problems", warehouse, settings, unit)
    period = known["reported"] if name == "report_form.landed" else PERIODS.get(name, PERIOD)
    return {**known, "period": period}


@cache
def matters_of(
    code: str, target: str, is_refused: bool, warehouse: Published, settings: Settings, unit: str
) -> Mapping[str, object]:
    """The same of a unit, a target, and a report that was corrected or refused; `reported` is that report's period."""
    knowing = Reader(BUILT_IN_VIEWER, warehouse)
    desk, intake = Desk.open(settings), Intake(settings)
    corrected = next(one for one in intake.ledger.submissions(COMMUNES[unit]) if one.submission.version == 2)
    refused = intake.ledger.submissions(state=REJECTED)[0]
    report = (refused if is_refused else corrected).submission
    intake.close()
    place = followup.known_units(knowing)[code]
    asked = next((one for one in desk.questions() if one.unit_code == code and one.last_event_id), None)
    return {
        "desk": desk,
        "action": next(one for one in desk.actions() if one.target_code),
        "actions": [next(one for one in desk.actions() if one.target_code)],
        "review": desk.reviews()[0],
        "state": State(page="ward", period=PERIOD, lang="en", own=(("unit", code),)),
        "unit": code,
        "unit: Unit": place,
        "region": place,
        "ended": [place],
        "units": [code],
        "units: frozenset": frozenset({code}),
        "members": [place],
        "most": 4,
        "reporter": code,
        "reporters": code,
        "code": code,
        "parent": AREAS[unit],
        "target": target,
        "targets": [target],
        "target: Target": plan.named_targets(knowing)[target],
        "submission": report.submission_id,
        "number": report.submission_id,
        "reported": report.period_code,
        "until": PERIOD,
        "last": PERIOD,
        "since": "2025Q1",
        "earlier": "2025Q4",
        "now": next(one for one in progress.unit_progress(knowing, code, PERIOD, "ytd") if one.target_code == "T02"),
        "first": "2026Q1",
        "window": "ytd",
        "level": "ward",
        "on": QUARTER_END,
        "day": QUARTER_END,
        "year": QUARTER_END.year,
        "lang": "en",
        "table": "fct_unit_call",
        "mart": "fct_unit_call",
        "selection": Selection("fct_target_progress", columns=("unit_code", "target_code", "numerator")),
        "labels": {},
        "is_versioned": True,
        "metadata": {"about": "a test"},
        "manner": MANNERS["en"],
        "check": CHECK,
        "found": quality.results(knowing),
        "limit": None,
        "kinds": (AccessKind.SIGNED_IN,),
        "question": Question((PERIOD,), ("unit",), measures=("people_wanting_support",)),
        "compared": None,
        "asked": asked,
        "question_id": asked and asked.question_id,
        "event": asked and desk.question_history(asked.question_id)[0],
        "view_id": next(view.view_id for view in desk.views(Audience(is_everyone=True)) if view.is_pinned),
        "row": progress.unit_progress(knowing, code, PERIOD, "ytd")[0],
    }


def arguments(name: str, reader: Reader, settings: Settings, unit: str, out: Path) -> list[object]:
    """The arguments of a query in their order. Raises KeyError for one that nobody thought of."""
    known = {**matters(name, reader.warehouse, settings, unit), "reader": reader, "out": out}
    if name == "target.funnel_limits":
        trend = partial(progress.target_trend, reader, SENSITIVE_TARGET, window="ytd", until=PERIOD)
        known |= {"level": "district", "rows": trend(level="district"), "city": trend(level="city")[-1]}

    def value(parameter: inspect.Parameter) -> object:
        kind = str(parameter.annotation).partition("[")[0].partition(" ")[0]
        exact = f"{parameter.name}: {kind}"
        return known[exact if exact in known else parameter.name]

    return [value(one) for one in inspect.signature(ASKED[name]).parameters.values()]


def facts(answer: object) -> Iterator[Any]:
    """Every record of an answer, however deep it lies."""
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    if isinstance(answer, (list, tuple, AbstractSet)):
        for one in answer:
            yield from facts(one)
    elif is_dataclass(answer):
        yield answer


def unit_of(fact: object) -> str | None:
    """Of whom a record tells; None where of nobody."""
    return getattr(fact, "unit_code", getattr(fact, "reporter_code", None))


def is_exact(fact: object) -> bool:
    """Whether a record of people tells a figure as it is that is not told to everybody."""
    if not getattr(fact, "is_sensitive", False) and getattr(fact, "target_code", "") != SENSITIVE_TARGET:
        return False
    names = [item.name for item in fields(fact) if item.name in FIGURES]  # type: ignore[arg-type]
    return any(
        is_number(getattr(fact, name)) and getattr(fact, name) not in TOLD[name.endswith("_pct")] for name in names
    )


def is_number(value: object) -> bool:
    """Whether a value is a figure, and not what stands for one."""
    return isinstance(value, (int, float)) and not isinstance(value, (bool, Approximate))


def answered(name: str, reader: Reader, settings: Settings, unit: str, folder: Path) -> object:
    """What a query answers; of one that writes a file, the file's content."""
    out = folder / "out"
    out.unlink(missing_ok=True)
    answer = ASKED[name](*arguments(name, reader, settings, unit, out))
    return out.read_bytes() if out.exists() else answer


@cache
def whole_answer(name: str, warehouse: Published, settings: Settings, unit: str, folder: Path) -> object:
    """What the department is answered."""
    return answered(name, Reader(VIEWERS["department"], warehouse), settings, unit, folder)


def outcome_of(name: str, reader: Reader, settings: Settings, unit: str, folder: Path) -> str:
    """How a query answered, after a look that it told nobody what is not for them."""
    whole = whole_answer(name, reader.warehouse, settings, unit, folder)
    try:
        answer = answered(name, reader, settings, unit, folder)
    except AccessDeniedError:
        return "refused"
    for fact in facts(answer):
        assert_for(reader.viewer, fact)
    if not whole:
        return "empty"
    if answer == whole:
        return "whole"
    return "part" if answer else "nothing"


def assert_for(viewer: Viewer, fact: object) -> None:
    """Fail for a record with a figure that is not for a viewer."""
    names = {item.name for item in fields(fact)}  # type: ignore[arg-type]
    unit = unit_of(fact)
    if names & FIGURES and unit is not None:
        assert viewer.may_read(unit), fact
    assert viewer.may(Right.SMALL_COUNTS, unit) or not is_exact(fact), fact


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where files are written."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def settings(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that find a copy of the published sample in which there is something of all that can be asked for."""
    data_dir = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("queries") / "data")
    (data_dir / "landing").rmdir()
    (data_dir / "landing").symlink_to(published_data_dir / "landing")
    settings = Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env")
    for code in COMMUNES.values():
        for target in (SENSITIVE_TARGET, None):
            Desk.open(settings).add_note(code, PERIOD, "Đã gọi.", "P", target_code=target)
        ask_and_answer(settings, code)
    for name, roles in (("a", ("leader", "department")), ("b", ("department",))):
        draft = ViewDraft(name, "", {"level": ["ward"]}, roles, "v")
        view = Desk.open(settings).save_view("progress", draft, Audience("somebody else"), "Q")
        if "leader" in roles:
            Desk.open(settings).mark_view(view.view_id, "pinned", Audience(is_everyone=True), "P", seen=1)
    AccessTrail.open(settings).record(AccessKind.SIGNED_IN, "p")
    record_outcome(settings, FAILED, data_dir / "nowhere")
    intake = Intake(settings)
    intake.decisions.lock("2021Q1", "P")
    intake.close()
    return settings


def ask_and_answer(settings: Settings, code: str) -> None:
    """Questions on a figure of people, one of them answered with a report, in words that may state a count."""
    address = (code, SENSITIVE_TARGET, PERIOD, "ytd", published(settings).version, {})
    desk = Desk.open(settings)
    for office in (code, top_unit()):
        desk.ask(QuestionDraft(*address, office, "Còn ai nữa?", may_state_counts=True), "P")
    asked = desk.ask(QuestionDraft(*address, code, "Ba người?", may_state_counts=True), "P", at=dt.datetime(2021, 1, 1))
    intake = Intake(settings)
    sent = intake.ledger.submissions(code, PERIOD)[0].submission.submission_id
    intake.close()
    desk.step_question(asked.question_id, CORRECTED, QuestionStep("Bốn người.", True, 0, sent), "P")


def test_every_query_asks_who_it_is_for_or_says_why_not() -> None:
    silent = {name for name, query in QUERIES.items() if "reader" not in inspect.signature(query).parameters}
    assert silent == {*WITHOUT_A_VIEWER}


def test_every_query_is_in_the_table_and_has_something_to_tell_somebody() -> None:
    assert {query for query, _ in TABLE} == {*ASKED}
    told = {query for (query, _), row in TABLE.items() if "empty" not in row.values()}
    assert {*ASKED} - told == set()


@pytest.mark.parametrize("who", VIEWERS)
def test_every_query_answers_a_role_what_the_table_says(
    who: str, warehouse: Published, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    reader = Reader(VIEWERS[who], warehouse)
    cells = [(name, unit) for name in ASKED for unit in ("own", "other")]
    expected = {cell: (TABLE.get(cell) or TABLE[cell[0], ""])[who] for cell in cells}
    found = {(name, unit): outcome_of(name, reader, settings, unit, folder) for name, unit in cells}
    assert {cell: said for cell, said in found.items() if said != expected[cell]} == {}
