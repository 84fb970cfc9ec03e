"""A letter that nobody answers, then half answers: from its sealing to the complaint and the proofs, in a house whose
clock is moved and whose mail arrives in a real server.
"""

import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest

from tests.delivery.files import SECRET, photo_with_notes
from tests.delivery.reading import pdf_text, squeeze
from tests.journeys.conftest import FIRST_DAY, MakeVisitor
from tests.journeys.following import Follower, flat, link_in, mails_to, wait_for_mail
from tests.journeys.moved_server import MovedServer
from tests.journeys.visitor import Visitor
from tests.journeys.way import sample
from tests.smtp_server import PostOffice

REFUSAL_DOOR = "Refuser qu’un fichier contienne les données de mon enfant"
DAY = timedelta(days=1)
# What no mail and no calendar may say.
FAMILY = ("Claire", "Montgarel", "Maëlle", "Lavoir", "Valmoret", "Tilleuls", "Vasseur", "LSU", "opposition", "CD-2")
# What the answer leaves aside, and how it is said.
MISSING = {
    "La base légale du fichier": "Non",
    "Le gel des données pendant l’examen": "Non",
    "La solution qui remplace le fichier": "En partie",
}
PROOFS = ("Dossier de preuves", "Postée en recommandé", "Réponse incomplète", "Pièce n° 1 : Le reçu du guichet")


@dataclass(frozen=True)
class Days:
    """The days of a family, and how the day when an answer is due is written."""

    finished_on: date
    due_on: date
    due_words: str
    reckoning: str

    @property
    def sent_on(self) -> date:
        """The day after the letter was finished."""
        return self.finished_on + DAY

    @property
    def received_on(self) -> date:
        """The Friday of that week."""
        return self.finished_on + 4 * DAY

    @property
    def answered_on(self) -> date:
        """Two weeks late."""
        return self.due_on + 14 * DAY


ADVENT = Days(FIRST_DAY, date(2026, 12, 28), "lundi 28 décembre 2026", "27 décembre 2026")
WINTER = Days(date(2027, 1, 25), date(2027, 3, 1), "lundi 1er mars 2027", "28 février 2027")


@pytest.mark.parametrize(
    ("screen", "has_script", "days"),
    [
        pytest.param("phone", False, ADVENT, id="phone-no-script"),
        pytest.param("desk", True, WINTER, id="desk-script-night"),
    ],
)
def test_a_letter_is_followed_from_its_sealing_to_the_complaint_and_the_proofs(
    make_moved_visitor: MakeVisitor, moved_server: MovedServer, post_office: PostOffice, tmp_path: Path,
    screen: str, has_script: bool, days: Days,
) -> None:  # fmt: skip
    moved_server.move_to(days.finished_on)
    family = sealed(make_moved_visitor(screen=screen, has_script=has_script, is_night=has_script))
    address = f"{screen}@famille.example"
    begin_to_follow(family, tmp_path)
    ask_for_reminders(family, post_office, address)
    moved_server.move_to(days.sent_on)
    note_the_sending(family, tmp_path)
    moved_server.move_to(days.received_on)
    note_the_reception(family, days)
    be_reminded(family, moved_server, post_office, address, days)
    write_the_reminder_letter(family, days, tmp_path)
    moved_server.move_to(days.answered_on)
    read_the_answer(family)
    ask_for_what_is_missing(family, tmp_path)
    complain(family, tmp_path)
    take_the_proofs(family, tmp_path)
    take_the_dates(family, tmp_path)
    stop_the_reminders(family, wait_for_mail(post_office, address, 2))


def begin_to_follow(family: Follower, folder: Path) -> None:
    """The letter has not left; its secret link is shown once."""
    family.take_letter(folder)
    assert "pas encore envoyée" in family.text.lower()
    family.follow()
    family.look("pas-encore-envoyee")
    assert "pas encore envoyée" in family.text.lower()
    family.come_to("Le lien secret")
    family.look("lien-une-fois")
    assert family.link not in family.visitor.page.content()


def ask_for_reminders(family: Follower, office: PostOffice, address: str) -> None:
    """Reminders begin once the mail that asks for them was opened."""
    family.come_to("Des rappels par courriel")
    family.look("rappels")
    family.tell("Recevoir le message de confirmation", adresse=address)
    family.look("rappels-demandes")
    mail = wait_for_mail(office, address, 1)
    family.visitor.go(link_in(mail, "rappels/confirmer"))
    family.look("rappels-confirmer")
    family.press("Oui, prévenez-moi")
    family.look("rappels-confirmes")


def note_the_sending(family: Follower, folder: Path) -> None:
    """Sent today, with its number, its tracking page and the photograph of its receipt."""
    family.note("Je l’ai envoyée", jour="aujourdhui", voie="recommande", numero="1A 204 567 8901 2")
    family.look("envoyee")
    tracking = family.visitor.page.get_by_role("link", name="Suivre l’envoi à La Poste")
    assert tracking.get_attribute("href") == "https://www.laposte.fr/outils/suivre-vos-envois?code=1A20456789012"
    family.enter("Joindre la preuve")
    family.look("pieces")
    receipt = folder / "IMG_2024.jpg"
    receipt.write_bytes(photo_with_notes())
    assert SECRET.encode() in receipt.read_bytes()
    family.add_piece("depot", receipt, "Le reçu du guichet")
    family.look("pieces-une")
    kept = family.download("Le reçu du guichet", folder)
    assert kept.read_bytes().startswith(b"\xff\xd8\xff")
    assert SECRET.encode() not in kept.read_bytes()


def note_the_reception(family: Follower, days: Days) -> None:
    """From that day on the page says when an answer is due, and why that day."""
    family.note("Elle est arrivée", le=days.received_on, preuve="prouvee")
    family.look("recue")
    assert days.due_words in family.text
    assert days.reckoning in family.text


def be_reminded(family: Follower, house: MovedServer, office: PostOffice, address: str, days: Days) -> None:
    """One mail once the day has passed, and none more however often the days are swept."""
    house.move_to(days.due_on + DAY)
    house.run("reminders")
    mail = wait_for_mail(office, address, 2)
    words = flat(f"{mail['Subject']} {mail.get_content()}")
    assert "Une date est passée Aucune réponse n’est notée." in words
    assert personal_words(words) == []
    house.run("reminders")
    house.move_to(days.due_on + 2 * DAY)
    assert "0 rappel(s) dans 0 courriel(s), 0 en échec" in house.run("reminders")
    assert len(mails_to(office, address)) == 2
    family.visitor.go(link_in(mail, "dossier"))
    family.look("en-retard")
    assert "La réponse est en retard de 2 jours." in family.text


def write_the_reminder_letter(family: Follower, days: Days, folder: Path) -> None:
    """Only what is new is asked; the dates of the dossier stand in the letter."""
    family.come_to()
    family.press("Préparer la relance")
    text = family.write(folder, "relance", ["question-delai"], reponses={"delai": "quinze-jours"})
    assert squeeze(f"la réponse était due le {days.due_words.partition(' ')[2]} au plus tard") in text
    family.press("Je l’ai envoyée")
    family.look("noter-relance")
    family.tell("Noter", jour="aujourdhui")
    assert "Envoi de la relance" in family.text


def read_the_answer(family: Follower) -> None:
    """What came answers a part: point by point, read together."""
    family.come_to("Noter ce qui s’est passé")
    family.enter("J’ai reçu une réponse")
    family.look("reponse-jour")
    family.tell("Continuer", jour="hier")
    family.look("reponse-nature")
    family.tell("Continuer", nature="partie")
    family.look("reponse-points")
    family.answer_points(MISSING)
    family.look("reponse-comprise")
    family.press("Noter cette réponse")
    family.look("reponse-incomplete")
    assert "Réponse incomplète" in family.text


def ask_for_what_is_missing(family: Follower, folder: Path) -> None:
    """The letter lists what is missing, and nothing of what was answered."""
    family.press("Préparer la demande de complément")
    text = family.write(folder, "incomplete", ["question-recu", "question-precision"])
    listed = [point for point in family.points if squeeze(point).casefold() in text.casefold()]
    assert listed == list(MISSING)


def complain(family: Follower, folder: Path) -> None:
    """The complaint names its pieces; once lodged, the dossier waits for the CNIL."""
    family.come_to()
    step = family.visitor.page.locator(".moves li").filter(has_text="Adresser une plainte à la CNIL")
    family.visitor.follow(step.get_by_role("button"))
    text = family.write(folder, "plainte", ["question-desaccord", "question-effet"])
    assert squeeze("Le reçu du guichet") in text
    family.press("Je l’ai envoyée")
    family.tell("Noter", jour="aujourdhui")
    family.look("plainte-deposee")
    assert "La CNIL est saisie." in family.text


def take_the_proofs(family: Follower, folder: Path) -> None:
    """One PDF, sound, with a cover, the dated facts, the letters and the pieces."""
    family.come_to()
    pack = family.download("Le dossier de preuves", folder)
    subprocess.run(["qpdf", "--check", pack], check=True, capture_output=True, timeout=30)
    text = pdf_text(pack.read_bytes())
    for words in PROOFS:
        assert squeeze(words) in text, words
    assert [letter[:80] for letter in family.letters if letter not in text] == []


def take_the_dates(family: Follower, folder: Path) -> None:
    """A calendar file whose days are whole and name nobody."""
    family.come_to("Les dates dans mon agenda")
    family.look("agenda")
    file = family.download("Télécharger les dates", folder).read_bytes()
    days = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert days
    assert all(type(day.decoded("DTSTART")) is date for day in days)
    assert personal_words(file.decode()) == []


def stop_the_reminders(family: Follower, reminder: EmailMessage) -> None:
    """The link of a reminder stops them all, and the dossier says so."""
    family.visitor.go(link_in(reminder, "rappels/arreter"))
    family.look("arreter")
    family.press("Arrêter les rappels")
    family.look("arretes")
    family.come_to("Des rappels par courriel")
    assert "Les rappels sont arrêtés" in family.text


def personal_words(text: str) -> list[str]:
    """What a text says of the family, its school or its letter."""
    return [word for word in FAMILY if word.casefold() in text.casefold()]


def sealed(visitor: Visitor) -> Follower:
    """A family whose opposition is sealed; the pages of the wizard were looked at elsewhere."""
    family = Follower(visitor, sample("opposition", "refus-lsu-2017"), "suivi")
    visitor.is_looking = False
    family.begin(REFUSAL_DOOR)
    family.walk_to("verifier")
    family.seal()
    visitor.is_looking = True
    return family
