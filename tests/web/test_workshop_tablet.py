"""On a shared tablet one family never sees anything of another: cookies, addresses, back, two tabs, lists, files."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from app.services.dossiers import follow_outside
from app.services.workshop_families import IDLE
from app.storage.dossier import DossierAccess
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.web.holder import hash_of
from app.web.workshop.guard import BETWEEN_FAMILIES, FAMILY_PAGES, OPEN_TO_ALL, PUBLIC_PAGES
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.booklet_rows import how_many
from tests.services.dossier_rows import outside
from tests.services.letter_rows import ready_draft
from tests.web.dossier_way import app_with_mail
from tests.web.tablet_way import DEVICE_TOKEN, PIN, Tablet, workshop_tablet
from tests.web.walking import Sheet, Walker, work

FAMILY_WORDS = re.compile("Durand|rue des Lilas")
# Where a page of the space, or of the accounts of its members, could hide.
STAFF_BLUEPRINTS = frozenset({
    "space", "members", "identity", "journal", "letter_list", "review", "editor", "editor_rows", "editor_text",
    "editor_questions", "campaigns", "papers", "family_stubs", "workshops", "packs", "accounts", "invitations",
    "proofs", "passwords", "security",
})  # fmt: skip


@pytest.fixture
def tablet(app: Flask, quick_pdf: QuickPool) -> Tablet:
    """A tablet in an open workshop, whose letters need no process."""
    return workshop_tablet(app)


def said(tablet: Tablet, path: str) -> str:
    """Whatever an address answers, files included."""
    answer = tablet.walker.client.get(path)
    assert answer.status_code in (200, 303, 404)
    return answer.get_data().decode("utf-8", "replace")


def is_home(sheet: Sheet) -> bool:
    """Whether a request was sent back to the first screen."""
    return sheet.response.status_code == 303 and sheet.response.headers["Location"] == "/atelier"


def test_the_first_screen_offers_one_thing(tablet: Tablet) -> None:
    page = tablet.get("/atelier")
    assert page.heading == "Écrire à l’école, à votre rythme"
    assert [button.text for button in page.root.find(".//main").iter("button")] == ["Commencer"]
    assert "tablet-bar" not in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_family_writes_a_whole_letter_under_the_bar(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    assert "tablet-bar" in tablet.get("/atelier/lettres").text
    letter_id = tablet.finish_letter()
    for path in ("/atelier/lettres", "/reprendre", f"/lettre/{letter_id}", "/lettres", "/"):
        page = tablet.get(path)
        assert page.response.status_code == 200
        assert "Terminé\u00a0: effacer et passer à la famille suivante" in page.text
        assert page.response.headers["Refresh"] == "900; url=/atelier"
        assert page.response.headers["Cache-Control"] == "no-store"
    assert "carnet" not in tablet.cookies()


def test_nothing_of_a_family_is_left_for_the_next_one(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    letter_id = tablet.sealed()
    draft_id = tablet.walker.draft_id
    tablet.walker.draft_id = ""
    second = tablet.walker.begin()
    third = ready_draft(house_of(app), tablet.holder)
    seen = [
        f"/lettre/{letter_id}", f"/lettre/{letter_id}/lettre.pdf", f"/lettre/{letter_id}/lettre.txt",
        f"/lettre/{letter_id}/effacer", f"/brouillon/{draft_id}/verifier", f"/brouillon/{draft_id}/lettre",
        f"/brouillon/{third}/verifier", f"/brouillon/{third}/lettre", f"/brouillon/{third}/vous",
        f"/brouillon/{second}/niveau", f"/brouillon/{second}/effacer", "/reprendre", "/suivre", "/atelier/terminer",
    ]  # fmt: skip
    assert any(FAMILY_WORDS.search(said(tablet, path)) for path in seen)
    gone = tablet.next_family()
    assert is_home(gone)
    assert gone.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert tablet.cookies() <= {"carnet_atelier", "carnet_session"}
    for path in (*seen, "/", "/lettres", "/atelier"):  # back, and addresses typed by hand
        assert not FAMILY_WORDS.search(said(tablet, path)), path
    tablet.begin()
    for path in seen:
        words = said(tablet, path)
        assert not FAMILY_WORDS.search(words), path
        assert letter_id not in words
        assert second not in words
        assert third not in words
    assert (how_many(house_of(app), Draft), how_many(house_of(app), Letter)) == (0, 0)


def test_a_cookie_that_comes_back_opens_nothing(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    letter_id = tablet.sealed()
    old = tablet.walker.client.get_cookie("carnet_passage")
    assert old is not None
    tablet.next_family()
    tablet.walker.client.set_cookie("carnet_passage", old.value)
    assert is_home(tablet.get(f"/lettre/{letter_id}"))
    tablet.walker.client.set_cookie("carnet_passage", old.value)
    tablet.begin()
    assert tablet.get(f"/lettre/{letter_id}").response.status_code == 404


def test_what_the_device_kept_before_is_neither_shown_nor_lost(app: Flask, quick_pdf: QuickPool) -> None:
    house = house_of(app)
    draft_id = ready_draft(house, hash_of(DEVICE_TOKEN))
    dossier_id = follow_outside(house, hash_of(DEVICE_TOKEN), outside()).dossier_id
    tablet = workshop_tablet(app, DEVICE_TOKEN)
    for path in ("/reprendre", "/suivre", f"/brouillon/{draft_id}/verifier", f"/dossier/{dossier_id}"):
        assert is_home(tablet.get(path)), path
    tablet.begin()
    assert not FAMILY_WORDS.search(tablet.get("/reprendre").text)
    assert dossier_id not in tablet.get("/suivre").text
    assert tablet.get(f"/dossier/{dossier_id}").response.status_code == 404
    tablet.next_family()
    tablet.post("/atelier/fermer", pin=PIN)
    assert tablet.get(f"/dossier/{dossier_id}").response.status_code == 200


def test_a_secret_link_half_opened_does_not_wait_for_the_next_family(app: Flask, tablet: Tablet) -> None:
    token = follow_outside(house_of(app), "e" * 64, outside()).token
    tablet.begin()
    tablet.get(f"/cle/{token}")
    tablet.walker.client.set_cookie("carnet_talon", "4K7QM-2PX9D")
    assert "carnet_cle" in tablet.cookies()
    tablet.next_family()
    assert tablet.cookies() <= {"carnet_atelier", "carnet_session"}
    tablet.begin()
    assert tablet.get("/cle").response.status_code == 404


def test_a_dossier_opened_on_the_tablet_closes_with_its_family(app: Flask, tablet: Tablet) -> None:
    followed = follow_outside(house_of(app), "e" * 64, outside())
    tablet.begin()
    tablet.get(f"/cle/{followed.token}")
    tablet.post("/cle", appareil="garder")  # whatever is answered, a shared tablet is nobody's own
    assert tablet.get(f"/dossier/{followed.dossier_id}").response.status_code == 200
    assert "carnet" not in tablet.cookies()
    tablet.next_family()
    tablet.begin()
    assert tablet.get(f"/dossier/{followed.dossier_id}").response.status_code == 404
    assert how_many(house_of(app), DossierAccess) == 1


def test_a_second_tab_that_sends_late_writes_nothing(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    draft_id = tablet.walker.begin()
    stale = tablet.get(f"/brouillon/{draft_id}/niveau").token
    tablet.next_family()
    for path in (f"/brouillon/{draft_id}/niveau", "/lettres/acces", "/suivre/autre-lettre"):
        late = tablet.walker.post(path, {"etablissement-niveau": "college", "titre": "Durand"}, stale)
        assert is_home(late), path
        assert "Durand" not in late.text
    tablet.begin()
    late = tablet.walker.post(f"/brouillon/{draft_id}/niveau", {"etablissement-niveau": "college"}, stale)
    assert late.response.status_code in (400, 404)
    assert how_many(house_of(app), Draft) == 0


def test_time_alone_brings_the_first_screen_back(app: Flask, tablet: Tablet, clock: MovableClock) -> None:
    tablet.begin()
    letter_id = tablet.sealed()
    clock.move(IDLE)
    assert is_home(tablet.get(f"/lettre/{letter_id}"))
    assert how_many(house_of(app), Letter) == 0
    assert tablet.get("/atelier").heading == "Écrire à l’école, à votre rythme"


def test_a_family_that_reads_slowly_keeps_its_letter(app: Flask, tablet: Tablet, clock: MovableClock) -> None:
    tablet.begin()
    letter_id = tablet.sealed()
    for _ in range(3):
        clock.move(IDLE - timedelta(minutes=1))
        assert tablet.get(f"/lettre/{letter_id}").response.status_code == 200
    assert tablet.get("/atelier").heading == "Une lettre n’est pas finie"


def test_between_two_families_only_public_pages_can_be_read(app: Flask, tablet: Tablet) -> None:
    for rule in app.url_map.iter_rules():
        if rule.arguments or rule.endpoint in OPEN_TO_ALL:
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            page = tablet.get(rule.rule) if method == "GET" else tablet.post(rule.rule)
            is_public = rule.endpoint.partition(".")[0] in PUBLIC_PAGES and method == "GET"
            if rule.endpoint in BETWEEN_FAMILIES or is_public:
                assert page.response.status_code in (200, 303, 400), rule.endpoint
            else:
                assert is_home(page), (rule.endpoint, method)
            if rule.endpoint in ("workshop.begin", "workshop.close"):
                tablet.next_family()


def test_every_room_is_either_a_family_s_or_out_of_reach(app: Flask) -> None:
    rooms = set(app.blueprints) - {"health"}
    theirs = FAMILY_PAGES | PUBLIC_PAGES
    assert rooms - theirs == STAFF_BLUEPRINTS & rooms
    assert not theirs & STAFF_BLUEPRINTS


def address(app: Flask, rule: Rule) -> str:
    """An address of a rule, whatever its parts are."""
    parts = {name: part(converter) for name, converter in rule._converters.items()}
    return app.url_map.bind("localhost").build(rule.endpoint, parts)


def part(converter: BaseConverter) -> str | int:
    """Something that a part of an address takes."""
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "ales"


def test_no_page_of_a_space_opens_from_a_tablet(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] not in STAFF_BLUEPRINTS:
            continue
        path = address(app, rule)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            page = tablet.get(path) if method == "GET" else tablet.walker.post(path, {}, "x")
            assert is_home(page), (rule.endpoint, method)


def test_the_browser_is_told_to_remember_nothing(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    draft_id = tablet.walker.begin()
    tablet.walker.walk(until="vous")
    page = tablet.get(f"/brouillon/{draft_id}/vous")
    assert 'autocomplete="off"' in page.text
    assert set(re.findall(r'autocomplete="([^"]*)"', page.text)) == {"off"}


def test_no_file_is_handed_over_to_be_kept(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    letter_id = tablet.sealed()
    shown = tablet.walker.client.get(f"/lettre/{letter_id}/lettre.pdf")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Cache-Control"] == "no-store"
    for kind in ("docx", "txt"):
        kept = tablet.get(f"/lettre/{letter_id}/lettre.{kind}")
        assert kept.response.headers["Location"] == "/atelier/terminer?fichier=1"
        assert not FAMILY_WORDS.search(kept.text)
    assert "ne garde aucun fichier" in tablet.get("/atelier/terminer?fichier=1").words


def test_the_same_pages_elsewhere_are_as_they_were(app: Flask, quick_pdf: QuickPool) -> None:
    walker = Walker(app)
    page = walker.get("/")
    assert "Refresh" not in page.response.headers
    assert "tablet" not in page.text
    assert walker.get("/atelier").response.status_code == 404
    walker.client.set_cookie("carnet_atelier", "x" * 43)  # of no workshop
    assert walker.get("/lettres").response.headers["Location"] == "/"
    assert walker.get("/lettres").response.status_code == 200


def test_a_house_with_mail_sends_a_letter_from_the_tablet(
    sqlite_url: str, tmp_path: Path, clock: MovableClock, quick_pdf: QuickPool
) -> None:
    apps: Iterator[Flask] = app_with_mail(sqlite_url, tmp_path, clock)
    tablet = workshop_tablet(next(apps))
    tablet.begin()
    letter_id = tablet.sealed()
    refused = tablet.post(f"/atelier/lettre/{letter_id}/courriel", adresse="anne@@exemple")
    assert refused.response.status_code == 400
    assert refused.typed["adresse"] == "anne@@exemple"
    sent = tablet.post(f"/atelier/lettre/{letter_id}/courriel", adresse="anne@exemple.fr")
    assert sent.response.headers["Location"] == "/atelier/terminer?envoye=1"
    assert "part dans la minute" in tablet.get("/atelier/terminer?envoye=1").words
    assert "anne@exemple.fr" not in tablet.get("/atelier/terminer").text
    next(apps, None)


def test_print_and_carry_away_are_one_press_each(app: Flask, tablet: Tablet) -> None:
    tablet.begin()
    letter_id = tablet.sealed()
    printed = tablet.post(f"/atelier/lettre/{letter_id}/imprimer")
    assert printed.response.headers["Location"] == f"/lettre/{letter_id}/lettre.pdf"
    page = tablet.post(f"/atelier/lettre/{letter_id}/emporter")
    link = page.root.find(".//code[@id='lien']").text
    assert "<svg" in page.text
    assert link.startswith("http://127.0.0.1:8000/cle/")
    tablet.next_family()
    visitor = Walker(app)
    visitor.get(link.removeprefix("http://127.0.0.1:8000"))
    visitor.post("/cle", {"appareil": "garder"}, visitor.get("/cle").token)
    assert visitor.get(f"/lettre/{letter_id}").response.status_code == 200
    assert tablet.get("/atelier/terminer").response.headers["Location"] == "/atelier"


def test_letters_of_another_family_can_be_neither_printed_nor_carried(app: Flask, tablet: Tablet) -> None:
    other = Walker(app)
    other.walk()
    letter_id = other.finish()
    tablet.begin()
    for act in ("imprimer", "emporter"):
        page = tablet.post(f"/atelier/lettre/{letter_id}/{act}")
        assert page.response.status_code == 404
    assert work(app) >= 0
