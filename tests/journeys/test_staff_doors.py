"""The ways in of a member, in a real browser with a passkey of its own: invitation by mail, passkey as the only proof
and as the second one, codes of an application, recovery codes, a forgotten password.
"""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser

from config import ROOT
from tests.journeys.following import link_in, mails_to, wait_for_mail
from tests.journeys.server import Server
from tests.journeys.visitor import Visitor
from tests.smtp_server import SENDER, PostOffice

COMMAND_WITHIN_SECONDS = 60.0
PASSWORD = "lampe citron vélo nuage"
CODE_SECONDS = 30
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class NamedServer(Server):
    """A house reached as `localhost`: browsers give passkeys to no other name without HTTPS."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.url = self.url.replace("127.0.0.1", "localhost")
        self._environment["BASE_URL"] = self.url

    def run(self, *words: str) -> str:
        """A `flask` command in the same house."""
        done = subprocess.run(
            self._command(*words), cwd=ROOT, env=self._environment, check=False, timeout=COMMAND_WITHIN_SECONDS,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, post_office: PostOffice) -> Iterator[NamedServer]:
    """A house that sends its mail for real."""
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(post_office.port), "MAIL_TLS": "none", "MAIL_SENDER": SENDER}
    server = NamedServer(tmp_path_factory.mktemp("localhost"), **mail)
    server.start()
    yield server
    end = server.stop()
    words = server.words()
    assert end == 0, words[-3000:]
    assert "Traceback" not in words, words[-3000:]
    assert [word for word in ("@exemple.fr", PASSWORD, "Aline", "Émile") if word in words] == []


@pytest.fixture
def visit(browser: Browser, house: NamedServer, read_pages: set[tuple[str, str]]) -> Iterator[type["Member"]]:
    """Makes members, each with a browser and a device of their own; what browsers complain of fails the test."""
    members: list[Member] = []

    class Here(Member):
        def __init__(self, email: str, name: str, *, screen: str = "phone", is_night: bool = False) -> None:
            visitor = Visitor(browser, house.url, read_pages, screen=screen, has_script=True, is_night=is_night)
            super().__init__(visitor, email, name)
            members.append(self)

    yield Here
    complaints = [complaint for member in members for complaint in member.visitor.close()]
    assert complaints == []


class Member:
    """Somebody who works for an association, with a device that can hold passkeys."""

    def __init__(self, visitor: Visitor, email: str, name: str) -> None:
        self.visitor, self.email, self.name = visitor, email, name
        self.key, self.recovery_codes, self._last_step = "", list[str](), 0
        self.device = visitor.context.new_cdp_session(visitor.page)
        self.device.send("WebAuthn.enable")
        self.authenticator = self.device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    def press(self, words: str) -> None:
        """Press the button, or the link, that begins with these words."""
        main = self.visitor.page.locator("main")
        start = re.compile(f"^{re.escape(words)}")
        self.visitor.follow(main.get_by_role("button", name=start).or_(main.get_by_role("link", name=start)).first)

    def fill(self, label: str, value: str) -> None:
        """Answer the question of that label."""
        self.visitor.page.get_by_label(label, exact=True).fill(value)

    def open_invitation(self, office: PostOffice, *, by_passkey: bool) -> None:
        """Open the last mailed invitation, give a name and a way to sign in."""
        self.visitor.go(link_in(wait_for_mail(office, self.email, 1), "invitation"))
        self.visitor.look("invitation")
        self.fill("Votre nom", self.name)
        if by_passkey:
            self.visitor.page.get_by_label("Avec une clé d’accès, sans mot de passe").check()
        else:
            self.fill("Mot de passe", PASSWORD)
            self.fill("Le même, une seconde fois", PASSWORD)
        self.press("Continuer")

    def add_passkey(self, name: str) -> None:
        """On the page of a new passkey: name it, let the device make it."""
        self.visitor.look("nouvelle-cle")
        self.fill("Nom de cette clé", name)
        self.press("Créer la clé d’accès")

    def add_codes(self) -> None:
        """On the page of the application: read its key, give its first code."""
        self.visitor.look("application")
        self.key = self.visitor.page.locator("#cle").inner_text()
        self.fill("Code à six chiffres", self.code())
        self.press("Vérifier et activer")

    def take_recovery_codes(self) -> None:
        """Make them, note them, go on."""
        self.visitor.look("codes-de-secours")
        self.press("Créer mes codes de secours")
        self.visitor.look("codes-montres")
        self.recovery_codes = self.visitor.page.locator("#codes code").all_inner_texts()
        assert len(set(self.recovery_codes)) == 10
        self.press("C’est noté, continuer")

    def code(self) -> str:
        """What the application shows; one that has served is waited out."""
        while int(time.time()) // CODE_SECONDS <= self._last_step:
            time.sleep(0.5)
        self._last_step = int(time.time()) // CODE_SECONDS
        return str(TOTP(key=self.key).generate().token)

    def leave(self) -> None:
        """Sign out."""
        self.visitor.go("/equipe")
        self.press("Me déconnecter")
        assert self.visitor.go("/equipe").url.startswith(f"{self.visitor.base}/equipe/connexion")

    def give_password(self, password: str = PASSWORD) -> None:
        """The first step of signing in."""
        self.visitor.go("/equipe/connexion?next=/equipe")
        self.fill("Adresse électronique", self.email)
        self.fill("Mot de passe", password)
        self.press("Se connecter")


def test_a_passkey_is_enough_from_the_invitation_on(
    house: NamedServer, visit: type[Member], post_office: PostOffice
) -> None:
    house.run("associations", "create", "--name", "Parents", "--slug", "ales", "--email", "aline@exemple.fr")
    aline = visit("aline@exemple.fr", "Aline", screen="desk")  # type: ignore[call-arg,arg-type]
    aline.open_invitation(post_office, by_passkey=True)
    aline.add_passkey("mon téléphone")
    aline.take_recovery_codes()
    assert aline.visitor.path == "/espace/ales"  # the only space there is
    aline.visitor.go("/equipe")
    aline.visitor.look("compte")
    assert "mon téléphone" in aline.visitor.page.locator("main").inner_text()
    aline.leave()
    aline.visitor.look("connexion")
    aline.press("Utiliser une clé d’accès")
    assert aline.visitor.path == "/equipe"
    aline.press("En choisir un")
    aline.visitor.look("choisir-un-mot-de-passe")


def test_a_password_needs_a_second_proof_and_a_device_without_finger_is_refused(
    house: NamedServer, visit: type[Member], post_office: PostOffice
) -> None:
    house.run("associations", "create", "--name", "Lycéens", "--slug", "lycee", "--email", "emile@exemple.fr")
    emile = visit("emile@exemple.fr", "Émile")  # type: ignore[call-arg,arg-type]
    emile.open_invitation(post_office, by_passkey=False)
    emile.visitor.look("protection")
    assert emile.visitor.go("/espace/lycee").url.startswith(f"{emile.visitor.base}/equipe/protection")
    emile.press("Une application de codes")
    emile.add_codes()
    emile.take_recovery_codes()
    assert emile.visitor.path == "/espace/lycee"
    emile.visitor.go("/equipe")
    emile.press("Ajouter une clé d’accès")
    emile.add_passkey("clé bleue")
    emile.visitor.look("compte-telephone", kind="compte")
    emile.leave()
    emile.give_password()
    emile.visitor.look("moyen")
    emile.visitor.page.get_by_label("Une clé d’accès").check()
    emile.press("Continuer")
    emile.visitor.look("cle-en-second")
    emile.press("Utiliser la clé d’accès")
    assert emile.visitor.path == "/equipe"
    emile.leave()
    emile.give_password()
    emile.visitor.page.get_by_label("Un code de l’application").check()
    emile.press("Continuer")
    emile.visitor.look("code")
    emile.press("Je n’ai plus mon téléphone")
    emile.visitor.look("secours")
    emile.fill("Code de secours", emile.recovery_codes[0].upper())
    emile.press("Continuer")
    assert emile.visitor.path == "/equipe"
    notices = [mail for mail in mails_to(post_office, "emile@exemple.fr") if "compte a changé" in str(mail["Subject"])]
    assert len(notices) >= 3
    emile.leave()
    key = {"authenticatorId": emile.authenticator["authenticatorId"], "isUserVerified": False}
    emile.device.send("WebAuthn.setUserVerified", key)
    emile.visitor.page.get_by_role("button", name="Utiliser une clé d’accès").click()
    emile.visitor.page.get_by_text("L’appareil n’a pas donné de clé").wait_for()
    assert emile.visitor.path == "/equipe/connexion"


def test_a_forgotten_password_is_replaced_by_mail_and_the_second_proof_still_asked(
    house: NamedServer, visit: type[Member], post_office: PostOffice
) -> None:
    house.run("associations", "create", "--name", "École", "--slug", "ecole", "--email", "rosa@exemple.fr")
    rosa = visit("rosa@exemple.fr", "Rosa", is_night=True)  # type: ignore[call-arg,arg-type]
    rosa.open_invitation(post_office, by_passkey=False)
    rosa.press("Une application de codes")
    rosa.add_codes()
    rosa.take_recovery_codes()
    rosa.leave()
    rosa.press("Mot de passe oublié")
    rosa.visitor.look("oublie")
    rosa.fill("Votre adresse électronique", "ROSA@exemple.fr")
    rosa.press("Recevoir le lien")
    rosa.visitor.look("message-envoye")
    link = _reset_link(post_office, "rosa@exemple.fr")
    rosa.visitor.go(link)
    rosa.visitor.look("nouveau-mot-de-passe")
    fresh = "quatre chaises sous la pluie"
    rosa.fill("Nouveau mot de passe", fresh)
    rosa.fill("Le même, une seconde fois", fresh)
    rosa.press("Garder ce mot de passe")
    rosa.visitor.look("mot-de-passe-change")
    assert rosa.visitor.go(link).status == 404
    rosa.give_password()
    rosa.visitor.look("connexion-refusee", is_refused=True)
    rosa.give_password(fresh)
    rosa.fill("Code à six chiffres", rosa.code())
    rosa.press("Continuer")
    assert rosa.visitor.path == "/equipe"


def _reset_link(office: PostOffice, address: str) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for mail in mails_to(office, address):
            if "nouveau mot de passe" in str(mail["Subject"]):
                return link_in(mail, "equipe/mot-de-passe")
        time.sleep(0.1)
    raise AssertionError("no link came")
