"""The settings, frozen and typed, read from the environment and from `instance/settings.env`; nothing here
may guess
a secret, and a place that looks like production does not start on a missing or weak value."""

import argparse
import os
import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.domain.contact import email_address
from app.domain.errors import DomainError, InvalidAnswer
from app.domain.typography import typeset
from app.services.key_strength import (
    data_key_weakness,
    mail_password_weakness,
    new_data_key,
    new_secret_key,
    secret_key_weakness,
)

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
SETTINGS_FILE = "settings.env"
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# How mail travels, and the usual port of each way.
MAIL_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
TRUE_WORDS = frozenset({"1", "true", "oui", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "non", "no", "off"})
WRITE_COMMAND = "python config.py --write-secrets instance"


class SettingsRefused(DomainError):
    """The application must not start; `setting` is the name of the value at fault."""

    def __init__(self, setting: str, sentence: str) -> None:
        super().__init__(typeset(f"{setting} : {sentence}"))
        self.setting = setting


@dataclass(frozen=True, slots=True)
class Settings:
    """What a running house needs to know. Secrets are kept out of `repr`."""

    SECRET_KEY: str = field(repr=False)
    DATA_KEYS: tuple[str, ...] = field(repr=False)
    DATABASE_URL: str = field(repr=False)
    BASE_URL: str = DEFAULT_BASE_URL
    REDIS_URL: str | None = field(default=None, repr=False)
    DEBUG: bool = False
    DRAFT_DAYS: int = 30
    LETTER_DAYS: int = 90
    DOSSIER_DAYS: int = 90  # counted from the last useful date of the dossier
    RENDER_PROCESSES: int = 1
    PROXIES: int = 0  # how many reverse proxies stand before us, whose X-Forwarded-For we believe
    LOG_LEVEL: str = "INFO"
    SITE_OWNER: str = ""  # who runs this site, how to reach them, who hosts it: printed on the legal pages
    SITE_CONTACT: str = ""
    SITE_HOST: str = ""
    MAIL_SERVER: str = ""  # without one the site works and sends no reminder
    MAIL_PORT: int = 587
    MAIL_TLS: str = "starttls"
    MAIL_USERNAME: str = ""
    MAIL_PASSWORD: str = field(default="", repr=False)
    MAIL_SENDER: str = ""
    MAIL_TIMEOUT: int = 20  # seconds, for each step of the talk with the server
    INSTANCE: Path = INSTANCE

    @property
    def has_mail(self) -> bool:
        """Whether the house can send mail: reminders and lost links depend on it."""
        return self.MAIL_SERVER != ""

    @property
    def is_https(self) -> bool:
        """Whether people reach the house over HTTPS: it decides on HSTS and on `__Host-` cookies."""
        return self.BASE_URL.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.DATABASE_URL.startswith("sqlite")


def load_settings(environment: Mapping[str, str] | None = None, instance: Path = INSTANCE) -> Settings:
    """Read the settings; the environment wins over the file. Raises SettingsRefused naming the first value
    at fault.
    """
    given = os.environ if environment is None else environment
    instance = Path(given.get("INSTANCE") or instance)
    values = {**_read_settings_file(instance / SETTINGS_FILE), **given}
    is_production = _looks_like_production(values)
    return Settings(
        SECRET_KEY=_secret_key(values.get("SECRET_KEY", ""), is_production),
        DATA_KEYS=_data_keys(values.get("DATA_KEYS", ""), is_production),
        DATABASE_URL=_database_url(values.get("DATABASE_URL", ""), is_production, instance),
        BASE_URL=_base_url(values.get("BASE_URL", ""), is_production),
        REDIS_URL=_redis_url(values.get("REDIS_URL", "")),
        DEBUG=_debug(values, is_production),
        DRAFT_DAYS=_whole_number(values, "DRAFT_DAYS", 30, 1, 365),
        LETTER_DAYS=_whole_number(values, "LETTER_DAYS", 90, 1, 3650),
        DOSSIER_DAYS=_whole_number(values, "DOSSIER_DAYS", 90, 1, 3650),
        RENDER_PROCESSES=_whole_number(values, "RENDER_PROCESSES", 1, 1, 64),
        PROXIES=_whole_number(values, "PROXIES", 0, 0, 5),
        LOG_LEVEL=_log_level(values.get("LOG_LEVEL", "")),
        SITE_OWNER=values.get("SITE_OWNER", "").strip(),
        SITE_CONTACT=values.get("SITE_CONTACT", "").strip(),
        SITE_HOST=values.get("SITE_HOST", "").strip(),
        **_mail(values, is_production),
        INSTANCE=instance,
    )


def load_settings_or_exit() -> Settings:
    """Read the settings, or end the process with the French sentence alone (no trace of the values)."""
    try:
        return load_settings()
    except SettingsRefused as refusal:
        sys.exit(str(refusal))


def write_secrets(instance: Path) -> Path:
    """Write SECRET_KEY and DATA_KEYS to the settings file (mode 600) where absent; what is there is never
    changed.
    """
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = instance / SETTINGS_FILE
    known = _read_settings_file(path)
    fresh = {"SECRET_KEY": new_secret_key, "DATA_KEYS": new_data_key}
    missing = [f"{name}={make()}\n" for name, make in fresh.items() if not known.get(name)]
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as stream:
        stream.writelines(missing)
    return path


def _read_settings_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; empty lines and `#` comments are skipped. An absent file is an empty one."""
    if not path.exists():
        return {}
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsRefused(
            SETTINGS_FILE,
            "ce fichier contient des secrets, d’autres comptes peuvent le lire : faites chmod 600.",
        )
    values: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            values[name.strip()] = value.strip()
    return values


def _looks_like_production(values: Mapping[str, str]) -> bool:
    host = urlsplit(values.get("BASE_URL") or DEFAULT_BASE_URL).hostname or ""
    database = values.get("DATABASE_URL", "")
    return (
        values.get("CARNET_ENV", "").strip().lower() == "production"
        or host not in LOOPBACK_HOSTS
        or (database != "" and not database.startswith("sqlite"))
    )


def _secret_key(value: str, is_production: bool) -> str:
    if not value:
        raise SettingsRefused("SECRET_KEY", f"aucune clé n’est donnée ; créez-la avec « {WRITE_COMMAND} ».")
    weakness = secret_key_weakness(value)
    if is_production and weakness:
        raise SettingsRefused("SECRET_KEY", f"{weakness} ; créez-en une avec « {WRITE_COMMAND} ».")
    return value


def _data_keys(value: str, is_production: bool) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in value.split(",") if key.strip())
    if not keys:
        raise SettingsRefused("DATA_KEYS", f"aucune clé n’est donnée ; créez-la avec « {WRITE_COMMAND} ».")
    for key in keys:
        fault = data_key_weakness(key)
        if fault is not None and (fault.is_unusable or is_production):
            raise SettingsRefused("DATA_KEYS", f"{fault.sentence} ; créez-en une avec « {WRITE_COMMAND} ».")
    return keys


def _database_url(value: str, is_production: bool, instance: Path) -> str:
    if not value:
        if is_production:
            raise SettingsRefused("DATABASE_URL", "aucune base de données n’est donnée ; indiquez son adresse.")
        return f"sqlite:///{instance / 'carnet.sqlite3'}"
    if not re.match(r"^(sqlite|postgresql)(\+\w+)?://", value):
        raise SettingsRefused("DATABASE_URL", "seules les bases SQLite et PostgreSQL conviennent.")
    return re.sub(r"^postgresql(\+\w+)?://", "postgresql+psycopg://", value)


def _base_url(value: str, is_production: bool) -> str:
    url = (value or DEFAULT_BASE_URL).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise SettingsRefused("BASE_URL", "l’adresse doit ressembler à https://exemple.fr, sans rien après le nom.")
    if is_production and parts.scheme != "https":
        raise SettingsRefused("BASE_URL", "l’adresse publique doit commencer par https://.")
    return url


def _redis_url(value: str) -> str | None:
    if value and not re.match(r"^(redis|rediss|unix)://", value):
        raise SettingsRefused("REDIS_URL", "l’adresse doit commencer par redis://, rediss:// ou unix://.")
    return value or None


def _debug(values: Mapping[str, str], is_production: bool) -> bool:
    word = values.get("DEBUG", "").strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise SettingsRefused("DEBUG", "la valeur doit être 0 ou 1.")
    is_debug = word in TRUE_WORDS or values.get("FLASK_DEBUG", "").strip().lower() in TRUE_WORDS
    if is_debug and is_production:
        raise SettingsRefused(
            "DEBUG", "ce mode montre des données aux visiteurs ; retirez-le avant d’ouvrir au public."
        )
    return is_debug


def _whole_number(values: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    word = values.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,6}", word) or not least <= int(word) <= most:
        raise SettingsRefused(name, f"la valeur doit être un nombre entier de {least} à {most}.")
    return int(word)


def _log_level(value: str) -> str:
    level = (value or "INFO").strip().upper()
    if level not in LOG_LEVELS:
        raise SettingsRefused("LOG_LEVEL", f"la valeur doit être l’une de celles-ci : {', '.join(LOG_LEVELS)}.")
    return level


def _mail(values: Mapping[str, str], is_production: bool) -> dict[str, Any]:
    """The settings of mail; none of them counts without a server."""
    server = values.get("MAIL_SERVER", "").strip()
    if not server:
        return {}
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", server):
        raise SettingsRefused("MAIL_SERVER", "indiquez le nom du serveur de courrier, par exemple smtp.exemple.fr.")
    tls = values.get("MAIL_TLS", "").strip().lower() or "starttls"
    if tls not in MAIL_PORTS:
        raise SettingsRefused("MAIL_TLS", f"la valeur doit être l’une de celles-ci : {', '.join(MAIL_PORTS)}.")
    if tls == "none" and server not in LOOPBACK_HOSTS:
        raise SettingsRefused("MAIL_TLS", "le courrier ne part en clair que vers cette machine : choisissez starttls.")
    username, password = values.get("MAIL_USERNAME", "").strip(), values.get("MAIL_PASSWORD", "").strip()
    return {
        "MAIL_SERVER": server,
        "MAIL_PORT": _whole_number(values, "MAIL_PORT", MAIL_PORTS[tls], 1, 65535),
        "MAIL_TLS": tls,
        "MAIL_USERNAME": username,
        "MAIL_PASSWORD": _mail_password(username, password, is_production),
        "MAIL_SENDER": _mail_sender(values.get("MAIL_SENDER", "").strip()),
        "MAIL_TIMEOUT": _whole_number(values, "MAIL_TIMEOUT", 20, 1, 60),
    }


def _mail_password(username: str, password: str, is_production: bool) -> str:
    if bool(username) != bool(password):
        missing = "MAIL_PASSWORD" if username else "MAIL_USERNAME"
        raise SettingsRefused(missing, "le serveur de courrier veut un nom et un mot de passe, ou aucun des deux.")
    weakness = mail_password_weakness(password) if password else None
    if is_production and weakness:
        raise SettingsRefused("MAIL_PASSWORD", f"{weakness} ; demandez-en un autre à votre hébergeur.")
    return password


def _mail_sender(value: str) -> str:
    _name, address = parseaddr(value)
    try:
        has_address = value.isprintable() and email_address(address, "MAIL_SENDER") != ""
    except InvalidAnswer:
        has_address = False
    if not has_address:
        raise SettingsRefused("MAIL_SENDER", "indiquez l’adresse d’où partent les rappels, par exemple a@exemple.fr.")
    return value


def main(arguments: list[str] | None = None) -> int:
    """Write the secrets of a new house, or say that they are there already."""
    parser = argparse.ArgumentParser(description="Réglages du Carnet de droits.")
    parser.add_argument("--write-secrets", metavar="DOSSIER", type=Path, required=True)
    path = write_secrets(parser.parse_args(arguments).write_secrets)
    sys.stdout.write(f"Les secrets sont dans {path.name}, lisible par vous seul. Gardez-en une copie.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
