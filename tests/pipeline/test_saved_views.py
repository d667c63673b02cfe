"""Saved views: an address with a name, versioned, and seen by nobody but its owner and the roles it is shared with."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.older_registries import without_number
from tests.pipeline.refused import problems
from warehouse.db.connection import writing
from warehouse.db.migration import migrate
from warehouse.desk import VIEW_MARKS, Audience, Desk, DeskRefusal, SavedView, ViewDraft
from warehouse.settings import Settings

LAN = Audience("lan@kpi.test", frozenset({"leader"}))
OTHER_LEADER = Audience("minh@kpi.test", frozenset({"leader"}))
OFFICER = Audience("mai@kpi.test", frozenset({"unit_officer"}))
DEPARTMENT = Audience("so@kpi.test", frozenset({"department"}), may_keep=True)
EVERYONE = Audience(is_everyone=True)
DRAFT = ViewDraft(
    "Phường chậm tập huấn", "Xem trước giao ban.", {"level": ["ward"], "status": ["behind", "far_behind"]}, (), "v1"
)
SHARED = replace(DRAFT, shared_with=("leader", "department"))


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """An empty desk."""
    opened = Desk(settings.ops_url)
    yield opened
    opened.engine.dispose()


def saved(desk: Desk, draft: ViewDraft = DRAFT, by: Audience = LAN) -> SavedView:
    """A view just saved."""
    return desk.save_view("progress", draft, by, "Lan")


def test_what_is_saved_is_opened_as_it_was(desk: Desk) -> None:
    view = saved(desk)
    assert (view.page, view.name, view.note, view.made_on) == ("progress", DRAFT.name, DRAFT.note, "v1")
    assert view.parameters == {"level": ["ward"], "status": ["behind", "far_behind"]}
    assert (view.owner, view.saved_by, view.number, view.shared_with) == (LAN.person, "Lan", 1, ())
    assert desk.views(LAN) == [view] == [desk.view(view.view_id, LAN)]


@pytest.mark.parametrize("other", [OTHER_LEADER, OFFICER, DEPARTMENT, Audience()])
def test_a_private_view_is_its_owner_s_only(desk: Desk, other: Audience) -> None:
    view = saved(desk)
    assert desk.views(other) == []
    for ask in (
        lambda: desk.view(view.view_id, other),
        lambda: desk.view_history(view.view_id, other),
        lambda: desk.change_view(view.view_id, SHARED, other, "Ai", seen=1),
        lambda: desk.mark_view(view.view_id, "archived", other, "Ai", seen=1),
    ):
        with pytest.raises(LookupError):
            ask()
    assert desk.view_history(view.view_id, LAN) == [view]


def test_a_shared_view_is_seen_by_its_roles_and_by_no_other(desk: Desk) -> None:
    view = saved(desk, SHARED)
    for audience in (LAN, OTHER_LEADER, DEPARTMENT, EVERYONE):
        assert desk.views(audience) == [view]
    for audience in (OFFICER, Audience("x", frozenset({"lead", "%", "l_ader"}))):
        assert desk.views(audience) == []
        with pytest.raises(LookupError):
            desk.view(view.view_id, audience)
    # Sharing ends with the version that ends it, for the versions before it too.
    desk.change_view(view.view_id, DRAFT, LAN, "Lan", seen=1)
    assert desk.views(OTHER_LEADER) == []
    with pytest.raises(LookupError):
        desk.view_history(view.view_id, OTHER_LEADER)


def test_a_view_of_the_installation_is_nobody_s_own(desk: Desk) -> None:
    private, shared = saved(desk, by=EVERYONE), saved(desk, SHARED, EVERYONE)
    assert private.owner == shared.owner == ""
    assert desk.views(EVERYONE) == [shared, private]
    # Once people sign in.
    assert desk.views(Audience()) == desk.views(OFFICER) == []
    assert desk.views(LAN) == [shared]


def test_a_change_is_a_new_version_and_the_old_one_stays(desk: Desk) -> None:
    first = saved(desk)
    changed = desk.change_view(first.view_id, replace(SHARED, name="Mới", made_on="v2"), LAN, "Lan", seen=1)
    assert (changed.number, changed.kind, changed.name, changed.made_on) == (2, "changed", "Mới", "v2")
    assert changed.shared_with == ("leader", "department")
    assert desk.view_history(first.view_id, LAN) == [first, changed]


def test_who_changes_an_outdated_version_is_told_and_nothing_is_lost(desk: Desk) -> None:
    view = saved(desk, SHARED)
    desk.change_view(view.view_id, replace(SHARED, name="Của Sở"), DEPARTMENT, "Sở", seen=1)
    late = lambda: desk.change_view(view.view_id, replace(SHARED, name="Của Lan"), LAN, "Lan", seen=1)  # noqa: E731
    assert problems(late) == {("view_id", "view_changed_meanwhile")}
    assert [one.name for one in desk.view_history(view.view_id, LAN)] == [DRAFT.name, "Của Sở"]
    for kind in VIEW_MARKS:
        assert problems(lambda kind=kind: desk.mark_view(view.view_id, kind, LAN, "Lan", seen=1)) == {
            ("view_id", "view_changed_meanwhile")
        }


def test_a_view_that_is_sent_again_after_its_answer_was_lost_is_the_one_that_was_saved(desk: Desk) -> None:
    view = saved(desk, SHARED)
    assert saved(desk, SHARED) == view
    change = replace(SHARED, name="Mới")
    changed, again = (desk.change_view(view.view_id, change, LAN, "Lan", seen=1) for _ in range(2))
    assert again == changed
    for number, kind in enumerate(VIEW_MARKS, 2):
        marked, again = (desk.mark_view(view.view_id, kind, LAN, "Lan", seen=number) for _ in range(2))
        assert again == marked
    assert [one.kind for one in desk.view_history(view.view_id, LAN)] == ["saved", "changed", *VIEW_MARKS]
    # What was changed since, or saved by another person, is another view.
    others = [saved(desk, SHARED), saved(desk, SHARED, OTHER_LEADER)]
    assert len({view.view_id, *(one.view_id for one in others)}) == 3


def test_of_many_who_change_a_version_at_once_one_succeeds(settings: Settings, desk: Desk) -> None:
    view = saved(desk, SHARED)
    outcomes: list[str] = []
    ready = threading.Barrier(6)

    def change(number: int) -> None:
        own = Desk(settings.ops_url)
        ready.wait()
        try:
            own.change_view(view.view_id, replace(SHARED, name=f"Bản {number}"), LAN, "Lan", seen=1)
            outcomes.append("done")
        except DeskRefusal as refusal:
            outcomes.append(refusal.problems[0].code)
        own.engine.dispose()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["view_changed_meanwhile"] * 5]
    assert len(desk.view_history(view.view_id, LAN)) == 2


def test_only_the_owner_and_the_department_change_what_is_shared(desk: Desk) -> None:
    view = saved(desk, SHARED)
    refused = {("view_id", "not_yours")}
    assert problems(lambda: desk.change_view(view.view_id, SHARED, OTHER_LEADER, "Minh", seen=1)) == refused
    assert problems(lambda: desk.mark_view(view.view_id, "archived", OTHER_LEADER, "Minh", seen=1)) == refused
    assert desk.mark_view(view.view_id, "pinned", DEPARTMENT, "Sở", seen=1).is_pinned
    # The department may end its own access too.
    assert desk.change_view(view.view_id, replace(DRAFT, shared_with=("leader",)), DEPARTMENT, "Sở", seen=2).is_pinned
    assert desk.views(DEPARTMENT) == []


def test_an_archived_view_is_kept_and_comes_back(desk: Desk) -> None:
    view = saved(desk, SHARED)
    desk.mark_view(view.view_id, "pinned", DEPARTMENT, "Sở", seen=1)
    archived = desk.mark_view(view.view_id, "archived", LAN, "Lan", seen=2)
    assert (archived.is_archived, archived.is_pinned, archived.name) == (True, False, DRAFT.name)
    assert problems(lambda: desk.mark_view(view.view_id, "pinned", DEPARTMENT, "Sở", seen=3)) == {
        ("view_id", "view_archived")
    }
    back = desk.mark_view(view.view_id, "restored", LAN, "Lan", seen=3)
    assert (back.is_archived, back.parameters, back.shared_with) == (False, view.parameters, view.shared_with)
    kinds = [one.kind for one in desk.view_history(view.view_id, LAN)]
    assert kinds == ["saved", "pinned", "archived", "restored"]


def test_a_private_view_is_not_pinned_and_a_pinned_one_not_made_private(desk: Desk) -> None:
    view = saved(desk, by=DEPARTMENT)
    refused = {("view_id", "not_shared")}
    assert problems(lambda: desk.mark_view(view.view_id, "pinned", DEPARTMENT, "Sở", seen=1)) == refused
    desk.change_view(view.view_id, SHARED, DEPARTMENT, "Sở", seen=1)
    desk.mark_view(view.view_id, "pinned", DEPARTMENT, "Sở", seen=2)
    assert problems(lambda: desk.change_view(view.view_id, DRAFT, DEPARTMENT, "Sở", seen=3)) == refused


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"name": ""}, ("name", "required")),
        ({"name": "a" * 121}, ("name", "too_long")),
        ({"note": "Gọi chị Hoa 0909 123 456"}, ("note", "personal")),
        ({"name": "Hồ sơ của chị Nguyễn Thị Hoa"}, ("name", "personal")),
        ({"note": "a" * 2001}, ("note", "too_long")),
        ({"parameters": {"q": ["select 1 -- 0909 123 456"]}}, ("parameters", "personal")),
        ({"parameters": {"q": ["a" * 4001]}}, ("parameters", "too_long")),
        ({"parameters": {"<b>": ["1"]}}, ("parameters", "unknown")),
        ({"parameters": {"unit": ["760"] * 201}}, ("parameters", "too_many")),
        ({"shared_with": ("nobody",)}, ("shared_with", "unknown")),
        ({"made_on": ""}, ("made_on", "required")),
        ({"made_on": "../v1"}, ("made_on", "unknown")),
    ],
)
def test_a_view_is_checked_like_every_text_of_the_desk(
    desk: Desk, change: dict[str, object], refused: tuple[str, str]
) -> None:
    draft = replace(DRAFT, **change)  # type: ignore[arg-type]
    assert problems(lambda: saved(desk, draft)) == {refused}
    view = saved(desk)
    assert problems(lambda: desk.change_view(view.view_id, draft, LAN, "Lan", seen=1)) == {refused}
    assert desk.views(EVERYONE) == [view]


def test_a_query_of_the_sql_page_can_be_saved(desk: Desk) -> None:
    sql = "select unit_code, value_pct\nfrom fct_target_progress\nwhere period_code = '2026Q3' and unit_code = '26740'"
    assert saved(desk, replace(DRAFT, parameters={"q": [sql]})).parameters == {"q": [sql]}


@pytest.mark.parametrize(("table", "column"), [("saved_view", "owner"), ("view_version", "shared_with")])
@pytest.mark.parametrize("statement", ["update {} set {} = 'x'", "delete from {}"])
def test_the_database_itself_refuses_to_change_a_view(desk: Desk, table: str, column: str, statement: str) -> None:
    saved(desk)
    with pytest.raises(IntegrityError, match="append-only"), writing(desk.engine) as connection:
        connection.execute(text(statement.format(table, column)))


def test_a_save_changes_the_stamp_of_pages(desk: Desk) -> None:
    before = desk.stamp()
    saved(desk)
    assert desk.stamp() != before


def test_a_registry_from_before_views_were_saved_opens_and_keeps_them_guarded(settings: Settings, desk: Desk) -> None:
    desk.add_note("769", "2025Q1", "Một ghi chú.", "Sở")
    desk.engine.dispose()
    without_number(settings.data_dir / "registry.sqlite", ("view_version", "saved_view"))
    migrate(settings.ops_url)
    opened = Desk(settings.ops_url)
    assert opened.views(EVERYONE) == []
    view = saved(opened)
    assert [opened.views(LAN), len(opened.notes("769"))] == [[view], 1]
    for table in ("saved_view", "view_version"):
        with pytest.raises(IntegrityError, match="append-only"), writing(opened.engine) as connection:
            connection.execute(text(f"delete from {table}"))
    opened.engine.dispose()
