"""Every state of a page is in its address."""

import pytest

from app.core.url_state import State, UnknownValueError, fallback, language_of, read
from app.web.sign_in_routes import own_path

PERIODS = ("2021Q1", "2021Q2")


def test_an_address_without_values_reads_as_the_latest_period_of_the_year_to_date_in_vietnamese() -> None:
    assert read("", {}, PERIODS, "2021Q2") == State("", "2021Q2", "ytd", "vi")


def test_an_address_survives_being_read_and_written() -> None:
    state = State("target", "2021Q1", "quarter", "en", own=(("target", "T14"), ("unit", "769")))
    parameters = dict(pair.split("=") for pair in state.href().split("?")[1].split("&"))
    assert read("target", parameters, PERIODS, "2021Q2") == state


def test_moving_to_another_page_keeps_period_window_and_language_and_drops_the_rest() -> None:
    state = State("target", "2021Q1", "quarter", "en", (("target", "T14"),))
    assert state.href("district", unit="769") == "/district?unit=769&period=2021Q1&window=quarter&lang=en"


@pytest.mark.parametrize(
    "parameters",
    [{"period": "2030Q9"}, {"window": "month"}, {"lang": "fr"}, {"target": "<script>"}, {"unit": "x" * 40}],
)
def test_an_unknown_value_is_refused_by_name(parameters: dict[str, str]) -> None:
    with pytest.raises(UnknownValueError) as refused:
        read("target", parameters, PERIODS, "2021Q2")
    assert refused.value.parameter in parameters


def test_a_parameter_with_listed_values_takes_these_and_no_other() -> None:
    assert read("target", {"history": "recalculated"}, PERIODS, "2021Q2").get("history") == "recalculated"
    with pytest.raises(UnknownValueError):
        read("target", {"history": "T09"}, PERIODS, "2021Q2")


def test_the_message_about_an_unknown_value_keeps_what_was_known() -> None:
    asked = {"period": "2030Q9", "window": "quarter", "lang": "en"}
    assert fallback("", asked, PERIODS, "2021Q2") == State("", "2021Q2", "quarter", "en")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/target?target=T09&lang=en", "/target?target=T09&lang=en"),
        ("//elsewhere.vn/", "/"),
        ("/\\elsewhere.vn/", "/"),
        ("/\t/elsewhere.vn/", "/"),
        ("/\t/[", "/"),
        ("https://elsewhere.vn/", "/"),
    ],
)
def test_only_a_page_of_the_app_itself_is_gone_back_to(given: str, kept: str) -> None:
    assert own_path(given) == kept


def test_an_unknown_language_reads_as_the_default() -> None:
    assert language_of({"lang": "fr"}) == "vi"
