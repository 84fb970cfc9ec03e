"""What stands at the head of a letter: who writes, the window of the envelope, the way it travels, who has a copy.

It must never invent an address: one that nobody gave and no record holds is asked for.
"""

from collections.abc import Sequence

from app.domain.address import MAX_LINE_LENGTH, MAX_LINES, PostalAddress, abbreviated, check_line
from app.domain.answers import Answers
from app.domain.authorities import Academy, AuthorityBook
from app.domain.courtesy import Intermediary, envelope_line, under_cover
from app.domain.deadlines import Channel
from app.domain.departements import departement_of, other_departement_of
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import Gender, de
from app.domain.offices import Office, address_lines, full_title
from app.domain.people import Signatories
from app.domain.recipients import Recipient
from app.domain.school import School
from app.domain.sending import Addressee, Sending

_FIELD = "destinataire.adresse"
_SCHOOL_FIELD = "etablissement.adresse"
_HEADS = frozenset({Office.DIRECTEUR_ECOLE, Office.PRINCIPAL, Office.PROVISEUR, Office.CHEF_PRIVE})
# Where the letter goes by e-mail or through the school's own messages, the window shows no street.
_WITHOUT_ENVELOPE = frozenset({Channel.COURRIEL, Channel.ENT})
# The ministry's own address, as its data protection officer's record gives it.
_OFFICE_AUTHORITIES = {
    Office.MINISTRE: "men",
    Office.MINISTRE_SUP: "mesr",
    Office.CNIL: "cnil",
    Office.CADA: "cada",
    Office.DEFENSEUR: "ddd",
}

# The officer is one person, whoever holds the office: « la délégation » would be another service.
_COPIED_AS = {Office.DPD: "Délégué à la protection des données"}

_SENDING_WORDS = {
    Channel.RECOMMANDE: "Lettre recommandée avec avis de réception",
    Channel.REMISE: "Remise en main propre contre récépissé",
    Channel.COURRIEL: "Par courriel",
    Channel.ENT: "Par la messagerie de l’espace numérique de l’établissement",
}


def sender_blocks(signatories: Signatories) -> tuple[tuple[str, ...], ...]:
    """One block of lines for each household: names, address, then what the school may answer by."""
    blocks = []
    for household in signatories.households:
        contacts = [
            contact
            for person in signatories.people
            if person.full_name in household.names
            for contact in (person.email, person.phone)
            if contact
        ]
        postal = household.address.lines() if household.address else ()
        blocks.append((*household.names, *postal, *dict.fromkeys(contacts)))
    return tuple(blocks)


def recipient_lines(answers: Answers, recipient: Recipient, authorities: AuthorityBook) -> tuple[str, ...]:
    """The lines of the window: six at most, thirty-eight characters each.

    Raises MissingAnswer on `destinataire.adresse` when nobody knows the address, InvalidAnswer on the address or the
    name that does not fit.
    """
    title = _titled(address_lines(recipient.office, answers.addressee.gender), answers.addressee)
    if answers.addressee.address is not None:
        return _fitted(answers.addressee.address, (title, title[:1]), _FIELD)
    if recipient.office in _HEADS:
        return _at_school(answers.school, title)
    if is_through_head(answers, recipient):
        through = envelope_line(answers.school.head, answers.school.head_gender)
        return _at_school(answers.school, (*title, through), (title[0], through))
    postcode = answers.school.address.postcode
    known = _known_lines(recipient, postcode, authorities)
    if known:
        return _joined(title, known)
    if answers.sending.channel in _WITHOUT_ENVELOPE:
        return (*title, *_email(answers.sending.channel, recipient, postcode, authorities))
    raise MissingAnswer(
        _FIELD, f"Écrivez l’adresse postale : {full_title(recipient.office, Gender.N)}. Nous ne la connaissons pas."
    )


def _titled(title: tuple[str, ...], addressee: Addressee) -> tuple[str, ...]:
    """The title with the holder's name: on the same line when there is room and a person is addressed, else below."""
    if not addressee.name:
        return title
    together = f"{title[0]} {addressee.name}"
    if addressee.gender is not Gender.N and len(together) <= MAX_LINE_LENGTH:
        return (together, *title[1:])
    check_line(addressee.name, "destinataire.nom")
    return (title[0], addressee.name, *title[1:])


def is_through_head(answers: Answers, recipient: Recipient) -> bool:
    """Whether the letter is handed to the head of the school, who passes it on."""
    return bool(recipient.through) and answers.addressee.is_through_head


def is_address_asked(
    recipient: Recipient, channel: Channel, postcode: str, authorities: AuthorityBook, *, is_through_head: bool
) -> bool:
    """Whether the parent must give the postal address: no record holds it and the letter travels in an envelope.

    `postcode`: the school's, "" while it is not known.
    """
    is_known = recipient.office in _HEADS or is_through_head or bool(_known_lines(recipient, postcode, authorities))
    return not is_known and channel not in _WITHOUT_ENVELOPE


def through_words(answers: Answers, recipient: Recipient) -> str:
    """« Sous couvert de Madame la directrice …, et de … », or nothing when the letter goes straight."""
    if not is_through_head(answers, recipient):
        return ""
    words = under_cover(tuple(_intermediary(office, answers.school) for office in recipient.through))
    return words[:1].upper() + words[1:]


def _intermediary(office: Office, school: School) -> Intermediary:
    if office is Office.IEN:
        unit = f"circonscription {de(school.district)}" if school.district else ""
        return Intermediary(office, school.inspector_gender, unit)
    return Intermediary(office, school.head_gender, school.name)


def sending_words(sending: Sending) -> str:
    """« Lettre recommandée avec avis de réception n° … », the number when it is known."""
    words = _SENDING_WORDS[sending.channel]
    if sending.channel is Channel.RECOMMANDE and sending.number:
        return f"{words} n° {sending.number}"
    return words


def copy_lines(recipient: Recipient) -> tuple[str, ...]:
    """Who receives a copy, in a neutral form: the holders are not known."""
    titles = (_COPIED_AS.get(office) or full_title(office, Gender.N) for office in recipient.copies)
    return tuple(title[:1].upper() + title[1:] for title in titles)


def _at_school(school: School, *heads: tuple[str, ...]) -> tuple[str, ...]:
    """The school's address under the first head that fits; the school's name goes when there is no room for it."""
    name = abbreviated(school.name[:1].upper() + school.name[1:])
    tops = [(*head, name) for head in heads] + list(heads)
    return _fitted(school.address, tops, _SCHOOL_FIELD)


def _fitted(address: PostalAddress, tops: Sequence[tuple[str, ...]], field: str) -> tuple[str, ...]:
    for top in tops[:-1]:
        try:
            return address.lines(top, field)
        except InvalidAnswer:
            continue  # too many lines, or one too long: the next head is shorter
    return address.lines(tops[-1], field)


def _known_lines(recipient: Recipient, postcode: str, authorities: AuthorityBook) -> tuple[str, ...]:
    """The address that the file's own act gives, else that of the office: a record may hold an e-mail alone."""
    ids = (recipient.authority, _OFFICE_AUTHORITIES.get(recipient.office))
    found = (authorities.get(authority_id).printable_lines for authority_id in ids if authority_id)
    academy = _academy_at(postcode, authorities) if recipient.is_academic else None
    return next((lines for lines in found if lines), academy.printable_lines if academy else ())


def _email(channel: Channel, recipient: Recipient, postcode: str, authorities: AuthorityBook) -> tuple[str, ...]:
    """The mail of an officer or a mediator of the académie, where a record that may be printed holds it."""
    academy = _academy_at(postcode, authorities) if recipient.is_academic and channel is Channel.COURRIEL else None
    if academy is None:
        return ()
    contact = academy.dpd if recipient.office is Office.DPD else academy.mediator
    return (contact.printable,) if contact and contact.printable else ()


def _academy_at(postcode: str, authorities: AuthorityBook) -> Academy | None:
    """The académie of a school; None where its postal code serves two of them."""
    codes = {departement_of(postcode), other_departement_of(postcode)} - {""}
    found = {academy.code: academy for code in codes if (academy := authorities.academy_of_department(code))}
    return next(iter(found.values())) if len(found) == 1 else None


def _joined(title: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Title, then the record's lines, without saying the same service twice."""
    lines = (*title, *(line for line in known if line not in title))
    return lines if len(lines) <= MAX_LINES else (title[0], *known)[-MAX_LINES:]
