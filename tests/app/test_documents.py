"""Official documents: laid out as the decree asks, true to the figures, never longer or fuller than they may be."""

import datetime as dt
import io
import itertools
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import in_language, words, words_in
from app.core.page_context import Context
from app.exports.docx import write
from app.exports.docx.write import first_of_one_page, word_bytes
from app.exports.letters.memo import memos
from app.exports.letters.quarterly import quarterly
from app.exports.letters.quarterly_sentences import actions_sentences
from app.exports.offline_html.book import book
from app.pages.registry import page_of
from app.queries import plan
from app.records import Unit
from tests import two_tiers
from tests.answered import respond
from tests.printouts import sheets
from warehouse.desk import Desk, Draft
from warehouse.programmes import in_force

MM = 36000
A4_PT = (595, 842)
DECREE_SIZES_PT = {"National Title": 12, "Motto": 13, "Title": 14, "Abstract": 14, "Body Text": 13}
LONG = "Rà soát danh sách cán bộ chưa được tập huấn, mở thêm hai lớp cho cán bộ mới nhận nhiệm vụ và báo cáo kết quả "
OFFICE = shutil.which("soffice")


def context_of(lang: str, period: str, viewer: Viewer = BUILT_IN_VIEWER, page: str = "") -> Context:
    """The frame of a page of the sample."""
    return page_of(page, {"lang": lang, "period": period}, viewer)[0]


@cache
def quarterly_of(lang: str, period: str = "2021Q4") -> bytes:
    """The quarterly report of the sample, made once for all that is said of it."""
    return word_bytes(quarterly(context_of(lang, period)))


def opened(content: bytes) -> Opened:
    """A document as a word processor would read it."""
    return Document(io.BytesIO(content))


def everything(document: Opened) -> str:
    """All words of the body, tables included."""
    return "\n".join(
        [paragraph.text for paragraph in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )


def test_of_several_programmes_a_document_is_about_its_own(
    two_tiers_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "programmes.csv"
    names = {"vi": "Phòng, chống ma túy", "en": "Preventing drug abuse"}
    lines = ["code,data_dir,plan,name_vi,name_en", f"xahoi,{tmp_path / 'other'},,,"]
    lines.append(f'matuy,{two_tiers_data_dir},{two_tiers.PACK},"{names["vi"]}",{names["en"]}')
    listed.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("KPI_PROGRAMMES", str(listed))
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    monkeypatch.setenv("KPI_AS_OF_DATE", two_tiers.AS_OF.isoformat())
    for (lang, name), subject in zip(names.items(), ("mại dâm", "prostitution"), strict=True):
        with in_force("matuy"), in_language(lang):
            context = context_of(lang, "2026Q2")
            document = everything(opened(word_bytes(quarterly(context))))
            title = str(book(context)).partition("<title>")[2].partition("</title>")[0]
        assert document.count(f"“{name}”") == 2
        assert f"“{name}”" in title
        assert subject not in document + title


@pytest.fixture
def busy_desk(tmp_path: Path) -> Callable[[Context, Sequence[Unit]], Context]:
    """A desk with more open actions for each of some units than a page can hold."""

    def give(context: Context, units: Sequence[Unit]) -> Context:
        desk = Desk(f"sqlite:///{tmp_path}/desk-{words.lang}.sqlite")
        for unit in units:
            for number in range(5):
                draft = Draft(
                    what=f"{LONG}{number}" * 2,
                    owner="Phòng Lao động - Thương binh và Xã hội phối hợp cùng Công an và Phòng Y tế của địa bàn",
                    due_date=dt.date(2022, 1, 1 + number),
                    period_code=context.state.period,
                    unit_code=unit.unit_code,
                )
                desk.open_action(draft, "Chuyên viên", at=dt.datetime(2021, 12, 1))
        return replace(context, desk=desk)

    return give


def as_pdf(folder: Path) -> list[Path]:
    """Every document of a folder as LibreOffice prints it."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    documents = [str(path) for path in sorted(folder.glob("*.docx"))]
    command = [OFFICE or "soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *documents]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return sorted(folder.glob("*.pdf"))


@pytest.mark.office
def test_the_memo_fits_one_sheet_however_much_there_is_to_say(
    sample: None, busy_desk: Callable[[Context, Sequence[Unit]], Context], tmp_path: Path
) -> None:
    folder = tmp_path / "memos"
    folder.mkdir()
    # Every unit has the same actions, and both languages leave the same out: of each some are printed.
    for lang, few in (("vi", 4), ("en", 8)):
        busy, plain, communes = (context_of(lang, period) for period in ("2021Q3", "2025Q2", "2026Q3"))
        pressed = busy.districts[::few]
        for context, units in (
            (busy_desk(busy, pressed), pressed),
            (plain, plain.districts[::8]),
            (communes, communes.reporters[:: 14 * few]),
        ):
            for unit in units:
                path = folder / f"{lang}-{context.state.period}-{unit.unit_code}.docx"
                with in_language(lang):
                    path.write_bytes(first_of_one_page(memos(context, unit)))
    written = sorted(path.stem for path in folder.glob("*.docx"))
    assert len(written) > 15
    printed = as_pdf(folder)
    assert [path.stem for path in printed] == written
    for path in printed:
        pages = sheets(path)
        assert [page.size for page in pages] == [A4_PT], path.name
        assert words_in(path.name[:2])("letterhead.recipients") in pages[0].text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_documents_are_laid_out_as_decree_30_asks(sample: None, lang: str) -> None:
    say, context = words_in(lang), context_of(lang, "2021Q4")
    for content in (first_of_one_page(memos(context, context.districts[0])), quarterly_of(lang)):
        document = opened(content)
        created, built_at = document.core_properties.created, context.publication.built_at
        assert created is not None
        # In UTC, as its "Z" says.
        assert created.replace(tzinfo=None) == built_at - dt.timedelta(hours=7)
        first = document.sections[0]
        sizes = (first.page_width, first.page_height, first.top_margin, first.bottom_margin)
        assert [round(size / MM) for size in sizes if size is not None] == [210, 297, 20, 20]
        assert [round((size or 0) / MM) for size in (first.left_margin, first.right_margin)] == [30, 15]
        head = document.tables[0]
        assert say("letterhead.nation") in head.cell(0, 1).text
        assert say("letterhead.motto") in head.cell(0, 1).text
        assert head.cell(0, 0).text.startswith(say("letterhead.parent").split("|", maxsplit=1)[0])
        assert first.different_first_page_header_footer
        sizes_pt = {name: inherited(document.styles[name], "font.size").pt for name in DECREE_SIZES_PT}
        assert sizes_pt == DECREE_SIZES_PT
        used = [*document.paragraphs, *(cell for row in head.rows for each in row.cells for cell in each.paragraphs)]
        assert {inherited(paragraph.style, "font.name") for paragraph in used} == {"Times New Roman"}
        assert inherited(head.cell(1, 1).paragraphs[0].style, "font.italic")


def inherited(style: object, name: str) -> Any:
    """A property of a style, or of the nearest style it is based on that has one."""
    while style is not None:
        if (value := attrgetter(name)(style)) is not None:
            return value
        style = style.base_style  # type: ignore[attr-defined]
    return None


@pytest.mark.parametrize("period", ["2021Q4", "2026Q3"])
def test_no_text_has_a_font_a_size_or_a_place_of_its_own_beside_its_style(sample: None, period: str) -> None:
    context = context_of("vi", period)
    for content in (first_of_one_page(memos(context, context.reporters[0])), quarterly_of("vi", period)):
        document = opened(content)
        own = document.element.body.xpath(".//w:rFonts | .//w:rPr/w:sz | .//w:pPr/w:jc | .//w:pPr/w:ind | .//w:spacing")
        assert own == []
        with_style = [paragraph for paragraph in document.paragraphs if paragraph.text]
        assert "Normal" not in {paragraph.style.name for paragraph in with_style if paragraph.style}


def test_a_template_that_an_office_restyled_restyles_the_memo_which_then_names_less(
    sample: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = context_of("vi", "2021Q4")
    usual = opened(first_of_one_page(memos(context, context.districts[0])))
    template = Document(str(write.TEMPLATE))
    template.styles["Body Text"].font.size = Pt(16)  # type: ignore[attr-defined]
    template.save(str(tmp_path / "template.docx"))
    monkeypatch.setattr(write, "TEMPLATE", tmp_path / "template.docx")
    restyled = opened(first_of_one_page(memos(context, context.districts[0])))
    assert inherited(restyled.styles["List Item"], "font.size") == Pt(16)
    assert len(everything(restyled)) < len(everything(usual))


def test_a_word_processor_lists_parts_groups_and_annexes_of_the_report_as_its_outline(sample: None) -> None:
    context = context_of("vi", "2021Q4")
    document = opened(quarterly_of("vi"))
    levels = {"Heading 1": 0, "Heading 2": 1, "Annex Title": 0}
    for name, level in levels.items():
        assert document.styles[name].element.xpath("w:pPr/w:outlineLvl/@w:val") == [str(level)]
    listed = [(one.style.name, one.text) for one in document.paragraphs if one.style and one.style.name in levels]
    groups = list(dict.fromkeys(words.of(target, "group_name") for target in context.targets.values()))
    assert [text.split(". ", 1)[1] for name, text in listed if name == "Heading 2"] == groups
    assert [text for name, text in listed if name == "Annex Title"] == [words("quarterly.annex_title")]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_number_date_and_signer_are_left_to_the_office(sample: None, lang: str) -> None:
    context = context_of(lang, "2021Q4")
    for content in (first_of_one_page(memos(context, context.districts[0])), quarterly_of(lang)):
        head, foot = (opened(content).tables[place] for place in (0, -1))
        assert "…" in head.cell(1, 0).text
        assert "…" in head.cell(1, 1).text
        signatures = [
            table for table in opened(content).tables if words_in(lang)("letterhead.recipients") in everything_of(table)
        ]
        assert signatures[0].cell(0, 1).text.count("………") >= 2
        assert foot is not None
        # No page has signatures alone.
        above = Paragraph(signatures[0]._tbl.getprevious(), signatures[0])
        assert above.text
        assert inherited(above.style, "paragraph_format.keep_with_next")


def everything_of(table: object) -> str:
    """All words of a table."""
    return "\n".join(cell.text for row in table.rows for cell in row.cells)  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_sheet_says_period_version_and_that_the_figures_are_a_sample(sample: None, lang: str) -> None:
    context = context_of(lang, "2021Q4")
    for content in (first_of_one_page(memos(context, context.districts[0])), quarterly_of(lang)):
        for section in opened(content).sections:
            headers = [section.header]
            headers += [section.first_page_header] if section.different_first_page_header_footer else []
            for header in headers:
                said = "\n".join(paragraph.text for paragraph in header.paragraphs)
                assert words.version(context.publication.version) in said
                assert words.period("2021Q4") in said
                assert ("SỐ LIỆU MINH HỌA" if lang == "vi" else "SAMPLE DATA") in said


@pytest.mark.language("en")
def test_the_memo_names_what_is_far_behind_before_what_is_behind(sample: None) -> None:
    context = context_of("en", "2021Q4")
    district = context.district("786")
    assert district is not None
    document = opened(first_of_one_page(memos(context, district)))
    statuses = [row.cells[5].text for row in document.tables[1].rows[1:]]
    assert "Far behind" in statuses[0]
    assert statuses == sorted(statuses, key=lambda text: "Far" not in text)


@pytest.mark.parametrize(("period", "parts"), [("2021Q4", 5), ("2026Q4", 4)])
def test_the_parts_of_a_memo_are_numbered_without_a_gap(sample: None, period: str, parts: int) -> None:
    context = context_of("vi", period)
    document = opened(first_of_one_page(memos(context, context.reporters[0])))
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert [heading.split(".")[0] for heading in headings] == [str(number) for number in range(1, parts + 1)]


def test_the_memo_tells_open_actions_with_their_owner_and_due_day(
    sample: None, busy_desk: Callable[[Context, Sequence[Unit]], Context]
) -> None:
    plain = context_of("vi", "2021Q4")
    context = busy_desk(plain, plain.districts[:1])
    told = everything(opened(first_of_one_page(memos(context, context.districts[0]))))
    assert "hạn 01/01/2022." in told
    assert "việc khác đang mở" in told
    # The district is no more: nobody is late with its work.
    assert "(đã quá hạn)" not in told
    given = Draft("Mở lớp", "UBND phường", dt.date(2026, 8, 1), "2026Q2", unit_code="26740")
    context.desk.open_action(given, "Chuyên viên", at=dt.datetime(2026, 7, 20))
    lasting = replace(context_of("vi", "2026Q3"), desk=context.desk)
    commune = next(unit for unit in lasting.reporters if unit.unit_code == "26740")
    assert "UBND phường; hạn 01/08/2026 (đã quá hạn)" in everything(opened(first_of_one_page(memos(lasting, commune))))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_quarterly_report_tells_each_target_and_every_district(sample: None, lang: str) -> None:
    context = context_of(lang, "2021Q4")
    document = opened(quarterly_of(lang))
    told = everything(document)
    for target in context.targets.values():
        assert words.of(target, "name") in told
    annex = document.sections[-1]
    assert annex.orientation == WD_ORIENT.LANDSCAPE
    grid = document.tables[-1]
    assert len(grid.columns) == len(context.districts) + 2
    assert len(grid.rows) == len(context.targets) + 1


def test_work_of_a_unit_that_ended_is_told_in_whole_sentences(sample: None) -> None:
    told = actions_sentences(context_of("vi", "2026Q3"))
    assert any("ở Quận 11; hạn 15/06/2025. Quận 11 không còn từ 01/07/2025" in text for text in told)
    assert [text for text in told if ".;" in text] == []


def test_the_report_s_numbers_are_written_the_reader_s_way(sample: None) -> None:
    vietnamese, english = (everything(opened(quarterly_of(lang))) for lang in ("vi", "en"))
    assert "87,5" in vietnamese
    assert "87.5" in english
    assert "87.5" not in vietnamese
    assert "1.117" in vietnamese
    assert "1,117" in english


def test_a_city_of_communes_has_an_annex_for_each_region_and_names_communes_to_support(sample: None) -> None:
    told = everything(opened(quarterly_of("vi", "2026Q3")))
    for region in ("THÀNH PHỐ HỒ CHÍ MINH (CŨ)", "BÌNH DƯƠNG (CŨ)", "BÀ RỊA – VŨNG TÀU (CŨ)"):
        assert f"KHU VỰC {region}" in told
    assert "Xã Bắc Tân Uyên" in told


def test_every_area_has_a_chapter_with_its_communes_figures_and_who_did_not_report(sample: None) -> None:
    context = context_of("vi", "2026Q3")
    document = opened(quarterly_of("vi", "2026Q3"))
    annexes = itertools.dropwhile(lambda one: one.style.name != "Annex Title", document.paragraphs)
    chapters = [one.text for one in annexes if one.style.name == "Heading 2"]
    assert chapters == [words.of(area, "name") for area in areas_by_region(context)]
    tables = {table.cell(1, 0).text: table for table in document.tables if len(table.rows) > 1}
    area = next(area for area in context.districts if area.unit_code == "786")
    nha_be = tables[words.of(area, "short_name")]
    assert [row.cells[0].text for row in nha_be.rows[2:]] == ["Hiệp Phước", "Nhà Bè"]
    # By hand from the workbooks of both communes: only Hiệp Phước's report of 2026Q3 is in.
    told = next(one.text for one in document.paragraphs if "Chưa nộp: Xã Nhà Bè." in one.text)
    assert "Đã đưa vào tính 1/2 báo cáo." in told


def areas_by_region(context: Context) -> list[Unit]:
    """The areas in the order of the report's annexes."""
    regions = [region.unit_code for region in plan.regions(context.reader, context.period.end_date)]
    return sorted(context.districts, key=lambda area: regions.index(area.parent_code or ""))


def test_a_memo_goes_to_an_authority_and_never_to_an_area(sample: None) -> None:
    of_area = {"page": "district", "unit": "760", "period": "2026Q3", "lang": "vi"}
    assert respond("memo.docx", of_area).status_code == 404
    assert "memo.docx" not in page_of("district", of_area, BUILT_IN_VIEWER)[1].body
    of_commune = {"page": "ward", "unit": "26740", "period": "2026Q3", "lang": "vi"}
    assert "memo.docx" in page_of("ward", of_commune, BUILT_IN_VIEWER)[1].body
    written = opened(bytes(respond("memo.docx", of_commune).body))
    assert "Kính gửi: Ủy ban nhân dân Phường Sài Gòn" in everything(written)


def test_whoever_may_not_see_small_counts_gets_none_in_a_document(sample: None, uncleared: Viewer) -> None:
    say = words_in("vi")
    report = opened(word_bytes(quarterly(context_of("vi", "2021Q4", uncleared))))
    grid = report.tables[-1]
    row = next(row for row in grid.rows if row.cells[0].text.startswith("T16"))
    assert any(cell.text.startswith("*") and "~" in cell.text for cell in row.cells)
    assert say.status("suppressed") in everything(report)
    open_row = next(row for row in opened(quarterly_of("vi")).tables[-1].rows if row.cells[0].text.startswith("T16"))
    assert not any("*" in cell.text or "~" in cell.text for cell in open_row.cells)


def test_documents_are_offered_under_names_that_say_what_they_are(sample: None) -> None:
    memo_answer = respond("memo.docx", {"page": "district", "unit": "769", "period": "2021Q4", "lang": "vi"})
    assert memo_answer.status_code == 200
    name = "thong-bao-mot-trang-thanh-pho-thu-duc-769-quy-iv-2021-luy-ke-nam-minh-hoa.docx"
    assert name in memo_answer.headers["Content-Disposition"]
    assert bytes(memo_answer.body).startswith(b"PK")
    report = respond("quarter.docx", {"page": "", "period": "2021Q4", "lang": "en"})
    assert "report-q4-2021-year-to-date-sample.docx" in report.headers["Content-Disposition"]
    assert respond("memo.docx", {"page": "district", "unit": "nobody", "period": "2021Q4"}).status_code == 404
