"""What people really do with a dossier: open it elsewhere, lose it, type nonsense, change their mind."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.french import written_date
from tests.delivery.files import REFUSED, archive, photo
from tests.journeys.conftest import MakeVisitor
from tests.journeys.following import Follower, flat, link_in, mails_to, wait_for_mail
from tests.journeys.moved_server import MovedServer
from tests.smtp_server import PostOffice

DAY = timedelta(days=1)
ASKED = ("La copie du dossier scolaire", "La liste de ceux qui l’ont lu")
MakeFollower = Callable[..., Follower]


@pytest.fixture
def make_follower(make_moved_visitor: MakeVisitor, moved_server: MovedServer) -> MakeFollower:
    """Makes parents who follow a letter written elsewhere, sent ten days ago."""

    def make(**screen: Any) -> Follower:
        parent = Follower(make_moved_visitor(**screen), {}, "portes")
        parent.follow_elsewhere(
            droit="acces", titre="Copie du dossier scolaire", demandes="\n".join(ASKED), secteur="public",
            departement="30", jour="autre", le=moved_server.today - 10 * DAY, voie="remise",
        )  # fmt: skip
        return parent

    return make


def test_a_letter_written_elsewhere_is_followed_like_any_other(
    make_follower: MakeFollower, moved_server: MovedServer
) -> None:
    parent = make_follower()
    parent.look("ailleurs")
    assert "Remise en main propre" in parent.text
    parent.note("Elle est arrivée", le=moved_server.today - 10 * DAY, preuve="prouvee")
    parent.visitor.go("/suivre")
    parent.look("mes-dossiers")
    parent.enter("Copie du dossier scolaire")
    assert parent.visitor.path == parent.dossier


def test_a_fact_is_corrected_and_the_dossier_still_says_what_it_was(
    make_follower: MakeFollower, moved_server: MovedServer
) -> None:
    parent = make_follower(is_night=True)
    sent_on, received_on = (flat(written_date(moved_server.today - days * DAY)) for days in (10, 8))
    parent.note("Elle est arrivée", le=moved_server.today - 8 * DAY, preuve="prouvee")
    parent.press(f"Corriger : Reçue, {received_on}")
    parent.look("corriger")
    parent.tell("Corriger", le=moved_server.today - 9 * DAY)
    parent.visitor.page.get_by_text("Les corrections").click()
    parent.look("corrige")
    assert f"« Reçue, le {received_on} » corrigé." in parent.text
    parent.press(f"Corriger : Remise en main propre, {sent_on}")
    parent.press("Retirer ce fait")
    parent.look("retirer")
    parent.press("Retirer")
    parent.look("retirer-refuse", is_refused=True)
    assert "notez d’abord la date d’envoi" in parent.text
    parent.press("Le garder")
    assert parent.visitor.path == parent.dossier


def test_the_secret_link_opens_the_dossier_elsewhere_until_another_replaces_it(
    make_follower: MakeFollower, make_moved_visitor: MakeVisitor
) -> None:
    owner, friend = make_follower(has_script=False), Follower(make_moved_visitor(), {}, "portes")
    assert friend.visitor.go(owner.dossier).status == 404
    friend.look("inconnu", is_refused=True)
    friend.visitor.go(owner.link)
    friend.look("porte")
    assert friend.visitor.page.url == f"{friend.visitor.base}/cle"
    friend.press("Ouvrir le dossier")
    friend.look("porte-sans-reponse", is_refused=True)
    friend.tell("Ouvrir le dossier", appareil="garder")
    assert friend.visitor.path == owner.dossier
    calendar = owner.calendar()
    assert owner.visitor.context.request.get(calendar).headers["content-type"].startswith("text/calendar")
    owner.come_to("Le lien secret")
    owner.visitor.page.get_by_label("Fermer aussi le dossier sur les autres appareils").check()
    owner.press("Faire un nouveau lien")
    owner.look("lien-nouveau")
    assert friend.visitor.go(owner.dossier).status == 404
    assert friend.visitor.go(owner.link).status == 404
    friend.look("porte-fermee", is_refused=True)
    assert "il a été remplacé par un autre" in friend.text
    assert friend.visitor.context.request.get(calendar).status == 404
    assert owner.visitor.go(owner.dossier).status == 200


def test_a_borrowed_device_forgets_the_dossier(make_follower: MakeFollower, make_moved_visitor: MakeVisitor) -> None:
    owner, lent = make_follower(has_script=False), Follower(make_moved_visitor(screen="desk"), {}, "portes")
    lent.visitor.go(owner.link)
    lent.tell("Ouvrir le dossier", appareil="passage")
    lent.look("en-passant")
    lent.press("Fermer ce dossier sur cet appareil")
    lent.look("oublie")
    assert lent.visitor.go(owner.dossier).status == 404
    assert owner.visitor.go(owner.dossier).status == 200


def test_lost_dossiers_come_back_by_mail_and_nobody_learns_whether_an_address_is_known(
    make_follower: MakeFollower, make_moved_visitor: MakeVisitor, post_office: PostOffice
) -> None:
    owner, found = make_follower(), Follower(make_moved_visitor(has_script=False), {}, "portes")
    address, stranger = "perdu@famille.example", "inconnu@famille.example"
    owner.come_to("Des rappels par courriel")
    owner.tell("Recevoir le message de confirmation", adresse=address)
    owner.visitor.go(link_in(wait_for_mail(post_office, address, 1), "rappels/confirmer"))
    owner.press("Oui, prévenez-moi")
    pages = []
    for asked in (stranger, address):
        found.visitor.go("/retrouver")
        found.look("retrouver")
        found.tell("Recevoir le message", adresse=asked)
        found.look("message-envoye")
        pages.append((found.visitor.path, found.text))
    assert pages[0] == pages[1]
    mail = wait_for_mail(post_office, address, 2)
    assert mails_to(post_office, stranger) == []
    found.visitor.go(link_in(mail, "retrouver"))
    found.look("retrouver-ouvrir")
    found.tell("Rouvrir mes dossiers", appareil="garder")
    found.look("retrouves")
    assert found.visitor.go(owner.dossier).status == 200
    assert found.visitor.go(link_in(mail, "retrouver")).status == 404
    found.look("lien-use", is_refused=True)


def test_a_dossier_that_was_erased_comes_back_whole(make_follower: MakeFollower) -> None:
    parent = make_follower(screen="desk")
    before = parent.text
    parent.come_to("Tout emporter, tout effacer")
    parent.look("donnees")
    parent.press("Effacer ce dossier")
    parent.look("effacer")
    parent.press("Effacer le dossier")
    parent.look("efface")
    erased = parent.visitor.path
    parent.come_to()
    assert parent.visitor.path == erased
    parent.press("Faire revenir le dossier")
    assert parent.visitor.path == parent.dossier
    assert parent.text == before


def test_a_day_or_a_number_that_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    make_follower: MakeFollower, moved_server: MovedServer
) -> None:
    parent = make_follower(has_script=False)
    before, today = parent.text, moved_server.today
    too_early, too_late = (today - 11 * DAY).isoformat(), (today + DAY).isoformat()
    for door, button, field, typed, sentence in (
        ("Elle est arrivée", "Noter", "le", "2027-02-29", "s’arrête au 28"),
        ("Elle est arrivée", "Noter", "le", "0001-01-01", "hors du calendrier connu"),
        ("Elle est arrivée", "Noter", "le", too_late, "Ce jour n’est pas encore passé"),
        ("Elle est arrivée", "Noter", "le", too_early, "ne peut pas précéder l’envoi"),
        ("J’ai reçu une réponse", "Continuer", "le", too_early, "ne peut pas précéder l’envoi"),
        ("Je l’ai envoyée", "Corriger", "numero", "2C 123", "n’a pas la forme d’un numéro de recommandé"),
        ("Je l’ai envoyée", "Corriger", "numero", "RK 123 456 784 FR", "son dernier chiffre ne correspond pas"),
    ):
        parent.come_to("Noter ce qui s’est passé")
        parent.enter(door)
        # An old browser knows no field for dates: anything may be written there.
        parent.visitor.page.locator("input[type=date]").evaluate("field => { field.type = 'text' }")
        parent.tell(button, jour="autre", preuve="prouvee", voie="recommande", **{"le": today, field: typed})
        parent.look(f"refus-{field}-{typed.replace(' ', '')}", is_refused=True)
        assert sentence in parent.visitor.page.locator(f"#{field}-erreur").inner_text()
        assert parent.visitor.page.locator(f"#{field}").get_attribute("value") == typed
        assert parent.visitor.page.get_by_label("Un autre jour").is_checked()
    parent.come_to()
    assert parent.text == before
    # Shown again to Chromium, a day that does not exist makes it talk.
    parent.visitor.complaints[:] = [words for words in parent.visitor.complaints if "2027-02-29" not in words]


def test_a_file_that_is_no_proof_is_refused_in_words_and_what_was_typed_stays(
    make_follower: MakeFollower, tmp_path: Path
) -> None:
    parent = make_follower(has_script=False)
    parent.come_to("Mes pièces")
    file = tmp_path / "IMG_2024.jpg"
    for name in ("a text", "a PDF behind a script", "a web page that says %PDF", "an archive under another name"):
        make, sentence = REFUSED[name]
        file.write_bytes(make())
        parent.add_piece("reponse", file, "La réponse du collège")
        parent.look("piece-refusee", is_refused=True)
        assert sentence in parent.visitor.page.locator("#fichier-erreur").inner_text()
        assert parent.visitor.page.get_by_label("Un titre").input_value() == "La réponse du collège"
        assert parent.visitor.page.get_by_label("Réponse reçue").is_checked()
    with file.open("wb") as stream:
        stream.truncate(300_000_000)
    parent.add_piece("reponse", file, "La réponse du collège")
    parent.look("piece-trop-lourde", is_refused=True)
    assert "15" in parent.visitor.page.locator("#fichier-erreur").inner_text()
    file.write_bytes(photo() + archive())
    parent.add_piece("reponse", file, "La réponse du collège")
    parent.look("piece-gardee")
    assert b"PK" not in parent.download("La réponse du collège", tmp_path).read_bytes()
