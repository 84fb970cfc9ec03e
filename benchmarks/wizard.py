"""How many wizard pages a second, next to a bare Flask + WTForms page, in one run: `python -m benchmarks.wizard`.

Both pages ask the same fields of the same person, with a form token; the bare one has one template, no database, no
encryption and no headers. The two are called in turn, in one process, through WSGI: what is compared is the price of
our house, not that of a server. Target: at least half the bare page's requests per second.
"""

import io
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from werkzeug.test import EnvironBuilder, run_wsgi_app
from wtforms import EmailField, StringField, TelField

from app.factory import create_app
from app.services.drafts import save_answers, start_draft
from app.services.house import EXTENSION, House
from app.services.key_strength import new_data_key, new_secret_key
from app.storage.schema import METADATA
from app.web.holder import hash_of
from config import Settings

TARGET = 0.5
ROUNDS = 25
PAGES_A_ROUND = 60
TOKEN = "b" * 43
ANSWERS: dict[str, Any] = {
    "etablissement": {"niveau": "college", "secteur": "public"},
    "fichiers": ["pronote"],
    "reponses": {"format": "papier", "canal_papier": "courrier", "recherche": ""},
    "signataires": [{"qualite": "mere"}],
    "enfants": [{"prenom": "Lou", "nom": "Durand", "genre": "f", "classe": "5e B"}],
    "carnet": {"reference": "CD-26-BENCH2", "compris": ["pronote"], "enfants": True},
}
BARE_TEMPLATE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Qui êtes-vous ?</title></head>
<body><h1>Qui êtes-vous ?</h1><form method="post">{{ form.csrf_token }}
{% for field in form if field.name != "csrf_token" %}<p>{{ field.label }} {{ field(class="input") }}</p>{% endfor %}
<button>Continuer</button></form></body></html>"""


class BareForm(FlaskForm):  # type: ignore[misc]
    """The fields of « Qui êtes-vous ? »."""

    prenom = StringField("Prénom")
    nom = StringField("Nom")
    voie = StringField("Numéro et rue")
    complement = StringField("Complément d’adresse")
    code_postal = StringField("Code postal")
    commune = StringField("Commune")
    courriel = EmailField("Courriel")
    telephone = TelField("Téléphone")


def bare_application() -> Flask:
    """Flask and WTForms, and nothing else."""
    app = Flask("bare")
    app.config["SECRET_KEY"] = new_secret_key()
    app.jinja_loader = DictLoader({"bare.html": BARE_TEMPLATE})

    @app.get("/")
    def ask() -> str:
        return render_template("bare.html", form=BareForm())

    return app


def our_application(folder: Path) -> tuple[Flask, str]:
    """The house on a fresh SQLite database, with one draft half answered; returns the page to ask for."""
    settings = Settings(
        SECRET_KEY=new_secret_key(),
        DATA_KEYS=(new_data_key(),),
        DATABASE_URL=f"sqlite:///{folder / 'bench.sqlite3'}",
        INSTANCE=folder,
        LOG_LEVEL="WARNING",
    )
    app = create_app(settings)
    house: House = app.extensions[EXTENSION]
    METADATA.create_all(house.units.engine)
    holder = hash_of(TOKEN)
    draft_id = start_draft(house, holder, "acces")
    save_answers(house, holder, draft_id, ANSWERS, "vous")
    return app, f"/brouillon/{draft_id}/vous"


def caller(app: Flask, path: str, cookie: str = "") -> Callable[[], None]:
    """A function that asks for one page, with the cookies of the visit before; it checks the status."""
    first = run_wsgi_app(app, EnvironBuilder(path, headers={"Cookie": cookie}).get_environ(), buffered=True)
    _check(first[1], path)
    given = [value.split(";")[0] for value in first[2].getlist("Set-Cookie")]
    environment = EnvironBuilder(path, headers={"Cookie": "; ".join([cookie, *given]).strip("; ")}).get_environ()

    def call() -> None:
        fresh = {**environment, "wsgi.input": io.BytesIO()}
        _check(run_wsgi_app(app, fresh, buffered=True)[1], path)

    return call


def _check(status: str, path: str) -> None:
    if not status.startswith("200"):
        raise RuntimeError(f"{path} answered {status}")


def pages_a_second(call: Callable[[], None]) -> float:
    """One round."""
    start = time.perf_counter()
    for _ in range(PAGES_A_ROUND):
        call()
    return PAGES_A_ROUND / (time.perf_counter() - start)


def main(arguments: Sequence[str] | None = None) -> int:  # noqa: ARG001 - the runner gives them to every bench
    """Print the two speeds and their ratio; 1 when the target is missed."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        app, path = our_application(Path(folder))
        ours, bare = caller(app, path, f"carnet={TOKEN}"), caller(bare_application(), "/")
        pages_a_second(ours), pages_a_second(bare)
        rounds = [(pages_a_second(ours), pages_a_second(bare)) for _ in range(ROUNDS)]
    ratio = statistics.median(our / their for our, their in rounds)
    print(f"wizard page: {statistics.median(our for our, _ in rounds):8.0f} pages/s")
    print(f"bare page:   {statistics.median(their for _, their in rounds):8.0f} pages/s")
    print(f"ratio:       {ratio:8.2f}   (target at least {TARGET})")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
