"""The errors of the house, each a French sentence with its remedy. Nothing here may know a status code or a page."""


class DomainError(Exception):
    """Something a person asked for that the house must refuse; `str(error)` is the sentence to show."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownReference(DomainError):
    """A law record, a school file, an authority or a letter is named that the library does not hold."""


class NotInForce(DomainError):
    """A law record is cited on a day when it is not in force."""


class NotCitable(DomainError):
    """A law record of low confidence, or one that is knowledge but no legal text, is cited."""


class InvalidAnswer(DomainError):
    """An answer cannot be read; `field` is its dotted path in the answers (`signataires.0.prenom`)."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def faults(self) -> "tuple[InvalidAnswer, ...]":
        """Every fault this error stands for: itself alone, unless it gathers several."""
        return (self,)


class MissingAnswer(InvalidAnswer):
    """An answer that the letter cannot do without is absent."""


class LibraryFault(DomainError):
    """A data file of `letters/` says something the house cannot accept; it names the file and the line."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.reason = message


class TemplateFault(DomainError):
    """A letter template uses a name, a syntax or a reference that it may not use."""


class IncompleteLetter(DomainError):
    """A letter with a gap was about to be sealed."""


class Conflict(DomainError):
    """Two people, or two clicks, did the same thing at once; the first one holds."""


class NotFound(DomainError):
    """The thing does not exist, or is somebody else's: the answer is the same."""


class NotAllowed(DomainError):
    """A member of the association asks for what their role does not do; others get NotFound."""


class DuplicateReference(DomainError):
    """Two law records bear the same id: a letter could not say which of them it cites."""
