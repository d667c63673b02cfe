"""Whatever people read is respectful: no word of the list stands in a text, a page or a file; and a version is called
by its day and hour."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.pages.registry import page_of
from app.web.page_renderer import draw
from tests.answered import respond
from tests.browser.places import DECKS, PLACES
from tests.never_said import VERSION_CODE, instead, never_said_in, text_of_office_file, text_of_page
from tests.pipeline.commands import PROJECT, run
from warehouse.desk import Desk, Draft
from warehouse.settings import Settings

# Every text that is kept: catalogues, sample texts, seeds, descriptions of marts, templates, documentation.
WRITTEN = (
    "app/text/**/*.toml",
    "warehouse/text/*.toml",
    "expectations/*.toml",
    "tests/pipeline/fixtures/plan_pack/**/*.toml",
    "tests/pipeline/fixtures/plan_pack/**/*.csv",
    "dbt_project/seeds/*.csv",
    "dbt_project/seeds/*.yml",
    "dbt_project/models/**/*.yml",
    "dbt_project/*.yml",
    "app/**/*.html",
    "app/component/js/*.js",
    "docs/**/*.md",
    "*.md",
)
DOCUMENTS = {"quarter.docx": "", "deck.pptx": "review", "memo.docx": "district"}
ILL_CHOSEN = "Nhắc các gái mại dâm và đối tượng ở địa bàn yếu kém"


def written(root: Path = PROJECT) -> list[Path]:
    """Return the files of texts below `root`."""
    return sorted({path for pattern in WRITTEN for path in root.glob(pattern)})


def test_no_text_says_what_is_never_said() -> None:
    found = [
        (str(path.relative_to(PROJECT)), number, said)
        for path in written()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (said := never_said_in(line))
    ]
    assert found == []


def test_a_text_is_read_whatever_its_folder_is_called_and_what_dbt_wrote_is_not(tmp_path: Path) -> None:
    read = ("app/pages/target/header.html", "app/build/a.html", "dbt_project/models/target/a.yml", "docs/logs/a.md")
    generated = ("dbt_project/target/compiled/a.yml", "dbt_project/target/run/seeds/a.csv", "dbt_project/logs/a.yml")
    for name in (*read, *generated):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    assert {str(path.relative_to(tmp_path)) for path in written(tmp_path)} == set(read)


def test_every_pattern_of_texts_matches_some() -> None:
    assert [pattern for pattern in WRITTEN if not list(PROJECT.glob(pattern))] == []


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Every page in every state worth looking at, as its name and parameters, and one state of each in English."""
    first = {urlsplit(place.path).path: place for place in reversed((*PLACES, *DECKS))}
    for lang, places in (("vi", (*PLACES, *DECKS)), ("en", first.values())):
        for place in places:
            parts = urlsplit(place.address(lang))
            yield parts.path.strip("/"), dict(parse_qsl(parts.query))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("page", "asked"), list(addresses()), ids=str)
def test_no_page_says_what_is_never_said_nor_a_version_s_code(page: str, asked: dict[str, str]) -> None:
    said = text_of_page(draw(page, asked, BUILT_IN_VIEWER).html)
    assert never_said_in(said) == []
    assert VERSION_CODE.findall(said) == []


@pytest.mark.usefixtures("sample")
# The communes' files in Vietnamese, the districts' in English: both are made alike, of catalogues that are read whole.
@pytest.mark.parametrize(("period", "lang"), [("2026Q3", "vi"), ("2025Q2", "en")])
def test_no_file_says_what_is_never_said_nor_a_version_s_code(period: str, lang: str) -> None:
    asked = {"period": period, "lang": lang}
    for name, page in DOCUMENTS.items():
        answer = respond(name, {"page": page, **asked})
        if answer.status_code != 404:
            _expect_respect(name, text_of_office_file(bytes(answer.body)))
    for page in ("", "target", "district", "tasks", "quality", "reports"):
        _, drawn = page_of(page, asked, BUILT_IN_VIEWER)
        for table in drawn.tables:
            answer = respond("table.xlsx", {"page": page, "table": table, **asked})
            _expect_respect(f"{page}: {table}", text_of_office_file(bytes(answer.body)))
        for chart in drawn.charts:
            answer = respond("chart.svg", {"page": page, "chart": chart, **asked})
            _expect_respect(f"{page}: {chart}", text_of_page(bytes(answer.body).decode()))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_commands_call_a_version_by_its_day_and_hour(published_data_dir: Path, lang: str) -> None:
    told = run(published_data_dir, "status", KPI_LANG=lang).stdout
    assert VERSION_CODE.findall(told) == []
    assert ("bản công bố" if lang == "vi" else "version published") in told


def _expect_respect(name: str, said: str) -> None:
    assert len(said) > 100, name
    assert never_said_in(said) == [], name
    assert VERSION_CODE.findall(said) == [], name


def test_the_list_gives_other_words_for_each_and_none_of_those_stands_on_it() -> None:
    assert [word for word in instead() if never_said_in(word) != [f"{word} → {instead()[word]}"]] == []
    assert [words for words in instead().values() if not words or never_said_in(words)] == []


@pytest.mark.parametrize("text", ["Gái  mại\ndâm", "cả ĐỐI TƯỢNG khác", "the social\nevils"])
def test_a_word_is_found_whatever_its_case_and_spacing(text: str) -> None:
    assert never_said_in(text)


def test_a_part_of_another_word_is_not_taken_for_it() -> None:
    assert never_said_in("Bọng cây, bổn phận; những người bán dâm được hỗ trợ; prostitution") == []


def test_a_word_that_somebody_plants_is_found_in_pages_and_files(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    desk = Desk.open(Settings.from_env({"KPI_DATA_DIR": str(desk_data_dir)}, desk_data_dir / "no.env"))
    desk.open_action(Draft(ILL_CHOSEN, "Phòng nghiệp vụ", dt.date(2029, 12, 31), "2025Q2", unit_code="769"), "Sở")
    found = ["gái mại dâm → người bán dâm", "đối tượng → người; nhóm người", "yếu kém → chậm"]
    asked = {"period": "2025Q2", "lang": "vi", "unit": "769"}
    assert never_said_in(text_of_page(draw("actions", asked, BUILT_IN_VIEWER).html)) == found
    for name, page in DOCUMENTS.items():
        answer = respond(name, {"page": page, **asked})
        assert never_said_in(text_of_office_file(bytes(answer.body))) == found, name
    _, drawn = page_of("actions", asked, BUILT_IN_VIEWER)
    table = next(iter(drawn.tables))
    answer = respond("table.xlsx", {"page": "actions", "table": table, **asked})
    assert never_said_in(text_of_office_file(bytes(answer.body))) == found
