"""What people really do on the way: go back, change their mind, leave, come back, press twice, look over a shoulder."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakeVisitor
from tests.journeys.visitor import PATIENCE_MS, Visitor
from tests.journeys.way import Parent, sample

ACCESS_DOOR = "Voir ce que l’école sait de mon enfant"
REFUSAL_DOOR = "Refuser qu’un fichier contienne les données de mon enfant"
_FOCUS = "() => document.activeElement.className + ' ' + document.activeElement.id"
# The ink of what axe cannot judge, because a sign precedes it: the words that unfold a legal text.
_SHEET_INKS = """() => ({ sheet: getComputedStyle(document.querySelector(".sheet")).color,
  inks: [...document.querySelectorAll(".sheet summary")].map((e) => getComputedStyle(e).color) })"""


def begun(visitor: Visitor, step: str, letter: str = "acces", name: str = "onde-mere-ecole") -> Parent:
    """A parent who has answered everything before that step; the pages were looked at elsewhere."""
    parent = Parent(visitor, sample(letter, name))
    visitor.is_looking = False
    parent.begin(ACCESS_DOOR if letter == "acces" else REFUSAL_DOOR)
    parent.walk_to(step)
    visitor.is_looking = True
    return parent


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_a_refused_form_takes_the_focus_says_what_is_wrong_and_keeps_what_was_typed(
    make_visitor: MakeVisitor, has_script: bool
) -> None:
    visitor = make_visitor(has_script=has_script)
    parent = begun(visitor, "vous")
    page = visitor.page
    page.get_by_label("Prénom").fill("Anne")
    page.get_by_label("Code postal").fill("abc")
    parent.press("Continuer")
    parent.look("vous-refuse", is_refused=True)
    assert page.evaluate(_FOCUS).startswith("errors")
    assert page.get_by_label("Prénom").input_value() == "Anne"
    assert page.get_by_label("Code postal").input_value() == "abc"
    links = page.locator(".errors a")
    assert links.count() >= 1
    links.first.click()
    assert page.locator(":focus").get_attribute("aria-invalid") == "true"
    parent.fill()
    parent.press("Continuer")
    assert parent.step == "second"


def test_each_question_left_empty_is_refused_in_words_or_accepted_as_optional(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(has_script=False, is_night=True)
    parent = Parent(visitor, sample("opposition", "refus-lsu-2017"))
    parent.begin(REFUSAL_DOOR)
    refused = []
    while parent.step != "verifier":
        step = parent.step
        if step not in ("savoir", "autres-enfants"):
            parent.press("Continuer")
            if parent.step == step and visitor.page.locator(".errors").count():
                refused.append(step)
                visitor.look(f"vide-{step}", is_refused=True)
                assert visitor.page.evaluate(_FOCUS).startswith("errors"), step
            elif parent.step != step:
                visitor.page.go_back()
        parent.answer()
    assert {
        "niveau",
        "secteur",
        "fichiers",
        "question-situation",
        "qualite",
        "enfant-1",
        "vous",
        "etablissement",
    } <= set(refused)


def test_back_and_modifier_lead_to_the_answer_and_return_to_the_check(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(screen="desk")
    parent = begun(visitor, "etablissement")
    parent.press("Retour")
    assert parent.step == "second"
    assert visitor.page.get_by_label("Non, une seule signature").is_checked()
    visitor.page.go_back()
    assert parent.step == "etablissement"
    parent.walk_to("verifier")
    visitor.follow(visitor.page.get_by_role("link", name="Modifier : Votre enfant"))
    assert parent.step == "enfant-1"
    visitor.page.get_by_label("Son prénom").fill("Zoélie")
    parent.press("Continuer")
    assert parent.step == "verifier"
    assert "Zoélie" in visitor.page.locator("main").inner_text()
    parent.press("Retour")
    assert parent.step not in ("verifier", "etablissement")


def test_a_parent_who_closes_everything_finds_the_letter_again(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor()
    parent = begun(visitor, "vous")
    visitor.come_back()
    visitor.go("/reprendre")
    visitor.look("reprendre")
    visitor.follow(visitor.page.locator("main").get_by_role("link", name="Accès aux données"))
    assert parent.step == "vous"
    parent.walk_to("verifier")
    letter = parent.seal()
    visitor.come_back()
    visitor.go("/reprendre")
    visitor.look("reprendre-finie")
    visitor.follow(visitor.page.locator("main .doors a"))
    assert visitor.path == letter


def test_an_address_out_of_order_leads_to_the_expected_question(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(has_script=False)
    parent = begun(visitor, "qualite")
    draft = visitor.path.rpartition("/")[0]
    for later in ("envoi", "etablissement", "verifier", "lettre", "destinataire", "enfant-3"):
        visitor.go(f"{draft}/{later}")
        assert parent.step == "qualite", later
    visitor.go(f"{draft}/secteur")
    assert parent.step == "secteur"


def test_changing_the_stage_says_what_it_drops_before_dropping_it(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor()
    parent = begun(visitor, "verifier")
    draft = visitor.path.rpartition("/")[0]
    visitor.follow(visitor.page.get_by_role("link", name="Modifier : Niveau"))
    visitor.page.get_by_label("Collège").check()
    parent.press("Continuer")
    visitor.look("changement")
    dropped = visitor.page.locator("main .bullets").inner_text()
    assert "Outil numérique pour la direction de l’école" in dropped
    parent.press("Ne rien changer")
    assert visitor.page.get_by_label("École élémentaire").is_checked()
    visitor.page.get_by_label("Collège").check()
    parent.press("Continuer")
    parent.press("Changer, et effacer ces réponses")
    visitor.go(f"{draft}/verifier")
    assert parent.step in ("fichiers", "savoir")
    assert "Outil numérique" not in visitor.page.locator("main").inner_text()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_pressing_finir_twice_gives_one_letter(make_visitor: MakeVisitor, has_script: bool) -> None:
    visitor = make_visitor(has_script=has_script)
    parent = begun(visitor, "verifier")
    parent.press("Lire la lettre")
    visitor.page.get_by_role("button", name="Finir la lettre").dblclick()
    expect(visitor.page).to_have_url(re.compile("/lettre/|/mise-en-page"), timeout=PATIENCE_MS)
    parent.wait_for_paper()
    visitor.go("/reprendre")
    assert visitor.page.locator("main .doors li").count() == 1


def test_a_stranger_finds_nothing_at_any_address_of_a_letter(make_visitor: MakeVisitor, tmp_path: Path) -> None:
    owner = make_visitor(has_script=False)
    parent = begun(owner, "verifier")
    draft = owner.path.rpartition("/")[0]
    owner.is_looking = False
    letter = parent.seal()
    stranger = make_visitor()
    other = begun(make_visitor(has_script=False), "qualite").visitor
    for path in addresses(draft, parent.seen, letter):
        assert stranger.go(path).status == 404, path
        assert other.go(path).status == 404, path
    stranger.look("introuvable", is_refused=True)
    assert "Kerl" not in stranger.page.content()
    assert owner.go(letter).status == 200


def addresses(draft: str, steps: list[str], letter: str) -> Iterator[str]:
    """Every address that a draft and its letter answer to."""
    yield from (f"{draft}/{step}" for step in [*dict.fromkeys(steps), "verifier", "lettre", "mise-en-page", "effacer"])
    yield from (f"{letter}{rest}" for rest in ("", "/lettre.pdf", "/lettre.docx", "/lettre.txt", "/effacer"))


def test_a_page_can_be_answered_with_the_keyboard_alone(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(screen="desk")
    parent = begun(visitor, "niveau")
    keyboard = visitor.page.keyboard
    visitor.page.reload()
    keyboard.press("Tab")
    assert "skip" in visitor.page.evaluate(_FOCUS)
    keyboard.press("Enter")
    keyboard.press("Tab")
    assert visitor.page.locator(":focus").get_attribute("type") == "radio"
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    assert visitor.page.get_by_label("École élémentaire").is_checked()
    keyboard.press("Tab")
    assert visitor.page.locator(":focus").inner_text() == "Continuer"
    visitor.draw("focus")
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/secteur")
    assert parent.step == "secteur"


def test_a_parent_erases_everything_and_nothing_is_left(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor()
    parent = begun(visitor, "qualite")
    address = visitor.path
    parent.press("Effacer et quitter")
    visitor.look("effacer")
    parent.press("Effacer maintenant")
    visitor.look("efface")
    assert visitor.go(address).status == 404
    visitor.go("/reprendre")
    visitor.look("reprendre-vide")
    assert visitor.page.locator("main .doors li").count() == 0


def test_the_pages_to_keep_print_without_what_only_a_screen_needs(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(screen="desk", is_night=True)
    parent = begun(visitor, "verifier")
    parent.press("Lire la lettre")
    visitor.page.emulate_media(media="print")
    visitor.draw("imprime-lettre")
    assert not visitor.page.locator("header .menu").is_visible()
    assert not visitor.page.get_by_role("button", name="Finir la lettre").is_visible()
    assert visitor.page.locator(".sheet").is_visible()


def test_by_night_every_word_of_the_sheet_keeps_the_ink_of_paper(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(is_night=True)
    parent = begun(visitor, "verifier")
    parent.press("Lire la lettre")
    colours = visitor.page.evaluate(_SHEET_INKS)
    assert len(colours["inks"]) > 3
    assert set(colours["inks"]) == {colours["sheet"]}
