"""The whole letter: its parts in order, its grounds, its gaps, and what it refuses."""

from datetime import date
from typing import Any

import pytest

from app.domain.composition import Grounds, compose
from app.domain.document import Citation, Gap, Paragraph, Text
from app.domain.errors import IncompleteLetter, NotCitable, NotInForce, TemplateFault, UnknownReference
from app.domain.french import Gender
from app.domain.law import Confidence
from app.domain.letters import ConditionalText, FieldKind, Source
from app.domain.offices import Sector, Stage
from app.domain.people import Quality
from tests.domain.answering import (
    BASE,
    COLLEGE,
    LYCEE,
    ON,
    PUPIL,
    SECOND,
    answers,
    asked,
    given_at,
    letter,
    shelf,
    template,
    when,
)

EVERY_FORM = (
    "{{ 'Je demande|Nous demandons'|je }} {{ enfants.mon }} {{ enfants.designation }} {{ enfants.ses }} données "
    "{{ 'scolarisé|scolarisée|élève|scolarisés|scolarisées'|genre_enfant }} {{ ecole.le|a }} {{ ecole.direction }} "
    "{{ 'soussigné|soussignée|signataire|soussignés|soussignées'|genre_signataires }} {{ signataires.qualites }} "
    "{{ destinataire.titre }} {{ lettre.date|date }} {{ fichier.le|de }}.\n"
)


def words(document: Any) -> str:
    return "".join(
        inline.text for block in document.body if isinstance(block, Paragraph) for inline in block.inlines
        if isinstance(inline, Text)
    )  # fmt: skip


def test_a_letter_has_its_parts() -> None:
    document = letter()
    assert document.title == "Essai"
    assert [line.label for line in document.header] == ["Objet", "Voie", "Réf.", "Envoi"]
    assert document.recipient[0] == "Monsieur le directeur académique"
    assert document.salutation == "Monsieur le directeur académique,"
    assert document.place_and_date == (Text("Alès, le 21\u00a0novembre\u00a02026"),)
    assert [place.name for place in document.signatures] == ["Anne Durand"]
    assert words(document) == "Lou Durand"
    assert (document.gaps(), document.grounds, document.annexes) == ((), (), ())


@pytest.mark.parametrize("gender", list(Gender))
@pytest.mark.parametrize("quality", list(Quality))
@pytest.mark.parametrize("are_two", [False, True])
def test_every_gender_and_quality_renders(gender: Gender, quality: Quality, are_two: bool) -> None:
    if quality is Quality.ELEVE and are_two:
        return
    first = PUPIL | {"genre": gender.value, "qualite": quality.value}
    second = SECOND | {"genre": gender.value, "qualite": quality.value}
    for stage in Stage:
        for sector in Sector:
            changes = {
                "signataires": [first, second] if are_two else [first], "enfants.0.naissance": None,
                "enfants.0.genre": gender.value, "etablissement.niveau": stage.value,
                "etablissement.secteur": sector.value, "etablissement.direction.genre": gender.value,
                "etablissement.circonscription.genre": gender.value, "destinataire.genre": gender.value,
                "lettre.envoi": "courriel",
            }  # fmt: skip
            text = words(letter(given_at(changes), template(body=EVERY_FORM)))
            assert text.startswith("Nous demandons" if are_two else "Je demande")
            assert "|" not in text
            assert "  " not in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "ma fille Lou Durand"),
        ({"signataires": [*BASE["signataires"], SECOND]}, "notre fille Lou Durand"),
        ({"signataires.0.qualite": "tuteur"}, "l’enfant Lou Durand, dont j’exerce la tutelle"),
        (
            {"signataires.0.qualite": "delegataire"},
            "l’enfant Lou Durand, à l’égard de qui j’exerce, par délégation, l’autorité parentale",
        ),
        (LYCEE | {"signataires": [PUPIL], "enfants.0.naissance": date(2008, 1, 1)}, "moi-même"),
        (
            LYCEE | {"mandat": True, "enfants.0.naissance": date(2008, 1, 1)},
            "ma fille Lou Durand, qui m’a donné mandat",
        ),
    ],
)
def test_each_family_names_its_children_truly(changes: dict[str, Any], expected: str) -> None:
    assert words(letter(given_at(changes), template(body="{{ enfants.designation }}\n"))) == expected


def test_a_mandate_is_enclosed_before_the_letter_s_own_enclosures() -> None:
    of = template(
        enclosures=(
            ConditionalText("Certificat de {{ enfants.prenoms }}"),
            ConditionalText("Jamais", when("lettre.envoi", "ent")),
            ConditionalText("Avis", when("lettre.envoi", "recommande")),
        )
    )
    raw = given_at(LYCEE | {"mandat": True, "enfants.0.naissance": date(2008, 1, 1)})
    assert letter(raw, of).enclosures == ("Mandat de l’élève", "Certificat de Lou", "Avis")


def test_grounds_are_numbered_in_reading_order_and_name_a_text_in_full_once() -> None:
    of = template(
        parts=(
            Source("Un{{ 'rgpd-15'|cite }}, deux{{ 'civ-372 rgpd-15'|cite }}.\n", "a.md", 1),
            Source("Trois{{ 'rgpd-12-3 civ-371-1'|cite }}.\n", "b.md", 1),
        )
    )
    grounds = letter(of=of).grounds
    assert [(one.number, one.law_id) for one in grounds] == [
        (1, "rgpd-15"), (2, "civ-372"), (3, "rgpd-12-3"), (4, "civ-371-1"),
    ]  # fmt: skip
    assert grounds[0].title.startswith("Règlement (UE) 2016/679")
    assert grounds[2].title.startswith("RGPD,")
    assert all(one.title[0].isupper() for one in grounds)
    assert all(one.url is not None and one.checked_on and one.summary for one in grounds)


def test_a_subject_that_cites_comes_first() -> None:
    of = template(subject=Source("Accès{{ 'rgpd-15'|cite }}", "a.md", 1), body="Corps{{ 'rgpd-12-3 rgpd-15'|cite }}.\n")
    document = letter(of=of)
    assert document.title == "Accès"
    assert document.header[0].inlines == (Text("Accès"), Citation("rgpd-15", 1))
    assert [ground.law_id for ground in document.grounds] == ["rgpd-15", "rgpd-12-3"]


def test_law_that_is_unknown_expired_or_not_citable_is_refused_on_the_day_of_the_letter() -> None:
    law = shelf().law
    weak = next(one.id for one in law if one.confidence is Confidence.LOW and one.is_in_force(ON))
    ended = next(one for one in law if one.in_force_to is not None)
    for law_id, error in (("rien", UnknownReference), (weak, NotCitable), (ended.id, NotInForce)):
        with pytest.raises(error):
            letter(of=template(body=f"Un{{{{ '{law_id}'|cite }}}}.\n"))
        with pytest.raises(error):
            Grounds(law, ON).cite([law_id])
    if ended.is_citable and ended.in_force_to:
        assert Grounds(law, ended.in_force_to).cite([ended.id]) == (Citation(ended.id, 1),)


def test_what_follows_a_page_break_is_an_annex() -> None:
    document = letter(of=template(body="Un.\n\n---\n\nNom : ____\n"))
    assert words(document) == "Un."
    assert len(document.annexes) == 1


def test_a_missing_answer_shines_where_it_prints_and_at_the_head_when_it_prints_nowhere() -> None:
    of = template(
        asked("motif"), asked("forme", FieldKind.CHOICE), asked("pieces", FieldKind.CHOICES),
        body="Parce que {{ reponses.motif }}. {% if reponses.forme == 'oui' %}Oui.{% else %}Non.{% endif %}"
        " {{ libelles.pieces|liste }}\n",
    )  # fmt: skip
    document = letter(BASE, of, may_miss=True)
    assert {gap.field for gap in document.gaps()} == {"reponses.motif", "reponses.forme", "reponses.pieces"}
    assert [line.inlines for line in document.header if line.label == "À compléter"] == [
        (Gap("reponses.forme", "Quel forme ?"),)
    ]


def test_what_depends_on_a_missing_choice_shines_as_that_choice() -> None:
    of = template(
        asked("forme", FieldKind.CHOICE), asked("autre", when=when("reponses.forme", "non")),
        asked("suite", when=when("reponses.autre", "x")),
        body="{% if reponses.forme == 'oui' %}Oui.{% else %}{{ reponses.autre }} {{ reponses.suite }}{% endif %}\n",
    )  # fmt: skip
    document = letter(BASE, of, may_miss=True)
    assert document.gaps() == (Gap("reponses.forme", "Quel forme ?"),)
    answered = letter(given_at({"reponses": {"forme": "oui"}}), of)
    assert words(answered) == "Oui."


def test_a_list_with_an_empty_cell_shines_once_under_the_label_of_its_question() -> None:
    of = template(
        asked("erreurs", FieldKind.ROWS, columns=(asked("quoi"), asked("preuve"))),
        body="{% for e in reponses.erreurs %}\n- {{ e.quoi }} {{ e.preuve }}\n{% endfor %}\n",
    )
    document = letter(given_at({"reponses": {"erreurs": [{"quoi": "a"}]}}), of, may_miss=True)
    assert document.gaps() == (Gap("reponses.erreurs.0.preuve", "Quel erreurs ?"),)
    assert "À compléter" not in [line.label for line in document.header]


def test_files_of_two_controllers_need_two_letters() -> None:
    with pytest.raises(IncompleteLetter, match="une lettre pour chaque"):
        letter(given_at({"fichiers": ["lsu", "cantine"]}))


def test_a_template_that_prints_an_empty_answer_is_a_fault() -> None:
    with pytest.raises(TemplateFault):
        letter(BASE, template(asked("motif", is_required=False), body="Parce que {{ reponses.motif }}.\n"))


def test_the_same_answers_give_the_same_letter() -> None:
    one, other = (
        letter(given_at(COLLEGE | {"fichiers": ["pronote"]})),
        letter(given_at(COLLEGE | {"fichiers": ["pronote"]})),
    )
    assert one.sha256() == other.sha256()


def test_a_retired_file_names_what_took_over() -> None:
    file = next(one for one in shelf().files if one.is_retired and shelf().files.successors(one.id))
    of = template(body="{{ fichier.le }} : {{ fichier.successeur }}\n")
    text = words(letter(given_at({"fichiers": [file.id], "etablissement.secteur": "prive"}), of))
    assert all(one.named in text for one in shelf().files.successors(file.id))


def test_a_letter_is_composed_by_a_renderer_given_from_outside() -> None:
    class Plain:
        def blocks(self, source: Source, context: Any, grounds: Any) -> tuple[Paragraph, ...]:
            return (Paragraph((Text(source.text),)),)

        def line(self, source: Source, context: Any, grounds: Any) -> tuple[Text, ...]:
            return (Text("Objet"),)

    of = template()
    document = compose(answers(BASE, of), of, shelf(), Plain(), ON, "REF")
    assert (document.title, words(document), document.reference) == ("Objet", "{{ enfants.noms }}\n", "REF")
