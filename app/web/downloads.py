"""Large downloads: sent from an open file without a name, a limited number at a time.

A file occupies disk space until it is sent, however slowly the reader receives it; so downloads are limited for each
reader and in total, and a reader who receives nothing for a minute is disconnected.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import BinaryIO

from anyio import CancelScope, create_task_group, fail_after, to_thread
from anyio.lowlevel import checkpoint
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.web.work_queue import QueueFullError

CHUNK = 1 << 18
STALLED_S = 60.0
log = logging.getLogger(__name__)


class Place:
    """The permission to make and send one large file; returned once, whatever the outcome."""

    def __init__(self, downloads: Downloads, who: str) -> None:
        self._downloads, self._who = downloads, who
        self._is_held = True

    def give_back(self) -> None:
        """Return the permission."""
        if self._is_held:
            self._is_held = False
            self._downloads.under_way[self._who] -= 1
            # A counter would keep a zero for every person.
            self._downloads.under_way += Counter()


class Downloads:
    """The current downloads: at most `in_all`, of one person or address at most `each`."""

    def __init__(self, in_all: int, each: int) -> None:
        self.in_all, self.each = in_all, each
        self.under_way: Counter[str] = Counter()

    def take_place(self, who: str) -> Place:
        """Return a place for one more file. Raises `QueueFullError`."""
        if self.under_way[who] >= self.each or self.under_way.total() >= self.in_all:
            raise QueueFullError
        self.under_way[who] += 1
        return Place(self, who)


# More than anyone takes before a meeting.
downloads = Downloads(in_all=24, each=8)


class OpenFile(Response):
    """A response that sends an open file in parts, closes it and returns its place, also when the reader disconnects or
    stops reading."""

    def __init__(self, file: BinaryIO, media_type: str | None, headers: Mapping[str, str]) -> None:
        super().__init__(None, HTTPStatus.OK, dict(headers), media_type)
        self.file = file
        self._place: Place | None = None
        self.headers["content-length"] = str(file.seek(0, 2))
        file.seek(0)

    def held_by(self, place: Place) -> OpenFile:
        """Return this response, which returns `place` at its end."""
        self._place = place
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            with self.file:
                async with create_task_group() as tasks:
                    tasks.start_soon(_end_when_gone, receive, tasks.cancel_scope)
                    await self._send_or_give_up(send)
                    tasks.cancel_scope.cancel()
        finally:
            if self._place:
                self._place.give_back()

    async def _send_or_give_up(self, send: Send) -> None:
        try:
            await self._send(send)
        except TimeoutError:
            log.info("a download that nobody took was ended")

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while part := await to_thread.run_sync(self.file.read, CHUNK):
            with fail_after(STALLED_S):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _end_when_gone(receive: Receive, sending: CancelScope) -> None:
    """Cancel the scope `sending` when the reader has gone: the server would let the whole rest go nowhere."""
    while (await receive())["type"] != "http.disconnect":
        # A server may repeat the request at once; without this nothing else would run.
        await checkpoint()
    sending.cancel()


async def counted(who: str, make: Callable[[], Awaitable[Response]], receive: Receive) -> Response:
    """Return the answer of `make`; it counts as a download of `who` until it is sent. Raises `QueueFullError`.

    A file that waits for a thread leaves its queue when its reader does, who may request it again and again.
    """
    place = downloads.take_place(who)
    try:
        answer = await _made_for(receive, make)
    except BaseException:
        place.give_back()
        raise
    if answer.status_code != HTTPStatus.OK:
        place.give_back()
        return answer
    opened = answer if isinstance(answer, OpenFile) else OpenFile(BytesIO(answer.body), None, answer.headers)
    return opened.held_by(place)


async def _made_for(receive: Receive, make: Callable[[], Awaitable[Response]]) -> Response:
    """Return the answer of `make`, or one that no one receives if the reader disconnects before it begins."""
    answer, failed = Response(status_code=499), None
    async with create_task_group() as tasks:
        tasks.start_soon(_end_when_gone, receive, tasks.cancel_scope)
        try:
            answer = await make()
        except Exception as error:  # noqa: BLE001 - raised below: a group would wrap it
            failed = error
        tasks.cancel_scope.cancel()
    if failed:
        raise failed
    return answer
