"""The questions of a letter, changed in a browser without script, and tried for real."""

from flask import Flask

from tests.web.editor_desk import HOME, EditorDesk

CHOICE = {
    "label": "Quel jour ?",
    "kind": "choix",
    "required": "oui",
    "options-0-label": "Le mardi",
    "options-0-id": "",
    "options-1-label": "Le jeudi",
    "options-1-hint": "À midi.",
}


def test_a_question_is_added_used_and_the_letter_still_tries_itself(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/questions/nouvelle", **CHOICE)
    assert (answer.status_code, answer.location) == (303, f"{HOME}/questions#question-jour")
    assert desk.letter().source.fields[-1]["options"] == [
        {"value": "mardi", "label": "Le mardi"},
        {"value": "jeudi", "label": "Le jeudi", "hint": "À midi."},
    ]
    assert "ne sert nulle part" in desk.page()
    text = desk.page("/texte")
    body = desk.letter().source.body
    assert "Quel jour" in text
    assert desk.send("/texte", text, body=body + "\nCe sera {{ libelles.jour }}.\n\n> Le jour.\n").status_code == 303
    page = desk.page()
    assert "Rien à reprendre" in page  # other families were invented, who answer the new question


def test_a_yes_or_no_changes_the_text_by_a_case_picked_in_the_list(app: Flask) -> None:
    desk = EditorDesk(app)
    desk.send("/questions/nouvelle", label="Mange-t-il à la cantine ?", kind="oui-non", required="oui")
    body = desk.letter().source.body.rstrip()
    answer = desk.send("/texte", body=body, action="cas", cas="si:question:mange_cantine:0")
    assert answer.status_code == 303
    assert "{% if reponses.mange_cantine %}\nÉcrivez ici" in desk.letter().source.body


def test_more_rows_come_when_the_list_goes_on(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/questions/nouvelle", **CHOICE, action="encore")
    assert answer.location == f"{HOME}/questions/jour/modifier#t-reponses"
    page = desk.page("/questions/jour/modifier")
    assert 'name="options-4-label"' in page
    answer = desk.send(
        "/questions/jour/modifier", page, **{**CHOICE, "options-0-id": "mardi", "options-0-label": "Mardi"}
    )
    assert answer.status_code == 303
    assert desk.letter().source.fields[-1]["options"][0] == {"value": "mardi", "label": "Mardi"}


def test_what_was_typed_in_a_refused_question_stays(app: Flask) -> None:
    desk = EditorDesk(app)
    options = {f"options-{n}-label": f"Réponse {n}" for n in range(100)}
    answer = desk.send("/questions/nouvelle", label="Trop", kind="choix", required="oui", **options)
    assert answer.status_code == 400
    assert 'value="Réponse 99"' in answer.text
    assert "40 réponses au plus" in answer.text
    answer = desk.send(
        "/questions/nouvelle", label="", kind="lignes", required="non", hint='"<script>"', **{"columns-0-label": "Où"},
        **{"si.reponses.format": '"papier"'},
    )  # fmt: skip
    assert answer.status_code == 400
    assert "&lt;script&gt;" in answer.text
    assert 'value="Où"' in answer.text
    assert "checked><b>Sur papier" in answer.text


def test_a_question_goes_after_its_uses_are_named(app: Flask) -> None:
    desk = EditorDesk(app)
    page = desk.page("/questions/recherche/retirer")
    assert "le texte, ligne" in page
    assert "le point demandé 17" in page
    assert desk.send("/questions/recherche/retirer", page).status_code == 303
    assert "recherche" not in {row["id"] for row in desk.letter().source.fields}
    assert "reponses.recherche\u202f» n’existe pas" in desk.page()
    assert desk.client.get(f"{HOME}/questions/recherche/retirer").status_code == 404


def test_a_list_that_gives_points_is_not_taken_away_under_them(app: Flask) -> None:
    desk = EditorDesk(app, "rectification")
    answer = desk.send("/questions/erreurs/retirer")
    assert answer.status_code == 400
    assert "liste" in answer.text
    assert "erreurs" in {row["id"] for row in desk.letter().source.fields}


def test_questions_move_up_and_down(app: Flask) -> None:
    desk = EditorDesk(app)
    first = [row["id"] for row in desk.letter().source.fields]
    assert desk.send(f"/questions/{first[1]}/monter", desk.page("/questions")).status_code == 303
    assert [row["id"] for row in desk.letter().source.fields][:2] == [first[1], first[0]]
    assert "qu’elle ne connaît pas, ou pas encore" in desk.page()  # it depends on the one that now comes after
    assert desk.send(f"/questions/{first[1]}/descendre", desk.page("/questions")).status_code == 303
    assert [row["id"] for row in desk.letter().source.fields] == first
    assert desk.client.get(f"{HOME}/questions/inconnue/modifier").status_code == 404
