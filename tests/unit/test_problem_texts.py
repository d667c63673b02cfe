"""Every rule that can refuse a workbook is worded in both languages and says what, what was expected, how to mend."""

import re
from pathlib import Path

import pytest

import warehouse.forms
import warehouse.intake
import warehouse.text
from warehouse.forms.problems import MAX_PROBLEMS, Problem, finish
from warehouse.text import load_texts

RULES = load_texts("problems")["rules"]
FOLDERS = [Path(package.__file__).parent for package in (warehouse.forms, warehouse.intake)]
SOURCES = "\n".join(path.read_text(encoding="utf-8") for folder in FOLDERS for path in folder.rglob("*.py"))
WORD = re.compile(r'"([a-z_]+)"')


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_has_every_part_in_both_languages(rule: str) -> None:
    for lang in ("vi", "en"):
        assert set(RULES[rule][lang]) == {"what", "expected", "mend"}
        assert all(text.strip() for text in RULES[rule][lang].values())


@pytest.mark.parametrize("rule", sorted(RULES))
def test_both_languages_of_a_rule_say_the_same_facts(rule: str) -> None:
    for part in ("what", "expected", "mend"):
        facts = [set(re.findall(r"{(\w+)}", RULES[rule][lang][part])) for lang in ("vi", "en")]
        assert facts[0] == facts[1]


def test_every_rule_in_the_code_is_worded_and_every_wording_is_used() -> None:
    used = {word for word in WORD.findall(SOURCES) if word in RULES}
    assert used == set(RULES)
    raised = re.findall(r'(?:Problem|KeyProblem|UnreadableCellError|_problem|_add)\(\s*"([a-z_]+)"', SOURCES)
    assert set(raised) <= set(RULES)


def test_a_reader_of_english_finds_columns_and_sheets_named_in_english() -> None:
    problem = Problem("not_a_count", "B1 Truyền thông", "L8", params={"column": "Lượt người dân"})
    assert "“Reached: the general public”" in problem.what("en")
    assert "“Lượt người dân”" in problem.what("vi")
    assert problem.sheet_title("en") == "B1 Truyền thông (Communication and legal education)"
    assert problem.sheet_title("vi") == "B1 Truyền thông"
    assert Problem("sheet_missing", "Bìa").sheet_title("en") == "Bìa (cover)"
    parts = {"column": "Số cán bộ phụ trách", "parts": "“Lượt người dân”, “Cột riêng”", "figures": "1"}
    assert "“Reached: the general public”, “Cột riêng”" in Problem("whole_missing", params=parts).what("en")


def test_a_header_that_must_be_written_is_told_as_the_workbook_has_it() -> None:
    problem = Problem("header_differs", params={"column": "Lượt người dân", "code": "reach_general"})
    assert "“Lượt người dân”" in problem.expected("en")


def test_once_personal_data_is_met_no_value_of_the_file_is_kept() -> None:
    problems = [
        Problem("not_a_count", "B1", "C7", "Lan", {"column": "x"}),
        Problem("personal_column", "B1", "M6", "Họ tên"),
    ]
    assert [problem.value for problem in finish(problems)] == [None, None]


def test_a_hopeless_file_gives_a_bounded_answer() -> None:
    problems = finish([Problem("report_empty") for _ in range(MAX_PROBLEMS + 25)])
    assert len(problems) == MAX_PROBLEMS + 1
    assert "25" in problems[-1].what("en")


@pytest.mark.parametrize("catalogue", ["cli", "builds"])
def test_the_command_line_speaks_both_languages(catalogue: str) -> None:
    for key, text in load_texts(catalogue).items():
        assert set(text) == {"vi", "en"}, key
        assert set(re.findall(r"{(\w+)", text["vi"])) <= set(re.findall(r"{(\w+)", text["en"])), key


def test_no_text_of_a_command_leaves_it_open_whether_there_is_one_or_are_many() -> None:
    folder = Path(warehouse.text.__file__).parent
    assert [path.name for path in folder.glob("*.toml") if "(s)" in path.read_text(encoding="utf-8")] == []
