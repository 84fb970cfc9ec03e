"""Things are lent in the order in which they were asked for."""

import queue
import threading

import pytest

from app.delivery.turns import Turns


def test_a_thread_that_gives_back_does_not_pass_the_one_that_waits() -> None:
    turns: Turns[str] = Turns()
    turns.put("press")
    served: list[str] = []

    def work(name: str) -> None:
        for _ in range(200):
            thing = turns.get(timeout=20)
            served.append(name)
            turns.put(thing)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(served) == ["a"] * 200 + ["b"] * 200


def test_the_first_to_wait_is_the_first_served() -> None:
    turns: Turns[int] = Turns()
    order: list[str] = []
    first, second = threading.Event(), threading.Event()

    def wait(name: str, ready: threading.Event) -> None:
        ready.set()
        turns.get(timeout=20)
        order.append(name)

    threads = []
    for name, ready in (("first", first), ("second", second)):
        thread = threading.Thread(target=wait, args=(name, ready))
        thread.start()
        ready.wait(20)
        while len(turns._waiting) < len(threads) + 1:  # the thread stands in the line before the next one comes
            pass
        threads.append(thread)
    turns.put(1)
    threads[0].join(20)
    turns.put(2)
    threads[1].join(20)
    assert order == ["first", "second"]


def test_nobody_waits_for_ever() -> None:
    turns: Turns[int] = Turns()
    with pytest.raises(queue.Empty):
        turns.get(timeout=0.01)
    turns.put(3)
    assert turns.get(timeout=0.01) == 3
