"""The forms of packs, and an archive carried from one page to the next without being kept. It must never say that an
archive was verified: what comes back is a stranger's again.
"""

import base64
import binascii
import zlib

from wtforms import BooleanField, FileField, Form, HiddenField, StringField

from app.domain.errors import InvalidAnswer
from app.domain.pack_manifest import MOST_BYTES
from app.domain.typography import typeset
from app.web.public.deadline_form import printable

# What a form may carry besides its files is counted: past this, the file is asked for again.
_MOST_CARRIED = 180_000
_NO_FILE = "Choisissez l’archive du lot, un fichier « .zip » : rien n’a été reçu."


class PackForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What a new pack is called."""

    titre = StringField("Titre du lot", filters=[printable])


class ReceiveForm(Form):  # type: ignore[misc]
    """An archive, and that its key was compared."""

    fichier = FileField("L’archive du lot")
    porte = HiddenField()
    cle = BooleanField("J’ai comparé cette empreinte avec l’association qui envoie le lot")


def carried(raw: bytes) -> str:
    """An archive as a hidden field may carry it; "" when it is too large for that."""
    text = base64.b64encode(zlib.compress(raw, 9)).decode()
    return text if len(text) <= _MOST_CARRIED else ""


def sent_archive(file: bytes, carried_text: str) -> bytes:
    """The archive that a form sent, as a file or carried; raises InvalidAnswer on `fichier`."""
    if file:
        return file
    try:
        unfolding = zlib.decompressobj()
        raw = unfolding.decompress(base64.b64decode(carried_text, validate=True), MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise InvalidAnswer("fichier", typeset(_NO_FILE)) from None
    if not raw:
        raise InvalidAnswer("fichier", typeset(_NO_FILE))
    return raw
