"""From a postal code to its département. It must never pass a guess for a fact:
codes that straddle are named.
"""

_STANDALONE_TERRITORIES = frozenset(
    {"971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988"}
)
# Two islands kept the postal code of the Guadeloupe they left.
_ISLANDS = {"97133": "977", "97150": "978"}
_CORSICA = {"200": "2A", "201": "2A", "202": "2B", "206": "2B"}

# Postal codes served by one post office for communes of a second département. Computed on 2026-11-21 from the
# npm package codes-postaux 4.1.2 (Base Adresse Nationale, MIT): code, then the other département.
_STRADDLING = {
    "01200": "74", "01410": "39", "01590": "39", "05110": "04", "05130": "04", "05160": "04", "05700": "26",
    "06260": "04", "12210": "15", "13780": "83", "15230": "12", "21340": "71", "27370": "76", "30750": "12",
    "33220": "24", "34260": "12", "37120": "86", "37160": "86", "42620": "03", "43300": "15", "43450": "15",
    "48250": "07", "48500": "12", "52100": "51", "55120": "51", "57410": "67", "57412": "67", "62760": "80",
    "82160": "12", "82330": "12",
}  # fmt: skip


def departement_of(postcode: str) -> str:
    """Return the code of the département of a French postal code: "30", "2A", "2B", "971".

    "" for Monaco, for the army, and where the digits do not tell (a Corsican cedex). See
    `other_departement_of`.
    """
    if len(postcode) != 5 or not (postcode.isascii() and postcode.isdigit()):
        return ""
    if postcode.startswith(("97", "98")):
        code = _ISLANDS.get(postcode, postcode[:3])
        return code if code in _STANDALONE_TERRITORIES else ""
    if postcode.startswith("20"):
        return _CORSICA.get(postcode[:3], "")
    return postcode[:2] if "01" <= postcode[:2] <= "95" else ""


def other_departement_of(postcode: str) -> str:
    """Return the second département that a straddling postal code serves, "" for all the others:
    the person must say.
    """
    return _STRADDLING.get(postcode, "")
