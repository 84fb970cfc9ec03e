"""General reasons are pointed at in the words that were typed; a particular one never is."""

import pytest

from app.domain.plainness import general_reasons


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Je suis contre le fichage.", ("contre le fichage",)),
        ("Nous sommes CONTRE LE FICHAGE des enfants", ("CONTRE LE FICHAGE des enfants",)),
        ("Par principe, et par principe encore.", ("Par principe", "par principe")),
        ("C’est Big Brother, du flicage, une société de surveillance, par principe.", 3),
        ("Surveillance généralisée", ("Surveillance généralisée",)),
    ],
)
def test_a_general_reason_is_quoted_as_it_was_typed(text: str, found: tuple[str, ...] | int) -> None:
    reasons = general_reasons(text)
    assert (len(reasons) if isinstance(found, int) else reasons) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lou est suivie pour un diabète depuis mars 2024 et son père ne doit pas connaître son adresse.",
        "Son bulletin porte une absence qui n’a pas eu lieu.",
        "ﬁchage ﬁchage",  # a letter that folds into two: nothing is pointed at rather than a wrong place
    ],
)
def test_a_particular_reason_is_left_in_peace(text: str) -> None:
    assert general_reasons(text) == ()


@pytest.mark.parametrize("text", ["contre le fichage " * 6000, "a" * 100_000, "refus de " * 12_000, "’" * 100_000])
def test_a_hundred_kilobytes_are_read_in_a_moment(text: str) -> None:
    assert all(len(reason) <= 80 for reason in general_reasons(text))
