"""`flask worker`: do the work promised in the outbox, and say how it stands; it never prints a payload."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from types import FrameType

import click
from flask.cli import with_appcontext

from app.cli.speech import say
from app.services.handlers import (
    handlers_of,
    paper_handlers,
    posting_handlers,
    rendering_handlers,
    staff_handlers,
    tablet_handlers,
)
from app.services.house import House, current_house
from app.services.outbox import list_dead_jobs, read_backlog, revive_dead_jobs
from app.services.reminders import promise_sweep
from app.services.rendering import worker_pool
from app.services.unit_of_work import Units
from app.services.worker import Worker

# Two hundred booklets of twelve letters take minutes: nobody else takes them up meanwhile.
PAPER_LEASE = timedelta(minutes=10)


@click.command("worker")
@click.option("--once", "is_once", is_flag=True, help="Faire ce qui attend, puis s’arrêter.")
@click.option("--status", "is_status", is_flag=True, help="Dire où en sont les travaux, sans travailler.")
@click.option("--revive", "is_revive", is_flag=True, help="Redonner une chance aux travaux abandonnés.")
@with_appcontext
def worker_command(is_once: bool, is_status: bool, is_revive: bool) -> None:
    """Faire les travaux en attente : mettre les lettres en page, envoyer les courriels et, chaque jour,
    les rappels.

    S’arrête proprement sur Ctrl+C ou SIGTERM, le travail en cours étant terminé.
    """
    house = current_house()
    units = house.units
    if is_revive:
        say(f"{revive_dead_jobs(units)} travaux remis en attente")
    elif is_status:
        print_status(units)
    else:
        crew = [Worker(units, handlers_of(house))] if is_once else make_crew(house)

        def stop(_number: int, _frame: FrameType | None) -> None:
            for worker in crew:
                worker.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        tried = run_together(crew, is_once)
        if is_once:
            say(f"{tried} travaux tentés")


def make_crew(house: House) -> list[Worker]:
    """A worker for each rendering process, warm from the start, one for booklets and one for the mail: neither two
    hundred booklets nor a mail server that keeps us waiting ever keep a letter waiting.
    """
    worker_pool(house.settings.RENDER_PROCESSES)
    quick = {**rendering_handlers(house), **staff_handlers(), **tablet_handlers()}
    renderers = [Worker(house.units, quick) for _ in range(house.settings.RENDER_PROCESSES)]
    postmen = [Worker(house.units, posting_handlers(house), errand=partial(promise_sweep, house))]
    printers = [Worker(house.units, paper_handlers(house), lease=PAPER_LEASE)]
    return renderers + printers + postmen if house.settings.has_mail else renderers + printers


def run_together(crew: list[Worker], is_once: bool) -> int:
    """Let each worker work in a thread of its own until it is stopped; returns the number of jobs tried."""
    with ThreadPoolExecutor(len(crew)) as threads:
        return sum(done.result() for done in [threads.submit(worker.run, is_once) for worker in crew])


def print_status(units: Units) -> None:
    """Print the counts, then each dead row."""
    backlog = read_backlog(units)
    say(f"en attente : {backlog.waiting}")
    say(f"en cours : {backlog.leased}")
    say(f"faits : {backlog.done}")
    if backlog.uncertain:
        say(f"partis sans réponse du serveur : {backlog.uncertain}")
    say(f"abandonnés : {backlog.dead}")
    for job in list_dead_jobs(units):
        say(f"  {job.created_at:%Y-%m-%d %H:%M} UTC  {job.kind}  {job.attempts} essais  {job.last_error}")
