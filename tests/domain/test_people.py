"""Who signs and for whom, and how the letter speaks of them."""

from datetime import date

import pytest

from app.domain.address import PostalAddress
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.family import Family, needs_second_signature_advice
from app.domain.offices import Right
from app.domain.people import Child, Children, Gender, Quality, Signatories, Signatory, child, signatory

TODAY = date(2026, 11, 21)
HOME = PostalAddress("3 rue des Lilas", "30100", "Alès")
ELSEWHERE = PostalAddress("9 rue Basse", "30000", "Nîmes")


def anne(quality: Quality = Quality.MERE, address: PostalAddress | None = HOME) -> Signatory:
    return Signatory("Anne", "Durand", Gender.F, quality, address)


def paul(quality: Quality = Quality.PERE, address: PostalAddress | None = None) -> Signatory:
    return Signatory("Paul", "Martin", Gender.M, quality, address)


def pupil(name: str = "Lou", gender: Gender = Gender.F, born_on: date | None = None) -> Child:
    return Child(name, "Durand", gender, "CM1", born_on)


def family(*signs: Signatory, about: tuple[Child, ...] = (pupil(),), has_mandate: bool = False) -> Family:
    return Family(Signatories(signs), Children(about), has_mandate)


def test_one_signatory_says_je_and_two_say_nous() -> None:
    assert (Signatories((anne(),)).subject, Signatories((anne(), paul())).subject) == ("je", "nous")
    assert Signatories((anne(), paul())).names == "Anne Durand et Paul Martin"


def test_a_group_is_masculine_only_when_somebody_is() -> None:
    sam = Signatory("Sam", "Petit", Gender.N, Quality.PARENT)
    rose = Signatory("Rose", "Petit", Gender.F, Quality.MERE)
    assert Signatories((anne(), rose)).gender is Gender.F
    assert Signatories((anne(), paul())).gender is Gender.M
    assert Signatories((anne(), sam)).gender is Gender.N


@pytest.mark.parametrize(
    ("signs", "genders", "words"),
    [
        ((anne(),), "f", "ma fille"),
        ((anne(),), "m", "mon fils"),
        ((anne(),), "n", "mon enfant"),
        ((anne(),), "ff", "mes filles"),
        ((anne(),), "mm", "mes fils"),
        ((anne(),), "fm", "mes enfants"),
        ((anne(), paul()), "f", "notre fille"),
        ((anne(), paul()), "n", "notre enfant"),
        ((anne(), paul()), "fn", "nos enfants"),
        ((anne(Quality.TUTEUR),), "f", "l’enfant"),
        ((anne(Quality.MERE), paul(Quality.DELEGATAIRE)), "fm", "les enfants"),
        ((anne(Quality.ELEVE),), "f", "moi-même"),
    ],
)
def test_children_are_named_by_their_tie_to_who_signs(signs: tuple[Signatory, ...], genders: str, words: str) -> None:
    about = tuple(pupil(f"Lou{'abcdefgh'[place]}", Gender(sign)) for place, sign in enumerate(genders))
    assert family(*signs, about=about).short == words


def test_the_named_form_states_a_guardianship_a_delegation_or_a_mandate() -> None:
    assert family(anne()).named == "ma fille Lou Durand"
    assert family(anne(Quality.TUTEUR)).named == "l’enfant Lou Durand, dont j’exerce la tutelle"
    assert family(anne(Quality.DELEGATAIRE)).named == (
        "l’enfant Lou Durand, à l’égard de qui j’exerce, par délégation, l’autorité parentale"
    )
    assert family(anne(), has_mandate=True).named == "ma fille Lou Durand, qui m’a donné mandat"
    twins = (pupil("Lou"), pupil("Zoé"))
    assert family(anne(), paul(), about=twins, has_mandate=True).named == (
        "nos filles Lou Durand et Zoé Durand, qui nous ont donné mandat"
    )
    assert family(anne(Quality.MERE), paul(Quality.TUTEUR)).named == "l’enfant Lou Durand, dont nous avons la charge"


def test_pronouns_and_possessives_follow_the_children() -> None:
    assert (family(anne()).pronoun, family(anne()).their, family(anne()).of_short) == (
        "elle",
        "ses",
        "de ma fille",
    )
    assert family(anne(), about=(pupil(gender=Gender.N),)).pronoun == "mon enfant"
    assert family(anne(Quality.TUTEUR), about=(pupil("A"), pupil("B"))).of_short == "des enfants"
    assert (family(anne(Quality.ELEVE)).pronoun, family(anne(Quality.ELEVE)).their) == ("je", "mes")


def test_the_quality_is_printed_and_authority_ends_with_majority() -> None:
    assert family(anne()).quality_of(0) == "mère, titulaire de l’autorité parentale"
    assert family(anne(), has_mandate=True).quality_of(0) == "mère, par mandat"
    assert family(anne(Quality.TUTEUR)).quality_of(0) == "tutrice"


def test_parents_who_live_apart_give_two_households() -> None:
    together, apart = Signatories((anne(), paul())), Signatories((anne(), paul(address=ELSEWHERE)))
    assert not together.live_apart
    assert [(home.names, home.address) for home in together.households] == [(("Anne Durand", "Paul Martin"), HOME)]
    assert [home.address for home in apart.households] == [HOME, ELSEWHERE]


@pytest.mark.parametrize(
    ("right", "disagreement", "signs", "advised"),
    [
        (Right.OPPOSITION, True, (anne(),), True),
        (Right.EFFACEMENT, True, (anne(),), True),
        (Right.ACCES, True, (anne(),), False),
        (Right.OPPOSITION, False, (anne(),), False),
        (Right.OPPOSITION, True, (anne(), paul()), False),
    ],
)
def test_a_second_signature_is_advised_only_against_a_known_disagreement(
    right: Right, disagreement: bool, signs: tuple[Signatory, ...], advised: bool
) -> None:
    assert needs_second_signature_advice(Signatories(signs), right, known_disagreement=disagreement) is advised


def test_counts_and_twins_are_refused_with_a_sentence() -> None:
    with pytest.raises(MissingAnswer, match="Ajoutez au moins un signataire"):
        Signatories(())
    with pytest.raises(MissingAnswer, match="Ajoutez son prénom"):
        Children(())
    with pytest.raises(InvalidAnswer, match="signe deux fois") as caught:
        Signatories((anne(), Signatory("ANNE", "Durand", Gender.N, Quality.PARENT)))
    assert caught.value.field == "signataires.1.prenom"
    with pytest.raises(InvalidAnswer, match="figure deux fois"):
        Children((pupil("Zoé"), pupil("zoe")))
    with pytest.raises(InvalidAnswer, match="8 enfants"):
        Children(tuple(pupil(f"Lou{'abcdefghi'[n]}") for n in range(9)))
    with pytest.raises(InvalidAnswer, match="Deux élèves"):
        Signatories((anne(Quality.ELEVE), paul(Quality.ELEVE)))
    with pytest.raises(InvalidAnswer, match="Deux personnes au plus"):
        Signatories((anne(), paul(), Signatory("Rose", "Petit", Gender.F, Quality.PARENT)))


@pytest.mark.parametrize("born_on", [date(2026, 11, 22), date(1996, 11, 21)])
def test_a_birth_date_to_come_or_thirty_years_old_is_refused(born_on: date) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        child("enfants.0", given_name="Lou", family_name="Durand", today=TODAY, born_on=born_on)
    assert caught.value.field == "enfants.0.naissance"


def test_ages_are_whole_years_and_unknown_without_a_birth_date() -> None:
    leap = pupil(born_on=date(2008, 2, 29))
    assert (leap.is_adult(date(2026, 2, 27)), leap.is_adult(date(2026, 3, 1))) == (False, True)
    assert (leap.is_fifteen(TODAY), pupil().is_adult(TODAY), pupil().is_fifteen(TODAY)) == (True, None, None)


@pytest.mark.parametrize(
    ("quality", "has_mandate", "born_on", "reason"),
    [
        (Quality.ELEVE, False, date(2010, 1, 1), "un parent doit signer"),
        (Quality.MERE, False, date(2008, 1, 1), "cochez le mandat"),
        (Quality.MERE, True, date(2010, 1, 1), "Décochez le mandat"),
    ],
)
def test_a_birth_date_that_contradicts_who_signs_is_refused(
    quality: Quality, has_mandate: bool, born_on: date, reason: str
) -> None:
    with pytest.raises(InvalidAnswer, match=reason) as caught:
        family(anne(quality), about=(pupil(born_on=born_on),), has_mandate=has_mandate).check_ages(TODAY)
    assert caught.value.field == "enfants.0.naissance"


def test_ages_that_agree_with_who_signs_pass() -> None:
    adult, teen = pupil(born_on=date(2008, 1, 1)), pupil(born_on=date(2011, 1, 1))
    family(anne(Quality.ELEVE), about=(adult,)).check_ages(TODAY)
    family(anne(), about=(adult,), has_mandate=True).check_ages(TODAY)
    family(anne(Quality.ELEVE), about=(teen,)).check_ages(TODAY, minimum_age=15)
    family(anne()).check_ages(TODAY)
    with pytest.raises(InvalidAnswer, match="pour lui seul"):
        family(anne(Quality.ELEVE), about=(adult, pupil("Zoé"))).check_ages(TODAY)


def test_what_a_person_types_is_cleaned_and_gender_follows_the_quality() -> None:
    made = signatory(
        "signataires.0", given_name=" Anne ", family_name="D'Arc", quality=Quality.MERE, phone="0466000000"
    )
    assert (made.full_name, made.gender, made.phone) == ("Anne D’Arc", Gender.F, "04 66 00 00 00")
    with pytest.raises(MissingAnswer) as caught:
        signatory("signataires.0", given_name="", family_name="Durand", quality=Quality.PARENT)
    assert caught.value.field == "signataires.0.prenom"
    with pytest.raises(InvalidAnswer):
        child("enfants.0", given_name="<Lou>", family_name="Durand", today=TODAY)
