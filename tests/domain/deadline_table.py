"""Deadlines counted by hand, once: the kernel and the `flask deadlines` commands must both give them.

Each line: what it shows, the options of the command, the day the answer is due. Days worked out on a paper calendar.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of the table."""

    what: str
    received_on: date
    due_on: date
    departement: str | None = None
    is_extended: bool = False
    suspended: tuple[date, date] | None = None

    @property
    def options(self) -> list[str]:
        """The same line as options of `flask deadlines data-rights`."""
        given = ["--received", self.received_on.isoformat()]
        given += ["--extended"] if self.is_extended else []
        given += ["--suspended", ":".join(day.isoformat() for day in self.suspended)] if self.suspended else []
        return given + (["--departement", self.departement] if self.departement else [])


def _on(
    what: str, received: tuple[int, int, int], due: tuple[int, int, int], departement: str | None = None
) -> Counted:
    return Counted(what, date(*received), date(*due), departement)


ENDS_OF_MONTH = (
    _on("le 31 vers un mois de 30 jours", (2026, 8, 31), (2026, 9, 30)),
    _on("le 30 janvier d’une année ordinaire", (2025, 1, 30), (2025, 2, 28)),
    _on("le 29 janvier d’une année bissextile", (2028, 1, 29), (2028, 2, 29)),
    _on("le 31 janvier d’une année bissextile", (2028, 1, 31), (2028, 2, 29)),
    _on("le 29 février", (2028, 2, 29), (2028, 3, 29)),
    _on("le 29 janvier d’une année ordinaire, puis un lundi", (2027, 1, 29), (2027, 3, 1)),
    _on("le 31 décembre, puis un lundi", (2026, 12, 31), (2027, 2, 1)),
    _on("le passage à l’heure d’été n’y change rien", (2026, 2, 28), (2026, 3, 30)),
)
WEEKENDS = (
    _on("un samedi", (2026, 1, 31), (2026, 3, 2)),
    _on("un dimanche", (2024, 8, 15), (2024, 9, 16)),
    _on("Pâques entier, du samedi au mardi", (2026, 3, 4), (2026, 4, 7)),
)
NATIONAL = (
    _on("1er janvier", (2025, 12, 1), (2026, 1, 2)),
    _on("lundi de Pâques", (2026, 3, 6), (2026, 4, 7)),
    _on("1er mai, un vendredi", (2026, 4, 1), (2026, 5, 4)),
    _on("8 mai, un vendredi", (2026, 4, 8), (2026, 5, 11)),
    _on("Ascension", (2026, 4, 14), (2026, 5, 15)),
    _on("lundi de Pentecôte", (2026, 4, 25), (2026, 5, 26)),
    _on("14 juillet", (2026, 6, 14), (2026, 7, 15)),
    _on("15 août, un vendredi", (2025, 7, 15), (2025, 8, 18)),
    _on("1er novembre, un lundi", (2027, 10, 1), (2027, 11, 2)),
    _on("11 novembre", (2026, 10, 11), (2026, 11, 12)),
    _on("25 décembre, un vendredi", (2026, 11, 25), (2026, 12, 28)),
)
LOCAL = (
    _on("26 décembre ailleurs", (2025, 11, 26), (2025, 12, 26)),
    *(_on("26 décembre", (2025, 11, 26), (2025, 12, 29), code) for code in ("57", "67", "68")),
    _on("Vendredi saint ailleurs", (2026, 3, 3), (2026, 4, 3), "75"),
    *(_on("Vendredi saint, doute compté contre nous", (2026, 3, 3), (2026, 4, 7), code) for code in ("57", "67", "68")),
    _on("abolition, Guadeloupe", (2026, 4, 27), (2026, 5, 28), "971"),
    _on("abolition, Martinique, avant la Pentecôte", (2026, 4, 22), (2026, 5, 26), "972"),
    _on("abolition, Guyane", (2026, 5, 10), (2026, 6, 11), "973"),
    _on("abolition, La Réunion", (2027, 11, 20), (2027, 12, 21), "974"),
    _on("abolition, Mayotte", (2026, 3, 27), (2026, 4, 28), "976"),
    _on("abolition, Saint-Barthélemy", (2026, 9, 9), (2026, 10, 12), "977"),
    _on("abolition, Saint-Martin, deux jours selon les sources", (2026, 4, 27), (2026, 5, 29), "978"),
)
OPTIONS = (
    Counted("prolongée, trois mois depuis la réception", date(2026, 1, 31), date(2026, 4, 30), is_extended=True),
    Counted(
        "suspendue dix jours",
        date(2026, 3, 5),
        date(2026, 4, 15),
        suspended=(date(2026, 3, 10), date(2026, 3, 20)),
    ),
    Counted(
        "prolongée et suspendue d’un jour",
        date(2026, 3, 5),
        date(2026, 6, 8),  # the 5th of June, one day more, which is a Saturday
        is_extended=True,
        suspended=(date(2026, 3, 10), date(2026, 3, 11)),
    ),
)
TABLE = (*ENDS_OF_MONTH, *WEEKENDS, *NATIONAL, *LOCAL, *OPTIONS)
