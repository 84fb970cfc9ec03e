"""`flask worker`: do the work promised in the outbox, and say how it stands; it never prints a payload."""

import signal
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import click
from flask.cli import with_appcontext

from app.cli.speech import say
from app.services.handlers import make_handlers
from app.services.house import current_house
from app.services.outbox import list_dead_jobs, read_backlog, revive_dead_jobs
from app.services.unit_of_work import Units
from app.services.worker import Worker


@click.command("worker")
@click.option("--once", "is_once", is_flag=True, help="Faire ce qui attend, puis s’arrêter.")
@click.option("--status", "is_status", is_flag=True, help="Dire où en sont les travaux, sans travailler.")
@click.option("--revive", "is_revive", is_flag=True, help="Redonner une chance aux travaux abandonnés.")
@with_appcontext
def worker_command(is_once: bool, is_status: bool, is_revive: bool) -> None:
    """Faire les travaux en attente : mettre les lettres en page, envoyer le courrier.

    S’arrête proprement sur Ctrl+C ou SIGTERM, le travail en cours étant terminé.
    """
    units = current_house().units
    if is_revive:
        say(f"{revive_dead_jobs(units)} travaux remis en attente")
    elif is_status:
        print_status(units)
    else:
        count = current_house().settings.RENDER_PROCESSES
        worker = Worker(units, make_handlers(count))

        def stop(_number: int, _frame: FrameType | None) -> None:
            worker.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        tried = worker.run(is_once=True) if is_once else run_in_threads(worker, count)
        if is_once:
            say(f"{tried} travaux tentés")


def run_in_threads(worker: Worker, count: int) -> int:
    """Work in as many threads as there are rendering processes to keep busy, until the worker is stopped."""
    with ThreadPoolExecutor(count) as threads:
        return sum(done.result() for done in [threads.submit(worker.run) for _ in range(count)])


def print_status(units: Units) -> None:
    """Print the counts, then each dead row."""
    backlog = read_backlog(units)
    say(f"en attente : {backlog.waiting}")
    say(f"en cours : {backlog.leased}")
    say(f"faits : {backlog.done}")
    say(f"abandonnés : {backlog.dead}")
    for job in list_dead_jobs(units):
        say(f"  {job.created_at:%Y-%m-%d %H:%M} UTC  {job.kind}  {job.attempts} essais  {job.last_error}")
