"""The committed build is what `npm run build` makes of the committed sources.

`build.json` holds a digest of the sources and one of each built file, see frontend/scripts/sources.mjs.
"""

import gzip
import hashlib
import json
import os
import re
from pathlib import Path

FIRST_LOAD_BYTES = 35_000
LAZY_BYTES = 70_000
BUILD_BYTES = 12_000_000
STALE = "run `npm ci && npm run build` in frontend/ and commit schema/static/"


def paths_below(folder: Path, *, without: str) -> list[str]:
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != without]
        found += [(Path(parent) / name).relative_to(folder).as_posix() for name in files if name != without]
    return sorted(found)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digests(folder: Path, *, without: str) -> dict[str, str]:
    return {path: digest(folder / path) for path in paths_below(folder, without=without)}


def test_the_build_was_made_from_these_sources(sources: Path, built: Path) -> None:
    lines = "".join(f"{path}\0{digest}\n" for path, digest in digests(sources, without="node_modules").items())
    made_from = json.loads((built / "build.json").read_text())["sources"]
    assert made_from == hashlib.sha256(lines.encode()).hexdigest(), STALE


def test_no_built_file_was_changed_added_or_lost(built: Path) -> None:
    assert digests(built, without="build.json") == json.loads((built / "build.json").read_text())["files"], STALE


def first_load(built: Path) -> list[Path]:
    page = built / "index.html"
    return [page, *(built / path for path in re.findall(r'(?:src|href)="/(assets/[^"]+)"', page.read_text()))]


def sent_bytes(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def test_the_dashboard_loads_within_35_kilobytes(built: Path) -> None:
    loaded = first_load(built)
    assert len(loaded) >= 3
    assert sum(sent_bytes(path) for path in loaded) <= FIRST_LOAD_BYTES


def test_what_the_dashboard_loads_later_comes_in_parts_of_70_kilobytes_at_most(built: Path) -> None:
    later = set((built / "assets").iterdir()) - set(first_load(built))
    assert [path.name for path in later if sent_bytes(path) > LAZY_BYTES] == []


def test_the_whole_build_stays_small_enough_to_be_committed(built: Path) -> None:
    assert sum(path.stat().st_size for path in built.rglob("*") if path.is_file()) <= BUILD_BYTES


def test_the_lock_names_no_registry(sources: Path) -> None:
    packages = json.loads((sources / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
