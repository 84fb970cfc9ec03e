"""The text of a letter in a browser without script: kept, tried for real, previewed, filled from lists, never lost."""

import pytest
from flask import Flask

from tests.web.editor_desk import HOME, EditorDesk, box

GOOD = "Bonjour {{ enfants.prenoms }}.\n\n> Un bonjour.\n"


def test_the_letter_of_an_invented_family_stands_beside_the_text(app: Flask) -> None:
    desk = EditorDesk(app)
    page = desk.page("/texte")
    assert box(page, "body").startswith('{{ "Je vous demande')
    assert 'class="sheet' in page
    assert "Rien à reprendre" in page
    assert page.count("data-family") > 1
    assert desk.page("/texte?famille=inconnue").count('aria-current="true"') == 1


def test_a_fault_is_said_with_its_line_and_the_text_is_kept(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/texte", body="Bonjour.\n\nVoici {{ enfants.prenon }}.\n", action="apercu")
    assert (answer.status_code, answer.location) == (303, f"{HOME}/texte#apercu")
    page = desk.page("/texte")
    assert 'data-line="3">Ligne 3</a>' in page
    assert "enfants.prenon\u202f» n’existe pas" in page
    assert "<code>Voici {{ enfants.prenon }}.</code>" in page
    assert 'href="#body" data-line' in page
    assert box(page, "body") == "Bonjour.\n\nVoici {{ enfants.prenon }}.\n"
    assert f'href="{HOME}/texte#body" data-line="3"' in desk.page()


@pytest.mark.parametrize(
    "body",
    [
        "+++\nid = 'pirate'\n+++\n",
        "{% for x in y %}" * 50,
        "{{ reponses.__class__ }}",
        "<script>alert(1)</script> </textarea> {{ '{{' }}",
        "{% if",
        "---\n---\n---\n",
        "\u00a0\t texte",
        "a" * 20_000,
    ],
)
def test_whatever_the_text_it_is_kept_shown_back_and_judged(app: Flask, body: str) -> None:
    desk = EditorDesk(app)
    front = desk.letter().source.front
    assert desk.send("/texte", body=body, action="apercu").status_code == 303
    page = desk.page("/texte")
    assert box(page, "body").split() == body.split()
    assert "<script>alert" not in page
    assert desk.letter().source.front == front
    assert desk.page()


def test_sixty_thousand_characters_pass_and_one_more_comes_back(app: Flask) -> None:
    desk = EditorDesk(app)
    long = ("é" * 1000 + "\n") * 59
    assert desk.client.post(
        f"{HOME}/texte", data={**_marks(desk), "body": long}, content_type="multipart/form-data"
    ).status_code == 303  # fmt: skip
    answer = desk.client.post(
        f"{HOME}/texte", data={**_marks(desk), "body": "a" * 60_001}, content_type="multipart/form-data"
    )
    assert answer.status_code == 400
    assert box(answer.text, "body") == "a" * 60_001


def test_invisible_signs_are_refused_with_their_line_and_the_text_comes_back(app: Flask) -> None:
    desk = EditorDesk(app)
    for sign in ("\x07", "\u202e", "\ue000", "\x00"):
        answer = desk.send("/texte", body=f"Une ligne.\nUne {sign} autre, que je garde.")
        assert answer.status_code == 400
        assert "Ligne 2" in answer.text
        assert "autre, que je garde." in box(answer.text, "body")


def test_names_conditions_and_layout_are_inserted_at_the_end_without_script(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/texte", body="Bonjour", inserer="famille:0")
    assert (answer.status_code, answer.location) == (303, f"{HOME}/texte?curseur=fin#body")
    page = desk.page("/texte?curseur=fin")
    assert "autofocus" in page
    assert box(page, "body").strip() == "Bonjour {{ enfants.prenoms }}"
    assert desk.send("/texte", body="Bonjour", inserer="forme:4").status_code == 303
    assert desk.letter().source.body == "Bonjour\n\n- [ ] une case à cocher\n"
    assert desk.send("/texte", body="Bonjour", inserer="n’importe:quoi").location == f"{HOME}#t-texte"


def test_the_law_is_searched_and_cited_never_typed(app: Flask) -> None:
    desk = EditorDesk(app)
    answer = desk.send("/texte", body=GOOD, action="loi", loi="copie 15")
    assert answer.location == f"{HOME}/loi?q=copie+15"
    page = desk.page("/loi?q=copie+15")
    assert 'value="loi:rgpd-15"' in page
    assert desk.letter().source.body == GOOD
    assert desk.send("/loi", page, inserer="loi:rgpd-15").status_code == 303
    assert desk.letter().source.body.rstrip().endswith('{{ "rgpd-15"|cite }}')
    assert "Aucun texte trouvé" in desk.page("/loi?q=zzzz")
    assert "Ne se cite pas" in desk.page("/loi?q=conseil")
    before = desk.letter().source.body
    assert desk.send("/loi", page, inserer="loi:inventee").status_code == 303
    assert desk.letter().source.body.rstrip() == before.rstrip()


def test_the_preview_keeps_nothing(app: Flask) -> None:
    desk = EditorDesk(app)
    before = desk.letter().version.version
    page = desk.page("/texte")
    answer = desk.send("/texte/apercu", page, body=f"{GOOD}\nUn paragraphe sans explication.\n")
    assert answer.status_code == 200
    assert "Un paragraphe sans explication." in answer.text
    assert 'id="apercu"' in answer.text
    assert "En clair" in answer.text
    assert desk.letter().version.version == before
    assert desk.send("/texte/apercu", page, body="\u202e").status_code == 400


def test_two_tabs_on_the_text_the_second_gets_both_texts(app: Flask) -> None:
    desk = EditorDesk(app)
    page = desk.page("/texte")
    assert desk.send("/texte", page, body="Celui du premier onglet.").status_code == 303
    answer = desk.send("/texte", page, body="Celui du second onglet.")
    assert answer.status_code == 409
    assert box(answer.text, "body") == "Celui du second onglet."
    assert "Celui du premier onglet." in answer.text
    assert desk.letter().source.body.strip() == "Celui du premier onglet."


def _marks(desk: EditorDesk) -> dict[str, str]:
    page = desk.page("/texte")
    return {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("csrf_token", "vu")}
