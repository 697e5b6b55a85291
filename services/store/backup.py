"""A copy of what cannot be made again, while the server runs: a folder that a server can be started on.

Rows first, in one consistent state, then the maps that those rows name: one that is evicted meanwhile is a row without
its map, which is made anew. Clones, parsed tags and work under way are left out, since they can be made again.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.errors import InvalidArgumentError, NotFoundError
from services.models import SnapshotKey
from services.settings import Settings
from services.store.artifacts import path_of
from services.store.buckets import folder_of
from services.store.database import database_file, database_server
from services.store.faults import typed_errors

DATABASE: Final = "graticule.sqlite3"
ARTIFACTS: Final = "artifacts"
BUSY_SECONDS: Final = 30.0
MAPS: Final = "SELECT repository_id, commit_id, engine_version FROM snapshots"
DUMP: Final = "Rows in PostgreSQL are saved by `pg_dump --format=custom`, maps with a copy of GRATICULE_ARTIFACTS_URL."


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied. `missing` maps have rows alone; `bucket`: the maps are in one, and were not copied."""

    maps: int
    missing: int
    size_bytes: int
    bucket: bool


def back_up(settings: Settings, folder: Path) -> Backup:
    """Copy the database and the maps into a new folder, whole or not at all; reads each byte once.

    InvalidArgumentError for a folder that is not new, or a database that is PostgreSQL; NotFoundError when there is
    none; GraticuleError (DISK_FULL).
    """
    with typed_errors(), _new_folder(folder) as made:
        _copy_rows(_database_of(settings), made / DATABASE)
        maps = folder_of(settings.effective_artifacts_url)
        found = [] if maps is None else [_copy_map(maps, made / ARTIFACTS, key) for key in _keys(made / DATABASE)]
        size_bytes = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    return Backup(sum(found), len(found) - sum(found), size_bytes, bucket=maps is None)


def _database_of(settings: Settings) -> Path:
    if database_server(settings.effective_database_url) is not None:
        raise InvalidArgumentError("This server's rows are in PostgreSQL.", hint=DUMP)
    file = database_file(settings.effective_database_url)
    if file is None or not file.is_file():
        raise NotFoundError(f"There is no database at {file or 'the place that the settings name'}.")
    return file


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Make a folder aside, and give it its name when all is in it; nothing is left of one that fails."""
    if folder.exists():
        raise InvalidArgumentError(f"{folder} exists already.", hint="Name a folder that does not, as with a date.")
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)  # of a backup that was killed
    aside.mkdir(mode=0o700, parents=True)
    try:
        yield aside
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _copy_rows(source: Path, target: Path) -> None:
    """Copy one state of the database: writers go on, since it keeps its rows in a log."""
    with (
        closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as rows,
        closing(sqlite3.connect(target)) as copy,
    ):
        rows.backup(copy)
    target.chmod(0o600)
    _flush(target)


def _keys(database: Path) -> list[SnapshotKey]:
    with closing(sqlite3.connect(database)) as rows:
        return [SnapshotKey(*row) for row in rows.execute(MAPS)]


def _copy_map(maps: Path, target: Path, key: SnapshotKey) -> bool:
    """Copy a map; False when it was evicted meanwhile, or lost before."""
    path = path_of(key)
    (target / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        shutil.copyfile(maps / path, target / path)
    except FileNotFoundError:
        return False
    _flush(target / path)
    return True


def _flush(path: Path) -> None:
    with path.open("rb") as copied:
        os.fsync(copied.fileno())
