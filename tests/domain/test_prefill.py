"""A campaign answers what concerns no family, and nothing else; what it answers badly stops nobody."""

from typing import Any

import pytest

from app.domain.answer_faults import RefusedAnswers
from app.domain.letters import FieldKind, FileCount, LetterTemplate
from app.domain.prefill import check_prefilled, fields_to_prefill, prefilled_answers
from tests.domain.answering import ADDRESS, ON, asked, shelf, template, when

SCHOOL = {"niveau": "college", "secteur": "public", "nom": "collège Jean-Moulin", "adresse": ADDRESS}
LETTER = template(
    asked("format", FieldKind.CHOICE),
    asked("depuis", FieldKind.DATE, when=when("reponses.format", "oui")),
    asked("motif", FieldKind.TEXT),
    asked("raison"),
    asked("courriel"),
    asked("lignes", FieldKind.ROWS, columns=(asked("mot"),)),
    warned_fields=("raison",),
)


def kept(given: dict[str, Any], letter: LetterTemplate = LETTER) -> dict[str, Any]:
    return prefilled_answers(given, letter, shelf().files, ON)


def faults(given: dict[str, Any], letter: LetterTemplate = LETTER) -> dict[str, str]:
    try:
        check_prefilled(given, letter, shelf().files, ON)
    except RefusedAnswers as refused:
        return {fault.field: fault.message for fault in refused.faults}
    return {}


def test_the_school_the_files_and_closed_questions_are_answered_beforehand() -> None:
    given = {"etablissement": SCHOOL, "fichiers": ["siecle"], "reponses": {"format": "oui", "depuis": "2026-09-01"}}
    assert faults(given) == {}
    assert kept(given) == given | {
        "carnet": {"connus": ["niveau", "secteur", "fichiers", "question-format", "question-depuis", "etablissement"]}
    }


def test_nothing_is_answered_when_nothing_is_given() -> None:
    assert kept({}) == kept({"etablissement": {}, "fichiers": [], "reponses": {}}) == {}
    assert faults({}) == {}


def test_only_questions_without_own_words_may_be_answered_beforehand() -> None:
    assert [field.id for field in fields_to_prefill(LETTER)] == ["format", "depuis"]
    for name in ("motif", "raison", "courriel", "lignes", "inconnue"):
        assert list(faults({"reponses": {name: "un mot"}})) == [f"reponses.{name}"]
        assert kept({"reponses": {name: "un mot"}}) == {}


@pytest.mark.parametrize("name", ["signataires", "enfants", "destinataire", "lettre", "mandat", "carnet", "dossier"])
def test_nothing_is_answered_for_a_person(name: str) -> None:
    assert list(faults({name: {"prenom": "Anne"}})) == [name]
    assert kept({name: {"prenom": "Anne"}, "etablissement": {"niveau": "lycee"}}).keys() == {"etablissement", "carnet"}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"etablissement": {"niveau": "fac"}}, "etablissement.niveau"),
        ({"etablissement": {"secteur": 3}}, "etablissement.secteur"),
        ({"etablissement": {"niveau": "college", "secteur": "public", "nom": "Moulin"}}, "etablissement.adresse.voie"),
        ({"fichiers": ["inconnu"]}, "fichiers"),
        ({"etablissement": {"niveau": "lycee", "secteur": "public"}, "fichiers": ["onde"]}, "fichiers"),
        ({"reponses": {"format": "peut-etre"}}, "reponses.format"),
        ({"reponses": {"format": "oui", "depuis": "31/02/2026"}}, "reponses.depuis"),
        ({"reponses": "oui"}, "reponses"),
    ],
)
def test_what_cannot_be_read_is_said_to_the_campaign_and_left_out_for_families(
    given: dict[str, Any], path: str
) -> None:
    assert path in faults(given)
    top, _, name = path.partition(".")
    left = kept(given).get(top) or {}
    assert name.partition(".")[0] not in left if name else not left


def test_an_answer_that_the_others_do_not_lead_to_is_left_out() -> None:
    assert kept({"reponses": {"format": "non", "depuis": "2026-09-01"}})["reponses"] == {"format": "non"}


def test_a_letter_that_names_no_file_gets_none() -> None:
    letter = template(files=FileCount.NONE)
    assert kept({"fichiers": ["lsu"]}, letter) == {}
    assert list(faults({"fichiers": ["lsu"]}, letter)) == ["fichiers"]
