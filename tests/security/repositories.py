"""Repositories that git itself would refuse to make, each with the code or the listing that a clone of it ends with.

Data; the limits are those of `servers.LIMITS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.errors import ErrorCode
from tests.security.planting import (
    ABSENT,
    FILE,
    FOLDER,
    HEAD,
    HONEST,
    LINK,
    MODULE,
    PLAIN,
    TOP,
    Make,
    deep,
    git,
    git_bomb,
    holds,
    incompressible,
    named,
    nothing,
    sha256,
    shows,
    submodule,
    tagged,
    then,
    with_zeros,
    writes,
    written,
)
from tests.support.packs import IDENTITY, Thing, blob, commit, tree

CORRUPT: Final = ErrorCode.CORRUPT_OBJECTS
NO_REF: Final = ErrorCode.REF_NOT_FOUND
RUNS: Final = "\tupdate = !touch /tmp/owned\n"
TOO_MANY: Final = ErrorCode.TREE_TOO_LARGE


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository. `code` is None for one that is mapped; then `listed` says of paths why they are not parsed."""

    name: str
    code: ErrorCode | None
    make: Make
    listed: Mapping[str, str | None] = field(default_factory=dict)
    ref: str | None = None

    def __str__(self) -> str:
        return self.name


NO_FILE: Final = "NOT_A_FILE"

LARGE: Final = (
    Repository("ten billion paths in eleven objects", TOO_MANY, git_bomb),
    Repository("a folder of 6,000 files", TOO_MANY, shows(*((PLAIN, f"f{n:05}.py", FILE) for n in range(6000)))),
    Repository("4,000 folders, one in the other", None, deep(4000), {"b.py": None}),
    Repository("more noise than a clone may have", ErrorCode.TOO_LARGE, incompressible(20)),
    Repository("a file of 20 MiB of zeros", None, with_zeros, {"a.py": None, "zeros.py": "TOO_LARGE"}),
    Repository(
        "a file that is 1 byte too large", None, shows((PLAIN, "a.py", blob(b"#" * (2**20 + 1)))), {"a.py": "TOO_LARGE"}
    ),
    Repository("a message of 5 MB", None, holds(FILE, TOP, commit(TOP, message=b"m" * 5_000_000)), {"a.py": None}),
    Repository(
        "ten thousand parents",
        None,
        holds(
            FILE,
            TOP,
            Thing(
                "commit",
                (
                    f"tree {TOP.name}\n"
                    + "".join(f"parent {n:040x}\n" for n in range(1, 10_001))
                    + f"author {IDENTITY}\ncommitter {IDENTITY}\n\nM\n"
                ).encode(),
            ),
        ),
        {"a.py": None},
    ),
    Repository(
        "attributes without end",
        None,
        shows((PLAIN, ".gitattributes", blob(b"a/** linguist-vendored\n" * 40_000)), (PLAIN, "a.py", FILE)),
        {"a.py": None},
    ),
    Repository("attributes of one line", CORRUPT, shows((PLAIN, ".gitattributes", blob(b"a " * 500_000)))),
)
"""More than there is room or time for."""

NAMES: Final = (
    *(
        Repository(f"a file named {name!a}", CORRUPT, named(name))
        for name in (
            ".git",
            ".GIT",
            "git~1",
            ".g\u200cit",
            ".git ",
            ".git.",
            ".git::$INDEX_ALLOCATION",
            ".",
            "..",
            "a/b",
            "../../x",
            b".git\\config",
        )
    ),
    *(
        Repository(
            f"a folder named {name!a}", CORRUPT, shows((FOLDER, name, tree((PLAIN, "config", FILE))), more=(FILE,))
        )
        for name in (".git", ".Git", "..", "GIT~1")
    ),
    Repository(
        "names that drive a terminal",
        None,
        shows((PLAIN, "\x07\x1b[2J.py", FILE), (PLAIN, "\x1b]0;owned\x07.py", FILE)),
        {"": None},
    ),
    Repository("names of two lines", None, shows((PLAIN, "a\nb.py", FILE), (PLAIN, "a\rb.py", FILE)), {"": None}),
    Repository("names that read backwards", None, shows((PLAIN, "\u2066\u200b.py", FILE)), {"": None}),
    Repository("names that are no text", None, shows((PLAIN, b"\xff\xfe.py", FILE)), {"": None}),
    Repository(
        "a name of 4,000 characters",
        None,
        shows((PLAIN, "a.py", FILE), (PLAIN, "n" * 4000 + ".py", FILE)),
        {"a.py": None, "n" * 4000 + ".py": "PATH_TOO_LONG"},
    ),
    Repository(
        "names that are one to others",
        None,
        shows((PLAIN, "A.py", FILE), (PLAIN, "a.py", FILE), (PLAIN, "e\u0301.py", FILE), (PLAIN, "\xe9.py", FILE)),
        {"A.py": None, "a.py": None},
    ),
    Repository(
        "names of devices",
        None,
        shows((PLAIN, "aux.py", FILE), (PLAIN, "con", FILE), (PLAIN, "nul.py:x", FILE)),
        {"aux.py": None, "con": "NO_LANGUAGE"},
    ),
    Repository(
        "names of options", None, shows((PLAIN, "--upload-pack=x.py", FILE), (PLAIN, "-rf.py", FILE)), {"-rf.py": None}
    ),
    Repository(
        "a repository in a repository",
        None,
        shows(
            (PLAIN, "HEAD", blob(b"ref: refs/heads/main\n")),
            (PLAIN, "a.py", FILE),
            (PLAIN, "config", blob(b"[core]\n\tfsmonitor = touch /tmp/owned\n")),
            (FOLDER, "hooks", tree(("100755", "post-checkout", blob(b"#!/bin/sh\ntouch /tmp/owned\n")))),
            (FOLDER, "objects", tree()),
            (FOLDER, "refs", tree()),
            more=(blob(b"#!/bin/sh\ntouch /tmp/owned\n"), tree()),
        ),
        {"a.py": None, "config": "NO_LANGUAGE"},
    ),
)
"""Names that lead somewhere, or look as if they did."""

LINKS: Final = (
    Repository(
        "links that lead out",
        None,
        shows((LINK, "a.py", blob(b"/etc/passwd")), (LINK, "b.py", blob(b"../../../../../../outside/notes.txt"))),
        {"a.py": NO_FILE, "b.py": NO_FILE},
    ),
    Repository(
        "links in a circle",
        None,
        shows((LINK, "a.py", blob(b"b.py")), (LINK, "b.py", blob(b"a.py")), (LINK, "c", blob(b"."))),
        {"a.py": NO_FILE, "c": NO_FILE},
    ),
    Repository(
        "a link of a MiB", None, shows((PLAIN, "a.py", FILE), (LINK, "b.py", blob(b"x" * 2**20))), {"b.py": NO_FILE}
    ),
    Repository("a link with a NUL", None, shows((LINK, "a.py", blob(b"/etc/passwd\0.py"))), {"a.py": NO_FILE}),
    Repository("a link for .gitmodules", CORRUPT, shows((LINK, ".gitmodules", blob(b"/etc/passwd")))),
    Repository(
        "a link for .gitattributes",
        None,
        shows((LINK, ".gitattributes", blob(b"/etc/passwd")), (PLAIN, "a.py", FILE)),
        {"a.py": None, ".gitattributes": NO_FILE},
    ),
    Repository(
        "a folder that is a link as well", CORRUPT, shows((LINK, "a", blob(b"/tmp")), (FOLDER, "a", TOP), more=(FILE,))
    ),
    Repository(
        "a submodule that is a command", None, submodule("ext::sh -c touch% /tmp/owned"), {"a.py": None, "sub": NO_FILE}
    ),
    Repository("a submodule that runs at its update", CORRUPT, submodule("https://x.org/o/n", more=RUNS)),
    Repository("a file without a name", CORRUPT, named("")),
    Repository("a submodule that is an option", CORRUPT, submodule("-u./owned")),
    Repository("a submodule at an option", CORRUPT, submodule("https://x.org/o/n", path="-x")),
    Repository("a submodule that leads inside", None, submodule("file:///etc"), {"sub": NO_FILE}),
    Repository("a submodule with a second line", None, submodule("https://x.org/%0aHost:y/o")),
    Repository(
        "a thousand submodules",
        None,
        shows(*((MODULE, f"m{n:04}", ABSENT) for n in range(1000))),
        {"m0000": NO_FILE, "m0499": NO_FILE},
    ),
)
"""Entries that are no files."""

TREES: Final = (
    Repository("a name twice", CORRUPT, shows((PLAIN, "a.py", FILE), (PLAIN, "a.py", FILE))),
    Repository("a name as file and as folder", CORRUPT, shows((PLAIN, "a", FILE), (FOLDER, "a", TOP), more=())),
    Repository("names out of order", CORRUPT, shows((PLAIN, "b.py", FILE), (PLAIN, "a.py", FILE))),
    Repository(
        "modes with a zero before",
        None,
        shows((PLAIN, "a.py", FILE), ("040000", "d", TOP)),
        {"a.py": None, "d/a.py": None},
    ),
    Repository("a mode that there is not", None, shows(("100777", "a.py", FILE)), {"a.py": None}),
    Repository("a mode of forty digits", None, shows(("1" * 40, "a.py", FILE))),
    Repository(
        "a tree that ends in a name",
        CORRUPT,
        holds(Thing("tree", b"100644 a.py\0abc"), commit(Thing("tree", b"100644 a.py\0abc"))),
    ),
    Repository("a file that is not there", CORRUPT, shows((PLAIN, "a.py", ABSENT))),
    Repository("a folder that is not there", CORRUPT, shows((FOLDER, "d", ABSENT))),
    Repository("a folder that is a file", CORRUPT, shows((FOLDER, "d", FILE))),
    Repository("a file that is a folder", CORRUPT, shows((PLAIN, "a.py", TOP), more=(FILE,))),
    Repository("a file that is nothing", CORRUPT, shows((PLAIN, "a.py", "0" * 40))),
    Repository("no file at all", None, shows()),
)
"""Folders that are written wrongly."""

COMMITS: Final = (
    Repository("a date beyond time", CORRUPT, written(f"author A <a@b> {2**70} +0000\ncommitter {IDENTITY}\n")),
    Repository("a date that is none", CORRUPT, written(f"author A <a@b> yesterday\ncommitter {IDENTITY}\n")),
    Repository(
        "a time zone of 99 hours", None, written(f"author A <a@b> 1 +9999\ncommitter {IDENTITY}\n"), {"a.py": None}
    ),
    Repository(
        "a time zone of seven digits",
        None,
        written(f"author A <a@b> 1 +0000000\ncommitter {IDENTITY}\n"),
        {"a.py": None},
    ),
    Repository("an author without an end", CORRUPT, written(f"author A <a@b 1 +0000\ncommitter {IDENTITY}\n")),
    Repository("nobody for an author", CORRUPT, written(f"committer {IDENTITY}\n")),
    Repository(
        "an encoding that there is not",
        None,
        written(f"author {IDENTITY}\ncommitter {IDENTITY}\nencoding \x1b[2J\n", b"\xff\xfe\n"),
        {"a.py": None},
    ),
    Repository("a NUL in the head", CORRUPT, written(f"author {IDENTITY}\ncommitter A\0 <a@b> 1 +0000\n")),
    Repository(
        "a NUL in the message",
        CORRUPT,
        written(f"author {IDENTITY}\ncommitter {IDENTITY}\n", b"a\0b\x1b[2J\n"),
        {"a.py": None},
    ),
    Repository(
        "a signature that is none",
        None,
        written(f"author {IDENTITY}\ncommitter {IDENTITY}\ngpgsig -----BEGIN PGP SIGNATURE-----\n  x\n"),
        {"a.py": None},
    ),
    Repository("a tree that is a commit", CORRUPT, holds(FILE, TOP, HEAD, commit(HEAD))),
    Repository(
        "a parent that is itself a tree",
        CORRUPT,
        holds(
            FILE,
            TOP,
            Thing(
                "commit",
                (f"tree {TOP.name}\nparent {TOP.name}\nauthor {IDENTITY}\ncommitter {IDENTITY}\n\nP\n").encode(),
            ),
        ),
    ),
)
"""Commits that are written wrongly."""

REFS: Final = (
    Repository("no commit", ErrorCode.EMPTY_REPOSITORY, nothing),
    Repository("a HEAD that names a commit", None, then(HONEST, writes("HEAD", f"{HEAD.name}\n")), {"a.py": None}),
    Repository("a HEAD that names nothing", NO_REF, then(HONEST, writes("HEAD", "ref: refs/heads/none\n"))),
    Repository("a HEAD that leads out", NO_REF, then(HONEST, writes("HEAD", "ref: refs/heads/../../../x\n"))),
    Repository("a branch that is a folder", NO_REF, holds(FILE, TOP, HEAD, head=TOP)),
    Repository("a branch that is a file", NO_REF, holds(FILE, TOP, HEAD, head=FILE)),
    Repository("a tag of a file", NO_REF, tagged(1, FILE), ref="v1"),
    Repository("a tag of a folder", NO_REF, tagged(1, TOP), ref="v1"),
    Repository("a tag of a tag of … a file", NO_REF, tagged(50, FILE), ref="v1"),
    Repository("a tag of a tag of … a commit", None, tagged(50, HEAD), {"a.py": None}, ref="v1"),
    Repository(
        "a tag without an end",
        CORRUPT,
        holds(FILE, TOP, Thing("tag", b"object "), head=HEAD, refs={"refs/tags/v1": Thing("tag", b"object ").name}),
        ref="v1",
    ),
    Repository("a ref that is asked for by the commit of nothing", NO_REF, HONEST, ref=ABSENT),
    Repository(
        "a commit for another by a replace ref",
        None,
        then(HONEST, writes(f"refs/replace/{HEAD.name}", f"{HEAD.name}\n")),
        {"a.py": None},
    ),
    Repository(
        "another past by grafts", None, then(HONEST, writes("info/grafts", f"{HEAD.name} {ABSENT}\n")), {"a.py": None}
    ),
    Repository(
        "notes, and refs of nobody", None, then(HONEST, writes("refs/notes/commits", f"{HEAD.name}\n")), {"a.py": None}
    ),
    Repository("a server with half a past", None, then(HONEST, writes("shallow", f"{HEAD.name}\n")), {"a.py": None}),
    Repository(
        "a server with objects elsewhere",
        None,
        then(HONEST, writes("objects/info/alternates", "/nonexistent/objects\n")),
        {"a.py": None},
    ),
    Repository(
        "a server that has promised objects",
        CORRUPT,
        then(
            shows((PLAIN, "a.py", ABSENT)),
            writes(
                "config", '[core]\n\tbare = true\n[remote "o"]\n\tpromisor = true\n\turl = ext::touch% /tmp/owned\n'
            ),
        ),
    ),
    Repository(
        "hooks on the server",
        None,
        then(HONEST, git("config", "uploadpack.packObjectsHook", "touch /tmp/owned")),
        {"a.py": None},
    ),
    Repository("a branch of SHA-256", None, sha256, {"a.py": None}),
)
"""Refs that lead to what is no commit, or to none."""

REPOSITORIES: Final = (*LARGE, *NAMES, *LINKS, *TREES, *COMMITS, *REFS)
