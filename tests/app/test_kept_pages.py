"""Kept pages: rendered again exactly when something was written that they show."""

import datetime as dt
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.web import page_renderer
from app.web.page_renderer import RenderedPage, draw
from tests import plan_pack
from tests.conftest import copy_for_writing
from warehouse import clock
from warehouse.desk import REACHED, CallDraft, Desk, DeskRefusal, Draft, ReviewDraft
from warehouse.intake import Intake, IntakeRefusal
from warehouse.publish.engines import published

PERIOD = "2023H1"
ADDRESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("", {}),
    ("review", {}),
    ("target", {"target": "D4"}),
    ("district", {"unit": "901"}),
    ("district", {"unit": "902"}),
    ("ward", {"unit": "90101"}),
    ("compare", {"units": "901,902"}),
    ("origin", {"target": "D4", "unit": "901"}),
    ("tasks", {}),
    ("actions", {}),
    ("actions", {"action": "1"}),
    ("calls", {}),
    ("changes", {}),
    ("ledger", {}),
    ("reports", {}),
    ("quality", {}),
    ("report", {"unit": "902"}),
)

VIEWERS = (BUILT_IN_VIEWER, Viewer("reader", frozenset({Right.READ, Right.QUALITY})))


@pytest.fixture
def desk(province_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk of a copy of a small province: of what writes a page shows something does not depend on its size."""
    page_renderer._kept.cache_clear()
    monkeypatch.setenv("KPI_PLAN_DIR", str(plan_pack.PACK))
    monkeypatch.setenv("KPI_DATA_DIR", str(copy_for_writing(province_data_dir, tmp_path / "data")))
    opened = Desk.open()
    opened.open_action(Draft("Họp với xã", "UBND xã", in_days(1), PERIOD, "90101"), "Lan")
    return opened


def in_days(count: int) -> dt.date:
    """A due day, which must not be before the day on which an action is opened."""
    return clock.now().date() + dt.timedelta(days=count)


def pages(viewer: Viewer = BUILT_IN_VIEWER) -> list[RenderedPage]:
    """Every page of `ADDRESSES` as a viewer is given it."""
    return [draw(page, {"period": PERIOD, **own}, viewer) for page, own in ADDRESSES]


def writers(desk: Desk, draws: random.Random) -> list[Callable[[], object]]:
    """What departments write, about units and targets by chance."""
    unit = draws.choice(("901", "902", "90101"))
    target = draws.choice(("D1", "D4", None))
    intake = Intake.open()
    received = draws.choice([item for item in intake.ledger.submissions(period_code=PERIOD) if item.submission.version])
    number = received.submission.submission_id
    due = in_days(draws.randint(1, 28))
    return [
        lambda: desk.add_note(unit, PERIOD, f"Đã hẹn {draws.random()}", "Lan", target_code=target),
        lambda: desk.open_action(Draft("Mở lớp", "Sở Y tế", due, PERIOD, unit, target), "Lan"),
        lambda: desk.comment(draws.choice(desk.actions()).action_id, "Lan", "Đã mời giảng viên"),
        lambda: desk.record_call(CallDraft(unit, PERIOD, "ytd", REACHED, target), "Lan"),
        lambda: desk.keep_line(unit, f"028 3829 {draws.randint(1000, 9999)}", "Lan"),
        lambda: intake.decisions.give_back(number, "Sở", "Đề nghị xem lại"),
        lambda: intake.decisions.accept(number, "Sở"),
        lambda: intake.decisions.lock(PERIOD, "Sở"),
        lambda: intake.decisions.unlock(PERIOD, "Sở", "Nhận bổ sung"),
        lambda: desk.hold_review(ReviewDraft(PERIOD, "ytd", published().version, due, "Sở Y tế", ""), "Lan"),
    ]


def test_after_any_write_every_page_is_what_it_would_be_rendered_anew(desk: Desk) -> None:
    draws = random.Random(25)  # noqa: S311 - repeatable choices
    writes = writers(desk, draws)
    for place, write in enumerate(writes):
        # Each viewer has half of them, one after the other: pages rendered after one are those kept before the next.
        viewer = VIEWERS[len(VIEWERS) * place // len(writes)]
        pages(viewer)
        with suppress(IntakeRefusal, DeskRefusal):
            write()
        kept = pages(viewer)
        page_renderer._kept.cache_clear()
        assert [page.etag for page in kept] == [page.etag for page in pages(viewer)], place


def test_a_note_on_a_district_renders_only_its_own_pages_again(desk: Desk) -> None:
    pages()
    before = pages()
    desk.add_note("902", PERIOD, "Đã hẹn gửi lại biểu B4", "Lan")
    after = pages()
    renewed = [address for address, old, new in zip(ADDRESSES, before, after, strict=True) if old is not new]
    assert renewed == [("district", {"unit": "902"})]
    assert "Đã hẹn gửi lại biểu B4" in after[ADDRESSES.index(("district", {"unit": "902"}))].html


def test_a_page_of_another_desk_with_as_many_writes_is_rendered(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open_action(Draft("Họp với phường", "Sở", in_days(200), PERIOD), "Lan")
    assert "Họp với phường" in draw("actions", {"period": PERIOD}, BUILT_IN_VIEWER).html
    monkeypatch.setenv("KPI_OPS_URL", f"sqlite:///{tmp_path / 'other.sqlite'}")
    other = Desk.open()
    while other.stamp() != desk.stamp():
        other.add_note("902", PERIOD, "Một ghi chú", "Lan")
    assert "Họp với phường" not in draw("actions", {"period": PERIOD}, BUILT_IN_VIEWER).html
