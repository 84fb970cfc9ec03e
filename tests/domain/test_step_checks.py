"""What is wrong with the answer of one step, said on the right field."""

from typing import Any

import pytest

from app.domain.step_checks import StepContext, faults_of_step, known_quality, known_sector, known_stage
from app.services.library import library
from tests.domain.wizard_answers import TODAY, child, complete, person, template


def faults(step_id: str, raw: dict[str, Any], letter_id: str = "acces") -> list[str]:
    context = StepContext(raw, template(letter_id), library().processings, TODAY)
    return [fault.field for fault in faults_of_step(step_id, context)]


@pytest.mark.parametrize(
    ("step_id", "field"),
    [
        ("niveau", "etablissement.niveau"),
        ("secteur", "etablissement.secteur"),
        ("fichiers", "fichiers"),
        ("qualite", "signataires.0.qualite"),
        ("enfant-1", "enfants"),
        ("vous", "signataires"),
        ("second", "carnet.second"),
        ("cosignataire", "signataires.1.prenom"),
        ("envoi", "lettre.lieu"),
        ("voie", "destinataire.voie_hierarchique"),
        ("direction", "etablissement.direction.genre"),
        ("destinataire", "destinataire.genre"),
        ("adresse-destinataire", "destinataire.adresse.voie"),
        ("question-format", "reponses.format"),
    ],
)
def test_an_empty_step_says_what_is_missing(step_id: str, field: str) -> None:
    assert faults(step_id, {}) == [field]


@pytest.mark.parametrize("step_id", ["niveau", "secteur", "fichiers", "qualite", "enfant-1", "vous", "second", "envoi"])
def test_an_answered_step_has_no_fault(step_id: str) -> None:
    assert faults(step_id, complete()) == []


def test_a_step_that_asks_nothing_has_no_fault() -> None:
    assert faults("savoir", {}) == []


@pytest.mark.parametrize("step_id", ["direction", "etablissement"])
def test_the_head_of_the_school_is_read_before_it_is_kept(step_id: str) -> None:
    raw = complete()
    raw["etablissement"]["direction"] = {"genre": "zzz"}
    assert faults(step_id, raw) == ["etablissement.direction.genre"]
    raw["etablissement"] |= {"direction": {"genre": "f"}, "circonscription": {"nom": "A\u0000"}}
    assert faults(step_id, raw) == ["etablissement.circonscription.nom"]


def test_a_file_of_another_stage_is_refused_by_name() -> None:
    assert faults("fichiers", complete("lycee", fichiers=["onde"])) == ["fichiers"]


def test_files_of_different_controllers_make_two_letters() -> None:
    raw = complete("lycee", fichiers=["pronote", "parcoursup"])
    context = StepContext(raw, template(), library().processings, TODAY)
    (fault,) = faults_of_step("fichiers", context)
    assert "ne dépendent pas de la même personne" in fault.message
    assert "Pronote" in fault.message
    assert "Parcoursup" in fault.message


@pytest.mark.parametrize("given", ["lsu", None, [1], [["lsu"]], {"lsu": 1}, ["inconnu"], ["lsu"] * 3 + ["x"]])
def test_files_of_a_wrong_shape_are_refused(given: object) -> None:
    assert faults("fichiers", complete(fichiers=given)) == ["fichiers"]


def test_one_file_twice_is_one_file() -> None:
    assert faults("fichiers", complete(fichiers=["lsu", "lsu"])) == []
    assert faults("fichiers", complete(fichiers=["lsu", "lsu"]), "opposition") == []
    assert faults("fichiers", complete(fichiers=["lsu", "onde"]), "opposition") == ["fichiers"]


@pytest.mark.parametrize(
    ("birth", "fields"),
    [
        ("0001-01-01", ["enfants.0.naissance"]),
        ("9999-12-31", ["enfants.0.naissance"]),
        ("2025-02-31", ["enfants.0.naissance"]),
        ("31/02/2025", ["enfants.0.naissance"]),
        ("hier", ["enfants.0.naissance"]),
        ("02/03/2017", []),
        ("2017-03-02", []),
        ("", []),
    ],
)
def test_a_birth_date_is_a_day_of_a_pupil_s_life(birth: str, fields: list[str]) -> None:
    assert faults("enfant-1", complete(enfants=[child(naissance=birth)])) == fields


def test_a_second_child_is_read_with_the_first() -> None:
    raw = complete(enfants=[child(), child("lou")])
    assert faults("enfant-1", raw) == []
    assert faults("enfant-2", raw) == ["enfants.1.prenom"]  # the same child twice
    assert faults("autres-enfants", complete(enfants=[child(f"Lou{'abcdefghi'[n]}") for n in range(9)])) == ["enfants"]


def test_a_second_signatory_needs_a_quality_and_another_name() -> None:
    raw = complete(signataires=[person(), {"prenom": "Paul", "nom": "Martin"}])
    assert faults("cosignataire", raw) == ["signataires.1.qualite"]
    raw = complete(signataires=[person(), person()])
    assert faults("cosignataire", raw) == ["signataires.1.prenom"]


def test_a_word_that_is_no_stage_sector_or_quality_is_not_known() -> None:
    raw = {"etablissement": {"niveau": "creche", "secteur": "x"}, "signataires": [{"qualite": "voisin"}]}
    assert (known_stage(raw), known_sector(raw), known_quality(raw)) == (None, None, None)
