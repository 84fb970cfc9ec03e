"""Letters that follow up a dossier: what they read of it, whom they go to, what they refuse."""

from typing import Any

import pytest

from app.domain.composition import letter_context
from app.domain.contract import CONTRACT, DOSSIER, letter_contract
from app.domain.errors import MissingAnswer
from app.domain.letters import AddresseeRule, FieldKind, FileCount, LetterTemplate
from app.domain.offices import Office, Right
from tests.domain.answering import ADDRESS, COLLEGE, ON, answers, asked, faults, given_at, letter, shelf, template, when
from tests.domain.following import DOSSIER as REFUSED
from tests.domain.following import follow_up, replied, to_body
from tests.domain.test_context import compare

RENNES = {"voie": "1 rue du Puits", "code_postal": "35000", "commune": "Rennes"}
LOZERE = {"voie": "1 rue du Puits", "code_postal": "48000", "commune": "Mende"}
SENT = [{"nature": "envoi", "le": "2026-09-01"}]


def raw(changes: dict[str, Any] | None = None, **dossier: Any) -> dict[str, Any]:
    """Answers of a family in a collège, with the dossier of a refused access and its changes."""
    return given_at(COLLEGE | (changes or {})) | {"dossier": REFUSED | dossier}


def context(letter: LetterTemplate | None = None, changes: dict[str, Any] | None = None, **dossier: Any) -> Any:
    of = letter or follow_up()
    return letter_context(answers(raw(changes, **dossier), of), of, shelf(), ON)


DOSSIERS: dict[str, dict[str, Any]] = {
    "refused": {},
    "nothing but its right": dict.fromkeys(REFUSED) | {"droit": "rectification"},
    "sent": {"evenements": SENT},
    "answered in part": {"evenements": [*SENT, replied(copie="repondu", durees="non")]},
    "two regimes": {"regimes": ["donnees", "documents"], "droit": "questions", "evenements": SENT},
    "documents, CADA": {
        "regimes": ["documents"], "droit": "documents", "departement": "35",
        "evenements": [*SENT, {"nature": "reception", "le": "2026-09-02"},
                       {"nature": "saisine-cada", "le": "2026-10-10", "numero": "20261234"}],
    },
    "extended and asked for papers": {
        "evenements": [
            *SENT, {"nature": "identite-demandee", "le": "2026-09-07", "motivee": False},
            {"nature": "frais-demandes", "le": "2026-09-08"},
            {"nature": "prolongation", "le": "2026-09-10", "jusqu_au": "2026-12-01"},
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("name", DOSSIERS)
def test_the_dossier_read_by_a_template_is_the_contract_and_nothing_else(name: str) -> None:
    changes = {key: value for key, value in (REFUSED | DOSSIERS[name]).items() if value is not None}
    of = follow_up()
    found = letter_context(answers(given_at(COLLEGE) | {"dossier": changes}, of), of, shelf(), ON)
    compare(found["dossier"], DOSSIER, "dossier")
    assert set(letter_contract(of)) == set(found) - {"_grammaire"}


def test_for_a_first_letter_the_name_does_not_exist() -> None:
    first = template()
    assert "dossier" not in letter_context(answers(raw(), first), first, shelf(), ON)
    assert "dossier" not in letter_contract(first)
    assert "dossier" not in CONTRACT


def test_a_follow_up_without_its_dossier_is_refused_with_a_sentence() -> None:
    found = faults(given_at(COLLEGE), follow_up())
    assert "dossier" in found
    assert "en suit une autre" in found["dossier"]


def test_a_dossier_that_cannot_be_read_is_named_by_its_path() -> None:
    assert set(faults(raw(droit="tout"), follow_up())) == {"dossier.droit"}
    assert set(faults(raw(evenements=[{"nature": "envoi"}]), follow_up())) == {"dossier.evenements.0.le"}
    assert set(faults(raw() | {"dossier": "CD-26"}, follow_up())) == {"dossier"}


def test_the_right_and_the_files_are_those_of_the_dossier() -> None:
    read = answers(raw(), follow_up())
    assert (read.right, [file.id for file in read.files]) == (Right.ACCES, ["lsu"])
    assert answers(raw({"fichiers": []}), follow_up()).files == ()
    assert answers(raw(), template(right=Right.RECTIFICATION)).right is Right.RECTIFICATION
    assert context(changes={"fichiers": []})["fichier"] == {}


def test_whoever_could_sign_the_first_letter_signs_the_next_one() -> None:
    pupil = {
        "signataires": [{"prenom": "Lou", "nom": "Durand", "genre": "f", "qualite": "eleve", "adresse": ADDRESS}],
        "enfants.0.naissance": "2011-01-01",
    }
    assert faults(raw(pupil, droit="consentement"), follow_up()) == {}
    assert set(faults(raw(pupil), follow_up())) == {"enfants.0.naissance"}


def test_a_question_may_depend_on_the_dossier() -> None:
    fields = (
        asked("motif", FieldKind.LINE, when=when("dossier.refus_motifs", "autre")),
        asked("retard", FieldKind.LINE, when=when("dossier.est_en_retard", True)),
        asked("manque", FieldKind.LINE, when=when("dossier.manquants.etat", "non")),
    )
    assert set(faults(raw(), follow_up(*fields))) == {"reponses.motif", "reponses.manque"}
    done: dict[str, Any] = {"evenements": [*SENT, replied(copie="repondu", durees="repondu")]}
    assert set(faults(raw(**done), follow_up(*fields))) == set()


BODIES = [
    (AddresseeRule.CNIL, Office.CNIL, "Madame, Monsieur,", "75334 PARIS CEDEX 07"),
    (AddresseeRule.CADA, Office.CADA, "Madame, Monsieur,", "75334 PARIS CEDEX 07"),
    (AddresseeRule.DEFENDER, Office.DEFENSEUR, "Madame, Monsieur,", "75342 PARIS CEDEX 07"),
    (AddresseeRule.MEDIATOR, Office.MEDIATEUR, "Madame, Monsieur,", "35705 RENNES CEDEX 7"),
    (AddresseeRule.DPD, Office.DPD, "Madame, Monsieur,", "35705 RENNES CEDEX 7"),
]


@pytest.mark.parametrize(("rule", "office", "greeting", "town"), BODIES, ids=[row[0].value for row in BODIES])
def test_a_body_outside_the_school_is_written_to_directly_and_alone(
    rule: AddresseeRule, office: Office, greeting: str, town: str
) -> None:
    school = {
        "etablissement.niveau": "elementaire", "etablissement.nom": "école des Tilleuls",
        "etablissement.adresse": RENNES, "destinataire.genre": "n",
    }  # fmt: skip
    document = letter(given_at(school) | {"dossier": REFUSED}, to_body(rule))
    assert (document.salutation, document.recipient[-1]) == (greeting, town)
    assert len(set(document.recipient)) == len(document.recipient) <= 6
    assert document.copies == ()
    assert all(line.label != "Voie" for line in document.header)
    assert context(to_body(rule), {"etablissement.adresse": RENNES})["destinataire"]["fonction"] == office


def test_the_holder_of_a_body_is_greeted_when_known() -> None:
    known = {"etablissement.adresse": RENNES, "destinataire.genre": "f", "destinataire.nom": "Le Gall"}
    document = letter(raw(known), to_body(AddresseeRule.MEDIATOR))
    assert document.salutation == "Madame la médiatrice,"
    assert document.recipient[:2] == ("Madame la médiatrice académique", "Le Gall")


def test_the_same_addressee_keeps_the_way_and_the_copies_of_the_first_letter() -> None:
    document = letter(given_at({}) | {"dossier": REFUSED}, follow_up())
    assert document.salutation == "Monsieur le directeur académique,"
    assert [line.label for line in document.header].count("Voie") == 1
    assert document.copies == ("Délégué à la protection des données",)
    questions = letter(raw({"fichiers": []}, droit="questions"), follow_up())
    assert (questions.salutation, questions.copies) == ("Monsieur le principal,", ())


ASKED = [
    (AddresseeRule.MEDIATOR, {"etablissement.adresse": LOZERE}),
    (AddresseeRule.DPD, {"etablissement.adresse": LOZERE}),
    (AddresseeRule.DPD, {"etablissement.adresse": RENNES, "etablissement.secteur": "prive"}),
    (AddresseeRule.DPD, {"etablissement.adresse": RENNES, "etablissement.niveau": "elementaire",
                         "fichiers": ["cantine"]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "changes"), ASKED)
def test_an_address_that_no_record_holds_is_asked_for(rule: AddresseeRule, changes: dict[str, Any]) -> None:
    with pytest.raises(MissingAnswer) as caught:
        letter(raw(changes), to_body(rule))
    assert caught.value.field == "destinataire.adresse"
    assert letter(raw(changes | {"destinataire.adresse": ADDRESS}), to_body(rule)).recipient[-1] == "30100 ALES"


def test_the_officer_of_a_ministry_and_the_mail_of_an_academy_come_from_their_records() -> None:
    ministry = letter(raw({"fichiers": ["gar"], "enfants.0.naissance": None}), to_body(AddresseeRule.DPD))
    assert "À l’attention du DPD" in ministry.recipient
    versailles = {"voie": "1 rue Haute", "code_postal": "78000", "commune": "Versailles"}
    mail = {"etablissement.adresse": versailles, "lettre.envoi": "courriel", "destinataire.genre": "n"}
    assert letter(raw(mail), to_body(AddresseeRule.DPD)).recipient[-1] == "dpd@ac-versailles.fr"
    assert letter(raw(mail), to_body(AddresseeRule.MEDIATOR)).recipient == ("Médiation académique",)


@pytest.mark.parametrize("rule", list(AddresseeRule))
def test_the_school_s_own_messages_lead_to_nobody_outside_it(rule: AddresseeRule) -> None:
    found = faults(raw({"lettre.envoi": "ent"}), to_body(rule))
    assert set(found) == (set() if rule is AddresseeRule.SAME else {"lettre.envoi"})


def test_a_letter_that_names_no_file_still_refuses_those_of_a_follow_up() -> None:
    assert set(faults(raw(), template(files=FileCount.NONE))) == {"fichiers"}
    assert set(faults(raw({"fichiers": ["rien"]}), follow_up())) == {"fichiers"}
