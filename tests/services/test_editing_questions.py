"""The questions, points and enclosures of a letter changed by forms: names that nobody invents, rows that stay."""

import keyword
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidAnswer, NotFound
from app.services.packs.editing import Part
from app.services.packs.editing_questions import (
    MOST_OPTIONS,
    read_question,
    with_moved,
    with_question,
    without_question,
)
from app.services.packs.editing_rows import read_row, rows_of, with_row, without_row
from app.services.packs.placeholders import inserted, palette_of, snippet_of
from app.services.packs.question_uses import uses_of
from app.services.packs.row_names import option_value, question_id
from app.services.packs.sources import LetterSource, checked_text, read_source

LETTERS = Path(__file__).resolve().parents[2] / "letters" / "packs" / "carnet"
NAMES = sorted(file.parent.name for file in LETTERS.glob("*/letter.md"))
LINE: dict[str, Any] = {"label": "Quel menu ?", "kind": "ligne", "required": "oui"}


def built_in(name: str = "acces") -> LetterSource:
    return read_source((LETTERS / name / "letter.md").read_text(encoding="utf-8"))


def as_sent(row: dict[str, Any]) -> dict[str, Any]:
    """A question as its form would send it back untouched."""
    return {
        **{
            key: str(value)
            for key, value in row.items()
            if key in ("label", "kind", "hint", "missing", "example", "max")
        },
        **{key: str(row[key]) for key in ("min_rows", "max_rows") if key in row},
        "required": "oui" if row.get("required", True) else "non",
        "options": [{**one, "id": one["value"]} for one in row.get("options", ())],
        "columns": [
            {**one, "required": "oui" if one.get("required", True) else "non"} for one in row.get("columns", ())
        ],
        "help": row.get("help", ()),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_form_sent_back_untouched_changes_nothing_a_reader_would_see(name: str) -> None:
    source = built_in(name)
    for row in source.fields:
        table = read_question(as_sent(row), row.get("when", {}), source, row["id"])
        changed = with_question(source, table, row["id"])
        defaults = {"ligne": 120, "texte": 3000}
        expected = {
            key: value for key, value in row.items() if not (key == "max" and value == defaults.get(row["kind"]))
        }
        expected = {
            key: value for key, value in expected.items() if (key, value) not in (("min_rows", 1), ("max_rows", 8))
        }
        assert table == expected
        assert checked_text(changed, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_sent_back_untouched_changes_nothing(name: str) -> None:
    source = built_in(name)
    for part in (Part.POINTS, Part.ENCLOSURES):
        for number, row in enumerate(rows_of(source, part), start=1):
            sent = {"text": row["text"], "from": row.get("from", "")}
            assert read_row(sent, row.get("when", {}), source, part, number) == row


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Sous quelle forme voulez-vous la copie ?", "forme_voulez_copie"),
        ("Élève né où ?", "eleve"),
        ("items", "items_1"),
        ("2 menus", "q_2_menus"),
        ("؟؟؟", "question"),
        ("", "question"),
        ("class", "class_1"),
        ("« L’œuf »", "oeuf"),
    ],
)
def test_a_question_is_named_after_its_words(label: str, name: str) -> None:
    assert question_id(label, ()) == name


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=5))
def test_whatever_the_label_the_name_is_fit_for_a_template_and_its_own(label: str, others: list[str]) -> None:
    taken = {question_id(other, ()) for other in others}
    name = question_id(label, taken)
    assert name.isidentifier()
    assert name.isascii()
    assert name not in {*taken, *dir(dict), *keyword.kwlist}
    value = option_value(label, taken)
    assert value.isascii()
    assert value not in taken
    assert " " not in value


def test_a_question_is_added_with_a_name_of_its_own() -> None:
    source = with_question(built_in(), read_question({**LINE, "label": "Format"}, {}, built_in()))
    assert source.fields[-1] == {"id": "format_2", "kind": "ligne", "label": "Format"}
    assert checked_text(source, "acces")


def test_labels_with_quotes_slashes_and_code_stay_labels() -> None:
    label = 'Dites "oui" \\ ou {{ non }} <b>+++</b>'
    source = with_question(built_in(), read_question({**LINE, "label": label}, {}, built_in()))
    assert read_source(checked_text(source, "acces")).fields[-1]["label"] == label


def test_the_answers_that_stay_keep_their_value_and_their_condition() -> None:
    kept = built_in("acces").fields[0]
    sent = as_sent(kept)
    sent["options"][0]["label"] = "En papier"
    sent["options"].insert(0, {"id": "", "label": "Oralement", "hint": ""})
    sent["options"].append({"id": "papier", "label": "Une copie de la première"})
    options = read_question(sent, {}, built_in(), "format")["options"]
    assert [one["value"] for one in options] == ["oralement", "papier", "fichier", "copie-premiere"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "ligne"}, "label"),
        ({**LINE, "kind": "roman"}, "kind"),
        ({**LINE, "label": "a\u202e"}, "label"),
        ({**LINE, "label": "a" * 200}, "label"),
        ({**LINE, "kind": "choix"}, "options.0.label"),
        ({**LINE, "kind": "choix", "options": [{"label": "Un"}]}, "options.0.label"),
        ({**LINE, "kind": "choix", "options": [{"label": "Un"}, {"label": "UN"}]}, "options.1.label"),
        ({**LINE, "kind": "choix", "options": [{"label": "Un"}, {"hint": "sans nom"}]}, "options.1.label"),
        ({**LINE, "kind": "choix", "options": [{"label": f"n° {n}"} for n in range(100)]}, "options.0.label"),
        ({**LINE, "kind": "lignes"}, "columns.0.label"),
        ({**LINE, "kind": "lignes", "columns": [{"label": "a", "kind": "lignes"}]}, "kind"),
        ({**LINE, "kind": "lignes", "columns": [{"label": "a"}], "min_rows": "9", "max_rows": "2"}, "max_rows"),
        ({**LINE, "max": "beaucoup"}, "max"),
        ({**LINE, "max": "9" * 19}, "max"),
        ({**LINE, "help": [{"title": "", "text": "x"}]}, "help.0.title"),
        ({**LINE, "help": [{"title": "x"}]}, "help.0.text"),
    ],
)
def test_what_makes_no_question_is_refused_beside_its_field(sent: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_question(sent, {}, built_in())
    assert field in [fault.field for fault in refused.value.faults]


def test_as_many_answers_as_allowed_make_a_letter() -> None:
    sent = {**LINE, "kind": "choix-multiples", "options": [{"label": f"Réponse {n}"} for n in range(MOST_OPTIONS)]}
    source = with_question(built_in(), read_question(sent, {}, built_in()))
    assert checked_text(source, "acces")
    assert len({one["value"] for one in source.fields[-1]["options"]}) == MOST_OPTIONS


def test_questions_move_and_stop_at_the_ends() -> None:
    rows = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    assert [row["id"] for row in with_moved(rows, 1, -1)] == ["b", "a", "c"]
    assert [row["id"] for row in with_moved(rows, 2, 1)] == ["a", "b", "c"]
    assert [row["id"] for row in with_moved(rows, 0, -1)] == ["a", "b", "c"]
    assert with_moved([], 0, 1) == []


def test_before_a_question_goes_every_place_that_reads_it_is_named() -> None:
    uses = uses_of(built_in("acces"), "format")
    assert {use.part for use in uses} == {Part.QUESTIONS, Part.TEXT}
    assert any("ligne" in use.words for use in uses)
    assert Part.POINTS in {use.part for use in uses_of(built_in("rectification"), "erreurs")}
    assert {use.part for use in uses_of(built_in("opposition"), "pieces_nature")} == {Part.ENCLOSURES}
    without = without_question(built_in("opposition"), "situation")
    assert without.front["warned_fields"] == ["risque"]
    with pytest.raises(NotFound):
        without_question(without, "situation")


def test_a_list_that_gives_points_does_not_go_without_them() -> None:
    source = without_question(built_in("rectification"), "erreurs")
    with pytest.raises(InvalidAnswer, match="liste"):
        checked_text(source, "rectification")


def test_points_and_enclosures_come_and_go_with_names_of_their_own() -> None:
    source = built_in("acces")
    row = read_row({"text": "le menu de la cantine", "from": ""}, {}, source, Part.POINTS)
    assert row == {"id": "menu-cantine", "text": "le menu de la cantine"}
    more = with_row(source, Part.POINTS, row)
    again = read_row({"text": "le menu de la cantine", "from": ""}, {}, more, Part.POINTS)
    assert again["id"] == "menu-cantine-2"
    assert without_row(more, Part.POINTS, len(more.points)).points == source.points
    for number in (0, 99):
        with pytest.raises(NotFound):
            without_row(more, Part.POINTS, number)
    with pytest.raises(InvalidAnswer, match="listes proposées"):
        read_row({"text": "a", "from": "ailleurs"}, {}, source, Part.POINTS)
    with pytest.raises(InvalidAnswer, match="Nommez"):
        read_row({"text": "  "}, {}, source, Part.ENCLOSURES)


def test_a_snippet_goes_to_the_end_where_it_belongs() -> None:
    assert inserted("le texte", '{{ "rgpd-15"|cite }}') == 'le texte{{ "rgpd-15"|cite }}'
    assert inserted("Bonjour", "{{ ecole.nom }}") == "Bonjour {{ ecole.nom }}"
    assert inserted("", "{{ ecole.nom }}") == "{{ ecole.nom }}"
    assert inserted("Fin.\n", "\n- un\n") == "Fin.\n\n- un\n"
    assert inserted("", "\n## Titre\n") == "## Titre\n"
    assert inserted("le texte", "") == "le texte"


def test_only_what_is_offered_can_be_inserted() -> None:
    source = built_in("acces")
    first = palette_of(source).names[0].items[0]
    assert snippet_of(source, first.id) == first.snippet
    for wanted in ("", "loi:inconnu", "loi:", "famille:999", "<script>", "rgpd-15"):
        assert snippet_of(source, wanted) == ""
    assert "\n" not in "".join(item.snippet for shelf in palette_of(source, is_line=True).names for item in shelf.items)
