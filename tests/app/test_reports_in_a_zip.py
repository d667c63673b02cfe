"""Many reports on the page: a zip is taken apart for the browser, forms for all come in one, who owes what is told."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words_in
from app.pages.registry import page_of
from app.web import bundle_answers, sign_in, upload_routes
from tests.answered import respond
from tests.app.test_intake_routes import OWN, SAY, asked
from tests.files_of_kinds import csv_parts, zip_of
from tests.workbooks import write_report
from warehouse.intake import MAX_BUNDLE_BYTES, MAX_FILE_BYTES
from warehouse.publish.engines import Published
from warehouse.reference import Reference

UNPACK = upload_routes.taking(bundle_answers.unpack, MAX_BUNDLE_BYTES)


def unpacked(data: bytes) -> dict[str, object]:
    answer: dict[str, object] = json.loads(bytes(asked(UNPACK, OWN, [data]).body))
    return answer


@pytest.mark.usefixtures("sample")
def test_the_browser_learns_where_each_report_of_a_zip_lies(reference: Reference, tmp_path: Path) -> None:
    report = write_report(tmp_path / "a.xlsx", reference).read_bytes()
    data = zip_of({"Quận 1/báo cáo.xlsx": report, "thư.txt": b"x"})
    told = unpacked(data)
    assert (told["state"], told["said"]) == ("bundle", "1 báo cáo trong gói; 1 tệp không xét.")
    (file,) = told["files"]  # type: ignore[misc]
    packed = data[file["start"] : file["start"] + file["size"]]
    assert zipfile.zlib.decompress(packed, -15) == report  # type: ignore[attr-defined]
    assert told["leftOut"] == [{"path": "thư.txt", "why": "không phải tệp báo cáo"}]
    assert unpacked(zip_of(csv_parts(report)))["state"] == "report"


@pytest.mark.usefixtures("sample")
def test_a_zip_may_be_larger_than_a_report_but_not_without_end() -> None:
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w") as packed:
        packed.writestr("a.xlsx", b"0" * (MAX_FILE_BYTES - 100))
        packed.writestr("b.xlsx", b"0" * (MAX_FILE_BYTES - 100))
    assert len(unpacked(large.getvalue())["files"]) == 2  # type: ignore[arg-type]
    answer = asked(UNPACK, OWN | {"content-length": str(MAX_BUNDLE_BYTES + 1)}, [])
    assert (answer.status_code, json.loads(bytes(answer.body))["said"]) == (413, SAY("upload.too_large", limit=50))


@pytest.mark.usefixtures("sample")
def test_the_forms_of_a_quarter_that_does_not_exist_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = asked(upload_routes.templates, {}, [], "period=2099Q9&lang=vi")
    assert (answer.status_code, json.loads(bytes(answer.body))["said"]) == (404, "Không có kỳ 2099Q9.")
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: Viewer())
    assert asked(upload_routes.templates, {}, [], "period=2025Q2&lang=vi").status_code == 403
    monkeypatch.setattr(sign_in, "viewer_of", lambda *_, **__: Viewer("uncleared", frozenset({Right.READ})))
    assert asked(UNPACK, OWN, [b"a"]).status_code == 403


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_whoever_owes_a_report_of_any_quarter_is_on_the_list(warehouse: Published, lang: str) -> None:
    sql = """
        select u.name_vi, u.name_en, f.period_code, u.valid_to from marts.fct_reporter_period as f
        inner join marts.dim_unit as u on f.reporter_code = u.unit_code and f.reporter_valid_from = u.valid_from
        where f.state in ('missing', 'rejected')
    """
    with warehouse.engine.connect() as connection:
        rows = connection.execute(text(sql)).mappings().all()
    owed = [(row[f"name_{lang}"], row["period_code"]) for row in rows]
    parameters = {"period": "2026Q3", "lang": lang, "page": "reports"}
    _, page = page_of("reports", parameters, BUILT_IN_VIEWER)
    sheet = page.tables["owed"]()
    assert sorted((str(row[2]), str(row[3])) for row in sheet.rows) == sorted(owed)
    say = words_in(lang)
    message = str(page.body).partition("<textarea")[2].partition("</textarea>")[0]
    still_there = [(row[f"name_{lang}"], row["period_code"]) for row in rows if row["valid_to"] is None]
    assert len(still_there) < len(owed)
    assert all(f"{name} ({say.period(period)})" in message for name, period in still_there)
    file = respond("table.csv", parameters | {"table": "owed"})
    assert file.status_code == 200
    assert all(name in bytes(file.body).decode("utf-8-sig") for name, _ in owed)


@pytest.mark.usefixtures("sample")
def test_nobody_is_on_the_list_for_a_quarter_whose_reminder_has_not_come() -> None:
    # The sample stands at 25 November 2026; reports of the fourth quarter are reminded of in January.
    _, page = page_of("reports", {"period": "2026Q4", "lang": "vi"}, BUILT_IN_VIEWER)
    assert "2026Q4" not in {str(row[3]) for row in page.tables["owed"]().rows}
