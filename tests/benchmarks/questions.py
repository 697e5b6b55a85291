"""Commits of a repository as questions: what was said of a change, and which files it changed.

A commit counts when it is no merge, has one parent, changed 1 to 10 source files that were in its parent
(added files are no answer, prose and style sheets are no source), and still has four words when trailers,
addresses and numbers of issues are taken out. They are drawn from the whole history of HEAD by a seeded
shuffle, so that fewer are the first of more, and then put in order of time.
"""

import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from services.mapping.languages import language_of
from services.mapping.worth import PROSE

MOST_FILES: Final = 10
LEAST_WORDS: Final = 4
LONGEST_TEXT: Final = 10_000
"""What the API takes."""
_TRAILER: Final = re.compile(r"[A-Za-z][\w-]*: \S")
_ALWAYS: Final = re.compile(r"(?:[\w-]+-by|git-svn-id|Change-Id|PiperOrigin-RevId): ", re.IGNORECASE)
_LINKS: Final = re.compile(r"https?://\S+|[\w./-]*#\d+|\bGH-\d+|\b(?!SHA-|UTF-|ISO-)[A-Z]{3,10}-\d{2,}\b")


@dataclass(frozen=True, slots=True)
class Question:
    """A commit: the parent that is mapped, the text that is asked with, and the files that are the answer."""

    commit: str
    parent: str
    text: str
    changed: tuple[str, ...]
    draw: int
    """Its place in the shuffle, from 0."""

    @property
    def literal(self) -> bool:
        """Whether the text says the path or the file name of an answer."""
        return any(PurePosixPath(path).name in self.text for path in self.changed)


def git(folder: Path, *arguments: str) -> str:
    """Run git in a repository and give what it prints."""
    command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def questions(folder: Path, *, count: int, seed: int) -> list[Question]:
    """Draw questions, the oldest commit first; fewer when the history has no more."""
    order = [line.split() for line in git(folder, "rev-list", "--no-merges", "--parents", "HEAD").splitlines()]
    with_parent = [line for line in order if len(line) == 2]  # the commit and its one parent
    position = {line[0]: at for at, line in enumerate(with_parent)}
    random.Random(seed).shuffle(with_parent)  # noqa: S311 - a sample, and the same each time
    drawn: list[Question] = []
    for found in islice(_qualified(folder, with_parent), count):
        drawn.append(replace(found, draw=len(drawn)))
    return sorted(drawn, key=lambda one: -position[one.commit])


def _qualified(folder: Path, commits: list[list[str]]) -> Iterator[Question]:
    for commit, parent in commits:
        listed = git(folder, "diff-tree", "-r", "-z", "--no-renames", "--name-status", parent, commit).split("\0")
        changed = [
            path
            for status, path in zip(listed[::2], listed[1::2], strict=False)
            if status in {"M", "D"} and (language_of(path) or "markdown") not in PROSE
        ]
        if not 1 <= len(changed) <= MOST_FILES:
            continue
        text = plain(git(folder, "show", "-s", "--format=%B", commit))
        if len(re.findall(r"[^\W\d_]{2,}", text)) >= LEAST_WORDS:
            yield Question(commit, parent, text[:LONGEST_TEXT], tuple(changed), 0)


def plain(message: str) -> str:
    """Take trailers, addresses and numbers of issues out of a commit message."""
    paragraphs = re.split(r"\n\s*\n", message.strip())
    if len(paragraphs) > 1 and all(_TRAILER.match(line) for line in paragraphs[-1].splitlines()):
        paragraphs.pop()
    lines = [line for line in "\n\n".join(paragraphs).splitlines() if not _ALWAYS.match(line.strip())]
    return _LINKS.sub("", "\n".join(lines)).strip()
