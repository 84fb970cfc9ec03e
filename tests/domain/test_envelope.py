"""The head of the letter: senders, window, way and copies, for every office, stage and sector."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.domain.envelope import copy_lines, recipient_lines, sender_blocks, sending_words, through_words
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import Gender
from app.domain.offices import Office, Right, Sector, Stage
from app.domain.recipients import Recipient, find_recipient
from tests.domain.answering import ADDRESS, BASE, COLLEGE, SECOND, answers, given, given_at, shelf

NAMES = {
    Stage.MATERNELLE: "école maternelle intercommunale de la vallée haute",
    Stage.ELEMENTAIRE: "école élémentaire des Tilleuls",
    Stage.COLLEGE: "collège Jean-Moulin",
    Stage.LYCEE: "lycée professionnel agricole de la Haute-Vallée",
}


def to(office: Office, through: tuple[Office, ...] = ()) -> Recipient:
    return Recipient(office, through, (), "", ())


def window(changes: Mapping[str, Any], recipient: Recipient) -> tuple[str, ...]:
    return recipient_lines(answers(given_at(dict(changes))), recipient, shelf().authorities)


@pytest.mark.parametrize("office", list(Office))
@pytest.mark.parametrize("gender", list(Gender))
@pytest.mark.parametrize("name", ["", "Le Gall", "Marie-Dominique de La Rochefoucauld"])
def test_every_office_holds_in_six_lines_of_thirty_eight_characters(office: Office, gender: Gender, name: str) -> None:
    for through in ((), (Office.DIRECTEUR_ECOLE, Office.IEN)):
        for address in (None, ADDRESS, ADDRESS | {"complement": "Cité administrative\nBâtiment B"}):
            changes = {
                "destinataire.genre": gender.value, "destinataire.nom": name, "destinataire.adresse": address,
                "lettre.envoi": "courriel",
            }  # fmt: skip
            lines = window(changes, to(office, through))
            assert 1 <= len(lines) <= 6
            assert all(0 < len(line) <= 38 for line in lines)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("sector", list(Sector))
@pytest.mark.parametrize("right", list(Right))
def test_every_school_and_right_has_a_window(stage: Stage, sector: Sector, right: Right) -> None:
    changes = {
        "etablissement.niveau": stage.value, "etablissement.secteur": sector.value, "lettre.envoi": "courriel",
        "etablissement.nom": NAMES[stage], "enfants.0.naissance": None,
    }  # fmt: skip
    read = answers(given_at(changes))
    for file in shelf().files:
        recipient = find_recipient(stage=stage, sector=sector, processing=file, right=right)
        lines = recipient_lines(read, recipient, shelf().authorities)
        assert len(lines) <= 6
        assert all(0 < len(line) <= 38 for line in lines)
        assert len(set(lines)) == len(lines)


def test_the_head_of_a_school_is_written_to_at_the_school() -> None:
    assert window(COLLEGE, to(Office.PRINCIPAL)) == (
        "Monsieur le principal", "Collège Jean-Moulin", "12 rue de l’Encrier", "30100 ALES",
    )  # fmt: skip


def test_through_the_hierarchy_the_window_shows_the_school_under_cover_of_its_head() -> None:
    recipient = to(Office.DASEN, (Office.DIRECTEUR_ECOLE, Office.IEN))
    assert window({}, recipient) == (
        "Monsieur le directeur académique", "DSDEN", "s/c de la directrice de l’école",
        "École élémentaire des Tilleuls", "12 rue de l’Encrier", "30100 ALES",
    )  # fmt: skip
    assert through_words(answers(), recipient) == (
        "Sous couvert de Madame la directrice de l’école élémentaire des Tilleuls "
        "et de Madame l’inspectrice de l’éducation nationale, circonscription d’Alès 1"
    )


def test_straight_to_the_academy_the_address_is_asked_for_and_then_shown() -> None:
    recipient = to(Office.DASEN, (Office.DIRECTEUR_ECOLE, Office.IEN))
    straight = {"destinataire.voie_hierarchique": False}
    with pytest.raises(MissingAnswer) as caught:
        window(straight, recipient)
    assert caught.value.field == "destinataire.adresse"
    lines = window(straight | {"destinataire.adresse": ADDRESS}, recipient)
    assert lines == ("Monsieur le directeur académique", "DSDEN", "3 rue des Lilas", "30100 ALES")
    assert through_words(answers(given_at(straight)), recipient) == ""


def test_a_letter_sent_by_mail_or_by_the_school_s_messages_needs_no_street() -> None:
    for channel in ("courriel", "ent"):
        assert window({"lettre.envoi": channel}, to(Office.MAIRE)) == ("Monsieur le maire", "Mairie")
    with pytest.raises(MissingAnswer):
        window({}, to(Office.MAIRE))


def test_the_minister_has_an_address_and_a_file_s_own_one_comes_first() -> None:
    assert window({}, to(Office.MINISTRE))[-1] == "75357 PARIS SP 07"
    own = next(file.authority for file in shelf().files if file.authority)
    lines = shelf().authorities.get(own).printable_lines
    found = window({"lettre.envoi": "courriel"}, Recipient(Office.DASEN, (), (), "", (), own))
    assert found[-1] == (lines[-1] if lines else "DSDEN")


def test_an_address_of_the_file_without_a_street_gives_way_to_that_of_the_office() -> None:
    bare = next(one.id for one in shelf().authorities if not one.printable_lines)
    assert window({}, Recipient(Office.MINISTRE, (), (), "", (), bare))[-1] == "75357 PARIS SP 07"


def test_the_holder_s_name_stands_with_the_title_or_below_when_there_is_no_room() -> None:
    assert window(COLLEGE | {"destinataire.nom": "Le Gall"}, to(Office.PRINCIPAL))[0] == "Monsieur le principal Le Gall"
    long = window(COLLEGE | {"destinataire.nom": "Jean-Baptiste Delacroix"}, to(Office.PRINCIPAL))
    assert long[:2] == ("Monsieur le principal", "Jean-Baptiste Delacroix")
    unknown = window(COLLEGE | {"destinataire.nom": "Le Gall", "destinataire.genre": "n"}, to(Office.PRINCIPAL))
    assert unknown[:2] == ("Direction du collège", "Le Gall")
    with pytest.raises(InvalidAnswer) as caught:
        window(COLLEGE | {"destinataire.nom": "x" * 39}, to(Office.PRINCIPAL))
    assert caught.value.field == "destinataire.nom"


def test_a_school_s_address_that_fills_the_window_leaves_out_the_name_then_is_refused_on_the_school() -> None:
    full = ADDRESS | {"complement": "Bâtiment A\nEntrée B\nCour C"}
    lines = window(COLLEGE | {"etablissement.adresse": full}, to(Office.PRINCIPAL))
    assert (len(lines), lines[0], lines[1]) == (6, "Monsieur le principal", "Bâtiment A")
    with pytest.raises(InvalidAnswer) as caught:
        window({"etablissement.adresse": full}, to(Office.DASEN, (Office.DIRECTEUR_ECOLE,)))
    assert caught.value.field == "etablissement.adresse"


def test_two_households_write_in_two_blocks_and_one_says_its_address_once() -> None:
    other = {"voie": "8 quai du Port", "code_postal": "30000", "commune": "Nîmes"}
    first = BASE["signataires"][0] | {"courriel": "anne@exemple.fr", "telephone": "06 01 02 03 04"}
    apart = answers(given(signataires=[first, SECOND | {"adresse": other}])).signatories
    assert sender_blocks(apart) == (
        ("Anne Durand", "3 rue des Lilas", "30100 ALES", "anne@exemple.fr", "06 01 02 03 04"),
        ("Paul Martin", "8 quai du Port", "30000 NIMES"),
    )
    together = answers(given(signataires=[first, SECOND | {"courriel": "anne@exemple.fr"}])).signatories
    (block,) = sender_blocks(together)
    assert block[:4] == ("Anne Durand", "Paul Martin", "3 rue des Lilas", "30100 ALES")
    assert block.count("anne@exemple.fr") == 1


def test_the_registered_number_is_printed_only_with_a_registered_letter() -> None:
    numbered = {"lettre.numero": "1A 234"}
    assert sending_words(answers(given_at(numbered)).sending).endswith("n° 1A 234")
    by_mail = answers(given_at(numbered | {"lettre.envoi": "courriel"})).sending
    assert sending_words(by_mail) == "Par courriel"


def test_copies_name_offices_without_a_holder() -> None:
    assert copy_lines(Recipient(Office.DASEN, (), (Office.DPD, Office.MAIRE), "", ())) == (
        "Délégué à la protection des données", "La mairie",
    )  # fmt: skip
