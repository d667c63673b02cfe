"""What a waiting report would change is what its acceptance then publishes; until then nothing is."""

import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.analysis.preview import preview_draft
from app.core.access import BUILT_IN_VIEWER, AccessDeniedError, Right, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.queries import plan, progress
from app.queries.registry import every_submission
from app.records import Progress
from app.web import page_renderer
from app.web.page_renderer import draw
from tests import two_tiers
from tests.app.roles import AREAS, COMMUNES, VIEWERS
from tests.conftest import copy_for_writing
from tests.pipeline.commands import environment, run_well
from tests.sent_packs import fill, fill_all
from tests.workbooks import B1, B6, B7
from warehouse.intake import RECEIVED, Intake
from warehouse.pipeline.preview import main, preview_folder
from warehouse.publish.engines import Published, published
from warehouse.settings import Settings

PERIOD = "2026Q2"
# Of the sample, in which areas lie between communes and city.
PERIOD_OF_AREAS = "2026Q3"
# The commune that never sent the second quarter, and one that did.
SILENT, OTHER = two_tiers.communes()[two_tiers.SILENT_NUMBER], two_tiers.communes()[0]
# All that a preview computes.
TABLES = ("fct_target_progress", "fct_measure", "fct_target_contribution")


def sender_of(unit: str) -> Viewer:
    """Who reports for a unit, and may see its small counts."""
    return Viewer("sender", frozenset({Right.READ}), own_units=frozenset({unit}), home_unit=unit)


@pytest.fixture
def city(two_tiers_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city of two tiers with a report that waits: that of the silent commune."""
    data_dir = copy_for_writing(two_tiers_data_dir, tmp_path / "data", "landing", "cache", without=("sent",))
    for name, value in environment(data_dir, **two_tiers.surroundings()).items():
        if name.startswith("KPI_"):
            monkeypatch.setenv(name, value)
    number = two_tiers.SILENT_NUMBER
    (name,) = fill_all(
        data_dir,
        PERIOD,
        lambda unit: two_tiers.report_of(number, unit, 2) if unit == SILENT else None,
        **two_tiers.surroundings(),
    )
    file = data_dir / "sent" / PERIOD / name
    sent = Intake.open().submit(file.read_bytes(), name, by="Người gửi", note="chưa đủ cột")
    assert sent.outcome == RECEIVED
    page_renderer._kept.cache_clear()
    return data_dir


def rows(warehouse: Published, table: str) -> list[tuple[object, ...]]:
    """All rows of a mart."""
    with warehouse.engine.connect() as connection:
        return sorted(map(repr, connection.exec_driver_sql(f"select * from marts.{table}").all()))


def bare(row: Progress) -> Progress:
    """A figure without what depends on others, and on the number that a report was given."""
    return replace(row, rank=None, rank_of=None, source_versions=None)


def text_of(report: str, viewer: Viewer) -> str:
    """The words of a preview's page."""
    html = draw("preview", {"report": report, "period": PERIOD, "lang": "en"}, viewer).html
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_a_preview_has_the_figures_that_accepting_the_report_then_publishes(city: Path) -> None:
    settings, intake, before = Settings.from_env(), Intake.open(), published()
    number = every_submission(Reader(BUILT_IN_VIEWER, before))[0].submission.submission_id
    assert main(settings, before.version, [number]) == 0
    preview = intake.previews.find(before.version, [number])
    assert preview
    # Nothing is published, and the report waits as before.
    assert published() == before
    assert [one.state for one in intake.ledger.submissions(SILENT, PERIOD)] == ["received"]

    shown = text_of(str(number), BUILT_IN_VIEWER)
    assert "were accepted" in shown
    # It is accepted where it is seen, by whoever decides.
    assert words_in("en")("decide.send_accept") in shown
    assert words_in("en")("decide.send_accept") not in text_of(str(number), sender_of(SILENT))
    assert "before and after" in shown
    # Who sends for the commune sees it, who sends for another or only reads does not.
    assert "before and after" in text_of(str(number), sender_of(SILENT))
    assert "before and after" not in text_of(str(number), sender_of(OTHER))
    assert draw("preview", {"report": str(number)}, replace(sender_of(SILENT), own_units=frozenset())).status == 403
    assert "before and after" in text_of("all", BUILT_IN_VIEWER)

    intake.decisions.accept(number, "Sở", "")
    run_well(city, "build", **two_tiers.surroundings())
    after = published()
    assert after.version != before.version
    for table in TABLES:
        assert rows(preview, table) == rows(after, table)
        assert rows(before, table) != rows(after, table)
    assert "No report is waiting" in text_of(str(number), BUILT_IN_VIEWER)
    # Of two corrections that wait, the earlier one says so, and all that wait are the later one.
    second, third = (send_correction(intake, number, talks) for talks in (8, 9))
    assert "version 3 was sent after this one" in text_of(str(second), BUILT_IN_VIEWER)
    assert "sent after this one" not in text_of(str(third), BUILT_IN_VIEWER)
    assert "If Xã Lò Gạch" not in text_of("all", BUILT_IN_VIEWER)
    assert "version 2" not in text_of("all", BUILT_IN_VIEWER)


def send_correction(intake: Intake, number: int, talks: int) -> int:
    """Send a report once more with another number of talks; return its own number."""
    book = load_workbook(io.BytesIO(intake.ledger.original(number)[1]))
    row = next(row for row in book[B1].iter_rows() if row[0].value == SILENT)
    row[2].value = talks
    data = io.BytesIO()
    book.save(data)
    receipt = intake.submit(data.getvalue(), "x.xlsx", by="Xã", note="Đã kiểm tra.")
    assert receipt.submission, receipt
    return receipt.submission.submission_id


def test_a_checked_report_shows_its_sender_what_it_would_change_and_leaves_nothing(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake, before = Intake.open(), published()
    number = every_submission(Reader(BUILT_IN_VIEWER, before))[0].submission.submission_id
    data = intake.ledger.original(number)[1]
    checked = replace(intake.assessor.check(data, "x.xlsx"), known=None)
    left = sorted(path.name for path in (city / "cache").rglob("*")), sorted((city / "landing").rglob("*"))

    seen = preview_draft(Reader(sender_of(SILENT), before), data, checked)
    assert seen.is_ready
    assert {change.after.unit_code for change in seen.changes} == {SILENT}
    for other in (sender_of(OTHER), replace(sender_of(SILENT), own_units=frozenset(), home_unit="")):
        with pytest.raises(AccessDeniedError):
            preview_draft(Reader(other, before), data, checked)
    rest = sorted(path.name for path in (city / "cache").rglob("*")), sorted((city / "landing").rglob("*"))
    assert [name for name in rest[0] if name not in (*left[0], "previews", "lock", "lock.held")] == []
    assert rest[1] == left[1]
    assert len(intake.ledger.submissions(SILENT, PERIOD)) == 1

    # Sent and accepted, it has the same figures.
    assert main(Settings.from_env(), before.version, [number]) == 0
    accepted = intake.previews.find(before.version, [number])
    assert accepted
    rows = progress.unit_progress(Reader(sender_of(SILENT), accepted), SILENT, PERIOD, "ytd")
    now = {row.target_code: bare(row) for row in rows}
    assert [bare(change.after) for change in seen.changes] == [now[change.after.target_code] for change in seen.changes]

    monkeypatch.setattr("app.queries.preview.DRAFT_WAIT_S", 0.0)
    assert not preview_draft(Reader(sender_of(SILENT), before), data, checked).is_ready


def test_a_sender_s_preview_has_counts_of_people_of_the_own_unit_alone(
    published_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else numbers sent one after the other would show where the band of an area ends, and so what its other communes
    counted."""
    monkeypatch.setenv("KPI_DATA_DIR", str(copy_for_writing(published_data_dir, tmp_path / "data", "landing")))
    page_renderer._kept.cache_clear()
    unit, area, intake, before = COMMUNES["own"], AREAS["own"], Intake.open(), published()
    form = tmp_path / "x.xlsx"
    (newest, *_) = intake.ledger.submissions(unit, PERIOD_OF_AREAS)
    form.write_bytes(intake.ledger.original(newest.submission.submission_id)[1])
    people = {"people_wanting_support": 90, "people_supported": 80}
    fill(form, {B7: {unit: people}, B6: {unit: {"violations_detected": 40, "violations_handled": 40}}})
    sent = intake.submit(form.read_bytes(), form.name, by="Phường", note="Đã rà lại.")
    assert sent.submission, sent
    number = sent.submission.submission_id
    assert main(Settings.from_env(), before.version, [number]) == 0

    name = plan.named_targets(Reader(BUILT_IN_VIEWER, before))["T16"].short_name_en
    shown = {
        role: draw("preview", {"report": str(number), "period": PERIOD_OF_AREAS, "lang": "en"}, VIEWERS[role]).html
        for role in ("department", "officer")
    }
    for role, page in shown.items():
        sections = dict(re.findall(r"<section[^>]* id='of-(\w+)'[^>]*>(.*?)</section>", page, re.DOTALL))
        assert {unit, area, "79"} <= sections.keys()
        about_people = {code for code, text in sections.items() if name in unescape(text)}
        assert about_people == ({unit} if role == "officer" else sections.keys()), role
        assert (words_in("en")("preview.people_left_out") in unescape(page)) == (role == "officer")


def test_a_preview_of_another_release_is_refused_and_leaves_the_reason(city: Path) -> None:
    settings, version = Settings.from_env(), published().version
    manifest = settings.runs_dir / version / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.unlink()
    manifest.write_text(re.sub(r'"raw_fingerprint": "\w+"', '"raw_fingerprint": "0"', text), encoding="utf-8")
    assert main(settings, version, [1]) == 1
    assert Intake.open().previews.error(version, [1])
    assert not Intake.open().previews.find(version, [1])
    assert preview_folder(settings, version, [1]).is_dir()
