"""The pages of the wizard as data: what each step asks, in which words. It must never read or keep an answer."""

from dataclasses import replace

from app.domain.letters import Field, FieldKind, Option, Prompt
from app.web.wizard.entries import GENDERS, YES_NO, Entry, Page, address_entries
from app.web.wizard.people_pages import child_page, person_page

STEPS: dict[str, Page] = {
    "niveau": Page(
        "Où votre enfant est-il scolarisé\u202f?",
        (
            Entry(
                "etablissement.niveau",
                "Où votre enfant est-il scolarisé\u202f?",
                "radio",
                options=(
                    Option("maternelle", "École maternelle"),
                    Option("elementaire", "École élémentaire", "Du CP au CM2."),
                    Option("college", "Collège"),
                    Option("lycee", "Lycée"),
                ),
            ),
        ),
        lead="La personne à qui écrire en dépend.",
        summary="Niveau",
    ),
    "secteur": Page(
        "Un établissement public ou privé\u202f?",
        (
            Entry(
                "etablissement.secteur",
                "Un établissement public ou privé\u202f?",
                "radio",
                options=(Option("public", "Public"), Option("prive", "Privé", "Sous contrat ou hors contrat.")),
            ),
        ),
        summary="Public ou privé",
    ),
    "qualite": Page(
        "À quel titre écrivez-vous\u202f?",
        (
            Entry(
                "signataires.0.qualite",
                "À quel titre écrivez-vous\u202f?",
                "radio",
                options=(
                    Option("mere", "Mère"),
                    Option("pere", "Père"),
                    Option("parent", "Parent"),
                    Option("tuteur", "Tutrice ou tuteur", "Vous avez été désigné pour un enfant sous tutelle."),
                    Option("delegataire", "Délégataire de l’autorité parentale", "Par une décision du juge."),
                    Option("eleve", "Élève majeur", "Vous écrivez pour vous-même."),
                ),
            ),
        ),
        lead="La lettre le dira\u00a0: c’est ce qui vous permet d’écrire pour votre enfant.",
        summary="À quel titre",
    ),
    "mandat": Page(
        "L’élève a-t-il dix-huit ans\u202f?",
        (
            Entry(
                "mandat",
                "L’élève a-t-il dix-huit ans\u202f?",
                "radio",
                options=(
                    Option("non", "Non"),
                    Option("oui", "Oui, et j’ai son mandat écrit", "La lettre le dit, et le mandat se joint."),
                ),
            ),
        ),
        lead="À dix-huit ans, un élève écrit lui-même, ou donne mandat à ses parents. Sans mandat, revenez en arrière "
        "et choisissez «\u202fÉlève majeur\u202f».",
        summary="Mandat de l’élève",
    ),
    "classe": Page(
        "Dans quelle classe êtes-vous\u202f?",
        (
            Entry("enfants.0.classe", "Votre classe", is_optional=True, max_length=30, width="short",
                  hint="Par exemple 1re G2."),
            Entry("enfants.0.naissance", "Votre date de naissance", "date", is_optional=True, width="short",
                  hint="Utile seulement si un autre élève porte le même nom."),
        ),
        summary="Votre classe",
    ),
    "second": Page(
        "Signez-vous à deux\u202f?",
        (
            Entry(
                "carnet.second",
                "Signez-vous à deux\u202f?",
                "radio",
                options=(
                    Option("oui", "Oui, l’autre parent signe aussi"),
                    Option("non", "Non, une seule signature"),
                ),
            ),
        ),
        summary="Seconde signature",
    ),
    "etablissement": Page(
        "Comment s’appelle l’établissement, et où est-il\u202f?",
        (
            Entry("etablissement.nom", "Nom de l’établissement", max_length=80, autocomplete="off",
                  hint="Par exemple\u00a0: école élémentaire des Tilleuls, collège Jean-Moulin."),
            *address_entries("etablissement.adresse"),
        ),
        summary="Établissement",
    ),
    "envoi": Page(
        "Comment la lettre partira-t-elle\u202f?",
        (
            Entry(
                "lettre.envoi",
                "Comment la lettre partira-t-elle\u202f?",
                "radio",
                options=(
                    Option("recommande", "En recommandé, avec avis de réception",
                           "La preuve la plus sûre\u00a0: comptez quelques euros."),
                    Option("remise", "En main propre, contre un reçu signé",
                           "Gratuit\u00a0: faites signer et dater votre copie."),
                    Option("courriel", "Par courriel", "Demandez un accusé de réception, et gardez-le."),
                    Option("ent", "Par la messagerie de l’établissement", "Faites une capture d’écran de l’envoi."),
                ),
            ),
            Entry("lettre.lieu", "Commune où vous écrivez", max_length=60, hint="Elle s’imprime devant la date."),
        ),
        summary="Envoi",
    ),
    "voie": Page(
        "Par où la lettre passe-t-elle\u202f?",
        (
            Entry(
                "destinataire.voie_hierarchique",
                "Par où la lettre passe-t-elle\u202f?",
                "radio",
                options=(
                    Option("oui", "Par la direction de l’école",
                           "L’usage à l’école publique\u00a0: vous la remettez à l’école, qui transmet."),
                    Option("non", "Directement à la direction académique", "Il faudra en donner l’adresse."),
                ),
            ),
        ),
        summary="Chemin",
    ),
    "direction": Page(
        "Qui dirige l’école\u202f?",
        (
            Entry("etablissement.direction.genre", "La direction de l’école", "radio", options=GENDERS),
            Entry("etablissement.circonscription.nom", "Nom de la circonscription", is_optional=True, max_length=60,
                  hint="Celle de l’inspection, si vous la connaissez. Par exemple\u00a0: Alès 1."),
        ),
        lead="La lettre la nomme avant d’arriver à la direction académique.",
        summary="Direction de l’école",
    ),
    "adresse-destinataire": Page(
        "À quelle adresse écrire\u202f?",
        address_entries("destinataire.adresse"),
        lead="Nous ne la connaissons pas encore\u00a0: elle est sur le site du service ou de l’établissement.",
        summary="Adresse du destinataire",
    ),
}  # fmt: skip


def addressee_page(title: str, reason: str) -> Page:
    """Who holds the office: `title` is the office in a sentence, `reason` why it is the right one."""
    return Page(
        "À qui s’adresse la lettre\u202f?",
        (
            Entry("destinataire.genre", f"{title[:1].upper()}{title[1:]}", "radio", options=GENDERS,
                  hint="La lettre commence par «\u202fMadame\u202f» ou «\u202fMonsieur\u202f»."),
            Entry("destinataire.nom", "Son nom", is_optional=True, max_length=60, autocomplete="off"),
        ),
        lead=reason,
        summary="Destinataire",
    )  # fmt: skip


_KINDS = {
    FieldKind.LINE: "line",
    FieldKind.TEXT: "text",
    FieldKind.CHOICE: "radio",
    FieldKind.CHOICES: "checkboxes",
    FieldKind.YES_NO: "radio",
    FieldKind.DATE: "date",
}


def question_page(field: Field, rows: int = 0) -> Page:
    """The page of one of the letter's own questions; `rows` is how many lines a list shows."""
    if field.kind is FieldKind.ROWS:
        count = min(max(rows, field.min_rows, 1), field.max_rows)
        entries = tuple(
            replace(_entry(column, f"reponses.{field.id}.{place}.{column.id}"), is_optional=not column.is_required)
            for place in range(count)
            for column in field.columns
        )
        return Page(field.label, entries, field.hint, template="wizard/rows.html", prompts=field.prompts,
                    may_be_put_off=field.is_required, rows=count)  # fmt: skip
    return Page(
        field.label,
        (replace(_entry(field, f"reponses.{field.id}"), hint=""),),
        lead=_lead(field),
        prompts=(*field.prompts, Prompt("Un exemple", field.example))
        if field.example and field.kind is FieldKind.TEXT
        else field.prompts,
        may_be_put_off=field.is_required,
    )


def _lead(field: Field) -> str:
    """What helps to answer; the example of a short answer says more than its rule, that of a long one is folded."""
    example = f"Par exemple : {field.example}." if field.example and field.kind is FieldKind.LINE else ""
    return " ".join(words for words in (field.hint, example) if words)


def _entry(field: Field, path: str) -> Entry:
    return Entry(
        path=path,
        label=field.label,
        kind=_KINDS[field.kind],
        hint="" if field.kind is FieldKind.ROWS else field.hint,
        options=YES_NO if field.kind is FieldKind.YES_NO else field.options,
        is_optional=not field.is_required,
        max_length=field.max_length,
    )


def page_of(step_id: str) -> Page | None:
    """The page of a step that is the same in every letter, None for the others."""
    if step_id in STEPS:
        return STEPS[step_id]
    if step_id.startswith("enfant-"):
        return child_page(int(step_id.removeprefix("enfant-")) - 1)
    return {"vous": person_page(0), "cosignataire": person_page(1)}.get(step_id)
