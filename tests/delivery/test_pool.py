"""The pool: limits that hold, a process that dies alone, letters that go on."""

import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.delivery import process
from app.delivery.errors import ForbiddenResource, RenderFailed, RenderTimeout, RenderTooLarge
from app.delivery.html import letter_html
from app.delivery.pdf import render_pdf
from app.delivery.pool import PAGE_BYTES, RenderPool
from app.delivery.process import Process
from tests.delivery.sample_letters import long_letter, short_letter

PAGE = letter_html(short_letter())
ENDLESS = '<html lang="fr"><title>x</title><body>' + "<b>a</b> " * 100_000
DEEP = '<html lang="fr"><title>x</title><body>' + "<div>" * 20_000


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    with RenderPool(processes=2) as made:
        yield made


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_the_pool_gives_the_bytes_of_the_press_itself(pool: RenderPool) -> None:
    assert pool.render(PAGE) == render_pdf(PAGE)


def test_many_threads_at_once_each_get_their_own_letter(pool: RenderPool) -> None:
    pages = [PAGE, letter_html(long_letter())] * 6
    wanted = [render_pdf(page).sha256 for page in pages[:2]] * 6
    found: dict[int, str] = {}

    def ask(number: int) -> None:
        found[number] = pool.render(pages[number]).sha256

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(pages))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(len(pages))] == wanted
    assert len(pool.process_ids()) == 2


def test_the_check_travels_through_the_pool(pool: RenderPool) -> None:
    found = pool.check(PAGE)
    assert found.problems == ()
    assert found.address is not None
    assert found.address.left == pytest.approx(110)


def test_a_page_that_reaches_outside_is_refused_and_its_process_kept(pool: RenderPool) -> None:
    before = pool.process_ids()
    with pytest.raises(ForbiddenResource):
        pool.render('<html lang="fr"><img src="http://localhost:1/" alt="x">')
    assert pool.process_ids() == before


def test_a_page_too_long_never_reaches_a_process(pool: RenderPool) -> None:
    with pytest.raises(RenderTooLarge, match="trop longue"):
        pool.render("a" * (PAGE_BYTES + 1))


def test_half_a_character_is_no_reason_to_fail(pool: RenderPool) -> None:
    assert pool.render('<html lang="fr"><title>x</title>a\ud800b').pages == 1


def test_a_letter_that_takes_too_long_is_killed_alone_and_the_next_one_renders() -> None:
    with RenderPool(processes=1, seconds=1.0) as pool:
        first = pool.render(PAGE)
        (victim,) = pool.process_ids()
        with pytest.raises(RenderTimeout, match="trop de temps"):
            pool.render(ENDLESS)
        assert not _is_alive(victim)
        assert pool.render(PAGE) == first
        assert pool.process_ids() != (victim,)


def test_a_letter_that_takes_too_much_memory_ends_alone_and_the_next_one_renders() -> None:
    with RenderPool(processes=1, seconds=60.0, memory=160 * 1024 * 1024) as pool:
        first = pool.render(PAGE)
        (victim,) = pool.process_ids()
        with pytest.raises(RenderTooLarge, match="trop longue"):
            pool.render(ENDLESS)
        assert not _is_alive(victim)
        assert pool.render(PAGE) == first


def test_a_letter_nested_too_deep_ends_alone_and_the_next_one_renders() -> None:
    with RenderPool(processes=1, seconds=5.0) as pool:
        first = pool.render(PAGE)
        with pytest.raises(RenderFailed):
            pool.render(DEEP)
        assert pool.render(PAGE) == first


def test_a_process_killed_from_outside_is_replaced() -> None:
    with RenderPool(processes=1) as pool:
        first = pool.render(PAGE)
        (victim,) = pool.process_ids()
        os.kill(victim, 9)
        with pytest.raises(RenderFailed):
            pool.render(PAGE)
        assert pool.render(PAGE) == first


def test_a_process_that_waited_long_for_its_first_letter_still_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Process(RenderPool.program, seconds=30.0, memory=1 << 30)
    try:
        ready, _, _ = select.select([waiting._pipe], [], [], 60.0)
        assert ready
        monkeypatch.setattr(process, "_SECONDS_TO_START", 0.0)
        answer, _ = waiting.do({}, b"")
        assert answer  # a refusal or a letter: the process was heard, not given up
    finally:
        waiting.end()


def test_a_process_is_retired_after_its_share_of_letters() -> None:
    with RenderPool(processes=1, letters=2) as pool:
        seen: set[int] = set()
        for _ in range(4):
            seen.update(pool.process_ids())
            pool.render(PAGE)
        assert len(seen) == 2


def test_a_caller_who_waits_too_long_is_told_so() -> None:
    with RenderPool(processes=1, patience=0.05, seconds=3.0) as pool:
        pool.render(PAGE)
        busy = threading.Thread(target=_render_in_vain, args=(pool,))
        busy.start()
        threading.Event().wait(0.3)
        with pytest.raises(RenderTimeout, match="dans une minute"):
            pool.render(PAGE)
        busy.join()


def _render_in_vain(pool: RenderPool) -> None:
    with pytest.raises(RenderTimeout, match="trop de temps"):
        pool.render(ENDLESS)


def test_closing_ends_every_process_and_refuses_the_next_letter() -> None:
    pool = RenderPool(processes=2)
    processes = pool.process_ids()
    pool.close()
    pool.close()
    assert not any(_is_alive(pid) for pid in processes)
    with pytest.raises(RenderFailed, match="arrêtée"):
        pool.render(PAGE)


def test_a_rendering_process_sees_no_secret_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARNET_SECRET", "tres-secret")
    with RenderPool(processes=1) as pool:
        pool.render(PAGE)
        (pid,) = pool.process_ids()
        environment = dict(
            entry.split("=", 1) for entry in Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0") if entry
        )
        assert "CARNET_SECRET" not in environment
        folder = Path(environment["TMPDIR"])
        assert list(folder.iterdir())
    assert not folder.exists()


def test_a_process_without_its_pool_ends_by_itself() -> None:
    program = (
        "import os; from app.delivery.pool import RenderPool; p = RenderPool(processes=1);"
        " p.render('<html lang=fr><title>x</title>a'); print(p.process_ids()[0], flush=True); os._exit(0)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    pid = int(answer.stdout)
    for _ in range(100):
        if not _is_alive(pid) or "Z" in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]:
            break
        threading.Event().wait(0.05)
    else:
        raise AssertionError("the process outlived its pool")
