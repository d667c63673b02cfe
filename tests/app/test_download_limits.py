"""Large files go out in parts; whoever takes nothing is let go, and every place is given back once."""

from functools import partial
from io import BytesIO
from threading import Event
from typing import BinaryIO

import anyio
import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message

from app.web import downloads as module
from app.web.downloads import CHUNK, Downloads, OpenFile, counted
from app.web.work_queue import QueueFullError, WorkQueue
from tests.answered import awaited


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Downloads:
    """Three places, two for each."""
    made = Downloads(in_all=3, each=2)
    monkeypatch.setattr(module, "downloads", made)
    return made


class Read(BytesIO):
    """A file that counts the parts that were read of it."""

    parts = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.parts += 1
        return super().read(size)


async def large() -> Response:
    """A file of several parts."""
    return OpenFile(BytesIO(b"x" * (2 * CHUNK + 1)), "text/csv", {})


async def receive() -> Message:
    """A reader who stays and sends nothing."""
    await anyio.sleep_forever()
    raise AssertionError


def test_everybody_has_so_many_places_and_all_together_no_more(places: Downloads) -> None:
    held = [places.take_place("a"), places.take_place("a")]
    with pytest.raises(QueueFullError):
        places.take_place("a")
    held.append(places.take_place("b"))
    with pytest.raises(QueueFullError):
        places.take_place("c")
    for place in held:
        place.give_back()
        place.give_back()
    assert not places.under_way


def test_a_file_is_sent_whole_then_closed_and_its_place_given_back(places: Downloads) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        assert places.under_way == {"a": 1}
        sent.append(message)

    async def run() -> BinaryIO:
        answer = await counted("a", large, receive)
        assert isinstance(answer, OpenFile)
        await answer({"type": "http"}, receive, send)
        return answer.file

    assert awaited(run()).closed
    assert dict(sent[0]["headers"])[b"content-length"] == str(2 * CHUNK + 1).encode()
    assert b"".join(message.get("body", b"") for message in sent[1:]) == b"x" * (2 * CHUNK + 1)
    assert not sent[-1].get("more_body")
    assert not places.under_way


def test_who_takes_nothing_is_let_go(places: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALLED_S", 0.01)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await anyio.sleep_forever()

    async def run() -> None:
        await (await counted("a", large, receive))({"type": "http"}, receive, send)

    awaited(run())
    assert not places.under_way


def test_when_its_reader_goes_away_no_more_of_a_file_is_read(places: Downloads) -> None:
    gone = anyio.Event()

    async def leave() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            gone.set()
            await anyio.sleep(0)

    async def run() -> None:
        file = Read(b"x" * (100 * CHUNK))
        answer = OpenFile(file, "text/csv", {}).held_by(places.take_place("a"))
        await answer({"type": "http"}, leave, send)
        assert file.closed
        assert 0 < file.parts < 100

    awaited(run())
    assert not places.under_way


def test_a_file_whose_reader_leaves_before_it_is_begun_is_not_made_and_others_get_theirs(places: Downloads) -> None:
    may_end, made = Event(), []
    queue = WorkQueue(at_once=1, waiting=1)

    def make(name: str) -> Response:
        may_end.wait(30)
        made.append(name)
        return Response(b"words")

    async def leave() -> Message:
        return {"type": "http.disconnect"}

    async def run() -> Response:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(counted, "a", partial(queue.run, partial(make, "first")), receive)
            await anyio.wait_all_tasks_blocked()
            for _ in range(3):
                await counted("b", partial(queue.run, partial(make, "again")), leave)
            may_end.set()
        return await counted("b", partial(queue.run, partial(make, "other")), receive)

    assert awaited(run()).status_code == 200
    assert made == ["first", "other"]
    assert places.under_way == {"a": 1, "b": 1}


def test_a_document_in_memory_counts_too_and_a_refusal_does_not(places: Downloads) -> None:
    async def document() -> Response:
        return Response(b"words", media_type="application/x", headers={"Content-Disposition": "attachment"})

    async def refused() -> Response:
        return PlainTextResponse("no", 403)

    async def broken() -> Response:
        raise FileNotFoundError

    async def run() -> Response:
        assert (await counted("a", refused, receive)).status_code == 403
        with pytest.raises(FileNotFoundError):
            await counted("a", broken, receive)
        assert not places.under_way
        return await counted("a", document, receive)

    answer = awaited(run())
    assert places.under_way == {"a": 1}
    told = {"content-type": "application/x", "content-disposition": "attachment", "content-length": "5"}
    assert dict(answer.headers) == told
