"""The letter read, finished and taken away: what was typed stands there literally, and nowhere as markup."""

import re
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.services.drafts import open_draft
from app.services.sealing import is_rendering_late
from app.web.holder import hash_of
from app.web.letters import views
from tests.domain.wizard_answers import ADDRESS, child, person
from tests.running_house import QuickPool, house_of
from tests.web.walking import OTHER_TOKEN, TOKEN, Walker, answers_of, at_check, work

HOSTILE = '{{7*7}} {% raw %} ${7} <svg onload=1>"’& [lien](http://exemple.invalid) **gras** # titre | cellule'
TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "txt": "text/plain; charset=utf-8"}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch, quick_pdf: QuickPool) -> None:
    """The page of the seal does not wait for a worker that the test runs itself."""
    monkeypatch.setattr(views, "_PATIENCE_SECONDS", -1.0)


def hostile_walker(app: Flask) -> Walker:
    people = [person("Anne {{7*7}}", courriel="a{b}@exemple.fr")]
    school = {
        "niveau": "elementaire",
        "secteur": "public",
        "nom": "école {{7*7}} & {%x%}",
        "adresse": ADDRESS,
        "direction": {"genre": "f"},
    }
    replies = {"format": "papier", "canal_papier": "courrier", "recherche": HOSTILE}
    return at_check(app, signataires=people, enfants=[child("Lou {{8*8}}")], etablissement=school, reponses=replies)


def test_what_was_typed_stands_literally_on_every_page_and_in_every_file(app: Flask) -> None:
    walker = hostile_walker(app)
    check = walker.open("verifier")
    assert HOSTILE in check.words
    sheet = walker.read()
    letter_id = walker.finish()
    finished = walker.get(f"/lettre/{letter_id}")
    text = walker.client.get(f"/lettre/{letter_id}/lettre.txt").get_data(as_text=True)
    docx = walker.client.get(f"/lettre/{letter_id}/lettre.docx").get_data()
    words = zipfile.ZipFile(BytesIO(docx)).read("word/document.xml").decode()
    for one in (check, sheet, finished, walker.get("/reprendre")):
        assert "49" not in one.words.replace(open_draft_reference(walker), "")
        assert one.root.find(".//svg[@onload]") is None
        assert not any("exemple.invalid" in (link.get("href") or "") for link in one.root.iter("a"))
    for printed in (" ".join(sheet.words.split()), " ".join(text.split())):
        assert "{{7*7}} {% raw %} ${7} <svg onload=1>" in printed
        assert "**gras** # titre | cellule" in printed
        assert "Lou {{8*8}} Durand" in printed
    assert "&lt;svg onload=1&gt;" in words
    assert "<svg" not in words
    assert "Lou {{8*8}} Durand" in words


def open_draft_reference(walker: Walker) -> str:
    """The reference, whose own digits say nothing of a template."""
    return str(answers_of(walker)["carnet"]["reference"])


def test_a_letter_waits_for_its_pdf_on_a_page_that_says_so(app: Flask) -> None:
    walker = at_check(app)
    walker.read()
    waiting = walker.send("finir", {})
    assert waiting.response.headers["Location"] == walker.at("mise-en-page")
    assert "se met en page" in walker.open("mise-en-page").heading
    assert "a échoué" not in walker.open("mise-en-page").words
    work(app)
    assert walker.send("finir", {}).response.headers["Location"].startswith("/lettre/")
    assert walker.open("mise-en-page").response.headers["Location"].startswith("/lettre/")


def test_a_letter_that_changed_since_it_was_read_is_read_again(app: Flask) -> None:
    walker = at_check(app)
    walker.read()
    fingerprint = re.search(r'name="lu" value="([0-9a-f]{64})"', walker.open("lettre").response.get_data(as_text=True))
    assert fingerprint is not None
    walker.send("envoi", {"lettre-envoi": "remise", "lettre-lieu": "Nîmes"})
    answer = walker.send("finir", {"lu": fingerprint[1]})
    assert answer.response.headers["Location"] == f"{walker.at('lettre')}?change=1"
    assert "a changé depuis votre lecture" in walker.open("lettre?change=1").words
    walker.read()
    work(app)
    again = re.search(r'name="lu" value="([0-9a-f]{64})"', walker.open("lettre").response.get_data(as_text=True))
    assert again is not None
    assert again[1] != fingerprint[1]
    assert walker.send("finir", {"lu": again[1]}).response.headers["Location"].startswith("/lettre/")


def test_a_page_that_failed_is_said_to_have_failed(app: Flask, quick_pdf: QuickPool) -> None:
    walker = at_check(app)
    walker.read()
    quick_pdf.fault = RuntimeError("Lou Durand")
    work(app)
    assert is_rendering_late(house_of(app), open_draft(house_of(app), hash_of(TOKEN), walker.draft_id))
    sheet = walker.open("mise-en-page")
    assert "a échoué" in sheet.words
    assert "Rien n’est perdu" in sheet.words


def test_a_double_click_gives_the_same_letter(app: Flask) -> None:
    walker = at_check(app)
    first = walker.finish()
    assert walker.send("finir", {}).response.headers["Location"] == f"/lettre/{first}"
    assert walker.get(f"/lettre/{first}").response.status_code == 200


def test_asking_twice_to_read_is_asking_once(app: Flask) -> None:
    walker = at_check(app)
    for _ in range(2):
        assert walker.send("verifier", {}).response.headers["Location"] == walker.at("lettre")
    assert work(app) == 1


@pytest.mark.parametrize("output", list(TYPES))
def test_a_file_is_an_attachment_whose_name_says_nothing_of_the_family(app: Flask, output: str) -> None:
    walker = at_check(app)
    letter_id = walker.finish()
    reference = open_draft_reference(walker)
    answer = walker.client.get(f"/lettre/{letter_id}/lettre.{output}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == TYPES[output]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="lettre-acces-{reference}.{output}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert walker.client.get(f"/lettre/{letter_id}/lettre.{output}").data == answer.data


@pytest.mark.parametrize("output", ["html", "toml", "exe", "PDF", "pdf%00", "../pdf"])
def test_a_file_of_another_kind_does_not_exist(app: Flask, output: str) -> None:
    walker = at_check(app)
    assert walker.get(f"/lettre/{walker.finish()}/lettre.{output}").response.status_code == 404


def test_somebody_else_s_letter_does_not_exist(app: Flask) -> None:
    letter_id = at_check(app).finish()
    chloe = at_check(app, OTHER_TOKEN)
    own = chloe.finish()
    for path in ("", "/lettre.pdf", "/lettre.docx", "/lettre.txt", "/effacer"):
        assert chloe.client.get(f"/lettre/{letter_id}{path}").status_code == 404, path
        assert chloe.client.get(f"/lettre/{own}{path}").status_code == 200, path
    assert chloe.post(f"/lettre/{letter_id}/effacer", {}).response.status_code == 404
    assert letter_id not in chloe.get("/reprendre").text
    assert own in chloe.get("/reprendre").text


def test_a_letter_is_erased_with_all_that_made_it(app: Flask) -> None:
    walker = at_check(app)
    letter_id = walker.finish()
    assert walker.get(f"/lettre/{letter_id}/effacer").response.status_code == 200
    sent = walker.post(f"/lettre/{letter_id}/effacer", {})
    assert sent.response.headers["Location"] == "/brouillon-efface"
    for path in (f"/lettre/{letter_id}", f"/lettre/{letter_id}/lettre.pdf", walker.at("niveau")):
        assert walker.get(path).response.status_code == 404
    assert walker.post(f"/lettre/{letter_id}/effacer", {}).response.status_code == 404
    assert "aucune lettre" in walker.get("/reprendre").words


@pytest.mark.parametrize(
    ("channel", "gesture"), [("recommande", "Postez"), ("remise", "Remettez"), ("courriel", "Envoyez")]
)
def test_the_gestures_left_are_those_of_the_way_it_travels(app: Flask, channel: str, gesture: str) -> None:
    walker = at_check(app, lettre={"envoi": channel, "lieu": "Alès"})
    finished = walker.get(f"/lettre/{walker.finish()}")
    assert gesture in finished.words


@pytest.mark.parametrize(
    ("changes", "step_id"),
    [
        ({"enfants": [child(naissance="2001-01-01")]}, "enfant-1"),
        ({"destinataire": {"genre": "m", "nom": "M" * 60, "voie_hierarchique": True}}, "destinataire"),
    ],
)
def test_answers_that_each_read_well_but_make_no_letter_say_which_to_change(
    app: Flask, changes: dict[str, Any], step_id: str
) -> None:
    walker = at_check(app, **changes)
    check = walker.open("verifier")
    if "À reprendre" in check.words:
        links = [link.get("href") for link in check.root.findall(".//div[@role='alert']//a")]
        assert walker.at(step_id) in links
        for link in links:
            assert walker.get(urlsplit(link).path).response.status_code == 200
        assert walker.send("verifier", {}).response.headers["Location"] == walker.at("verifier")
        assert walker.open("lettre").response.headers["Location"] == walker.at("verifier")
    else:
        assert walker.read().response.status_code == 200
