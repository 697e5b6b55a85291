"""The names in a working tree, as git tells them: the index, HEAD's tree, and what .gitignore leaves of the rest.

A folder that is in no repository is listed the same way, from an empty repository elsewhere.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.acquire import git
from services.acquire.environment import GitEnvironment
from services.acquire.failures import failure
from services.acquire.git import GitLimits
from services.acquire.pipes import unless_held
from services.acquire.private_config import excludes_config, private_config
from services.errors import AcquireError, ErrorCode

EVERYTHING: Final = (Path("/"),)
"""What git may read: linked work trees, alternates and included configurations lie anywhere. It writes nowhere."""
SUBMODULE: Final = 0o160000
_SHA1_DIGITS: Final = 40
_ASKED_AT_ONCE: Final = 500
"""Paths in one command line: at most 2 MB of 4096 bytes each, the least that Linux takes."""

MADE_BY_TOOLS: Final = (
    *("node_modules/", ".venv/", "venv/", "__pycache__/", ".tox/", ".nox/", ".mypy_cache/", ".ruff_cache/"),
    *(".pytest_cache/", "*.egg-info/", ".gradle/", ".terraform/", ".next/", ".svn/", ".hg/", ".idea/", ".DS_Store"),
)
"""What is left out of a folder in no repository, where nobody has said what to ignore."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index has for a path."""

    blob: str
    mode: int


@dataclass(frozen=True, slots=True)
class Repository:
    """How git is asked about one working tree."""

    root: Path
    git_dir: str
    limits: GitLimits
    scratch: Path

    async def ask(self, *arguments: str, ignored: str = "", most: int | None = None) -> list[bytes]:
        """Run a git that only reads, and give the rows that it separates by NUL. AcquireError.

        `ignored` names the file of what the user ignores everywhere.
        """
        rows = _Rows(most)
        command = ["-C", str(self.root), f"--git-dir={self.git_dir}", "--work-tree=.", *arguments]
        with private_config(excludes_config(ignored), folder=self.scratch) as config:
            environment = GitEnvironment(private=config, reads=EVERYTHING)
            asking = git.run(command, environment=environment, limits=self.limits, on_output=rows.feed)
            finished = await unless_held(asking, self.root)
        if finished.exit_code:
            raise failure(finished, limits=self.limits, hide=str(self.root))
        return rows.end()


@dataclass(frozen=True, slots=True)
class Names:
    """What there is: `files` to look for on the disk, and what HEAD's commit has (path to blob).

    Files without an entry in the index are None; `sparse` ones are in it and, by the user's wish, not on the disk.
    `converted` is filled by who reads: files that differ from the commit in the ends of their lines alone.
    """

    repository: Repository
    commit: str | None
    files: Mapping[str, Indexed | None]
    committed: Mapping[str, str]
    sparse: frozenset[str]
    converted: set[str] = field(default_factory=set)

    @property
    def hash_name(self) -> str:
        """Give the hash that names objects here."""
        known = self.commit or next((entry.blob for entry in self.files.values() if entry), "")
        return "sha1" if len(known) <= _SHA1_DIGITS else "sha256"

    async def filtered(self, paths: Collection[str]) -> frozenset[str]:
        """Give those of some paths that go through a filter on their way to a commit, which is not run here."""
        found: set[str] = set()
        ordered = sorted(paths)
        for start in range(0, len(ordered) if self.commit else 0, _ASKED_AT_ONCE):
            asked = ordered[start : start + _ASKED_AT_ONCE]
            rows = await self.repository.ask("check-attr", "-z", "filter", "--", *asked)
            named = zip(rows[::3], rows[2::3], strict=True)
            found |= {os.fsdecode(path) for path, value in named if value not in {b"unspecified", b"unset"}}
        return frozenset(found)


async def list_names(root: Path, *, scratch: Path, limits: GitLimits, max_entries: int) -> Names:
    """List a working tree, or a folder, of at most `max_entries` files. AcquireError."""
    if not (root / ".git").exists():
        return await _list_folder(Repository(root, str(await _empty(scratch, limits)), limits, scratch), max_entries)
    repository = Repository(root, ".git", limits, scratch)
    ignored = await _ignored_everywhere(limits)
    index = await repository.ask("ls-files", "-z", "-t", "-s", most=3 * max_entries)  # one in conflict has three rows
    others = await repository.ask("ls-files", "-z", "-o", "--exclude-standard", ignored=ignored, most=max_entries)
    files: dict[str, Indexed | None] = dict(_untracked(others))
    tracked = {path: (entry, is_sparse) for path, entry, is_sparse in map(_indexed, index)}
    files.update({path: entry for path, (entry, is_sparse) in tracked.items() if not is_sparse})
    if len(files) > max_entries:
        raise _too_large(max_entries)
    commit = await _head(repository)
    committed = await _committed(repository, commit) if commit else {}
    sparse = frozenset(path for path, (_, is_sparse) in tracked.items() if is_sparse)
    return Names(repository, commit, files, committed, sparse)


async def _list_folder(repository: Repository, max_entries: int) -> Names:
    others = await repository.ask("ls-files", "-z", "-o", "--exclude-standard", most=max_entries)
    return Names(repository, None, dict(_untracked(others)), {}, frozenset())


async def _empty(scratch: Path, limits: GitLimits) -> Path:
    """Make an empty repository that ignores what tools make."""
    empty = scratch / "listing.git"
    arguments = ["init", "--bare", "--quiet", "--template=", "--", str(empty)]
    finished = await git.run(arguments, environment=GitEnvironment(), limits=limits, folder=scratch)
    if finished.exit_code:
        raise failure(finished, limits=limits, hide=str(scratch))
    (empty / "info").mkdir(exist_ok=True)
    (empty / "info/exclude").write_text("\n".join(MADE_BY_TOOLS) + "\n")
    return empty


async def _head(repository: Repository) -> str | None:
    """Give the commit that is checked out; None before the first one."""
    try:
        (row,) = await repository.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except (AcquireError, ValueError):
        return None
    return row.decode().strip()


async def _committed(repository: Repository, commit: str) -> dict[str, str]:
    rows = await repository.ask("ls-tree", "-r", "-z", "--full-tree", commit)
    parts = (row.partition(b"\t") for row in rows)
    return {os.fsdecode(path): about.split()[2].decode() for about, _, path in parts}


async def _ignored_everywhere(limits: GitLimits) -> str:
    """Give the file of what the user ignores in every repository: what their configuration names, or git's default."""
    home = Path(os.environ.get("HOME") or Path.home())
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "git"
    for file in (home / ".gitconfig", settings / "config"):
        if file.is_file():
            arguments = ["config", f"--file={file}", "--includes", "--type=path", "--get", "core.excludesFile"]
            finished = await git.run(arguments, environment=GitEnvironment(home=home, reads=EVERYTHING), limits=limits)
            if finished.exit_code == 0:
                return os.fsdecode(finished.output).removesuffix("\n")
    return str(settings / "ignore") if (settings / "ignore").is_file() else ""


def _indexed(row: bytes) -> tuple[str, Indexed, bool]:
    about, _, path = row.partition(b"\t")
    tag, mode, blob, _ = about.split()
    return os.fsdecode(path), Indexed(blob.decode(), int(mode, 8)), tag == b"S"


def _untracked(rows: Collection[bytes]) -> Iterator[tuple[str, Indexed | None]]:
    """Give new files; a repository within the folder is one name that ends in a slash."""
    for row in rows:
        path = os.fsdecode(row)
        yield path.rstrip("/"), Indexed("0" * _SHA1_DIGITS, SUBMODULE) if path.endswith("/") else None


class _Rows:
    """Takes the output apart while it comes, and ends git when there is too much of it."""

    def __init__(self, most: int | None) -> None:
        self.found: list[bytes] = []
        self._most = most
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        *rows, self._rest = (self._rest + chunk).split(b"\0")
        self.found += rows
        if self._most is not None and len(self.found) > self._most:
            raise _too_large(self._most)

    def end(self) -> list[bytes]:
        """Give all of them; one that ends with no NUL is the answer of a command that knows none."""
        return [*self.found, self._rest] if self._rest else self.found


def _too_large(most: int) -> AcquireError:
    return AcquireError(ErrorCode.TREE_TOO_LARGE, f"The folder has more than {most} files.")
