"""Servers of the tests' own, and ports for them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread

# How often a server looks whether it is to end; half a second if it is not told.
POLL_S = 0.01


def free_port() -> int:
    """A port of the loopback address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def answering(server: BaseServer) -> Iterator[None]:
    """Have a server answer, on a thread of its own, during the block; it is closed afterwards."""
    thread = Thread(target=server.serve_forever, args=(POLL_S,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
