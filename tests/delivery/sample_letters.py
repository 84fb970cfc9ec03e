"""Letters built by hand for the tests of the outputs. People, places and grounds are invented."""

from dataclasses import replace

from app.domain.document import (
    Blank,
    Box,
    BulletList,
    Citation,
    Document,
    Emphasis,
    Gap,
    Ground,
    HeaderLine,
    Heading,
    LineBreak,
    ListItem,
    NumberedList,
    PageBreak,
    Paragraph,
    SignaturePlace,
    Strong,
    Table,
    Text,
)

HOSTILE = "<svg onload=1>\"'& {{ 7*7 }} {% raw %} <style>p{}</style> javascript:alert(1) \u202eשלום\u202c"
LONG_WORD = "anticonstitutionnellement" * 12


def ground(number: int) -> Ground:
    return Ground(
        number=number,
        law_id=f"texte-{number}",
        title=f"Règlement d’exemple n°\u00a0{number}, article\u00a0{number}, §\u00a01",
        summary=f"ce que dit l’article {number}, en une phrase que chacun peut relire et vérifier.",
        url=f"https://www.exemple.example/textes/reglement-{number}/article/LEGIARTI00000000000{number}",
        source="journal officiel d’exemple",
        confidence="high" if number % 2 else "medium",
        checked_on="2026-11-21",
    )


def short_letter() -> Document:
    """One parent, one page or so, three grounds."""
    return Document(
        title="Opposition au traitement « ONDE »",
        sender=(("Camille Exemple", "4 allée des Brouillons", "99000 Saint-Fictif", "camille@exemple.example"),),
        recipient=(
            "Monsieur le directeur académique",
            "DSDEN de Loire-Fictive",
            "s/c de Mme la directrice de l’école",
            "12 rue de l’Encrier",
            "99000 SAINT-FICTIF",
        ),
        place_and_date=(Text("Saint-Fictif, le 28 janvier 2026"),),
        header=(
            HeaderLine("Objet", (Text("opposition au traitement «\u202fONDE\u202f» concernant ma fille"),)),
            HeaderLine("Réf.", (Text("SF-26-0128"),)),
            HeaderLine("Envoi", (Text("lettre recommandée avec avis de réception n°\u00a01A 000 000 0000 0"),)),
        ),
        salutation="Monsieur le directeur académique,",
        body=(
            Paragraph(
                (
                    Text("Mère de Lou Exemple-Modèle, élève de CM1, et titulaire de l’autorité parentale"),
                    Citation("texte-1", 1),
                    Text(", je m’oppose à ce que les données de ma fille figurent dans le traitement "),
                    Emphasis("Outil numérique pour la direction d’école"),
                    Text(" (ONDE)"),
                    Citation("texte-2", 2),
                    Text("."),
                ),
                plain="Qui écrit, pour qui. Un parent suffit.",
            ),
            Paragraph(
                (
                    Text("Depuis septembre 2025, mon adresse est protégée."),
                    LineBreak(),
                    Text("Le 12 novembre 2025, elle a pourtant été imprimée sur une fiche tirée de ce fichier."),
                ),
                plain="C’est la partie qui compte le plus.",
            ),
            Paragraph((Text("En conséquence, "), Strong("je vous demande"), Text("\u00a0:"))),
            NumberedList(
                (
                    ListItem((Text("de geler ces données"), Citation("texte-3", 3), Text("\u202f;"))),
                    ListItem((Text("de conserver à leur place une fiche papier, tenue à l’école."),)),
                ),
                plain="En attendant, plus personne ne s’en sert.",
            ),
        ),
        closing="Je vous prie d’agréer, Monsieur le directeur académique, l’expression de ma considération distinguée.",
        signatures=(SignaturePlace("Camille Exemple"), SignaturePlace("", "Signature de l’autre parent (facultative)")),
        enclosures=(),
        copies=(),
        grounds=tuple(map(ground, (1, 2, 3))),
        reference="SF-26-0128",
    )


def long_letter() -> Document:
    """Two signatories, long lists, enclosures, copies, an annex with boxes, blanks and a table."""
    short = short_letter()
    questions = tuple(
        ListItem((Text(f"quelle est la durée de conservation du traitement numéro {n}, et qui la contrôle"),))
        for n in range(1, 24)
    )
    annex = (
        PageBreak(),
        Heading((Text("Talon-réponse à renvoyer"),)),
        Paragraph((Text("Établissement\u00a0: "), Blank("long"), Text(" ville "), Blank("short"))),
        Paragraph((Box("oui"), Text(" "), Box("non"), Text(" "), Box())),
        Table(
            header=((Text("Fichier"),), (Text("Durée"),), (Strong("Observations"),)),
            rows=(
                ((Text("ONDE"),), (Text("cinq ans"),), (Blank("long"),)),
                ((Text("Cantine"), Citation("texte-2", 2)), (Box("un an"),), (Blank("long"),)),
            ),
            caption="Durées déclarées",
        ),
        Paragraph((Blank("full"),)),
        PageBreak(),
        Heading((Text("Cosignataires"),), level=3),
        BulletList(
            (ListItem((Text("Association des familles fictives"),)), ListItem((Emphasis("Collectif inventé"),)))
        ),
    )
    return replace(
        short,
        sender=(
            ("Camille Exemple", "4 allée des Brouillons", "Bâtiment C, escalier 2", "99000 Saint-Fictif",
             "camille@exemple.example", "01 00 00 00 00"),
            ("Dominique Exemple-Modèle", "18 boulevard de la Marge", "99100 Villeneuve-sur-Fiction",
             "dominique@exemple.example", "01 00 00 00 01"),
        ),
        recipient=(*short.recipient[:2], "Bureau de la vie des écoles", *short.recipient[2:]),
        body=(
            *short.body,
            Heading((Text("Nos questions"),)),
            NumberedList(questions, start=4),
            BulletList((ListItem((Text("un point"), Citation("texte-8", 8))), ListItem((Text("un autre"),)))),
        ),
        signatures=(SignaturePlace("Camille Exemple", "mère de Lou"), SignaturePlace("Dominique Exemple-Modèle")),
        enclosures=("copie de la fiche du 12 novembre 2025", "récépissé"),
        copies=("délégué à la protection des données", "Mme la directrice de l’école"),
        grounds=tuple(map(ground, range(1, 9))),
        annexes=annex,
    )  # fmt: skip


def letter_with_gaps() -> Document:
    """A letter that cannot be sealed: two answers are missing, one of them twice."""
    short = short_letter()
    gap = Gap("enfants.0.classe", "classe de Lou")
    return replace(
        short,
        place_and_date=(Gap("lettre.lieu", "lieu"), Text(", le 28 janvier 2026")),
        body=(Paragraph((Text("Élève en "), gap, Text(" puis en "), gap, Text(".")), plain="Qui écrit."), *short.body),
    )


def hostile_letter() -> Document:
    """The parent's words try to be markup, in every place that takes words."""
    short = short_letter()
    return replace(
        short,
        title=f"Titre {HOSTILE}",
        sender=((HOSTILE,),),
        header=(HeaderLine("Objet", (Strong(HOSTILE),)),),
        salutation=HOSTILE,
        body=(
            Paragraph((Text(HOSTILE), Emphasis(HOSTILE), Gap(HOSTILE, HOSTILE), Box(HOSTILE)), plain=HOSTILE),
            Paragraph((Text(f"a\x00b\x08c {LONG_WORD}"),)),
            Heading((Text(HOSTILE),)),
            Table(header=((Text(HOSTILE),),), rows=(((Text(HOSTILE),),),), caption=HOSTILE),
        ),
        closing=HOSTILE,
        signatures=(SignaturePlace(HOSTILE, HOSTILE),),
        enclosures=(HOSTILE,),
        copies=(HOSTILE,),
        grounds=(
            replace(ground(1), title=HOSTILE, url="javascript:alert(1)"),
            replace(ground(2), url='https://a.example/"onclick="x'),
        ),
    )
