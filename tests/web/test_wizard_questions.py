"""A letter's own questions: lists of lines, boxes to tick, answers put off, general reasons."""

from flask import Flask

from app.services.library import library
from tests.web.walking import Walker, answers_of, at_check

ROW = {
    "reponses-erreurs-0-donnee": "Adresse de la famille",
    "reponses-erreurs-0-fausse": "12 rue des Iris",
    "reponses-erreurs-0-juste": "3 rue des Lilas",
    "reponses-erreurs-0-preuve": "",
}
SECOND = {name.replace("-0-", "-1-"): f"{value} bis" for name, value in ROW.items()}


def rectifying(app: Flask) -> Walker:
    return at_check(app, letter_id="rectification", reponses={})


def test_a_list_begins_with_one_line_and_grows_on_demand_keeping_what_was_typed(app: Flask) -> None:
    walker = rectifying(app)
    assert walker.open("question-erreurs").text.count("<legend") == 1
    sheet = walker.send("question-erreurs", ROW | {"lignes": "1", "action": "ajouter"})
    assert sheet.response.status_code == 200
    assert sheet.text.count("<legend") == 2
    assert ROW.items() <= sheet.typed.items()
    assert sheet.typed["lignes"] == "2"
    assert answers_of(walker)["reponses"] == {}


def test_a_list_never_grows_past_its_end(app: Flask) -> None:
    walker = rectifying(app)
    sheet = walker.send("question-erreurs", ROW | {"lignes": "6", "action": "ajouter"})
    assert sheet.text.count("<legend") == 6
    tenth = {name.replace("-0-", "-9-"): value for name, value in ROW.items()}
    assert walker.send("question-erreurs", ROW | tenth | {"lignes": "10"}).response.status_code == 303
    assert len(answers_of(walker)["reponses"]["erreurs"]) == 1


def test_a_line_that_is_emptied_is_taken_away_and_the_others_stay(app: Flask) -> None:
    walker = rectifying(app)
    assert walker.send("question-erreurs", ROW | SECOND | {"lignes": "2"}).response.status_code == 303
    kept = answers_of(walker)["reponses"]["erreurs"]
    assert [row["fausse"] for row in kept] == ["12 rue des Iris", "12 rue des Iris bis"]
    sheet = walker.open("question-erreurs")
    assert sheet.text.count("<legend") == 2
    emptied = sheet.typed | dict.fromkeys(ROW, "")
    assert walker.send("question-erreurs", emptied).response.status_code == 303
    assert [row["fausse"] for row in answers_of(walker)["reponses"]["erreurs"]] == ["12 rue des Iris bis"]
    assert walker.open("question-erreurs").typed["reponses-erreurs-0-fausse"] == "12 rue des Iris bis"


def test_a_fault_in_the_second_line_stands_beside_it_even_behind_an_empty_one(app: Flask) -> None:
    walker = rectifying(app)
    sent = dict.fromkeys(ROW, "") | SECOND | {"lignes": "2", "reponses-erreurs-1-juste": "  "}
    sheet = walker.send("question-erreurs", sent)
    assert sheet.response.status_code == 400
    assert len(sheet.errors) == 1
    assert sheet.root.find(".//p[@id='reponses-erreurs-1-juste-erreur']") is not None
    assert sheet.typed["reponses-erreurs-1-fausse"] == "12 rue des Iris bis"


def test_an_empty_list_is_asked_for_again(app: Flask) -> None:
    sheet = rectifying(app).send("question-erreurs", dict.fromkeys(ROW, "") | {"lignes": "1"})
    assert sheet.response.status_code == 400
    assert "au moins une information fausse" in sheet.errors[0]


def test_boxes_are_kept_in_the_order_of_the_page_and_each_once(app: Flask) -> None:
    walker = at_check(app, letter_id="compte-numerique", fichiers=["educonnect"], reponses={})
    walker.walk("question-moyens", {"fichiers": {"fichiers": "educonnect"}})
    sheet = walker.open("question-moyens")
    boxes = [one.get("value") for one in sheet.controls if one.get("type") == "checkbox"]
    assert len(boxes) >= 2
    sent = walker.send("question-moyens", {"reponses-moyens": [boxes[1], boxes[0], boxes[1]]})
    assert sent.response.status_code == 303, sent.errors
    assert answers_of(walker)["reponses"]["moyens"] == boxes[:2]
    assert walker.open("question-moyens").typed["reponses-moyens"] == boxes[:2]
    refused = walker.send("question-moyens", {"reponses-moyens": [boxes[0], "<b>"]})
    assert refused.response.status_code == 400
    assert refused.typed["reponses-moyens"] == [boxes[0]]


def test_an_answer_put_off_shines_in_the_letter_which_cannot_be_finished(app: Flask) -> None:
    walker = at_check(app, reponses={"recherche": ""})
    walker.walk("verifier", {"question-format": {"action": "plus-tard"}, "fichiers": {"fichiers": ["lsu"]}})
    check = walker.open("verifier")
    assert "Il manque une réponse" in check.words
    assert "à compléter" in check.words
    sheet = walker.read()
    assert "Il manque une réponse avant de pouvoir la finir" in sheet.words
    links = [link.get("href") for link in sheet.root.iter("a")]
    assert walker.at("question-format") in links
    assert sheet.root.find(".//form[@action]") is None or walker.at("finir") not in sheet.text
    refused = walker.send("finir", {})
    assert refused.response.status_code == 422
    assert "Il manque une réponse" in refused.words


def test_an_answer_put_off_is_completed_later(app: Flask) -> None:
    walker = at_check(app, reponses={"recherche": ""})
    walker.send("question-format", {"action": "plus-tard"})
    assert answers_of(walker)["carnet"]["plus_tard"] == ["format"]
    walker.send("question-format", {"action": "plus-tard"})
    assert answers_of(walker)["carnet"]["plus_tard"] == ["format"]
    sent = walker.send("question-format", {"reponses-format": "papier"})
    assert sent.response.headers["Location"] == walker.at("question-canal_papier")
    assert answers_of(walker)["carnet"]["plus_tard"] == []
    walker.send("question-canal_papier", {"reponses-canal_papier": "remise"})
    assert "Il manque" not in walker.open("verifier").words
    assert walker.at("finir") in walker.read().text


def test_only_a_question_that_may_wait_is_put_off(app: Flask) -> None:
    walker = at_check(app)
    before = answers_of(walker)
    assert walker.send("niveau", {"action": "plus-tard"}).response.status_code == 400
    assert walker.send("vous", {"action": "plus-tard"}).response.status_code == 400
    assert answers_of(walker) == before


def test_a_general_reason_is_pointed_out_once_and_may_be_kept(app: Flask) -> None:
    walker = at_check(app, letter_id="opposition", reponses={})
    field = next(iter(walker_template(walker)))
    step_id, name = f"question-{field}", f"reponses-{field}"
    text = "Nous sommes contre le fichage. <svg onload=1> Lou est suivie à l’hôpital."
    sheet = walker.send(step_id, {name: text})
    assert sheet.response.status_code == 200
    assert "contre le fichage" in sheet.words
    assert "18 mars 2019" in sheet.words
    assert sheet.typed[name] == text
    assert answers_of(walker)["reponses"] == {}
    again = walker.send(step_id, {name: f"{text} Encore : par principe.", "vu": sheet.typed["vu"]})
    assert again.response.status_code == 200  # another text: said once more
    assert walker.send(step_id, sheet.typed).response.status_code == 303
    assert answers_of(walker)["reponses"][field] == text


def walker_template(walker: Walker) -> tuple[str, ...]:
    """The questions of the walker's letter in which a general reason is pointed out."""
    return library().letters.lookup(walker.letter_id).warned_fields


def test_files_of_two_controllers_are_refused_by_name_and_stay_ticked(app: Flask) -> None:
    walker = at_check(app, stage="lycee", fichiers=["pronote"])
    sheet = walker.send("fichiers", {"fichiers": ["pronote", "parcoursup"]})
    assert sheet.response.status_code == 400
    assert "ne dépendent pas de la même personne" in sheet.errors[0]
    assert set(sheet.typed["fichiers"]) == {"pronote", "parcoursup"}
    assert answers_of(walker)["fichiers"] == ["pronote"]


def test_a_letter_about_one_file_keeps_one(app: Flask) -> None:
    walker = at_check(app, letter_id="opposition", reponses={})
    sheet = walker.send("fichiers", {"fichiers": ["lsu", "onde"]})
    assert (sheet.response.status_code == 400) or answers_of(walker)["fichiers"] == ["lsu"]
    walker.send("fichiers", {"fichiers": "onde"})
    assert answers_of(walker)["fichiers"] == ["onde"]
    assert walker.open("fichiers").typed["fichiers"] == ["onde"]
