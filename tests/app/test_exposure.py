"""Where the app may be started, and that even a failure nobody caught is told in words and guarded."""

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from app.core.i18n import in_texts, texts_without_plan, words, words_in
from app.web import guard
from tests.answered import awaited
from warehouse.settings import OPEN_TO_ALL, Settings


def settings(**values: str) -> Settings:
    """Settings with these values."""
    return Settings.from_env(values, Path("no.env"))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_this_machine_alone_the_app_starts(address: str) -> None:
    guard.refuse_exposure(settings(), address)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("address", ["0.0.0.0", "::", "", None, "192.0.2.7", "no-such-name.invalid"])  # noqa: S104
def test_where_others_would_reach_it_the_app_refuses_to_start_unless_that_is_on_purpose(
    address: str | None, lang: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        guard.refuse_exposure(settings(KPI_LANG=lang), address)
    assert str(refused.value) == words_in(lang)("guard.exposed", where=address or "0.0.0.0, ::")
    guard.refuse_exposure(settings(KPI_AUTH=OPEN_TO_ALL), address)


def test_a_host_s_name_means_that_a_proxy_lets_others_in() -> None:
    with pytest.raises(SystemExit, match=r"kpi\.example\.vn"):
        guard.refuse_exposure(settings(KPI_HOST_NAMES="kpi.example.vn"), "127.0.0.1")
    guard.refuse_exposure(settings(KPI_HOST_NAMES="kpi.example.vn", KPI_AUTH=OPEN_TO_ALL), "127.0.0.1")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("name", "value"), [("KPI_AUTH", "every"), ("KPI_PLAN_DIR", "/nowhere"), ("KPI_IDLE_MINUTES", "0")]
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence_instead_of_a_start(
    name: str, value: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_LANG", lang)
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as refused:
        guard.starting_settings()
    said = str(refused.value)
    with in_texts(texts_without_plan(lang)):
        assert said.startswith(words("guard.setting", detail=name))
    assert "\n" not in said


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_failure_that_nobody_caught_is_told_in_words_and_guarded(lang: str) -> None:
    async def fail(_: object) -> None:
        raise ValueError("Nguyễn Thị Hoa")

    app = Starlette(
        routes=[Route("/", fail)],
        middleware=guard.middleware(settings()),
        exception_handlers={Exception: guard.failed},
    )
    scope = {"type": "http", "method": "GET", "path": "/", "scheme": "http", "query_string": f"lang={lang}".encode()}
    sent: list[Any] = []

    async def ask() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            sent.append(message)

        with pytest.raises(ValueError, match="Hoa"):
            await app(scope | {"headers": [(b"host", b"localhost")]}, receive, send)

    awaited(ask())
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert sent[0]["status"] == 500
    assert sent[1]["body"].decode() == words_in(lang)("guard.failed", code=headers["x-request-id"])
    assert {name: headers[name.lower()] for name in guard.HEADERS} == guard.HEADERS
