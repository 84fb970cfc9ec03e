"""The macros that every page is made of, drawn together on checked pages."""

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError
from wtforms import Field, Form, StringField, TextAreaField

from app.web.components import FAMILIES
from tests.web.checking import faults_of_page

QUESTION = """{% extends "base.html" %}{% set heading = form.fichier.label.text %}{% set exit_url = "/effacer" %}
{% block content %}<form class="block" method="post" action="/x">{{ ui.step(2, 7) }}{{ ui.csrf() }}
{% call(choice) ui.choices(form.fichier, choices, is_page=true, lead="Un seul.") %}
<span class="mark">{{ ui.solidity("moyenne") }}</span><span>Pas lu.</span>{% endcall %}
{{ ui.actions("Continuer", "/avant") }}</form>{% endblock %}"""
REFUSED = """{% extends "base.html" %}{% set heading = "La situation" %}{% set is_refused = true %}
{% block content %}<form class="block" method="post" action="/x">
{{ ui.csrf() }}{{ ui.error_summary(form) }}<h1>{{ heading }}</h1>
{{ ui.field(form.situation, "textarea", maxlength=3000, described_by="avis") }}
{% call ui.note("Une raison générale", is_caution=true, id="avis") %}<p>Elle vaut pour tous.</p>{% endcall %}
{{ ui.field(form.code_postal, autocomplete="postal-code", inputmode="numeric", maxlength=5, is_optional=true) }}
{{ ui.choices(form.refus, [("a", "La photo"), ("b", "La voix", "En classe")], kind="checkbox") }}
</form>{% endblock %}"""
LETTER = """{% extends "base.html" %}{% set heading = "Relisez" %}{% block content %}
{% call ui.opening(heading, "Au mot près.", note_strong="Relecture") %}
{{ ui.stamp("Pas encore envoyée") }}{% endcall %}
<div class="block">{% call ui.sheet() %}<p>En {{ ui.gap("classe", "#classe") }}</p>{% endcall %}</div>
{% call ui.section("t-a", "Vos réponses", note="Sept") %}
{{ ui.answers([("Fichier", "ONDE", "/m"), ("Vous", "Anne", "")]) }}
<dl class="answers">{{ ui.answer("Classe", "CM1", "/m", id="classe") }}</dl>
<ol class="hands">{% for picture in ("print", "sign", "fold", "post", "hand") %}
{{ ui.gesture(picture, "Imprimez", "Deux pages.") }}{% endfor %}</ol>
<p>{% for kind in ("late", "soon", "done", "waiting") %}{{ ui.status(kind, kind) }}{% endfor %}</p>
<p>{{ ui.solidity("forte") }}</p>
<ul class="doors">{{ ui.door("/a", "Écrire", "Ici", is_first=true) }}</ul>
{{ ui.filters([("/a", "Tout"), ("/b", "Rien")], "/b", "Trier") }}
<div class="actions">
{{ ui.button_link("/y", "Suite", is_secondary=true) }}</div>
<ol class="timeline">{{ ui.fact("hier", "Reçue", "Au guichet.", datetime="2026-01-02") }}</ol>
{% endcall %}{% endblock %}"""


class Questions(Form):  # type: ignore[misc]  # WTForms has no types
    """One field of each kind."""

    fichier = StringField("Quel fichier\u202f?")
    situation = TextAreaField("La situation", description="Des faits, des dates.")
    code_postal = StringField("Code postal")
    refus = Field("Ce que vous refusez")


def _page(app: Flask, source: str, **context: object) -> str:
    with app.test_request_context("/"):
        return render_template_string(source, **context)


def test_a_question_reads_well_and_keeps_its_answer(app: Flask) -> None:
    form = Questions(data={"fichier": "lsu"})
    page = _page(app, QUESTION, form=form, choices=[("onde", "ONDE", "La base."), ("lsu", "LSU")])
    assert faults_of_page(page) == []
    assert 'value="lsu" id="fichier-2" checked' in page
    assert page.count(" checked") == 1
    assert "<b>Étape 2</b> sur 7" in page
    assert 'aria-describedby="fichier-aide"' in page


def test_a_refused_form_shows_each_sentence_twice_and_keeps_what_was_typed(app: Flask) -> None:
    form = Questions(data={"situation": "Nous <b>sommes</b>\ncontre.", "refus": ["b"]})
    form.situation.errors = ["Écrivez un fait."]
    form.refus.errors = ["Choisissez."]
    page = _page(app, REFUSED, form=form)
    assert faults_of_page(page) == []
    assert "Deux réponses à reprendre" in page
    assert page.count("Écrivez un fait.") == 2
    assert 'aria-describedby="situation-aide situation-erreur avis" aria-invalid="true"' in page
    assert "Nous &lt;b&gt;sommes&lt;/b&gt;\ncontre.</textarea>" in page
    assert 'value="b" id="refus-2" checked' in page
    assert "<title>Erreur\u00a0: La situation – Carnet de droits</title>" in page


def test_a_form_without_fault_has_no_summary(app: Flask) -> None:
    page = _page(app, REFUSED, form=Questions())
    assert 'role="alert"' not in page
    assert "aria-invalid" not in page


def test_the_letter_page_reads_well(app: Flask) -> None:
    assert faults_of_page(_page(app, LETTER)) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_each_macro_of_a_family_is_documented_and_has_a_name_of_its_own(app: Flask, family: str) -> None:
    names = {other: _macros(app, other) for other in FAMILIES}
    source = app.jinja_env.loader.get_source(app.jinja_env, f"components/{family}.html")[0]  # type: ignore[union-attr]
    assert names[family]
    for name in names[family]:
        assert sum(name in found for found in names.values()) == 1
        assert f"-#}}\n{{% macro {name}(" in source


def test_an_unknown_component_is_an_error_and_not_a_blank(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(UndefinedError, match="gauges"):
        render_template_string("{{ ui.gauges() }}")


def test_a_fragment_is_drawn_once_per_language_and_argument(app: Flask) -> None:
    source = '{{ fragment("foot", "/aide") }}{{ fragment("foot", "/aide") }}'
    page = _page(app, source)
    assert page.count('<a href="/aide" aria-current="page">') == 2
    assert ("fr", "foot", "/aide") in app.extensions["carnet.fragments"]


def _macros(app: Flask, family: str) -> list[str]:
    module = app.jinja_env.get_template(f"components/{family}.html").module
    return [name for name in vars(module) if not name.startswith("_")]
