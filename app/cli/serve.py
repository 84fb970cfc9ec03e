"""`flask serve`: the whole house on one machine, pages and worker as child processes; it does no work
itself."""

import signal
import subprocess
import sys
import threading
from types import FrameType
from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext

from app.cli.speech import Refused, say
from app.services.event_log import log_fault
from app.services.house import House, current_house
from app.services.retention import purge
from app.services.unit_of_work import DatabaseUnavailable

PURGE_EVERY_SECONDS = 3600.0
LOOK_EVERY_SECONDS = 0.5
STOP_WITHIN_SECONDS = 15.0
DEFAULT_PORT = 8000


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port d’écoute, celui de BASE_URL par défaut.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processus pour les pages.")
@with_appcontext
def serve_command(host: str, port: int | None, workers: int) -> None:
    """Ouvrir le carnet sur cette machine : les pages, le travail de fond et l’effacement de ce qui a fait
    son temps.

    S’arrête sur Ctrl+C.
    """
    house = current_house()
    port = port or urlsplit(house.settings.BASE_URL).port or DEFAULT_PORT
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    commands = child_commands(host, port, workers)
    children = [subprocess.Popen(command) for command in commands]  # noqa: S603  our own command lines, no shell
    say(f"Le carnet est ouvert : {house.settings.BASE_URL} (Ctrl+C pour le fermer)")
    try:
        is_clean = watch(house, children, stopping)
    finally:
        stop_children(children)
    if not is_clean:
        raise Refused("Une partie du carnet s’est arrêtée seule : lisez les lignes ci-dessus, puis relancez.")
    say("Le carnet est fermé.")


def child_commands(host: str, port: int, workers: int) -> list[list[str]]:
    """The command lines of the children: gunicorn for the pages, one worker for the rest."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--workers", str(workers)]
    gunicorn += [
        "--worker-class",
        "gthread",
        "--threads",
        "4",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    gunicorn += ["--graceful-timeout", "10", "wsgi:app"]
    return [gunicorn, [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]]


def watch(house: House, children: list["subprocess.Popen[bytes]"], stopping: threading.Event) -> bool:
    """Wait for the signal to stop, purging now and then; False when a child ended by itself."""
    waited = PURGE_EVERY_SECONDS
    while not stopping.is_set():
        if any(child.poll() is not None for child in children):
            return False
        if waited >= PURGE_EVERY_SECONDS:
            waited = 0.0
            purge_quietly(house)
        stopping.wait(LOOK_EVERY_SECONDS)
        waited += LOOK_EVERY_SECONDS
    return True


def purge_quietly(house: House) -> None:
    """Purge; a lost database is logged and tried again at the next turn."""
    try:
        purge(house)
    except DatabaseUnavailable as error:
        log_fault("purge-failed", error)


def stop_children(children: list["subprocess.Popen[bytes]"]) -> None:
    """Ask each child to end, then end those that do not."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
