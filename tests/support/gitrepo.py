"""Make real git repositories fast: `git init` and one `git fast-import`, about 8 ms together.

Author, committer and dates are fixed, so that the same files give the same commit id everywhere.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

AUTHOR = "Ada Lovelace <ada@example.org> 1700000000 +0000"


def git_environment() -> dict[str, str]:
    """Give git nothing of the machine's or the user's configuration."""
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_TERMINAL_PROMPT": "0",
    }


def run_git(*arguments: str, stdin: bytes = b"") -> str:
    """Run git and give what it printed, without the white space around it."""
    done = subprocess.run(["git", *arguments], input=stdin, env=git_environment(), check=True, capture_output=True)
    return done.stdout.decode().strip()


def make_repository(
    path: Path,
    files: Mapping[str, bytes | str],
    message: str = "Begin",
    *,
    branch: str = "main",
    bare: bool = True,
    modes: Mapping[str, int] | None = None,
) -> str:
    """Make a repository with one commit, and give its id. No files make an empty repository and "".

    `modes` gives a path another mode than 0o100644: 0o100755, 0o120000 (the content is the link's
    target) or 0o160000 (the content is a commit id).
    """
    path.mkdir(parents=True, exist_ok=True)
    kind = ["--bare"] if bare else []
    run_git("init", "--quiet", "--template=", f"--initial-branch={branch}", *kind, str(path))
    if not files:
        return ""
    commit = commit_files(path, files, message, branch=branch, modes=modes)
    if not bare:
        run_git("-C", str(path), "checkout", "--quiet", "--force", branch)
    return commit


def commit_files(
    path: Path,
    files: Mapping[str, bytes | str],
    message: str = "Change",
    *,
    branch: str = "main",
    remove: Iterable[str] = (),
    modes: Mapping[str, int] | None = None,
) -> str:
    """Add a commit to a branch (made when it is new, without parents), and give its id.

    Files that are not named stay as they are. A work tree, if there is one, is not touched.
    """
    parent = _tip(path, branch)
    stream = b"".join(_stream(files, message, branch, parent, remove, modes or {}))
    return run_git("-C", str(path), "fast-import", "--quiet", "--force", stdin=stream)


def tag(path: Path, name: str, commit: str, *, annotated: bool = False) -> None:
    """Tag a commit, lightly or with a tag object."""
    if annotated:
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        run_git("-C", str(path), *identity, "tag", "--annotate", "--message", name, name, commit)
    else:
        run_git("-C", str(path), "tag", name, commit)


def _tip(path: Path, branch: str) -> str:
    return run_git("-C", str(path), "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")


def _stream(
    files: Mapping[str, bytes | str],
    message: str,
    branch: str,
    parent: str,
    remove: Iterable[str],
    modes: Mapping[str, int],
) -> Iterator[bytes]:
    yield f"commit refs/heads/{branch}\nmark :1\nauthor {AUTHOR}\ncommitter {AUTHOR}\n".encode()
    yield _data(message.encode())
    if parent:
        yield f"from {parent}\n".encode()
    for name in remove:
        yield b"D " + _quoted(name) + b"\n"
    for name, content in files.items():
        mode = modes.get(name, 0o100644)
        data = content.encode() if isinstance(content, str) else content
        if mode == 0o160000:
            yield f"M {mode:o} ".encode() + data + b" " + _quoted(name) + b"\n"
        else:
            yield f"M {mode:o} inline ".encode() + _quoted(name) + b"\n" + _data(data)
    yield b"get-mark :1\n"


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"


def _quoted(path: str) -> bytes:
    escaped = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'
