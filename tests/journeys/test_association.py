"""An association at work, in three browsers and a stranger's: invitations by real mail, second proofs, a letter copied,
refused, accepted, published, handed out by a QR code, sealed by a parent; and another association, which sees nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.delivery.qr_reading import matrix_of, words_of
from tests.delivery.reading import pdf_text
from tests.journeys.staff_way import MakeWorker, NamedServer, Worker
from tests.journeys.visitor import Visitor
from tests.journeys.way import Parent, sample
from tests.smtp_server import SENDER, PostOffice

TITLE = "Accès aux données de la cantine"
SENTENCE = "Nous demandons aussi à lire la liste des absences de la cantine."
COMMENT = "La phrase sur la cantine dit « nous » : une famille seule écrit « je »."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, post_office: PostOffice) -> Iterator[NamedServer]:
    """A house that sends its mail for real; its log holds nobody's name."""
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(post_office.port), "MAIL_TLS": "none", "MAIL_SENDER": SENDER}
    server = NamedServer(tmp_path_factory.mktemp("association"), **mail)
    server.start()
    yield server
    end = server.stop()
    words = server.words()
    assert end == 0, words[-3000:]
    assert "Traceback" not in words, words[-3000:]
    assert [word for word in ("@asso.example", "Émile", "Montgarel", COMMENT) if word in words] == []


@pytest.fixture
def make_worker(browser: Browser, house: NamedServer, read_pages: set[tuple[str, str]]) -> Iterator[MakeWorker]:
    """Makes members, each with a browser and a device of their own; what browsers complain of fails the test."""
    visitors: list[Visitor] = []

    def make(email: str, name: str, *, screen: str = "phone") -> Worker:
        visitors.append(Visitor(browser, house.url, read_pages, screen=screen, has_script=True, is_night=False))
        return Worker(visitors[-1], email, name)

    yield make
    assert [complaint for visitor in visitors for complaint in visitor.close()] == []


@pytest.fixture
def stranger(browser: Browser, house: NamedServer, read_pages: set[tuple[str, str]]) -> Iterator[Visitor]:
    """A parent with a phone, without script."""
    visitor = Visitor(browser, house.url, read_pages, screen="phone", has_script=False, is_night=False)
    yield visitor
    assert visitor.close() == []


def _team(house: NamedServer, office: PostOffice, make_worker: MakeWorker) -> tuple[Worker, Worker, Worker]:
    """Aline administers, Émile writes, Rosa reads again: each came by a mail, each with another second proof."""
    created = ("associations", "create", "--name", "Parents du collège", "--slug", "parents-du-college")
    house.run(*created, "--email", "aline@asso.example")
    aline = make_worker("aline@asso.example", "Aline", screen="desk")
    aline.come_in(office, "parents-du-college", by_passkey=True)
    emile = make_worker("emile@asso.example", "Émile", screen="desk")
    rosa = make_worker("rosa@asso.example", "Rosa")
    for one, role, by_passkey in ((emile, "Rédaction", False), (rosa, "Relecture", True)):
        aline.enter("Membres")
        aline.visitor.look("membres")
        aline.fill("Adresse électronique", one.email)
        aline.choose(role)
        aline.press("Inviter")
        one.come_in(office, "parents-du-college", by_passkey=by_passkey)
    return aline, emile, rosa


def test_a_letter_is_copied_refused_accepted_published_and_sealed_by_a_stranger(
    house: NamedServer, post_office: PostOffice, make_worker: MakeWorker, stranger: Visitor, tmp_path: Path
) -> None:
    aline, emile, rosa = _team(house, post_office, make_worker)
    _copy(emile)
    _write(emile, SENTENCE)
    _propose(emile)
    _judge(rosa, "Je la renvoie", COMMENT)
    emile.enter("Lettres")
    emile.press(TITLE)
    emile.visitor.look("lettre-renvoyee")
    assert COMMENT in emile.words()
    _write(emile, SENTENCE.replace("Nous demandons", "Je demande"))
    _propose(emile)
    _judge(rosa, "J’accepte cette version", "")
    _publish(aline)
    link = _campaign(emile, tmp_path)
    text = _sealed_by_a_stranger(stranger, link, tmp_path)
    assert _close("Je demande aussi à lire la liste des absences de la cantine.") in text
    assert _close("Modèle de lettre proposé par Parents du collège.") in text
    assert _close("Nous demandons") not in text
    aline.enter("Journal")
    aline.visitor.look("journal")
    journal = aline.words()
    assert all(word in journal for word in ("Émile a proposé", "Rosa a refusé", "Rosa a accepté", "a publié"))
    _sees_nothing(house, post_office, make_worker, aline.pages | emile.pages | rosa.pages)


def _copy(emile: Worker) -> None:
    """Copy the house's letter of access under a title of the association."""
    emile.enter("Lettres")
    emile.visitor.look("lettres-de-l-association")
    emile.press("Nouvelle lettre")
    emile.fill("Son titre, pour votre équipe", TITLE)
    emile.choose("Accès aux données")
    emile.visitor.look("nouvelle-lettre")
    emile.press("Commencer la lettre")


def _write(emile: Worker, sentence: str) -> None:
    """Put a paragraph of one's own at the end, in place of that of another day; look at the letter it makes."""
    page = emile.visitor.page
    emile.enter("Lettres")
    emile.press(TITLE)
    if not page.get_by_role("link", name="Écrire le texte").count():  # a letter that presses opens where one writes
        emile.press("Continuer à l’écrire")
    emile.visitor.look("ecriture")
    emile.press("Écrire le texte")
    area = page.get_by_label("Le texte", exact=True)
    paragraphs = [one for one in area.input_value().split("\n\n") if "absences de la cantine" not in one]
    area.fill("\n\n".join([*paragraphs, sentence, "> Vous demandez aussi les absences à la cantine."]))
    emile.press("Enregistrer et voir la lettre")
    emile.visitor.look("texte-et-apercu")
    assert sentence in page.locator("#apercu").inner_text()


def _propose(emile: Worker) -> None:
    emile.enter("Lettres")
    emile.press(TITLE)
    emile.press("Proposer à la relecture")
    emile.visitor.look("proposer")
    emile.press("Proposer la version")


def _judge(rosa: Worker, decision: str, comment: str) -> None:
    """Read what was proposed, then decide."""
    rosa.visitor.go(rosa.space)
    rosa.visitor.look("accueil-de-l-espace")
    rosa.press("Relire")
    rosa.press("La relire")
    rosa.visitor.look("relecture")
    rosa.choose(decision)
    rosa.fill("Votre commentaire", comment)
    rosa.press("Enregistrer ma décision")


def _publish(aline: Worker) -> None:
    aline.enter("Lettres")
    aline.press(TITLE)
    aline.visitor.look("publication")
    aline.press("Publier")
    aline.visitor.look("lettre-publiee")


def _campaign(emile: Worker, folder: Path) -> str:
    """Open a campaign with the letter; returns what a telephone reads on its QR code."""
    emile.enter("Campagnes")
    emile.press("Créer une campagne")
    emile.fill("Titre", "La cantine du collège")
    emile.choose("Voir ce que l’école sait")
    emile.visitor.look("nouvelle-campagne")
    emile.press("Enregistrer")
    emile.visitor.look("campagne")
    picture = folder / "qr.png"
    emile.visitor.page.locator("main .code-row svg.qr").screenshot(path=picture)
    with Image.open(picture) as image:
        return words_of(matrix_of(image.convert("L")))


def _sealed_by_a_stranger(stranger: Visitor, link: str, folder: Path) -> str:
    """A parent who pointed a telephone at the code: the words of the letter that comes out."""
    parent = Parent(stranger, sample("acces", "siecle-pere-deux-enfants"), "cantine")
    stranger.go(link.removeprefix(stranger.base))
    stranger.look("campagne-publique")
    parent.press("Commencer")
    parent.walk_to()
    parent.seal()
    return _close(pdf_text(parent.download("Télécharger la lettre", folder).read_bytes()))


def _close(text: str) -> str:
    """The text without its spaces: a PDF places words, it does not part them."""
    return "".join(text.split())


def _sees_nothing(house: NamedServer, office: PostOffice, make_worker: MakeWorker, pages: set[str]) -> None:
    """The administrator of another association finds none of the pages that the members of this one saw."""
    house.run("associations", "create", "--name", "Autre", "--slug", "autre", "--email", "zoe@autre.example")
    zoe = make_worker("zoe@autre.example", "Zoé")
    zoe.come_in(office, "autre", by_passkey=True)
    assert len(pages) > 12
    assert {page: zoe.visitor.go(page).status for page in sorted(pages)} == dict.fromkeys(sorted(pages), 404)
