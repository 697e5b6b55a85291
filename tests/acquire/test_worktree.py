"""A working tree as it lies on the disk: all of it, nothing else, and nobody notices."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from services.acquire.git import GitLimits
from services.acquire.objects import list_tree
from services.acquire.worktree import MovedOnError, Worktree, read_worktree
from services.errors import AcquireError, ErrorCode
from tests.support.gitrepo import commit_files, make_repository, run_git

pytestmark = pytest.mark.anyio

Prepare: TypeAlias = Callable[[Path], None]

FILES: dict[str, bytes | str] = {
    "src/kept.py": "def kept(): ...\n",
    "src/edited.py": "def before(): ...\n",
    "src/deleted.py": "def deleted(): ...\n",
    "run": "#!/bin/sh\n",
    ".gitignore": "*.log\nbuild/\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a user who has set nothing up, yet."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def tree(home: Path) -> Path:
    """Give a clean checkout."""
    make_repository(home / "tree", FILES, bare=False, modes={"run": 0o100755})
    return home / "tree"


async def read(root: Path, *, most: int = 100, largest: int = 10_000) -> Worktree:
    scratch = root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return await read_worktree(root, scratch=scratch, limits=GitLimits(), max_entries=most, max_file_bytes=largest)


def paths(worktree: Worktree) -> list[str]:
    return [entry.path for entry in worktree.entries]


def content(worktree: Worktree, path: str) -> bytes:
    (blob,) = [entry.blob for entry in worktree.entries if entry.path == path]
    return next(worktree.read_blobs([blob]))


def put(path: Path, text: str = "def new(): ...\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def fingerprint(git_dir: Path) -> dict[str, tuple[int, int, bytes]]:
    """Give all that can be seen of a repository, with when it was written."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(git_dir.rglob("*"))
    }


async def test_a_clean_tree_is_the_commit_to_the_last_id_and_mode(tree: Path) -> None:
    worktree = await read(tree)
    committed = await list_tree(tree / ".git", str(worktree.commit), max_entries=100)
    assert (list(worktree.entries), worktree.changed) == (committed, 0)


async def test_edits_new_files_and_deletions_are_mapped_and_counted(tree: Path) -> None:
    put(tree / "src/edited.py", "def after(): ...\n")
    put(tree / "src/new.py")
    (tree / "src/deleted.py").unlink()
    worktree = await read(tree)
    assert paths(worktree) == [".gitignore", "run", "src/edited.py", "src/kept.py", "src/new.py"]
    assert content(worktree, "src/edited.py") == b"def after(): ...\n"
    assert worktree.changed == 3


async def test_what_is_ignored_is_not_mapped_wherever_that_is_said(tree: Path, home: Path) -> None:
    for name in ("a.log", "build/made.py", "local.py", "everywhere.py", "kept.txt"):
        put(tree / name)
    put(tree / ".git/info/exclude", "local.py\n")
    put(home / ".gitconfig", "[core]\n\texcludesFile = ~/mine\n")
    put(home / "mine", "everywhere.py\n")
    assert set(paths(await read(tree))) - FILES.keys() == {"kept.txt"}


async def test_gits_own_place_for_what_is_ignored_everywhere_is_looked_at(tree: Path, home: Path) -> None:
    put(home / ".config/git/ignore", "everywhere.py\n")
    put(tree / "everywhere.py")
    assert "everywhere.py" not in paths(await read(tree))


async def test_the_repository_is_not_touched_not_even_its_index(tree: Path) -> None:
    put(tree / "src/edited.py", "def after(): ...\n")
    os.utime(tree / "src/kept.py")  # the index would be refreshed for it
    before = fingerprint(tree / ".git")
    await read(tree)
    assert fingerprint(tree / ".git") == before


async def test_no_program_that_the_repository_names_is_run(tree: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = f"touch {ran} && cat"
    for key in ("filter.x.clean", "filter.x.process", "core.fsmonitor", "diff.x.textconv", "core.pager"):
        run_git("-C", str(tree), "config", key, program)
    run_git("-C", str(tree), "config", "filter.x.required", "true")
    put(tree / ".gitattributes", "*.py filter=x diff=x\n")
    put(tree / ".git/hooks/post-index-change", f"#!/bin/sh\ntouch {ran}\n")
    (tree / ".git/hooks/post-index-change").chmod(0o755)
    put(tree / "src/edited.py", "def after(): ...\n")
    worktree = await read(tree)
    assert content(worktree, "src/edited.py") == b"def after(): ...\n"
    assert not ran.exists()


async def test_a_file_that_goes_through_a_filter_is_not_called_changed(tree: Path) -> None:
    commit_files(tree, {".gitattributes": "*.bin filter=lfs\n", "big.bin": "version https://git-lfs\n"})
    run_git("-C", str(tree), "reset", "--hard")
    put(tree / "big.bin", "what the pointer stands for\n")
    put(tree / "src/edited.py", "def after(): ...\n")
    assert (await read(tree)).changed == 1


async def test_other_ends_of_lines_are_no_change(tree: Path) -> None:
    (tree / "src/kept.py").write_bytes(b"def kept(): ...\r\n")
    assert (await read(tree)).changed == 0


def link_out(tree: Path) -> None:
    put(tree.parent / "secret/edited.py", "SECRET\n")
    shutil.rmtree(tree / "src")
    (tree / "src").symlink_to(tree.parent / "secret")


def link_file_out(tree: Path) -> None:
    put(tree.parent / "secret.py", "SECRET\n")
    (tree / "src/edited.py").unlink()
    (tree / "src/edited.py").symlink_to(tree.parent / "secret.py")


def point_elsewhere(tree: Path) -> None:
    put(tree.parent / "secret/stolen.py", "SECRET\n")
    run_git("-C", str(tree), "config", "core.worktree", str(tree.parent / "secret"))


@pytest.mark.parametrize("prepare", [link_out, link_file_out, point_elsewhere])
async def test_nothing_outside_of_the_tree_is_read(tree: Path, prepare: Prepare) -> None:
    prepare(tree)
    worktree = await read(tree)
    links = {entry.blob for entry in worktree.entries if entry.mode == 0o120000}
    read_ones = [entry.blob for entry in worktree.entries if entry.blob not in links]
    assert b"SECRET\n" not in list(worktree.read_blobs(read_ones))
    assert "stolen.py" not in paths(worktree)


async def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(tree: Path) -> None:
    (tree / "src/edited.py").unlink()
    os.mkfifo(tree / "src/edited.py")
    worktree = await read(tree)
    assert ("src/edited.py" in paths(worktree), worktree.unreadable) == (False, 1)


@pytest.mark.parametrize("place", [".gitignore", "src/.gitattributes", ".git/info/exclude"])
async def test_a_pipe_that_git_itself_would_wait_for_is_named_at_once(tree: Path, place: str) -> None:
    put(tree / "src/edited.py", "def after(): ...\n")
    (tree / place).parent.mkdir(exist_ok=True)
    (tree / place).unlink(missing_ok=True)
    os.mkfifo(tree / place)
    with pytest.raises(AcquireError, match=f"^{re.escape(place)} is a pipe"):
        await read(tree)


async def test_a_repository_within_is_listed_as_a_submodule_and_not_entered(tree: Path) -> None:
    make_repository(tree / "inner", {"hidden.py": "def hidden(): ...\n"}, bare=False)
    (entry,) = [entry for entry in (await read(tree)).entries if entry.path.startswith("inner")]
    assert (entry.path, entry.mode) == ("inner", 0o160000)


async def test_a_large_file_is_listed_with_its_size_and_not_read(tree: Path) -> None:
    put(tree / "large.py", "x" * 5000)
    worktree = await read(tree, largest=4000)
    (entry,) = [entry for entry in worktree.entries if entry.path == "large.py"]
    assert entry.size_bytes == 5000
    with pytest.raises(KeyError):
        list(worktree.read_blobs([entry.blob]))


async def test_a_file_that_is_written_meanwhile_is_not_taken_for_what_it_was(tree: Path) -> None:
    worktree = await read(tree)
    put(tree / "src/kept.py", "def other(): ...\n")
    with pytest.raises(MovedOnError, match=r"src/kept\.py"):
        content(worktree, "src/kept.py")


async def test_a_file_that_has_grown_is_read_to_the_limit_and_no_further(tree: Path) -> None:
    worktree = await read(tree)
    os.truncate(tree / "src/kept.py", 2**40)
    with pytest.raises(MovedOnError, match=r"src/kept\.py"):
        content(worktree, "src/kept.py")


async def test_too_many_files_are_refused(tree: Path) -> None:
    for number in range(12):
        put(tree / f"new{number}.py")
    with pytest.raises(AcquireError) as refused:
        await read(tree, most=10)
    assert refused.value.code is ErrorCode.TREE_TOO_LARGE


async def test_a_file_in_conflict_is_mapped_once_as_it_is(tree: Path) -> None:
    blob = run_git("-C", str(tree), "rev-parse", "HEAD:src/edited.py")
    rows = "".join(f"100644 {blob} {stage}\tsrc/edited.py\n" for stage in (1, 2, 3))
    run_git("-C", str(tree), "update-index", "--force-remove", "src/edited.py")
    run_git("-C", str(tree), "update-index", "--index-info", stdin=rows.encode())
    assert paths(await read(tree)).count("src/edited.py") == 1


async def test_a_linked_working_tree_and_a_sparse_one_are_as_they_are(tree: Path) -> None:
    run_git("-C", str(tree), "worktree", "add", "--quiet", str(tree.parent / "linked"))
    linked = await read(tree.parent / "linked")
    assert (set(paths(linked)), linked.changed) == (set(FILES), 0)
    run_git("-C", str(tree), "sparse-checkout", "set", "--no-cone", "/run")
    sparse = await read(tree)
    assert (paths(sparse), sparse.changed) == (["run"], 0)


async def test_a_tree_before_its_first_commit_and_one_of_sha256_can_be_read(home: Path) -> None:
    run_git("init", "--quiet", "--object-format=sha256", str(home / "new"))
    put(home / "new/a.py")
    assert (await read(home / "new")).commit is None
    run_git("-C", str(home / "new"), "add", "a.py")
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    run_git("-C", str(home / "new"), *identity, "commit", "--quiet", "-m", "Begin")
    worktree = await read(home / "new")
    assert (len(str(worktree.commit)), worktree.changed) == (64, 0)


async def test_a_folder_in_no_repository_is_read_without_what_tools_make(home: Path) -> None:
    for name in ("a.py", "node_modules/left.js", "__pycache__/a.py", "made.py", "deep/.gitignore"):
        put(home / "plain" / name, "made.py\n" if name.endswith("ignore") else "def new(): ...\n")
    put(home / "plain/deep/made.py")
    worktree = await read(home / "plain")
    assert paths(worktree) == ["a.py", "deep/.gitignore", "made.py"]
    assert worktree.commit is None
    assert not (home / "plain/.git").exists()


async def test_an_index_that_names_a_file_outside_reads_nothing_there(tree: Path) -> None:
    put(tree.parent / "secret.py", "SECRET\n")
    put(tree / "xx/secret.py", "inside\n")
    run_git("-C", str(tree), "add", "xx/secret.py")
    index = tree / ".git/index"
    forged = index.read_bytes()[:-20].replace(b"xx/secret.py", b"../secret.py")  # as no git would write it
    index.write_bytes(forged + hashlib.sha1(forged, usedforsecurity=False).digest())
    assert [path for path in paths(await read(tree)) if "secret" in path] == ["xx/secret.py"]
