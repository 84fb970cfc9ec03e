"""The paragraphs that several letters share, with their text in plain sight. It must never offer a letter a clause that
its kind cannot read.
"""

from dataclasses import dataclass
from functools import cache

from app.services.library import FOLDER
from app.services.packs.letter_words import names_of, readable_with
from app.services.packs.sources import LetterSource

# What each clause says, in the order in which they read well; one that is not here is called by its file.
_TITLES = {
    "qui-ecrit": "Qui écrit, et pour quel enfant",
    "qui-ecrit-accord": "Qui écrit, pour refuser ou retirer un accord",
    "qui-saisit": "Qui écrit à un organisme extérieur",
    "rappel-demande": "Rappel de la première lettre",
    "rappel-envoi": "Rappel de l’envoi",
    "demande-en-cause": "La demande dont il s’agit",
    "faits-dates": "Les faits, avec leurs dates",
    "etat-demande": "Où en est la demande",
    "ecarts": "Ce qui s’écarte de la règle",
    "delai-donnees": "Le délai d’un mois pour répondre",
    "identite": "Pas de copie de pièce d’identité",
    "transmission": "Si ce n’est pas le bon service",
    "suites-donnees": "Ce qui peut suivre, sans menace",
    "suites-ouvertes": "Les suites encore ouvertes",
    "pieces-dossier": "La liste des pièces gardées",
}


@dataclass(frozen=True, slots=True)
class ClauseCard:
    """One shared paragraph. `text`: as it reads with one person and one child; `plain`: what it means."""

    id: str
    title: str
    text: str
    plain: str


def clause_cards(source: LetterSource) -> tuple[ClauseCard, ...]:
    """The clauses that this letter may use, and those that it uses."""
    used = {*source.front.get("opening", ()), *source.front.get("closing", ())}
    names = names_of(source)
    is_follow_up = source.front.get("kind") == "suite"
    return tuple(
        ClauseCard(name, _TITLES.get(name, name), *_told(text, names))
        for name, text in _texts()
        if is_follow_up or "dossier." not in text or name in used
    )


@cache
def _texts() -> tuple[tuple[str, str], ...]:
    order = {name: place for place, name in enumerate(_TITLES)}
    files = sorted((FOLDER / "clauses").glob("*.md"), key=lambda file: (order.get(file.stem, len(order)), file.stem))
    return tuple((file.stem, file.read_text(encoding="utf-8")) for file in files)


def _told(text: str, names: dict[str, str]) -> tuple[str, str]:
    """The paragraphs, and the sentences that explain them."""
    lines = readable_with(text, names).split("\n")
    said = [line for line in lines if not line.startswith(">")]
    plain = [line.removeprefix(">").strip() for line in lines if line.startswith(">")]
    return "\n".join(said), " ".join(dict.fromkeys(plain))
