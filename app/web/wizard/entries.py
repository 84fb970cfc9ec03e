"""What a page of the wizard is made of, as data. It must never read or keep an answer."""

from dataclasses import dataclass

from app.domain.letters import Option, Prompt


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to fill on a page. `path`: where the answer goes; `kind`: how it is asked.

    Kinds: line, text, email, tel, date, radio, checkboxes. `autocomplete` and `inputmode` are the browser's words.
    """

    path: str
    label: str
    kind: str = "line"
    hint: str = ""
    options: tuple[Option, ...] = ()
    is_optional: bool = False
    max_length: int = 0
    autocomplete: str = ""
    inputmode: str = ""
    width: str = ""
    default: str = ""

    @property
    def name(self) -> str:
        """The name of the form's field."""
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Page:
    """One step: its question is its heading; with a single list of choices, the choices are the question."""

    heading: str
    entries: tuple[Entry, ...]
    lead: str = ""
    note: str = ""
    template: str = "wizard/page.html"
    prompts: tuple[Prompt, ...] = ()
    may_be_put_off: bool = False
    rows: int = 0
    summary: str = ""  # how the check page calls it; the heading when empty


GENDERS = (
    Option("f", "Madame"),
    Option("m", "Monsieur"),
    Option("n", "Je ne sais pas"),
)
YES_NO = (Option("oui", "Oui"), Option("non", "Non"))


def address_entries(path: str, *, is_own: bool = False) -> tuple[Entry, ...]:
    """The four lines of an address; `is_own` lets the browser fill in the visitor's own."""
    section = "" if is_own else "off"
    return (
        Entry(f"{path}.voie", "Numéro et rue", hint="Ou le lieu-dit.", max_length=38,
              autocomplete="address-line1" if is_own else section),
        Entry(f"{path}.complement", "Complément d’adresse", is_optional=True, max_length=38,
              autocomplete="address-line2" if is_own else section),
        Entry(f"{path}.code_postal", "Code postal", width="tiny", max_length=10, inputmode="numeric",
              autocomplete="postal-code" if is_own else section),
        Entry(f"{path}.commune", "Commune", max_length=38, autocomplete="address-level2" if is_own else section),
    )  # fmt: skip
