"""The way through each letter: which steps, in which order, and which may be opened."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.letters import FileCount
from app.domain.offices import Stage
from app.domain.progress import CHECK, is_own_head, offered_files
from app.services.library import library
from tests.domain.wizard_answers import child, complete, person, steps, template, way

LETTERS = ["acces", "rectification", "opposition", "consentement", "compte-numerique", "questionnaire"]


@pytest.mark.parametrize("letter_id", LETTERS)
def test_every_letter_begins_with_the_stage_and_ends_with_the_addressee(letter_id: str) -> None:
    found = steps({}, letter_id)
    assert found[:2] == ["niveau", "secteur"]
    assert found[-1] == "destinataire"
    has_files = template(letter_id).files is not FileCount.NONE
    assert ("fichiers" in found) is has_files
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("letter_id", LETTERS)
def test_without_any_answer_only_the_first_step_opens(letter_id: str) -> None:
    start = way({}, letter_id)
    assert start.expected == "niveau"
    assert [step.id for step in start.steps if start.may_open(step.id)] == ["niveau"]
    assert not start.may_open(CHECK)
    assert not start.may_open("une-étape-inconnue")


def test_with_every_answer_each_step_and_the_check_open() -> None:
    end = way(complete())
    assert [step.id for step in end.steps if not step.is_done] == []
    assert end.expected == CHECK
    assert end.may_open(CHECK)
    assert end.number(CHECK) == end.total == len(end.steps) + 1


def test_each_missing_answer_closes_what_comes_after_it() -> None:
    for name in ("etablissement", "fichiers", "reponses", "signataires", "enfants", "lettre", "destinataire"):
        raw = complete()
        del raw[name]
        partial = way(raw)
        assert partial.expected != CHECK, name
        places = [step.id for step in partial.steps]
        later = places[places.index(partial.expected) + 1 :]
        assert not any(partial.may_open(step_id) for step_id in (*later, CHECK)), name


@pytest.mark.parametrize(
    ("stage", "sector", "has_route"),
    [
        ("maternelle", "public", True),
        ("elementaire", "public", True),
        ("elementaire", "prive", False),
        ("college", "public", False),
        ("lycee", "prive", False),
    ],
)
def test_only_a_public_primary_school_asks_by_which_way_the_letter_goes(
    stage: str, sector: str, has_route: bool
) -> None:
    found = steps(complete(stage, sector, fichiers=["onde"] if has_route else ["siecle"]))
    assert ("voie" in found, "direction" in found) == (has_route, has_route)


def test_a_letter_sent_straight_asks_for_the_address_and_not_for_the_head() -> None:
    found = steps(complete(destinataire={"genre": "m", "voie_hierarchique": False}))
    assert found[-3:] == ["voie", "destinataire", "adresse-destinataire"]


def test_by_e_mail_no_street_is_asked() -> None:
    raw = complete(
        destinataire={"genre": "m", "voie_hierarchique": False}, lettre={"envoi": "courriel", "lieu": "Alès"}
    )
    assert "adresse-destinataire" not in steps(raw)


def test_a_pupil_of_age_names_no_child_and_signs_alone() -> None:
    found = steps(complete(signataires=[person(qualite="eleve")]))
    assert found[found.index("qualite") :][:4] == ["qualite", "vous", "classe", "etablissement"]


@pytest.mark.parametrize(
    ("quality", "is_asked"), [("mere", True), ("parent", True), ("tuteur", False), ("delegataire", False)]
)
def test_only_parents_are_asked_for_a_second_signature(quality: str, is_asked: bool) -> None:
    found = steps(complete(signataires=[person(qualite=quality)]))
    assert ("second" in found) is is_asked
    assert "cosignataire" not in found


def test_a_second_parent_has_a_page() -> None:
    raw = complete()
    raw["carnet"]["second"] = "oui"
    assert way(raw).expected == "cosignataire"
    raw["signataires"].append({"prenom": "Paul", "nom": "Martin", "qualite": "pere"})
    assert way(raw).expected == CHECK


def test_each_child_has_a_page_and_the_questionnaire_may_name_none() -> None:
    assert steps(complete(enfants=[child(), child("Tom")]))[8:11] == ["enfant-1", "enfant-2", "autres-enfants"]
    assert "enfant-1" not in steps({}, "questionnaire")
    assert "enfant-1" in steps({}, "acces")


def test_a_question_put_off_counts_as_done_for_now() -> None:
    raw = complete()
    del raw["reponses"]["format"], raw["reponses"]["canal_papier"]
    assert way(raw).expected == "question-format"
    raw["carnet"]["plus_tard"] = ["format"]
    assert way(raw).expected == CHECK


def test_a_question_asked_by_another_answer_appears_behind_it() -> None:
    raw = complete(reponses={"format": "fichier", "recherche": ""})
    assert "question-canal_papier" not in steps(raw)
    assert way(raw).expected == "question-canal_fichier"
    raw["reponses"]["canal_fichier"] = "courriel"
    assert way(raw).expected == "question-courriel"


def test_after_a_change_one_goes_back_to_the_check_when_nothing_else_is_asked() -> None:
    assert way(complete()).after("vous") == CHECK
    raw = complete(lettre={})
    assert way(raw).after("secteur") == "fichiers"
    assert way(raw).before("niveau") is None
    assert way(raw).before(CHECK) == "destinataire"


def test_files_read_about_once_are_read_about_again_when_they_change() -> None:
    assert way(complete(fichiers=["lsu", "onde"])).expected == "savoir"


def test_the_files_offered_are_those_of_the_stage_and_of_the_letter() -> None:
    book = library().processings
    offered = offered_files(template(), book, Stage.MATERNELLE)
    assert offered
    assert all(Stage.MATERNELLE in file.stages for file in offered)
    images = offered_files(template("consentement"), book, None)
    assert {file.id for file in images} < {file.id for file in book}


def test_a_head_who_is_written_to_is_known_as_such() -> None:
    college = complete("college", fichiers=["pronote"])
    assert is_own_head(college, way(college).recipient)
    assert not is_own_head(complete(), way(complete()).recipient)


JUNK = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.sampled_from(["public", "eleve", "lsu", "oui", "recommande"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["nom", "genre", "adresse"]), inner),
    max_leaves=6,
)
TABLE = st.dictionaries(st.sampled_from(["niveau", "secteur", "nom", "genre", "prenom", "qualite", "envoi"]), st.text())


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "etablissement": TABLE,
            "lettre": TABLE,
            "destinataire": TABLE,
            "signataires": st.lists(TABLE, max_size=3),
            "enfants": st.lists(TABLE, max_size=9),
            "reponses": st.dictionaries(st.sampled_from(["format", "courriel", "recherche", "autre"]), JUNK),
            "fichiers": st.lists(st.text() | st.sampled_from(["lsu", "onde", "parcoursup"])),
        },
    )
)
def test_answers_of_any_worth_have_a_way_and_only_an_open_one(raw: dict[str, Any]) -> None:
    found = way(raw)
    assert found.expected == CHECK or found.may_open(found.expected)
    assert found.may_open("niveau")


def test_the_parents_of_a_pupil_of_a_lycee_say_whether_they_have_a_mandate() -> None:
    lycee = complete("lycee", fichiers=["pronote"])
    lycee["carnet"] |= {"compris": ["pronote"]}
    assert way(lycee).expected == "mandat"
    assert way(lycee | {"mandat": True}).expected == CHECK
    assert way(lycee | {"mandat": False}).expected == CHECK
    assert "mandat" not in {step.id for step in way(complete()).steps}
    assert "mandat" not in {step.id for step in way(lycee | {"signataires": [person(qualite="eleve")]}).steps}
