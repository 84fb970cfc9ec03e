"""How a letter leaves and to whose hands, as the family says it. It must never know who answers for a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.address import PostalAddress
from app.domain.answer_values import address_of, choice_of, gender_of, table_of, text_of
from app.domain.deadlines import Channel
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import Gender
from app.domain.letters import AddresseeRule
from app.domain.plaintext import name_line, plain_line


@dataclass(frozen=True, slots=True)
class Sending:
    """Where the letter is written, and how it will leave; `number` is the registered number once it is known."""

    place: str
    channel: Channel
    number: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the parent knows of the person written to; `address` is None when the office's own is known."""

    gender: Gender = Gender.N
    name: str = ""
    is_through_head: bool = True
    address: PostalAddress | None = None


def read_sending(raw: Mapping[str, Any], rule: AddresseeRule) -> Sending:
    """Where it is written and how it will leave; the school's own messages lead to nobody outside the school."""
    given = table_of(raw, "lettre")
    place = name_line(text_of(given, "lieu", "lettre"), "lettre.lieu", "Lieu", 60)
    if not place:
        raise MissingAnswer("lettre.lieu", "Dites dans quelle commune vous écrivez : la lettre commence ainsi.")
    channel = choice_of(Channel, given, "envoi", "lettre", "Dites comment la lettre partira.")
    if channel is Channel.ENT and rule is not AddresseeRule.SAME:
        raise InvalidAnswer(
            "lettre.envoi",
            "La messagerie de l’établissement ne mène pas à ce destinataire : choisissez un autre envoi.",
        )
    return Sending(
        place=place,
        channel=channel,
        number=plain_line(text_of(given, "numero", "lettre"), "lettre.numero", "Numéro du recommandé", 30, "<>"),
    )


def read_addressee(raw: Mapping[str, Any]) -> Addressee:
    """What is known of the person written to; all of it may be left out."""
    given = table_of(raw, "destinataire")
    address = table_of(given, "adresse", "destinataire")
    through = given.get("voie_hierarchique", True)
    if not isinstance(through, bool):
        raise InvalidAnswer("destinataire.voie_hierarchique", "« voie_hierarchique » vaut true ou false.")
    return Addressee(
        gender=gender_of(given, "destinataire"),
        name=name_line(text_of(given, "nom", "destinataire"), "destinataire.nom", "Nom du destinataire"),
        is_through_head=through,
        address=address_of(address, "destinataire.adresse") if any(address.values()) else None,
    )
