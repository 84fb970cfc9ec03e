"""Addresses that an envelope window can show, and the sentences for those it cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.address import (
    MAX_LINE_LENGTH,
    MAX_LINES,
    PostalAddress,
    abbreviated,
    check_line,
    postal_address,
)
from app.domain.departements import departement_of, other_departement_of
from app.domain.errors import InvalidAnswer, MissingAnswer


def address(
    street: str = "3 rue des Lilas",
    postcode: str = "30100",
    town: str = "Alès",
    complement: str = "",
    country: str = "",
) -> PostalAddress:
    return postal_address(
        field="adresse", street=street, postcode=postcode, town=town, complement=complement, country=country
    )


def test_the_last_line_is_in_capitals_without_accents_and_only_the_last() -> None:
    assert address(street="3 allée de l'Été").lines(["Anne Durand"]) == (
        "Anne Durand",
        "3 allée de l’Été",
        "30100 ALES",
    )


def test_a_postbox_and_a_cedex_stand_where_the_post_wants_them() -> None:
    lines = address("8 place du Puits", "38021", "Grenoble Cedex 01", "TSA 10203").lines(["Service des élèves"])
    assert lines == ("Service des élèves", "8 place du Puits", "TSA 10203", "38021 GRENOBLE CEDEX 01")


def test_a_cedex_needs_no_street() -> None:
    assert address("", "38021", "Grenoble cedex 9").lines(["Inspection"]) == (
        "Inspection",
        "38021 GRENOBLE CEDEX 9",
    )


def test_complements_stand_above_the_street_and_make_six_lines_with_two_names() -> None:
    home = address(complement="Appartement 12\nRésidence du Parc")
    assert home.lines(["Anne Durand", "Paul Martin"]) == (
        "Anne Durand",
        "Paul Martin",
        "Appartement 12",
        "Résidence du Parc",
        "3 rue des Lilas",
        "30100 ALES",
    )
    with pytest.raises(InvalidAnswer, match="occupe 7 lignes ; l’enveloppe en montre 6"):
        home.lines(["Anne Durand", "Paul Martin", "chez Rose Petit"])


def test_a_country_is_the_last_line_and_france_is_silent() -> None:
    assert address("Rue Haute 5", "1000", "Bruxelles", country="Belgique").lines()[-2:] == (
        "1000 BRUXELLES",
        "BELGIQUE",
    )
    assert address(country="FRANCE").country == ""
    assert address("4 rue Grimaldi", "98000", "Monaco", country="Monaco").lines()[-1] == "98000 MONACO"
    assert address("4 rue Grimaldi", "98000", "Monaco").departement == ""
    assert address("Rue Haute 5", "1000", "Bruxelles", country="Belgique").departement == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("30 100", "30100"), (" 30100 ", "30100"), ("F-30100", "30100"), ("01000", "01000"), ("98714", "98714")],
)
def test_a_postcode_is_read_as_people_type_it(typed: str, kept: str) -> None:
    assert address(postcode=typed).postcode == kept


@pytest.mark.parametrize("typed", ["3010", "301000", "2A000", "00000", "abc", "30100 Alès"])
def test_a_postcode_that_is_not_five_digits_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAnswer, match="Écrivez cinq chiffres") as caught:
        address(postcode=typed)
    assert caught.value.field == "adresse.code_postal"


def test_digits_of_another_script_are_refused_in_a_postcode() -> None:
    with pytest.raises(InvalidAnswer, match="ne sait pas imprimer") as caught:
        address(postcode="٣٠١٠٠")
    assert caught.value.field == "adresse.code_postal"


def test_spaces_commas_and_a_repeated_postcode_are_tidied() -> None:
    tidy = address("  3   rue des Lilas ,, ", "30100", "30100  Alès,", " Bât . B , ,\n , \n\n")
    assert (tidy.street, tidy.town, tidy.complement) == ("3 rue des Lilas", "Alès", "Bât. B")


def test_a_long_line_is_named_counted_and_given_a_way_out() -> None:
    with pytest.raises(InvalidAnswer) as caught:
        address("125 avenue du Commandant-Jean-de-Montferrand")
    assert caught.value.field == "adresse.voie"
    assert caught.value.message == (
        "La ligne « 125 avenue du Commandant-Jean-de-Montferrand » compte 44 caractères ; "
        "une adresse en accepte 38. Abrégez-la, par exemple « AV » pour « avenue »."
    )
    with pytest.raises(InvalidAnswer, match="répartissez-la sur deux lignes"):
        check_line("x" * 39, "adresse")


def test_abbreviations_shorten_a_line_only_until_it_holds() -> None:
    assert abbreviated("3 rue des Lilas") == "3 rue des Lilas"
    assert abbreviated("12 boulevard du Docteur-Jean-Baptiste-Roux") == "12 BD du Docteur-Jean-Baptiste-Roux"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"street": "<b>3 rue</b>"}, "voie"),
        ({"street": "=SOMME(A1)"}, "voie"),
        ({"street": "???"}, "voie"),
        ({"street": "3 rue\u202e des Lilas"}, "voie"),
        ({"street": "3 rue \ue000"}, "voie"),
        ({"street": "3 rue \x00"}, "voie"),
        ({"complement": "[chez moi]"}, "complement"),
        ({"town": "30100"}, "commune"),
        ({"town": "A" * 40}, "commune"),
        ({"country": "Pays très lointain au delà de la grande mer"}, "pays"),
        ({"postcode": "30100", "country": "Monaco"}, "code_postal"),
    ],
)
def test_hostile_or_unreadable_parts_are_refused_beside_their_field(changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        address(**changes)
    assert caught.value.field == f"adresse.{field}"
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"street": ""}, "voie"), ({"town": " "}, "commune"), ({"postcode": ""}, "code_postal")],
)
def test_what_is_missing_is_said(changes: dict[str, str], field: str) -> None:
    with pytest.raises(MissingAnswer) as caught:
        address(**changes)
    assert caught.value.field == f"adresse.{field}"


@pytest.mark.parametrize(
    ("postcode", "code"),
    [
        ("30100", "30"), ("01000", "01"), ("20000", "2A"), ("20137", "2A"), ("20200", "2B"), ("20600", "2B"),
        ("97100", "971"), ("97133", "977"), ("97150", "978"),
        ("97410", "974"), ("97600", "976"), ("98714", "987"),
        ("98800", "988"), ("98000", ""), ("00100", ""), ("99123", ""),
        ("20700", ""), ("75334", "75"), ("3010", ""),
    ],
)  # fmt: skip
def test_a_departement_comes_from_the_postcode_or_is_left_open(postcode: str, code: str) -> None:
    assert departement_of(postcode) == code


def test_a_postcode_that_straddles_two_departements_says_the_other() -> None:
    assert (departement_of("30750"), other_departement_of("30750")) == ("30", "12")
    assert other_departement_of("30100") == ""


_PARTS = st.text(alphabet="abcéèœßÀ'’-., \n0123456789<=", max_size=45)


@given(
    _PARTS,
    st.from_regex(r"[0-9]{5}", fullmatch=True),
    _PARTS,
    _PARTS,
    st.sampled_from(["", "Suisse", "île"]),
    _PARTS,
)
def test_any_accepted_address_holds_in_the_window(
    street: str, postcode: str, town: str, complement: str, country: str, name: str
) -> None:
    try:
        block = address(street, postcode, town, complement, country).lines([name])
    except InvalidAnswer:
        return
    assert 1 <= len(block) <= MAX_LINES
    assert all(0 < len(line) <= MAX_LINE_LENGTH and "\n" not in line for line in block)
    assert block[-1] == block[-1].upper()
