"""The sandbox: every escape is refused at check time, with file and line, and nothing but a DomainError comes out."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery.body import blocks
from app.delivery.sandbox import branches, branches_taken, render, syntax_faults
from app.domain.document import Citation
from app.domain.errors import DomainError, LibraryFault, TemplateFault
from app.domain.letters import Source

PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
CONTEXT: dict[str, Any] = {
    "lettre": {"date": date(2026, 12, 1), "lieu": "Alès", "envoi": "remise"},
    "enfants": {"nombre": 2, "liste": [{"nom": "Lou", "classe": "CM1"}, {"nom": "Max", "classe": ""}]},
    "ecole": {"nom": "école des Tilleuls", "le": "l’école des Tilleuls"},
    "reponses": {"texte": "**gras** {{ 7 }}", "vide": "", "oui": True, "mots": ["papier", "cahier"], "aucun": []},
    "fichiers": [{"nom": "LSU", "references": ["rgpd-15"]}],
    "_grammaire": {
        "plusieurs_signataires": False, "genre_signataires": 1, "plusieurs_enfants": True, "genre_enfant": 3,
    },
}  # fmt: skip

ESCAPES = [
    "{{ ''.__class__.__mro__ }}{{ 1() }}",
    "{{ reponses['texte'] }}",
    "{{ reponses.mots[0] }}",
    "{{ reponses.mots[0:1] }}",
    "{{ reponses|attr('texte') }}",
    "{{ cycler('a', 'b') }}",
    "{{ lipsum() }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ joiner() }}",
    "{{ namespace(a=1) }}",
    "{{ '%s' % reponses.texte }}",
    "{{ '{0.__class__}'.format(reponses) }}",
    "{{ 'a' * 100000000 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ 1 + 1 }}",
    "{{ 1 - 1 }}",
    "{{ 1 / 1 }}",
    "{{ 1 // 1 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ -enfants.nombre }}",
    "{{ +enfants.nombre }}",
    "{{ 'a' if reponses.oui else 'b' }}",
    "{{ reponses.oui is defined }}",
    "{% if enfants.nombre is odd %}a{% endif %}",
    "{{ {'a': 1} }}",
    "{{ (1, 2) }}",
    "{{ none }}",
    "{{ 1.5 }}",
    "{{ 1e300 }}",
    "{{ reponses.texte|upper }}",
    "{{ reponses.texte|safe }}",
    "{{ reponses.texte|je('a') }}",
    "{{ reponses.texte|date(format='x') }}",
    "{{ reponses.mots|liste(*x) }}",
    "{{ reponses.mots|map('upper')|liste }}",
    "{% set a = 1 %}",
    "{% set a %}b{% endset %}",
    "{% macro a() %}b{% endmacro %}",
    "{% call a() %}b{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% block a %}b{% endblock %}",
    "{% include 'a' %}",
    "{% import 'a' as b %}",
    "{% from 'a' import b %}",
    "{% extends 'a' %}",
    "{% with a = 1 %}b{% endwith %}",
    "{% autoescape true %}a{% endautoescape %}",
    "{% do a %}",
    "{% for a in enfants.liste %}b{% else %}c{% endfor %}",
    "{% for a in enfants.liste if a.classe %}b{% endfor %}",
    "{% for a in enfants.liste recursive %}b{% endfor %}",
    "{% for a, b in enfants.liste %}c{% endfor %}",
    "{% for a in ['b', 'c'] %}d{% endfor %}",
    "{% for a in reponses.mots|liste %}b{% endfor %}",
    "{% for a in x.a %}{% for b in x.b %}{% for c in x.c %}{% for d in x.d %}e" + "{% endfor %}" * 4,
    "{% for _grammaire in enfants.liste %}a{% endfor %}",
    "{% for a in _valeurs %}{{ 'b' }}{% endfor %}",
    "{{ _grammaire.genre_enfant }}",
    "{{ self }}",
    "{{ self.a() }}",
    "{% for a in enfants.liste %}{{ loop.index }}{% endfor %}",
    "{% raw %}{{ a }}{% endraw %}",
    "{%- raw -%}a{% endraw %}",
    "{# un mot #}",
    "\ue0000\ue001",
    "{{ '\ue0100\ue012' }}",
    "{{ a",
    "{% if %}",
    "{% endif %}",
    "{{ " + "9" * 5000 + " }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ a" + ".a" * 3000 + " }}",
    "{% if a" + " and a" * 3000 + " %}b{% endif %}",
    "{% if a %}" * 60 + "b" + "{% endif %}" * 60,
    "x" * 60_001,
]  # fmt: skip


def source(text: str, line: int = 1) -> Source:
    return Source(text, "letters/packs/essai/a/letter.md", line)


def shown(text: str, context: dict[str, Any] = CONTEXT) -> str:
    """The text as a person would read it: tokens replaced by their values."""
    rendered, values = render(source(text), context)
    return re.sub("\ue000(\\d+)\ue001", lambda token: str(values[int(token.group(1))]), rendered)


def refused_lines(text: str, line: int) -> list[int]:
    try:
        faults = list(syntax_faults(source(text, line)))
    except LibraryFault as fault:
        faults = [fault]
    assert all(fault.path.endswith("letter.md") for fault in faults)
    return [fault.line for fault in faults]


@pytest.mark.parametrize("escape", ESCAPES, ids=lambda text: text[:40])
def test_each_escape_is_refused_at_check_time_with_its_file_and_line(escape: str) -> None:
    lines = refused_lines(f"Bonjour.\n\n{escape}\n", 40)
    assert lines
    assert all(40 <= line <= 44 for line in lines)


@pytest.mark.parametrize("escape", ESCAPES, ids=lambda text: text[:40])
def test_no_escape_reaches_rendering_nor_the_walk_through_branches(escape: str) -> None:
    with pytest.raises(LibraryFault):
        render(source(escape), CONTEXT)


def test_the_line_of_a_fault_is_counted_from_the_first_line_of_the_text_in_its_file() -> None:
    assert refused_lines("a\n\nb {{ lipsum() }}\n", 100)[0] == 102


@pytest.mark.parametrize("name", ["items", "keys", "values", "get", "pop", "__class__", "clear", "update"])
def test_the_methods_of_a_dictionary_cannot_be_reached(name: str) -> None:
    with pytest.raises(TemplateFault, match="n’existe pas"):
        render(source("{{ reponses." + name + " }}"), CONTEXT)


@pytest.mark.parametrize(
    "path", ["inconnu", "enfants.inconnu", "ecole.nom.upper", "inconnu.encore", "lettre.date.year"]
)
def test_a_name_that_does_not_exist_is_a_fault_and_never_a_blank(path: str) -> None:
    for text in ("{{ %s }}", "{%% if %s %%}a{%% endif %%}", "{%% for a in %s %%}b{%% endfor %%}", "{{ %s|de }}"):
        with pytest.raises(TemplateFault, match="n’existe pas"):
            render(source(text % path), CONTEXT)


@pytest.mark.parametrize("value", ["", "   ", "\n", None, True, 1.5, [], {}, ["a"], {"a": 1}, object()])
def test_what_would_leave_a_hole_or_print_an_object_is_a_fault(value: Any) -> None:
    with pytest.raises(TemplateFault):
        render(source("{{ valeur }}"), {**CONTEXT, "valeur": value})


@pytest.mark.parametrize(
    "text",
    [
        "{{ enfants.nombre|de }}", "{{ enfants.liste|maj }}", "{{ reponses.oui|a }}", "{{ reponses.vide|de }}",
        "{{ enfants.nombre|je }}", "{{ 'un|deux|trois'|je }}", "{{ 'un'|enfant }}", "{{ 'a|b'|genre_enfant }}",
        "{{ 'a|b|c|d'|genre_signataires }}", "{{ enfants.nombre|cite }}", "{{ enfants.liste|cite }}",
        "{{ reponses.aucun|liste }}", "{{ enfants.liste|liste }}", "{{ reponses.texte|liste }}",
        "{{ enfants.nombre|date }}", "{{ ecole.nom|date }}", "{% if 'a' < 1 %}b{% endif %}",
        "{% if 'a' in enfants.nombre %}b{% endif %}", "{% for a in ecole.nom %}b{% endfor %}",
        "{% for a in ecole %}b{% endfor %}", "{% for a in enfants.nombre %}b{% endfor %}",
        "{{ ('a' == 'a')|maj }}", "{{ not reponses.oui }}",
    ],
)  # fmt: skip
def test_a_filter_or_a_comparison_on_the_wrong_kind_of_value_is_a_fault(text: str) -> None:
    with pytest.raises(TemplateFault):
        render(source(text), CONTEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ 'Je demande|Nous demandons'|je }}", "Je demande"),
        ("{{ 'son|leur'|enfant }}", "leur"),
        ("{{ 'a|b|c|d|e'|genre_signataires }}", "b"),
        ("{{ 'a|b|c|d|e'|genre_enfant }}", "d"),
        ("{{ ecole.le|de }}", "de l’école des Tilleuls"),
        ("{{ ecole.le|a|maj }}", "À l’école des Tilleuls"),
        ("{{ reponses.mots|liste }}", "papier et cahier"),
        ("{{ lettre.date|date }}", "1er\u00a0décembre\u00a02026"),
        ("{{ lettre.date }}", "1er\u00a0décembre\u00a02026"),
        ("{{ enfants.nombre }}", "2"),
        ("{{ 'rgpd-15 rgpd-12-3'|cite }}", "('rgpd-15', 'rgpd-12-3')"),
        ("{{ reponses.aucun|cite }}", ""),
        ("{% for e in enfants.liste %}{{ e.nom }};{% endfor %}", "Lou;Max;"),
        ("{% if enfants.nombre > 1 and not reponses.vide %}a{% elif reponses.oui %}b{% else %}c{% endif %}", "a"),
        ("{% if 'papier' in reponses.mots %}oui{% endif %}", "oui"),
        ("{% if lettre.envoi in ['remise', 'ent'] %}oui{% endif %}", "oui"),
    ],
)
def test_what_is_allowed_does_what_it_says(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_three_loops_one_in_the_other_are_allowed_and_two_beside_each_other_count_for_one() -> None:
    loop = "{% for a in reponses.mots %}"
    assert shown(f"{loop}{loop}{loop}x{'{% endfor %}' * 3}") == "x" * 8
    assert shown(f"{loop}{loop}x{{% endfor %}}{loop}y{{% endfor %}}{loop}z{{% endfor %}}{{% endfor %}}") == "xxyyzz" * 2


def test_a_value_is_never_read_as_a_template() -> None:
    assert shown("{{ reponses.texte }}") == "**gras** {{ 7 }}"


def test_branches_say_which_way_a_render_went_and_which_ways_there_are() -> None:
    text = source(
        "{% if reponses.oui %}\na\n{% elif reponses.vide %}\nb\n{% endif %}\n{% if reponses.vide %}c{% endif %}", 10
    )
    every = set(branches(text))
    taken = branches_taken(text, CONTEXT)
    assert {(line, way) for _, line, way in every} == {
        (10, "si"), (10, "sinon"), (12, "si"), (15, "si"), (15, "sinon"),
    }  # fmt: skip
    assert {(line, way) for _, line, way in taken} == {(10, "si"), (15, "sinon")}


NAMES = st.sampled_from(
    ["lettre.date", "lettre", "enfants.nombre", "enfants.liste", "ecole.nom", "reponses.texte", "reponses.vide",
     "reponses.oui", "reponses.mots", "reponses.aucun", "fichiers", "inconnu", "ecole.inconnu", "x.nom"]
)  # fmt: skip
FILTER_NAMES = st.sampled_from(
    ["je", "enfant", "genre_signataires", "genre_enfant", "cite", "de", "a", "liste", "date", "maj"]
)
CONSTANTS = st.sampled_from(["'a|b'", "'a|b|c|d|e'", "'rgpd-15'", "''", "3", "true", "['a', 'b']", "[]"])
OPERANDS = NAMES | CONSTANTS
EXPRESSIONS = st.recursive(
    OPERANDS,
    lambda below: (
        st.tuples(below, FILTER_NAMES).map(lambda pair: f"({pair[0]})|{pair[1]}")
        | st.tuples(below, st.sampled_from(["==", "!=", "<", ">", "in", "not in", "and", "or"]), below).map(
            lambda three: f"({three[0]} {three[1]} {three[2]})"
        )
        | below.map(lambda one: f"(not {one})")
    ),
    max_leaves=6,
)
TEMPLATES = st.recursive(
    EXPRESSIONS.map(lambda one: f"{{{{ {one} }}}}")
    | st.sampled_from(["mot ", "**", "- ", "\n\n", "> ", "[ ]", "____"]),
    lambda below: (
        st.lists(below, max_size=3).map("".join)
        | st.tuples(EXPRESSIONS, below, below).map(lambda t: f"{{% if {t[0]} %}}{t[1]}{{% else %}}{t[2]}{{% endif %}}")
        | st.tuples(NAMES, below).map(lambda t: f"{{% for x in {t[0]} %}}{t[1]}{{% endfor %}}")
    ),
    max_leaves=6,
)


def texts_of(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts_of(item)]
    return [text for name in getattr(value, "__slots__", ()) for text in texts_of(getattr(value, name))]


@settings(max_examples=300, deadline=None)
@given(TEMPLATES)
def test_any_template_of_the_grammar_gives_a_letter_without_a_token_or_a_named_fault(text: str) -> None:
    try:
        rendered, values = render(source(text), CONTEXT)
        found = blocks(rendered, values, lambda ids: [Citation(law_id, 1) for law_id in ids])
    except DomainError:
        return
    assert not any(PRIVATE_USE.search(piece) for piece in texts_of(found))


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters() | st.sampled_from("{}%#|.'\"()[] \n-_*><=\ue000\ue001\ue010"), max_size=80))
def test_any_text_as_a_source_gives_a_text_or_a_named_fault(text: str) -> None:
    try:
        rendered, values = render(source(text), CONTEXT)
    except (LibraryFault, TemplateFault):
        return
    assert "{{" not in rendered or not values
