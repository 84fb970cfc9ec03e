"""How a parent follows a letter: a fact noted, a photo added, a mail opened. It must never know an address of the
house but those a mail or a page gave.
"""

import re
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.delivery.reading import pdf_text
from tests.journeys.visitor import Visitor
from tests.journeys.way import Parent
from tests.smtp_server import PostOffice

MAIL_WITHIN_SECONDS = 20.0


class Follower(Parent):
    """A parent whose letter is finished."""

    def __init__(self, visitor: Visitor, answers: dict[str, Any], name: str) -> None:
        super().__init__(visitor, answers, name)
        self.dossier, self.link = "", ""
        self.points: tuple[str, ...] = ()
        self.letters: list[str] = []

    def follow(self) -> None:
        """From the finished letter to the open dossier."""
        self.press("Suivre cette lettre")
        self.take_link()

    def follow_elsewhere(self, **answers: Any) -> None:
        """From the page of the dossiers to that of a letter written elsewhere, and sent."""
        self.visitor.go("/suivre")
        self.enter("Suivre une lettre écrite ailleurs")
        self.look("autre-lettre")
        self.tell("Suivre cette lettre", **answers)
        self.take_link()

    def take_link(self) -> None:
        """Note the secret link, shown once, and open the dossier."""
        self.look("lien-secret")
        link = self.visitor.page.locator("#lien").inner_text()
        assert link.startswith(f"{self.visitor.base}/cle/")
        self.link = link.removeprefix(self.visitor.base)
        self.press("C’est noté, ouvrir le dossier")
        self.dossier = self.visitor.path

    def come_to(self, words: str = "") -> None:
        """Open the dossier, then the page that these words lead to."""
        self.visitor.go(self.dossier)
        if words:
            self.enter(words)

    def enter(self, words: str) -> None:
        """Follow the link that begins with these words: a door says more than its name."""
        link = self.visitor.page.locator("main").get_by_role("link", name=re.compile(f"^{re.escape(words)}"))
        self.visitor.follow(link.first)

    def tell(self, words: str, **answers: Any) -> None:
        """Fill the present page, and press."""
        Parent(self.visitor, answers).fill()
        self.press(words)

    def note(self, door: str, **answers: Any) -> None:
        """Note a fact from the dossier: the door of its kind, its day, what goes with it."""
        self.come_to("Noter ce qui s’est passé")
        self.look("que-s-est-il-passe")
        self.enter(door)
        self.look(f"noter-{self.step}")
        self.tell("Noter", **{"jour": "autre"} | answers)

    def add_piece(self, kind: str, file: Path, title: str) -> None:
        """Add a file, from the page of the pieces."""
        self.visitor.page.locator("input[type=file]").set_input_files(file)
        self.tell("Ajouter au dossier", nature=kind, titre=title)

    def write(self, folder: Path, name: str, asked: list[str], **answers: Any) -> str:
        """Write the letter that was just begun; returns the words of its PDF.

        Only these questions are asked, and how it leaves: the dossier knows the rest.
        """
        writer = Parent(self.visitor, answers | {"lettre": {"envoi": "recommande"}}, f"{self.name}-{name}")
        writer.walk_to("verifier")
        assert writer.seen == [*asked, "envoi"]
        writer.seal()
        return self.take_letter(folder)

    def take_letter(self, folder: Path) -> str:
        """Download the finished letter; returns the words of its PDF."""
        self.letters.append(pdf_text(self.download("Télécharger la lettre", folder).read_bytes()))
        return self.letters[-1]

    def answer_points(self, missing: dict[str, str]) -> None:
        """Say of each point of the letter that it was answered, those apart that are `missing`."""
        points = self.visitor.page.locator("main fieldset").all()
        self.points = tuple(re.sub(r"^\d+\. ", "", point.locator("legend").inner_text()) for point in points)
        assert set(missing) < set(self.points)
        for point, words in zip(points, self.points, strict=True):
            point.get_by_label(missing.get(words, "Répondu"), exact=True).check()
        self.press("Continuer")

    def calendar(self) -> str:
        """The private address of the dates, as a calendar would read it."""
        self.come_to("Les dates dans mon agenda")
        return str(self.visitor.page.locator("#adresse").text_content())

    @property
    def text(self) -> str:
        """The words of the present page, on one line."""
        return flat(self.visitor.page.locator("main").inner_text())


def flat(text: str) -> str:
    """The text on one line, with plain spaces."""
    return " ".join(text.split())


def mails_to(office: PostOffice, address: str) -> list[EmailMessage]:
    """What the box holds for an address."""
    kept = list(zip(office.envelopes, office.box, strict=False))  # the server appends to both meanwhile
    return [mail for envelope, mail in kept if address in envelope.rcpt_tos]


def wait_for_mail(office: PostOffice, address: str, count: int) -> EmailMessage:
    """The mail that makes `count` in the box of an address."""
    until = time.monotonic() + MAIL_WITHIN_SECONDS
    while len(mails_to(office, address)) < count:
        assert time.monotonic() < until, f"{len(mails_to(office, address))} mails came, and not {count}"
        time.sleep(0.1)
    return mails_to(office, address)[count - 1]


def link_in(mail: EmailMessage, way: str) -> str:
    """The path of the link of a mail that goes that way."""
    found = re.search(rf"^https?://[^/]+(/{way}/\S+)$", mail.get_content(), re.MULTILINE)
    assert found, mail.get_content()
    return found.group(1)
