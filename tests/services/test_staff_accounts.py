"""Accounts of staff: kept encrypted, found by a fingerprint, written once when two write at once; passwords judged."""

import json
from dataclasses import replace

import pytest
from flask import Flask

from app.domain.errors import Conflict
from app.services.keys import rotate_keys
from app.services.staff.accounts import (
    AccountCard,
    account_by_email,
    account_by_handle,
    account_by_id,
    account_by_uniquifier,
    guessable,
    new_account,
    save_account,
    staff_key,
)
from app.services.staff.passwords import LONGEST, SHORTEST, password_fault
from tests.running_house import house_of

CANARIES = ("Canarine", "canarine@exemple.fr", "secret-canari", "code-canari", "clé canari")


@pytest.fixture
def account(any_app: Flask) -> AccountCard:
    """An account full of canary words."""
    house = house_of(any_app)
    with house.units.writing() as unit:
        staff_id = new_account(unit, house.settings, "Canarine@exemple.fr", "Canarine", None)
    card = account_by_id(house, staff_id)
    assert card is not None
    with house.units.writing() as unit:
        full = replace(card, tf_totp_secret=json.dumps("secret-canari"), mf_recovery_codes=("code-canari",))
        return save_account(unit, card, full)


def test_an_account_is_found_by_its_address_its_cookie_and_its_key(any_app: Flask, account: AccountCard) -> None:
    house = house_of(any_app)
    assert account_by_email(house, "CANARINE@EXEMPLE.FR") == account
    assert account_by_uniquifier(house, account.fs_uniquifier) == account
    assert account_by_handle(house, account.fs_webauthn_user_handle) == account
    assert account_by_email(house, "autre@exemple.fr") is None
    assert account_by_email(house, "ceci n’est pas une adresse") is None
    assert staff_key(house.settings, "") is None


def test_no_personal_word_lies_in_clear_in_the_database(any_app: Flask, account: AccountCard) -> None:
    house = house_of(any_app)
    with house.units.reading() as unit:
        rows = [
            repr([bytes(part) if isinstance(part, memoryview) else part for part in row])
            for table in ("staff", "staff_passkey", "staff_session")
            for row in unit.session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert rows
    assert not [word for word in CANARIES for row in rows if word.lower() in row.lower()]
    assert all(result.unreadable == 0 for result in rotate_keys(house.units))
    assert account_by_id(house, account.id) == account


def test_of_two_who_change_one_account_the_second_is_told(any_app: Flask, account: AccountCard) -> None:
    house = house_of(any_app)
    with house.units.writing() as unit:
        first = save_account(unit, account, replace(account, tf_last_counter=7))
    assert first.version == account.version + 1
    with pytest.raises(Conflict), house.units.writing() as unit:
        save_account(unit, account, replace(account, tf_last_counter=7))
    with house.units.writing() as unit:
        assert save_account(unit, first, first) is first


def test_two_accounts_never_share_an_address(any_app: Flask, account: AccountCard) -> None:
    house = house_of(any_app)
    with pytest.raises(Conflict), house.units.writing() as unit:
        new_account(unit, house.settings, "canarine@exemple.fr", "Une autre", None)
    assert account_by_email(house, account.email) == account


def test_the_words_of_a_person_are_their_name_address_and_associations_in_every_spelling() -> None:
    words = guessable("Éloïse Petit", "Parents d’Alès")
    assert {"éloïse", "eloise", "petit", "éloïse petit", "parents d'ales", "alès", "ales"} <= set(words)


@pytest.mark.parametrize(
    "password",
    [
        "x" * (SHORTEST - 1),
        "lampe " * 30,
        "12345678",
        "azertyuiop",
        "motdepasse1",
        "Eloise2024",
        "parents d'ales",
        "carnetdedroits",
    ],
)
def test_a_password_that_can_be_guessed_is_refused(password: str) -> None:
    assert password_fault(password, guessable("Éloïse Petit", "eloise@exemple.fr", "Parents d’Alès")) is not None


@pytest.mark.parametrize(
    "password", ["lampe citron vélo nuage", "d4#Kz!p2vQ", "пароль с четырьмя словами", "q" * 20 + "vélo nuage citron"]
)
def test_a_password_nobody_guesses_is_taken_whatever_its_signs(password: str) -> None:
    assert password_fault(password, guessable("Éloïse Petit")) is None


def test_the_longest_password_is_judged_and_taken() -> None:
    long = "vélo nuage citron lampe " * 6
    assert password_fault(long[:LONGEST], ()) is None
    assert password_fault(long[: LONGEST + 1], ()) is not None
