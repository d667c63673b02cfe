"""The review leaves as a PowerPoint file that people can go on working with."""

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Emu, Inches, Pt

from app.analysis.lateness import Lateness
from app.core.i18n import words_in
from app.deck.model import Matrix, MatrixRow
from app.exports.pptx.tables import CELL_SIDE, NAMES_WIDTH, matrix_table
from app.exports.pptx.write import LINE_IN
from app.figures.drawing.pptx_canvas import BODY, BODY_PT, SMALL_PT, lines_in, text_width
from app.ui.palette import PROJECTOR, PROJECTOR_FILL
from tests.answered import respond

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CONVERSION_TIMEOUT_S = 180
# The width of the texts in a card's column.
NARROW = Inches(3)
FOOT = Inches(BODY.top + BODY.height)


@pytest.fixture(scope="module")
def files(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The decks of two quarters, in Vietnamese and English."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_DATA_DIR", str(published_data_dir))
        patch.setenv("KPI_OPS_URL", f"sqlite:///{tmp_path_factory.mktemp('desk') / 'desk.sqlite'}")
        made = {}
        for period in ("2021Q4", "2025Q2"):
            for lang in ("vi", "en"):
                answer = respond("deck.pptx", {"page": "review", "period": period, "lang": lang})
                assert answer.status_code == 200
                made[f"{period}-{lang}"] = bytes(answer.body)
        return made


def parts(content: bytes, folder: str) -> list[etree._Element]:
    """The XML files of a folder inside the file."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith(folder) and name.endswith(".xml"))
        return [etree.fromstring(archive.read(name)) for name in names]


def test_charts_are_native_and_carry_their_own_data(files: dict[str, bytes]) -> None:
    content = files["2025Q2-vi"]
    charts = parts(content, "ppt/charts/")
    kinds = {plot.tag for chart in charts for plot in chart.iter(f"{C}lineChart", f"{C}barChart")}
    assert kinds == {f"{C}lineChart", f"{C}barChart"}
    assert len(charts) >= 20
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
    assert len([name for name in names if name.startswith("ppt/embeddings/")]) == len(charts)
    assert not [name for name in names if name.endswith((".png", ".jpg", ".emf")) and "thumbnail" not in name]


def test_the_grid_is_a_native_table_of_signs(files: dict[str, bytes]) -> None:
    deck = Presentation(BytesIO(files["2021Q4-vi"]))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    grid = max(tables, key=lambda table: len(table.columns))
    assert (len(grid.columns), len(grid.rows)) == (24, 15)
    signs = {grid.cell(row, column).text for row in range(1, 15) for column in range(1, 23)}
    assert signs <= {"✓", "●", "▼", "▼▼", "▽", "▽▽", "?", "–", "∅", "×", "…", "*"}


def test_a_target_of_the_grid_keeps_to_one_line_however_long_its_name() -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    names = ("Tập huấn", "CT11: Tỷ lệ phường, xã, đặc khu", "WWWWWWWWWWWWWWWWWWWWWWWW")
    rows = tuple(MatrixRow(name, "T01", ("met",), Lateness(1)) for name in names)
    matrix_table(slide, Matrix("Chỉ tiêu", ("Quận 1",), ("760",), "Chậm rõ", rows, ()), "vi")
    (table,) = (shape.table for shape in slide.shapes if shape.has_table)
    shown = [table.cell(row, 0).text for row in range(1, 4)]
    assert shown[0] == "Tập huấn"
    assert max(text_width(name, SMALL_PT, is_bold=True) for name in shown) <= NAMES_WIDTH - 2 * CELL_SIDE


def test_tables_are_read_from_the_last_row_and_stay_above_the_foot(files: dict[str, bytes]) -> None:
    shapes = [shape for slide in Presentation(BytesIO(files["2025Q2-en"])).slides for shape in slide.shapes]
    tables = [shape for shape in shapes if shape.has_table and len(shape.table.columns) < 20]
    assert tables
    for shape in tables:
        letters = {
            run.font.size
            for row in shape.table.rows
            for cell in row.cells
            for paragraph in cell.text_frame.paragraphs
            for run in paragraph.runs
        }
        assert letters == {Pt(BODY_PT)}
        assert shape.top + sum(row.height for row in shape.table.rows) <= FOOT


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_slide_carries_period_version_sample_label_and_notes(files: dict[str, bytes], lang: str) -> None:
    say = words_in(lang)
    deck = Presentation(BytesIO(files[f"2025Q2-{lang}"]))
    for slide in deck.slides:
        text = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert say("review.sample") in text
        assert say.period("2025Q2") in text
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text
        assert say("review.sample") in slide.notes_slide.notes_text_frame.text


def test_numbers_are_written_the_readers_way(files: dict[str, bytes]) -> None:
    formats = {
        lang: {
            found.get("formatCode")
            for chart in parts(files[f"2025Q2-{lang}"], "ppt/charts/")
            for found in chart.iter(f"{C}numFmt")
        }
        for lang in ("vi", "en")
    }
    assert {"[$-42A]0.0", "[$-42A]#,##0"} <= formats["vi"]
    assert {"0.0", "#,##0"} <= formats["en"]
    deck = Presentation(BytesIO(files["2025Q2-vi"]))
    said = " ".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    assert "88,6%" in said or "88,9%" in said


def test_letters_are_those_that_office_machines_have(files: dict[str, bytes]) -> None:
    faces = {
        found.get("typeface")
        for slide in parts(files["2025Q2-vi"], "ppt/slides/")
        for found in slide.iter(f"{A}latin", f"{A}ea", f"{A}cs")
    }
    assert faces == {"Arial"}


@pytest.mark.parametrize("name", ["2021Q4-vi", "2025Q2-vi", "2025Q2-en"])
def test_nothing_stands_outside_a_slide(files: dict[str, bytes], name: str) -> None:
    deck = Presentation(BytesIO(files[name]))
    assert deck.slide_width is not None
    assert deck.slide_height is not None
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + Emu(1)
            assert shape.top + shape.height <= deck.slide_height + Emu(1)


def test_no_sentence_runs_into_the_chart_or_the_foot_below_it(sample: None) -> None:
    """With a report to be corrected and units without cases, a narrow card of the quarter alone has most to say."""
    asked = {"page": "review", "period": "2025Q2", "window": "quarter", "lang": "en"}
    found = 0
    for slide in Presentation(BytesIO(bytes(respond("deck.pptx", asked).body))).slides:
        charts = [shape for shape in slide.shapes if shape.has_chart]
        texts = [shape for shape in slide.shapes if shape.has_text_frame and shape.top < FOOT]
        for text in (shape for shape in texts if shape.width < NARROW):
            lines = [
                line
                for paragraph in text.text_frame.paragraphs
                for line in lines_in(paragraph.text, Emu(text.width).inches, SMALL_PT)
                if paragraph.runs and paragraph.runs[0].font.size == Pt(SMALL_PT)
            ]
            end = text.top + Inches(LINE_IN) * len(lines)
            below = [chart.top for chart in charts if chart.left == text.left and chart.top > text.top]
            found += bool(lines and below)
            assert end <= min(below, default=FOOT) + Inches(0.03), lines
    assert found


def test_counts_below_a_strip_end_above_the_next_target(sample: None) -> None:
    """Of 168 communes in five statuses the counts take two lines."""
    asked = {"page": "review", "period": "2026Q3", "lang": "vi"}
    ends = []
    for slide in Presentation(BytesIO(bytes(respond("deck.pptx", asked).body))).slides:
        texts = [shape for shape in slide.shapes if shape.has_text_frame]
        for text in (text for text in texts if " · ✓" in text.text_frame.text and text.top < FOOT):
            lines = [
                line
                for paragraph in text.text_frame.paragraphs
                for line in lines_in(
                    paragraph.text, Emu(text.width).inches, SMALL_PT, bool(paragraph.runs[0].font.bold)
                )
            ]
            below = [other.top for other in texts if other.left == text.left and other.top > text.top]
            ends.append(
                (len(lines), text.top + Inches(LINE_IN) * len(lines) <= min(below, default=FOOT) + Inches(0.03))
            )
    assert max(lines for lines, _ in ends) > 1
    assert all(has_room for _, has_room in ends)


def test_targets_that_are_only_followed_are_seen_on_a_wall(sample: None) -> None:
    asked = {"page": "review", "period": "2026Q3", "lang": "vi"}
    content = bytes(respond("deck.pptx", asked).body)
    fills = {
        fill.get("val")
        for chart in parts(content, "ppt/charts/")
        for fill in chart.iterfind(".//{*}marker/{*}spPr/{*}solidFill/{*}srgbClr")
    }
    assert PROJECTOR["edge"].lstrip("#") in fills
    assert PROJECTOR_FILL["monitor"].lstrip("#").upper() not in fills


@pytest.mark.office
def test_it_opens_in_libreoffice_with_every_slide(files: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(files["2025Q2-vi"])
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=CONVERSION_TIMEOUT_S)
    slides = len(Presentation(BytesIO(files["2025Q2-vi"])).slides)
    assert (tmp_path / "deck.pdf").read_bytes().count(b"/Type/Page/") + (tmp_path / "deck.pdf").read_bytes().count(
        b"/Type/Page\n"
    ) == slides
