"""Reading the answers of a family: every fault on its dotted path, all of them at once."""

from datetime import date
from typing import Any

import pytest

from app.domain.answers import RefusedAnswers, read_answers
from app.domain.errors import LibraryFault, MissingAnswer
from app.domain.letters import FieldKind, FileCount
from app.domain.people import Quality
from tests.domain.answering import (
    BASE,
    COLLEGE,
    LYCEE,
    ON,
    PUPIL,
    SECOND,
    answers,
    asked,
    faults,
    given,
    given_at,
    shelf,
    template,
    when,
)

FAULTS: list[tuple[str, Any, str]] = [
    ("fichiers", None, "fichiers"),
    ("fichiers", "lsu", "fichiers"),
    ("fichiers", [3], "fichiers"),
    ("fichiers", ["inconnu"], "fichiers"),
    ("fichiers", ["lsu"] + [f"x{n}" for n in range(9)], "fichiers"),
    ("lettre", "a", "lettre"),
    ("lettre.lieu", None, "lettre.lieu"),
    ("lettre.lieu", "12", "lettre.lieu"),
    ("lettre.envoi", None, "lettre.envoi"),
    ("lettre.envoi", "pigeon", "lettre.envoi"),
    ("lettre.envoi", ["remise"], "lettre.envoi"),
    ("lettre.numero", "<b>", "lettre.numero"),
    ("signataires", None, "signataires"),
    ("signataires", {"prenom": "A"}, "signataires"),
    ("signataires", [BASE["signataires"][0]] * 3, "signataires"),
    ("signataires.0.prenom", None, "signataires.0.prenom"),
    ("signataires.0.nom", "<svg>", "signataires.0.nom"),
    ("signataires.0.qualite", None, "signataires.0.qualite"),
    ("signataires.0.qualite", "tante", "signataires.0.qualite"),
    ("signataires.0.genre", "x", "signataires.0.genre"),
    ("signataires.0.adresse", None, "signataires.0.adresse.code_postal"),
    ("signataires.0.adresse.voie", None, "signataires.0.adresse.voie"),
    ("signataires.0.adresse.code_postal", "3010", "signataires.0.adresse.code_postal"),
    ("signataires.0.adresse.commune", "12", "signataires.0.adresse.commune"),
    ("signataires.0.adresse.complement", "x" * 50, "signataires.0.adresse.complement"),
    ("signataires.0.courriel", "anne", "signataires.0.courriel"),
    ("signataires.0.telephone", "12", "signataires.0.telephone"),
    ("signataires.0.courriel", 12, "signataires.0.courriel"),
    ("enfants", None, "enfants"),
    ("enfants", "Lou", "enfants"),
    ("enfants.0.prenom", "", "enfants.0.prenom"),
    ("enfants.0.genre", 1, "enfants.0.genre"),
    ("enfants.0.classe", "x" * 31, "enfants.0.classe"),
    ("enfants.0.naissance", date(2027, 1, 1), "enfants.0.naissance"),
    ("enfants.0.naissance", "hier", "enfants.0.naissance"),
    ("enfants.0.naissance", date(2008, 1, 1), "enfants.0.naissance"),
    ("enfants.0.naissance", 2017, "enfants.0.naissance"),
    ("etablissement", None, "etablissement.niveau"),
    ("etablissement.nom", None, "etablissement.nom"),
    ("etablissement.niveau", "fac", "etablissement.niveau"),
    ("etablissement.secteur", None, "etablissement.secteur"),
    ("etablissement.adresse", None, "etablissement.adresse.code_postal"),
    ("etablissement.adresse", "ici", "etablissement.adresse"),
    ("etablissement.direction.genre", "z", "etablissement.direction.genre"),
    ("etablissement.direction.nom", "12", "etablissement.direction.nom"),
    ("etablissement.circonscription.nom", "<", "etablissement.circonscription.nom"),
    ("destinataire.genre", "z", "destinataire.genre"),
    ("destinataire.nom", "12", "destinataire.nom"),
    ("destinataire.voie_hierarchique", "oui", "destinataire.voie_hierarchique"),
    ("destinataire.adresse", {"voie": "1 rue A"}, "destinataire.adresse.code_postal"),
    ("reponses", ["a"], "reponses"),
    ("reponses.autre", "a", "reponses.autre"),
    ("mandat", "peut-être", "mandat"),
    ("mandat", True, "enfants.0.naissance"),
]


@pytest.mark.parametrize(
    ("path", "value", "field"), FAULTS, ids=[f"{path}={str(value)[:12]}" for path, value, _ in FAULTS]
)
def test_each_fault_names_its_dotted_path_and_is_a_sentence(path: str, value: Any, field: str) -> None:
    found = faults(given_at({path: value}))
    assert field in found
    assert found[field].strip().endswith((".", "…", "?"))


def test_a_whole_page_of_faults_is_said_at_once() -> None:
    raw = given_at({
        "signataires.0.prenom": "", "signataires.0.courriel": "a@", "signataires.0.telephone": "abc",
        "signataires.0.adresse": {"voie": "", "code_postal": "abc", "commune": ""},
    })  # fmt: skip
    assert set(faults(raw)) == {
        "signataires.0.prenom", "signataires.0.courriel", "signataires.0.telephone", "signataires.0.adresse.voie",
        "signataires.0.adresse.code_postal", "signataires.0.adresse.commune",
    }  # fmt: skip


def test_every_fault_is_said_at_once_in_the_order_of_the_questions() -> None:
    raw = given_at({
        "etablissement.nom": None, "fichiers": None, "enfants.0.prenom": None, "signataires.0.nom": None,
        "lettre.lieu": None, "destinataire.genre": "z",
    })  # fmt: skip
    letter = template(asked("motif"))
    assert list(faults(raw, letter)) == [
        "etablissement.nom", "fichiers", "enfants.0.prenom", "signataires.0.nom", "lettre.lieu", "destinataire.genre",
        "reponses.motif",
    ]  # fmt: skip


def test_two_children_and_two_signatories_each_say_their_own_fault() -> None:
    raw = given(enfants=[{"nom": "A"}, {"prenom": "B"}], signataires=[*BASE["signataires"], SECOND | {"nom": ""}])
    assert list(faults(raw)) == ["enfants.0.prenom", "enfants.1.nom", "signataires.1.nom"]


def test_the_base_answers_make_a_letter() -> None:
    read = answers()
    assert (read.school.name, read.files[0].id, read.sending.place) == ("école élémentaire des Tilleuls", "lsu", "Alès")
    assert (read.missing, read.has_mandate, read.addressee.is_through_head) == ((), False, True)


def test_a_missing_reply_is_a_fault_or_is_listed_when_it_may_be_missing() -> None:
    letter = template(asked("motif"), asked("suite", is_required=False))
    assert list(faults(BASE, letter)) == ["reponses.motif"]
    read = answers(BASE, letter, may_miss=True)
    assert [fault.field for fault in read.missing] == ["reponses.motif"]
    assert all(isinstance(fault, MissingAnswer) for fault in read.missing)
    assert read.replies == {"suite": None}


def test_an_answer_made_irrelevant_is_not_kept() -> None:
    letter = template(asked("forme", FieldKind.CHOICE), asked("canal", when=when("reponses.forme", "oui")))
    assert answers(given(reponses={"forme": "non", "canal": "par la poste"}), letter).replies == {"forme": "non"}
    assert answers(given(reponses={"forme": "oui", "canal": "ici"}), letter).replies == {"forme": "oui", "canal": "ici"}


@pytest.mark.parametrize(
    ("path", "value", "changes"),
    [
        ("fichier.id", "lsu", {}), ("fichier.statut", "contested", {"fichiers": ["base-eleves"]}),
        ("fichier.disparu", False, {}), ("ecole.niveau", "college", COLLEGE), ("ecole.secteur", "public", {}),
    ],
)  # fmt: skip
def test_a_question_may_depend_on_the_file_and_on_the_school(path: str, value: Any, changes: dict[str, Any]) -> None:
    if "fichiers" in changes:
        file = next(one for one in shelf().files if one.opposition.status.value == value)
        changes = {"fichiers": [file.id]}
    letter = template(asked("motif", when=when(path, value)))
    assert list(faults(given_at(changes), letter)) == ["reponses.motif"]
    assert faults(given_at(changes), template(asked("motif", when=when(path, "autre")))) == {}


def test_a_letter_about_one_file_takes_one_and_a_letter_about_none_takes_none() -> None:
    assert list(faults(given(fichiers=["lsu", "onde"]), template(files=FileCount.ONE))) == ["fichiers"]
    assert faults(given(fichiers=["lsu", "lsu"]), template(files=FileCount.ONE)) == {}
    assert list(faults(BASE, template(files=FileCount.NONE))) == ["fichiers"]
    assert faults(given(fichiers=[]), template(files=FileCount.NONE)) == {}


def test_a_letter_refuses_the_files_it_is_not_made_for() -> None:
    assert list(faults(BASE, template(file_ids=("onde",)))) == ["fichiers"]
    status = shelf().files.get("lsu").opposition.status.value
    assert faults(BASE, template(file_statuses=(status,))) == {}
    assert list(faults(BASE, template(file_statuses=("autre",)))) == ["fichiers"]


def test_a_letter_may_do_without_children_and_without_them_has_no_family() -> None:
    letter = template(are_children_optional=True)
    read = answers(given(enfants=[]), letter)
    assert (read.children, read.family) == (None, None)


def test_an_adult_pupil_writes_alone_and_a_minor_may_not() -> None:
    adult = given_at(LYCEE | {"signataires": [PUPIL], "enfants.0.naissance": date(2008, 1, 1)})
    assert answers(adult).signatories.is_pupil_alone
    minor = given_at(LYCEE | {"signataires": [PUPIL], "enfants.0.naissance": date(2009, 1, 1)})
    assert list(faults(minor)) == ["enfants.0.naissance"]
    assert list(faults(adult | {"signataires": [PUPIL, SECOND]})) == ["signataires.1.qualite"]


def test_a_pupil_of_fifteen_signs_for_an_online_service_and_not_at_fourteen() -> None:
    letter = template(digital_age_files=("lsu",))
    raw = given_at(LYCEE | {"signataires": [PUPIL], "enfants.0.naissance": date(2011, 11, 21)})
    assert faults(raw, letter) == {}
    raw["enfants"][0]["naissance"] = date(2011, 11, 22)
    assert list(faults(raw, letter)) == ["enfants.0.naissance"]


def test_an_adult_pupil_gives_a_mandate_which_a_pupil_who_signs_does_not() -> None:
    raw = given_at(LYCEE | {"enfants.0.naissance": date(2008, 1, 1)})
    assert list(faults(raw)) == ["enfants.0.naissance"]
    assert answers(raw | {"mandat": True}).has_mandate
    assert answers(raw | {"mandat": "oui"}).has_mandate
    assert not answers(given(mandat="non")).has_mandate
    assert list(faults(raw | {"mandat": True, "signataires": [PUPIL]})) == ["mandat"]


def test_two_households_keep_their_addresses_and_a_shared_one_is_said_once() -> None:
    other = {"voie": "8 quai du Port", "code_postal": "30000", "commune": "Nîmes"}
    apart = answers(given(signataires=[*BASE["signataires"], SECOND | {"adresse": other}])).signatories
    together = answers(given(signataires=[*BASE["signataires"], SECOND])).signatories
    assert [house.names for house in apart.households] == [("Anne Durand",), ("Paul Martin",)]
    assert [house.names for house in together.households] == [("Anne Durand", "Paul Martin")]


@pytest.mark.parametrize("quality", [one for one in Quality if one is not Quality.ELEVE])
def test_a_signatory_of_any_quality_and_of_no_gender_makes_a_letter(quality: Quality) -> None:
    raw = given_at({"signataires.0.qualite": quality.value, "signataires.0.genre": None})
    assert answers(raw).signatories.people[0].quality is quality


@pytest.mark.parametrize(
    "raw", [{}, {"lettre": None}, dict.fromkeys(BASE, "x"), {key: [1] for key in BASE}, dict.fromkeys(BASE, 1)]
)
def test_answers_of_the_wrong_shape_are_faults_and_never_a_crash(raw: dict[str, Any]) -> None:
    with pytest.raises(RefusedAnswers) as caught:
        read_answers(raw, template(), shelf().files, ON)
    assert all(fault.field and not isinstance(fault, LibraryFault) for fault in caught.value.faults)
