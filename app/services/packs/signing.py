"""Signs what an association sends and verifies what it receives (Ed25519, RFC 8032). It must never show a private key.

A pack carries the key it is signed with: the signature says that nothing changed since, the fingerprint of the key,
compared by two people, says who signed.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.domain.pack_manifest import SIGNED_AS, Manifest, RefusedPack

_SIGNATURE_BYTES = 64
_BROKEN = (
    "La signature de ce lot n’est pas la bonne : il a été changé depuis qu’il a été signé, ou par une autre "
    "personne. Demandez l’archive de nouveau à l’association."
)


def signature_of(manifest: bytes, signing_key: bytes) -> str:
    """The signature of a manifest, hexadecimal; `signing_key`: the raw private key of the association."""
    return Ed25519PrivateKey.from_private_bytes(signing_key).sign(SIGNED_AS + manifest).hex()


def check_signature(manifest: Manifest, signature: bytes) -> str:
    """The signature as text, when it is that of the key that the manifest names; raises RefusedPack."""
    text = signature.decode("ascii", "replace").removesuffix("\n")
    try:
        raw = bytes.fromhex(text)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest.public_key))
        key.verify(raw, SIGNED_AS + manifest.to_bytes())
    except (ValueError, InvalidSignature):
        raise RefusedPack(_BROKEN) from None
    if len(raw) != _SIGNATURE_BYTES or text != raw.hex():
        raise RefusedPack(_BROKEN)
    return text
