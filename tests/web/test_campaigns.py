"""The campaigns of a space in its pages: made, changed, answered beforehand, closed, printed."""

import re
from typing import Any

import pytest
from flask import Flask

from app.domain.access import Role
from app.services.campaigns.reading import OpenCampaign, campaigns_of, open_campaign
from app.services.staff.member import Member, member_of
from tests.delivery.test_images import LOGO
from tests.running_house import QuickPool
from tests.services.campaign_rows import SCHOOL, made
from tests.web.dossier_way import statements_that_write
from tests.web.space_way import SpaceWay, at
from tests.web.walking import Sheet, Walker

LIST = "/campagnes"
TYPED: dict[str, Any] = {"titre": "Que sait Pronote ?", "mots": "Des **mots**.", "lettres": ["acces"]}


@pytest.fixture
def way(app: Flask) -> SpaceWay:
    return SpaceWay(app)


@pytest.fixture
def editor(way: SpaceWay) -> Walker:
    return way.walker(Role.EDITOR)


@pytest.fixture
def writer(way: SpaceWay) -> Member:
    """A member to make campaigns without pages."""
    return member_of(way.house, way.cast.member(Role.EDITOR), "ales")


def of(campaign: OpenCampaign, page: str = "") -> str:
    """The address of a page of a campaign."""
    return at(f"{LIST}/{campaign.id}{page}")


def shown(sheet: Sheet) -> str:
    """What the page says, and what stands in its fields."""
    return f"{sheet.words} {sheet.typed}"


def test_an_editor_makes_a_campaign_and_sees_it(way: SpaceWay, editor: Walker, writer: Member) -> None:
    empty = editor.get(at(LIST))
    assert "Créer une campagne" in empty.words
    assert "titre" in editor.get(at(f"{LIST}/nouvelle")).typed
    school = {"etablissement-niveau": "college", "etablissement-secteur": "public", "etablissement-nom": "collège X",
              "etablissement-adresse-voie": "12 rue de l’Encrier", "etablissement-adresse-code_postal": "30100",
              "etablissement-adresse-commune": "Alès"}  # fmt: skip
    sent = editor.post(
        at(f"{LIST}/nouvelle"), TYPED | school | {"fermeture": "2027-01-31", "fichiers": ["pronote", "ent"]}
    )
    assert sent.response.status_code == 303
    (campaign,) = campaigns_of(way.house, writer)
    assert sent.response.headers["Location"] == of(campaign)
    page = editor.get(of(campaign))
    said = ("Que sait Pronote", f"/c/{campaign.code}", "Lettres commencées", "moins de 5", "collège X", "Ouverte",
            "Jusqu’au 31 janvier 2027", f'<a href="http://127.0.0.1:8000/c/{campaign.code}">')  # fmt: skip
    for words in said:
        assert words in page.words
    assert "Que sait Pronote" in editor.get(at(LIST)).words


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"titre": ""}, "Donnez un titre"),
        ({"titre": "\x00\x01"}, "invisible"),
        ({"titre": "<b>" * 40}, "compte"),
        ({"mots": "x" * 100_000}, "4000"),
        ({"mots": "\u202eenvers"}, "invisible"),
        ({"mots": "[x](https://exemple.fr)"}, "un lien"),
        ({"lettres": []}, "au moins une lettre"),
        ({"lettres": ["autre"]}, "plus publiée"),
        ({"ouverture": "2027-02-01", "fermeture": "2027-01-01"}, "avant de commencer"),
        ({"ouverture": "0001-01-01"}, "Corrigez"),
        ({"fermeture": "9999-12-31"}, "Corrigez"),
        ({"etablissement-nom": "collège X"}, "Dites si"),
        ({"etablissement-niveau": "<i>"}, "Dites si"),
        ({"fichiers": ["<script>"]}, "script"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    way: SpaceWay, editor: Walker, writer: Member, changes: dict[str, Any], sentence: str
) -> None:
    sent = editor.post(at(f"{LIST}/nouvelle"), TYPED | changes)
    assert sent.response.status_code == 400
    assert sentence in " ".join(sent.errors)
    kept = {name: value for name, value in TYPED.items() if name not in changes}
    assert kept.items() <= sent.typed.items()
    assert campaigns_of(way.house, writer) == ()


def test_a_form_too_large_is_refused_whole(editor: Walker) -> None:
    sent = editor.post(at(f"{LIST}/nouvelle"), TYPED | {"mots": "x" * 300_000})
    assert sent.response.status_code == 413


def test_a_change_shows_what_stands_and_keeps_what_is_typed(way: SpaceWay, editor: Walker, writer: Member) -> None:
    campaign = made(way.house, writer, answers={"etablissement": SCHOOL, "fichiers": ["pronote"]}, opens="2026-12-01")
    form = editor.get(of(campaign, "/changer"))
    fields = form.typed
    assert fields["titre"] == campaign.title
    assert fields["ouverture"] == "2026-12-01"
    assert fields["etablissement-niveau"] == ["college"]
    assert fields["fichiers"] == ["pronote"]
    sent = editor.post(of(campaign, "/changer"), fields | {"titre": "Autre titre", "ouverture": ""})
    assert sent.response.status_code == 303
    now = open_campaign(way.house, writer, campaign.id)
    assert (now.title, now.dates.opens_on, now.prefilled) == ("Autre titre", None, campaign.prefilled)


def test_of_two_editors_the_late_one_gets_the_typed_text_back(way: SpaceWay, editor: Walker, writer: Member) -> None:
    campaign = made(way.house, writer)
    first = editor.get(of(campaign, "/changer")).typed
    other = way.walker(Role.ADMINISTRATOR)
    second = other.get(of(campaign, "/changer")).typed
    assert editor.post(of(campaign, "/changer"), first | {"titre": "La première"}).response.status_code == 303
    late = other.post(of(campaign, "/changer"), second | {"titre": "La seconde", "mots": "Trois heures de travail."})
    assert late.response.status_code == 409
    assert "rien n’est perdu" in late.words
    assert late.typed["titre"] == "La seconde"
    assert late.typed["mots"] == "Trois heures de travail."
    assert open_campaign(way.house, writer, campaign.id).title == "La première"
    again = other.post(of(campaign, "/changer"), late.typed)
    assert again.response.status_code == 303
    assert open_campaign(way.house, writer, campaign.id).title == "La seconde"


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 30, "1; DROP TABLE"])
def test_a_version_that_is_none_writes_over_nothing(
    way: SpaceWay, editor: Walker, writer: Member, version: str
) -> None:
    campaign = made(way.house, writer)
    sent = editor.post(of(campaign, "/changer"), TYPED | {"titre": "Volé", "version": version})
    assert sent.response.status_code == 409
    assert open_campaign(way.house, writer, campaign.id).title == campaign.title


def test_replies_are_prepared_question_by_question(way: SpaceWay, editor: Walker, writer: Member) -> None:
    campaign = made(way.house, writer, letters=("acces", "consentement"))
    page = editor.get(of(campaign, "/reponses"))
    assert page.typed["reponses-format"] == [""]
    fields = page.typed | {"reponses-format": "papier"}
    assert editor.post(of(campaign, "/reponses"), fields).response.status_code == 303
    assert open_campaign(way.house, writer, campaign.id).prefilled == {"reponses": {"format": "papier"}}
    assert editor.get(of(campaign, "/reponses")).typed["reponses-format"] == ["papier"]
    assert "Sur papier" in editor.get(of(campaign)).words
    wrong = editor.post(of(campaign, "/reponses"), fields | {"reponses-format": "parchemin", "version": "2"})
    assert (wrong.response.status_code, len(wrong.errors)) == (400, 1)
    late = editor.post(of(campaign, "/reponses"), fields | {"version": "1"})
    assert late.response.status_code == 409
    assert late.typed["reponses-format"] == ["papier"]


def test_a_letter_without_such_a_question_says_so(way: SpaceWay, editor: Walker, writer: Member) -> None:
    campaign = made(way.house, writer, letters=("acces",))
    assert "Répondre d’avance" in editor.get(of(campaign)).words
    assert "version" in editor.get(of(campaign, "/reponses")).typed


def test_closing_and_opening_again(way: SpaceWay, editor: Walker, writer: Member) -> None:
    campaign = made(way.house, writer)
    assert editor.post(of(campaign, "/fermer"), {}).response.status_code == 303
    closed = editor.get(of(campaign))
    assert "Fermée" in closed.words
    assert "Fermer maintenant" not in closed.words
    assert editor.post(of(campaign, "/rouvrir"), {}).response.status_code == 303
    assert "Fermer maintenant" in editor.get(of(campaign)).words


def test_the_code_and_the_poster_are_files_to_keep(
    way: SpaceWay, editor: Walker, writer: Member, quick_pdf: QuickPool
) -> None:
    campaign = made(way.house, writer)
    drawing = editor.client.get(of(campaign, "/code-qr.svg"))
    assert drawing.mimetype == "image/svg+xml"
    assert drawing.headers["Content-Disposition"] == f'attachment; filename="code-qr-{campaign.code}.svg"'
    assert "default-src 'none'" in drawing.headers["Content-Security-Policy"]
    poster = editor.client.get(of(campaign, "/affiche.pdf"))
    assert poster.mimetype == "application/pdf"
    assert poster.data.startswith(b"%PDF")
    assert campaign.link in quick_pdf.pages[-1]


def test_others_of_the_space_read_and_print_only(way: SpaceWay, writer: Member, quick_pdf: QuickPool) -> None:
    campaign = made(way.house, writer)
    for role in (Role.REVIEWER, Role.VOLUNTEER):
        walker = way.walker(role)
        for page in (at(LIST), of(campaign)):
            sheet = walker.get(page)
            assert sheet.response.status_code == 200
            assert not {"Créer une campagne", "Changer", "Fermer maintenant"} & set(
                re.findall(r"[A-Z][a-zé ]+", sheet.words)
            )
        assert walker.client.get(of(campaign, "/affiche.pdf")).status_code == 200
        for page in ("/changer", "/reponses"):
            assert walker.client.get(of(campaign, page)).status_code == 403
        for page in ("/changer", "/reponses", "/fermer", "/rouvrir"):
            assert walker.post(of(campaign, page), {}).response.status_code == 403
        assert walker.get(at(f"{LIST}/nouvelle")).response.status_code == 403


def test_another_association_and_a_stranger_find_nothing(way: SpaceWay, writer: Member) -> None:
    campaign = made(way.house, writer)
    way.cast.association("Parents de Nîmes", slug="nimes")
    other = way.cast.signed_in(Role.ADMINISTRATOR, "nimes")
    for page in ("", "/changer", "/reponses", "/code-qr.svg", "/affiche.pdf"):
        assert other.get(of(campaign, page)).status_code == 404
        assert other.get(f"/espace/nimes/campagnes/{campaign.id}{page}").status_code == 404
        assert way.app.test_client().get(of(campaign, page)).status_code == 303


def test_looking_writes_nothing(way: SpaceWay, editor: Walker, writer: Member, quick_pdf: QuickPool) -> None:
    campaign = made(way.house, writer)
    editor.get(at(LIST))  # the session notes that it was seen, once
    written = statements_that_write(way.app)
    for page in ("", "/changer", "/reponses", "/code-qr.svg", "/affiche.pdf"):
        editor.client.get(of(campaign, page))
    assert [statement for statement in written if "campaign" in statement] == []


def test_the_page_holds_the_code_drawn_and_the_association_s_link_escaped(
    way: SpaceWay, editor: Walker, writer: Member
) -> None:
    campaign = made(way.house, writer, title='"><script>alert(1)</script>')
    page = editor.get(of(campaign))
    assert "<script>alert" not in page.text
    line = f'<a href="{campaign.link}">&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</a>'
    assert line in page.words
    assert 'class="qr" role="img"' in page.text
    assert LOGO not in page.response.data
