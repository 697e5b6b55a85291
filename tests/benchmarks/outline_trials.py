"""What must hold of every outline, over random repositories and budgets from 64 to 200,000 tokens.

    python -m tests.benchmarks.outline_trials [--trials 1000] [--seed 1]

`tests/mapping/test_outline.py` runs a few of the same trials. Prints how many there were, the least share
of a budget that was used while something was left out, and fails at the first outline that breaks a promise.
"""

import argparse
import dataclasses
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, cycle, pairwise
from typing import Final

from services.mapping.outline import outline
from services.mapping.records import DefinitionKind
from services.mapping.snapshot import Snapshot
from services.mapping.tokens import count
from services.mapping.views import (
    Detail,
    Focus,
    Outline,
    OutlineFile,
    OutlineFormat,
    OutlineOrder,
    OutlineRequest,
    Tokenizer,
)
from tests.support.records import SourceText, snapshot

LEAST, MOST = 64, 200_000
LEAST_USED: Final = 0.95
REQUESTS: Final = 6
"""Of each repository."""
WORDS: Final = (
    *("get", "set", "build", "house", "door", "street", "map"),
    *("token", "user", "parse", "read", "write", "index", "merge"),
)
ODD_NAMES: Final = (
    *("<|endoftext|>", "a\nb", "c\r\nd", "\x1b[31mred", "\u202eright", "\u05d0\u05d1", "", " ", "12", "…", "ein Weg"),
    *("`", "```", "`" * 5, "`" * 40, "- … more", "* item", "&lt;", "==", "](", "[]=", "#" * 30, "_", "__init__"),
    *("/users/{id}", "\U0001f600" * 9, "\ufdfd", "a\u0301", "\u0301", "x" * 10_000, "\u4e2d" * 300),
)
EDGES: Final = ("[", "<", "&", "([", ")>", "…)", ",…", "(…)", "?", "==")
"""At the end of a line; with most of them a second newline takes a token more, or one less."""


def name(dice: random.Random) -> str:
    """Give a name as people write them, and now and then one as nobody should."""
    if dice.random() < 0.1:
        return dice.choice(ODD_NAMES)
    return "_".join(dice.choices(WORDS, k=dice.randint(1, 4))) + str(dice.randint(0, 999))


def signature(dice: random.Random, of: str) -> str:
    """Give a signature, sometimes a very long one, or one that does not hold the name."""
    chance = dice.random()
    if chance < 0.05:
        return "".join(dice.choices("abc ([{`/*…\u4e2d\x1b", k=10_000))
    parameters = ", ".join(f"{name(dice)}: {dice.choice(WORDS)}" for _ in range(dice.randint(0, 5)))
    return f"def {'other' if chance < 0.1 else of}({parameters}) -> {dice.choice(WORDS)}:"


def path(dice: random.Random, at: int) -> str:
    """Give a path that no other file has."""
    folders = [dice.choice((*WORDS, "src", "ä ö", "\u202e", "`", "_a_", "x" * 200)) for _ in range(dice.randint(0, 4))]
    if dice.random() < 0.02:
        folders += ["very_long_folder"] * dice.randint(20, 200)
    return "/".join([*folders, f"{dice.choice(WORDS)}_{at}.py"])


def fill(dice: random.Random, file: SourceText, symbols: int, *, nested: float) -> SourceText:
    """Define so many symbols, each in the one before with a chance."""
    parents = [-1]
    for _ in range(symbols):
        kind = DefinitionKind.CLASS if dice.random() < 0.3 else DefinitionKind.FUNCTION
        called = name(dice)
        row = file.define(called, kind, parent=parents[-1], signature=signature(dice, called))
        parents = [*parents, row] if dice.random() < nested else parents[: dice.randint(1, len(parents))]
        if dice.random() < 0.3:
            file.use(name(dice), scope=row)
    return file


def mixed(dice: random.Random) -> Snapshot:
    """Make a few files of all kinds, empty ones among them."""
    sizes = [dice.choice((0, 1, 3, 20)) for _ in range(dice.randint(1, 60))]
    files = [fill(dice, SourceText(path(dice, at)), size, nested=0.4) for at, size in enumerate(sizes)]
    return snapshot(*files, others=[f"other/{at}.txt" for at in range(dice.randint(0, 5))])


def deep(dice: random.Random) -> Snapshot:
    """Make classes in classes in classes."""
    return snapshot(*(fill(dice, SourceText(path(dice, at)), 60, nested=0.95) for at in range(4)))


def one_large(dice: random.Random) -> Snapshot:
    """Make one file with 5,000 symbols."""
    return snapshot(fill(dice, SourceText(path(dice, 0)), 5_000, nested=0.2), others=["README.md"])


def many_small(dice: random.Random) -> Snapshot:
    """Make thousands of files with one symbol."""
    return snapshot(*(fill(dice, SourceText(path(dice, at)), 1, nested=0) for at in range(2_000)))


def edged(dice: random.Random) -> Snapshot:
    """Make names whose last letters a second newline joins or parts, and signatures that are shorter than they."""
    files = [SourceText(path(dice, at)) for at in range(12)]
    for file in files:
        for _ in range(dice.randint(1, 9)):
            called = f"{name(dice)}{dice.choice(EDGES)}"
            file.define(called, signature=dice.choice(("f", f"{called} {dice.choice(EDGES)}", "* " * 40)))
    return snapshot(*files)


def bare(dice: random.Random) -> Snapshot:
    """Make files without any symbol."""
    empty = [SourceText(path(dice, at)) for at in range(dice.choice((0, 30)))]
    return snapshot(*empty, others=[f"{name(dice).replace(chr(47), '') or 'a'}/{at}" for at in range(200)])


KINDS: Final[tuple[Callable[[random.Random], Snapshot], ...]] = (mixed, edged, deep, one_large, bare, many_small)


def request(dice: random.Random, of: Snapshot) -> OutlineRequest:
    """Ask for something."""
    return OutlineRequest(
        tokens=round(math.exp(dice.uniform(math.log(LEAST), math.log(MOST)))),
        tokenizer=dice.choice(list(Tokenizer)),
        focus=dice.choice((Focus(), Focus(text=f"{name(dice)} {dice.choice(WORDS)}"), Focus(files=(of.paths[:1])))),
        paths=dice.choice(((), (), (), tuple(one.split("/")[0] for one in of.paths[:3]), ("nowhere",))),
        format=dice.choice(list(OutlineFormat)),
        order=dice.choice(list(OutlineOrder)),
        line_numbers=dice.random() < 0.7,
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """One repository and what is asked of it; `check` raises AssertionError, else gives the share that was used."""

    of: Snapshot
    asked: OutlineRequest

    def check(self) -> float:
        """Hold an outline against everything that is promised."""
        shown = outline(self.of, self.asked)
        used = self._used(shown, self.asked)
        assert len(shown.text.splitlines()) == shown.text.count("\n"), "an invisible end of line"
        assert all(letter.isprintable() or letter == "\n" for letter in shown.text)
        self._check_rows(shown)
        self._check_order(shown)
        again = outline(self.of, self.asked)
        assert (again.text, again.etag, tuple(again.files)) == (shown.text, shown.etag, tuple(shown.files))
        self._check_larger_budgets(shown)
        return used

    @staticmethod
    def _used(shown: Outline, asked: OutlineRequest) -> float:
        assert shown.tokens == count(shown.text, asked.tokenizer), "tokens"
        assert shown.tokens <= shown.budget == asked.tokens, "budget"
        used = shown.tokens / shown.budget if shown.omitted.symbols or shown.omitted.files else 1.0
        assert used >= LEAST_USED or shown.budget < LEAST, f"only {shown.tokens} of {shown.budget} used"
        assert (shown.omitted.tokens_for_next is None) == (not shown.omitted.symbols), "tokens_for_next"
        return used

    def _check_rows(self, shown: Outline) -> None:
        """Write the text anew from the rows."""
        blocks = "".join(self._written(file) for file in shown.files)
        text = shown.text
        if text.startswith(("No definitions", "- No definitions")):
            text = text[text.index("\n") + 1 :]
        rest = text.removeprefix(blocks) if text.startswith(blocks) else text.removeprefix(blocks.removesuffix("\n"))
        assert rest != text or not blocks, "rows that the text does not show"
        assert not rest or (rest.startswith(("…", "- …")) and rest.count("\n") == 1), "text that the rows do not show"

    def _written(self, file: OutlineFile) -> str:
        markdown = self.asked.format is OutlineFormat.MARKDOWN
        heading = _first_line_with(self.of, self.asked, file)
        if not file.symbols:
            return f"{heading}\n"
        lines = [self._line(one.symbol.index, one.line, one.text) for one in file.symbols]
        fence = "`" * max(3, 1 + _longest_run(self.of)) if markdown else ""
        return "\n".join([heading, *filter(None, [fence]), *lines, *filter(None, [fence]), "", ""])

    def _line(self, row: int, number: int, text: str) -> str:
        depth, parent = 0, self.of.columns["definition.parent"]
        while (row := int(parent[row])) >= 0 and depth < 8:
            depth += 1
        plain = "" if self.asked.format is OutlineFormat.MARKDOWN else "  "
        line = f"{f'{number:<5} ' if self.asked.line_numbers else plain}{'  ' * depth}{text}"
        return f" {line}" if line.startswith("/") else line

    def _check_order(self, shown: Outline) -> None:
        other = OutlineOrder.RANK if self.asked.order is OutlineOrder.PATH else OutlineOrder.PATH
        turned = self._drawn(dataclasses.replace(self.asked, order=other))
        assert sorted(one.path for one in turned.files) == sorted(one.path for one in shown.files), "order chose"
        assert _symbols(turned) == _symbols(shown), "order chose"
        by_path = shown if self.asked.order is OutlineOrder.PATH else turned
        assert all(one.path < other.path for one, other in pairwise(by_path.files)), "not by path"
        for file in shown.files:
            rows = [one.symbol.index for one in file.symbols]
            assert rows == sorted(rows), "not in the order of the source"
            assert all(one.detail in Detail for one in file.symbols)

    def _check_larger_budgets(self, shown: Outline) -> None:
        following = shown.omitted.tokens_for_next
        if following is None:
            return
        assert following > shown.budget
        larger = self._with(following)
        assert larger.omitted.symbols < shown.omitted.symbols, "tokens_for_next shows nothing more"
        assert self._with(following - 1).omitted.symbols == shown.omitted.symbols, "less than tokens_for_next do"
        assert _symbols(shown) < _symbols(larger), "a larger budget hides a symbol"

    def _with(self, tokens: int) -> Outline:
        return self._drawn(dataclasses.replace(self.asked, tokens=tokens))

    def _drawn(self, asked: OutlineRequest) -> Outline:
        shown = outline(self.of, asked)
        self._used(shown, asked)
        return shown


def _first_line_with(of: Snapshot, asked: OutlineRequest, file: OutlineFile) -> str:
    """Find how the heading of a file is written: alone in a map of that file."""
    only = OutlineRequest(MOST, paths=(file.path,), format=asked.format)
    text = outline(of, only).text
    lines = [line for line in text.splitlines() if "No definitions were found" not in line]
    heading = lines[0]
    if asked.format is OutlineFormat.MARKDOWN:
        return f"{'## ' if file.symbols else '- '}{heading.removeprefix('## ').removeprefix('- ')}"
    return heading


def _longest_run(of: Snapshot) -> int:
    texts = b"".join(of.columns[f"{one}.blob"].tobytes() for one in ("name", "definition.signature"))
    return max((run for run in range(6) if b"`" * run in texts), default=0)


def _symbols(shown: Outline) -> set[int]:
    return {one.symbol.index for file in shown.files for one in file.symbols}


def trials(kind: Callable[[random.Random], Snapshot], dice: random.Random) -> Iterator[Trial]:
    """Make a repository and ask for several outlines of it."""
    of = kind(dice)
    yield from (Trial(of, request(dice, of)) for _ in range(REQUESTS))


def main() -> None:
    """Run as many trials as are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    least, started = 1.0, time.monotonic()
    dice = random.Random(asked.seed)  # noqa: S311  # to be repeated, not to be secret
    endless = chain.from_iterable(trials(kind, dice) for kind in cycle(KINDS))
    for number, trial in zip(range(asked.trials), endless, strict=False):
        try:
            least = min(least, trial.check())
        except AssertionError as error:
            raise SystemExit(f"trial {number} of seed {asked.seed}: {error}\n{trial.asked}") from error
    seconds = time.monotonic() - started
    print(f"{asked.trials} trials in {seconds:.0f} s: all hold; at least {least:.2%} of a budget was used")


if __name__ == "__main__":
    main()
