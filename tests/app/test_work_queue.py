"""Large files are made in a line of their own: who meets a full one is told to come again, all others are served."""

import asyncio
from collections.abc import Mapping
from threading import Event

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message

from app.core.access import Viewer
from app.core.i18n import words_in
from app.web import downloads, export_routes
from tests.answered import awaited


def wanted(name: str, lang: str) -> Request:
    """A request for a file."""
    scope = {"type": "http", "path_params": {"name": name}, "query_string": f"lang={lang}".encode(), "headers": []}
    return Request(scope, receive)


async def receive() -> Message:
    """A reader who stays and sends nothing."""
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_crowd_that_wants_large_files_meets_words_and_a_small_file_is_made_meanwhile(
    monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    may_end = Event()

    def respond(name: str, _: Mapping[str, str], __: Viewer) -> Response:
        if name in export_routes.LARGE:
            may_end.wait(30)
        return PlainTextResponse(name)

    monkeypatch.setattr(export_routes, "respond", respond)
    # Places enough for everybody: it is the line that is full.
    monkeypatch.setattr(downloads, "downloads", downloads.Downloads(in_all=40, each=40))

    async def crowd() -> tuple[list[Response], Response]:
        asked = [asyncio.create_task(export_routes.export(wanted("mart.csv", lang))) for _ in range(40)]
        small = await export_routes.export(wanted("table.csv", lang))
        may_end.set()
        return await asyncio.gather(*asked), small

    large, small = awaited(crowd())
    assert small.status_code == 200
    refused = [answer for answer in large if answer.status_code == 503]
    assert len(refused) == 40 - 2 - 6
    assert {(bytes(answer.body).decode(), answer.headers["retry-after"]) for answer in refused} == {
        (words_in(lang)("guard.crowded"), "10")
    }
