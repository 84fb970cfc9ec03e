"""Composes a blank form: the kernel's own letter for a skeleton of answers, with places to write at its head.

It must never put anything but the addressee where the window of the envelope shows it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.address import MAX_LINE_LENGTH, abbreviated
from app.domain.answers import Answers
from app.domain.authorities import AuthorityBook
from app.domain.composition import Grounds, Renderer, Shelf, addressee_of, compose, letter_context
from app.domain.conditions import Condition
from app.domain.courtesy import envelope_line
from app.domain.deadlines import Channel
from app.domain.document import (
    Blank,
    Box,
    Document,
    HeaderLine,
    Inlines,
    LineBreak,
    SignaturePlace,
    Text,
    inlines_of,
    written_inlines,
)
from app.domain.envelope import is_address_asked, is_through_head, recipient_lines, sending_words
from app.domain.letters import LetterTemplate
from app.domain.markers import entry
from app.domain.offices import address_lines, head_of_school
from app.domain.paper.context import blank_context
from app.domain.paper.settings import PaperSettings
from app.domain.paper.skeleton import signer_name, skeleton, town_mark
from app.domain.paper.values import Open
from app.domain.paths import value_at
from app.domain.recipients import Recipient
from app.domain.sending import Sending
from app.domain.typography import typeset

NOTICE = typeset("Les passages précédés d’une case ne valent que si elle est cochée.")
_WAYS = (Channel.RECOMMANDE, Channel.REMISE)


def blank_form(template: LetterTemplate, settings: PaperSettings, shelf: Shelf, renderer: Renderer) -> Document:
    """The form of a letter: its text with places to write, its choices to tick.

    `renderer` must be one that leaves choices open. Raises what `composition.compose` raises, and UnknownReference.
    """
    answers = skeleton(template, settings, shelf.files)
    document = compose(answers, template, shelf, renderer, settings.on, settings.reference)
    recipient = addressee_of(answers, template)
    form = replace(
        document,
        title=template.title,
        sender=_senders(settings),
        recipient=_window(answers, recipient, settings, shelf.authorities),
        place_and_date=_place_and_date(),
        header=_header(document, settings),
        signatures=tuple(SignaturePlace("", _signature(settings, place)) for place in range(len(settings.signers))),
        enclosures=_enclosures(template, answers, settings, shelf, renderer),
    )
    return replace(form, header=(*form.header, *_notice(form)))


def _senders(settings: PaperSettings) -> tuple[tuple[str, ...], ...]:
    """One block for each who signs; the second has no address of its own to write unless it differs."""
    count = len(settings.signers)
    first = (
        signer_name(0, count),
        entry("signataires.0.adresse.voie", "Adresse"),
        entry("signataires.0.adresse.commune", "Code postal et commune"),
        entry("signataires.0.contact", "Courriel ou téléphone, si vous voulez"),
    )
    others = [
        (signer_name(place, count), entry(f"signataires.{place}.adresse", "Adresse, si elle est différente"))
        for place in range(1, count)
    ]
    return (first, *others)


def _signature(settings: PaperSettings, place: int) -> str:
    return "Signature" if len(settings.signers) == 1 else ("Votre signature", "Signature de l’autre parent")[place]


def _place_and_date() -> Inlines:
    town = town_mark()
    return written_inlines(f"{town}, le {entry('lettre.date', 'date', 'short')}")


def _window(
    answers: Answers, recipient: Recipient, settings: PaperSettings, authorities: AuthorityBook
) -> tuple[str, ...]:
    """The lines of the window: what is known of the addressee, then places to write, six lines at most."""
    gender = settings.addressee_gender
    title = address_lines(recipient.office, gender)
    street = entry("destinataire.adresse.voie", "Adresse")
    town = entry("destinataire.adresse.commune", "Code postal et commune")
    is_through = is_through_head(answers, recipient)
    if is_through or recipient.office is head_of_school(settings.stage, settings.sector):
        through = (envelope_line(answers.school.head, settings.head_gender),) if is_through else ()
        # The name is not that of the text: there it follows « collège », here it stands alone.
        known = abbreviated(settings.school_name[:1].upper() + settings.school_name[1:])
        fits = bool(known) and len(known) <= MAX_LINE_LENGTH
        name = known if fits else entry("destinataire.etablissement", "Nom de l’établissement")
        return (*title[:1], *through, name, street, town)
    channel = Channel.RECOMMANDE
    if is_address_asked(recipient, channel, "", authorities, is_through_head=False):
        return (*title, street, town)
    own = replace(answers, addressee=replace(answers.addressee, address=None))
    return recipient_lines(own, recipient, authorities)


def _header(document: Document, settings: PaperSettings) -> tuple[HeaderLine, ...]:
    """The subject, the way through the hierarchy, the reference if there is one, how the letter leaves."""
    kept = []
    for line in document.header:
        if line.label == "Réf." and not settings.reference:
            continue
        kept.append(HeaderLine(line.label, _sending(settings) if line.label == "Envoi" else _written(line.inlines)))
    return tuple(kept)


def _sending(settings: PaperSettings) -> Inlines:
    number = entry("lettre.numero", "numéro du recommandé")
    if settings.channel is not None:
        words = _way_words(settings.channel)
        return written_inlines(f"{words} n°\u00a0{number}" if settings.channel is Channel.RECOMMANDE else words)
    ways = [entry(f"lettre.envoi={way.value}", _way_words(way), "box") + f"\u00a0{_way_words(way)}" for way in _WAYS]
    return tuple(inline for place, way in enumerate(ways) for inline in (*_break(place), *written_inlines(way)))


def _break(place: int) -> Inlines:
    return (LineBreak(),) if place else ()


def _way_words(channel: Channel) -> str:
    return typeset(sending_words(Sending("", channel)))


def _written(inlines: Inlines) -> Inlines:
    """The words of the kernel's own lines with what they hold of places to write."""
    return tuple(
        part for inline in inlines for part in (written_inlines(inline.text) if isinstance(inline, Text) else (inline,))
    )


def _notice(form: Document) -> tuple[HeaderLine, ...]:
    """How to read the boxes, said to whoever receives the letter, where there are some."""
    has_boxes = any(isinstance(inline, Box) and inline.field for inline in inlines_of(form.body))
    return (HeaderLine("Cases", (Text(NOTICE),)),) if has_boxes else ()


def _enclosures(
    template: LetterTemplate, answers: Answers, settings: PaperSettings, shelf: Shelf, renderer: Renderer
) -> tuple[str, ...]:
    """What goes with the letter: what surely does, and behind a box what may."""
    context = letter_context(answers, template, shelf, settings.on)
    read, _ = blank_context(context, template, settings)
    lines = ["Mandat de l’élève"] if settings.has_mandate else []
    for place, enclosure in enumerate(template.enclosures):
        results = _results(enclosure.when, read)
        if True not in results:
            continue
        # On a list one writes a few words after the box, not a line of their own.
        text = as_line(_short(renderer.line(enclosure.source(template.path), context, Grounds(shelf.law, settings.on))))
        box = entry(f"pieces_jointes.{place}=oui", "Je joins cette pièce", "box") + "\u00a0"
        lines.append(f"{box}{text}" if False in results else text)
    return tuple(lines)


def _short(inlines: Inlines) -> Inlines:
    return tuple(Blank("long", one.field, one.label) if isinstance(one, Blank) else one for one in inlines)


def _results(when: Condition, context: Mapping[str, Any]) -> set[bool]:
    """Whether a condition holds on the form: surely, surely not, or as one will tick."""
    results = {True}
    for path, accepted in when.tests:
        value = value_at(context, path)
        test = Condition((("lu", accepted),))
        readings = value.reading.values() if isinstance(value, Open) else (value,)
        found = {test.holds({"lu": reading}) for reading in readings}
        if found == {False}:
            return {False}
        results |= found
    return results


def as_line(inlines: Inlines) -> str:
    """A line as a plain text that keeps its places to write (`document.written_inlines` finds them again)."""
    words = []
    for inline in inlines:
        match inline:
            case Blank():
                words.append(entry(inline.field, inline.label, inline.width, inline.lines))
            case Box():
                words.append(entry(inline.field, inline.tip, "box"))
            case Text():
                words.append(inline.text)
    return "".join(words)
