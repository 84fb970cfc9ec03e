"""The first pages of a space, its journal, and what everybody sees of an association."""

from datetime import timedelta
from html import escape

import pytest
from flask import Flask
from sqlalchemy import update

from app.domain.access import Role
from app.domain.journal import JournalKind
from app.domain.journal_families import JournalFamily
from app.domain.versions import VersionState
from app.services.packs.letters import OpenVersion, start_blank
from app.services.staff.invitations import invite
from app.services.staff.journal import note
from app.services.staff.journal_pages import LINES_A_PAGE
from app.services.staff.members import change_role, remove_member
from app.storage.association_letter import LetterVersion
from app.storage.campaign import Campaign
from app.web.espace.sections import SECTIONS
from tests.running_house import START, MovableClock
from tests.web.dossier_way import statements_that_write
from tests.web.space_way import SpaceWay, at, others
from tests.web.walking import Sheet, Walker

FOR_ADMINISTRATORS = {"Identité", "Journal"}
FOR_WRITERS = {"Lots"}


@pytest.fixture
def way(app: Flask) -> SpaceWay:
    return SpaceWay(app)


def put(way: SpaceWay, letter: OpenVersion, state: VersionState) -> None:
    with way.house.units.writing() as unit:
        unit.session.execute(update(LetterVersion).where(LetterVersion.id == letter.id).values(state=state.value))


def navigation(page: Sheet) -> dict[str, str]:
    nav = page.root.find(".//nav[@aria-label='Espace de l’association']")
    return {"".join(link.itertext()): link.get("href") for link in nav.iter("a")}


def test_every_section_of_the_navigation_opens_for_who_sees_it(way: SpaceWay) -> None:
    words = {name for _endpoint, name, _action in SECTIONS}
    for role in Role:
        walker = way.walker(role)
        found = navigation(walker.get(at()))
        hidden = set() if role is Role.ADMINISTRATOR else FOR_ADMINISTRATORS
        hidden |= set() if role in (Role.ADMINISTRATOR, Role.EDITOR) else FOR_WRITERS
        assert set(found) == words - hidden
        for href in found.values():
            page = walker.get(href)
            assert page.response.status_code == 200, (role, href)
            current = page.root.find(".//nav[@aria-label='Espace de l’association']//a[@aria-current='page']")
            assert current is not None, href
            assert current.get("href") == href


def test_who_has_one_association_goes_straight_to_it_and_who_has_none_is_told_what_to_do(way: SpaceWay) -> None:
    aline = way.walker(Role.EDITOR)
    assert aline.get("/espace").response.headers["Location"] == at()
    remove_member(way.house, way.member(), way.ids[Role.EDITOR])
    nobody = way.signed_in(way.ids[Role.EDITOR]).get("/espace")
    assert "aucune association" in nobody.words
    assert "demandez une invitation" in nobody.words


def test_a_new_space_says_where_to_begin(way: SpaceWay) -> None:
    page = way.walker().get(at())
    assert page.heading == "À faire maintenant"
    for step in ("Écrire une première lettre", "La faire relire", "Vous présenter"):
        assert step in page.words
    assert "Vous présenter" not in way.walker(Role.EDITOR).get(at()).words
    assert "Rien n’attend" in way.walker(Role.REVIEWER).get(at()).words
    assert "Ouvrir un atelier" in way.walker(Role.VOLUNTEER).get(at()).words


def test_each_sees_what_waits_for_them(way: SpaceWay) -> None:
    letter = start_blank(way.house, way.member(Role.EDITOR), "", "Copie de la cantine")
    assert "En cours d’écriture" in way.walker(Role.EDITOR).get(at()).words
    put(way, letter, VersionState.RELECTURE)
    assert "Relire « Copie de la cantine »" in way.walker(Role.REVIEWER).get(at()).words
    assert "elle attend une autre lecture" in way.walker(Role.EDITOR).get(at()).words
    assert "Relire" not in way.walker(Role.VOLUNTEER).get(at()).words
    put(way, letter, VersionState.REFUSEE)
    assert "Reprendre « Copie de la cantine »" in way.walker(Role.EDITOR).get(at()).words
    put(way, letter, VersionState.ACCEPTEE)
    assert "Publier « Copie de la cantine »" in way.walker().get(at()).words
    assert "Publier" not in way.walker(Role.REVIEWER).get(at()).words
    put(way, letter, VersionState.PUBLIEE)
    assert "Une lettre publiée" in way.walker(Role.VOLUNTEER).get(at()).words


def test_campaigns_that_are_open_today_are_shown_and_no_other(way: SpaceWay) -> None:
    today = START.date()
    days = {
        "Sans fin": (None, None),
        "Jusqu’à demain": (today, today + timedelta(days=1)),
        "Finie": (None, today - timedelta(days=1)),
        "À venir": (today + timedelta(days=1), None),
    }
    with way.house.units.writing() as unit:
        for number, (title, (opens_on, closes_on)) in enumerate(days.items()):
            row = Campaign(association_id=way.member().association.id, code=f"c{number}", title=title, letters=[])
            row.prefilled, row.opens_on, row.closes_on = {}, opens_on, closes_on
            row.created_at = row.updated_at = unit.now
            unit.session.add(row)
    page = way.walker(Role.VOLUNTEER).get(at())
    titles = [title for title in days if title in page.words]
    assert titles == ["Sans fin", "Jusqu’à demain"]
    assert "sans date de fin" in page.words
    assert "jusqu’au 22 novembre 2026" in page.words.replace("\u00a0", " ")
    links = [link.get("href") for link in page.root.iter("a") if f"{at()}/campagnes/" in (link.get("href") or "")]
    assert len(links) == 2
    assert all(way.walker(Role.VOLUNTEER).get(link).response.status_code == 200 for link in links)


def test_invitations_without_an_answer_are_for_administrators(way: SpaceWay) -> None:
    for address in ("a@exemple.fr", "b@exemple.fr"):
        invite(way.house, way.member(), address, Role.VOLUNTEER)
    assert "2 invitations sans réponse" in way.walker().get(at()).words
    assert "sans réponse" not in way.walker(Role.EDITOR).get(at()).words


def test_the_journal_tells_day_by_day_what_was_done(way: SpaceWay, clock: MovableClock) -> None:
    change_role(way.house, way.member(), way.ids[Role.VOLUNTEER], Role.REVIEWER)
    clock.move(timedelta(days=2))
    invite(way.house, way.member(), "paul@exemple.fr", Role.EDITOR)
    page = way.walker().get(at("/journal"))
    days = [title for title in page.root.iter("h2") if (title.get("id") or "").startswith("jour-")]
    assert ["".join(day.itertext()).replace("\u00a0", " ") for day in days] == [
        "Lundi 23 novembre 2026",
        "Samedi 21 novembre 2026",
    ]
    assert "Aline a donné un autre rôle à Victor : relecture." in page.words
    assert "10 h 00" in page.words
    assert "paul@exemple.fr" not in page.text
    assert "Aline a donné un autre rôle à Victor" in way.walker().get(at()).words


def test_the_journal_goes_on_page_after_page_and_keeps_its_subject(way: SpaceWay, clock: MovableClock) -> None:
    for number in range(LINES_A_PAGE + 7):
        clock.move(timedelta(seconds=number % 3))  # some stand in the same second
        with way.house.units.writing() as unit:
            note(unit, way.member(), JournalKind.LETTER_STARTED, lettre=f"n{number:03}")
            note(unit, way.member(), JournalKind.CAMPAIGN_CREATED, campagne=f"c{number:03}")
    walker = way.walker()
    seen, address = [], at("/journal?sujet=lettres")
    for _ in range(4):
        page = walker.get(address)
        seen += [word for word in page.words.split() if word.startswith("n0")]
        following = [link for link in page.root.iter("a") if "".join(link.itertext()) == "Voir plus ancien"]
        if not following:
            break
        address = following[0].get("href")
        assert "sujet=lettres" in address
    assert sorted(seen) == [f"n{number:03}" for number in range(LINES_A_PAGE + 7)]
    assert "c0" not in page.words


@pytest.mark.parametrize("query", ["?sujet=rien", "?avant=inconnu", "?avant=" + "x" * 4000, "?sujet=<svg>&avant=%00"])
def test_a_question_that_means_nothing_shows_the_whole_journal(way: SpaceWay, query: str) -> None:
    change_role(way.house, way.member(), way.ids[Role.VOLUNTEER], Role.REVIEWER)
    page = way.walker().get(at("/journal") + query)
    assert page.response.status_code == 200
    assert "Aline a donné un autre rôle à Victor" in page.words


def test_every_subject_without_an_entry_says_so(way: SpaceWay) -> None:
    for family in JournalFamily:
        page = way.walker().get(at(f"/journal?sujet={family.value}"))
        assert family is JournalFamily.ACCOUNTS or "Rien n’est encore noté" in page.words
        assert page.root.find(".//a[@aria-current='true']") is not None


def test_an_entry_of_another_association_opens_no_page_of_its_journal(way: SpaceWay) -> None:
    with way.house.units.writing() as unit:
        note(unit, way.member(), JournalKind.LETTER_STARTED, lettre="Secret d’Alès")
    nadia = way.stranger()
    assert "Secret d’Alès" not in nadia.get("/espace/nimes/journal").words
    assert nadia.get(at("/journal")).response.status_code == 404


def test_hostile_words_of_the_journal_stay_words(way: SpaceWay) -> None:
    with way.house.units.writing() as unit:
        note(unit, way.member(), JournalKind.LETTER_REFUSED, lettre="<b>{qui}</b> %s", version="{0}", motif="<svg>")
    page = way.walker().get(at("/journal"))
    assert escape("<b>{qui}</b> %s") in page.text
    assert page.root.find(".//main//b/b") is None


def test_nobody_else_opens_the_space_or_its_journal(way: SpaceWay) -> None:
    for name, walker, status in others(way):
        assert walker.get(at("/journal")).response.status_code == status, name
        assert walker.get(at()).response.status_code == (200 if status == 403 else status), name
    for path in ("/espace/inconnu", "/espace/" + "x" * 41, "/espace/a%00b"):
        assert way.walker().get(path).response.status_code == 404


def test_reading_a_space_writes_nothing(way: SpaceWay) -> None:
    walker = way.walker()
    walker.get(at())
    written = statements_that_write(way.app)
    for path in (at(), at("/journal"), at("/identite"), at("/membres"), "/associations/ales", "/associations"):
        assert walker.get(path).response.status_code == 200
    assert written == []


def test_the_public_page_of_an_association_that_says_little_is_still_a_page(way: SpaceWay) -> None:
    page = Walker(way.app).get("/associations/ales")
    assert "Aucune lettre n’est publiée" in page.words
    assert page.response.headers["Cache-Control"] == "public, max-age=300"
    assert Walker(way.app).get("/associations/ailleurs").response.status_code == 404
    assert "Aucune n’a encore demandé" in Walker(way.app).get("/associations").words
