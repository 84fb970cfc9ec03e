"""Each page of the wizard, asked for and answered; the whole way for each letter and each person who signs."""

import pytest
from flask import Flask

from tests.running_house import QuickPool
from tests.web.walking import FAMILY, Fields, Walker, answers_of, at_check

LETTERS = ["acces", "rectification", "opposition", "consentement", "compte-numerique"]
PEOPLE: dict[str, dict[str, Fields]] = {
    "mere": {},
    "deux": {"second": {"carnet-second": "oui"}},
    "tuteur": {"qualite": {"signataires-0-qualite": "tuteur"}},
    "eleve": {"qualite": {"signataires-0-qualite": "eleve"}, "vous": FAMILY["vous"] | {"signataires-0-genre": "f"}},
}
SCHOOLS = {"elementaire": "public", "college": "public", "lycee": "prive"}


def walk(app: Flask, letter_id: str, stage: str = "elementaire", person: str = "mere", **more: Fields) -> Walker:
    walker = Walker(app, letter_id)
    if stage != "elementaire":
        walker.answers.pop("fichiers")  # those of the first one are for the primary school
    school = {"niveau": {"etablissement-niveau": stage}, "secteur": {"etablissement-secteur": SCHOOLS[stage]}}
    walker.walk(changes={**school, **PEOPLE[person], **more})
    return walker


@pytest.mark.parametrize("letter_id", LETTERS)
@pytest.mark.parametrize("stage", list(SCHOOLS))
def test_a_mother_walks_each_letter_for_each_school_to_a_letter_she_can_read(
    app: Flask, letter_id: str, stage: str
) -> None:
    walker = walk(app, letter_id, stage)
    check = walker.open("verifier")
    assert check.heading == "Vérifiez vos réponses"
    assert "Lou" in check.words
    sheet = walker.read()
    assert sheet.heading == "Relisez la lettre"
    assert "Lou Durand" in sheet.words
    assert walker.client.get(walker.at("lettre")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("letter_id", ["acces", "opposition"])
@pytest.mark.parametrize("person", ["deux", "tuteur", "eleve"])
def test_whoever_signs_walks_each_letter(app: Flask, letter_id: str, person: str) -> None:
    walker = walk(app, letter_id, "lycee" if person == "eleve" else "elementaire", person)
    words = walker.read().words
    assert ("Paul Martin" in words) is (person == "deux")
    assert "Anne Durand" in words


@pytest.mark.parametrize("stage", list(SCHOOLS))
def test_the_questionnaire_is_walked_without_a_child(app: Flask, stage: str) -> None:
    walker = walk(app, "questionnaire", stage)
    assert "enfant-1" not in walker.seen
    assert "autres-enfants" in walker.seen
    assert "enfants" not in answers_of_new(walker) or answers_of_new(walker)["enfants"] == []
    assert "Anne Durand" in walker.open("verifier").words
    assert "Anne Durand" in walker.read().words


def answers_of_new(walker: Walker) -> dict[str, object]:
    """The answers of a walker who was given her own cookie."""
    cookie = walker.client.get_cookie("carnet")
    assert cookie is not None
    return answers_of(walker, cookie.value)


def test_the_questionnaire_may_name_a_child_all_the_same(app: Flask) -> None:
    walker = walk(app, "questionnaire")
    sent = walker.send("autres-enfants", {"action": "ajouter"})
    assert sent.response.headers["Location"].endswith("/enfant-1")
    assert walker.send("enfant-1", FAMILY["enfant-1"]).response.status_code == 303
    assert "Lou Durand" in walker.open("autres-enfants").words


def test_a_pupil_of_age_is_her_own_child(app: Flask, quick_pdf: QuickPool) -> None:
    walker = walk(app, "acces", "lycee", "eleve")
    kept = answers_of_new(walker)
    assert kept["enfants"] == [
        {"prenom": "Anne", "nom": "Durand", "genre": "f", "classe": "Terminale", "naissance": "2008-03-02"}
    ]
    assert "moi-même" in walker.read().words or "me concern" in walker.read().words
    assert walker.finish()


def test_a_pupil_under_age_is_led_back_to_her_birth_date(app: Flask) -> None:
    walker = walk(app, "acces", "lycee", "eleve", classe={"enfants-0-naissance": "2012-01-01"})
    check = walker.open("verifier")
    assert "n’a pas 18 ans" in check.words
    assert check.root.find(".//div[@role='alert']//a").get("href") == walker.at("classe")
    assert walker.open("classe").response.status_code == 200
    assert walker.send("verifier", {}).response.headers["Location"] == walker.at("verifier")


def test_becoming_a_pupil_of_age_names_the_children_who_go(app: Flask) -> None:
    walker = at_check(app)
    sheet = walker.send("qualite", {"signataires-0-qualite": "eleve"})
    assert sheet.heading == "Ce changement efface d’autres réponses"
    assert "Lou Durand" in sheet.words
    assert answers_of(walker)["enfants"][0]["prenom"] == "Lou"
    sent = walker.send("qualite", {"signataires-0-qualite": "eleve", "confirme": "oui"})
    assert sent.response.status_code == 303
    assert answers_of(walker)["enfants"] == []


def test_a_change_that_takes_answers_away_is_made_only_when_confirmed(app: Flask) -> None:
    walker = at_check(app)
    sheet = walker.send("niveau", {"etablissement-niveau": "lycee", "confirme": "non"})
    assert "Livret scolaire" in sheet.words
    assert answers_of(walker)["etablissement"]["niveau"] == "elementaire"
    again = {name: value for name, value in sheet.typed.items() if name}
    assert again == {"etablissement-niveau": "lycee", "confirme": "oui"}
    assert walker.send("niveau", again).response.status_code == 303
    assert answers_of(walker)["fichiers"] == []


def test_each_answer_can_be_changed_from_the_check_and_leads_back_to_it(app: Flask) -> None:
    walker = at_check(app)
    check = walker.open("verifier")
    links = {link.get("href") for link in check.root.iter("a") if (link.get("href") or "").startswith("/brouillon/")}
    steps = {link.rsplit("/", 1)[1] for link in links} - {"effacer", "autres-enfants"}
    assert {"vous", "enfant-1", "fichiers", "envoi", "question-format"} <= steps
    for step_id in sorted(steps):
        sheet = walker.open(step_id)
        assert sheet.response.status_code == 200, step_id
        again = walker.send(step_id, sheet.typed)
        assert again.response.headers["Location"] == walker.at("verifier"), step_id


def test_what_was_answered_stands_on_the_page_again(app: Flask) -> None:
    typed = at_check(app).open("vous").typed
    assert typed["signataires-0-prenom"] == "Anne"
    assert typed["signataires-0-adresse-commune"] == "Alès"
    assert at_check(app).open("fichiers").typed["fichiers"] == ["lsu"]
    assert at_check(app).open("voie").typed == {"destinataire-voie_hierarchique": ["oui"]}
    single = at_check(app, letter_id="opposition", reponses={}).open("fichiers")
    assert single.typed["fichiers"] == ["lsu"]


def test_the_place_of_writing_is_proposed_from_the_address_and_kept_out_of_any_shared_memory(app: Flask) -> None:
    first = at_check(app, lettre={})
    assert first.open("envoi").typed["lettre-lieu"] == "Alès"
    second = at_check(app, lettre={}, signataires=[])
    second.send("qualite", {"signataires-0-qualite": "mere"})
    assert "Alès" not in second.open("vous").text


def test_children_are_added_changed_and_taken_away(app: Flask) -> None:
    walker = at_check(app)
    assert walker.send("autres-enfants", {"action": "ajouter"}).response.headers["Location"] == walker.at("enfant-2")
    tom = {"enfants-1-prenom": "Tom", "enfants-1-nom": "Durand", "enfants-1-genre": "m"}
    assert walker.send("enfant-2", tom).response.headers["Location"] == walker.at("autres-enfants")
    sheet = walker.open("autres-enfants")
    assert "Tom Durand" in sheet.words
    for nonsense in ("retirer-²", "retirer-9", "retirer--1", "retirer-", "retirer-" + "9" * 5000, "retirer-01"):
        walker.send("autres-enfants", {"action": nonsense})
        assert len(answers_of(walker)["enfants"]) == 2, nonsense
    walker.send("autres-enfants", {"action": "retirer-0"})
    assert [child["prenom"] for child in answers_of(walker)["enfants"]] == ["Tom"]
    assert walker.open("verifier").response.headers["Location"] == walker.at("autres-enfants")


def test_the_second_parent_may_have_another_address(app: Flask) -> None:
    walker = at_check(app)
    walker.send("second", {"carnet-second": "oui"})
    given = FAMILY["cosignataire"] | {
        "signataires-1-adresse-voie": "1 place Neuve",
        "signataires-1-adresse-code_postal": "34000",
        "signataires-1-adresse-commune": "Montpellier",
    }
    assert walker.send("cosignataire", given).response.headers["Location"] == walker.at("verifier")
    words = walker.read().words
    assert "MONTPELLIER" in words
    assert "Nous" in words
