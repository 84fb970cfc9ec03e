"""Nonsense in every field: a sentence beside it, what was typed is kept on the page, nothing is stored."""

import time

import pytest
from flask import Flask

from tests.web.walking import TOKEN, Fields, Walker, answers_of, at_check

HOSTILE = "<svg onload=1>\"'&"
TEMPLATE = "{{7*7}}"
LINES = {
    "enfant-1": ("enfants-0-prenom", "enfants-0-nom", "enfants-0-classe"),
    "vous": (
        "signataires-0-prenom",
        "signataires-0-nom",
        "signataires-0-adresse-voie",
        "signataires-0-adresse-complement",
        "signataires-0-adresse-code_postal",
        "signataires-0-adresse-commune",
        "signataires-0-courriel",
        "signataires-0-telephone",
    ),
    "etablissement": ("etablissement-nom", "etablissement-adresse-voie", "etablissement-adresse-commune"),
    "envoi": ("lettre-lieu",),
    "direction": ("etablissement-circonscription-nom",),
    "destinataire": ("destinataire-nom",),
    "question-recherche": ("reponses-recherche",),
}
FIELDS = [(step_id, name) for step_id, names in LINES.items() for name in names]
REFUSED = {
    "NUL": "Lou\x00Durand",
    "cloche": "Lou\x07",
    "droite à gauche": "Lou\u202eDurand",
    "usage privé": "Lou\ue000",
    "accents en tas": "L" + "\u0301" * 40,
    "cent mille": "a" * 100_000,
}
CHOICES = [
    ("niveau", "etablissement-niveau"),
    ("secteur", "etablissement-secteur"),
    ("fichiers", "fichiers"),
    ("question-format", "reponses-format"),
    ("qualite", "signataires-0-qualite"),
    ("second", "carnet-second"),
    ("envoi", "lettre-envoi"),
    ("voie", "destinataire-voie_hierarchique"),
    ("direction", "etablissement-direction-genre"),
    ("destinataire", "destinataire-genre"),
    ("enfant-1", "enfants-0-genre"),
]


def send_instead(walker: Walker, step_id: str, name: str, value: object) -> tuple[Fields, Fields]:
    """Send a page with one field changed; returns what the page shows then, and what it showed before."""
    before = walker.open(step_id).typed
    kept = answers_of(walker)
    sheet = walker.send(step_id, before | {name: value})
    assert sheet.response.status_code == 400, (name, sheet.response.status_code)
    assert len(sheet.errors) >= 1
    assert all(len(error) < 400 and error.endswith(".") for error in sheet.errors), sheet.errors
    assert sheet.root.find(".//title").text.startswith("Erreur")
    assert answers_of(walker) == kept
    return sheet.typed, before


@pytest.mark.parametrize(("step_id", "name"), FIELDS)
def test_a_text_that_cannot_be_printed_is_refused_in_words_and_kept_on_the_page(
    app: Flask, step_id: str, name: str
) -> None:
    walker = at_check(app)
    for nonsense, value in REFUSED.items():
        shown, before = send_instead(walker, step_id, name, value)
        if "\x00" not in value and "\x07" not in value:  # a browser may not show those
            assert shown[name] == value, nonsense
        others = {key: given for key, given in before.items() if key != name}
        assert {key: given for key, given in shown.items() if key in others} == others, nonsense


@pytest.mark.parametrize(("step_id", "name"), [pair for pair in FIELDS if "nom" in pair[1] or "voie" in pair[1]])
@pytest.mark.parametrize("value", [HOSTILE, "<b>Lou</b>"])
def test_markup_has_no_place_in_a_name_or_an_address_and_is_shown_as_it_was_typed(
    app: Flask, step_id: str, name: str, value: str
) -> None:
    shown, _ = send_instead(at_check(app), step_id, name, value)
    assert shown[name] == value


@pytest.mark.parametrize(("step_id", "name"), CHOICES)
@pytest.mark.parametrize("value", ["inconnu", HOSTILE, "x" * 100_000, "\x00", TEMPLATE, "ELEMENTAIRE"])
def test_an_answer_that_nobody_proposed_is_refused(app: Flask, step_id: str, name: str, value: str) -> None:
    walker = at_check(app)
    shown, _ = send_instead(walker, step_id, name, value)
    assert name not in shown  # none of the answers proposed


@pytest.mark.parametrize(
    ("step_id", "name"), [pair for pair in CHOICES if pair[1] != "enfants-0-genre"] + [("envoi", "lettre-lieu")]
)
@pytest.mark.parametrize("value", ["", "   "])
def test_no_answer_is_asked_for_again(app: Flask, step_id: str, name: str, value: str) -> None:
    if (name, value) == ("lettre-lieu", "   "):
        value = "\u00a0 "
    walker = at_check(app)
    before = walker.open(step_id).typed
    kept = answers_of(walker)
    sent = before | {name: value} if value else {key: given for key, given in before.items() if key != name}
    sheet = walker.send(step_id, sent)
    assert sheet.response.status_code == 400
    assert sheet.errors
    assert answers_of(walker) == kept


@pytest.mark.parametrize(
    "value", ["0001-01-01", "9999-12-31", "2025-02-31", "31/02/2025", "hier", "0", "2" * 50, HOSTILE]
)
def test_a_day_that_cannot_be_a_birth_date_is_refused(app: Flask, value: str) -> None:
    shown, _ = send_instead(at_check(app), "enfant-1", "enfants-0-naissance", value)
    assert shown["enfants-0-naissance"] == value


@pytest.mark.parametrize("step_id", ["niveau", "fichiers", "vous", "question-recherche", "direction"])
def test_fields_that_the_page_does_not_have_change_nothing(app: Flask, step_id: str) -> None:
    walker = at_check(app)
    kept = answers_of(walker)
    extra = {
        "holder_hash": "x" * 64,
        "letter_id": "opposition",
        "version": "1",
        "expires_at": "9999-12-31",
        "sealed_letter_id": "x",
        "carnet-compris": "onde",
        "carnet-reference": "CD-99-PIRATE",
        "carnet-second": "oui",
        "reponses-inconnue": "x",
        "enfants-7-prenom": "Intrus",
        "is_admin": "1",
    }
    sent = walker.send(step_id, walker.open(step_id).typed | extra)
    assert sent.response.status_code == 303
    after = answers_of(walker)
    assert {**after, "carnet": {**after["carnet"], "office": None}} == {
        **kept,
        "carnet": {**kept["carnet"], "office": None},
        **({"reponses": after["reponses"]} if step_id.startswith("question") else {}),
        **({"etablissement": after["etablissement"]} if step_id == "direction" else {}),
        **({"signataires": after["signataires"]} if step_id == "vous" else {}),
    }
    assert "PIRATE" not in str(after)
    assert "Intrus" not in str(after)


@pytest.mark.parametrize(("step_id", "name"), [("niveau", "etablissement-niveau"), ("vous", "signataires-0-nom")])
def test_a_field_sent_twice_is_refused(app: Flask, step_id: str, name: str) -> None:
    walker = at_check(app)
    kept = answers_of(walker)
    sheet = walker.send(step_id, walker.open(step_id).typed | {name: ["elementaire", "college"]})
    assert sheet.response.status_code == 400
    assert "deux réponses" in sheet.words
    assert answers_of(walker) == kept


@pytest.mark.parametrize(
    "files", [["lsu", "n’existe pas"], ["../lsu"], ["lsu"] * 3 + ["x" * 90_000], ["\x00"], ["parcoursup"]]
)
def test_a_file_that_is_not_offered_is_refused(app: Flask, files: list[str]) -> None:
    walker = at_check(app)
    shown, _ = send_instead(walker, "fichiers", "fichiers", files)
    assert set(shown.get("fichiers", [])) <= {"lsu"}


def test_a_form_too_big_to_be_read_is_refused_in_words(app: Flask) -> None:
    walker = at_check(app)
    sheet = walker.send("question-recherche", {"reponses-recherche": "é" * 300_000})
    assert sheet.response.status_code == 413
    assert "trop long" in sheet.heading


@pytest.mark.parametrize("count", ["-1", "999", "9" * 5000, "²", "1e9", "", "x"])
def test_a_number_of_lines_that_nobody_would_count_is_ignored(app: Flask, count: str) -> None:
    walker = at_check(app, letter_id="rectification", reponses={})
    sheet = walker.send("question-erreurs", {"lignes": count, "action": "ajouter"})
    assert sheet.response.status_code == 200
    assert 1 <= sheet.text.count("<fieldset") <= 6


@pytest.mark.parametrize("step_id", ["vous", "enfant-1", "question-recherche", "fichiers"])
def test_a_hundred_kilobytes_in_every_field_take_no_time(app: Flask, step_id: str) -> None:
    walker = at_check(app)
    names = list(walker.open(step_id).typed)
    sent = dict.fromkeys(names, "e\u0301" * (40_000 // len(names)))
    walker.send(step_id, sent)
    start = time.perf_counter()
    walker.client.is_checking = False  # type: ignore[attr-defined]
    assert walker.send(step_id, sent).response.status_code in (400, 413)
    assert time.perf_counter() - start < 1.0
    assert TOKEN not in str(answers_of(walker))


@pytest.mark.parametrize(
    "draft_id", ["x" * 22, "%00", "..%2F..", "%E2%80%AE", "'%20OR%201=1--", "%3Csvg%20onload=1%3E", "x" * 65]
)
def test_an_address_of_no_draft_is_not_found(any_app: Flask, draft_id: str) -> None:
    walker = at_check(any_app)
    for path in (f"/brouillon/{draft_id}/niveau", f"/brouillon/{draft_id}/lettre", f"/lettre/{draft_id}"):
        assert walker.get(path).response.status_code == 404, path
