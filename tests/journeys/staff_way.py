"""How a member of an association comes in, in a real browser with a device of its own that holds passkeys.

It must never know an address but those a mail or a page gave.
"""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from passlib.totp import TOTP

from config import ROOT
from tests.journeys.following import link_in, wait_for_mail
from tests.journeys.server import Server
from tests.journeys.visitor import Visitor
from tests.smtp_server import PostOffice

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


class Worker(Member):
    """A member who works in a space; the address of every page of it that they open is kept."""

    def come_in(self, office: PostOffice, slug: str, *, by_passkey: bool, name: str = "ma clé") -> None:
        """From the mailed invitation to the space, with a passkey or with a password and codes."""
        self.space, self.pages = f"/espace/{slug}", set[str]()
        self.visitor.context.on("request", lambda request: self._note(request.url, request.method))
        self.open_invitation(office, by_passkey=by_passkey)
        if by_passkey:
            self.add_passkey(name)
        else:
            self.press("Une application de codes")
            self.add_codes()
        self.take_recovery_codes()

    def enter(self, section: str) -> None:
        """Open a section of the space by its name in the navigation."""
        self.visitor.go(self.space)
        self.visitor.follow(self.visitor.page.get_by_role("navigation").get_by_role("link", name=section, exact=True))

    def choose(self, label: str) -> None:
        """Tick the choice that begins with these words."""
        self.visitor.page.get_by_label(re.compile(f"^{re.escape(label)}")).first.check()

    def words(self) -> str:
        """What the page says."""
        return self.visitor.page.locator("main").inner_text()

    def _note(self, url: str, method: str) -> None:
        parts = urlsplit(url)
        if method == "GET" and parts.path.startswith(self.space):
            self.pages.add(f"{parts.path}?{parts.query}" if parts.query else parts.path)


MakeWorker = Callable[..., Worker]
