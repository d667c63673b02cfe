"""Every visible word stands in both catalogues, and nowhere else."""

import ast
import re
from pathlib import Path

from markupsafe import Markup

from app.core.i18n import catalogue, words_in

APP = Path(__file__).parents[2] / "app"
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
# This city, its parts, quarters and plans' years: data, so that another city's plan needs no other catalogue.
OF_THIS_CITY = re.compile(
    r"HCM|Hồ Chí Minh|Ho Chi Minh|Sài Gòn|Thủ Đức|Thu Duc|Bình Dương|Binh Duong|Vũng Tàu|Vung Tau|20\d\d[–-]20\d\d"
    r"|20\d\dQ\d|Q\d 20\d\d|[IV]+/20\d\d"
)
PLACES = re.compile(r"\{(\w+)[|}]")


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(catalogue("vi")) == sorted(catalogue("en"))


def test_both_languages_put_the_same_figures_into_each_text() -> None:
    differing = [
        key
        for key, text in catalogue("vi").items()
        if not set(PLACES.findall(text)) <= set(PLACES.findall(catalogue("en")[key])) | {"count"}
    ]
    assert differing == []


def texts_without_their_values(code: str) -> list[str]:
    """The texts that a module or template requests by name without all the values that they state."""
    requests = re.findall(r"\bwords(?:\.markup)?\('([a-z_.]+)'\)", code)
    requests += re.findall(r'\bwords(?:\.markup)?\("([a-z_.]+)"\)', code)
    return [key for key in requests if PLACES.search(catalogue("en").get(key, ""))]


def test_every_text_gets_the_values_that_it_states() -> None:
    files = [*APP.rglob("*.py"), *APP.rglob("*.html")]
    assert [key for path in files for key in texts_without_their_values(path.read_text(encoding="utf-8"))] == []
    assert texts_without_their_values('words("change.why_quarter")') == ["change.why_quarter"]


def test_no_text_names_this_city_or_its_years() -> None:
    named = [key for lang in ("vi", "en") for key, text in catalogue(lang).items() if OF_THIS_CITY.search(text)]
    assert named == []


def test_no_share_is_called_a_quarter_which_packs_with_other_periods_replace() -> None:
    share = re.compile(r"(?:about|almost|nearly|than|over|under) a quarter\b|\bthree quarters of\b")
    assert [key for key, text in catalogue("en").items() if share.search(text)] == []


def test_no_text_says_that_years_begin_in_january_which_packs_may_begin_later() -> None:
    january = re.compile(r"each January|in January|from January|1 January|01/01\b|từ tháng 1\b|tháng 1 mỗi năm")
    assert [key for lang in ("vi", "en") for key, text in catalogue(lang).items() if january.search(text)] == []


def test_no_text_is_empty() -> None:
    assert [key for lang in ("vi", "en") for key, text in catalogue(lang).items() if not text.strip()] == []


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
MODULES = sorted(path for path in APP.rglob("*.py") if path.name != "__init__.py")


def vietnamese_in(path: Path) -> list[str]:
    """The literal Vietnamese words of a module, its docstrings aside."""
    code = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(code) if isinstance(node, DOCUMENTED)}
    texts = [node.value for node in ast.walk(code) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    # A single letter is spelling (đ is not d with a mark), not a word.
    return [text for text in texts if len(text) > 1 and VIETNAMESE.search(text) and text not in docstrings]


def test_no_module_holds_a_literal_vietnamese_word() -> None:
    assert {str(path.relative_to(APP)): said for path in MODULES if (said := vietnamese_in(path))} == {}


def test_english_chooses_singular_and_plural() -> None:
    say = words_in("en")
    assert [say("unit_noun.area", count=count) for count in (0, 1, 2)] == ["areas", "area", "areas"]


# Shown from two on: of one, the page has another text.
OF_SEVERAL = {
    *(
        "submit.all",
        "preview.many",
        "target.multiples_all",
        "title_followup.all",
        "title_group.met",
        "title_group.good",
    ),
}
ALL_ONE = re.compile(r"\b(?:all|every|cả|mọi) 1\b", re.IGNORECASE)


def test_no_text_says_all_of_one() -> None:
    said = {
        f"{lang} {key}": said
        for lang in ("vi", "en")
        for key, text in catalogue(lang).items()
        if key not in OF_SEVERAL
        and ALL_ONE.search(said := words_in(lang)(key, **dict.fromkeys(PLACES.findall(text), 1)))
    }
    assert said == {}
    assert words_in("vi")("headline.good", of=1) == "Chỉ tiêu duy nhất xét được đạt hoặc đúng tiến độ"
    assert words_in("vi")("headline.good", of=3) == "Cả 3 chỉ tiêu đạt hoặc đúng tiến độ"


def test_english_states_one_thing_in_the_singular_however_the_number_is_written() -> None:
    say = words_in("en")
    assert [say("explore.rows", number=say.number(count)) for count in (0, 1, 1000)] == [
        "0 rows",
        "1 row",
        "1,000 rows",
    ]


# Of several things always: figures that differ in sign, limits, pairs of units, what does not fit.
NEVER_OF_ONE = {
    *("explore.correlation", "explore.correlation_whole", "explore.unlike_rank", "explore.unlike_linear"),
    *("methodology.status_behind", "methodology.status_far_behind", "picker.full"),
    *("working.change_quarter", "working.change_year"),
}
ONE_IN_THE_PLURAL = re.compile(r"(?<![\d/–-])\b1 (?:points|tasks|targets|units)\b")


def test_english_states_one_point_task_target_or_unit_in_the_singular() -> None:
    said = {
        key: said
        for key, text in catalogue("en").items()
        if key not in NEVER_OF_ONE
        and ONE_IN_THE_PLURAL.search(said := words_in("en")(key, **dict.fromkeys(PLACES.findall(text), "1")))
    }
    assert said == {}


def test_text_put_into_html_is_escaped_and_finished_html_is_not() -> None:
    drawn = words_in("en").markup("brief.call", unit=Markup("<b>") + "<script>", why="")
    assert "<b>&lt;script&gt;" in drawn


def test_a_list_reads_as_a_sentence() -> None:
    parts = [Markup("a"), Markup("b"), Markup("c")]
    assert words_in("en").join(parts) == "a, b and c"
    assert words_in("en").join(parts[:1]) == "a"
    assert words_in("en").join([]) == ""
