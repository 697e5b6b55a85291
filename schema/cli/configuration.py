"""`graticule config`: what is in force and who said so, fit to be pasted into a report: no secret is in it."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.table import Column, Table

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


def print_rows(found: Collection[Row], *, out: Console, as_json: bool) -> None:
    """Show settings as a table, or as JSON, one object a line."""
    if as_json:
        for row in found:
            plain = {name: getattr(row, name) for name in Row.__slots__}
            out.print(json.dumps(plain), markup=False, soft_wrap=True)
        return
    table = Table(
        Column("setting", no_wrap=True),
        Column("value", overflow="fold"),
        Column("from", no_wrap=True),
        Column("default", overflow="fold"),
        box=None,
        pad_edge=False,
    )
    for row in found:
        value = "-" if row.value in (None, "") else str(row.value)
        table.add_row(row.variable, value, row.origin, row.default)
    out.print(table, markup=False)


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
