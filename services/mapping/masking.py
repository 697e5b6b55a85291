"""What looks like a secret in one line of somebody's code, replaced by `***` before the line is shown.

The rules are gitleaks' (`secret_rules.json`, made by `scripts/secret-rules`), which know a token by its form, and some
of ours for what stands in code and has no form: passwords. Most lines have nothing that could be one: 0.4 µs for these.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

MASK: Final = "***"
MOST_CHARACTERS: Final = 1000
LEAST_WITHOUT_DIGITS: Final = 30
AROUND: Final = 50
"""Characters before a find that a rule may look at for words that clear it."""

RUN: Final = re.compile(r"[\w+/=.~-]{10,}")
DIGIT: Final = re.compile(r"\d")
LONG_WORD: Final = re.compile(r"[A-Za-z]{30}")
PASSWORD: Final = re.compile(r"(?i:passw|passp|pwd)\w*\W{1,4}[\"'`]")


@dataclass(frozen=True, eq=False)
class Rule:
    """One form of secret; its first group, or all that it matches, is the secret."""

    pattern: str
    keywords: tuple[str, ...]
    entropy: float = 0.0
    allowed: tuple[str, ...] = ()
    allowed_around: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled when a line first has one of the keywords."""
        return re.compile(self.pattern)

    @cached_property
    def clearing(self) -> Callable[[str], object]:
        """What says of a find that it is none."""
        return re.compile("|".join(f"(?:{one})" for one in self.allowed) or "(?!)").search

    @cached_property
    def clearing_around(self) -> Callable[[str], object]:
        """What says so of a find with what is before it."""
        return re.compile("|".join(f"(?:{one})" for one in self.allowed_around) or "(?!)").search

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Give where the secrets are."""
        for found in self.compiled.finditer(text):
            start, end = next(
                (found.span(at) for at in range(1, (found.re.groups or 0) + 1) if found[at]), found.span()
            )
            if self._is_secret(text[start:end], text[max(0, found.start() - AROUND) : found.end()]):
                yield start, end

    def _is_secret(self, secret: str, around: str) -> bool:
        if self.entropy and entropy(secret) <= self.entropy:
            return False
        if self.clearing(secret) or self.clearing_around(around):
            return False
        lower = secret.lower()
        return not any(word in lower for word in self.words)


PLACEHOLDER: Final = r"[{}$<>%*]|^(.)\1*$"
OURS: Final = (
    Rule(
        r"://[^\s/:@\"'`]{0,64}:([^\s/@\"'`]{3,100})@",
        ("://",),
        allowed=(PLACEHOLDER, r"^(?:pass(?:word)?|pwd|secret|\d{1,5})$"),
    ),
    Rule(r"PRIVATE KEY(?: BLOCK)?-----([^\"'`]{16,})", ("private key",)),
    Rule(r"\b(?i:bearer|basic) ([\w+/.=~-]{16,})", ("bearer ", "basic "), entropy=3.0, allowed=(r"^\D*$",)),
    Rule(
        r"(?i)(?:passw(?:or)?d|passphrase|passwd|pwd)\w{0,20}[\"']?(?: ?: ?[\w.\[\]]{1,20})? ?(?:=|:|=>|:=|,) ?[\"'`]"
        r"(?=[^\"'`]*\d)(?=[^\"'`]*[a-z])([^\s\"'`]{8,100})[\"'`]",
        ("passw", "passphrase", "pwd"),
        allowed=(PLACEHOLDER,),
    ),
    Rule(
        r"(?i:(?:key|token|secret|credentials?)"
        r"(?:[\w.\[\]<>|]{1,50}+|\w{0,20}+\s?:?\s?&?(?:'static )?[\w.\[\]<>|]{1,30}+)\s?=\s?)"
        r"[\"'`]([\w.=+/-]{16,150})[\"'`]",
        ("key", "token", "secret", "credential"),
        entropy=3.5,
        allowed=(r"^\D+$",),
    ),
    Rule(r"(?<![A-Za-z0-9+/=_-])([A-Za-z0-9+/=_-]{20,})…$", ("…",), entropy=4.0, allowed=(r"^(?:\D*\d){0,2}\D*$",)),
)


def masked(text: str) -> str:
    """Give a line with every secret replaced; its breaks stay, and a line without secrets is returned as it is."""
    if len(text) > MOST_CHARACTERS:  # no line of code: some rules take the square of the length
        return "".join(masked(text[at : at + MOST_CHARACTERS]) for at in range(0, len(text), MOST_CHARACTERS))
    if not _suspect(text):
        return text
    lower = text.lower()
    known = _by_keyword()
    suspects = dict.fromkeys(rule for keyword, few in known.items() if keyword in lower for rule in few)
    spans = [span for rule in suspects for span in rule.spans(text)]
    return _replaced(text, spans) if spans else text


def _suspect(text: str) -> bool:
    """Say whether any rule can find anything: a run with a digit, a very long word, a user in a URL, a password."""
    for run in RUN.findall(text):
        if DIGIT.search(run) or (len(run) >= LEAST_WITHOUT_DIGITS and LONG_WORD.search(run)):
            return True
    return ("://" in text and "@" in text) or "PRIVATE KEY" in text or PASSWORD.search(text) is not None


@cache
def _by_keyword() -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules():
        for keyword in rule.keywords:
            found[keyword].append(rule)
    return {keyword: tuple(few) for keyword, few in found.items()}


def _replaced(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Write the mask over each span, once where they overlap."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if end <= done:
            continue
        if start >= done:
            parts += [text[done:start], MASK]
        parts.append("\n" * text.count("\n", max(start, done), end))
        done = end
    return "".join([*parts, text[done:]])


def entropy(text: str) -> float:
    """Give the bits that a character of the text tells, by how often each occurs in it."""
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values())


@cache
def rules() -> tuple[Rule, ...]:
    """Read the rules: 2 ms, once, for the first line that could have a secret."""
    read: Any = json.loads(files("services.mapping").joinpath("secret_rules.json").read_bytes())
    lists = ("keywords", "allowed", "allowed_around", "words")
    return OURS + tuple(
        Rule(one["pattern"], entropy=one.get("entropy", 0.0), **{key: tuple(one.get(key, ())) for key in lists})
        for one in read["rules"]
    )
