"""What `graticule doctor` finds, and how it says so: one line each, with what to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rich.text import Text

from schema.cli.terminal import out, print_json
from services.errors import GraticuleError


class Grade(StrEnum):
    """How bad it is: nothing, something to know, or what keeps a server from working."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `remedy` is what to do about it."""

    subject: str
    grade: Grade
    says: str
    remedy: str | None = None


_MARKS: Final = {Grade.OK: ("✓", "green"), Grade.WARN: ("!", "yellow"), Grade.FAIL: ("✗", "bold red")}
_WIDEST: Final = 13


def ok(subject: str, says: str) -> Finding:
    """Find nothing wrong."""
    return Finding(subject, Grade.OK, says)


def warn(subject: str, says: str, remedy: str | None = None) -> Finding:
    """Find something that somebody should know."""
    return Finding(subject, Grade.WARN, says, remedy)


def fail(subject: str, says: str, remedy: str | None = None) -> Finding:
    """Find what keeps a server from working."""
    return Finding(subject, Grade.FAIL, says, remedy)


def refused(subject: str, error: GraticuleError) -> Finding:
    """Find what a part of the server itself would refuse with."""
    return fail(subject, error.message, error.hint)


def print_finding(finding: Finding, *, as_json: bool) -> None:
    """Write a finding as a line, for people or as JSON; the mark is a word too, never a colour alone."""
    if as_json:
        print_json({name: getattr(finding, name) for name in Finding.__slots__})
        return
    mark, style = _MARKS[finding.grade]
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    line = Text.assemble(
        (f"{mark} {finding.grade:<4}", style), f"  {finding.subject:<{_WIDEST}} {finding.says}{remedy}"
    )
    out.print(line, soft_wrap=not out.is_terminal)
