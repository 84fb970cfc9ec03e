"""Templates, style sheets and routes keep the house's rules, and each rule sees the fault it is there for."""

import inspect
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule

from app.web.components import FAMILIES
from tests.conventions import page_rules as rules
from tests.conventions.tree import faults_in, source_of, under

TextRule = Callable[[str], Iterator[str]]
FOLDER = "app/web/templates/"
TEMPLATES = under(FOLDER, ".html", ".txt")
STYLES = [*under("app/web/static/", ".css"), *under("letters/", ".css")]
PAGE_RULES = [
    rules.long_template,
    rules.inline_style,
    rules.inline_handler,
    rules.straight_apostrophe,
    rules.loose_space,
    rules.loaded_elsewhere,
    rules.form_without_token,
]


@pytest.mark.parametrize("rule", PAGE_RULES)
def test_templates_keep_the_rule(rule: TextRule) -> None:
    assert TEMPLATES
    assert faults_in(TEMPLATES, rule) == []


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    assert STYLES
    assert faults_in(STYLES, rules.loaded_by_css) == []


def test_every_template_compiles(app: Flask) -> None:
    names = [name for name in app.jinja_env.list_templates() if name.endswith((".html", ".txt"))]
    assert {f"{FOLDER}{name}" for name in names} >= set(TEMPLATES)
    assert all(app.jinja_env.get_template(name) for name in names)


def test_no_template_and_no_macro_is_left_unused() -> None:
    templates = {name.removeprefix(FOLDER): source_of(name) for name in TEMPLATES}
    code = "\n".join(source_of(name) for name in under("app/", ".py"))
    templates_left = rules.unused_templates(templates, code, FAMILIES)
    assert [*templates_left, *rules.unused_macros(templates)] == []


def test_no_route_takes_a_part_without_bounds(app: Flask) -> None:
    assert list(rules.unbounded_parts(app.url_map)) == []


def test_every_view_says_what_it_does(app: Flask) -> None:
    views = {name: inspect.unwrap(view) for name, view in app.view_functions.items() if name != "static"}
    assert views
    assert [name for name, view in views.items() if not (view.__doc__ or "").strip()] == []


PLANTED = [
    (rules.long_template, "<p>\n" * 121),
    (rules.inline_style, '<p style="color: red">'),
    (rules.inline_style, "<style>p {}</style>"),
    (rules.inline_handler, '<p onclick="go()">'),
    (rules.straight_apostrophe, "<p>l'école</p>"),
    (rules.loose_space, "<p>Qui écrit ?</p>"),
    (rules.loose_space, '<p>{{ _("Objet : une demande") }}</p>'),
    (rules.loose_space, "<p>Le « livret » scolaire</p>".replace("t »", "t\u202f»")),
    (rules.loaded_elsewhere, '<script src="https://exemple.fr/a.js">'),
    (rules.loaded_elsewhere, '<link rel="stylesheet" href="//exemple.fr/a.css">'),
    (rules.loaded_elsewhere, '<form method="post" action="http://exemple.fr/">'),
    (rules.form_without_token, '<form method="post" action="/a"><button>Envoyer</button></form>'),
    (rules.loaded_by_css, "body { background: url('https://exemple.fr/a.png') }"),
    (rules.loaded_by_css, "@import 'a.css';"),
]
SOUND = [
    (rules.inline_style, '<link rel="stylesheet" href="/a.css">{#- style="" -#}'),
    (rules.straight_apostrophe, "{% set word = 'a' %}<p>l’école</p>{#- don't -#}"),
    (rules.loose_space, "<p>Qui écrit\u202f? Le «\u202flivret\u202f»</p>{{ a if b }}"),
    (rules.loaded_elsewhere, '<a href="https://exemple.fr/">le texte</a><img src="/static/a.png">'),
    (rules.form_without_token, '<form method="post">{{ csrf() }}</form><form method="get"></form>'),
    (rules.loaded_by_css, "body { background: url('a.png') }"),
]


@pytest.mark.parametrize(("rule", "text"), PLANTED)
def test_a_rule_sees_a_planted_fault(rule: TextRule, text: str) -> None:
    assert len(list(rule(text))) == 1


@pytest.mark.parametrize(("rule", "text"), SOUND)
def test_a_rule_lets_a_sound_page_pass(rule: TextRule, text: str) -> None:
    assert list(rule(text)) == []


def test_the_rule_on_use_sees_a_template_and_a_macro_nobody_asks_for() -> None:
    templates = {
        "base.html": "{% block content %}{% endblock %}",
        "page.html": '{% extends "base.html" %}{% from "parts.html" import door, lost %}{{ door() }}',
        "parts.html": "{% macro door() %}{{ _arrow() }}{% endmacro %}{% macro _arrow() %}{% endmacro %}"
        "{% macro lost() %}{% endmacro %}{#- lost() -#}",
        "orphan.html": "",
    }
    assert list(rules.unused_templates(templates, 'render_template("page.html")')) == [
        "orphan.html: nothing renders it"
    ]
    assert list(rules.unused_macros(templates)) == ["parts.html: nobody calls `lost`"]


@pytest.mark.parametrize("rule", ["/a/<name>", "/a/<string:name>", "/a/<path:name>", "/a/<string(minlength=2):name>"])
def test_the_rule_on_routes_sees_a_part_without_bounds(rule: str) -> None:
    assert len(list(rules.unbounded_parts(Map([Rule(rule, endpoint="a")])))) == 1


@pytest.mark.parametrize("rule", ["/a", "/a/<int:n>", "/a/<string(maxlength=64):name>", "/a/<uuid:id>"])
def test_the_rule_on_routes_lets_a_bounded_part_pass(rule: str) -> None:
    assert list(rules.unbounded_parts(Map([Rule(rule, endpoint="a")]))) == []
