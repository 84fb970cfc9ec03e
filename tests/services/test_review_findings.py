"""What a reviewer with an attacker's mind has found, one test a finding, so that none comes back."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role
from app.domain.errors import IncompleteLetter, TemplateFault
from app.domain.letter_keys import version_key
from app.domain.letters import FieldKind
from app.domain.membership import LastAdministrator
from app.domain.prefill import fields_to_prefill
from app.services.library import library
from app.services.mailed_links import LinkRefused
from app.services.packs.letter_trial import read_template
from app.services.packs.trial import try_text
from app.services.paper.forms import PaperForm, paper_pdf
from app.services.paper.offers import read_settings
from app.services.staff.invitations import invitations, invite, read_invitation
from app.services.staff.journal_pages import read_journal
from app.services.staff.member import member_of
from app.services.staff.sign_in import close_account
from app.services.workshop import MOST_WRONG_PINS, WorkshopOrder, WrongPin, end_workshop, start_workshop, tablet_of
from app.storage.workshop import Workshop, take_pin_try
from tests.at_once import at_once
from tests.running_house import house_of
from tests.services.pack_cast import texts_of
from tests.staff_cast import StaffCast


def test_who_erases_their_account_leaves_no_invitation_behind_and_the_journal_says_so(any_app: Flask) -> None:
    house, cast = house_of(any_app), StaffCast(any_app)
    cast.association()
    aline = member_of(house, cast.member(Role.ADMINISTRATOR), "ales")
    bernard = member_of(house, cast.member(Role.ADMINISTRATOR, name="Bernard"), "ales")
    link = invite(house, bernard, "complice@exemple.fr", Role.ADMINISTRATOR).link
    kept = invite(house, aline, "paul@exemple.fr", Role.EDITOR)
    close_account(house, bernard.staff_id)
    assert [card.id for card in invitations(house, aline)] == [kept.id]
    with pytest.raises(LinkRefused):
        read_invitation(house, link.rpartition("/")[2])
    said = [line.text for day in read_journal(house, aline).days for line in day.lines]
    assert "Bernard a quitté l’association." in said
    assert "Bernard a retiré l’invitation envoyée à co…@exemple.fr." in said


def test_two_administrators_who_erase_their_accounts_at_once_leave_one(any_app: Flask) -> None:
    house, cast = house_of(any_app), StaffCast(any_app)
    cast.association()
    people = [cast.member(Role.ADMINISTRATOR, name=name) for name in ("Aline", "Bernard")]
    outcomes = at_once(*(lambda one=one: close_account(house, one) for one in people))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == sorted([LastAdministrator.__name__, "NoneType"])


def test_no_campaign_says_where_the_files_of_a_child_are_sent() -> None:
    letters = library().letters
    assert "courriel" in {field.id for field in letters.lookup("acces").fields}
    open_fields = [field for letter in letters for field in fields_to_prefill(letter)]
    assert open_fields
    assert not [field.id for field in open_fields if field.kind in (FieldKind.LINE, FieldKind.TEXT, FieldKind.ROWS)]


@pytest.mark.parametrize(
    ("text", "line"),
    [("Selon l’article\n15 du RGPD, je vous écris.", 1), ("Je cite\nl’arti**cle** 15 du RGPD.", 2)],
    ids=["cut by the end of a line", "cut by bold type"],
)
def test_law_typed_by_hand_is_seen_wherever_it_is_cut(text: str, line: int) -> None:
    source, samples = texts_of()
    before = source.partition("\n+++\n")[2].count("\n") + 2
    trial = try_text(f"{source}\n{text}\n\n> Rien.\n", samples, date(2026, 11, 21))
    assert [(fault.line - before + 1, "tapée à la main" in fault.message) for fault in trial.faults] == [(line, True)]


def test_many_who_guess_a_pin_at_once_have_no_more_tries_than_one(any_app: Flask) -> None:
    house, cast = house_of(any_app), StaffCast(any_app)
    cast.association()
    member = member_of(house, cast.member(Role.VOLUNTEER), "ales")
    token, _ = start_workshop(house, member, WorkshopOrder("Salle des fêtes", 2, "4831"))
    with house.units.reading() as unit:
        workshop_id = unit.session.scalars(select(Workshop.id)).one()

    def take() -> bool:
        with house.units.writing() as unit:
            return take_pin_try(unit.session, workshop_id, MOST_WRONG_PINS)

    taken = [one for _ in range(4) for one in at_once(take, take, take, take)]
    assert taken.count(True) == MOST_WRONG_PINS
    with pytest.raises(WrongPin):  # the right one, too late
        end_workshop(house, token, "4831")
    assert tablet_of(house, token).is_open


def test_a_letter_of_an_association_that_no_form_holds_is_said_so_and_is_no_fault_of_the_house(app: Flask) -> None:
    """Everything a trial checks may pass, and its choices still multiply on paper."""
    options = ", ".join(f'{{ value = "v{n}", label = "L{n}" }}' for n in range(30))
    questions = "".join(
        f'\n[[field]]\nid = "o{n}"\nkind = "choix-multiples"\nlabel = "O"\noptions = [{options}]\n' for n in range(3)
    )
    before, fence, after = texts_of()[0].partition("\n+++\n")
    test = " and ".join(f'"v1" in reponses.o{n}' for n in range(3))
    template = read_template(f"{before}\n{questions}{fence}{after}\n{{% if {test} %}}Un mot.{{% endif %}}\n")
    foreign = replace(template, id=version_key(template.id, "v" * 22))
    settings = read_settings(template, {}, date(2026, 11, 21))
    with pytest.raises(IncompleteLetter, match="trop de choix"):
        paper_pdf(house_of(app), foreign, settings, PaperForm.BLANK)
    with pytest.raises(TemplateFault):
        paper_pdf(house_of(app), template, settings, PaperForm.BLANK)
