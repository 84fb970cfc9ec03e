"""Markdown to blocks: every construct has its block, and a person's words are never read as markup."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery.body import blocks, line
from app.domain.document import (
    Blank,
    Block,
    Box,
    BulletList,
    Citation,
    Emphasis,
    Gap,
    Heading,
    Inline,
    LineBreak,
    ListItem,
    NumberedList,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    Text,
)
from app.domain.errors import InvalidAnswer, TemplateFault
from app.domain.markers import gap
from app.domain.plaintext import plain_text

NUMBERS = {"rgpd-15": 1, "rgpd-12-3": 2}


def cite(ids: tuple[str, ...]) -> Sequence[Citation]:
    return [Citation(law_id, NUMBERS[law_id]) for law_id in ids]


def read(text: str, *values: Any) -> tuple[Block, ...]:
    """The blocks of a text in which ① ② stand for the values."""
    for place in range(len(values)):
        text = text.replace("①②③"[place], f"\ue000{place}\ue001")
    return blocks(text, values, cite)


def inlines(text: str, *values: Any) -> tuple[Inline, ...]:
    """The inlines of a text that is one paragraph."""
    (paragraph,) = read(text, *values)
    assert isinstance(paragraph, Paragraph)
    return paragraph.inlines


def item(*found: Inline) -> ListItem:
    return ListItem(found)


CONSTRUCTS: list[tuple[str, tuple[Block, ...]]] = [
    ("Un mot.", (Paragraph((Text("Un mot."),)),)),
    ("Un\nmot.", (Paragraph((Text("Un mot."),)),)),
    ("Un  \nmot.", (Paragraph((Text("Un"), LineBreak(), Text("mot."))),)),
    ("Un.\n\nDeux.", (Paragraph((Text("Un."),)), Paragraph((Text("Deux."),)))),
    ("## Titre", (Heading((Text("Titre"),), 2),)),
    ("### Titre", (Heading((Text("Titre"),), 3),)),
    ("- a\n- b", (BulletList((item(Text("a")), item(Text("b")))),)),
    ("3. a\n4. b", (NumberedList((item(Text("a")), item(Text("b"))), start=3),)),
    ("1. a\n\n   b", (NumberedList((item(Text("a"), LineBreak(), Text("b")),)),)),
    ("**a** *b*", (Paragraph((Strong("a"), Text(" "), Emphasis("b"))),)),
    ("**a *b* c**", (Paragraph((Strong("a "), Emphasis("b"), Strong(" c"))),)),
    ("| a | b |\n|---|---|\n| c | **d** |",
     (Table(((Text("a"),), (Text("b"),)), (((Text("c"),), (Strong("d"),)),)),)),
    ("a\n\n---\n\nb", (Paragraph((Text("a"),)), PageBreak(), Paragraph((Text("b"),)))),
    ("a\n---\nb", (Paragraph((Text("a"),)), PageBreak(), Paragraph((Text("b"),)))),
    ("________", (Paragraph((Blank("full"),)),)),
    ("- ________", (BulletList((item(Blank("full")),)),)),
    ("Nom ____ prénom ________", (Paragraph((Text("Nom "), Blank("short"), Text(" prénom "), Blank("long"))),)),
    ("(____) et (____)", (Paragraph((Text("("), Blank("short"), Text(") et ("), Blank("short"), Text(")"))),)),
    ("[ ] oui [ ] non", (Paragraph((Box(), Text(" oui "), Box(), Text(" non"))),)),
    ("- [ ] oui", (BulletList((item(Box(), Text(" oui")),)),)),
    ("    a", (Paragraph((Text("a"),)),)),
    ("&amp; &eacute;", (Paragraph((Text("&amp; &eacute;"),)),)),
    ("[note] : rien", (Paragraph((Text("[note]\u00a0: rien"),)),)),
    ("[note]: rien", (Paragraph((Text("[note]\u00a0: rien"),)),)),
    ("", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CONSTRUCTS, ids=[text[:25] or "empty" for text, _ in CONSTRUCTS])
def test_each_markdown_construct_becomes_its_block(text: str, expected: tuple[Block, ...]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# Titre", "#### Titre", "`code`", "```\ncode\n```", "~~~\ncode\n~~~", "![image](x.png)", "[lien](https://x.fr)",
        "<https://x.fr>", "- a\n  - b", "- a\n\n  > b", "- ## a", "1. a\n   ---\n", "> seul", "## Titre\n\n> mot",
        "a\n\n> - liste", "a\n\n> ## titre", "---\n\n> mot",
    ],
)  # fmt: skip
def test_foreign_markdown_is_refused(text: str) -> None:
    with pytest.raises(TemplateFault):
        read(text)


@pytest.mark.parametrize("text", ["<b>a</b>", "<svg onload=1>", "<!-- a -->", "<style>a</style>"])
def test_html_in_a_template_is_only_text(text: str) -> None:
    assert "".join(getattr(piece, "text", "") for piece in inlines(text)) == text


def test_an_explanation_goes_with_the_paragraph_or_the_list_before_it() -> None:
    found = read("Un.\n\n> En *clair*, un.\n\n- a\n\n> Une liste.\n\nRien.")
    assert [getattr(block, "plain", None) for block in found] == ["En clair, un.", "Une liste.", ""]


HOSTILE = [
    "**gras**", "<svg onload=1>\"'&", "1. un", "- tiret", "> citation", "[x](y)", "![x](y)", "`code`", "{{ 7 * 7 }}",
    "{% if a %}", "+++", "---", "___", "____", "# titre", "| a | b |", "a  b", "&amp;", "\\*a\\*", "[ ]", "https://x.fr",
    "*", "_a_", "{# a #}", "<https://x.fr>", "[x]: y", "| --- |", "    quatre espaces",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("place", ["①", "Avant ① après", "- ①", "**①**", "> rien\n", "## ①", "| a |\n|---|\n| ① |"])
def test_a_value_is_never_read_as_markup(words: str, place: str) -> None:
    text = f"Phrase ①.\n\n{place}" if place.startswith(">") else place
    with_value, with_word = read(text, words), read(text, "mot")
    assert repr(with_value).replace(repr(words)[1:-1], "mot") == repr(with_word)


def test_a_person_s_line_ends_are_kept_and_blank_lines_make_paragraphs() -> None:
    assert read("Voici : ①.", "Un\ndeux\n\n- trois\n") == (
        Paragraph((Text("Voici\u00a0: Un"), LineBreak(), Text("deux"))),
        Paragraph((Text("- trois."),)),
    )
    assert read("- ①", "Un\n\ndeux") == (BulletList((item(Text("Un"), LineBreak(), Text("deux")),)),)


def test_an_explanation_after_a_text_of_several_paragraphs_goes_with_the_last_one() -> None:
    found = read("①\n\n> Vos mots.", "Un.\n\nDeux.")
    assert [block.plain for block in found if isinstance(block, Paragraph)] == ["", "Vos mots."]


@pytest.mark.parametrize(
    ("words", "printed"),
    [("Fini.", "Fini."), ("Fini", "Fini."), ("Fini ?", "Fini ?"), ("Fini…", "Fini…"), ("Fini. ", "Fini. ")],
)
def test_the_full_stop_of_the_template_does_not_follow_the_person_s_own(words: str, printed: str) -> None:
    assert inlines("①.", words) == (Text(printed),)


def test_the_full_stop_is_not_doubled_after_bold_type_either_and_the_next_sentence_keeps_its_own() -> None:
    assert inlines("**①**. Suite.", "Fini.") == (Strong("Fini."), Text(" Suite."))
    assert inlines("① ②.", "Fini.", "Fin") == (Text("Fini. Fin."),)


def test_citations_keep_their_place_and_their_order() -> None:
    assert inlines("Un①, deux②.", ("rgpd-15",), ("rgpd-12-3", "rgpd-15")) == (
        Text("Un"), Citation("rgpd-15", 1), Text(", deux"), Citation("rgpd-12-3", 2), Citation("rgpd-15", 1), Text("."),
    )  # fmt: skip


def test_a_gap_shines_alone_inside_a_sentence_and_inside_a_list_of_words() -> None:
    mark = gap("reponses.a", "Quoi ?")
    assert inlines("Avant ①.", mark) == (Text("Avant "), Gap("reponses.a", "Quoi ?"), Text("."))
    assert inlines("**①**", f"un et {mark}") == (Strong("un et "), Gap("reponses.a", "Quoi ?"))


def test_french_spaces_stand_also_where_bold_type_starts_or_ends() -> None:
    assert inlines("**Nom** : « **x** » ; *fin* ?") == (
        Strong("Nom"), Text("\u00a0: «\u202f"), Strong("x"), Text("\u202f»\u202f; "), Emphasis("fin"), Text("\u202f?"),
    )  # fmt: skip


def test_the_words_of_a_person_are_not_typeset() -> None:
    assert inlines("Ceci : ①", 'Ah ! "non"') == (Text('Ceci\u00a0: Ah ! "non"'),)


@pytest.mark.parametrize("sign", ["\ue000", "\ue001", "\ue004", "\ue010", "\ue012", "\uf8ff"])
def test_the_signs_by_which_values_travel_are_refused_from_people(sign: str) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        plain_text(f"a{sign}b", "reponses.a", "Votre texte")
    assert caught.value.field == "reponses.a"


@pytest.mark.parametrize("text", ["", "a\n\nb", "## a", "- a", "---"])
def test_a_subject_or_an_enclosure_is_one_line(text: str) -> None:
    with pytest.raises(TemplateFault):
        line(text, (), cite)


def test_a_line_gives_its_inlines() -> None:
    assert line("Demande \ue0000\ue001", ("d’accès",), cite) == (Text("Demande d’accès"),)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from('*_[]()<>#|-+`~.1 \\&"'), max_size=60))
def test_any_words_of_a_person_come_out_as_they_went_in(words: str) -> None:
    (paragraph,) = read("Avant ① après", words or "mot")
    assert isinstance(paragraph, Paragraph)
    assert paragraph.inlines == (Text(f"Avant {words or 'mot'} après"),)
