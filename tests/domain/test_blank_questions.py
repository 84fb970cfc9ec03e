"""What a form makes of a letter's own questions: places to write, choices left open, rows."""

from datetime import date

from app.domain.conditions import Condition
from app.domain.document import Blank, written_inlines
from app.domain.letters import Field, FieldKind, LetterTemplate, Option
from app.domain.paper.dossier import blank_dossier
from app.domain.paper.questions import field_mark, open_replies
from app.domain.paper.settings import PaperSettings
from app.domain.paper.values import BlankDay, Open, TickList
from app.services.library import library

ON = date(2026, 11, 21)
FACTS = {"fichier": {"disparu": False}, "ecole": {}}
OPTIONS = (Option("a", "La première"), Option("b", "La seconde"))


def template(*fields: Field) -> LetterTemplate:
    """A letter that asks these questions."""
    whole = library().letters.lookup("acces")
    values = {name: getattr(whole, name) for name in whole.__slots__}
    return LetterTemplate(**{**values, "fields": fields})


def test_a_required_answer_in_words_is_a_place_to_write() -> None:
    replies = open_replies(
        template(Field("nom", FieldKind.LINE, "Le nom ?", max_length=40)), PaperSettings(on=ON), FACTS
    )
    assert written_inlines(replies.values["nom"]) == (Blank("long", "reponses.nom", "Le nom ?"),)
    assert replies.questions == ()


def test_an_optional_answer_is_there_or_not() -> None:
    field = Field("plus", FieldKind.TEXT, "Plus ?", is_required=False, max_length=200)
    replies = open_replies(template(field), PaperSettings(on=ON), FACTS)
    value = replies.values["plus"]
    assert isinstance(value, Open)
    assert value.reading[False] == ""
    assert [question.answers for question in replies.questions] == [(True, False)]


def test_a_long_answer_has_several_lines_and_never_a_whole_page() -> None:
    places = [
        written_inlines(field_mark(Field("x", FieldKind.TEXT, "X", max_length=most), "x"))[0]
        for most in (50, 1800, 90000)
    ]
    assert [place.lines for place in places if isinstance(place, Blank)] == [2, 9, 9]


def test_a_choice_stays_open_until_it_is_decided() -> None:
    field = Field("c", FieldKind.CHOICE, "Laquelle ?", options=OPTIONS)
    replies = open_replies(template(field), PaperSettings(on=ON), FACTS)
    assert replies.questions[0].answers == ("a", "b")
    label = replies.labels["c"]
    assert isinstance(label, Open)
    assert label.reading["b"] == "La seconde"
    decided = open_replies(template(field), PaperSettings(on=ON, decided=(("c", "b"),)), FACTS)
    assert (decided.values["c"], decided.labels["c"], decided.questions) == ("b", "La seconde", ())


def test_a_question_that_the_file_makes_irrelevant_is_not_on_the_form() -> None:
    field = Field("c", FieldKind.CHOICE, "Laquelle ?", options=OPTIONS, when=Condition((("fichier.disparu", (True,)),)))
    replies = open_replies(template(field), PaperSettings(on=ON), FACTS)
    assert (replies.values["c"], replies.questions) == ("", ())


def test_several_choices_are_tried_all_alone_and_without_each() -> None:
    three = (*OPTIONS, Option("c", "La troisième"))
    field = Field("cs", FieldKind.CHOICES, "Lesquelles ?", options=three, is_required=False)
    question = open_replies(template(field), PaperSettings(on=ON), FACTS).questions[0]
    assert question.answers == (("a", "b", "c"), ("a",), ("b",), ("c",), ("b", "c"), ("a", "c"), ("a", "b"), ())


def test_rows_are_three_at_most_and_no_more_than_the_letter_takes() -> None:
    column = Field("mot", FieldKind.LINE, "Un mot", max_length=20)
    for most, expected in ((8, 3), (2, 2)):
        field = Field("l", FieldKind.ROWS, "Des mots", columns=(column,), min_rows=1, max_rows=most)
        rows = open_replies(template(field), PaperSettings(on=ON), FACTS).values["l"]
        assert len(rows) == expected


def test_a_day_compares_as_a_day_and_prints_as_a_place_to_write() -> None:
    day = BlankDay.over(date(2026, 3, 1), "ici")
    assert day < date(2026, 3, 2)
    assert day.mark == "ici"


def test_no_day_of_a_dossier_is_printed_and_its_points_are_ticked() -> None:
    point = {"numero": 1, "texte": "la copie", "etat": "non"}
    facts = {
        "date": date(2026, 1, 2),
        "refus_motifs": ["autre"],
        "points": [point],
        "manquants": [point],
        "faits": [{"date": date(2026, 1, 2), "texte": "x"}],
        "pieces": [],
        "droit": "acces",
        "reference": "CD-1",
        "envoi_le": "",
    }
    read, questions = blank_dossier(facts)
    assert isinstance(read["date"], BlankDay)
    assert "CD-1" not in read["reference"]
    assert (read["droit"], read["envoi_le"], read["pieces"]) == ("acces", "", [])
    assert isinstance(read["manquants"], TickList)
    assert read["manquants"].tips == ["Il manque : la copie"]
    assert all(isinstance(fact["date"], BlankDay) for fact in read["faits"])
    assert {question.variable for question in questions} == {"dossier.refus_motifs", "dossier.points.1.en_partie"}
