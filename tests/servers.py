"""Ports for servers of the tests' own."""

import socket

# How often such a server looks whether it is to end; half a second if it is not told.
POLL_S = 0.01


def free_port() -> int:
    """A port of the loopback address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
