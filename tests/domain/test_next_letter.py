"""The next letter of a dossier: what it already knows, the way that is left to walk, the clocks a letter starts."""

from datetime import date
from typing import Any

import pytest

from app.domain.dossier.clocks import Ground
from app.domain.dossier.record import Dossier, write_dossier
from app.domain.letters import AddresseeRule, Field, FieldKind, LetterTemplate
from app.domain.next_letter import grounds_of, next_answers, with_dossier
from app.domain.progress import CHECK, Way, find_way
from app.domain.pruning import prune
from app.services.library import library
from tests.domain.answering import asked, shelf, template, when
from tests.domain.following import dossier, follow_up, replied, to_body
from tests.domain.wizard_answers import complete, person, steps

ON = date(2026, 11, 21)
REFERENCE = "CD-26-GHJKMN"
DELAY = asked("delai", FieldKind.LINE)
REASONS = asked(
    "motifs", FieldKind.CHOICES, known="refus_motifs",
    options=tuple(type(asked("x", FieldKind.CHOICE).options[0])(code, code)
                  for code in ("obligation-legale", "fichier-obligatoire")),
)  # fmt: skip


def begun(of: LetterTemplate, profile: dict[str, Any] | None = None, about: Dossier | None = None) -> dict[str, Any]:
    given = complete() if profile is None else profile
    return next_answers(given, of, about or dossier(), ON, REFERENCE)


def way(raw: dict[str, Any], of: LetterTemplate, about: Dossier | None = None) -> Way:
    return find_way(with_dossier(raw, about or dossier()), of, shelf().files, ON, shelf().authorities)


def walked(found: Way) -> list[str]:
    return [step.id for step in found.steps if not step.is_known]


def test_people_school_files_and_town_are_kept_and_the_sending_is_asked_anew() -> None:
    raw = begun(follow_up(DELAY))
    first = complete()
    assert {name: raw[name] for name in ("fichiers", "signataires", "enfants", "etablissement")} == {
        name: first[name] for name in ("fichiers", "signataires", "enfants", "etablissement")
    }
    assert raw["lettre"] == {"lieu": "Alès"}
    assert raw["reponses"] == {}
    assert raw["carnet"]["reference"] == REFERENCE
    assert "plus_tard" not in raw["carnet"]


def test_the_addressee_is_kept_for_the_same_one_and_dropped_for_another_body() -> None:
    profile = complete(carnet=complete()["carnet"] | {"office": "dasen"})
    same = begun(follow_up(), profile)
    assert (same["destinataire"], same["carnet"]["office"]) == (profile["destinataire"], "dasen")
    other = begun(to_body(AddresseeRule.CNIL), profile)
    assert "destinataire" not in other
    assert "office" not in other["carnet"]


@pytest.mark.parametrize("rule", list(AddresseeRule))
def test_a_draft_begun_from_a_dossier_loses_nothing_and_says_nothing_when_it_is_pruned(rule: AddresseeRule) -> None:
    of = to_body(rule)
    profile = complete(carnet=complete()["carnet"] | {"office": "dasen"})
    raw = with_dossier(begun(of, profile), dossier())
    pruned = prune(raw, of, shelf().files, ON, shelf().authorities)
    assert pruned.dropped == ()
    assert pruned.raw["signataires"] == raw["signataires"]
    assert pruned.raw["fichiers"] == raw["fichiers"]


def test_the_files_of_the_dossier_stay_when_the_child_changed_school() -> None:
    of = follow_up()
    raw = with_dossier(begun(of, complete(fichiers=["be1d"])), dossier())
    raw["etablissement"] = raw["etablissement"] | {"niveau": "college"}
    assert prune(raw, of, shelf().files, ON, shelf().authorities).raw["fichiers"] == ["be1d"]


def test_only_what_is_new_is_walked_and_counted_and_the_rest_stays_open() -> None:
    of = follow_up(DELAY)
    raw = begun(of)
    found = way(raw, of)
    assert walked(found) == ["question-delai", "envoi"]
    assert (found.expected, found.total, found.number("envoi")) == ("question-delai", 3, 2)
    assert (found.before("question-delai"), found.before("envoi")) == (None, "question-delai")
    done = way(raw | {"reponses": {"delai": "Un mois"}, "lettre": {"lieu": "Alès", "envoi": "recommande"}}, of)
    assert done.expected == CHECK
    assert all(done.may_open(step.id) for step in done.steps)
    assert (done.after("niveau"), done.before("niveau"), done.number("niveau")) == (CHECK, CHECK, done.total)


def test_nothing_about_a_file_is_asked_and_a_question_may_read_the_dossier() -> None:
    of = follow_up(DELAY, asked("motif", when=when("dossier.refus_motifs", "autre")))
    found = way(begun(of), of)
    assert {"fichiers", "savoir"}.isdisjoint(step.id for step in found.steps)
    assert "question-motif" in walked(found)
    sent = dossier(evenements=[{"nature": "envoi", "le": "2026-09-01"}])
    assert "question-motif" not in walked(way(begun(of, about=sent), of, sent))


@pytest.mark.parametrize(
    ("rule", "own"),
    [
        (AddresseeRule.SAME, []), (AddresseeRule.CNIL, []), (AddresseeRule.CADA, []), (AddresseeRule.DEFENDER, []),
        (AddresseeRule.MEDIATOR, ["destinataire"]), (AddresseeRule.DPD, ["destinataire"]),
    ],
)  # fmt: skip
def test_the_holder_of_another_office_is_asked_for_but_nobody_presides_over_a_commission(
    rule: AddresseeRule, own: list[str]
) -> None:
    of = to_body(rule)
    assert walked(way(begun(of), of)) == ["envoi", *own]


@pytest.mark.parametrize(("postcode", "is_asked"), [("35000", False), ("48000", True), ("", True)])
def test_the_address_of_a_mediator_is_asked_only_where_no_record_holds_it(postcode: str, is_asked: bool) -> None:
    of = to_body(AddresseeRule.MEDIATOR)
    raw = begun(of) | {"lettre": {"lieu": "Alès", "envoi": "recommande"}}
    raw["etablissement"] = raw["etablissement"] | {"adresse": {"code_postal": postcode}}
    assert ("adresse-destinataire" in walked(way(raw, of))) is is_asked


def test_a_letter_written_elsewhere_asks_the_ordinary_steps() -> None:
    of = follow_up(DELAY)
    raw = begun(of, {})
    assert raw["carnet"] == {"reference": REFERENCE, "connus": []}
    found = way(raw, of)
    assert [step.id for step in found.steps] == walked(found)
    assert walked(found)[:3] == ["niveau", "secteur", "question-delai"]
    assert {"qualite", "vous", "etablissement", "envoi", "destinataire"} <= set(walked(found))
    stage = raw | {"etablissement": {"niveau": "college"}}
    assert walked(way(stage, of))[0] == "niveau", "what is answered now stays on the way"


def test_what_a_dossier_knew_and_no_longer_holds_is_asked_again() -> None:
    of = follow_up(DELAY)
    raw = begun(of)
    raw["signataires"] = [person(adresse={})]
    found = way(raw, of)
    assert "vous" in walked(found)


def test_two_parents_a_mandate_and_a_pupil_of_age_are_known_as_they_were() -> None:
    of = follow_up()
    both = complete(signataires=[person(), person("Paul", "pere")], carnet={"enfants": True, "second": "oui"})
    assert walked(way(begun(of, both), of)) == ["envoi"]
    lycee = complete("lycee", mandat=True)
    assert walked(way(begun(of, lycee), of)) == ["envoi"]
    alone = complete("lycee", signataires=[person("Lou", "eleve")])
    assert walked(way(begun(of, alone), of)) == ["envoi"]


def test_a_question_that_the_dossier_answers_is_filled_and_known() -> None:
    of = follow_up(REASONS, DELAY)
    raw = begun(of)
    assert raw["reponses"] == {"motifs": ["fichier-obligatoire"]}, "only the reasons that the question offers"
    assert walked(way(raw, of)) == ["question-delai", "envoi"]


KNOWN = [
    (asked("le", FieldKind.DATE, known="refus_le"), "2026-10-01"),
    (asked("proof", FieldKind.YES_NO, known="reception_prouvee"), True),
    (asked("who", FieldKind.LINE, known="destinataire"), "le principal du collège"),
    (asked("number", FieldKind.LINE, known="cnil_numero"), None),
    (asked("paid", FieldKind.DATE, known="frais_le"), None),
    (asked("remedies", FieldKind.YES_NO, known="refus_voies"), None),
    (asked("right", FieldKind.CHOICE, known="droit"), None),
]


@pytest.mark.parametrize(("field", "reply"), KNOWN, ids=[field.id for field, _ in KNOWN])
def test_a_fact_answers_as_the_wizard_would_and_what_is_absent_answers_nothing(field: Field, reply: object) -> None:
    raw = begun(follow_up(field))
    assert raw["reponses"].get(field.id) == reply
    assert (f"question-{field.id}" in raw["carnet"]["connus"]) is (reply is not None)


def test_the_facts_are_those_of_each_reading() -> None:
    of = follow_up(DELAY, asked("manque", when=when("dossier.manquants.etat", "non")))
    raw = begun(of)
    assert with_dossier(raw, dossier())["dossier"] == write_dossier(dossier())
    assert "dossier" not in raw
    sent = {"nature": "envoi", "le": "2026-09-01"}
    answered = dossier(evenements=[sent, replied(copie="repondu", durees="repondu")])
    assert "question-manque" in walked(way(raw, of))
    assert "question-manque" not in walked(way(raw, of, answered))


def test_every_follow_up_of_the_house_begins_from_a_letter_of_the_house() -> None:
    books = library()
    for of in books.letters.follow_ups:
        raw = with_dossier(next_answers(complete(), of, dossier(), ON, REFERENCE), dossier())
        found = find_way(raw, of, books.processings, ON, books.authorities)
        people = {"niveau", "secteur", "qualite", "enfant-1", "autres-enfants", "vous", "second", "etablissement"}
        assert people.isdisjoint(walked(found)), of.id
        assert "envoi" in walked(found)


CLOCKS: list[tuple[str, dict[str, Any], tuple[Ground, ...]]] = [
    ("data-rights", {}, (Ground.DATA,)),
    ("documents", {}, (Ground.DOCUMENTS,)),
    ("aucune", {"reponses": {"questions": ["registre"]}}, ()),
]


@pytest.mark.parametrize(("procedure", "raw", "grounds"), CLOCKS, ids=[row[0] for row in CLOCKS])
def test_a_procedure_starts_its_clock(procedure: str, raw: dict[str, Any], grounds: tuple[Ground, ...]) -> None:
    assert grounds_of(template(procedure=procedure), raw) == grounds


def test_a_follow_up_starts_none() -> None:
    assert grounds_of(follow_up(), complete()) == ()


QUESTIONS = [
    (["registre"], "parent", 1, (Ground.DOCUMENTS,)),
    (["durees"], "parent", 1, (Ground.DATA,)),
    (["durees", "registre"], "parent", 2, (Ground.DATA, Ground.DOCUMENTS)),
    (["durees"], "parent", 0, ()),
    (["durees", "registre"], "association", 0, (Ground.DOCUMENTS,)),
    ([], "parent", 1, ()),
]


@pytest.mark.parametrize(("chosen", "name", "children", "grounds"), QUESTIONS)
def test_a_questionnaire_starts_the_clocks_of_what_it_asks(
    chosen: list[str], name: str, children: int, grounds: tuple[Ground, ...]
) -> None:
    raw = {"reponses": {"questions": chosen, "au_nom_de": name}, "enfants": [{}] * children}
    assert grounds_of(library().letters.lookup("questionnaire"), raw) == grounds
    assert grounds_of(library().letters.lookup("questionnaire"), {}) == ()


def test_a_first_letter_is_walked_as_before() -> None:
    assert "fichiers" in steps(complete())
    assert all(not step.is_known for step in find_way(
        complete(), library().letters.lookup("acces"), shelf().files, ON, shelf().authorities
    ).steps)  # fmt: skip
