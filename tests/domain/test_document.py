"""The letter as data: canonical JSON there and back without loss, and nothing but a letter is read back."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import document as nodes
from app.domain.document import Document, Gap, Ground, HeaderLine, ListItem, Paragraph, SignaturePlace, Table, from_json
from app.domain.errors import DomainError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INLINE = st.one_of(
    TEXTS.map(nodes.Text), TEXTS.map(nodes.Strong), TEXTS.map(nodes.Emphasis), st.just(nodes.LineBreak()),
    TEXTS.map(nodes.Box), st.sampled_from([nodes.Blank("short"), nodes.Blank("full")]),
    st.builds(nodes.Gap, TEXTS, TEXTS), st.builds(nodes.Citation, TEXTS, st.integers(1, 99)),
)  # fmt: skip
INLINES = st.lists(INLINE, max_size=3).map(tuple)
ITEMS = st.lists(INLINES.map(ListItem), max_size=2).map(tuple)
CELLS = st.lists(INLINES, max_size=2).map(tuple)
BLOCKS = st.lists(
    st.builds(Paragraph, INLINES, TEXTS)
    | st.builds(nodes.Heading, INLINES, st.integers(2, 3))
    | st.builds(nodes.BulletList, ITEMS, TEXTS)
    | st.builds(nodes.NumberedList, ITEMS, st.integers(1, 9), TEXTS)
    | st.builds(Table, CELLS, st.lists(CELLS, max_size=2).map(tuple), TEXTS)
    | st.just(nodes.PageBreak()),
    max_size=3,
).map(tuple)
WORDS = st.lists(TEXTS, max_size=2).map(tuple)
LETTERS = st.builds(
    Document, title=TEXTS, sender=st.lists(WORDS, max_size=2).map(tuple), recipient=WORDS, place_and_date=INLINES,
    header=st.lists(st.builds(HeaderLine, TEXTS, INLINES), max_size=2).map(tuple), salutation=TEXTS, body=BLOCKS,
    closing=TEXTS, signatures=st.lists(st.builds(SignaturePlace, TEXTS, TEXTS), max_size=2).map(tuple),
    enclosures=WORDS, copies=WORDS,
    grounds=st.lists(
        st.builds(Ground, st.integers(1, 9), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS), max_size=2
    ).map(tuple),
    annexes=BLOCKS, reference=TEXTS,
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(TEXTS | st.just("node"), below | st.sampled_from(["Document", "Text", "Table"]), max_size=3)
    ),
)


def a_letter(**changes: Any) -> Document:
    values: dict[str, Any] = {
        "title": "Essai", "sender": (("Anne Durand",),), "recipient": ("Mairie",),
        "place_and_date": (nodes.Text("Alès"),),
        "header": (), "salutation": "Madame,", "body": (), "closing": "Merci.", "signatures": (), "enclosures": (),
        "copies": (), "grounds": (),
    }  # fmt: skip
    return Document(**(values | changes))


@settings(max_examples=150, deadline=None)
@given(LETTERS)
def test_a_letter_goes_through_json_without_loss(letter: Document) -> None:
    back = from_json(letter.to_json())
    assert back == letter
    assert (back.to_json(), back.sha256()) == (letter.to_json(), letter.sha256())


@settings(max_examples=300, deadline=None)
@given(JSON.map(json.dumps) | st.text(max_size=30))
def test_any_other_json_or_text_is_no_letter(text: str) -> None:
    with pytest.raises(DomainError):
        from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", '{"node": "Document"}', '{"node": "Inconnu"}', '{"node": ["Text"]}', '{"node": "Text"}',
        '{"node": "Text", "text": "a", "autre": 1}', '{"node": "Text", "text": "a"}', "[" * 100_000,
    ],
)  # fmt: skip
def test_damaged_data_is_a_sentence(text: str) -> None:
    with pytest.raises(DomainError, match="ne peut pas être relue"):
        from_json(text)


def test_gaps_are_listed_once_each_in_reading_order_wherever_they_stand() -> None:
    one, two, three = (Gap(f"reponses.{name}", name) for name in ("un", "deux", "trois"))
    letter = a_letter(
        header=(HeaderLine("Objet", (one,)),),
        body=(Paragraph((two, one)), Table(((three,),), ())),
        annexes=(nodes.BulletList((ListItem((Gap("reponses.deux", "encore"),)),)),),
    )
    assert letter.gaps() == (one, two, three)


def test_the_same_letter_has_the_same_fingerprint_and_another_has_another() -> None:
    assert a_letter().sha256() == a_letter().sha256()
    assert a_letter(title="Autre").sha256() != a_letter().sha256()
