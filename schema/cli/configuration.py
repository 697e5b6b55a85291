"""`graticule config`: what is in force and who said so, fit to be pasted into a report: no secret is in it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from schema.cli.terminal import print_json, print_rows
from services.settings import Settings, default_in_words

MASK: Final = "***"
_USER_OF_URL: Final = re.compile(r"://(?!/).*@", re.DOTALL)
"""To the last @: a password that was not written as a URL wants it may have slashes and @ of its own."""

_PASSWORD_OF_QUERY: Final = re.compile(r"(?i)([?&][^=&]*(?:password|passwd|secret|token|key|sas)[^=&]*=)[^&]*")


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: its value in force, its default, and who gave it. Nothing here is secret any more."""

    name: str
    variable: str
    value: str | float | None
    default: str
    origin: str


def rows(settings: Settings, origins: Mapping[str, str]) -> list[Row]:
    """Give every setting, in the order of the documentation."""
    followed = {
        "database_url": settings.effective_database_url,
        "artifacts_url": settings.effective_artifacts_url,
        "bus_url": settings.effective_bus_url,
        "queue_url": settings.effective_queue_url,
    }
    values = {name: followed.get(name, getattr(settings, name)) for name in Settings.model_fields}
    return [
        Row(name, f"GRATICULE_{name.upper()}", _shown(values[name]), _default(name, field), origins[name])
        for name, field in Settings.model_fields.items()
    ]


def print_settings(found: Collection[Row], *, as_json: bool) -> None:
    """Show settings as a table, or as JSON, one object a line."""
    if as_json:
        for row in found:
            print_json({name: getattr(row, name) for name in Row.__slots__})
        return
    cells = [
        (row.variable, "-" if row.value in (None, "") else str(row.value), row.origin, row.default) for row in found
    ]
    print_rows(("setting", "value", "from", "default"), cells, folded=("value", "default"))


def _shown(value: object) -> str | float | None:
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, int | float | None):
        return value
    return str(value) if isinstance(value, Path) else without_secrets(str(value))


def without_secrets(url: str) -> str:
    """Give a URL, or a path, without user, password and whatever else is secret in it."""
    return _PASSWORD_OF_QUERY.sub(rf"\1{MASK}", _USER_OF_URL.sub(f"://{MASK}@", url))


def _default(name: str, field: FieldInfo) -> str:
    return default_in_words(name, field.default).replace("`", "")
