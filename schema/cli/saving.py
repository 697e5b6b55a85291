"""`graticule backup`: copy what cannot be made again, and say what is to be saved elsewhere."""

from pathlib import Path

from rich.filesize import decimal

from schema.cli.formats import counted
from services.settings import Settings
from services.store.backup import Backup, back_up


def save(settings: Settings, folder: Path) -> list[str]:
    """Copy into a folder that is not there yet, and give what is to be said of it; errors as `back_up` has them."""
    return _said(back_up(settings, folder), folder)


def _said(made: Backup, folder: Path) -> list[str]:
    lines = [f"{folder}: the database and {counted(made.maps, 'map')}, {decimal(made.size_bytes)}."]
    if made.missing:
        lines.append(f"Not there, and made anew when asked for: {counted(made.missing, 'map')}.")
    if made.bucket:
        lines.append("The maps are in a bucket and were not copied: copy or version the bucket itself.")
    return [*lines, f"To restore: graticule serve --data-dir {folder}"]
