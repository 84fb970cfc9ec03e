"""The letter editor in a real browser: what the script adds inserts, draws and searches without losing a word."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.domain.access import Role
from app.services.packs.editing import open_letter
from app.services.packs.letters import start_from
from app.services.staff.member import member_of
from tests.running_house import house_of
from tests.staff_cast import StaffCast

SLUG = "acces-cantine"
SLOW_MS = 30_000


@contextmanager
def editor_page(app: Flask, browser: Browser, width: int = 1280) -> Iterator[Page]:
    """The text page of a letter, in the browser of an editor; what the browser complains of fails the test."""
    cast, client = StaffCast(app), app.test_client()
    cast.association()
    staff_id = cast.member(Role.EDITOR)
    cast.sign_in(client, staff_id)
    start_from(house_of(app), member_of(house_of(app), staff_id, "ales"), "acces", SLUG, "Accès à la cantine")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": one.key, "value": one.value, "url": url} for one in client._cookies.values()])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    try:
        page.goto(f"{url}/espace/ales/lettres/{SLUG}/ecrire/texte")
        yield page
        assert complaints == []
    finally:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()


def body_of(app: Flask) -> str:
    """The text as it is kept."""
    house = house_of(app)
    with house.units.reading() as unit:
        staff_id = next(iter(unit.session.connection().exec_driver_sql("SELECT staff_id FROM membership")))[0]
    return open_letter(house, member_of(house, staff_id, "ales"), SLUG).source.body


def put_cursor(page: Page, place: int) -> None:
    """Put the cursor of the text at a place, as a click would."""
    page.locator("#body").evaluate("(box, place) => box.setSelectionRange(place, place)", place)


def test_names_cases_and_law_go_where_the_cursor_is_and_the_letter_follows(app: Flask, browser: Browser) -> None:
    with editor_page(app, browser) as page:
        text = page.locator("#body")
        text.fill("Bonjour à tous.\n\n> Un salut.\n\nFin")
        put_cursor(page, 7)
        page.get_by_text("La famille", exact=True).click()
        page.get_by_role("button", name="Insérer : Le prénom de l’enfant").click()
        expect(text).to_have_value("Bonjour {{ enfants.prenoms }} à tous.\n\n> Un salut.\n\nFin")
        put_cursor(page, len(text.input_value()))
        page.locator("#loi").fill("copie 15")
        page.keyboard.press("Enter")
        page.locator("#lois button").first.click()
        expect(text).to_have_value('Bonjour {{ enfants.prenoms }} à tous.\n\n> Un salut.\n\nFin{{ "rgpd-15"|cite }}')
        page.locator("#cas").select_option(label="Il y a plusieurs enfants")
        page.get_by_role("button", name="Insérer ce cas").click()
        expect(page.locator("#apercu .sheet")).to_contain_text("Fin", timeout=SLOW_MS)
        page.get_by_role("button", name="Enregistrer et voir la lettre").click()
        page.wait_for_url("**#apercu")
    assert body_of(app).startswith("Bonjour {{ enfants.prenoms }} à tous.")
    assert "{% if enfants.nombre > 1 %}\nÉcrivez ici" in body_of(app)


def test_a_fault_leads_to_its_line_and_nothing_is_kept_by_looking(app: Flask, browser: Browser) -> None:
    with editor_page(app, browser, width=360) as page:
        page.locator("#body").fill("Un.\n\n> Clair.\n\nDeux {{ faux }}.")
        page.locator("#apercu a[data-line='5']").click(timeout=SLOW_MS)
        chosen = page.locator("#body").evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
        assert chosen == "Deux {{ faux }}."
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "faux" not in body_of(app)


def test_the_form_of_a_question_shows_what_its_kind_needs(app: Flask, browser: Browser) -> None:
    with editor_page(app, browser) as page:
        page.goto(page.url.replace("/texte", "/questions/nouvelle"))
        expect(page.get_by_label("Réponse 1", exact=True)).to_be_hidden()
        page.get_by_label("Une réponse à choisir").check()
        expect(page.get_by_label("Réponse 1", exact=True)).to_be_visible()
        expect(page.get_by_label("Titre de la colonne 1")).to_be_hidden()
        page.get_by_label("Une liste à remplir").check()
        expect(page.get_by_label("Titre de la colonne 1")).to_be_visible()
