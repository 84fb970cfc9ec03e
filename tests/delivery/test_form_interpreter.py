"""The branches of a letter on a form: each one that an answer may open is there, behind a box of its own."""

from typing import Any

import pytest

from app.delivery.body import blocks
from app.delivery.paper.interpreter import FormInterpreter
from app.delivery.paper.renderer import tidy
from app.delivery.paper.worlds import Worlds
from app.delivery.sandbox import parse
from app.domain.document import Blank, Box, BulletList, Citation, LineBreak, NumberedList, Paragraph, Table, Text
from app.domain.errors import TemplateFault
from app.domain.letters import Source
from app.domain.markers import entry
from app.domain.paper.values import Open, Question, TickList

GRAMMAR = {"plusieurs_signataires": False, "plusieurs_enfants": False, "genre_signataires": 0, "genre_enfant": 0}
FORMAT = Question("reponses.format", ("papier", "fichier"), {"papier": "Sur papier", "fichier": "En fichiers"})
WAY = Question("reponses.voie", ("poste", "main"), {"poste": "Par la poste", "main": "En main propre"},
               needs=(("reponses.format", ("papier",)),), unasked="")  # fmt: skip
MORE = Question("reponses.plus", (True, False), {True: "Autre chose ?", False: "rien"})
TICKED = Question("reponses.points", (("a", "b"), ("a",), ("b",)), {"a": "Le a", "b": "Le b"}, is_multiple=True)


def same(question: Question) -> Open:
    """An open value that reads as its own answer, a list where there are several."""
    answers = (*question.answers, question.unasked)
    return Open(question.variable, {one: list(one) if isinstance(one, tuple) else one for one in answers})


def drawn(text: str, **context: Any) -> list[str]:
    """The blocks of a small letter as text: boxes as ☐ with their name, places to write as their label."""
    replies = {"format": same(FORMAT), "voie": same(WAY), "points": same(TICKED),
               "plus": Open(MORE.variable, {True: entry("reponses.plus", "quoi"), False: ""})}  # fmt: skip
    interpreter = FormInterpreter({"reponses": replies, "_grammaire": GRAMMAR, **context})
    worlds = Worlds.of((FORMAT, WAY, MORE, TICKED))
    found = interpreter.render(parse(Source(text, "essai.md", 1)), worlds)
    said = blocks(found, interpreter.values, lambda ids: [Citation(one, 1) for one in ids])
    return [line for block in said for line in _lines(block)]


def _lines(block: object) -> list[str]:
    match block:
        case Paragraph():
            return [_text(block.inlines)]
        case BulletList() | NumberedList():
            return [f"- {_text(item.inlines)}" for item in block.items]
        case Table():
            return [" | ".join(_text(cell) for cell in row) for row in block.rows]
    raise AssertionError(block)


def _text(inlines: tuple[object, ...]) -> str:
    words = []
    for one in tidy(inlines):  # type: ignore[arg-type]
        match one:
            case Box():
                words.append(f"☐{one.field}")
            case Blank():
                words.append(f"[{one.label}]")
            case LineBreak():
                words.append(" / ")
            case Text():
                words.append(one.text.replace("\u00a0", " "))
    return "".join(words)


IF_FORMAT = '{% if reponses.format == "papier" %}\nSur du papier.\n{% else %}\nEn fichiers.\n{% endif %}\n'


def test_two_ways_to_say_a_paragraph_are_two_paragraphs_with_a_box() -> None:
    assert drawn(IF_FORMAT) == ["☐reponses.format=papier Sur du papier.", "☐reponses.format=fichier En fichiers."]


def test_two_ways_inside_a_paragraph_each_take_a_line_and_the_rest_stays() -> None:
    assert drawn(f"Je demande la copie.\n{IF_FORMAT}Merci.\n") == [
        "Je demande la copie. / ☐reponses.format=papier Sur du papier. / ☐reponses.format=fichier En fichiers. / Merci."
    ]


def test_a_few_words_inside_a_sentence_stand_in_brackets() -> None:
    text = 'Une copie{% if reponses.format == "papier" %} imprimée{% endif %} suffit.\n'
    assert drawn(text) == ["Une copie ☐reponses.format=papier [imprimée] suffit."]


def test_an_optional_passage_has_one_box_and_a_place_to_write() -> None:
    assert drawn("{% if reponses.plus %}\nEt ceci : {{ reponses.plus }}.\n\n{% endif %}\nFin.\n") == [
        "☐reponses.plus=oui Et ceci\u00a0: [quoi].".replace("\u00a0", " "),
        "Fin.",
    ]


def test_a_choice_under_a_choice_has_its_own_box() -> None:
    text = (
        '{% if reponses.format == "papier" %}\nSur papier,\n'
        '{% if reponses.voie == "poste" %}\npar la poste.\n{% else %}\n'
        "à la main.\n{% endif %}\n{% else %}\nEn fichiers.\n{% endif %}\n"
    )
    assert drawn(text) == [
        "☐reponses.format=papier Sur papier, / ☐reponses.voie=poste par la poste. / ☐reponses.voie=main à la main.",
        "☐reponses.format=fichier En fichiers.",
    ]


def test_a_branch_settled_above_is_not_asked_again() -> None:
    text = f'{{% if reponses.format == "papier" %}}\n{IF_FORMAT}{{% endif %}}\n'
    assert drawn(text) == ["☐reponses.format=papier Sur du papier."]


def test_a_branch_that_no_answer_opens_is_left_out() -> None:
    second = '{% elif reponses.format == "fichier" %}\nB\n{% else %}\nC\n{% endif %}\n'
    text = f'{{% if reponses.format == "papier" %}}\nA\n{second}'
    assert drawn(text) == ["☐reponses.format=papier A", "☐reponses.format=fichier B"]


def test_what_the_form_knows_is_decided_without_a_box() -> None:
    assert drawn('{% if ecole == "prive" %}\nPrivé.\n{% else %}\nPublic.\n{% endif %}\n', ecole="public") == ["Public."]


def test_each_of_several_choices_has_its_box_in_a_list() -> None:
    text = (
        '{% if "a" in reponses.points %}\n- le a\n{% endif %}\n{% if "b" in reponses.points %}\n- le b\n{% endif %}\n'
    )
    assert drawn(text) == ["- ☐reponses.points:a le a", "- ☐reponses.points:b le b"]


def test_a_loop_over_open_choices_goes_through_each_once() -> None:
    assert drawn("{% for point in reponses.points %}\n- {{ point }}\n{% endfor %}\n") == [
        "- ☐reponses.points:a a",
        "- ☐reponses.points:b b",
    ]


def test_a_loop_that_is_ticked_puts_its_box_on_the_item_and_on_the_title() -> None:
    items = TickList([{"titre": True, "nom": "un"}, {"titre": False, "nom": "deux"}], ["q:1", "q:2"], ["Un", "Deux"])
    text = "{% for q in questions %}\n{% if q.titre %}\nAvant :\n\n{% endif %}\n- {{ q.nom }}\n{% endfor %}\n"
    assert drawn(text, questions=items) == ["Avant :", "- ☐q:1 un", "- ☐q:2 deux"]


def test_in_a_table_each_choice_takes_a_line_of_its_cell() -> None:
    text = "| A | B |\n|---|---|\n| x | {% if reponses.plus %}{{ reponses.plus }}{% else %}rien{% endif %} |\n"
    assert drawn(text) == ["x | ☐reponses.plus=oui [quoi] / ☐reponses.plus=non rien"]


def test_an_explanation_alone_has_no_box() -> None:
    assert drawn("Un.\n{% if reponses.plus %}\n\n> Parce que.\n{% endif %}\n") == ["Un."]


def test_each_paragraph_of_a_long_branch_has_the_box_and_its_list_goes_with_the_words_above() -> None:
    assert drawn("{% if reponses.plus %}\nUn.\n\nDeux :\n\n- trois\n{% endif %}\n") == [
        "☐reponses.plus=oui Un.",
        "☐reponses.plus=oui Deux :",
        "- trois",
    ]


@pytest.mark.parametrize("text", ["{{ rien }}", "{% if rien %}a{% endif %}", "{% for x in rien %}a{% endfor %}"])
def test_a_name_that_does_not_exist_is_a_fault(text: str) -> None:
    with pytest.raises(TemplateFault, match="n’existe pas"):
        drawn(text)


@pytest.mark.parametrize("path", ["reponses.__class__", "reponses.format.variable", "reponses.format.reading"])
def test_nothing_but_keys_of_dictionaries_can_be_reached(path: str) -> None:
    with pytest.raises(TemplateFault):
        drawn(f"{{{{ {path} }}}}")


def test_a_letter_whose_choices_multiply_is_refused_and_does_not_hang() -> None:
    questions = tuple(Question(f"v{n}", (True, False), {True: "oui", False: "non"}) for n in range(25))
    context = {f"v{n}": Open(f"v{n}", {True: 1, False: 0}) for n in range(25)}
    test = " or ".join(f"v{n} == 2" for n in range(25))
    interpreter = FormInterpreter({**context, "_grammaire": GRAMMAR})
    with pytest.raises(TemplateFault, match="trop de choix"):
        interpreter.render(parse(Source(f"{{% if {test} %}}a{{% endif %}}", "x", 1)), Worlds.of(questions))


def test_a_loop_over_every_option_of_a_question_cannot_grow_a_form_without_end() -> None:
    values = tuple(f"v{n}" for n in range(60))
    question = Question("reponses.q", (values, *((one,) for one in values)), {}, is_multiple=True)
    interpreter = FormInterpreter({"reponses": {"q": same(question)}, "_grammaire": GRAMMAR})
    text = "{% for a in reponses.q %}{% for b in reponses.q %}" + "mot " * 3000 + "{% endfor %}{% endfor %}"
    with pytest.raises(TemplateFault, match="trop longue"):
        interpreter.render(parse(Source(text, "x", 1)), Worlds.of((question,)))


def test_a_condition_that_reads_thousands_of_constants_for_each_answer_is_refused() -> None:
    values = tuple(f"v{n}" for n in range(60))
    question = Question("reponses.q", (values, *((one,) for one in values)), {}, is_multiple=True)
    interpreter = FormInterpreter({"reponses": {"q": same(question)}, "_grammaire": GRAMMAR})
    text = "{% if reponses.q in [" + ", ".join(["1"] * 10_000) + "] %}a{% endif %}"
    with pytest.raises(TemplateFault, match="trop de choix"):
        interpreter.render(parse(Source(text, "x", 1)), Worlds.of((question,)))
