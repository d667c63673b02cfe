"""HTTP as a browser speaks it to one server: few connections, kept for the next request; a page that it has is
requested conditionally. Contents are not kept: a measurement needs the answer's arrival.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import h11

from tests.codings import unpacked

MOST_CONNECTIONS = 6
PIECE = 1 << 16
OK, NOT_MODIFIED, BAD_GATEWAY = 200, 304, 502
DOCUMENT, JSON = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"
HEADERS = (
    ("User-Agent", "Mozilla/5.0 (bench)"),
    ("Accept-Language", "vi-VN,vi;q=0.9"),
    ("Accept-Encoding", "br, gzip"),
    ("Connection", "keep-alive"),
)


class AnswerError(RuntimeError):
    """The answer was an error, or none."""


class NoAnswerError(AnswerError):
    """A proxy has no answer of the server."""


@dataclass(frozen=True)
class Content:
    """What came, as it came; empty when it is what was seen before."""

    packed: bytes
    encoding: str

    def unpacked(self) -> bytes:
        """The content; empty as well where it is what was seen before."""
        return unpacked(self.packed, self.encoding) if self.packed else b""


class Fetcher:
    """One browser's connections to a server, from an address of this machine, and what it has seen there."""

    def __init__(self, url: str, address: str = "") -> None:
        self._server = urlsplit(url)
        self._from = (address, 0) if address else None
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)
        self._idle: list[_Connection] = []
        self._seen: dict[str, str] = {}

    async def get(self, path: str) -> Content:
        """Return the content at an address. Raises AnswerError when there is none."""
        headers = [("Accept", DOCUMENT)]
        if path in self._seen:
            headers.append(("If-None-Match", self._seen[path]))
        content, tag = await self._request("GET", path, headers)
        if tag:
            self._seen[path] = tag
        return content

    async def post(self, path: str, values: Mapping[str, str]) -> Content:
        """Send a form as the page's script does; return the answer, which is JSON. Raises AnswerError when the form
        was not accepted."""
        form = urlencode(values).encode()
        headers = [
            ("Accept", JSON),
            ("Origin", f"{self._server.scheme}://{self._server.netloc}"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(form))),
        ]
        content, _ = await self._request("POST", path, headers, form)
        return content

    async def _request(
        self, method: str, path: str, headers: list[tuple[str, str]], form: bytes = b""
    ) -> tuple[Content, str]:
        """Return the answer's content and its entity tag, if it has one."""
        host = ("Host", self._server.netloc)
        request = h11.Request(method=method, target=path, headers=[host, *HEADERS, *headers])
        async with self._places:
            answer, body = await self._exchange(request, form)
        if answer.status_code == BAD_GATEWAY:
            raise NoAnswerError(path)
        if answer.status_code not in (OK, NOT_MODIFIED):
            raise AnswerError(f"{path}: {answer.status_code}")
        found = {name.decode(): value.decode() for name, value in answer.headers}
        return Content(body, found.get("content-encoding", "")), found.get("etag", "")

    def close(self) -> None:
        """End the connections that nobody uses; the next request opens one."""
        while self._idle:
            self._idle.pop().close()

    async def _exchange(self, request: h11.Request, form: bytes) -> tuple[h11.Response, bytes]:
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._send(connection, request, form)
            except (OSError, h11.RemoteProtocolError):
                # The server may end an idle connection at any time: browsers repeat the request on another one.
                connection.close()
        reader, writer = await asyncio.open_connection(self._server.hostname, self._server.port, local_addr=self._from)
        return await self._send(_Connection(reader, writer), request, form)

    async def _send(self, connection: _Connection, request: h11.Request, form: bytes) -> tuple[h11.Response, bytes]:
        answer, body = await connection.send(request, form)
        if connection.is_kept():
            self._idle.append(connection)
        return answer, body


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT)

    async def send(self, request: h11.Request, form: bytes) -> tuple[h11.Response, bytes]:
        """Send a request with its body and read the whole answer."""
        events = [request, h11.Data(form), h11.EndOfMessage()] if form else [request, h11.EndOfMessage()]
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))
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
