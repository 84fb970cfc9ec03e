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
from pathlib import Path
from urllib.parse import urlsplit

from app.domain.errors import DomainError
from app.domain.typography import typeset
from app.services.key_strength import data_key_weakness, new_data_key, new_secret_key, secret_key_weakness

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
SETTINGS_FILE = "settings.env"
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
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
    RENDER_PROCESSES: int = 1
    PROXIES: int = 0  # how many reverse proxies stand before us, whose X-Forwarded-For we believe
    LOG_LEVEL: str = "INFO"
    SITE_OWNER: str = ""  # who runs this site, how to reach them, who hosts it: printed on the legal pages
    SITE_CONTACT: str = ""
    SITE_HOST: str = ""
    INSTANCE: Path = INSTANCE

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
    values = {
        **_read_settings_file(instance / SETTINGS_FILE),
        **(os.environ if environment is None else environment),
    }
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
        RENDER_PROCESSES=_whole_number(values, "RENDER_PROCESSES", 1, 1, 64),
        PROXIES=_whole_number(values, "PROXIES", 0, 0, 5),
        LOG_LEVEL=_log_level(values.get("LOG_LEVEL", "")),
        SITE_OWNER=values.get("SITE_OWNER", "").strip(),
        SITE_CONTACT=values.get("SITE_CONTACT", "").strip(),
        SITE_HOST=values.get("SITE_HOST", "").strip(),
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


def main(arguments: list[str] | None = None) -> int:
    """Write the secrets of a new house, or say that they are there already."""
    parser = argparse.ArgumentParser(description="Réglages du Carnet de droits.")
    parser.add_argument("--write-secrets", metavar="DOSSIER", type=Path, required=True)
    path = write_secrets(parser.parse_args(arguments).write_secrets)
    sys.stdout.write(f"Les secrets sont dans {path.name}, lisible par vous seul. Gardez-en une copie.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
