"""The pages of a stub: a code is read forgivingly, a slip is placed, and a dossier begins with its link shown once."""

from typing import Any

import pytest
from flask import Flask

from app.domain.short_codes import code_of
from app.services.dossiers import dossiers_of
from app.services.paper.stubs import enter_stub
from app.storage.booklet import Booklet
from app.storage.dossier import Dossier, DossierAccess
from app.web.holder import hash_of
from tests.running_house import house_of
from tests.services.booklet_rows import TOLD, a_campaign, counted, how_many, ordered, volunteer
from tests.services.letter_rows import CHLOE
from tests.staff_cast import StaffCast
from tests.web.walking import TOKEN, Sheet, Walker

PAGE, SENDING = "/talon", "/talon/envoi"
ANSWERS = {
    "jour": "autre",
    "le": "2026-11-02",
    "voie": "recommande",
    "numero": "RK123456785FR",
    "secteur": "public",
    "departement": "30",
    "demandes": ["confirmation", "copie"],
}


@pytest.fixture
def walker(app: Flask) -> Walker:
    """A parent on a device that we know."""
    found = Walker(app)
    found.client.set_cookie("carnet", TOKEN)
    found.known_token = found.get(PAGE).token
    return found


@pytest.fixture
def codes(app: Flask) -> list[str]:
    """The codes of three booklets."""
    return ordered(house_of(app), volunteer(app))[1]


def at_sending(walker: Walker, code: str) -> Sheet:
    """The page that asks how the letter left."""
    sent = walker.post(PAGE, {"code": code})
    assert sent.response.headers["Location"] == SENDING, sent.errors
    assert code not in sent.response.headers["Location"]
    return walker.get(SENDING)


def test_a_code_typed_any_way_leads_to_the_sending_and_its_link(app: Flask, walker: Walker, codes: list[str]) -> None:
    page = at_sending(walker, f"  {codes[0].lower().replace('-', ' ')} ")
    assert page.heading == "Votre lettre est partie"
    assert "Parents d’Alès" in page.words
    assert page.typed["secteur"] == ["public"]  # the school before which the booklet was given
    assert page.typed["demandes"][:2] == ["confirmation", "copie"]
    assert "compter" not in page.text
    done = walker.post(SENDING, ANSWERS)
    assert done.heading == "Votre lien secret"
    (dossier,) = dossiers_of(house_of(app), hash_of(TOKEN))
    assert [point.text[:15] for point in dossier.record.points] == ["la confirmation", "la copie complè"]
    assert dossier.events[0].event.number == "RK 123 456 785 FR"
    assert walker.get(f"/dossier/{dossier.id}").heading == "Voir les données de mon enfant"
    assert walker.get(SENDING).response.headers["Location"] == PAGE  # the code waits no more
    assert "a déjà servi" in walker.post(PAGE, {"code": codes[0]}).errors[0]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Recopiez le code"),
        ("4K7QM", "en a 5"),
        ("4K7QM-2PX9é", "« É »"),
        ("<script>", "« < »"),
        ("\u202e\x00", "Recopiez le code"),
        ("x" * 5000, "trop long"),
    ],
)
def test_what_is_no_code_is_told_why_beside_the_field(walker: Walker, typed: str, words: str) -> None:
    page = walker.post(PAGE, {"code": typed})
    assert page.response.status_code == 400
    assert words in page.errors[0]


def test_a_slip_is_placed_and_the_code_stays_to_be_mended(walker: Walker, codes: list[str]) -> None:
    code = codes[0]
    wrong = code[:4] + ("7" if code[4] != "7" else "8") + code[5:]
    page = walker.post(PAGE, {"code": wrong})
    assert page.response.status_code == 400
    assert "vérifiez le 5e signe" in page.errors[0] or "signes sont peut-être inversés" in page.errors[0]
    assert page.typed["code"] == wrong


def test_a_code_that_opens_nothing_offers_the_way_without(walker: Walker) -> None:
    page = walker.post(PAGE, {"code": code_of(77)})
    assert page.response.status_code == 400
    assert "Ce code n’ouvre rien" in page.errors[0]
    assert '"/suivre/autre-lettre"' in page.text


def test_a_code_used_meanwhile_is_said_and_nothing_is_kept(app: Flask, walker: Walker, codes: list[str]) -> None:
    at_sending(walker, codes[0])
    enter_stub(house_of(app), CHLOE, codes[0], TOLD)
    page = walker.post(SENDING, ANSWERS)
    assert page.response.status_code == 400
    assert "a servi entre-temps" in page.words
    assert how_many(house_of(app), Dossier) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"jour": "", "le": ""}, "jour"),
        ({"le": "2026-13-45"}, "le"),
        ({"le": "0001-01-01"}, "le"),
        ({"le": "9999-12-31"}, "le"),
        ({"voie": "pigeon"}, "voie"),
        ({"numero": "RK123456784FR"}, "numero"),
        ({"numero": "\u202eRK"}, "numero"),
        ({"secteur": ""}, "secteur"),
        ({"departement": "99"}, "departement"),
    ],
)
def test_nonsense_is_refused_with_all_that_was_typed(
    app: Flask, walker: Walker, codes: list[str], changes: dict[str, Any], field: str
) -> None:
    at_sending(walker, codes[0])
    page = walker.post(SENDING, {**ANSWERS, **changes})
    assert page.response.status_code == 400
    assert page.errors
    assert page.root.find(f".//*[@id='{field}-erreur']") is not None
    assert page.typed["demandes"] == ["confirmation", "copie"]
    assert how_many(house_of(app), Dossier) == 0


def test_points_that_the_letter_does_not_have_are_not_followed(app: Flask, walker: Walker, codes: list[str]) -> None:
    at_sending(walker, codes[0])
    walker.post(SENDING, {**ANSWERS, "demandes": ["copie", "tout", "<b>"]})
    (dossier,) = dossiers_of(house_of(app), hash_of(TOKEN))
    assert len(dossier.record.points) == 1


def test_without_a_waiting_code_there_is_nothing_to_tell(app: Flask, walker: Walker) -> None:
    assert walker.get(SENDING).response.headers["Location"] == PAGE
    assert walker.post(SENDING, ANSWERS).response.status_code == 400
    walker.client.set_cookie("carnet_talon", "4K7QM-2PX9D")
    assert walker.get(SENDING).response.headers["Location"] == PAGE
    assert how_many(house_of(app), Dossier) == 0


def test_a_campaign_counts_only_who_ticks_the_box(app: Flask, walker: Walker) -> None:
    house, member = house_of(app), volunteer(app)
    campaign_id = a_campaign(house, member)
    codes = ordered(house, member, campaign_id=campaign_id)[1]
    page = at_sending(walker, codes[0])
    assert "La cantine sans empreinte" in page.words
    assert "compter" not in page.typed
    walker.post(SENDING, {**ANSWERS, "compter": "oui"})
    assert counted(house, campaign_id) == 1


def test_the_page_of_letters_followed_leads_to_stubs(walker: Walker) -> None:
    assert 'href="/talon"' in walker.get("/suivre").text


TOLD_BY_VOLUNTEER = {name: value for name, value in ANSWERS.items() if name != "demandes"}


def volunteer_walker(app: Flask, slug: str = "ales") -> tuple[Walker, list[str]]:
    """A volunteer's browser, and codes of their association."""
    member = volunteer(app, slug)
    codes = ordered(house_of(app), member)[1]
    walker = Walker(app)
    StaffCast(app).sign_in(walker.client, member.staff_id)
    walker.known_token = walker.get(f"/espace/{slug}/talons").token
    return walker, codes


def test_a_volunteer_hands_over_a_link_and_keeps_nothing(app: Flask) -> None:
    walker, codes = volunteer_walker(app)
    page = walker.post("/espace/ales/talons", {"code": codes[0], **TOLD_BY_VOLUNTEER})
    assert page.heading == "Le lien de votre dossier", page.errors
    link = page.root.find(".//code[@id='lien']").text
    assert link in page.text
    assert "<svg" in page.text
    assert how_many(house_of(app), DossierAccess) == 0
    assert "Set-Cookie" not in page.response.headers or "carnet=" not in page.response.headers["Set-Cookie"]
    assert walker.get("/suivre").words.count("Aucun dossier n’est ouvert") == 1
    assert link not in walker.get("/espace/ales/talons").text


def test_a_volunteer_hears_of_every_fault_at_once(app: Flask) -> None:
    walker, codes = volunteer_walker(app)
    page = walker.post("/espace/ales/talons", {"code": "", "jour": "", "voie": "", "secteur": ""})
    assert page.response.status_code == 400
    assert len(page.errors) == 4
    refused = walker.post("/espace/ales/talons", {"code": code_of(5), **TOLD_BY_VOLUNTEER})
    assert "pas de votre association" in refused.errors[0]
    assert how_many(house_of(app), Dossier) == 0
    assert codes


def order_walker(app: Flask) -> Walker:
    """A volunteer at the form of booklets."""
    member = volunteer(app)
    walker = Walker(app)
    StaffCast(app).sign_in(walker.client, member.staff_id)
    walker.known_token = walker.get("/espace/ales/papier/nouveau").token
    return walker


FORM = {"titre": "Écrire", "lettres": ["acces"], "niveau": "college", "secteur": "public", "exemplaires": "2"}


def test_booklets_are_asked_for_and_waited_for(app: Flask) -> None:
    walker = order_walker(app)
    sent = walker.post("/espace/ales/papier/nouveau", FORM)
    assert sent.response.status_code == 303, sent.errors
    page = walker.get(sent.response.headers["Location"])
    assert "En préparation" in page.words
    assert "Talons entrés : moins de 5, sur 2 imprimés" in page.words
    assert "Écrire" in walker.get("/espace/ales/papier").words
    assert walker.get(f"{sent.response.headers['Location']}/livret.pdf").response.status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lettres": []}, "lettres"),
        ({"exemplaires": "beaucoup"}, "exemplaires"),
        ({"exemplaires": "٣"}, "exemplaires"),
        ({"exemplaires": "201"}, "exemplaires"),
        ({"titre": "x" * 100}, "titre"),
        ({"etablissement": "<img src=x>"}, "etablissement"),
        ({"niveau": "x"}, "niveau"),
    ],
)
def test_a_booklet_that_cannot_be_is_told_why(app: Flask, changes: dict[str, Any], field: str) -> None:
    walker = order_walker(app)
    page = walker.post("/espace/ales/papier/nouveau", {**FORM, **changes})
    assert page.response.status_code == 400
    assert page.root.find(f".//*[@id='{field}-erreur']") is not None
    assert how_many(house_of(app), Booklet) == 0
