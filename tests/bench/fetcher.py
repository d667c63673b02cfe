"""HTTP as a browser speaks it to one server: few connections, kept for the next request; what was seen is only asked
about again. What is fetched is not kept: whoever measures many people needs the answer's arrival, not its content.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

from tests.codings import unpacked

MOST_CONNECTIONS = 6
PIECE = 1 << 16
OK, NOT_MODIFIED = 200, 304
HEADERS = (
    ("User-Agent", "Mozilla/5.0 (bench)"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "vi-VN,vi;q=0.9"),
    ("Accept-Encoding", "br, gzip"),
    ("Connection", "keep-alive"),
)


class AnswerError(RuntimeError):
    """The answer was an error, or none."""


@dataclass(frozen=True)
class Content:
    """What came, as it came; empty when it is what was seen before."""

    packed: bytes
    encoding: str

    def unpacked(self) -> bytes:
        """The content; empty as well where it is what was seen before."""
        return unpacked(self.packed, self.encoding) if self.packed else b""


class Fetcher:
    """One browser's connections to a server, and what it knows of what it has seen there."""

    def __init__(self, url: str) -> None:
        self._server = urlsplit(url)
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)
        self._idle: list[_Connection] = []
        self._seen: dict[str, str] = {}

    async def get(self, path: str) -> Content:
        """The content at an address. Raises AnswerError when there is none."""
        headers = [("Host", self._server.netloc), *HEADERS]
        if path in self._seen:
            headers.append(("If-None-Match", self._seen[path]))
        request = h11.Request(method="GET", target=path, headers=headers)
        async with self._places:
            answer, body = await self._exchange(request)
        if answer.status_code not in (OK, NOT_MODIFIED):
            raise AnswerError(f"{path}: {answer.status_code}")
        found = {name.decode(): value.decode() for name, value in answer.headers}
        if "etag" in found:
            self._seen[path] = found["etag"]
        return Content(body, found.get("content-encoding", ""))

    def close(self) -> None:
        """End the connections that nobody uses; the next request opens one."""
        while self._idle:
            self._idle.pop().close()

    async def _exchange(self, request: h11.Request) -> tuple[h11.Response, bytes]:
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._ask(connection, request)
            except (OSError, h11.RemoteProtocolError):
                # The server ended it meanwhile, as it may: browsers ask again on another one.
                connection.close()
        reader, writer = await asyncio.open_connection(self._server.hostname, self._server.port)
        return await self._ask(_Connection(reader, writer), request)

    async def _ask(self, connection: _Connection, request: h11.Request) -> tuple[h11.Response, bytes]:
        answer, body = await connection.ask(request)
        if connection.is_kept():
            self._idle.append(connection)
        return answer, body


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT)

    async def ask(self, request: h11.Request) -> tuple[h11.Response, bytes]:
        """Send a request and read the whole answer."""
        self._writer.write((self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b""))
        answer, body = None, bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(PIECE))
            elif isinstance(event, h11.Response):
                answer = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                assert answer is not None
                return answer, bytes(body)

    def is_kept(self) -> bool:
        """Whether another request may follow; if not, the connection is closed."""
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            return True
        self.close()
        return False

    def close(self) -> None:
        """End the connection."""
        self._writer.close()
