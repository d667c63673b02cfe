"""Writers of one process take turns: who waits longest is next, and who waits too long gives up and delays no one."""

from threading import Event, Thread

import pytest

from warehouse.db.turns import Turns, TurnTimeoutError


def test_who_waits_longest_is_next() -> None:
    turns, order, waiting = Turns(), [], []

    def take(number: int) -> None:
        with turns.turn(10):
            order.append(number)

    with turns.turn(10):
        for number in range(5):
            waiting.append(Thread(target=take, args=(number,)))
            waiting[-1].start()
            while len(turns._waiting) <= number:
                pass
    for thread in waiting:
        thread.join()
    assert order == list(range(5))
    take(5)


def test_who_waits_too_long_gives_up_and_the_next_has_the_turn() -> None:
    turns, is_held, is_over = Turns(), Event(), Event()

    def hold() -> None:
        with turns.turn(10):
            is_held.set()
            is_over.wait()

    holder = Thread(target=hold)
    holder.start()
    is_held.wait()
    with pytest.raises(TurnTimeoutError), turns.turn(0.01):
        pytest.fail("the turn is another's")
    is_over.set()
    holder.join()
    # An error within a turn ends it.
    with pytest.raises(LookupError), turns.turn(0.01):
        raise LookupError
    with turns.turn(0.01):
        pass
