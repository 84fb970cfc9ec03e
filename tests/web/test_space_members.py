"""The pages of the members: who sees what, roles, the way out, invitations; nobody from elsewhere learns anything."""

import pytest
from flask import Flask

from app.domain.access import Role
from app.services.staff.invitations import invitations, invite
from app.services.staff.members import members_of
from tests.web.dossier_way import statements_that_write
from tests.web.space_way import SpaceWay, at, others

HOSTILE_NAME = '<svg onload=1> "Aline" & \u05e9\u05dc\u05d5\u05dd'


@pytest.fixture
def way(app: Flask) -> SpaceWay:
    return SpaceWay(app)


def roles(way: SpaceWay) -> dict[str, Role]:
    return {card.name: card.role for card in members_of(way.house, way.member())}


def test_every_member_reads_the_list_and_only_an_administrator_may_change_it(way: SpaceWay) -> None:
    for role in Role:
        page = way.walker(role).get(at("/membres"))
        assert all(name in page.words for name in ("Aline", "Émile", "Rosa", "Victor"))
        assert "(vous)" in page.words
        is_administrator = role is Role.ADMINISTRATOR
        assert ("@exemple.fr" in page.text) == is_administrator
        assert ("Inviter quelqu’un" in page.words) == is_administrator
        assert (f'href="{at("/membres/")}' in page.text) == is_administrator


def test_a_role_is_changed_from_its_page(way: SpaceWay) -> None:
    walker, victor = way.walker(), way.ids[Role.VOLUNTEER]
    page = walker.get(at(f"/membres/{victor}"))
    assert page.heading == "Quel rôle pour Victor\u202f?".replace("\u202f", " ")
    assert page.typed["role"] == ["benevole"]
    sent = walker.post(at(f"/membres/{victor}"), {"role": "editeur", "vu": "benevole"}).response
    assert (sent.status_code, sent.headers["Location"]) == (303, at("/membres"))
    assert roles(way)["Victor"] is Role.EDITOR


@pytest.mark.parametrize("role", ["", "chef", "<b>", "\x00", "é" * 9000])
def test_a_role_that_is_none_is_refused_beside_the_question(way: SpaceWay, role: str) -> None:
    page = way.walker().post(at(f"/membres/{way.ids[Role.VOLUNTEER]}"), {"role": role, "vu": "benevole"})
    assert page.response.status_code == 400
    assert "quatre rôles" in page.errors[0]
    assert roles(way)["Victor"] is Role.VOLUNTEER


def test_a_role_that_moved_meanwhile_is_said_and_kept(way: SpaceWay) -> None:
    walker, victor = way.walker(), way.ids[Role.VOLUNTEER]
    walker.post(at(f"/membres/{victor}"), {"role": "relecteur", "vu": "benevole"})
    late = walker.post(at(f"/membres/{victor}"), {"role": "administrateur", "vu": "benevole"})
    assert late.response.status_code == 409
    assert roles(way)["Victor"] is Role.REVIEWER


def test_the_last_administrator_is_told_what_to_do_first(way: SpaceWay) -> None:
    walker, aline = way.walker(), way.ids[Role.ADMINISTRATOR]
    page = walker.get(at(f"/membres/{aline}"))
    assert "dernière personne qui administre" in page.words
    assert f"/membres/{aline}/retirer" not in page.text
    refused = walker.post(at(f"/membres/{aline}"), {"role": "benevole", "vu": "administrateur"})
    assert refused.response.status_code == 400
    assert "Donnez d’abord ce rôle" in refused.errors[0]
    leaving = walker.post(at(f"/membres/{aline}/retirer"), {})
    assert leaving.response.status_code == 400
    assert "Donnez d’abord ce rôle" in leaving.words
    assert roles(way)["Aline"] is Role.ADMINISTRATOR


def test_removing_is_asked_first_then_closes_the_space_at_the_next_request(way: SpaceWay) -> None:
    emile, victor = way.walker(Role.EDITOR), way.ids[Role.EDITOR]
    assert emile.get(at()).response.status_code == 200
    asked = way.walker().get(at(f"/membres/{victor}/retirer"))
    assert asked.heading == "Retirer Émile de l’association ?"
    assert "Émile" in roles(way)
    sent = way.walker().post(at(f"/membres/{victor}/retirer"), {}).response
    assert (sent.status_code, sent.headers["Location"]) == (303, at("/membres"))
    after = emile.get(at()).response
    assert (after.status_code, "/espace" in after.headers["Location"]) == (303, True)
    assert way.signed_in(victor).get(at()).response.status_code == 404
    assert way.walker().get(at(f"/membres/{victor}")).response.status_code == 404
    assert way.walker().post(at(f"/membres/{victor}/retirer"), {}).response.status_code == 404


def test_who_leaves_goes_back_to_their_other_associations(way: SpaceWay) -> None:
    way.cast.member(Role.ADMINISTRATOR, name="Bernard")
    aline = way.ids[Role.ADMINISTRATOR]
    walker = way.walker()
    assert walker.get(at(f"/membres/{aline}/retirer")).heading == "Quitter l’association ?"
    assert walker.post(at(f"/membres/{aline}/retirer"), {}).response.headers["Location"] == "/espace"


def test_an_invitation_is_sent_listed_and_withdrawn(mailing_app: Flask) -> None:
    way = SpaceWay(mailing_app)
    walker = way.walker()
    assert "Aucune invitation n’attend" in walker.get(at("/membres")).words
    sent = walker.post(at("/membres/inviter"), {"adresse": "paul@exemple.fr", "role": "relecteur"}).response
    assert (sent.status_code, sent.headers["Location"]) == (303, at("/membres#t-invitations"))
    page = walker.get(at("/membres"))
    assert "paul@exemple.fr" in page.words
    assert "Rôle proposé\u00a0: relecture.".replace("\u00a0", " ") in page.words
    (card,) = invitations(way.house, way.member())
    assert walker.post(at(f"/membres/invitations/{card.id}/retirer"), {}).response.status_code == 303
    assert invitations(way.house, way.member()) == ()
    assert walker.post(at(f"/membres/invitations/{card.id}/retirer"), {}).response.status_code == 404


def test_without_mail_the_link_is_shown_once_and_nowhere_else(way: SpaceWay) -> None:
    walker = way.walker()
    page = walker.post(at("/membres/inviter"), {"adresse": "paul@exemple.fr", "role": "editeur"})
    assert page.response.status_code == 200
    assert page.heading == "Transmettez ce lien"
    link = page.root.find(".//code").text
    assert "/invitation/" in link
    assert page.response.headers["Cache-Control"] == "no-store"
    assert link.rsplit("/", 1)[1] not in walker.get(at("/membres")).text


@pytest.mark.parametrize(
    ("adresse", "role", "words"),
    [
        ("", "editeur", "Donnez un courriel"),
        ("paul", "editeur", "Nous ne lisons pas"),
        ("paul@exemple.fr", "", "quatre rôles"),
        ("paul@exemple.fr", "roi", "quatre rôles"),
        ("<svg onload=1>@exemple.fr", "editeur", "en un mot"),
        ("x" * 9000, "editeur", "254"),
        ("a@exemple.fr\r\nBcc: tous@exemple.fr", "editeur", "en un mot"),
    ],
)
def test_a_bad_invitation_is_refused_beside_its_field(way: SpaceWay, adresse: str, role: str, words: str) -> None:
    page = way.walker().post(at("/membres/inviter"), {"adresse": adresse, "role": role})
    assert page.response.status_code == 400
    assert any(words in error for error in page.errors), page.errors
    assert invitations(way.house, way.member()) == ()


def test_both_faults_of_an_invitation_are_said_together(way: SpaceWay) -> None:
    assert len(way.walker().post(at("/membres/inviter"), {"adresse": "", "role": ""}).errors) == 2


def test_a_name_that_looks_like_markup_stays_a_name_on_every_page(way: SpaceWay) -> None:
    staff_id = way.cast.member(Role.VOLUNTEER, name=HOSTILE_NAME)
    walker = way.walker()
    for path in ("/membres", f"/membres/{staff_id}", f"/membres/{staff_id}/retirer"):
        page = walker.get(at(path))
        assert page.root.find(".//svg[@onload]") is None
        assert '<svg onload=1> "Aline" &' in page.words
    walker.post(at(f"/membres/{staff_id}/retirer"), {})
    assert '<svg onload=1> "Aline" &' in walker.get(at("/journal")).words


def test_nobody_else_manages_the_members(way: SpaceWay) -> None:
    invited = invite(way.house, way.member(), "paul@exemple.fr", Role.EDITOR)
    victor = way.ids[Role.VOLUNTEER]
    pages = [f"/membres/{victor}", f"/membres/{victor}/retirer"]
    forms = [*pages, "/membres/inviter", f"/membres/invitations/{invited.id}/retirer"]
    for name, walker, status in others(way):
        for path in pages:
            assert walker.get(at(path)).response.status_code == status, (name, path)
        for path in forms:
            sent = walker.post(at(path), {"role": "administrateur", "adresse": "moi@exemple.fr"}).response
            assert sent.status_code == status, (name, path)
            assert "Victor" not in sent.get_data(as_text=True)
    assert roles(way)["Victor"] is Role.VOLUNTEER
    assert [card.email for card in invitations(way.house, way.member())] == ["paul@exemple.fr"]


def test_an_administrator_of_two_spaces_never_reaches_into_one_through_the_other(way: SpaceWay) -> None:
    invited = invite(way.house, way.member(), "paul@exemple.fr", Role.EDITOR)
    nadia = way.stranger()
    for path in (f"/membres/{way.ids[Role.EDITOR]}", f"/membres/invitations/{invited.id}/retirer"):
        assert nadia.post(f"/espace/nimes{path}", {"role": "benevole"}).response.status_code == 404
    assert nadia.get(f"/espace/nimes/membres/{way.ids[Role.EDITOR]}").response.status_code == 404
    assert roles(way)["Émile"] is Role.EDITOR


def test_reading_the_members_writes_nothing(way: SpaceWay) -> None:
    walker = way.walker()
    walker.get(at("/membres"))
    written = statements_that_write(way.app)
    for path in ("/membres", f"/membres/{way.ids[Role.EDITOR]}", f"/membres/{way.ids[Role.EDITOR]}/retirer"):
        assert walker.get(at(path)).response.status_code == 200
    assert written == []
