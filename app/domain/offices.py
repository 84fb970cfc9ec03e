"""Who a school letter can be addressed to, and what each office is called in a sentence or on an envelope.

It must never know a holder's name, an address or a way of greeting: `people`, `address` and `courtesy` do.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.people import Gender


class Stage(StrEnum):
    """The kind of school a child attends, in the words of the data files."""

    MATERNELLE = "maternelle"
    ELEMENTAIRE = "elementaire"
    COLLEGE = "college"
    LYCEE = "lycee"


PRIMARY_STAGES = frozenset({Stage.MATERNELLE, Stage.ELEMENTAIRE})


class Sector(StrEnum):
    """Whether the school is a State school or a private one."""

    PUBLIC = "public"
    PRIVE = "prive"


class Office(StrEnum):
    """The office a letter is addressed to, passes through, or is copied to."""

    DASEN = "dasen"
    DIRECTEUR_ECOLE = "directeur-ecole"
    IEN = "ien"
    PRINCIPAL = "principal"
    PROVISEUR = "proviseur"
    CHEF_PRIVE = "chef-prive"
    MAIRE = "maire"
    MINISTRE = "ministre"
    MINISTRE_SUP = "ministre-sup"  # higher education: Parcoursup is not a file of the schools' minister
    RECTEUR = "recteur"
    DEPP = "depp"
    DPD = "dpd"
    CNIL = "cnil"
    CADA = "cada"
    MEDIATEUR = "mediateur"
    DEFENSEUR = "defenseur"


# A letter goes to the institution, whoever presides over it: nobody is asked for a name.
NAMELESS_BODIES = frozenset({Office.CNIL, Office.CADA, Office.DEFENSEUR})


class Right(StrEnum):
    """What the letter asks for."""

    ACCES = "acces"
    RECTIFICATION = "rectification"
    OPPOSITION = "opposition"
    EFFACEMENT = "effacement"
    LIMITATION = "limitation"
    CONSENTEMENT = "consentement"
    COMPTE = "compte"
    INFORMATION = "information"
    DOCUMENTS = "documents"
    ALGORITHME = "algorithme"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Forms:
    """The same words for a man, for a woman, and for a holder nobody knows."""

    m: str
    f: str
    n: str

    @classmethod
    def alike(cls, words: str) -> "Forms":
        """The same words for all."""
        return cls(words, words, words)

    def agreeing(self, gender: Gender) -> str:
        """The form for that gender."""
        if gender is Gender.M:
            return self.m
        return self.f if gender is Gender.F else self.n


@dataclass(frozen=True, slots=True)
class Title:
    """How an office is called.

    `full` carries its article and goes into a sentence (contract it with `french`); `line` opens an address
    and `service` stands under it ("" when there is none): both hold in the 38 characters of a postal line.
    """

    full: Forms
    line: Forms
    service: str = ""


TITLES: dict[Office, Title] = {
    Office.DASEN: Title(
        full=Forms(
            m="le directeur académique des services de l’éducation nationale",
            f="la directrice académique des services de l’éducation nationale",
            n="la direction des services départementaux de l’éducation nationale",
        ),
        line=Forms(
            m="Monsieur le directeur académique",
            f="Madame la directrice académique",
            n="Direction académique",
        ),
        service="DSDEN",
    ),
    Office.DIRECTEUR_ECOLE: Title(
        full=Forms(
            m="le directeur de l’école",
            f="la directrice de l’école",
            n="la direction de l’école",
        ),
        line=Forms(
            m="Monsieur le directeur de l’école",
            f="Madame la directrice de l’école",
            n="Direction de l’école",
        ),
    ),
    Office.IEN: Title(
        full=Forms(
            m="l’inspecteur de l’éducation nationale",
            f="l’inspectrice de l’éducation nationale",
            n="l’inspection de l’éducation nationale",
        ),
        line=Forms(
            m="Monsieur l’inspecteur",
            f="Madame l’inspectrice",
            n="Inspection de l’éducation nationale",
        ),
        service="Inspection de l’éducation nationale",
    ),
    Office.PRINCIPAL: Title(
        full=Forms(
            m="le principal du collège",
            f="la principale du collège",
            n="la direction du collège",
        ),
        line=Forms(
            m="Monsieur le principal",
            f="Madame la principale",
            n="Direction du collège",
        ),
    ),
    Office.PROVISEUR: Title(
        full=Forms(
            m="le proviseur du lycée",
            f="la proviseure du lycée",
            n="la direction du lycée",
        ),
        line=Forms(
            m="Monsieur le proviseur",
            f="Madame la proviseure",
            n="Direction du lycée",
        ),
    ),
    Office.CHEF_PRIVE: Title(
        full=Forms(
            m="le chef d’établissement",
            f="la cheffe d’établissement",
            n="la direction de l’établissement",
        ),
        line=Forms(
            m="Monsieur le chef d’établissement",
            f="Madame la cheffe d’établissement",
            n="Direction de l’établissement",
        ),
    ),
    Office.MAIRE: Title(
        full=Forms(m="le maire", f="la maire", n="la mairie"),
        line=Forms(m="Monsieur le maire", f="Madame la maire", n="Mairie"),
        service="Mairie",
    ),
    Office.MINISTRE: Title(
        full=Forms(
            m="le ministre chargé de l’éducation nationale",
            f="la ministre chargée de l’éducation nationale",
            n="le ministère chargé de l’éducation nationale",
        ),
        line=Forms(
            m="Monsieur le ministre",
            f="Madame la ministre",
            n="Ministère de l’éducation nationale",
        ),
        service="Ministère de l’éducation nationale",
    ),
    Office.MINISTRE_SUP: Title(
        full=Forms(
            m="le ministre chargé de l’enseignement supérieur",
            f="la ministre chargée de l’enseignement supérieur",
            n="le ministère chargé de l’enseignement supérieur",
        ),
        line=Forms(
            m="Monsieur le ministre",
            f="Madame la ministre",
            n="Ministère de l’enseignement supérieur",
        ),
        service="Ministère de l’enseignement supérieur",
    ),
    Office.RECTEUR: Title(
        full=Forms(
            m="le recteur de l’académie",
            f="la rectrice de l’académie",
            n="le rectorat de l’académie",
        ),
        line=Forms(m="Monsieur le recteur", f="Madame la rectrice", n="Rectorat"),
        service="Rectorat",
    ),
    Office.DEPP: Title(
        full=Forms(
            m="le directeur de l’évaluation, de la prospective et de la performance",
            f="la directrice de l’évaluation, de la prospective et de la performance",
            n="la direction de l’évaluation, de la prospective et de la performance",
        ),
        line=Forms(
            m="Monsieur le directeur de la DEPP",
            f="Madame la directrice de la DEPP",
            n="DEPP",
        ),
        service="Ministère de l’éducation nationale",
    ),
    Office.DPD: Title(
        full=Forms(
            m="le délégué à la protection des données",
            f="la déléguée à la protection des données",
            n="la délégation à la protection des données",
        ),
        line=Forms(
            m="Monsieur le délégué",
            f="Madame la déléguée",
            n="Protection des données",
        ),
        service="Protection des données",
    ),
    Office.CNIL: Title(
        full=Forms.alike("la Commission nationale de l’informatique et des libertés"), line=Forms.alike("CNIL")
    ),
    Office.CADA: Title(
        full=Forms.alike("la Commission d’accès aux documents administratifs"), line=Forms.alike("CADA")
    ),
    Office.MEDIATEUR: Title(
        full=Forms(m="le médiateur académique", f="la médiatrice académique", n="la médiation académique"),
        line=Forms(m="Monsieur le médiateur académique", f="Madame la médiatrice académique", n="Médiation académique"),
    ),
    Office.DEFENSEUR: Title(full=Forms.alike("le Défenseur des droits"), line=Forms.alike("Défenseur des droits")),
}


def full_title(office: Office, gender: Gender) -> str:
    """The office in a sentence, article included: « la principale du collège »."""
    return TITLES[office].full.agreeing(gender)


def address_lines(office: Office, gender: Gender) -> tuple[str, ...]:
    """One or two lines that open the address; the service is left out when the first line already says it."""
    title = TITLES[office]
    line = title.line.agreeing(gender)
    if not title.service or title.service == line:
        return (line,)
    return (line, title.service)


def head_of_school(stage: Stage, sector: Sector) -> Office:
    """Who runs the school itself, whether or not they answer for its files."""
    if sector is Sector.PRIVE:
        return Office.CHEF_PRIVE
    if stage in PRIMARY_STAGES:
        return Office.DIRECTEUR_ECOLE
    return Office.PRINCIPAL if stage is Stage.COLLEGE else Office.PROVISEUR
