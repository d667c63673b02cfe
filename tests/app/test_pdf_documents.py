"""Documents for signature: fit for archives and screen readers, in the words and figures of the Word file."""

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words, words_in
from app.exports.docx.write import word_bytes
from app.exports.letters.letter import Column, Letter, Table, Text
from app.exports.letters.quarterly import quarterly
from app.exports.pdf.write import pdf_bytes
from app.exports.shared.origin import Origin
from app.pages.registry import page_of
from tests import two_tiers
from tests.answered import respond
from tests.printouts import sheets
from warehouse.desk import Desk, ReviewDraft
from warehouse.publish.engines import published

UPRIGHT_PT, ACROSS_PT = (595, 842), (842, 595)


def report(lang: str, period: str) -> Letter:
    """The quarterly report of the published plan."""
    return quarterly(page_of("", {"lang": lang, "period": period}, BUILT_IN_VIEWER)[0])


def tags(element: Any) -> Iterator[Any]:
    """The elements of a document's structure, in reading order."""
    for part in element if isinstance(element, pikepdf.Array) else [element]:
        if isinstance(part, pikepdf.Dictionary):
            if "/S" in part:
                yield part
            yield from tags(part.get("/K", pikepdf.Array()))


def words_of_texts(texts: Iterable[str]) -> Counter[str]:
    """The words of some texts, cut at slashes and dashes, after which a line may end (there pdfium gives \\x02 for a
    hyphen); a bullet is such a dash."""
    return Counter(word for text in texts for word in re.findall(r"[^\s/–\x02-]+", text))


def words_of_pdf(content: bytes, label: str) -> Counter[str]:
    """The words of a PDF without what is on each of its pages."""
    pages = [sheet.text.replace(label, "", 1) for sheet in sheets(content)]
    assert all(len(page) < len(sheet.text) for page, sheet in zip(pages, sheets(content), strict=True))
    return words_of_texts([pages[0], *(re.sub(r"^\s*\d+\s", "", page) for page in pages[1:])])


def words_of_word(content: bytes) -> Counter[str]:
    """The words of a Word file's body."""
    return words_of_texts([text.text or "" for text in Document(io.BytesIO(content)).element.body.iter(qn("w:t"))])


def assert_same_words(pdf: bytes, word: bytes, label: str) -> None:
    """Neither file has a word or figure that the other lacks; heads of tables are repeated where a page begins."""
    printed, typed = words_of_pdf(pdf, label), words_of_word(word)
    assert set(printed) == set(typed)
    assert not typed - printed


def assert_both_state_the_same(letter: Letter) -> None:
    """A document's PDF and Word file have the same words and figures."""
    assert_same_words(pdf_bytes(letter), word_bytes(letter), letter.label)


@pytest.mark.parametrize(("lang", "period"), [("vi", "2021Q4"), ("en", "2021Q4"), ("vi", "2026Q3")])
def test_the_report_for_signature_states_what_the_word_file_states(sample: None, lang: str, period: str) -> None:
    assert_both_state_the_same(report(lang, period))


def test_a_city_of_two_tiers_and_a_period_without_reports_have_one_too(
    two_tiers_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(two_tiers_data_dir))
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    assert_both_state_the_same(report("vi", "2026Q2"))
    empty = report("vi", "2026Q4")
    assert_both_state_the_same(empty)
    assert "0/13" in sheets(pdf_bytes(empty))[0].text


def test_it_is_made_for_archives_and_screen_readers(sample: None) -> None:
    letter = report("vi", "2026Q3")
    content = pdf_bytes(letter)
    assert content == pdf_bytes(report("vi", "2026Q3"))
    with pikepdf.open(io.BytesIO(content)) as document:
        root = document.Root
        claimed = document.open_metadata()
        assert (claimed["pdfaid:part"], claimed["pdfaid:conformance"], claimed["pdfuaid:part"]) == ("2", "A", "1")
        assert claimed["dc:title"] == letter.subject
        # In UTC, as its "Z" says.
        assert claimed["xmp:CreateDate"] == f"{letter.made_at - dt.timedelta(hours=7):%Y-%m-%dT%H:%M:%SZ}"
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/N" in root.OutputIntents[0].DestOutputProfile
        assert not document.is_encrypted
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(root.keys())
        assert (str(root.Lang), bool(root.MarkInfo.Marked), bool(root.ViewerPreferences.DisplayDocTitle)) == (
            "vi",
            True,
            True,
        )
        for page in document.pages:
            assert page.Tabs == "/S"
            for font in page.Resources.Font.values():
                assert "/ToUnicode" in font
                assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys())
        elements = [*tags(root.StructTreeRoot.K)]
        kinds = Counter(str(element.S) for element in elements)
        tables = [block for block in letter.blocks if isinstance(block, Table)]
        assert kinds["/Table"] == kinds["/THead"] == len(tables)
        assert kinds["/TH"] == sum(len(table.columns) for table in tables)
        heads = [element for element in elements if element.S == "/TH"]
        assert {str(owner.Scope) for head in heads for owner in head.A if "/Scope" in owner} == {"/Column"}
        assert all(any("/Scope" in owner for owner in head.A) for head in heads)
        outline = [str(element.S) for element in elements if str(element.S) in ("/H1", "/H2")]
        assert outline[0] == "/H1"
        recipients = words("quarterly.copies").split("|")
        items = [block for block in letter.blocks if isinstance(block, Text) and block.kind == "List Item"]
        assert kinds["/LI"] == len(items) + len(recipients)
        assert "/Figure" not in kinds


@pytest.mark.parametrize(("lang", "mark"), [("vi", "SỐ LIỆU MINH HỌA"), ("en", "SAMPLE DATA")])
def test_every_sheet_says_that_the_figures_are_a_sample_and_annexes_lie_across(
    sample: None, lang: str, mark: str
) -> None:
    pages = sheets(pdf_bytes(report(lang, "2021Q4")))
    assert all(mark in page.text for page in pages)
    assert [page.size for page in pages] == [UPRIGHT_PT] * (len(pages) - 1) + [ACROSS_PT]
    read = " ".join(pages[0].text.split())
    order = [words(key) for key in ("letterhead.nation", "quarterly.kind", "quarterly.general")]
    assert [read.index(text) for text in order] == sorted(read.index(text) for text in order)


def test_any_text_can_be_printed(sample: None) -> None:
    letter = Letter("nhãn", "Tựa", Origin(dt.datetime(2026, 11, 29, 7, 0), ""))
    letter.paragraph("#set page(width: 1pt) *đậm* $x$ // \\u{41} @nhãn <b>&amp;")
    letter.paragraph("Ho\u0302\u0300 Chi\u0301 Minh \U0001f600 漢\x07")
    letter.table((Column("Đã bàn", 1),), [["một\nhai"]])
    read = sheets(pdf_bytes(letter))[0].text
    assert "#set page(width: 1pt) *đậm* $x$ // \\u{41} @nhãn <b>&amp;" in read
    assert "Hồ Chí Minh � ��" in read


def test_minutes_for_signature_exist_once_the_review_is_recorded(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    for lang in ("vi", "en"):
        refused = respond("minutes.pdf", {"page": "review", "period": "2025Q2", "lang": lang})
        assert (refused.status_code, bytes(refused.body).decode()) == (404, words_in(lang)("review.not_held"))
    shown = ReviewDraft("2025Q2", "ytd", published().version, dt.date(2025, 8, 8), "Sở Y tế", "Thiếu giảng viên.")
    held = Desk.open().hold_review(shown, "Thư ký", at=dt.datetime(2025, 8, 8, 16, 30))
    asked = {"page": "review", "held": str(held.review_id), "period": "2026Q3", "lang": "vi"}
    pdf, word = respond("minutes.pdf", asked), respond("minutes.docx", asked)
    assert pdf.headers["Content-Disposition"].endswith(".pdf")
    assert pdf.media_type == "application/pdf"
    label = next(line for line in sheets(bytes(pdf.body))[0].text.splitlines() if "MINH HỌA" in line)
    assert_same_words(bytes(pdf.body), bytes(word.body), label)
