"""Saved views: an address of an exploring page, opened with the rights of whoever opens it, on new or older data."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import openpyxl
import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app.analysis.pivot_view import AddressChooser
from app.analysis.selection import FILTERS, kept_places, level_figures, selection_of, statement_of
from app.analysis.view_facts import facts_of
from app.core.access import BUILT_IN_VIEWER, AccessDeniedError, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.saved_views import audience_of, view_address
from app.deck.model import Lines, Picture, Table
from app.deck.view_content import ViewContent, view_content
from app.explore import copies
from app.explore.copies import Shown
from app.explore.progress import copied
from app.explore.registry import PAGES
from app.explore.sql_runner import run
from app.exports.pptx.write import presentation
from app.exports.shared.origin import Origin
from app.exports.xlsx import xlsx_bytes
from app.figures.view_chart.spec import ViewChart
from app.forms import FormResult, SentForm
from app.pages.registry import page_of
from app.pages.review.page import deck_of
from app.queries import views
from app.queries.fetch import OtherLayoutError
from app.queries.statements import progress_statement
from app.web import access_record, act_routes, sign_in
from app.web.page_renderer import draw
from tests.app.explored import open_at, unopened
from tests.app.roles import PERIOD, VIEWERS
from warehouse.desk import Audience, Desk, SavedView, ViewDraft
from warehouse.digest import Recipients, Watches
from warehouse.people import AccessKind, AccessTrail, Grant, Role
from warehouse.programmes import in_force
from warehouse.publish import publication
from warehouse.publish.engines import published
from warehouse.settings import Settings

SAY = words_in("vi")
NOWHERE = Origin(dt.datetime(2026, 11, 29), "")
LATE = {"period": ["2025Q2"], "level": ["ward"], "status": ["behind", "far_behind"]}


@pytest.fixture
def settings(desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a registry of their own and two versions of the sample, the newer one published."""
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    return Settings.from_env({"KPI_DATA_DIR": str(desk_data_dir)}, desk_data_dir / "no.env")


@pytest.fixture
def desk(settings: Settings) -> Desk:
    """The desk of these settings."""
    return Desk.open(settings)


@pytest.fixture
def newest(settings: Settings) -> str:
    """The published version."""
    return published(settings).version


@pytest.fixture
def older(settings: Settings, newest: str) -> str:
    """An older version that is kept."""
    return max(path.name for path in settings.runs_dir.iterdir() if path.name < newest)


@pytest.fixture
def sign(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Viewer]:
    """Sign a person with a role in."""

    def signed(role: str, person: str = "p") -> Viewer:
        viewer = replace(VIEWERS[role], person=person, name=person)
        monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: viewer)
        return viewer

    return signed


def opened(page: str = "", address: str = "") -> AppTest:
    """An exploring page at an address; nothing on it may have failed."""
    app = unopened()
    # How Streamlit names a page of a navigation.
    app._page_hash = calc_hash(page) if page else ""
    return open_at(app, parse_qs(address))


def shown(app: AppTest) -> str:
    """Everything that a page says."""
    kinds = ("markdown", "caption", "success", "warning", "error", "info", "subheader")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind))


def saved(desk: Desk, viewer: Viewer = BUILT_IN_VIEWER, page: str = "progress", **more: object) -> SavedView:
    """A view just saved by a viewer."""
    values = {"name": "Phường chậm", "note": "", "parameters": LATE, "shared_with": (), "made_on": "v"} | more
    return desk.save_view(page, ViewDraft(**values), audience_of(viewer), viewer.name or "Sở")  # type: ignore[arg-type]


def sent(form: str, viewer: Viewer, **values: object) -> FormResult:
    """What became of a form of a viewer."""
    typed = {name: str(value) for name, value in values.items()}
    return act_routes.send(SentForm(form, typed, viewer), "/explore")[0]


def test_an_open_page_is_saved_as_it_is_and_listed(desk: Desk, newest: str) -> None:
    page = opened(address="period=2025Q2&level=ward&status=far_behind&lang=vi")
    page.text_input(key="save progress name").set_value("Phường rất chậm")
    page.text_area(key="save progress note").set_value("Xem trước giao ban.")
    page.multiselect(key="save progress roles").set_value(["leader"])
    page.text_input(key="save progress by").set_value("Phòng Tổng hợp")
    button(page, SAY("views.save_new")).click().run()
    assert not page.exception
    assert SAY("views.saved") in shown(page)
    view = desk.views(Audience(is_everyone=True))[0]
    assert view.parameters == {"period": ["2025Q2"], "level": ["ward"], "status": ["far_behind"]}
    assert (view.page, view.made_on, view.shared_with) == ("progress", newest, ("leader",))
    listed = shown(opened("views"))
    assert "Phường rất chậm" in listed
    assert "Xem trước giao ban" in listed
    assert html(view_address(view, "vi")) in listed


def test_an_open_view_is_saved_as_a_new_version_unless_somebody_else_changed_it(desk: Desk) -> None:
    view, everyone = saved(desk), Audience(is_everyone=True)
    page = opened(address=view_address(view, "vi").partition("?")[2])
    assert SAY("views.differs") not in shown(page)
    page.selectbox(key="period").set_value("2025Q1").run()
    assert SAY("views.differs") in shown(page)
    page.text_input(key=f"save progress {view.view_id} 1 by").set_value("Sở")
    button(page, SAY("views.save_version", name=view.name)).click().run()
    assert SAY("views.changed") in shown(page)
    assert SAY("views.differs") not in shown(page)
    now = desk.view(view.view_id, everyone)
    assert (now.number, now.parameters) == (2, LATE | {"period": ["2025Q1"]})
    desk.change_view(view.view_id, ViewDraft("Của người khác", "", LATE, (), "v"), everyone, "Khác", seen=2)
    key = f"save progress {view.view_id} 2"
    page.text_input(key=f"{key} name").set_value("Của tôi")
    page.text_input(key=f"{key} by").set_value("Sở")
    next(one for one in page.button if "phiên bản mới của" in one.label).click().run()
    assert SAY("desk.view_changed_meanwhile", by="Khác") in shown(page)
    assert page.text_input(key=f"{key} name").value == "Của tôi"
    assert desk.view(view.view_id, everyone).name == "Của người khác"


def test_personal_data_in_a_name_or_note_are_refused_in_words_and_what_was_typed_stays(desk: Desk) -> None:
    page = opened(address="level=ward")
    page.text_input(key="save progress name").set_value("Gọi chị Hoa 0909 123 456")
    page.text_input(key="save progress by").set_value("Sở")
    button(page, SAY("views.save_new")).click().run()
    assert SAY("desk_kind.phone") in shown(page)
    assert page.text_input(key="save progress name").value == "Gọi chị Hoa 0909 123 456"
    assert desk.views(Audience(is_everyone=True)) == []


def test_a_view_opens_with_the_rights_of_who_opens_it(
    desk: Desk, sign: Callable[[str, str], Viewer], settings: Settings
) -> None:
    department = sign("department", "so")
    view = saved(desk, department, parameters=LATE | {"period": [PERIOD]}, shared_with=("area_reader", "leader"))
    rows = {}
    for role in ("department", "area_reader"):
        viewer = sign(role, "so" if role == "department" else "ai")
        page = opened(address=view_address(view, "vi").partition("?")[2])
        assert "Phường chậm" in shown(page)
        selection = selection_of(view.parameters, Reader(viewer, published(settings)))
        assert selection
        figures = level_figures(Reader(viewer, published(settings)), "ward", PERIOD, "ytd")
        rows[role] = len(page.dataframe[0].value)
        assert rows[role] == len(kept_places(selection, figures))
    assert 0 < rows["area_reader"] < rows["department"]


def test_who_lacks_the_right_to_a_view_s_page_is_told(desk: Desk, sign: Callable[[str, str], Viewer]) -> None:
    view = saved(desk, sign("department", "so"), "sql", parameters={"q": ["select 1"]}, shared_with=("area_reader",))
    sign("area_reader", "ai")
    listed = shown(opened("views"))
    assert SAY("views.no_right") in listed
    assert html(view_address(view, "vi")) not in listed
    refused = shown(opened("sql", "q=select+1"))
    assert SAY("message.denied_text") in refused
    # As on every other page, with whom to ask.
    assert SAY("sign_in.contact_unknown") in refused


def test_a_view_that_is_not_shared_with_a_role_is_nowhere_on_its_pages(
    desk: Desk, sign: Callable[[str, str], Viewer]
) -> None:
    view = saved(desk, sign("department", "so"), shared_with=("department",))
    sign("leader", "ai")
    assert "Phường chậm" not in shown(opened("views", f"view={view.view_id}"))
    page = opened(address=f"saved={view.view_id}")
    assert SAY("views.gone") in shown(page)
    assert "Phường chậm" not in shown(page)


@pytest.mark.parametrize("form", ["change-view", "archive-view", "restore-view", "watch-view", "unwatch-view"])
def test_a_form_about_a_view_that_is_not_shared_is_answered_as_if_there_were_none(desk: Desk, form: str) -> None:
    view = saved(desk, replace(VIEWERS["department"], person="so"), shared_with=("department",))
    leader = replace(VIEWERS["leader"], person="ai", name="Ai")
    typed = {"name": "Khác", "parameters": "", "made_on": "v", "seen": 1}
    refused, absent = (sent(form, leader, view_id=number, **typed) for number in (view.view_id, 999))
    assert refused.problem == absent.problem == SAY("views.gone")
    assert desk.views(Audience(is_everyone=True)) == [view]


def test_a_view_of_a_page_that_the_sender_may_not_open_is_not_saved(desk: Desk) -> None:
    reader = replace(VIEWERS["area_reader"], person="ai", name="Ai")
    for page in ("sql", "no_such_page", "views"):
        outcome = sent("save-view", reader, name="A", page=page, parameters="", made_on="v")
        assert not outcome.is_done
    assert sent("save-view", reader, name="A", page="progress", parameters="", made_on="v").is_done
    assert len(desk.views(audience_of(reader))) == 1


def test_values_that_no_longer_exist_are_named_and_nothing_saved_is_lost(desk: Desk) -> None:
    parameters = {"period": ["2019Q9"], "level": ["ward"], "target": ["T04", "T99"], "area": ["no_such_area"]}
    view = saved(desk, parameters=parameters)
    page = opened(address=view_address(view, "vi").partition("?")[2])
    warned = "\n".join(one.value for one in page.warning)
    for value in ("2019Q9", "T99", "no\\_such\\_area"):
        assert value in warned
    assert "T04" not in warned
    # The warning stays while the page is used, until another value is chosen.
    page.selectbox(key="window").set_value("quarter").run()
    assert "2019Q9" in "\n".join(one.value for one in page.warning)
    page.selectbox(key="period").set_value("2025Q2").run()
    assert "2019Q9" not in "\n".join(one.value for one in page.warning)
    assert desk.view(view.view_id, Audience(is_everyone=True)) == view


def test_an_ended_unit_in_a_saved_address_opens_in_words(desk: Desk, settings: Settings) -> None:
    reader = Reader(BUILT_IN_VIEWER, published(settings))
    # A ward that ended in June 2025, whose code no later unit has.
    before, now = (
        {row.unit_code for row in level_figures(reader, "ward", code, "ytd").rows} for code in ("2025Q1", PERIOD)
    )
    ended = min(before - now)
    view = saved(desk, parameters={"period": [PERIOD], "level": ["ward"], "view": ["map"], "unit": [ended]})
    page = opened(address=view_address(view, "vi").partition("?")[2])
    assert ended in "\n".join(one.value for one in page.warning)
    assert not opened(address=f"period=2025Q1&level=ward&view=map&unit={ended}").warning


def test_a_frozen_view_shows_the_older_data_and_says_so(desk: Desk, older: str, settings: Settings) -> None:
    view = saved(desk, parameters={"period": ["2025Q1"]}, made_on=older)
    address = view_address(view, "vi", older)
    assert html(address) in shown(opened("views"))
    page = opened(address=address.partition("?")[2])
    assert SAY("views.older", version=SAY.version(older)) in shown(page)
    # Choices keep the version.
    page.selectbox(key="window").set_value("quarter").run()
    assert page.query_params["version"] in (older, [older])
    newest = opened(address=view_address(view, "vi").partition("?")[2])
    assert SAY("views.older", version=SAY.version(older)) not in shown(newest)
    changed = [
        (one.dataframe[0].value["figure"].tolist())
        for one in (opened(address="period=2025Q1&version=" + older), newest)
    ]
    assert changed[0] != changed[1]


def test_a_version_that_is_not_kept_is_explained_and_the_newest_shown(
    desk: Desk, older: str, newest: str, settings: Settings
) -> None:
    view = saved(desk, made_on=older)
    (settings.runs_dir / older).unlink()
    assert SAY("views.made_on_gone", version=SAY.version(older)) in shown(opened("views"))
    page = opened(address=view_address(view, "vi", older).partition("?")[2])
    assert SAY("views.version_gone", newest=SAY.version(newest)) in shown(page)
    assert len(page.dataframe) == 1


def test_no_other_folder_and_no_later_version_is_opened(newest: str, older: str, settings: Settings) -> None:
    for version in ("../../etc", "20991231T000000", "x" * 99, "."):
        assert SAY("views.version_gone", newest=SAY.version(newest)) in shown(opened(address=f"version={version}"))
    # After going back to an older version the later one is withdrawn.
    publication.publish(settings, older)
    assert SAY("views.version_gone", newest=SAY.version(older)) in shown(opened(address=f"version={newest}"))


def test_a_version_of_another_release_that_a_page_cannot_read_is_explained(
    older: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OtherLayoutError("no such column")

    monkeypatch.setitem(PAGES, "progress", fail)  # type: ignore[call-overload]
    page = opened(address=urlencode({"version": older}))
    assert SAY("views.other_layout") in shown(page)


def test_opening_an_older_version_is_on_the_trail_with_its_name(
    sign: Callable[[str, str], Viewer], older: str, settings: Settings
) -> None:
    sign("leader", "ai")
    opened(address=urlencode({"version": older}))
    kept = [event.about.get("what") for event in AccessTrail.open(settings).newest((AccessKind.DOWNLOADED,))]
    assert f"/explore?version={older}" in kept


def test_every_write_is_on_the_trail(desk: Desk, settings: Settings) -> None:
    viewer = replace(VIEWERS["department"], person="so", name="Sở", session="s")
    assert sent("save-view", viewer, name="A", page="progress", parameters="level=ward", made_on="v").is_done
    view = desk.views(audience_of(viewer))[0]
    content = {"name": "B", "parameters": "", "made_on": "v", "shared_with": "leader"}
    steps = ("change-view", "pin-view", "unpin-view", "archive-view", "restore-view")
    for seen, form in enumerate(steps, 1):
        assert sent(form, viewer, view_id=view.view_id, seen=seen, **content).is_done
    assert not sent("archive-view", viewer, view_id=view.view_id, seen=1).is_done
    kept = AccessTrail.open(settings).newest((AccessKind.VIEW_CHANGED,))
    assert [(event.person, event.session) for event in kept] == [("so", "s")] * 6
    assert [event.about["what"].rpartition(" ")[2] for event in reversed(kept)] == ["save-view", *steps]
    assert all(f"view={view.view_id}" in event.about["what"] for event in kept)
    assert access_record.OF_VIEWS in kept[0].about["what"]


def test_the_second_of_two_who_change_a_view_is_told_and_keeps_what_was_typed(desk: Desk) -> None:
    view = saved(desk)
    page = opened("views", f"view={view.view_id}")
    everyone = Audience(is_everyone=True)
    key = f"change {view.view_id} 1"
    desk.change_view(view.view_id, ViewDraft("Của người khác", "", LATE, (), "v"), everyone, "Khác", seen=1)
    page.text_input(key=f"{key} name").set_value("Của tôi")
    page.text_input(key=f"{key} by").set_value("Tôi")
    button(page, SAY("views.save_changes")).click().run()
    assert SAY("desk.view_changed_meanwhile", by="Khác") in shown(page)
    assert page.text_input(key=f"{key} name").value == "Của tôi"
    assert [one.name for one in desk.view_history(view.view_id, everyone)] == ["Phường chậm", "Của người khác"]


def test_of_two_views_with_one_name_the_chosen_one_is_opened(desk: Desk) -> None:
    first, second = saved(desk), saved(desk)
    for view in (first, second):
        page = opened("views")
        page.selectbox(key="view").select(str(view.view_id)).run()
        assert page.query_params["view"] == str(view.view_id)


def test_a_view_is_changed_duplicated_archived_and_brought_back_on_its_page(desk: Desk) -> None:
    view = saved(desk, shared_with=("leader",))
    everyone = Audience(is_everyone=True)
    page = opened("views", f"view={view.view_id}")
    key = f"change {view.view_id} 1"
    page.text_input(key=f"{key} name").set_value("Tên mới")
    page.text_area(key=f"{key} parameters").set_value("http://here/explore/?level=city&period=2025Q1&lang=en&saved=9")
    page.text_input(key=f"{key} by").set_value("Sở")
    button(page, SAY("views.save_changes")).click().run()
    now = desk.view(view.view_id, everyone)
    assert (now.name, now.parameters) == ("Tên mới", {"level": ["city"], "period": ["2025Q1"]})
    assert SAY("views.changed") in shown(page)
    button(page, SAY("views.duplicate")).click().run()
    copy = desk.views(everyone)[0]
    assert (copy.name, copy.parameters, copy.shared_with) == (SAY("views.copy_of", name="Tên mới"), now.parameters, ())
    for label, is_archived in (("do_archive_view", True), ("do_restore_view", False)):
        button(page, SAY(f"views.{label}")).click().run()
        assert not page.exception
        assert desk.view(copy.view_id, everyone).is_archived is is_archived
    assert [one.kind for one in desk.view_history(copy.view_id, everyone)] == ["saved", "archived", "restored"]
    button(page, SAY("views.do_archive_view")).click().run()
    assert "bản sao" not in shown(opened("views"))
    assert "bản sao" in shown(opened("views", "archived=1"))


def test_a_recipient_of_digests_has_changes_of_a_view_reported_by_a_press_and_no_more_by_another(
    desk: Desk, settings: Settings, sign: Callable[[str, str], Viewer]
) -> None:
    leader, trail = sign("leader", "p"), AccessTrail.open(settings)
    view = saved(desk, leader)
    page = opened("views", f"view={view.view_id}")
    button(page, SAY("views.do_watch_view")).click().run()
    assert SAY("desk.no_digest") in shown(page)
    Recipients(trail).add(Grant("p", Role.LEADER), "vi", "p@so.vn", "Sở")
    for label, done, count in (("do_watch_view", "watched", 1), ("do_unwatch_view", "unwatched", 0)):
        button(page, SAY(f"views.{label}")).click().run()
        assert SAY(f"views.{done}") in shown(page)
        assert len(Watches(trail.engine).of(leader.person)) == count
    # Without a status there is nothing to watch.
    other = saved(desk, leader, parameters={"level": ["ward"]})
    assert SAY("views.do_watch_view") not in {one.label for one in opened("views", f"view={other.view_id}").button}
    assert sent("watch-view", leader, view_id=other.view_id).problem == SAY("desk.not_watchable")


def test_what_people_type_is_shown_as_they_typed_it(desk: Desk) -> None:
    saved(desk, name="<b>*A*</b> [x](http://x) :red[y] $z$", note="# <script>alert(1)</script>")
    listed = shown(opened("views"))
    assert "<script" not in listed.replace("\\<", "")
    assert "\\<b\\>\\*A\\*" in listed
    assert "](http" not in listed


SELECTIONS = [
    {},
    {"period": "2025Q2", "window": "quarter"},
    {"level": "ward", "status": ["behind", "far_behind_unsure", "met"]},
    {"level": "ward", "period": "2025Q2", "certain": "1"},
    {"level": "ward", "area": "760", "target": ["T09", "T04"]},
    {"level": "city", "period": "2021Q4"},
    {"level": "region", "group": "1"},
    {"level": "ward", "type": "phuong", "period": "2026Q1", "status": "behind_unsure"},
]


@pytest.mark.parametrize("asked", SELECTIONS, ids=str)
def test_the_statement_of_a_page_returns_the_rows_of_the_page(asked: dict[str, object], settings: Settings) -> None:
    page = opened(address=urlencode(asked, doseq=True))
    reader = Reader(BUILT_IN_VIEWER, published(settings))
    copied = next(one.value for one in page.code if "fct_target_progress" in one.value)
    parameters = {name: [value] if isinstance(value, str) else value for name, value in asked.items()}
    selection = selection_of(parameters, reader)  # type: ignore[arg-type]
    assert selection
    assert copied == statement_of(selection)
    figures = level_figures(reader, selection.level, selection.period, selection.window)
    rows = [figures.rows[place] for place in kept_places(selection, figures)]
    answer = run(reader, copied)
    assert not answer.is_cut
    expected = sorted((row.unit_code, row.target_code, row.status, row.numerator) for row in rows)
    found = answer.frame[["unit_code", "target_code", "status", "numerator"]].astype(object)
    found = found.where(found.notna(), None)
    assert sorted(map(tuple, found.values.tolist()), key=str) == sorted(expected, key=str)
    assert len(rows) == len(page.dataframe[0].value)


@pytest.mark.parametrize(
    "asked", [{}, {"level": ["region"], "target": ["T16", "T17", "T09"]}, {"status": ["suppressed"]}]
)
def test_a_statement_has_the_rows_of_the_page_for_a_viewer_without_small_counts(
    asked: dict[str, list[str]], settings: Settings
) -> None:
    reader = Reader(VIEWERS["leader"], published(settings))
    selection = selection_of(asked, reader)
    assert selection
    figures = level_figures(reader, selection.level, selection.period, selection.window)
    rows = [figures.rows[place] for place in kept_places(selection, figures)]
    answer = run(reader, statement_of(selection)).frame[["unit_code", "target_code", "status"]]
    assert sorted(map(tuple, answer.values.tolist())) == sorted(
        (row.unit_code, row.target_code, row.status) for row in rows
    )
    assert any(row.target_code == "T16" for row in rows)


def test_a_value_in_a_statement_is_a_text_whatever_it_contains(settings: Settings) -> None:
    hostile = "x') or 1 = 1 --"
    sql = progress_statement(PERIOD, "ytd", "ward", dict.fromkeys(FILTERS, (hostile,)), False)
    assert run(Reader(BUILT_IN_VIEWER, published(settings)), sql).frame.empty


def test_rows_are_taken_as_a_labelled_workbook(settings: Settings, newest: str) -> None:
    reader = Reader(BUILT_IN_VIEWER, published(settings))
    selection = selection_of(LATE, reader)
    assert selection
    figures = level_figures(reader, selection.level, selection.period, selection.window)
    places = kept_places(selection, figures)
    sheet, labels = copied(reader, figures, selection, places)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(labels.beside(sheet), labels, NOWHERE)))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert len(rows) == len(places) > 0
    assert {row[-1] for row in rows} == {SAY("files.sample")}
    assert SAY("files.sample") in [cell.value for cell in book.worksheets[1]["B"]]
    assert head[0] == SAY("sheet.unit_code")


@pytest.mark.parametrize(
    ("page", "address", "heads", "row"),
    [
        (
            "sql",
            "q=select+1+as+a,null+as+b,'x'+as+c,date+'2026-09-30'+as+d,1/0+as+e,[1,2]+as+f",
            ["a", "b", "c", "d", "e", "f"],
            (1, None, "x", "2026-09-30", "inf", "[1 2]"),
        ),
        ("tables", "mart=dim_period&period=2026Q3", ["period_code"], ("2026Q3",)),
    ],
)
def test_the_rows_of_every_page_are_a_workbook(
    settings: Settings,
    page: str,
    address: str,
    heads: list[str],
    row: tuple[object, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Shown | None] = []
    monkeypatch.setattr(copies, "control", lambda _visit, _page, found: made.append(found))
    opened(page, address)
    assert made[-1] is not None
    assert made[-1].workbook is not None
    sheet, labels = made[-1].workbook()
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(labels.beside(sheet), labels, NOWHERE)))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert list(head[: len(heads)]) == heads
    assert rows[0][: len(row)] == row
    assert rows[0][-1] == SAY("files.sample")
    assert "select" in made[-1].sql
    # Dates of a table are dates.
    assert page == "sql" or dt.datetime(2026, 9, 30) in rows[0]


@pytest.fixture
def pinned(desk: Desk) -> SavedView:
    """A view of progress that the department pinned for leaders and itself."""
    everyone = Audience(is_everyone=True)
    view = saved(desk, parameters=LATE, shared_with=("leader", "department"), note="Trao đổi ở giao ban.")
    return desk.mark_view(view.view_id, "pinned", everyone, "Sở", seen=view.number)


def test_a_pinned_view_is_on_the_overview_of_its_roles_only(pinned: SavedView) -> None:
    address = html(view_address(pinned, "vi"))
    for role in ("leader", "department", "officer", "area_reader", "auditor"):
        page = draw("", {"lang": "vi"}, VIEWERS[role]).html
        assert (address in page) is (role in ("leader", "department"))
    # Equal rights, other roles: nobody is served another role's page.
    stranger = replace(VIEWERS["leader"], roles=frozenset({"auditor"}))
    assert stranger == VIEWERS["leader"]
    assert address not in draw("", {"lang": "vi"}, stranger).html
    assert "Khung nhìn đã ghim" not in draw("", {"lang": "vi"}, stranger).html


def test_without_pinned_views_nothing_is_shown_of_them(desk: Desk) -> None:
    saved(desk, shared_with=("leader",))
    assert SAY("views.pinned_title") not in draw("", {"lang": "vi"}, VIEWERS["leader"]).html
    assert SAY("views.pinned_title") not in draw("review", {"lang": "vi"}, VIEWERS["leader"]).html


def test_a_pinned_view_whose_page_its_reader_may_not_open_is_not_on_the_overview(desk: Desk) -> None:
    everyone = Audience(is_everyone=True)
    view = saved(desk, page="sql", parameters={"q": ["select 1"]}, shared_with=("area_reader", "leader"))
    desk.mark_view(view.view_id, "pinned", everyone, "Sở", seen=1)
    assert html(view_address(view, "vi")) in draw("", {"lang": "vi"}, VIEWERS["leader"]).html
    assert SAY("views.pinned_title") not in draw("", {"lang": "vi"}, VIEWERS["area_reader"]).html


def test_the_last_slides_list_pinned_views_and_show_their_first_rows_as_the_viewer_sees_them(
    pinned: SavedView, settings: Settings
) -> None:
    for role in ("department", "leader"):
        context, _ = page_of("review", {"lang": "vi", "period": PERIOD}, VIEWERS[role])
        deck = deck_of(context)
        listed, rows = deck.slides[-2:]
        assert (listed.kind, rows.kind, rows.title) == ("pinned", "pinned", "Phường chậm")
        reader = Reader(VIEWERS[role], published(settings))
        figures = level_figures(reader, "ward", "2025Q2", "ytd")
        selection = selection_of(LATE, reader)
        assert selection
        first = [figures.rows[place] for place in kept_places(selection, figures)][:8]
        names = [SAY.of(figures.units[row.unit_code], "short_name") for row in first]
        table = rows.blocks[1]
        assert [cells[0] for cells in table.rows] == names  # type: ignore[union-attr]
        (made,) = Presentation(io.BytesIO(presentation(replace(deck, slides=(rows,)), ""))).slides
        told = [shape for shape in made.shapes if shape.has_table]
        assert [row.cells[0].text for row in told[0].table.rows][1:] == names
    assert "pinned" not in {
        slide.kind for slide in deck_of(page_of("review", {"lang": "vi"}, VIEWERS["officer"])[0]).slides
    }
    assert html(view_address(pinned, "vi")) in draw("review", {"lang": "vi", "period": PERIOD}, VIEWERS["leader"]).html


def test_a_pinned_view_without_a_figure_says_so_on_its_slide(desk: Desk) -> None:
    # Of the city's own figures none is of a returned report.
    parameters = {"period": [PERIOD], "level": ["city"], "status": ["rejected"]}
    view = saved(desk, parameters=parameters, shared_with=("leader",))
    desk.mark_view(view.view_id, "pinned", Audience(is_everyone=True), "Sở", seen=view.number)
    slide = deck_of(page_of("review", {"lang": "vi", "period": PERIOD}, VIEWERS["leader"])[0]).slides[-1]
    (lines,) = slide.blocks
    assert isinstance(lines, Lines)
    assert "không số nào khớp" in lines.lines[0]


def content_of(view: SavedView, settings: Settings) -> ViewContent:
    """What a slide shows a leader of a view."""
    reader = Reader(VIEWERS["leader"], published(settings))
    facts = facts_of(view.page, view.parameters, reader, 8)
    assert facts
    return view_content(facts)


PICTURED: dict[str, tuple[str, dict[str, list[str]], type]] = {
    "bars": ("pivot", {"of": ["inspections"], "picture": ["bar"], "sort": ["value"]}, Picture),
    "lines": ("pivot", {"of": ["T09"], "rows": ["unit_region"], "picture": ["line"], "since": ["2025Q3"]}, Picture),
    "table": ("pivot", {"of": ["inspections"], "rows": ["category"], "since": ["2025Q2"]}, Table),
    "units": ("relations", {"level": ["ward"], "x": ["T09"], "y": ["T14"]}, Picture),
    "time": ("relations", {"view": ["time"], "unit": ["760"], "x": ["T09"], "y": ["T14"]}, Picture),
    "query": (
        "sql",
        {"q": ["select target_code, count(*) as n from fct_target_progress group by 1 order by 1"]},
        Table,
    ),
}


@pytest.mark.parametrize("role", ["department", "leader"])
def test_pinned_views_of_every_page_are_slides_with_a_table_or_chart(desk: Desk, role: str) -> None:
    for name, (page, parameters, _) in PICTURED.items():
        view = saved(desk, page=page, parameters=parameters, shared_with=("leader", "department"), name=f"Ghim {name}")
        desk.mark_view(view.view_id, "pinned", Audience(is_everyone=True), "Sở", seen=view.number)
    context, _ = page_of("review", {"lang": "vi", "period": PERIOD}, VIEWERS[role])
    deck = deck_of(context)
    assert deck.label == SAY("review.sample")
    slides = tuple(slide for slide in deck.slides if slide.kind == "pinned")
    pinned = {slide.title: slide.blocks for slide in slides}
    assert pinned.keys() >= {f"Ghim {name}" for name in PICTURED}
    page_html = draw("review", {"lang": "vi", "period": PERIOD}, VIEWERS[role]).html
    written = Presentation(io.BytesIO(presentation(replace(deck, slides=slides), ""))).slides
    for name, (_, _, kind) in PICTURED.items():
        lines, block = pinned[f"Ghim {name}"]
        assert isinstance(lines, Lines)
        assert isinstance(block, kind)
        [made] = [slide for slide in written if slide.shapes.title.text == f"Ghim {name}"]
        if isinstance(block, Picture):
            [chart] = [shape.chart for shape in made.shapes if shape.has_chart]
            values = [value for series in chart.plots[0].series for value in series.values]
            assert any(value is not None for value in values)
        else:
            [table] = [shape.table for shape in made.shapes if shape.has_table]
            assert [cell.text for cell in table.rows[0].cells] == list(block.headings)
    assert page_html.count("class='view-chart") == sum(kind is Picture for _, _, kind in PICTURED.values())


def test_a_slide_has_the_numbers_that_the_page_of_the_view_has(desk: Desk, settings: Settings) -> None:
    parameters = {"of": ["inspections"], "rows": ["unit_region"], "picture": ["bar"], "since": ["2026Q3"]}
    view = saved(desk, page="pivot", parameters=parameters, shared_with=("leader",))
    content = content_of(view, settings)
    assert isinstance(content.block, Picture)
    chart = content.block.chart
    assert isinstance(chart, ViewChart)
    frame = opened("pivot", urlencode(parameters, doseq=True)).dataframe[0].value
    shown = {line[0]: line[1] for line in frame.itertuples(index=False)}
    assert len(chart.places) == 3
    for place, mark in zip(chart.places, chart.series[0].marks, strict=True):
        assert shown[place] == mark.value


@pytest.mark.parametrize("sql", ["", "selec 1", "select * from raw.submissions"])
def test_a_pinned_query_without_a_result_says_so_on_its_slide(desk: Desk, settings: Settings, sql: str) -> None:
    view = saved(desk, page="sql", parameters={"q": [sql]}, shared_with=("leader",))
    content = content_of(view, settings)
    assert content.block is None
    assert content.lines[0] in (SAY("views.no_query"), SAY("views.query_failed"))


@pytest.mark.parametrize("page", ["pivot", "relations"])
def test_a_pinned_view_on_what_has_ended_says_so_and_falls_back_to_what_there_is(
    desk: Desk, settings: Settings, page: str
) -> None:
    names = ("of", "rows", "since", "until", "only_unit_region", "x", "unit", "level", "period")
    parameters = {name: [f"no-such-{name}"] for name in names}
    view = saved(desk, page=page, parameters=parameters, shared_with=("leader",))
    content = content_of(view, settings)
    assert content.block
    assert "nay không còn" in content.lines[0]
    ended = {"pivot": "no-such-only_unit_region", "relations": "no-such-unit"}[page]
    assert ended in content.lines[0]


def test_a_pinned_view_on_what_there_is_names_no_choice_that_has_ended(desk: Desk, settings: Settings) -> None:
    # A map is shown as a table, whether or not the operator has boundaries.
    parameters = {"of": ["inspections"], "rows": ["unit_region"], "picture": ["map"], "columns": ["none"]}
    view = saved(desk, page="pivot", parameters=parameters, shared_with=("leader",))
    assert "nay không còn" not in " ".join(content_of(view, settings).lines)


def test_of_a_choice_that_is_given_twice_the_last_one_counts_as_on_the_page() -> None:
    choose = AddressChooser({"picture": ["bar", "no-such"]})
    assert choose.one("picture", ["table", "bar"], str) == "table"
    assert choose.unknown == ["no-such"]


def test_a_past_review_shows_no_view_that_was_pinned_since(pinned: SavedView, desk: Desk) -> None:
    held = str(desk.reviews()[0].review_id)
    context, _ = page_of("review", {"lang": "vi", "held": held}, VIEWERS["leader"])
    assert "pinned" not in {slide.kind for slide in deck_of(context).slides}


def test_views_need_the_right_to_read(settings: Settings) -> None:
    reader = Reader(VIEWERS["administrator"], published(settings))
    for ask in (views.saved_views, views.pinned_views):
        with pytest.raises(AccessDeniedError):
            ask(reader)


def html(address: str) -> str:
    """An address as it is written into a page."""
    return address.replace("&", "&amp;")


def button(page: AppTest, label: str) -> object:
    """The button with a text."""
    return next(one for one in page.button if one.label == label)


def test_a_program_that_is_copied_reads_the_programme_that_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "programmes.csv"
    listed.write_text("code,data_dir,plan\none,one,\ntwo,two,\n", encoding="utf-8")
    monkeypatch.setenv("KPI_PROGRAMMES", str(listed))
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    for code, expected in (("one", []), ("two", ["two"])):
        with in_force(code):
            asked = parse_qs(copies.rows_address("dim_unit", PERIOD).partition("?")[2])
        assert asked.get("plan", []) == expected
