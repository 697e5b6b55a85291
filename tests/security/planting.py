"""How hostile repositories are made: object by object, in a folder that a real git serves."""

import os
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.support.gitrepo import run_git
from tests.support.packs import IDENTITY, Thing, blob, commit, plant, tag, tree

FILE: Final = blob(b"def f():\n    return 1\n")
TOP: Final = tree(("100644", "a.py", FILE))
HEAD: Final = commit(TOP)
LINK: Final = "120000"
FOLDER: Final = "40000"
PLAIN: Final = "100644"
MODULE: Final = "160000"
ABSENT: Final = "1" * 40

Make = Callable[[Path], None]


def holds(*things: Thing, head: Thing | None = None, refs: Mapping[str, str] | None = None) -> Make:
    """Plant objects; `head`, or the last of them, is what main points at."""

    def make(path: Path) -> None:
        nothing(path)
        plant(path, *things, *([head] if head else []))
        for name, target in ({"refs/heads/main": (head or things[-1]).name} | dict(refs or {})).items():
            place = path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{target}\n")

    return make


def shows(*entries: tuple[str, bytes | str, Thing | str], more: tuple[Thing, ...] = ()) -> Make:
    """Plant a commit of one folder with these entries."""
    top = tree(*entries)
    things = [thing for _, _, thing in entries if isinstance(thing, Thing)]
    return holds(*things, *more, top, commit(top))


def named(name: bytes | str) -> Make:
    """Plant a commit of one file with this name."""
    return shows((PLAIN, name, FILE))


def written(head: str, message: bytes = b"\n") -> Make:
    """Plant a commit whose head is written as it stands, after the line of its tree."""
    top = tree((PLAIN, "a.py", FILE))
    return holds(FILE, top, Thing("commit", f"tree {top.name}\n{head}".encode() + b"\n" + message))


def then(make: Make, change: Make) -> Make:
    """Change a repository after it was made."""

    def both(path: Path) -> None:
        make(path)
        change(path)

    return both


def writes(name: str, text: str) -> Make:
    """Write a file of the repository's own folder."""

    def change(path: Path) -> None:
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    return change


def git(*arguments: str) -> Make:
    """Run git in the repository."""
    return lambda path: _run(path, *arguments)


def git_bomb(path: Path) -> None:
    """Plant 10^10 paths in eleven objects."""
    things = [tree(*((PLAIN, f"{number}.py", FILE) for number in range(10)))]
    for _ in range(9):
        things.append(tree(*((FOLDER, f"d{number}", things[-1]) for number in range(10))))
    holds(FILE, *things, commit(things[-1]))(path)


def deep(levels: int) -> Make:
    """Plant a file below so many folders."""

    def make(path: Path) -> None:
        things = [tree((PLAIN, "a.py", FILE))]
        for _ in range(levels):
            things.append(tree((PLAIN, "b.py", FILE), (FOLDER, "d", things[-1])))
        holds(FILE, *things, commit(things[-1]))(path)

    return make


def tagged(levels: int, thing: Thing) -> Make:
    """Plant a tag of a tag of a tag … of an object, under the name v1."""
    things = [tag(thing)]
    while len(things) < levels:
        things.append(tag(things[-1]))
    return holds(FILE, TOP, thing, *things, head=HEAD, refs={"refs/tags/v1": things[-1].name})


def with_zeros(path: Path) -> None:
    """Plant a file of 20 MiB that takes 20 kB on the way."""
    shows((PLAIN, "a.py", FILE), (PLAIN, "zeros.py", blob(bytes(20 * 2**20))))(path)


def incompressible(mebibytes: int) -> Make:
    """Plant a file of noise."""

    def make(path: Path) -> None:
        content = random.Random(1).randbytes(mebibytes * 2**20)  # noqa: S311  no secret
        shows((PLAIN, "noise.bin", blob(content)))(path)

    return make


def submodule(url: str, path: str = "sub", *, more: str = "") -> Make:
    """Plant a submodule and what says where it is."""
    said = blob(f'[submodule "sub"]\n\tpath = {path}\n\turl = {url}\n{more}'.encode())
    return shows((PLAIN, ".gitmodules", said), (PLAIN, "a.py", FILE), (MODULE, "sub", ABSENT))


def _run(path: Path, *arguments: str) -> None:
    run_git("-C", str(path), *arguments)


def nothing(path: Path) -> None:
    """Make a repository without a commit, as `git init` does."""
    for folder in ("objects/info", "objects/pack", "refs/heads"):
        (path / folder).mkdir(parents=True)
    (path / "HEAD").write_text("ref: refs/heads/main\n")
    (path / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")


def sha256(path: Path) -> None:
    """Make a repository whose ids have 64 digits."""
    path.mkdir(parents=True)
    run_git("init", "--quiet", "--bare", "--template=", "--object-format=sha256", "--initial-branch=main", str(path))
    said = f"commit refs/heads/main\ncommitter {IDENTITY}\ndata 1\nxM 100644 inline a.py\ndata 7\nx = 123\n"
    run_git("-C", str(path), "fast-import", "--quiet", stdin=os.fsencode(said))


HONEST: Final = holds(FILE, TOP, HEAD)
