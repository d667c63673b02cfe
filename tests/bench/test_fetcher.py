"""The fetcher requests as a browser does: over kept connections, conditionally, and forms as the page's script does."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench.fetcher import AnswerError, Fetcher

HOST = "127.0.0.1"
PAGE = gzip.compress(b"a page")
FRESH = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s' % (len(PAGE), PAGE)
SEEN = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
WRITTEN = b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"state":"done"}'
REFUSED = b"HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\n\r\n"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Server:
    """Sends the given answers in their order; keeps the requests and counts the connections."""

    def __init__(self, *answers: bytes, hangs_up: bool = False) -> None:
        self.answers, self.hangs_up = list(answers), hangs_up
        self.asked: list[bytes] = []
        self.connections = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        self.connections += 1
        try:
            while self.answers:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head.lower())
                self.asked.append(head + await reader.readexactly(int(length[1]) if length else 0))
                writer.write(self.answers.pop(0))
                if self.hangs_up:
                    break
        except asyncio.IncompleteReadError:
            pass
        writer.close()


def visited(server: Server, visit: Callable[[Fetcher], Awaitable[None]]) -> None:
    """Call `visit` with a browser of this server's."""

    async def run() -> None:
        async with await asyncio.start_server(server.connected, HOST, 0) as listening:
            fetcher = Fetcher(f"http://{HOST}:{listening.sockets[0].getsockname()[1]}")
            await visit(fetcher)
            fetcher.close()

    # In a thread of its own: a browser test may keep a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def test_what_was_seen_is_asked_about_again_on_the_same_connection() -> None:
    server = Server(FRESH, SEEN)

    async def visit(fetcher: Fetcher) -> None:
        assert (await fetcher.get("/target?target=T01&units=760,769")).unpacked() == b"a page"
        assert (await fetcher.get("/target?target=T01&units=760,769")).unpacked() == b""

    visited(server, visit)
    first, second = server.asked
    assert first.startswith(b"GET /target?target=T01&units=760,769 HTTP/1.1\r\n")
    assert b"if-none-match" not in first.lower()
    assert b'if-none-match: "1"' in second.lower()
    assert server.connections == 1


def test_a_connection_that_the_server_ended_is_replaced() -> None:
    server = Server(FRESH, FRESH, hangs_up=True)

    async def visit(fetcher: Fetcher) -> None:
        for path in ("/one", "/other"):
            assert (await fetcher.get(path)).unpacked() == b"a page"

    visited(server, visit)
    assert server.connections == 2


def test_a_browser_has_six_connections_and_no_more() -> None:
    server = Server(*[FRESH] * 30)

    async def visit(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.get(f"/{number}") for number in range(30)))

    visited(server, visit)
    assert server.connections == 6


def test_an_answer_without_content_is_an_error() -> None:
    async def visit(fetcher: Fetcher) -> None:
        with pytest.raises(AnswerError, match="/nowhere: 404"):
            await fetcher.get("/nowhere")

    visited(Server(MISSING), visit)


def test_a_form_is_sent_as_the_page_s_script_sends_it() -> None:
    server = Server(WRITTEN, FRESH)

    async def visit(fetcher: Fetcher) -> None:
        answer = await fetcher.post("/act/add-note?at=%2Fward", {"text": "Hai lớp", "unit_code": "26740"})
        assert answer.unpacked() == b'{"state":"done"}'
        assert (await fetcher.get("/ward")).unpacked() == b"a page"

    visited(server, visit)
    head, _, body = server.asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /act/add-note?at=%2Fward HTTP/1.1\r\n")
    assert b"\r\norigin: http://127.0.0.1:" in head.lower()
    assert b"\r\naccept: application/json" in head.lower()
    assert body == b"text=Hai+l%E1%BB%9Bp&unit_code=26740"
    assert server.connections == 1


def test_a_form_that_is_refused_is_an_error() -> None:
    async def visit(fetcher: Fetcher) -> None:
        with pytest.raises(AnswerError, match="/act/add-note: 422"):
            await fetcher.post("/act/add-note", {"text": ""})

    visited(Server(REFUSED), visit)
