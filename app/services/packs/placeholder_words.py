"""The names of the contract in human words: (words, what an invented family gets, what is written). Tables only."""

from collections.abc import Sequence

Row = tuple[str, str, str]

CITED = '{{{{ "{}"|cite }}}}'

_CHILDREN = """\
{% for enfant in enfants.liste %}
- {{ enfant.nom }}{% if enfant.classe %}, élève {{ enfant.classe|de }}{% endif %}

{% endfor %}
"""

FAMILY: Sequence[Row] = (
    ("Le prénom de l’enfant, ou des enfants", "Lou", "{{ enfants.prenoms }}"),
    ("Le nom complet de l’enfant, ou des enfants", "Lou Durand", "{{ enfants.noms }}"),
    ("« ma fille », « notre fils », « mes enfants »", "ma fille", "{{ enfants.mon }}"),
    ("Le même, avec le nom", "ma fille Lou Durand", "{{ enfants.designation }}"),
    (
        "Chaque enfant et sa classe, en liste",
        "Lou Durand, élève de 6e B",
        _CHILDREN,
    ),
    ("Le nom des personnes qui signent", "Camille Durand et Noé Martin", "{{ signataires.noms }}"),
    ("À quel titre elles écrivent", "mère et père", "{{ signataires.qualites }}"),
)
SCHOOL: Sequence[Row] = (
    ("Le nom de l’établissement", "collège Jean-Moulin", "{{ ecole.nom }}"),
    ("Le même, avec « le » ou « l’ »", "le collège Jean-Moulin", "{{ ecole.le }}"),
    ("« du collège », « de l’école »", "du collège Jean-Moulin", "{{ ecole.le|de }}"),
    ("« au collège », « à l’école »", "au collège Jean-Moulin", "{{ ecole.le|a }}"),
    ("« à Alès », la commune de l’établissement", "à Alès", "{{ ecole.commune|a }}"),
    ("La personne à qui l’on écrit", "la principale du collège", "{{ destinataire.fonction }}"),
    ("La même, dans une formule", "Madame la principale", "{{ destinataire.titre }}"),
)
ONE_FILE: Sequence[Row] = (
    ("Le nom complet du fichier", "Livret scolaire unique du premier et du second degrés", "{{ fichier.nom }}"),
    ("Son nom court", "LSU", "{{ fichier.sigle }}"),
    ("Son nom court, avec « le » ou « l’ »", "le LSU", "{{ fichier.le }}"),
    ("« du LSU », « de l’ENT »", "du LSU", "{{ fichier.le|de }}"),
    ("« au LSU », « à l’ENT »", "au LSU", "{{ fichier.le|a }}"),
    (
        "Le texte qui l’a créé, s’il est connu",
        "arrêté du 24 octobre 2017",
        "{% if fichier.acte %}{{ fichier.acte }}{% endif %}",
    ),
)
SEVERAL_FILES: Sequence[Row] = (
    (
        "Les fichiers choisis, en liste",
        "Livret scolaire unique ; Onde",
        "{% for fichier in fichiers %}\n- {{ fichier.nom }}\n\n{% endfor %}\n",
    ),
)
LETTER: Sequence[Row] = (
    ("La date de la lettre", "21 novembre 2026", "{{ lettre.date|date }}"),
    ("La commune où elle est écrite", "Alès", "{{ lettre.lieu }}"),
)
DOSSIER: Sequence[Row] = (
    ("L’objet de la première lettre", "Droit d’accès", "{{ dossier.titre }}"),
    ("Sa date", "21 septembre 2026", "{% if dossier.date %}{{ dossier.date|date }}{% endif %}"),
    ("Sa référence", "7K2M-94QX", "{% if dossier.reference %}{{ dossier.reference }}{% endif %}"),
    (
        "À qui elle était adressée",
        "le principal du collège",
        "{% if dossier.destinataire %}{{ dossier.destinataire }}{% endif %}",
    ),
    (
        "Le jour où elle est arrivée",
        "24 septembre 2026",
        "{% if dossier.reception_le %}{{ dossier.reception_le|date }}{% endif %}",
    ),
    (
        "Le dernier jour pour répondre",
        "26 octobre 2026",
        "{% if dossier.echeance %}{{ dossier.echeance|date }}{% endif %}",
    ),
    ("Le jour de la réponse", "2 novembre 2026", "{% if dossier.reponse_le %}{{ dossier.reponse_le|date }}{% endif %}"),
    ("Le jour du refus", "2 novembre 2026", "{% if dossier.refus_le %}{{ dossier.refus_le|date }}{% endif %}"),
    (
        "Ce qui est resté sans réponse, en liste",
        "la copie complète des données",
        "{% for point in dossier.manquants %}\n- {{ point.texte }}\n\n{% endfor %}\n",
    ),
    (
        "Ce qui est arrivé, dans l’ordre, en liste",
        "24 septembre 2026 : la lettre est arrivée",
        "{% for fait in dossier.faits %}\n- {{ fait.date|date }} : {{ fait.texte }}\n\n{% endfor %}\n",
    ),
)
GRAMMAR: Sequence[Row] = (
    (
        "Une personne signe, ou deux",
        "« Je demande » ; à deux : « Nous demandons »",
        '{{ "Je demande|Nous demandons"|je }}',
    ),
    ("Un enfant, ou plusieurs", "« sa classe » ; pour deux : « leur classe »", '{{ "sa classe|leur classe"|enfant }}'),
    (
        "Accorder avec les personnes qui signent",
        "« informé », « informée », « informé(e) », « informés », « informées »",
        '{{ "informé|informée|informé(e)|informés|informées"|genre_signataires }}',
    ),
    (
        "Accorder avec l’enfant, ou les enfants",
        "« inscrit », « inscrite », « inscrit(e) », « inscrits », « inscrites »",
        '{{ "inscrit|inscrite|inscrit(e)|inscrits|inscrites"|genre_enfant }}',
    ),
    ("« de » devant un nom", "« du collège Jean-Moulin », « de l’école », « d’Alès »", "{{ ecole.le|de }}"),
    ("« à » devant un nom", "« au collège Jean-Moulin », « à l’école », « à Alès »", "{{ ecole.le|a }}"),
    ("Une capitale au début", "« Le collège Jean-Moulin »", "{{ ecole.le|maj }}"),
    ("Une date en toutes lettres", "« 21 novembre 2026 »", "{{ lettre.date|date }}"),
)
MARKS: Sequence[Row] = (
    ("Un titre", "une ligne qui commence par ##", "\n## Titre\n"),
    ("Une liste", "chaque ligne commence par un tiret", "\n- un point\n- un autre point\n"),
    ("Une liste numérotée", "le destinataire peut répondre point par point", "\n1. un point ;\n2. un autre point.\n"),
    ("Du gras", "**comme ceci**", "**mots en gras**"),
    ("Une case à cocher", "une case vide, cochée au stylo", "\n- [ ] une case à cocher\n"),
    ("Une ligne à remplir", "des pointillés, remplis au stylo", "____________________"),
    (
        "L’explication « En clair »",
        "se lit à l’écran à côté du paragraphe, ne s’imprime pas",
        "\n> Ce que dit le paragraphe du dessus, en mots simples.\n",
    ),
    ("Une feuille à part", "ce qui suit part sur une annexe, après la signature", "\n---\n\n## Annexe\n"),
)
SITUATIONS: Sequence[tuple[str, str]] = (
    ("Il y a plusieurs enfants", "enfants.nombre > 1"),
    ("Deux personnes signent", "signataires.nombre > 1"),
    ("L’élève a dix-huit ans et écrit en son nom", "signataires.eleve_majeur"),
    ("L’établissement est public", 'ecole.secteur == "public"'),
    ("L’établissement est privé", 'ecole.secteur == "prive"'),
    ("C’est une école maternelle", 'ecole.niveau == "maternelle"'),
    ("C’est une école élémentaire", 'ecole.niveau == "elementaire"'),
    ("C’est un collège", 'ecole.niveau == "college"'),
    ("C’est un lycée", 'ecole.niveau == "lycee"'),
    ("On écrit à une administration de l’État", "destinataire.est_etat"),
    ("La lettre part en recommandé", 'lettre.envoi == "recommande"'),
    ("La lettre est remise en main propre", 'lettre.envoi == "remise"'),
)
DOSSIER_SITUATIONS: Sequence[tuple[str, str]] = (
    ("Le délai de réponse est passé", "dossier.est_en_retard"),
    ("Une réponse est arrivée", "dossier.reponse_le"),
    ("Un refus est arrivé", "dossier.refus_le"),
    ("Le refus dit comment le contester", "dossier.refus_voies"),
    ("L’arrivée de la première lettre est prouvée", "dossier.reception_prouvee"),
)
