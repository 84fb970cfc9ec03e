"""What an answer takes away from the others is always named, and only what is useless goes."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.progress import CHECK
from app.services.library import library
from tests.domain.wizard_answers import child, complete, person, pruned, way


def test_answers_that_agree_lose_nothing() -> None:
    clean = pruned(complete())
    assert clean.dropped == ()
    assert way(clean.raw).expected == CHECK
    assert pruned(clean.raw) == clean


def test_the_given_answers_are_left_alone() -> None:
    raw = complete("lycee", fichiers=["onde"])
    before = copy.deepcopy(raw)
    pruned(raw)
    assert raw == before


def test_a_file_of_another_stage_goes_and_is_named() -> None:
    clean = pruned(complete("lycee", fichiers=["onde", "lsu"]))
    assert clean.raw["fichiers"] == []
    assert clean.dropped[:2] == tuple(library().processings.get(name).name for name in ("onde", "lsu"))


def test_a_file_that_no_longer_exists_goes_without_a_name() -> None:
    clean = pruned(complete(fichiers=["lsu", "fichier-disparu"]))
    assert clean.raw["fichiers"] == ["lsu"]
    assert clean.dropped == ()


def test_a_reply_whose_question_is_no_longer_asked_goes_and_is_named() -> None:
    raw = complete(reponses={"format": "fichier", "canal_papier": "courrier", "canal_fichier": "ent", "recherche": ""})
    clean = pruned(raw)
    assert clean.dropped == ("Comment voulez-vous recevoir les feuilles\u202f?",)
    assert set(clean.raw["reponses"]) == {"format", "canal_fichier", "recherche"}


def test_an_empty_reply_goes_without_a_word() -> None:
    raw = complete(reponses={"format": "fichier", "canal_papier": "", "canal_fichier": "ent", "recherche": ""})
    assert pruned(raw).dropped == ()


def test_the_second_signature_goes_when_the_other_parent_does_not_sign() -> None:
    raw = complete(signataires=[person(), person("Paul", "pere")])
    clean = pruned(raw)
    assert clean.dropped == ("La seconde signature",)
    assert len(clean.raw["signataires"]) == 1


@pytest.mark.parametrize("quality", ["tuteur", "delegataire", "eleve"])
def test_the_second_signature_goes_with_the_quality_of_parent(quality: str) -> None:
    raw = complete(signataires=[person(qualite=quality), person("Paul", "pere")], enfants=[])
    raw["carnet"]["second"] = "oui"
    assert pruned(raw).dropped == ("La seconde signature",)


def test_a_parent_s_children_are_not_a_pupil_s_and_each_is_named() -> None:
    clean = pruned(complete(signataires=[person(qualite="eleve")], enfants=[child(), child("Tom")]))
    assert clean.dropped == ("Lou Durand", "Tom Durand")
    assert clean.raw["enfants"] == []


def test_a_pupil_keeps_her_own_class() -> None:
    raw = complete(signataires=[person("Lou", "eleve", genre="f")])
    clean = pruned(raw)
    assert clean.dropped == ()
    assert clean.raw["enfants"][0]["classe"] == "CM1"
    assert clean.raw["signataires"][0]["genre"] == "f"


def test_how_a_pupil_is_spoken_of_says_nothing_of_a_mother() -> None:
    clean = pruned(complete(signataires=[person(qualite="mere", genre="m")]))
    assert "genre" not in clean.raw["signataires"][0]
    assert clean.dropped == ()


def test_who_holds_an_office_is_no_answer_about_another_office() -> None:
    first = pruned(complete()).raw
    moved = first | {"etablissement": first["etablissement"] | {"niveau": "college"}}
    clean = pruned(moved)
    assert "Le destinataire" in clean.dropped
    assert clean.raw["destinataire"] == {}


@given(st.sampled_from(["maternelle", "elementaire", "college", "lycee"]), st.sampled_from(["public", "prive"]),
       st.sampled_from(["mere", "tuteur", "eleve"]), st.sampled_from(["papier", "fichier"]))  # fmt: skip
def test_pruning_twice_is_pruning_once(stage: str, sector: str, quality: str, form: str) -> None:
    raw = complete(stage, sector, signataires=[person(qualite=quality), person("Paul", "pere")])
    raw["reponses"]["format"] = form
    once = pruned(raw)
    assert pruned(once.raw).raw == once.raw
    assert pruned(once.raw).dropped == ()


def test_a_mandate_goes_with_the_lycee_and_is_named() -> None:
    assert pruned(complete("lycee", mandat=True)).raw["mandat"] is True
    clean = pruned(complete(mandat=True))
    assert "mandat" not in clean.raw
    assert clean.dropped == ("Le mandat de l’élève",)
