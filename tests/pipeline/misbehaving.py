"""What a file could make its reader do; run in the sandbox's process only."""

import ctypes
import os
import signal

from warehouse.forms.reading.reader import Reading


def never_end() -> None:
    """Wait in a call that the interpreter cannot leave, as a native parser in a loop would."""
    while True:
        ctypes.CDLL(None).usleep(500_000)


def wait_longer_than_it_works() -> int:
    """Take no processor for more than a second, as a reader does that a busy machine keeps waiting; return the
    process's number."""
    ctypes.CDLL(None).usleep(1_200_000)
    return os.getpid()


def spin() -> None:
    """Use the processor for ever."""
    while True:
        pass


def eat() -> None:
    """Take memory without end."""
    taken = []
    while True:
        taken.append(bytearray(10_000_000))


def abort() -> None:
    """End as a native allocation does that fails."""
    os.abort()


def fall_over() -> None:
    """End as a native parser does that reads where nothing is."""
    os.kill(os.getpid(), signal.SIGSEGV)


def raise_with_content() -> None:
    """Fail as a bug of ours would, with a cell's content in the message."""
    raise ValueError("Nguyễn Thị Lan")


def grow() -> int:
    """Keep memory after the answer, as a heap in pieces does; return the process's number."""
    global _kept  # noqa: PLW0603
    _kept = bytearray(300_000_000)
    return os.getpid()


def number() -> int:
    """The process's number."""
    return os.getpid()


def environment() -> list[str]:
    """Names of all that the process was told."""
    return sorted(os.environ)


class Trap:
    """What a child that was taken over could send: building it runs a command."""

    def __reduce__(self) -> tuple:
        return (os.system, ("true",))


def send_a_trap() -> Trap:
    """An answer that must not be built."""
    return Trap()


def send_a_reading() -> Reading:
    """An answer as it should be."""
    return Reading(kind="ods")


_kept = bytearray()
