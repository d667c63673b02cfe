"""A slow line on loopback: `python -m tests.bench.line PORT MBIT_S ROUND_TRIP_MS` forwards a port of its own to PORT.

The browser's own throttle leaves web sockets alone; this works below both, on TCP, in a process of its own. Bandwidth
is that of one line, shared by all connections of a direction; the round trip is there and back, so each direction is
late by half of it. There is no slow start and no loss: a real line of these numbers is slower.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.processes import PROJECT, BenchError

HOST = "127.0.0.1"
CHUNK = 8192
# What may wait beyond that which is on its way: about what a router keeps.
WAITING = 64 * 1024
END = b""


@dataclass(frozen=True)
class Kind:
    """What a line is: its name in the table, its bandwidth in each direction, its round trip."""

    name: str
    mbit_s: float
    round_trip_ms: float


KINDS = (Kind("10 Mbit/s 40 ms", 10, 40), Kind("4 Mbit/s 80 ms", 4, 80))


class Direction:
    """One direction's clock: what is sent leaves after all that was sent before it, at the line's bandwidth."""

    def __init__(self, kind: Kind) -> None:
        self.bytes_per_s = kind.mbit_s * 1e6 / 8
        self.delay_s = kind.round_trip_ms / 2000
        self.free_at = 0.0

    def send(self, now: float, size: int) -> tuple[float, float]:
        """Take `size` bytes at `now`; return when they begin to leave, and when the last of them has arrived."""
        begins = max(now, self.free_at)
        self.free_at = begins + size / self.bytes_per_s
        return begins, self.free_at + self.delay_s

    def chunks(self) -> int:
        """How many chunks of one connection may be under way or waiting."""
        return 1 + int(self.bytes_per_s * self.delay_s + WAITING) // CHUNK


class Line:
    """Carries connections to a port of this machine, all of them over the same two directions."""

    def __init__(self, kind: Kind, port: int) -> None:
        self.up, self.down = Direction(kind), Direction(kind)
        self._port, self._round_trip_s = port, kind.round_trip_ms / 1000

    async def serve(self) -> asyncio.Server:
        """Begin to listen, on a free port."""
        return await asyncio.start_server(self._connect, HOST, 0, limit=CHUNK)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Here the browser is connected at once; over a line its first request leaves a round trip later.
        await asyncio.sleep(self._round_trip_s)
        writers = [writer]
        try:
            there, back = await asyncio.open_connection(HOST, self._port, limit=CHUNK)
            writers.append(back)
            async with asyncio.TaskGroup() as both:
                both.create_task(_carry(self.up, reader, back))
                both.create_task(_carry(self.down, there, writer))
        except* OSError:
            # Somebody hung up in the middle: the other side is told by the end of its connection.
            pass
        finally:
            for end in writers:
                end.close()


async def _carry(direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection's bytes in one direction, until their sender ends or either side hangs up."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(direction.chunks())
    async with asyncio.TaskGroup() as both:
        both.create_task(_take(direction, reader, under_way))
        both.create_task(_hand_over(under_way, writer))


async def _take(
    direction: Direction, reader: asyncio.StreamReader, under_way: asyncio.Queue[tuple[float, bytes]]
) -> None:
    """Put on the line what is sent. While a chunk waits for the line, others take their turn: none is read after it."""
    clock = asyncio.get_running_loop().time
    chunk = None
    while chunk != END:
        chunk = await reader.read(CHUNK)
        begins, arrives = direction.send(clock(), len(chunk))
        await under_way.put((arrives, chunk))
        await asyncio.sleep(begins - clock())


async def _hand_over(under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Give each chunk to its receiver when it arrives, and wait where the receiver does not take it."""
    clock = asyncio.get_running_loop().time
    while True:
        arrives, chunk = await under_way.get()
        await asyncio.sleep(arrives - clock())
        if chunk == END:
            break
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()


@contextmanager
def over(kind: Kind, port: int) -> Iterator[str]:
    """A line to a server's port, for the length of a `with` block; yields the address at its near end."""
    command = [sys.executable, "-m", "tests.bench.line", str(port), str(kind.mbit_s), str(kind.round_trip_ms)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            near_end = process.stdout.readline().strip()
            if not near_end:
                raise BenchError(f"the line of {kind.name} did not start")
            yield f"http://{HOST}:{near_end}"
        finally:
            process.terminate()


async def _main(port: str, mbit_s: str, round_trip_ms: str) -> None:
    server = await Line(Kind("", float(mbit_s), float(round_trip_ms)), int(port)).serve()
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
