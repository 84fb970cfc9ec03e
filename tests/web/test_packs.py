"""The pages of packs: prepare, download, receive with a confirmation, and nothing kept before it."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.access import Role
from app.domain.pack_manifest import MOST_BYTES, fingerprint
from app.services.packs.opening import open_pack
from app.storage.association_letter import AssociationLetter, LetterVersion
from app.storage.pack_release import PackRelease
from app.web.espace.packs_forms import carried, sent_archive
from tests.running_house import house_of
from tests.services.pack_cast import LETTER, publish, sound_archive, texts_of
from tests.services.test_pack_archives import OTHER_KEY, changed_files
from tests.staff_cast import StaffCast
from tests.web.checking import CheckingClient
from tests.web.test_pieces_pages import send_endless
from tests.web.walking import Sheet

HERE = "/espace/ales/lots"
DIGITS = fingerprint(open_pack(sound_archive()).manifest.public_key)


class Desk:
    """An association that gives families one letter, and its members' browsers."""

    def __init__(self, app: Flask) -> None:
        app.test_client_class = CheckingClient
        self.app, self.house, self.cast = app, house_of(app), StaffCast(app)
        self.association_id = self.cast.association()
        self.client = self.cast.signed_in(Role.EDITOR)

    def publish(self, slug: str = "cantine") -> None:
        """Give families a letter."""
        publish(self.house, self.association_id, slug, *texts_of(slug))

    def see(self) -> Sheet:
        """The page of packs."""
        return Sheet(self.client.get(HERE))

    def post(self, path: str, **fields: Any) -> Sheet:
        """Send a form of that page."""
        return Sheet(self.client.post(HERE + path, data={"csrf_token": self.see().token, **fields}))

    def send(self, raw: bytes, path: str = "/recevoir", **fields: Any) -> Sheet:
        """Send an archive."""
        return self.post(path, fichier=(io.BytesIO(raw), "lot.zip"), **fields)

    def counts(self) -> tuple[int, ...]:
        """How many letters, versions and packs there are."""
        with self.house.units.reading() as unit:
            models = (AssociationLetter, LetterVersion, PackRelease)
            return tuple(unit.session.scalar(select(func.count()).select_from(model)) or 0 for model in models)


def archives(page: Sheet) -> list[str]:
    """Where the archives of a page can be downloaded."""
    return [link.get("href") for link in page.root.iter("a") if link.get("href", "").endswith(".zip")]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_a_pack_is_prepared_named_and_downloaded(desk: Desk) -> None:
    assert "publiez-en" in desk.see().words
    desk.publish()
    sent = desk.post("", titre="Nos lettres").response
    assert (sent.status_code, sent.headers["Location"]) == (303, HERE)
    page = desk.see()
    assert "Nos lettres" in page.words
    (link,) = archives(page)
    file = desk.client.get(link)
    assert file.headers["Content-Disposition"] == 'attachment; filename="lot-ales-1.zip"'
    assert open_pack(file.data).manifest.title == "Nos lettres"


def test_a_title_that_cannot_be_kept_is_refused_beside_its_field(desk: Desk) -> None:
    desk.publish()
    for title in ("x" * 81, "<svg onload=1>"):
        page = desk.post("", titre=title)
        assert page.response.status_code == 400
    assert desk.counts()[2] == 0


def test_receiving_shows_what_comes_and_whose_key_it_is_and_keeps_nothing(desk: Desk) -> None:
    page = desk.send(sound_archive())
    assert page.response.status_code == 200
    assert page.heading.startswith("Recevoir ce lot")
    assert all(word in page.words for word in ("La cantine", "nouvelle lettre", "première fois", DIGITS.split()[0]))
    assert desk.counts() == (0, 0, 0)


def test_an_unknown_key_must_be_compared_first(desk: Desk) -> None:
    page = desk.post("/confirmer", porte=carried(sound_archive()))
    assert page.response.status_code == 400
    assert "cochez cette case" in page.words
    assert desk.counts() == (0, 0, 0)
    sent = desk.post("/confirmer", porte=page.typed["porte"], cle="oui").response
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{HERE}?recu=1")
    assert desk.counts() == (1, 1, 1)
    assert "attendent une seconde personne" in Sheet(desk.client.get(sent.headers["Location"])).words


def test_what_a_page_carried_is_verified_anew(desk: Desk) -> None:
    good = sound_archive()
    for spoiled in (good[:-1], good.replace(b"cantine", b"cantina"), good + b"x"):
        page = desk.post("/confirmer", porte=carried(spoiled), cle="oui")
        assert page.response.status_code == 400
    for text in ("", "%%%", "AAAA", "x" * 1000, carried(b""), "é"):
        page = desk.post("/confirmer", porte=text, cle="oui")
        assert page.response.status_code == 400
        assert "Choisissez l’archive" in page.words
    assert desk.counts() == (0, 0, 0)


def test_a_folded_bomb_is_cut_at_the_size_of_a_pack() -> None:
    assert len(sent_archive(b"", carried(bytes(50_000_000)))) <= MOST_BYTES + 1


def test_a_large_archive_is_asked_for_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.espace.packs_forms._MOST_CARRIED", 10)
    page = desk.send(sound_archive())
    assert "choisissez-la de nouveau" in page.words
    assert desk.send(sound_archive(), "/confirmer", cle="oui").response.status_code == 303
    assert desk.counts() == (1, 1, 1)


def test_a_name_under_another_key_is_shown_as_a_danger(desk: Desk) -> None:
    desk.post("/confirmer", porte=carried(sound_archive()), cle="oui")
    with desk.house.units.writing() as unit:
        unit.session.scalars(select(LetterVersion)).one().state = "publiee"
    page = desk.send(sound_archive(key=OTHER_KEY, number=2))
    assert "signé par une autre clé" in page.words


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Choisissez l’archive"),
        (b"Bonjour", "pas une archive de lot"),
        (sound_archive() + b"\x00", "suit la fin"),
        (sound_archive(files=changed_files("{{ lipsum() }}")), "un appel n’est pas permis"),
        (sound_archive(files={LETTER: "pas une lettre"}), "ne peut pas être reçue"),
    ],
    ids=["nothing", "words", "a tail", "an escape", "no letter"],
)
def test_a_refused_archive_says_why_and_leaves_nothing(desk: Desk, raw: bytes, words: str) -> None:
    for path in ("/recevoir", "/confirmer"):
        page = desk.send(raw, path, cle="oui")
        assert page.response.status_code == 400
        assert words in page.words.replace("\u202f", " ")
    assert desk.counts() == (0, 0, 0)


def test_an_archive_over_the_limit_is_refused_before_it_is_read(desk: Desk) -> None:
    page, body = send_endless(desk, f"{HERE}/recevoir")
    assert page.response.status_code == 413
    assert "dépasse 3 Mo" in page.words
    assert body.taken < 1_000_000


def test_a_pack_of_another_association_is_not_found(desk: Desk) -> None:
    desk.publish()
    desk.post("", titre="Nos lettres")
    (link,) = archives(desk.see())
    desk.cast.association("Ailleurs", "ailleurs")
    stranger = desk.cast.signed_in(Role.ADMINISTRATOR, "ailleurs")
    assert stranger.get(link).status_code == 404
    assert stranger.get(link.replace("/ales/", "/ailleurs/")).status_code == 404
    assert stranger.get(HERE).status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VOLUNTEER])
def test_who_does_not_write_letters_does_not_move_packs(desk: Desk, role: Role) -> None:
    client = desk.cast.signed_in(role)
    assert client.get(HERE).status_code == 403
    assert client.get(f"{HERE}/{'x' * 22}.zip").status_code == 403
