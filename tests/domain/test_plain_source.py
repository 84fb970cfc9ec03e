"""The marks of a letter in words, with nothing left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.plain_source import plain_source

WORDS = [
    ('{{ "Je demande|Nous demandons"|je }} la copie', "Je demande / Nous demandons la copie"),
    ('la copie{{ "rgpd-15"|cite }}.', "la copie[rgpd-15]."),
    ("{{ enfants.noms|de }}", "[enfants.noms|de]"),
    ('{{ "il|elle|iel|ils|elles"|genre_enfant }}', "il / elle / iel / ils / elles [genre_enfant]"),
    ("{% if a.b  > 1 %}a{% elif b %}c{%- else -%}d{% endif %}", "[si a.b > 1]a[ou si b]c[sinon]d[fin]"),
    ("{% for x in fichiers %}{{ x.nom }}{% endfor %}", "[pour chaque x de fichiers][x.nom][fin]"),
    ("{# un mot caché #}", "{# un mot caché #}"),
    ("{% autre chose %}", "[autre chose]"),
    ("{{ ", "{{ "),
]  # fmt: skip


@pytest.mark.parametrize(("source", "words"), WORDS)
def test_each_mark_has_its_words(source: str, words: str) -> None:
    assert plain_source(source) == words


@given(st.text(alphabet='ab"|{}%# ', max_size=60))
def test_no_letter_is_left_out(text: str) -> None:
    assert [sign for sign in plain_source(text) if sign in "ab"].count("a") >= text.count("a")
