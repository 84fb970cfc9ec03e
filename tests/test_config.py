"""The settings: what starts, what refuses to start, and the sentence that says why."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.services.key_strength import data_key_weakness, new_data_key, new_secret_key, secret_key_weakness
from config import ROOT, SettingsRefused, load_settings, main, write_secrets

GOOD = {"SECRET_KEY": new_secret_key(), "DATA_KEYS": new_data_key()}
PRODUCTION = {**GOOD, "BASE_URL": "https://carnet.example", "DATABASE_URL": "postgresql://db/carnet"}

MAIL = {
    "MAIL_SERVER": "smtp.example",
    "MAIL_USERNAME": "carnet",
    "MAIL_PASSWORD": "Kx7-vqPz2Lr9",
    "MAIL_SENDER": "Carnet de droits <rappels@carnet.example>",
}

REFUSED_IN_PRODUCTION = [
    ("SECRET_KEY", {"SECRET_KEY": ""}),
    ("SECRET_KEY", {"SECRET_KEY": "changeme"}),
    ("SECRET_KEY", {"SECRET_KEY": "changeme-changeme-changeme-changeme-and-more"}),
    ("SECRET_KEY", {"SECRET_KEY": "Jk3dP8sQ0zVn5yXwT2"}),
    ("SECRET_KEY", {"SECRET_KEY": "a" * 64}),
    ("SECRET_KEY", {"SECRET_KEY": "0aZ9" * 20}),
    ("SECRET_KEY", {"SECRET_KEY": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"}),
    ("DATA_KEYS", {"DATA_KEYS": ""}),
    ("DATA_KEYS", {"DATA_KEYS": "too-short"}),
    ("DATA_KEYS", {"DATA_KEYS": "A" * 43 + "="}),
    ("DATA_KEYS", {"DATA_KEYS": "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="}),
    ("DATA_KEYS", {"DATA_KEYS": new_data_key() + ",not-a-fernet-token"}),
    ("DEBUG", {"DEBUG": "1"}),
    ("DEBUG", {"FLASK_DEBUG": "1"}),
    ("BASE_URL", {"BASE_URL": "http://carnet.example"}),
    ("BASE_URL", {"BASE_URL": "carnet.example"}),
    ("BASE_URL", {"BASE_URL": "https://carnet.example/sous-dossier"}),
    ("DATABASE_URL", {"DATABASE_URL": ""}),
    ("DATABASE_URL", {"DATABASE_URL": "mysql://db/carnet"}),
    ("REDIS_URL", {"REDIS_URL": "http://redis"}),
    ("DRAFT_DAYS", {"DRAFT_DAYS": "0"}),
    ("DRAFT_DAYS", {"DRAFT_DAYS": "trente"}),
    ("RENDER_PROCESSES", {"RENDER_PROCESSES": "-1"}),
    ("PROXIES", {"PROXIES": "99"}),
    ("LOG_LEVEL", {"LOG_LEVEL": "LOUD"}),
    ("MAIL_SERVER", {**MAIL, "MAIL_SERVER": "smtp.example/boîte"}),
    ("MAIL_TLS", {**MAIL, "MAIL_TLS": "peut-être"}),
    ("MAIL_TLS", {**MAIL, "MAIL_TLS": "none"}),
    ("MAIL_PORT", {**MAIL, "MAIL_PORT": "70000"}),
    ("MAIL_TIMEOUT", {**MAIL, "MAIL_TIMEOUT": "3600"}),
    ("MAIL_SENDER", {**MAIL, "MAIL_SENDER": ""}),
    ("MAIL_SENDER", {**MAIL, "MAIL_SENDER": "Carnet de droits"}),
    ("MAIL_SENDER", {**MAIL, "MAIL_SENDER": "rappels@carnet.example\r\nBcc: tous@carnet.example"}),
    ("MAIL_USERNAME", {**MAIL, "MAIL_USERNAME": ""}),
    ("MAIL_PASSWORD", {**MAIL, "MAIL_PASSWORD": ""}),
    ("MAIL_PASSWORD", {**MAIL, "MAIL_PASSWORD": "court"}),
    ("MAIL_PASSWORD", {**MAIL, "MAIL_PASSWORD": "motdepasse-du-carnet"}),
]


@pytest.mark.parametrize(("setting", "changes"), REFUSED_IN_PRODUCTION)
def test_production_refuses_to_start_and_names_the_setting(
    setting: str, changes: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        load_settings({**PRODUCTION, **changes}, tmp_path)
    assert refusal.value.setting == setting
    assert str(refusal.value).startswith(f"{setting}\u00a0: ")
    assert str(refusal.value).endswith(".")
    assert all(value not in str(refusal.value) for value in changes.values() if len(value) > 3)


@pytest.mark.parametrize(
    "sign",
    [
        {"BASE_URL": "https://carnet.example", "DATABASE_URL": "sqlite:///x.db"},
        {"BASE_URL": "https://127.0.0.1:8443", "DATABASE_URL": "postgresql://db/carnet"},
        {"BASE_URL": "https://localhost", "DATABASE_URL": "sqlite:///x.db", "CARNET_ENV": "production"},
    ],
)
def test_each_sign_of_production_is_enough_to_refuse_a_weak_key(sign: dict[str, str], tmp_path: Path) -> None:
    assert GOOD["SECRET_KEY"] == load_settings({**GOOD, **sign}, tmp_path).SECRET_KEY
    with pytest.raises(SettingsRefused, match="SECRET_KEY"):
        load_settings({**GOOD, **sign, "SECRET_KEY": "a" * 40}, tmp_path)


def test_a_sound_production_starts(tmp_path: Path) -> None:
    settings = load_settings(PRODUCTION, tmp_path)
    assert settings.is_https
    assert not settings.is_sqlite
    assert settings.DATABASE_URL == "postgresql+psycopg://db/carnet"


def test_a_fresh_clone_starts_on_sqlite_and_a_loopback_address(tmp_path: Path) -> None:
    settings = load_settings(GOOD, tmp_path)
    assert f"sqlite:///{tmp_path / 'carnet.sqlite3'}" == settings.DATABASE_URL
    assert settings.BASE_URL == "http://127.0.0.1:8000"
    assert (settings.DRAFT_DAYS, settings.DEBUG, settings.REDIS_URL) == (30, False, None)


def test_a_place_without_a_mail_server_starts_and_sends_nothing(tmp_path: Path) -> None:
    settings = load_settings({**PRODUCTION, "MAIL_SENDER": "pas une adresse"}, tmp_path)
    assert not settings.has_mail


@pytest.mark.parametrize(("tls", "port"), [("", 587), ("starttls", 587), ("ssl", 465)])
def test_mail_leaves_encrypted_by_the_port_of_its_kind(tls: str, port: int, tmp_path: Path) -> None:
    settings = load_settings({**PRODUCTION, **MAIL, "MAIL_TLS": tls}, tmp_path)
    assert settings.has_mail
    assert (tls or "starttls", port, 20) == (settings.MAIL_TLS, settings.MAIL_PORT, settings.MAIL_TIMEOUT)
    assert MAIL["MAIL_PASSWORD"] not in repr(settings)


def test_mail_may_go_in_clear_to_a_server_of_this_machine(tmp_path: Path) -> None:
    local = {"MAIL_SERVER": "127.0.0.1", "MAIL_TLS": "none", "MAIL_SENDER": "a@exemple.fr"}
    assert load_settings({**GOOD, **local}, tmp_path).MAIL_PORT == 25


def test_even_a_fresh_clone_needs_its_own_keys(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="--write-secrets"):
        load_settings({}, tmp_path)


def test_secrets_are_written_once_for_the_owner_alone(tmp_path: Path) -> None:
    path = write_secrets(tmp_path / "instance")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_text()
    assert main(["--write-secrets", str(tmp_path / "instance")]) == 0
    assert path.read_text() == first
    settings = load_settings({**PRODUCTION, "SECRET_KEY": _value(first, "SECRET_KEY")}, tmp_path / "instance")
    assert settings.SECRET_KEY in first


def test_writing_secrets_keeps_a_key_that_was_chosen(tmp_path: Path) -> None:
    path = tmp_path / "settings.env"
    path.touch(0o600)
    path.write_text(f"# mine\nSECRET_KEY={GOOD['SECRET_KEY']}\n")
    write_secrets(tmp_path)
    settings = load_settings({}, tmp_path)
    assert GOOD["SECRET_KEY"] == settings.SECRET_KEY
    assert data_key_weakness(settings.DATA_KEYS[0]) is None


def test_a_settings_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = write_secrets(tmp_path)
    path.chmod(0o644)
    with pytest.raises(SettingsRefused, match="chmod 600"):
        load_settings({}, tmp_path)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    assert load_settings({"DRAFT_DAYS": "7"}, tmp_path).DRAFT_DAYS == 7


def test_settings_show_no_secret_when_printed(tmp_path: Path) -> None:
    settings = load_settings({**PRODUCTION, "REDIS_URL": "redis://:hush@cache"}, tmp_path)
    shown = repr(settings)
    assert all(secret not in shown for secret in (settings.SECRET_KEY, settings.DATA_KEYS[0], "hush", "//db"))


def test_a_fresh_key_is_never_called_weak() -> None:
    assert {secret_key_weakness(new_secret_key()) for _ in range(300)} == {None}
    assert {data_key_weakness(new_data_key()) for _ in range(300)} == {None}


def test_the_process_stops_with_one_sentence_and_no_trace() -> None:
    environment = {**os.environ, **PRODUCTION, "SECRET_KEY": "changeme"}
    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("SECRET_KEY")
    assert "Traceback" not in ended.stderr


def _value(text: str, name: str) -> str:
    return next(line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{name}="))


def test_another_house_keeps_its_files_in_another_place(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    settings = load_settings({"INSTANCE": str(tmp_path)})
    assert tmp_path == settings.INSTANCE
    assert f"sqlite:///{tmp_path / 'carnet.sqlite3'}" == settings.DATABASE_URL
