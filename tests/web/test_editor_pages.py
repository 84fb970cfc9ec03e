"""The pages of the editor, walked through without script: each part changed, refused, given back, kept."""

import pytest
from flask import Flask

from app.domain.access import Role
from app.services.packs.editing import Part
from app.services.packs.reviewing import submit
from tests.web.editor_desk import HOME, SLUG, EditorDesk, box, hidden

PAGES = (
    "", "/presentation", "/objet", "/destinataire", "/clauses", "/longueur", "/texte", "/loi", "/loi?q=copie",
    "/questions", "/questions/nouvelle", "/questions/format/modifier", "/questions/format/retirer", "/points",
    "/points/nouvelle", "/points/2", "/pieces-jointes", "/pieces-jointes/nouvelle",
)  # fmt: skip
SCOPE = {"right": "acces", "files": "plusieurs", "named": "tous", "children": "oui", "procedure": "selon-le-droit"}


def test_every_page_opens_and_keeps_the_rules(app: Flask) -> None:
    desk = EditorDesk(app)
    for path in PAGES:
        assert desk.page(path).count("<h1") == 1
    assert 'name="vu"' in desk.page("/texte")


@pytest.mark.parametrize("base", ["opposition", "consentement", "rectification", "questionnaire", "compte-numerique"])
def test_the_pages_of_other_letters_open_too(app: Flask, base: str) -> None:
    desk = EditorDesk(app, base)
    for path in ("", "/destinataire", "/questions", "/points", "/pieces-jointes", "/objet"):
        assert "Erreur" not in desk.page(path)
    for row in desk.letter().source.fields:
        assert row["id"] in desk.page(f"/questions/{row['id']}/modifier")


def test_the_whole_letter_is_shown_part_by_part_in_words(app: Flask) -> None:
    desk = EditorDesk(app)
    page = desk.page()
    assert page.count(">Modifier<") == len(Part)
    assert "Rien à reprendre" in page
    assert "{{" not in page
    assert "et 11 autres." in page
    for part in Part:
        assert f'id="t-{part.value}"' in page


def test_a_part_is_kept_and_leads_back_to_the_letter(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/presentation", title="Cantine", door="Voir ce que sait la cantine", hint="En une phrase.")
    assert (answer.status_code, answer.location) == (303, f"{HOME}#t-presentation")
    assert "Cantine" in desk.page()


@pytest.mark.parametrize(
    ("path", "answers", "kept"),
    [
        ("/presentation", {"title": "", "door": "Mes mots <b>à moi</b>", "hint": "x"}, "Mes mots &lt;b&gt;à moi"),
        ("/presentation", {"title": "a\u202e", "door": "Gardé quand même", "hint": "x"}, "Gardé quand même"),
        ("/objet", {"subject": "long " * 100}, "long long"),
        ("/longueur", {"max_pages": "beaucoup", "max_chars": "trop"}, "beaucoup"),
        ("/destinataire", {**SCOPE, "right": "roi"}, "Choisissez le droit"),
        ("/destinataire", {**SCOPE, "named": "liste"}, "Cochez au moins un fichier"),
        ("/clauses", {"opening": "identite", "closing": "identite"}, "avant et après"),
        ("/points/nouvelle", {"text": "", "from": "ailleurs"}, "Écrivez ce que la lettre demande"),
        ("/pieces-jointes/nouvelle", {"text": "\ue000"}, "caractère invisible"),
    ],
)
def test_a_refused_form_comes_back_as_it_was_typed(app: Flask, path: str, answers: dict[str, str], kept: str) -> None:
    desk = EditorDesk(app)
    before = desk.letter().version.version
    answer = desk.send(path, **answers)
    assert answer.status_code == 400
    assert kept in answer.text
    assert "<title>Erreur" in answer.text
    assert desk.letter().version.version == before


def test_a_scope_that_would_break_the_letter_is_refused_in_words(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/destinataire", **{**SCOPE, "files": "dossier"})
    assert answer.status_code == 400
    assert desk.letter().source.front["files"] == "plusieurs"
    answer = desk.send(
        "/destinataire", **{**SCOPE, "right": "documents", "file_ids": ["lsu", "onde"], "named": "liste"}
    )
    assert answer.status_code == 303
    assert desk.letter().source.front["procedure"] == "documents"
    assert set(desk.letter().source.front["file_ids"]) == {"lsu", "onde"}


def test_a_name_is_inserted_into_the_subject_without_script(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/objet", subject="Cantine", inserer="ecole:1")
    assert (answer.status_code, answer.location) == (303, f"{HOME}/objet")
    assert box(desk.page("/objet"), "subject") == "Cantine {{ ecole.le }}"


def test_the_same_part_changed_elsewhere_gives_back_what_was_typed(app: Flask) -> None:
    desk = EditorDesk(app)
    page = desk.page("/objet")
    assert desk.send("/objet", subject="Le premier").status_code == 303
    answer = desk.send("/objet", page, subject="Le second")
    assert answer.status_code == 409
    assert "Le second" in answer.text
    assert desk.letter().source.front["subject"] == "Le premier"
    again = desk.send("/objet", answer.text, subject="Le second, relu")
    assert again.status_code == 303
    assert desk.letter().source.front["subject"] == "Le second, relu"


def test_a_letter_being_read_over_is_not_changed_and_nothing_typed_is_lost(app: Flask) -> None:
    desk = EditorDesk(app)
    submit(desk.house, desk.member, SLUG, "Prête.", desk.letter().version.version)
    assert "Cette version ne se change pas" in desk.page()
    answer = desk.send("/objet", subject="Trop tard")
    assert answer.status_code == 409
    assert "Trop tard" in answer.text
    assert "Reprenez d’abord l’écriture" in answer.text


def test_nobody_else_opens_the_editor(app: Flask) -> None:
    desk = EditorDesk(app)
    desk.cast.association("Parents de Nîmes", "nimes")
    token = hidden(desk.page("/objet"))
    for role, slug, expected in (
        (Role.EDITOR, "nimes", 404),
        (Role.REVIEWER, "ales", 403),
        (Role.VOLUNTEER, "ales", 403),
    ):
        browser = desk.cast.signed_in(role, slug)
        for path in PAGES:
            assert browser.get(f"{HOME}{path}").status_code == expected
        assert browser.post(f"{HOME}/objet", data=token).status_code in (expected, 400)
    stranger = app.test_client()
    for path in PAGES:
        assert stranger.get(f"{HOME}{path}").status_code == 303
    assert desk.client.get("/espace/ales/lettres/inconnue/ecrire").status_code == 404


def test_a_point_is_added_with_a_condition_moved_and_taken_away(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/points/nouvelle", text="le menu de la cantine", **{"si.reponses.format": ['"papier"', '"x"']})
    assert answer.status_code == 303
    added = desk.letter().source.points[-1]
    assert (added["id"], added["when"]) == ("menu-cantine", {"reponses.format": ["papier"]})
    number = len(desk.letter().source.points)
    page = desk.page("/points")
    assert "Seulement si" in page
    assert desk.send(f"/points/{number}/monter", page).status_code == 303
    assert desk.letter().source.points[-2]["id"] == "menu-cantine"
    assert desk.send(f"/points/{number - 1}/retirer", page).status_code == 409  # the page was older than the move
    assert desk.send(f"/points/{number - 1}/retirer", desk.page("/points")).status_code == 303
    assert "menu-cantine" not in {row["id"] for row in desk.letter().source.points}
    assert desk.client.get(f"{HOME}/points/99").status_code == 404


def test_an_enclosure_is_added_and_changed(app: Flask) -> None:
    desk = EditorDesk(app)
    assert desk.send("/pieces-jointes/nouvelle", text="Copie du menu", inserer="").status_code == 303
    answer = desk.send("/pieces-jointes/1", text="Copie du menu", inserer="ecole:2", **{"si.lettre.envoi": '"remise"'})
    assert answer.location == f"{HOME}/pieces-jointes/1"
    assert desk.letter().source.enclosures == [
        {"text": "Copie du menu {{ ecole.le|de }}", "when": {"lettre.envoi": ["remise"]}}
    ]
    assert "checked><b>Remise en main propre" in desk.page("/pieces-jointes/1")
