"""The emulated line is never faster than its numbers, is shared by all, and changes no byte."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench.figures import COLD_VISIT, LOCAL
from tests.bench.line import CHUNK, HOST, KINDS, Direction, Kind, Line

TEN_MBIT = Kind("10 Mbit/s 40 ms", 10, 40)
FAST = Kind("so fast that a test is short", 200, 2)
DOWNLOAD = 500_000


def chunks(size: int) -> list[int]:
    """The sizes in which so many bytes are carried."""
    return [min(CHUNK, size - sent) for sent in range(0, size, CHUNK)]


def test_every_line_has_its_limits() -> None:
    assert list(COLD_VISIT) == [LOCAL, *(kind.name for kind in KINDS)]


def test_half_a_megabyte_takes_400_ms_and_the_way() -> None:
    direction, arrives = Direction(TEN_MBIT), 0.0
    for size in chunks(DOWNLOAD):
        _, arrives = direction.send(0.0, size)
    # 500 kB × 8 bits / 10 Mbit/s, then one way.
    assert arrives == pytest.approx(0.400 + 0.020)


def test_two_downloads_share_the_line_in_turn() -> None:
    direction = Direction(TEN_MBIT)
    ends = [direction.send(0.0, size)[1] for size in chunks(DOWNLOAD) for _ in ("one", "other")]
    one, other = ends[-2:]
    assert other == pytest.approx(0.800 + 0.020)
    assert other - one == pytest.approx(chunks(DOWNLOAD)[-1] / 1.25e6)


def test_an_idle_line_owes_nothing() -> None:
    direction = Direction(TEN_MBIT)
    assert direction.send(5.0, 1250) == pytest.approx((5.0, 5.0 + 0.001 + 0.020))
    assert direction.send(9.0, 1250) == pytest.approx((9.0, 9.0 + 0.001 + 0.020))


def test_little_more_waits_than_is_under_way() -> None:
    # 1.25 MB/s × 20 ms = 25 kB under way, and 64 KiB that wait.
    assert Direction(TEN_MBIT).chunks() * CHUNK == pytest.approx(25_000 + 64 * 1024, abs=CHUNK)


def test_bytes_arrive_unchanged_both_ways_and_no_sooner_than_they_can() -> None:
    sent = os.urandom(DOWNLOAD)

    async def visit(line: Line, port: int) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        got = await asyncio.gather(exchange(port, sent), exchange(port, sent[::-1]))
        took = clock() - began
        assert list(got) == [sent, sent[::-1]]
        # Connecting takes a round trip, what follows at least half of one, and both downloads together the line.
        assert took >= 0.002 + 2 * DOWNLOAD / line.down.bytes_per_s + line.down.delay_s
        assert line.down.free_at <= clock()

    # In a thread of its own: a browser test may keep a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, with_echo(visit)).result()


def test_a_visitor_who_hangs_up_leaves_the_line_to_others() -> None:
    async def visit(_line: Line, port: int) -> None:
        _, writer = await asyncio.open_connection(HOST, port)
        writer.write(bytes(DOWNLOAD))
        await writer.drain()
        writer.transport.abort()
        assert await exchange(port, b"still here") == b"still here"

    # In a thread of its own: a browser test may keep a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, with_echo(visit)).result()


async def with_echo(visit: Callable[[Line, int], Awaitable[None]]) -> None:
    """Call `visit` with a fast line, and its port, to a server that sends back what it gets."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while got := await reader.read(CHUNK):
            writer.write(got)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(echo, HOST, 0) as server:
        line = Line(FAST, server.sockets[0].getsockname()[1])
        async with await line.serve() as near_end:
            await visit(line, near_end.sockets[0].getsockname()[1])


async def exchange(port: int, sent: bytes) -> bytes:
    """Send all, end, and return all that comes back."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(sent)
    writer.write_eof()
    got = await reader.read(-1)
    writer.close()
    return got
