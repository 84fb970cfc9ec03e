"""The number of a registered letter: its two shapes, its key, and the sentence when it is wrong."""

import pytest

from app.domain.errors import InvalidAnswer
from app.domain.registered_mail import registered_number, tracking_url


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("", ""),
        ("   ", ""),
        ("1a 123 456 7890 1", "1A 123 456 7890 1"),
        ("2C12345678901", "2C 123 456 7890 1"),
        ("RR473124829FR", "RR 473 124 829 FR"),  # the example of standard S10
        ("rk-123.456.785-fr", "RK 123 456 785 FR"),
    ],
)
def test_a_number_is_printed_as_on_the_receipt(typed: str, printed: str) -> None:
    assert registered_number(typed) == printed


@pytest.mark.parametrize(
    "typed", ["12345", "1A 123", "RR47312482FR", "AA123456785", "<b>", "1A1234567890123456", "é" * 13]
)
def test_a_wrong_shape_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(InvalidAnswer, match="laissez cette case vide"):
        registered_number(typed, "numero")


@pytest.mark.parametrize("digit", "012345678")
def test_a_wrong_key_is_refused(digit: str) -> None:
    with pytest.raises(InvalidAnswer, match="dernier chiffre"):
        registered_number(f"RR47312482{digit}FR")


def test_the_page_that_follows_it_holds_the_number_alone() -> None:
    assert tracking_url("1A 123 456 7890 1").endswith("?code=1A12345678901")
