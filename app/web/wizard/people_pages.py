"""The pages that ask who writes and for whom, as data. It must never read or keep an answer."""

from app.domain.letters import Option
from app.web.wizard.entries import Entry, Page, address_entries

_PARENTS = (Option("mere", "Mère"), Option("pere", "Père"), Option("parent", "Parent"))


def child_page(place: int) -> Page:
    """The page of the child at that place, from 0."""
    path = f"enfants.{place}"
    return Page(
        "Pour quel enfant écrivez-vous\u202f?" if place == 0 else "Pour quel autre enfant écrivez-vous\u202f?",
        (
            Entry(f"{path}.prenom", "Son prénom", max_length=60, autocomplete="off"),
            Entry(f"{path}.nom", "Son nom", max_length=60, autocomplete="off"),
            Entry(
                f"{path}.genre",
                "Dans la lettre, comment parler de votre enfant\u202f?",
                "radio",
                options=(
                    Option("f", "Ma fille"),
                    Option("m", "Mon fils"),
                    Option("n", "Mon enfant"),
                ),
            ),
            Entry(f"{path}.classe", "Sa classe", hint="Par exemple CM1, 5e B.", is_optional=True, max_length=30,
                  width="short", autocomplete="off"),
            Entry(f"{path}.naissance", "Sa date de naissance", "date", is_optional=True, width="short",
                  hint="Utile seulement si un autre élève porte le même nom.", autocomplete="off"),
        ),
        lead="L’école doit pouvoir le reconnaître. Ne donnez jamais son numéro national.",
        summary=f"Enfant {place + 1}" if place else "Votre enfant",
    )  # fmt: skip


def person_page(place: int) -> Page:
    """The page of the first signatory (0) or of the second (1)."""
    path = f"signataires.{place}"
    is_first = place == 0
    names = ("given-name", "family-name") if is_first else ("off", "off")
    return Page(
        "Qui êtes-vous\u202f?" if is_first else "Qui signe avec vous\u202f?",
        (
            Entry(f"{path}.prenom", "Prénom", max_length=60, autocomplete=names[0]),
            Entry(f"{path}.nom", "Nom", max_length=60, autocomplete=names[1]),
            *(() if is_first else (Entry(f"{path}.qualite", "À quel titre", "radio", options=_PARENTS),)),
            *address_entries(f"{path}.adresse", is_own=is_first),
            Entry(f"{path}.courriel", "Courriel", "email", is_optional=True, max_length=254, inputmode="email",
                  hint="Imprimé en tête de la lettre, pour qu’on puisse vous répondre. Nous n’y écrivons pas.",
                  autocomplete="email" if is_first else "off"),
            Entry(f"{path}.telephone", "Téléphone", "tel", is_optional=True, max_length=40, inputmode="tel",
                  autocomplete="tel" if is_first else "off"),
        ),
        lead="Ces lignes s’impriment en tête de la lettre." if is_first else
             "L’adresse est facultative si c’est la même que la vôtre.",
        summary="Vous" if is_first else "L’autre signataire",
    )  # fmt: skip
