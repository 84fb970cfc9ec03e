"""`flask reminders`: the sweep by hand, and the mail that came back."""

import threading
import time
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.cli.worker import make_crew, run_together
from app.domain.dossier.events import EventKind
from app.services.contacts import contact_of
from tests.services.dossier_rows import fact, sent
from tests.services.letter_rows import ANNE
from tests.services.mail_rows import ADDRESS, mailing_house, post, reminded
from tests.smtp_server import PostOffice, Trouble

LATE = (sent(date(2026, 10, 16)), fact(EventKind.RECEIVED, date(2026, 10, 20)))
PATIENCE_SECONDS = 30.0
REPORT = """Content-Type: multipart/report; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.fr

Final-Recipient: rfc822; x@exemple.fr
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {}

--b--
"""


def run(app: Flask, *arguments: str, given: bytes = b"") -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["reminders", *arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def late(app: Flask, post_office: PostOffice) -> str:
    return reminded(mailing_house(app), post_office, *LATE, written_on=date(2026, 10, 15))


def test_the_sweep_tells_what_it_did_and_names_no_address(mailing_app: Flask, post_office: PostOffice) -> None:
    late(mailing_app, post_office)
    code, output = run(mailing_app)
    assert code == 0
    assert "1 dossier(s) relu(s), 1 rappel(s) dans 1 courriel(s), 0 en échec" in output
    assert ADDRESS not in output
    assert "0 rappel(s) dans 0 courriel(s)" in run(mailing_app)[1]


def test_the_worker_that_stays_sends_the_reminders_by_itself(
    mailing_app: Flask, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.worker.worker_pool", lambda _processes: None)  # no letter is laid out here
    late(mailing_app, post_office)
    crew = make_crew(mailing_house(mailing_app))
    thread = threading.Thread(target=run_together, args=(crew, False))
    thread.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while not post_office.box and time.monotonic() < until:
        time.sleep(0.05)
    for worker in crew:
        worker.stop()
    thread.join(PATIENCE_SECONDS)
    assert post_office.recipients() == [ADDRESS]


def test_a_mail_in_doubt_is_counted_where_the_work_is_told(mailing_app: Flask, post_office: PostOffice) -> None:
    late(mailing_app, post_office)
    run(mailing_app)
    post_office.trouble = Trouble.LEAVES_AFTER_DOT
    post(mailing_house(mailing_app))
    output = mailing_app.test_cli_runner().invoke(args=["worker", "--status"]).output
    assert "partis sans réponse du serveur\u00a0: 1" in output


def test_a_site_without_a_mail_server_is_told_what_to_set(app: Flask) -> None:
    code, output = run(app)
    assert code == 1
    assert "MAIL_SERVER" in output


def test_a_mail_that_came_back_is_counted_from_a_file_or_a_pipe(
    mailing_app: Flask, post_office: PostOffice, tmp_path: Path
) -> None:
    dossier_id = late(mailing_app, post_office)
    run(mailing_app)
    house = mailing_house(mailing_app)
    post(house)
    report = REPORT.format(post_office.box[0]["Message-ID"]).encode()
    path = tmp_path / "retour.eml"
    path.write_bytes(report)
    assert run(mailing_app, "bounce", str(path))[1].splitlines()[-1].startswith("Le refus est compté")
    assert run(mailing_app, "bounce", "-", given=report)[0] == 0
    card = contact_of(house, ANNE, dossier_id)
    assert card is not None
    assert not card.is_active
    code, output = run(mailing_app, "bounce", "-", given=b"Bonjour")
    assert code == 0
    assert "n’est pas un avis de non-remise" in output
